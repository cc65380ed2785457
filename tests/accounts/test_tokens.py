"""Tokens, families and browser sessions (contract 3.3; reliability X2, X3)."""

from __future__ import annotations

import base64
import io
import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts import services
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import LoginFamily, RefreshToken, Role, User
from mobilegpt.accounts.tokens import (
    ForgedToken,
    TokenPair,
    actor_from_session_cookie,
    actors_from_access_tokens,
    issue_tokens,
)
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, ErrorCode, RateLimited, Unauthenticated
from mobilegpt.events.models import StreamEntry
from mobilegpt.events.outbox import unit_of_work
from tests import cast
from tests.cast import change_password, deactivate

pytestmark = pytest.mark.django_db

ADDRESS = "198.51.100.7"


def refresh(token: str) -> TokenPair:
    return services.refresh(token=token, address=ADDRESS)


def log_in(user: User, password: str = cast.PASSWORD) -> services.Login:
    return services.log_in(email=user.email, password=password, address=ADDRESS, device=Device())


def revocations() -> list[dict[str, Any]]:
    rows = StreamEntry.objects.filter(event_type="CredentialsRevoked").order_by("pk")
    return [json.loads(bytes(row.payload)) for row in rows]


def test_an_access_token_is_read_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    kim = cast.student_kim()
    pair = issue_tokens(kim)
    with django_assert_num_queries(1):
        actor = cast.caller(pair.access)
    assert actor.user_id == kim.pk
    assert actor.family_id == pair.family_id
    assert (actor.is_student, actor.is_guest, actor.email) == (True, False, "student1@example.com")


def test_a_guest_is_known_by_its_session_and_shows_no_email() -> None:
    (guest,) = services.create_guests(["  이웃   할머니 "], session_id=7)
    actor = cast.caller(issue_tokens(guest).access)
    assert (actor.name, actor.is_guest, actor.guest_session_id, actor.email) == ("이웃 할머니", True, 7, None)
    assert guest.email == f"guest-{guest.pk}@guest.invalid"
    assert not guest.has_usable_password()


@pytest.mark.parametrize("name", ["", "   ", "가" * 101, "김\n\x00"])
def test_a_guest_needs_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_guests([name], session_id=7)
    assert refusal.value.code == ErrorCode.INVALID_REQUEST


def forged(change: Callable[[dict[str, Any]], Any], key: str | None = None, algorithm: str = "HS256") -> str:
    """A token with our claims, changed, and signed with our key unless another is given."""
    claims = jwt.decode(issue_tokens(User.objects.get()).access, options={"verify_signature": False})
    change(claims)
    return jwt.encode(claims, key if key is not None else settings.SECRET_KEY, algorithm=algorithm)


def test_the_token_that_the_forgeries_start_from_holds() -> None:
    cast.student_kim()
    assert cast.caller(forged(lambda claims: None)).user_id == User.objects.get().pk


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims.update(iss="another"),
        lambda claims: claims.update(aud="another"),
        lambda claims: claims.pop("aud"),
        lambda claims: claims.pop("iss"),
        lambda claims: claims.update(token_type="refresh"),
        lambda claims: claims.pop("token_type"),
        lambda claims: claims.update(nbf=claims["exp"]),
        lambda claims: claims.update(sub="999999"),
        lambda claims: claims.update(sub="x"),
        lambda claims: claims.pop("sub"),
        lambda claims: claims.update(sid=str(uuid.uuid4())),
        lambda claims: claims.update(sid="x"),
        lambda claims: claims.update(sid=7),
        lambda claims: claims.pop("sid"),
        lambda claims: claims.pop("exp"),
        lambda claims: claims.pop("jti"),
    ],
)
def test_a_token_with_other_claims_is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    cast.student_kim()
    with pytest.raises(Unauthenticated) as refusal:
        cast.caller(forged(change))
    assert refusal.value.code == ErrorCode.INVALID_TOKEN


def test_a_token_that_we_did_not_sign_is_refused() -> None:
    cast.student_kim()
    header, payload, _ = forged(lambda claims: None).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    for token in (
        forged(lambda claims: None, key="another key that is long enough for this hash"),
        forged(lambda claims: None, key=settings.SECRET_KEY.ljust(64, "x"), algorithm="HS512"),
        f"{unsigned}.{payload}.",
        f"{header}.{payload}.",
        "a.b.c",
        "",
        "가.나.다",
        "\x00",
    ):
        with pytest.raises(ForgedToken):
            cast.caller(token)


def test_an_access_token_ends_at_its_hour_with_thirty_seconds_of_leeway() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        token = issue_tokens(cast.student_kim()).access
        clock.shift(timedelta(minutes=60, seconds=29))
        assert cast.caller(token).name == "김학생"
        clock.shift(timedelta(seconds=2))
        with pytest.raises(Unauthenticated):
            cast.caller(token)


