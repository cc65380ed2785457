"""What an account is stored as, what a change of it sets off, and what does not count as one (reliability X2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts import selectors
from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.accounts.models import LoginFamily, Role, User, all_but
from mobilegpt.accounts.people import person_of, person_of_actor
from mobilegpt.accounts.tokens import issue_tokens
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.errors import NotFound
from tests import cast, classes

pytestmark = pytest.mark.django_db


def changed(user: User) -> list[dict[str, Any]]:
    lines = AuditEntry.objects.filter(action="account.changed", subject=f"user:{user.pk}").order_by("pk")
    return [line.details for line in lines]


def revocations() -> list[CredentialsRevoked]:
    return classes.events_of(CredentialsRevoked)


# --- what is found


def test_an_email_finds_its_account_however_it_is_typed(kim: User) -> None:
    for written in (
        "STUDENT1@example.com",
        " student1@example.com ",
        "student1@example。com",
        "ｓｔｕｄｅｎｔ1@example.com",
    ):
        assert User.objects.of_email(written) == kim
    assert User.objects.of_email("student2@example.com") is None
    assert User.objects.of_email("") is None


def test_an_account_older_than_the_one_form_is_found_as_it_was_stored() -> None:
    (old,) = User.objects.bulk_create([User(email="kim@exam\u00adple.com", name="예전", password="!")])
    assert User.objects.of_email("Kim@Exam\u00adple.com") == old
    assert User.objects.of_email("kim@example.com") is None


def test_of_two_alike_the_one_in_the_one_form_is_meant() -> None:
    User.objects.bulk_create([User(email="kim@exam\u00adple.com", name="예전", password="!")])
    new = cast.person("kim@example.com", "지금")
    assert User.objects.of_email("kim@exam\u00adple.com") == new


def test_finding_somebody_is_one_question(kim: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        User.objects.of_email(kim.email)
    with django_assert_num_queries(1):
        User.objects.of_email("nobody@example.com")


def test_an_account_by_its_number(kim: User) -> None:
    assert selectors.account(kim.pk) == kim
    for number in (0, 999_999):
        with pytest.raises(NotFound, match="User not found"):
            selectors.account(number)


def test_the_first_admin_is_named_after_the_email_and_has_every_right() -> None:
    user = User.objects.create_superuser("Chief@Example.com", cast.PASSWORD)
    assert (user.email, user.name, user.role) == ("chief@example.com", "Chief", Role.ADMIN)
    assert (user.is_staff, user.is_superuser) == (True, True)
    assert User.objects.create_superuser("b@example.com", cast.PASSWORD, name="한관리").name == "한관리"


# --- what counts as a change


def make_instructor(user: User) -> None:
    user.role = Role.INSTRUCTOR


def lock_out(user: User) -> None:
    user.is_active = False


def make_staff(user: User) -> None:
    user.is_staff = True


def make_superuser(user: User) -> None:
    user.is_superuser = True


def new_password(user: User) -> None:
    user.set_password("another password 9")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (make_instructor, {"role": ["STUDENT", "INSTRUCTOR"]}),
        (lock_out, {"is_active": [True, False]}),
        (make_staff, {"is_staff": [False, True]}),
        (make_superuser, {"is_superuser": [False, True]}),
        (new_password, {"password": True}),
    ],
)
def test_every_change_of_standing_ends_the_logins_and_is_written_down_once(
    change: Callable[[User], None], line: dict[str, Any], kim: User
) -> None:
    issue_tokens(kim)
    user = User.objects.get(pk=kim.pk)
    change(user)
    user.save()
    user.save()
    assert changed(kim) == [line]
    assert [(event.user_id, event.family_id) for event in revocations()] == [(kim.pk, None)]
    assert LoginFamily.objects.get().revoked_reason == "account changed"


def test_two_changes_at_once_are_one_line(kim: User) -> None:
    user = User.objects.get(pk=kim.pk)
    user.role, user.is_active = Role.ADMIN, False
    user.save()
    assert changed(kim) == [{"role": ["STUDENT", "ADMIN"], "is_active": [True, False]}]
    assert len(revocations()) == 1


def test_there_and_back_before_it_is_saved_is_no_change(kim: User) -> None:
    user = User.objects.get(pk=kim.pk)
    user.role = Role.INSTRUCTOR
    user.role = Role.STUDENT
    user.save()
    assert changed(kim) == []
    assert revocations() == []


def test_a_new_account_is_no_change_of_one() -> None:
    cast.person("new@example.com", "김새봄")
    User(email="raw@example.com", name="정직접", role=Role.INSTRUCTOR).save()
    assert revocations() == []
    assert not AuditEntry.objects.filter(action="account.changed").exists()


def test_an_account_just_made_is_watched_from_then_on() -> None:
    user = cast.person("new@example.com", "김새봄")
    user.is_active = False
    user.save()
    assert changed(user) == [{"is_active": [True, False]}]


def test_a_change_that_is_rolled_back_ends_nothing(kim: User) -> None:
    issue_tokens(kim)
    user = User.objects.get(pk=kim.pk)
    user.role = Role.ADMIN
    with pytest.raises(RuntimeError), transaction.atomic():
        user.save()
        raise RuntimeError
    assert LoginFamily.objects.get().revoked_at is None
    assert revocations() == []
    assert changed(kim) == []


def test_a_part_of_an_account_is_saved_without_asking_for_the_rest(
    kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """What was not loaded is not looked up only to see whether it has changed."""
    user = User.objects.only("id", "age").get(pk=kim.pk)
    user.age = 66
    with django_assert_num_queries(3):  # two of them begin and end the savepoint
        user.save(update_fields=["age"])
    kim.refresh_from_db()
    assert (kim.age, kim.role) == (66, Role.STUDENT)


# --- what others see


def test_a_guest_shows_no_email_where_a_person_is_told_of(kim: User) -> None:
    guest = User(pk=9, email="guest-9@guest.invalid", name="이웃", is_guest=True)
    assert person_of(guest).email is None
    assert person_of(kim).email == "student1@example.com"
    assert person_of_actor(cast.actor(kim)) == person_of(kim)
    assert person_of_actor(cast.actor(guest)) == person_of(guest)


def test_what_is_read_often_leaves_the_password_where_it_is(
    kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issue_tokens(kim)
    unread = all_but("name", of="user")
    assert "user__password" in unread
    assert "user__id" not in unread
    with django_assert_num_queries(1):
        family = LoginFamily.objects.select_related("user").defer(*unread).get()
        assert family.user.name == "김학생"
    assert family.user.get_deferred_fields() == set(all_but("name"))
