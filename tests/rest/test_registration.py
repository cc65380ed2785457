"""Who may register, how often, and the link that confirms an e-mail (contract 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import get_resolver

from config.asgi import PASSWORD_PATHS
from mobilegpt.accounts import confirmation
from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.clock import now
from mobilegpt.database.models import FailureCount
from mobilegpt.jobs import work
from mobilegpt.rest.accounts import views as accounts
from mobilegpt.rest.livechat import views as livechat
from tests import cast
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db


def register(number: int, api: Api | None = None, role: str = "STUDENT", **headers: str) -> Answer:
    body = {"email": f"new{number}@example.com", "password": cast.PASSWORD, "name": "김새봄", "role": role}
    return (api or Api()).post("/api/auth/register", body, **headers)


def register_s3(number: int) -> Answer:
    body = {
        "email": f"s3-{number}@example.com",
        "password1": cast.PASSWORD,
        "password2": cast.PASSWORD,
        "nickname": "봄",
    }
    return Api().post("/user/v1/register/", body)


# --- how often


def test_registrations_of_an_address_are_counted_over_both_doors(settings: Any) -> None:
    settings.REGISTRATIONS_PER_ADDRESS = 6
    assert [register(number).status for number in range(4)] == [201] * 4
    assert [register_s3(number).status for number in range(4)] == [201, 201, 429, 429]
    assert register(9).code == "RATE_LIMITED"
    assert register(10, Api(address="203.0.113.5")).status == 201
    assert User.objects.count() == 7
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert register(11).status == 201


def test_a_hall_registers_behind_one_address_by_default(settings: Any) -> None:
    assert settings.REGISTRATIONS_PER_ADDRESS >= 300
    FailureCount.objects.create(
        bucket="registered:198.51.100.7", window=int(now().timestamp()) // 10, count=299, counted_at=now()
    )
    assert [register(number).status for number in range(2)] == [201, 429]


def test_instructors_are_counted_apart(settings: Any) -> None:
    settings.INSTRUCTORS_PER_ADDRESS = 2
    assert [register(number, role="INSTRUCTOR").status for number in range(3)] == [201, 201, 429]
    assert register(5).status == 201


def test_addresses_of_one_ipv6_network_count_together(settings: Any) -> None:
    settings.REGISTRATIONS_PER_ADDRESS = 2
    statuses = [register(number, Api(address=f"2001:db8:1:2::{number + 1:x}")).status for number in range(3)]
    assert statuses == [201, 201, 429]


def test_a_retry_and_a_refusal_count_for_nothing(settings: Any) -> None:
    settings.REGISTRATIONS_PER_ADDRESS = 2
    assert [register(1, Idempotency_Key="one-key-0001").status for _ in range(5)] == [201] * 5
    assert [register(1).code for _ in range(3)] == ["EMAIL_TAKEN"] * 3
    assert register(2).status == 201
    assert register(3).status == 429


def test_taken_emails_are_counted_with_a_key_too() -> None:
    register(1)
    statuses = [register(1, Idempotency_Key=f"one-key-{number:04}").status for number in range(101)]
    assert statuses == [409] * 100 + [429]


def test_what_hashes_passwords_is_answered_by_the_threads_for_it() -> None:
    hashing = (accounts.Register, accounts.LogIn, livechat.LiveChatAccounts)
    paths = [f"/{path}" for path, view in _views(get_resolver()) if issubclass(getattr(view, "cls", object), hashing)]
    assert len(paths) >= 8
    assert [path for path in [*paths, "/admin/login/"] if not path.startswith(PASSWORD_PATHS)] == []


def _views(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _views(entry, path)
        else:
            yield path, entry.callback


# --- who


def test_pages_can_ask_who_may_register(settings: Any) -> None:
    assert Api().get("/api/auth/signup").body == {"roles": ["STUDENT", "INSTRUCTOR"], "email_confirmation": False}
    settings.INSTRUCTOR_SIGNUP, settings.EMAIL_CONFIRMATION = "closed", True
    assert Api().get("/api/auth/signup").body == {"roles": ["STUDENT"], "email_confirmation": True}


# --- the link


@pytest.fixture
def confirming(settings: Any) -> None:
    settings.EMAIL_CONFIRMATION = True


def log_in(number: int = 1) -> Answer:
    return Api().post("/api/auth/login", {"email": f"new{number}@example.com", "password": cast.PASSWORD})


def links() -> list[str]:
    """The keys of the links that were mailed since it was asked last."""
    work.run_due()
    found = [re.search(r"http://testserver/confirm\?key=(\S+)", str(message.body)) for message in mail.outbox]
    mail.outbox.clear()
    return [match.group(1) for match in found if match is not None]


def confirm(key: str) -> Answer:
    return Api().post("/api/auth/confirm", {"key": key})


@pytest.mark.usefixtures("confirming")
def test_an_account_is_usable_once_its_link_was_opened_and_the_link_works_once() -> None:
    answer = register(1)
    documented = {"id", "email", "name", "role", "digital_level", "created_at"}
    assert (answer.status, set(answer.body)) == (201, {*documented, "access", "refresh"})
    assert (answer.body["access"], answer.body["refresh"]) == (None, None)
    assert (log_in().status, log_in().code) == (403, "EMAIL_NOT_CONFIRMED")
    (key,) = links()
    assert confirm(key).status == 200
    assert (confirm(key).status, confirm(key).code) == (400, "BAD_LINK")
    assert log_in().status == 200
    assert AuditEntry.objects.filter(action="account.confirmed").count() == 1


@pytest.mark.usefixtures("confirming")
def test_a_wrong_password_does_not_tell_that_an_account_waits() -> None:
    register(1)
    answer = Api().post("/api/auth/login", {"email": "new1@example.com", "password": "not it at all"})
    assert (answer.status, answer.code) == (401, "INVALID_CREDENTIALS")


@pytest.mark.usefixtures("confirming")
def test_a_link_expires_and_is_not_made_up() -> None:
    register(1)
    register(2)
    key, other = links()
    assert {confirm(bad).code for bad in ("", "x", key + "x", other[:-1], "가")} == {"BAD_LINK"}
    with time_machine.travel(now() + timedelta(hours=49)):
        assert confirm(key).code == "BAD_LINK"
    User.objects.filter(email="new1@example.com").update(email="moved@example.com")
    assert confirm(key).code == "BAD_LINK"


@pytest.mark.usefixtures("confirming")
def test_another_link_is_counted_and_tells_nobody_who_has_an_account() -> None:
    register(1)
    cast.student_kim()
    assert len(links()) == 1
    for email, sent in (("NEW1@example.com", 1), ("student1@example.com", 0), ("nobody@example.com", 0)):
        answers = [Api().post("/api/auth/confirm/resend", {"email": email}) for _ in range(4)]
        assert [answer.status for answer in answers] == [202, 202, 202, 429]
        assert len(links()) == 3 * sent
    statuses = [Api().post("/api/auth/confirm/resend", {"email": f"{n}@x.kr"}).status for n in range(60)]
    assert statuses[-1] == 429


@pytest.mark.usefixtures("confirming")
def test_nobody_keeps_an_address_that_they_did_not_confirm() -> None:
    register(1)
    kim = cast.student_kim()
    with time_machine.travel(now() + timedelta(hours=49)):
        assert confirmation.delete_unconfirmed() == 1
        assert register(1).status == 201
    assert User.objects.filter(pk=kim.pk).exists()


def test_where_it_is_off_nothing_waits(settings: Any) -> None:
    settings.EMAIL_CONFIRMATION = True
    register(1)
    settings.EMAIL_CONFIRMATION = False
    register(2)
    assert (log_in(1).status, log_in(2).status) == (200, 200)
    with time_machine.travel(now() + timedelta(hours=49)):
        assert confirmation.delete_unconfirmed() == 0
