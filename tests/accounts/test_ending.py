"""What ends one login and what ends them all, who is told, and what is left of them (contract 3.3, 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts import services, tokens
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.accounts.models import LoginFamily, RefreshToken, User
from mobilegpt.accounts.services import Login
from mobilegpt.accounts.tokens import actor_from_session_cookie, issue_tokens
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Unauthenticated
from mobilegpt.database.models import FailureCount
from tests import cast, classes

pytestmark = pytest.mark.django_db

ADDRESS = "198.51.100.7"


def log_in(user: User) -> Login:
    return services.open_login(user)


def log_out(login: Login | None = None, refresh_token: str | None = None) -> None:
    actor = cast.caller(login.tokens.access) if login is not None else None
    services.log_out(actor=actor, refresh_token=refresh_token, address=ADDRESS)


def stands(login: Login) -> bool:
    return LoginFamily.objects.live().filter(pk=login.tokens.family_id).exists()


def ended() -> list[tuple[int, str | None]]:
    return [(event.user_id, event.family_id) for event in classes.events_of(CredentialsRevoked)]


# --- one login


def test_logging_out_ends_one_login_and_tells_its_sockets(kim: User) -> None:
    login, other = log_in(kim), log_in(kim)
    log_out(login)
    assert (stands(login), stands(other)) == (False, True)
    assert ended() == [(kim.pk, login.tokens.family_id)]
    (event,) = classes.events_of(CredentialsRevoked)
    assert event.topics() == ("control",)
    assert LoginFamily.objects.get(pk=login.tokens.family_id).revoked_reason == "logout"


def test_a_token_of_another_login_ends_that_one_too(kim: User) -> None:
    """A phone that signed in twice and sends what it has left of both."""
    login, other = log_in(kim), log_in(kim)
    log_out(login, refresh_token=other.tokens.refresh)
    assert (stands(login), stands(other)) == (False, False)
    assert sorted(ended()) == sorted((kim.pk, one.tokens.family_id) for one in (login, other))


def test_the_own_refresh_token_beside_the_access_token_is_one_login(kim: User) -> None:
    login = log_in(kim)
    log_out(login, refresh_token=login.tokens.refresh)
    assert ended() == [(kim.pk, login.tokens.family_id)]


def test_a_login_that_is_over_is_ended_without_a_word(kim: User) -> None:
    login = log_in(kim)
    log_out(refresh_token=login.tokens.refresh)
    classes.forget_events()
    lines = AuditEntry.objects.count()
    log_out(refresh_token=login.tokens.refresh)
    assert ended() == []
    assert AuditEntry.objects.count() == lines


def test_who_shows_nothing_is_asked_to_sign_in() -> None:
    with pytest.raises(Unauthenticated) as refusal:
        log_out()
    assert refusal.value.code == ErrorCode.UNAUTHENTICATED


def test_who_has_no_login_behind_the_token_has_none_to_end(kim: User) -> None:
    with pytest.raises(Unauthenticated):
        services.log_out(actor=cast.actor(kim), refresh_token=None, address=ADDRESS)


def test_a_forged_token_ends_nothing_even_beside_a_good_one(kim: User) -> None:
    login = log_in(kim)
    with pytest.raises(Unauthenticated):
        log_out(login, refresh_token=login.tokens.access)
    assert stands(login)
    assert ended() == []
    assert [row.bucket for row in FailureCount.objects.all()] == [f"refresh:address:{ADDRESS}"]


def test_an_expired_token_is_no_forgery(kim: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        login = log_in(kim)
        clock.shift(timedelta(days=2))
        with pytest.raises(Unauthenticated):
            log_out(refresh_token=login.tokens.refresh)
    assert not FailureCount.objects.exists()


def test_a_login_of_another_account_is_not_ended_by_naming_it(kim: User, lee: User) -> None:
    """The family is looked up with the account that the token names."""
    login = log_in(kim)
    services.end_login(LoginFamily(id=LoginFamily.objects.get().pk, user=lee), reason="test")
    assert stands(login)
    assert ended() == []


# --- all logins


def test_everywhere_is_told_once_also_where_nobody_is(kim: User) -> None:
    """Sockets of trusted programs stand on no login: they hear of it all the same."""
    services.revoke_all(kim, reason="test")
    assert ended() == [(kim.pk, None)]
    line = AuditEntry.objects.get(action="login.ended")
    assert (line.subject, line.details) == (f"user:{kim.pk}", {"everywhere": True, "reason": "test"})


def test_the_reason_of_a_login_that_was_over_stays(kim: User) -> None:
    login = log_in(kim)
    log_out(login)
    first = LoginFamily.objects.get()
    services.revoke_all(kim, reason="later")
    last = LoginFamily.objects.get()
    assert (last.revoked_reason, last.revoked_at) == ("logout", first.revoked_at)


def by_logout(login: Login) -> None:
    log_out(login)


def by_staff(login: Login) -> None:
    services.revoke_all(login.user, reason="test")


def by_reuse(login: Login) -> None:
    second = services.refresh(token=login.tokens.refresh, address=ADDRESS)
    services.refresh(token=second.refresh, address=ADDRESS)
    with pytest.raises(Unauthenticated):
        services.refresh(token=login.tokens.refresh, address=ADDRESS)


@pytest.mark.parametrize("end", [by_logout, by_staff, by_reuse])
def test_the_browser_session_goes_with_its_login(end: Callable[[Login], None], kim: User, lee: User) -> None:
    login, other = log_in(kim), log_in(lee)
    end(login)
    assert actor_from_session_cookie(login.session_key) is None
    assert list(Session.objects.values_list("session_key", flat=True)) == [other.session_key]
    assert LoginFamily.objects.get(pk=login.tokens.family_id).session_key is None


# --- what stands on a login


@pytest.mark.parametrize(("hours", "opens"), [(0, True), (11.99, True), (12.01, False)])
def test_staff_pages_are_open_for_half_a_day(kim: User, hours: float, opens: bool) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        login = log_in(kim)
        clock.shift(timedelta(hours=hours))
        assert tokens.opens_staff_pages(login.tokens.family_id, kim.pk) is opens


def test_staff_pages_are_closed_to_another_and_to_none(kim: User, lee: User) -> None:
    login = log_in(kim)
    assert not tokens.opens_staff_pages(login.tokens.family_id, lee.pk)
    assert not tokens.opens_staff_pages(None, kim.pk)
    log_out(login)
    assert not tokens.opens_staff_pages(login.tokens.family_id, kim.pk)


def test_a_token_tells_whose_it_is_without_asking_anybody(
    kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    login = log_in(kim)
    log_out(login)
    with django_assert_num_queries(0):
        assert tokens.user_of_access_token(login.tokens.access) == kim.pk  # the login is over: it cannot know
        with pytest.raises(Unauthenticated):
            tokens.user_of_access_token(login.tokens.refresh)


def test_logins_of_a_hall_are_opened_in_a_few_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    students = cast.students(40)
    with django_assert_num_queries(5):  # families, sessions, tokens, in one savepoint; lines wait for others
        guests = [User(pk=user.pk, email=user.email, name=user.name, is_guest=True) for user in students]
        logins = services.open_logins(guests)
    assert [login.user.pk for login in logins] == [user.pk for user in students]
    assert len({login.session_key for login in logins}) == len({login.tokens.family_id for login in logins}) == 40
    for login, user in zip(logins, students, strict=True):
        assert cast.caller(login.tokens.access).user_id == user.pk


def test_a_refresh_token_that_is_not_stored_is_worth_nothing(kim: User) -> None:
    """Signed by us, of a login that stands: still it must be known."""
    login = log_in(kim)
    RefreshToken.objects.all().delete()
    with pytest.raises(Unauthenticated) as refusal:
        services.refresh(token=login.tokens.refresh, address=ADDRESS)
    assert refusal.value.code == ErrorCode.INVALID_TOKEN
    assert stands(login)


def test_a_login_that_still_has_a_token_is_not_swept_away(kim: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        issue_tokens(kim)
        clock.shift(timedelta(hours=23))
        services.delete_expired_logins()
        assert LoginFamily.objects.count() == 1
        clock.shift(timedelta(hours=2))
        assert services.delete_expired_logins() == 1
        assert services.delete_expired_logins() == 0


def test_who_logs_in_with_a_password_leaves_a_line_at_once(kim: User) -> None:
    login = services.log_in(email=kim.email, password=cast.PASSWORD, address=ADDRESS, device=Device())
    line = AuditEntry.objects.get(action="login.ok")
    assert (line.actor_id, line.subject) == (login.user.pk, f"user:{kim.pk}")
