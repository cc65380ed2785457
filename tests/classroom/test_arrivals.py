"""Several people who take a seat in one transaction: each as if alone, all for the statements of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import LoginFamily, User
from mobilegpt.chat.events import MemberJoined
from mobilegpt.chat.models import Room
from mobilegpt.classroom import services
from mobilegpt.classroom.events import ParticipantJoined
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import Visit
from mobilegpt.classroom.services import Arrival, GuestSeating, Seating, guest_arrival
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.lectures.models import Enrollment
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db
# PostgreSQL begins their step together with the events.
_STATEMENTS = 8 if connection.vendor == "postgresql" else 9
DEVICES = [f"f3b0c44298fc1c149afbf4c{number}" for number in range(10)]


def arrivals(session: LectureSession, *users: User) -> list[Arrival]:
    return [Arrival(cast.actor(user), Visit(session)) for user in users]


def guests(session: LectureSession, *devices: str) -> list[GuestSeating | DomainError]:
    return services.take_guest_seats(
        [guest_arrival(session=session, name=f"손님{at}", device_id=device) for at, device in enumerate(devices)]
    )


def outcome(result: Seating | GuestSeating | DomainError) -> bool | ErrorCode:
    """Whether a seat is new, or the code of the refusal."""
    if isinstance(result, DomainError):
        return result.code
    return (result if isinstance(result, Seating) else result.seating).created


def test_each_gets_a_seat_a_number_and_the_room_of_the_class(session: LectureSession) -> None:
    students = cast.students(5)
    seatings = services.take_seats(arrivals(session, *students))
    assert [one.seat.user_id for one in seatings if isinstance(one, Seating)] == [user.pk for user in students]
    assert [outcome(one) for one in seatings] == [True] * 5
    joined = classes.events_of(ParticipantJoined)
    assert [(one.user.id, one.total_participants) for one in joined] == [
        (user.pk, number) for number, user in enumerate(students, start=1)
    ]
    assert Enrollment.objects.filter(lecture=session.lecture, user__in=students).count() == 5
    room = Room.objects.get(session_id=session.pk)
    assert set(room.members.filter(role="member").values_list("user_id", flat=True)) == {user.pk for user in students}
    assert [event.user.id for event in classes.events_of(MemberJoined)][-5:] == [user.pk for user in students]


def test_ten_ask_the_database_as_often_as_one(
    session: LectureSession, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    classes.start(session)
    students = cast.students(11)
    services.take_seats(arrivals(session, students[0]))
    with django_assert_num_queries(_STATEMENTS + 2):  # and the savepoint in the test's own transaction
        services.take_seats(arrivals(session, *students[1:]))
    first = classes.steps(session.lecture)[0]
    assert SubtaskProgress.objects.filter(subtask=first, status="IN_PROGRESS").count() == 11
    assert SessionParticipant.objects.filter(status="ACTIVE", current_subtask=first).count() == 11


def test_ten_guests_ask_the_database_as_often_as_one(
    session: LectureSession, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    guests(session, "f3b0c44298fc1c149afbf4ff")
    with django_assert_num_queries(14 + 2):
        seated = guests(session, *DEVICES)
    logins = [one.login for one in seated if isinstance(one, GuestSeating)]
    assert [cast.caller(login.tokens.access).user_id for login in logins] == [
        one.seating.seat.user_id for one in seated if isinstance(one, GuestSeating)
    ]
    assert len({login.session_key for login in logins}) == len(DEVICES)


def test_the_last_seat_goes_to_who_came_first_and_the_others_are_told(
    session: LectureSession, kim: User, settings: Any
) -> None:
    settings.SESSION_MAX_SEATS = 3
    classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    students = cast.students(4)
    results = services.take_seats(arrivals(session, *students[:3], kim, students[3]))
    full = ErrorCode.SESSION_FULL
    assert [outcome(one) for one in results] == [True, True, full, False, full]
    assert SessionParticipant.objects.filter(session=session, is_present=True).count() == 3
    assert not Enrollment.objects.filter(user__in=students[2:]).exists()


def test_who_presses_twice_has_one_seat(session: LectureSession, kim: User, lee: User) -> None:
    results = services.take_seats(arrivals(session, kim, lee, kim))
    assert [outcome(one) for one in results] == [True, True, False]
    assert [one.seat.user_id for one in results if isinstance(one, Seating)] == [kim.pk, lee.pk, kim.pk]
    assert len(classes.events_of(ParticipantJoined)) == 2


def test_after_the_end_each_is_told_for_themselves(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    classes.end(session)
    results = services.take_seats(arrivals(session, lee, kim))
    assert [outcome(one) for one in results] == [ErrorCode.SESSION_OVER, False]


def test_a_device_that_comes_twice_has_one_seat_and_two_logins(session: LectureSession) -> None:
    results = guests(session, DEVICES[0], DEVICES[1], DEVICES[0], "test", "test")
    assert [outcome(one) for one in results] == [True, True, False, True, True]
    users = [one.login.user for one in results if isinstance(one, GuestSeating)]
    assert users[0] == users[2]
    assert len(set(users)) == 4
    assert [user.name for user in users] == ["손님0", "손님1", "손님0", "손님3", "손님4"]
    assert LoginFamily.objects.filter(user=users[0]).count() == 2


def test_a_seat_that_was_closed_closes_nobody_elses(session: LectureSession) -> None:
    first, second = guests(session, *DEVICES[:2])
    assert isinstance(first, GuestSeating)
    assert isinstance(second, GuestSeating)
    first.login.user.is_active = False
    first.login.user.save()
    with pytest.raises(DomainError):
        cast.caller(first.login.tokens.access)
    services.mark_absent(session.pk, second.login.user.pk)
    results = guests(session, *DEVICES[:3])
    assert [outcome(one) for one in results] == [ErrorCode.FORBIDDEN, False, True]
    assert SessionParticipant.objects.get(user=second.login.user).is_present
    assert LoginFamily.objects.filter(user=first.login.user).count() == 1


def test_guests_find_the_class_full_one_by_one(session: LectureSession, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = 2
    results = guests(session, *DEVICES[:4])
    assert [outcome(one) for one in results] == [True, True, ErrorCode.SESSION_FULL, ErrorCode.SESSION_FULL]
    assert User.objects.filter(is_guest=True).count() == 2
