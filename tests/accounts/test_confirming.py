"""The link that confirms an e-mail: what is mailed, for whom it holds, and what becomes of who never opened it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail, signing

from mobilegpt.accounts import confirmation, services
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, RateLimited, Unauthenticated
from mobilegpt.jobs.models import Job
from tests import cast, classes

pytestmark = pytest.mark.django_db

BASE = "https://class.example.com"


@pytest.fixture(autouse=True)
def _confirming(settings: Any) -> None:
    settings.EMAIL_CONFIRMATION = True


@pytest.fixture
def saebom() -> User:
    return cast.person("saebom@example.com", "김새봄", awaits_confirmation=True)


def send(user: User) -> None:
    confirmation.send({"user_id": user.pk, "base": BASE})


def send_again(email: str, address: str = "198.51.100.7") -> None:
    confirmation.send_again(email, address, BASE)


def refused(key: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        confirmation.confirm(key)
    return refusal.value


def test_the_mail_has_the_link_and_goes_to_the_address_that_it_confirms(saebom: User) -> None:
    send(saebom)
    (message,) = mail.outbox
    assert message.to == ["saebom@example.com"]
    link = next(line for line in str(message.body).splitlines() if line.startswith(BASE))
    confirmation.confirm(link.removeprefix(f"{BASE}/confirm?key="))
    saebom.refresh_from_db()
    assert not saebom.awaits_confirmation


def test_a_mail_that_is_of_no_use_any_more_is_not_sent(saebom: User, kim: User) -> None:
    """The job ran late: confirmed by another link, or deleted."""
    confirmation.confirm(confirmation.key_for(saebom))
    gone = cast.person("gone@example.com", "정없음", awaits_confirmation=True)
    key = {"user_id": gone.pk, "base": BASE}
    gone.delete()
    send(saebom)
    send(kim)
    confirmation.send(key)
    assert mail.outbox == []


def test_a_link_confirms_once_and_leaves_one_line(saebom: User) -> None:
    key = confirmation.key_for(saebom)
    confirmation.confirm(key)
    assert refused(key).code == ErrorCode.BAD_LINK
    line = AuditEntry.objects.get(action="account.confirmed")
    assert (line.actor_id, line.subject) == (saebom.pk, f"user:{saebom.pk}")


def test_a_link_holds_for_two_days(saebom: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        late, in_time = confirmation.key_for(saebom), confirmation.key_for(saebom)
        clock.shift(timedelta(hours=47, minutes=59))
        confirmation.confirm(in_time)
        User.objects.update(awaits_confirmation=True)
        clock.shift(timedelta(minutes=2))
        assert refused(late).code == ErrorCode.BAD_LINK


def test_a_link_is_of_one_account_and_one_address(saebom: User, kim: User) -> None:
    key = confirmation.key_for(saebom)
    saebom.email = "elsewhere@example.com"
    saebom.save()
    refused(key)
    refused(confirmation.key_for(kim))  # waits for nothing
    other_use = signing.dumps({"user": saebom.pk, "email": saebom.email}, salt="mobilegpt.other")
    refused(other_use)
    saebom.refresh_from_db()
    assert saebom.awaits_confirmation


def test_who_has_not_confirmed_is_told_so_only_for_the_right_password(saebom: User) -> None:
    def prove(password: str) -> None:
        services.prove(email=saebom.email, password=password, address="198.51.100.7", device=Device())

    with pytest.raises(Unauthenticated):
        prove("not it at all")
    with pytest.raises(Forbidden) as refusal:
        prove(cast.PASSWORD)
    assert refusal.value.code == ErrorCode.EMAIL_NOT_CONFIRMED


# --- another link


def test_another_link_is_asked_for_by_a_job(saebom: User) -> None:
    send_again("  Saebom@EXAMPLE.com ")
    (job,) = Job.objects.all()
    assert (job.name, job.payload) == ("accounts.confirmation", {"user_id": saebom.pk, "base": BASE})


def test_three_links_an_hour_go_to_one_account_in_whatever_form(saebom: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for email in ("saebom@example.com", "SAEBOM@example.com", "ｓａｅｂｏｍ@example.com"):
            send_again(email, address=f"192.0.2.{len(email)}")
        with pytest.raises(RateLimited):
            send_again("saebom@example.com", address="203.0.113.9")
        assert Job.objects.count() == 3
        clock.shift(timedelta(hours=1, minutes=2))
        send_again("saebom@example.com")
    assert Job.objects.count() == 4


def test_sixty_links_an_hour_go_to_one_address_whomever_they_are_for() -> None:
    for number in range(60):
        send_again(f"nobody{number}@example.com")
    with pytest.raises(RateLimited):
        send_again("nobody60@example.com")
    send_again("nobody60@example.com", address="203.0.113.9")
    assert not Job.objects.exists()


# --- who never opened it


@pytest.mark.parametrize(("hours", "left"), [(47, 1), (49, 0)])
def test_an_account_goes_when_its_link_does(saebom: User, hours: int, left: int) -> None:
    with time_machine.travel(now() + timedelta(hours=hours)):
        assert confirmation.delete_unconfirmed() == 1 - left
    assert User.objects.filter(pk=saebom.pk).count() == left


def test_who_goes_is_erased_as_everybody_is(saebom: User) -> None:
    """By ``User.delete``, not behind its back: sockets close and a line is left."""
    user_id = saebom.pk
    with time_machine.travel(now() + timedelta(hours=49)):
        confirmation.delete_unconfirmed()
    assert [event.user_id for event in classes.events_of(CredentialsRevoked)] == [user_id]
    assert AuditEntry.objects.filter(action="account.deleted", subject=f"user:{user_id}").count() == 1
