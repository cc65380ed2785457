"""Who is there: joined and left come once per pair (contract 6.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.events.models import SocketLease
from tests import classes

pytestmark = pytest.mark.django_db


def seat_of(user: User) -> SessionParticipant:
    return SessionParticipant.objects.get(user=user)


def silent_for(user: User, minutes: int) -> None:
    SessionParticipant.objects.filter(user=user).update(last_seen_at=now() - timedelta(minutes=minutes))


def sweep() -> None:
    services.mark_absent_if_silent(now() - timedelta(minutes=5))


def test_leaving_is_told_once(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    classes.seat(session, lee)
    services.mark_absent(session.pk, kim.pk)
    services.mark_absent(session.pk, kim.pk)
    assert (seat_of(kim).status, seat_of(kim).is_present) == ("DISCONNECTED", False)
    (left,) = classes.events_of(ParticipantLeft)
    assert (left.user.id, left.active_participants, left.hidden_from()) == (kim.pk, 1, kim.pk)


def test_joined_comes_again_only_after_left(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    services.mark_present({session.pk: [kim.pk]})
    assert len(classes.events_of(ParticipantJoined)) == 1
    services.mark_absent(session.pk, kim.pk)
    services.mark_present({session.pk: [kim.pk]})
    services.mark_present({session.pk: [kim.pk]})
    assert len(classes.events_of(ParticipantJoined)) == 2
    assert seat_of(kim).status == "WAITING"


def test_people_without_a_seat_neither_come_nor_go(session: LectureSession, park: User) -> None:
    classes.forget_events()
    services.mark_present({session.pk: [park.pk]})
    services.mark_absent(session.pk, park.pk)
    assert classes.events() == []


def test_completed_survives_leaving_and_coming_back(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.end(session)
    SessionParticipant.objects.update(status="COMPLETED")
    services.mark_absent(session.pk, kim.pk)
    assert seat_of(kim).status == "COMPLETED"
    services.mark_present({session.pk: [kim.pk]})
    assert (seat_of(kim).status, seat_of(kim).is_present) == ("COMPLETED", True)


def test_silence_of_five_minutes_without_a_socket_is_absence(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    classes.seat(session, lee)
    silent_for(kim, 6)
    silent_for(lee, 4)
    sweep()
    assert (seat_of(kim).is_present, seat_of(lee).is_present) == (False, True)


def test_an_open_socket_is_presence_however_silent(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    silent_for(kim, 60)
    lease = SocketLease.objects.create(
        topic=f"session:{session.pk}", user_id=kim.pk, process="p", expires_at=now() + timedelta(seconds=30)
    )
    sweep()
    assert seat_of(kim).is_present
    lease.expires_at = now() - timedelta(seconds=1)
    lease.save()
    sweep()
    assert not seat_of(kim).is_present


def test_a_sign_of_life_is_presence(session: LectureSession, kim: User, lee: User) -> None:
    for user in (kim, lee):
        classes.seat(session, user)
        silent_for(user, 6)
    services.touch([kim.pk], now())
    sweep()
    assert (seat_of(kim).is_present, seat_of(lee).is_present) == (True, False)
