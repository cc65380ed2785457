"""When somebody was in a class: written with their seat, ended at the last moment that is known (contract 11.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.models import LectureSession, PresenceInterval, SessionParticipant
from mobilegpt.classroom.presence_log import forget_presence
from mobilegpt.classroom.selectors import Visit
from mobilegpt.core.clock import now
from mobilegpt.events.models import SocketLease
from mobilegpt.realtime.presence import PresenceHooks, _settle_in, _sweep
from tests import cast, classes
from tests.attendance.clock import Hall, at

pytestmark = pytest.mark.django_db
HOOKS = PresenceHooks(
    came={"session": services.mark_present},
    gone={"session": services.mark_all_absent},
    touch=services.touch,
    sweep=services.mark_absent_if_silent,
)


def spans(session: LectureSession) -> list[tuple[float, float | None]]:
    rows = PresenceInterval.objects.filter(session=session).order_by("began_at")
    return [
        ((row.began_at - at(0)).total_seconds(), (row.ended_at - at(0)).total_seconds() if row.ended_at else None)
        for row in rows
    ]


def lease(session: LectureSession, user: User, renewed: float) -> None:
    """Of a process that renewed it last at this second."""
    SocketLease.objects.create(
        topic=f"session:{session.pk}", user_id=user.pk, process="killed", expires_at=at(renewed + 45)
    )


def test_it_begins_with_the_seat_and_lasts_while_they_are_there(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    hall.turn_to(90)
    line = hall.line_of(kim)
    assert spans(hall.session) == [(0, None)]
    assert (line.first_in, line.last_out, line.present_seconds, line.is_present) == (at(0), None, 90, True)


def test_it_ends_when_the_phone_was_last_known_and_not_when_that_was_noticed(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    hall.cut(155, {kim: 100})
    assert spans(hall.session) == [(0, 100)]
    assert hall.line_of(kim).last_out == at(100)


@pytest.mark.parametrize(("away", "seconds"), [(59, 200), (60, 200), (61, 139)])
def test_a_cut_of_a_minute_is_none(hall: Hall, kim: User, away: int, seconds: int) -> None:
    classes.seat(hall.session, kim)
    hall.cut(110, {kim: 100})
    hall.back(100 + away, kim)
    hall.cut(215, {kim: 200})
    assert hall.seconds_of(kim) == seconds


def test_it_ends_with_the_class_and_review_does_not_count(hall: Hall, kim: User, lee: User) -> None:
    classes.seat(hall.session, kim)
    classes.start(hall.session)
    hall.turn_to(600)
    services.touch([kim.pk], now())
    classes.end(hall.session)
    hall.cut(700, {kim: 690})
    hall.back(800, kim)
    assert (hall.line_of(kim).last_out, hall.seconds_of(kim)) == (at(600), 600)
    assert spans(hall.session) == [(0, 600)]


def test_a_silence_from_before_the_end_that_is_noticed_after_it_ends_then(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    classes.start(hall.session)
    lease(hall.session, kim, 590)
    hall.turn_to(600)
    classes.end(hall.session)
    assert hall.seconds_of(kim) == 600
    hall.cut(630, {kim: 570})
    assert hall.seconds_of(kim) == 570


def test_who_is_silent_without_a_socket_was_there_until_last_heard(hall: Hall, kim: User, lee: User) -> None:
    for user in (kim, lee):
        classes.seat(hall.session, user)
    classes.start(hall.session)
    hall.turn_to(200)
    services.touch([lee.pk], now())
    hall.turn_to(400)
    services.mark_absent_if_silent(at(100))
    hall.turn_to(420)
    classes.end(hall.session)
    assert (hall.seconds_of(kim), hall.seconds_of(lee)) == (0, 200)


def test_after_a_kill_it_ends_at_the_last_sign_of_life(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    lease(hall.session, kim, 300)
    hall.turn_to(352)
    _sweep(HOOKS)
    assert spans(hall.session) == [(0, 300)]


def test_a_restart_within_a_minute_changes_nothing(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    lease(hall.session, kim, 300)
    hall.turn_to(350)
    _settle_in({(f"session:{hall.session.pk}", kim.pk)}, HOOKS)
    _sweep(HOOKS)
    assert spans(hall.session) == [(0, None)]


def test_after_a_long_stop_who_returns_at_once_was_away_all_the_same(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    lease(hall.session, kim, 300)
    hall.turn_to(900)
    _settle_in({(f"session:{hall.session.pk}", kim.pk)}, HOOKS)
    hall.turn_to(1000)
    assert spans(hall.session) == [(0, 300), (900, None)]
    assert hall.seconds_of(kim) == 400
    assert SessionParticipant.objects.get(user=kim).is_present


def test_two_devices_are_one_presence(hall: Hall, kim: User) -> None:
    """Presence tells of the last socket's end only; another process's lease keeps them there."""
    classes.seat(hall.session, kim)
    hall.turn_to(100)
    hall.back(100, kim)
    assert spans(hall.session) == [(0, None)]
    lease(hall.session, kim, 190)
    SocketLease.objects.create(
        topic=f"session:{hall.session.pk}", user_id=kim.pk, process="another", expires_at=at(300)
    )
    hall.turn_to(250)
    _sweep(HOOKS)
    assert spans(hall.session) == [(0, None)]


def test_two_hundred_go_in_as_many_statements_as_one_and_their_events(
    hall: Hall, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    students = cast.students(200)
    for part in range(0, 200, 50):
        services.take_seats([services.Arrival(cast.actor(one), Visit(hall.session)) for one in students[part:][:50]])
    assert PresenceInterval.objects.filter(session=hall.session, ended_at__isnull=True).count() == 200
    with django_assert_max_num_queries(24):
        hall.cut(100, dict.fromkeys(students, 90.0))
    assert {(row.ended_at - at(0)).total_seconds() for row in PresenceInterval.objects.all() if row.ended_at} == {90}


def test_old_rows_of_presence_end_with_their_time(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    classes.end(hall.session)
    assert forget_presence(now() - timedelta(seconds=1)) == 0
    assert forget_presence(now() + timedelta(seconds=1)) == 1
