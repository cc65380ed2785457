"""Logins by the staff pages' form end with all others, and after twelve hours (reliability X2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts import services
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import LoginFamily, Role, User
from mobilegpt.accounts.tokens import actor_from_session_cookie, issue_tokens
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.events.models import StreamEntry
from tests import cast
from tests.cast import change_password, deactivate

pytestmark = pytest.mark.django_db


@pytest.fixture
def han() -> User:
    return cast.admin_han()


def by_form(user: User) -> Client:
    client = Client()
    answer = client.post("/admin/login/", {"username": user.email, "password": cast.PASSWORD})
    assert answer.status_code == 302
    return client


def cookie(client: Client) -> str:
    return str(client.cookies["sessionid"].value)


def gets_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def log_out_everywhere(user: User) -> None:
    services.revoke_all(user, reason="test")


def log_out_everywhere_by_staff(user: User) -> None:
    staff = Client()
    staff.force_login(cast.person("other.admin@example.com", "다른관리", Role.ADMIN, is_staff=True, is_superuser=True))
    staff.post(reverse("admin:accounts_user_changelist"), {"action": "end_logins", "_selected_action": [user.pk]})


def demote(user: User) -> None:
    user.role = Role.INSTRUCTOR
    user.save()


def take_staff_rights(user: User) -> None:
    user.is_staff = False
    user.save(update_fields=["is_staff"])


@pytest.mark.parametrize(
    "change",
    [log_out_everywhere, log_out_everywhere_by_staff, change_password, deactivate, demote, take_staff_rights],
)
def test_what_ends_all_logins_ends_those_by_form(change: Callable[[User], None], han: User) -> None:
    client, other = by_form(han), by_form(han)
    assert gets_in(client)
    assert actor_from_session_cookie(cookie(client)) is not None
    StreamEntry.objects.all().delete()
    change(User.objects.get(pk=han.pk))
    for one in (client, other):
        assert not gets_in(one)
        assert actor_from_session_cookie(cookie(one)) is None
    assert StreamEntry.objects.filter(event_type="CredentialsRevoked").count() == 1  # its sockets close


def test_changing_ones_own_password_ends_the_session_that_did_it_too(han: User) -> None:
    client = by_form(han)
    new = "another password 9"
    form = {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert not gets_in(client)
    assert actor_from_session_cookie(cookie(client)) is None


def test_a_form_session_ends_after_twelve_hours_however_busy_it_is(han: User) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = by_form(han)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            page = reverse("admin:accounts_user_changelist")
            client.post(page, {"action": "end_logins", "_selected_action": [cast.person(f"{now()}@x.kr", "김").pk]})
            assert gets_in(client)
        clock.shift(timedelta(minutes=59))
        assert gets_in(client)
        clock.shift(timedelta(minutes=2))
        assert not gets_in(client)
        assert actor_from_session_cookie(cookie(client)) is None


def test_a_login_by_the_api_opens_the_staff_pages_for_twelve_hours_only(han: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        login = services.log_in(email=han.email, password=cast.PASSWORD, address="198.51.100.7", device=Device())
        client = Client()
        client.cookies["sessionid"] = login.session_key
        assert gets_in(client)
        clock.shift(timedelta(hours=12, minutes=1))
        assert not gets_in(client)
        assert actor_from_session_cookie(login.session_key) is not None  # for the sockets it lasts as its tokens do


def test_logging_out_of_the_staff_pages_ends_the_login_that_opened_them(han: User) -> None:
    login = services.log_in(email=han.email, password=cast.PASSWORD, address="198.51.100.7", device=Device())
    client = Client()
    client.cookies["sessionid"] = login.session_key
    assert client.post("/admin/logout/").status_code == 200
    with pytest.raises(Unauthenticated):
        cast.caller(login.tokens.access)


def test_a_stale_refresh_token_ends_the_session_of_its_login_and_no_other(han: User) -> None:
    login = services.log_in(email=han.email, password=cast.PASSWORD, address="198.51.100.7", device=Device())
    form = by_form(han)
    second = services.refresh(token=login.tokens.refresh, address="198.51.100.7")
    services.refresh(token=second.refresh, address="198.51.100.7")
    with pytest.raises(Unauthenticated):
        services.refresh(token=login.tokens.refresh, address="198.51.100.7")
    assert actor_from_session_cookie(login.session_key) is None
    assert gets_in(form)


def test_a_session_without_a_login_opens_nothing(han: User) -> None:
    client = by_form(han)
    session = client.session
    del session["login_family"]
    session.save()
    assert not gets_in(client)
    assert actor_from_session_cookie(cookie(client)) is None


def test_logins_by_form_are_forgotten_when_they_are_over(han: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        by_form(han)
        kept = issue_tokens(han)
        clock.shift(timedelta(hours=13))
        services.delete_expired_logins()
    assert [str(family.pk) for family in LoginFamily.objects.all()] == [kept.family_id]
    assert not Session.objects.exists()