def test_many_tokens_are_looked_at_together_and_each_stands_for_itself(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kim = cast.student_kim()
    somebody_elses = forged(lambda claims: claims.update(sub=str(kim.pk + 1)))
    lee = cast.student_lee()
    assert lee.pk == kim.pk + 1
    first, second, ended = issue_tokens(kim), issue_tokens(lee), issue_tokens(kim)
    LoginFamily.objects.filter(pk=ended.family_id).live().revoke(reason="test")
    shown = [first.access, "a.b.c", second.access, ended.access, first.access, somebody_elses, second.refresh]
    with django_assert_num_queries(1):
        found = actors_from_access_tokens(shown)
    assert [one.user_id if isinstance(one, Actor) else type(one) for one in found] == [
        kim.pk,
        ForgedToken,
        lee.pk,
        Unauthenticated,
        kim.pk,
        Unauthenticated,
        ForgedToken,
    ]
    assert found[0] == cast.caller(first.access)
    students = cast.students(70)
    tokens = [issue_tokens(student).access for student in students]
    with django_assert_num_queries(2):
        found = actors_from_access_tokens(tokens)
    assert [one.user_id for one in found if isinstance(one, Actor)] == [student.pk for student in students]
    assert actors_from_access_tokens([]) == []


def test_a_refresh_token_ends_after_its_day() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        token = issue_tokens(cast.student_kim()).refresh
        clock.shift(timedelta(days=1, seconds=31))
        with pytest.raises(Unauthenticated) as refusal:
            refresh(token)
    assert not isinstance(refusal.value, ForgedToken)  # a class of expired tokens is not an attack


# --- families


def test_the_first_token_serves_until_one_of_its_successors_is_used() -> None:
    first = issue_tokens(cast.student_kim())
    successors = [refresh(first.refresh) for _ in range(3)]
    refresh(successors[1].refresh)

    with pytest.raises(Unauthenticated):
        refresh(first.refresh)
    family = LoginFamily.objects.get()
    assert family.revoked_at is not None
    assert "reuse" in family.revoked_reason


def test_reuse_ends_every_token_of_the_family_and_closes_its_sockets() -> None:
    kim = cast.student_kim()
    first, elsewhere = issue_tokens(kim), issue_tokens(kim)
    second = refresh(first.refresh)
    third = refresh(second.refresh)
    with pytest.raises(Unauthenticated):
        refresh(first.refresh)

    for pair in (first, second, third):
        with pytest.raises(Unauthenticated):
            cast.caller(pair.access)
        with pytest.raises(Unauthenticated):
            refresh(pair.refresh)
    assert cast.caller(elsewhere.access).user_id == kim.pk
    assert revocations() == [{"user_id": kim.pk, "family_id": first.family_id}]


def test_successors_of_one_token_do_not_hinder_each_other() -> None:
    first = issue_tokens(cast.student_kim())
    one, two = refresh(first.refresh), refresh(first.refresh)
    again = [refresh(refresh(pair.refresh).refresh) for pair in (one, two)]
    assert all(cast.caller(pair.access).family_id == first.family_id for pair in again)


def test_an_old_token_of_a_long_chain_ends_the_family() -> None:
    first = pair = issue_tokens(cast.student_kim())
    for _ in range(5):
        pair = refresh(pair.refresh)
    with pytest.raises(Unauthenticated):
        refresh(first.refresh)
    with pytest.raises(Unauthenticated):
        refresh(pair.refresh)


def test_a_refresh_costs_the_same_however_long_the_chain(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    pair = issue_tokens(cast.student_kim())
    for _ in range(5):
        with django_assert_max_num_queries(8):  # two of them begin and end the transaction
            pair = refresh(pair.refresh)


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_refreshes_of_one_token_all_give_working_successors() -> None:
    first = issue_tokens(cast.student_kim())
    pairs: list[TokenPair] = []
    start = threading.Barrier(20)

    def run() -> None:
        start.wait()
        try:
            pairs.append(refresh(first.refresh))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({pair.refresh for pair in pairs}) == 20
    assert {cast.caller(refresh(pair.refresh).access).family_id for pair in pairs} == {first.family_id}


@pytest.mark.django_db(transaction=True)
def test_fifty_simultaneous_guesses_get_no_further_than_ten() -> None:
    kim = cast.student_kim()
    outcomes: list[type[DomainError]] = []
    start = threading.Barrier(50)

    def run(number: int) -> None:
        start.wait()
        try:
            log_in(kim, f"guess {number}")
        except DomainError as refusal:
            outcomes.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(Unauthenticated) <= 10
    assert outcomes.count(Unauthenticated) + outcomes.count(RateLimited) == 50


def test_the_tries_of_an_account_come_back_after_a_quarter_of_an_hour() -> None:
    kim = cast.student_kim()
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        for number in range(5):
            with pytest.raises(Unauthenticated):
                log_in(kim, f"guess {number}")
        with pytest.raises(RateLimited) as refusal:
            log_in(kim)
        assert refusal.value.retry_after == 915
        clock.shift(timedelta(minutes=14))
        with pytest.raises(RateLimited):
            log_in(kim)
        clock.shift(timedelta(minutes=1, seconds=15))
        assert log_in(kim).user == kim


# --- what ends a login


def promote(user: User) -> None:
    user.role = Role.INSTRUCTOR
    user.save(update_fields=["role"])


def delete(user: User) -> None:
    user.delete()


def revoke(user: User) -> None:
    services.revoke_all(user, reason="test")


@pytest.mark.parametrize("change", [change_password, deactivate, promote, delete, revoke])
def test_what_changes_an_account_ends_all_its_logins_at_once(change: Callable[[User], None]) -> None:
    kim, lee = cast.student_kim(), cast.student_lee()
    logins, other = [log_in(kim), log_in(kim)], log_in(lee)
    user_id = kim.pk
    change(User.objects.get(pk=user_id))

    for login in logins:
        with pytest.raises(Unauthenticated):
            cast.caller(login.tokens.access)
        with pytest.raises(Unauthenticated):
            refresh(login.tokens.refresh)
        assert actor_from_session_cookie(login.session_key) is None
    assert revocations() == [{"user_id": user_id, "family_id": None}]
    assert cast.caller(other.tokens.access).user_id == lee.pk
    assert actor_from_session_cookie(other.session_key) is not None


def test_djangos_own_password_command_ends_logins_too(monkeypatch: pytest.MonkeyPatch) -> None:
    kim = cast.student_kim()
    login = log_in(kim)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "another password 9")
    call_command("changepassword", kim.email, stdout=io.StringIO())
    with pytest.raises(Unauthenticated):
        cast.caller(login.tokens.access)


def test_other_changes_of_an_account_end_nothing() -> None:
    kim = cast.student_kim()
    login = log_in(kim)
    user = User.objects.get()
    user.name = "김새이름"
    user.save()
    User.objects.only("id").get().save(update_fields=["age"])
    assert cast.caller(login.tokens.access).name == "김새이름"
    assert revocations() == []


def test_a_change_that_was_made_elsewhere_ends_nothing_twice() -> None:
    kim = cast.student_kim()
    User.objects.filter(pk=kim.pk).update(role=Role.INSTRUCTOR)
    kim.refresh_from_db()
    kim.save()
    assert revocations() == []
    loaded = User.objects.defer("role", "is_active").get()
    assert loaded.role == Role.INSTRUCTOR
    loaded.save()
    assert revocations() == []


def test_the_upgrade_of_an_old_hash_at_login_ends_nothing(settings: Any) -> None:
    kim = cast.student_kim()
    login = log_in(kim)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    log_in(kim)
    kim.refresh_from_db()
    assert kim.password.startswith("pbkdf2")
    assert cast.caller(login.tokens.access).user_id == kim.pk
    assert revocations() == []


# --- the browser session


def test_a_session_ends_with_its_time() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        login = log_in(cast.student_kim())
        assert actor_from_session_cookie(login.session_key) is not None
        clock.shift(timedelta(days=1, seconds=1))
        assert actor_from_session_cookie(login.session_key) is None


@pytest.mark.parametrize("cookie", ["", "x", "a" * 500, "'; --", "가"])
def test_a_made_up_session_cookie_is_nobodys(cookie: str) -> None:
    assert actor_from_session_cookie(cookie) is None


def test_a_session_costs_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    login = log_in(cast.student_kim())
    with django_assert_num_queries(2):
        actor_from_session_cookie(login.session_key)


def test_a_guest_seat_costs_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with unit_of_work(), django_assert_max_num_queries(5):
        (guest,) = services.create_guests(["이웃"], session_id=1)
        login = services.open_login(guest)
    actor = actor_from_session_cookie(login.session_key)
    assert actor is not None
    assert actor.guest_session_id == 1


# --- cleaning up


def test_guests_of_sessions_that_are_over_are_deleted_with_their_credentials() -> None:
    ((old,), (other,)) = (services.create_guests(["이웃"], session_id=number) for number in (1, 2))
    kim = cast.student_kim()
    token = issue_tokens(old).access
    assert services.delete_expired_guests([1, 3]) == 1

    assert set(User.objects.all()) == {other, kim}
    with pytest.raises(Unauthenticated):
        cast.caller(token)


def test_logins_are_deleted_when_their_last_token_has_expired() -> None:
    kim = cast.student_kim()
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        old = log_in(kim)
        kept = log_in(kim)
        clock.shift(timedelta(hours=20))
        kept_pair = refresh(kept.tokens.refresh)
        clock.shift(timedelta(hours=5))
        assert services.delete_expired_logins() == 1
        assert cast.caller(refresh(kept_pair.refresh).access).user_id == kim.pk
    assert str(LoginFamily.objects.get().pk) == kept.tokens.family_id
    assert not RefreshToken.objects.filter(family=uuid.UUID(old.tokens.family_id)).exists()
    assert not Session.objects.filter(session_key=old.session_key).exists()


def test_any_number_of_expired_logins_is_deleted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_DELETED_AT_ONCE", 2)
    kim = cast.student_kim()
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            log_in(kim)
        clock.shift(timedelta(days=2))
        assert services.delete_expired_logins() == 5
    assert not LoginFamily.objects.exists()
