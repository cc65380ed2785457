"""Several people who take a seat in one transaction: each as if alone, all for the statements of one."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
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
from mobilegpt.lectures.models import Enrollment, Lecture
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db
# PostgreSQL begins their step together with the events.
_STATEMENTS = 9 if connection.vendor == "postgresql" else 10
_PRESENCE = 0 if connection.vendor == "postgresql" else 1  # there, with the events, too
DEVICES = [f"f3b0c44298fc1c149afbf4c{number}" for number in range(10)]


def arrivals(session: LectureSession, *users: User) -> list[Arrival]:
    return [Arrival(cast.actor(user), Visit(session)) for user in users]


def guests(session: LectureSession, *devices: str, address: str = "192.0.2.1") -> list[GuestSeating | DomainError]:
    return services.take_guest_seats(
        [
            guest_arrival(session=session, name=f"손님{at}", device_id=device, address=address)
            for at, device in enumerate(devices)
        ]
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
    with django_assert_num_queries(_STATEMENTS + _PRESENCE + 2):  # and the savepoint in the test's own transaction
        services.take_seats(arrivals(session, *students[1:]))
    first = classes.steps(session.lecture)[0]
    assert SubtaskProgress.objects.filter(subtask=first, status="IN_PROGRESS").count() == 11
    assert SessionParticipant.objects.filter(status="ACTIVE", current_subtask=first).count() == 11


def test_ten_guests_ask_the_database_as_often_as_one(
    session: LectureSession, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    guests(session, "f3b0c44298fc1c149afbf4ff")
    with django_assert_num_queries(18 + _PRESENCE + 2):
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


# --- nobody takes all seats (reliability X21)


def test_one_device_without_a_name_of_its_own_gets_five_seats(session: LectureSession, lecture: Lecture) -> None:
    results = guests(session, *["test"] * 7, "other")
    assert [outcome(one) for one in results] == [True] * 5 + [ErrorCode.DEVICE_SEATS_TAKEN] * 2 + [True]
    assert [outcome(one) for one in guests(session, "test", address="198.51.100.9")] == [ErrorCode.DEVICE_SEATS_TAKEN]
    assert [outcome(one) for one in guests(classes.open_class(lecture), "test")] == [True]


def test_one_address_gets_a_hall_of_seats_in_ten_minutes(session: LectureSession, lecture: Lecture) -> None:
    with time_machine.travel("2026-11-30T01:00:00Z", tick=False) as clock, override_settings(GUEST_SEATS_PER_ADDRESS=3):
        assert [outcome(one) for one in guests(session, *DEVICES[:2])] == [True, True]
        late = guests(session, *DEVICES[1:5])
        assert [outcome(one) for one in late] == [False, True, ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED]
        assert [outcome(one) for one in guests(classes.open_class(lecture), DEVICES[0])] == [ErrorCode.RATE_LIMITED]
        assert [outcome(one) for one in guests(session, DEVICES[5], address="198.51.100.9")] == [True]
        assert [outcome(one) for one in guests(session, *DEVICES[:3])] == [False] * 3, "who sits there comes back"
        (refused,) = guests(session, DEVICES[6])
        assert isinstance(refused, DomainError)
        assert refused.retry_after is not None
        clock.shift(refused.retry_after)
        assert [outcome(one) for one in guests(session, *DEVICES[6:8])] == [True, True]
    assert User.objects.filter(is_guest=True).count() == 6


def test_an_ipv6_address_is_its_network(session: LectureSession, settings: Any) -> None:
    settings.GUEST_SEATS_PER_ADDRESS = 1
    came = [
        outcome(one)
        for at, address in enumerate(("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "::ffff:192.0.2.7"))
        for one in guests(session, DEVICES[at], address=address)
    ]
    assert came == [True, ErrorCode.RATE_LIMITED, True, True]


def test_who_is_refused_by_their_network_has_not_used_up_their_device(session: LectureSession, settings: Any) -> None:
    settings.GUEST_SEATS_PER_ADDRESS = 2
    assert [outcome(one) for one in guests(session, *["test"] * 5)] == [True] * 2 + [ErrorCode.RATE_LIMITED] * 3
    assert [outcome(one) for one in guests(session, *["test"] * 2, address="198.51.100.9")] == [True] * 2


def test_who_finds_the_class_full_is_not_counted(session: LectureSession, lecture: Lecture, settings: Any) -> None:
    settings.SESSION_MAX_SEATS, settings.GUEST_SEATS_PER_ADDRESS = 1, 2
    assert [outcome(one) for one in guests(session, *DEVICES[:3])] == [True] + [ErrorCode.SESSION_FULL] * 2
    assert [outcome(one) for one in guests(classes.open_class(lecture), DEVICES[1])] == [True]
