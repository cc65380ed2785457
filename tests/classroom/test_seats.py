"""Taking a seat and taking it up again; seats without an account (contract 3.9, 6.4)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.events import ParticipantJoined
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.services.guests import GuestSeating
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.lectures.models import Enrollment
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db
DEVICE = "f3b0c44298fc1c149afbf4c8"


def test_a_seat_before_the_start_waits(session: LectureSession, kim: User) -> None:
    seating = services.take_seat(actor=cast.actor(kim), session=session)
    assert seating.created
    assert (seating.seat.status, seating.step) == ("WAITING", None)
    assert Enrollment.objects.filter(user=kim, lecture=session.lecture).exists()
    (joined,) = classes.events_of(ParticipantJoined)
    assert (joined.user.id, joined.user.email, joined.total_participants) == (kim.pk, kim.email, 1)
    assert joined.hidden_from() == kim.pk


def test_a_late_seat_is_active_on_the_current_step(session: LectureSession, kim: User) -> None:
    classes.start(session)
    seating = services.take_seat(actor=cast.actor(kim), session=session)
    first = classes.steps(session.lecture)[0]
    assert seating.step is not None
    assert (seating.seat.status, seating.seat.current_subtask_id, seating.step.id) == ("ACTIVE", first.pk, first.pk)
    assert SubtaskProgress.objects.get(user=kim).status == "IN_PROGRESS"


def test_coming_again_is_the_same_seat_and_no_news(
    session: LectureSession, kim: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    seat = classes.seat(session, kim)
    classes.forget_events()
    with django_assert_max_num_queries(1):
        again = services.take_seat(actor=cast.actor(kim), session=session)
    assert (again.created, again.seat.pk) == (False, seat.pk)
    assert classes.events() == []


def test_a_seat_that_was_left_comes_back_where_the_class_is(session: LectureSession, kim: User) -> None:
    seat = classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    classes.start(session)
    classes.forget_events()
    again = services.take_seat(actor=cast.actor(kim), session=session)
    assert (again.created, again.seat.pk, again.seat.status) == (False, seat.pk, "ACTIVE")
    assert again.seat.current_subtask_id == session.current_subtask_id
    assert len(classes.events_of(ParticipantJoined)) == 1


def test_only_students_take_a_seat(session: LectureSession, park: User) -> None:
    for user in (park, cast.instructor_choi(), cast.admin_han()):
        with pytest.raises(Forbidden):
            services.take_seat(actor=cast.actor(user), session=session)


def test_after_the_end_only_existing_seats_come_back(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    classes.end(session)
    assert not services.take_seat(actor=cast.actor(kim), session=session).created
    with pytest.raises(Conflict) as refusal:
        services.take_seat(actor=cast.actor(lee), session=session)
    assert refusal.value.code == ErrorCode.SESSION_OVER


def test_an_archived_session_has_no_seats(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    LectureSession.objects.filter(pk=session.pk).update(status="ENDED")
    session.refresh_from_db()
    with pytest.raises(NotFound):
        services.take_seat(actor=cast.actor(lee), session=session)


def test_a_full_session_takes_back_its_own(session: LectureSession, kim: User, lee: User, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = 1
    classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    with pytest.raises(Conflict) as refusal:
        services.take_seat(actor=cast.actor(lee), session=session)
    assert refusal.value.code == ErrorCode.SESSION_FULL
    with pytest.raises(Conflict):
        guest(session)
    assert not services.take_seat(actor=cast.actor(kim), session=session).created


# --- guests


def guest(session: LectureSession, name: str = "홍길동", device_id: str = DEVICE) -> GuestSeating:
    return services.take_guest_seat(session=session, name=name, device_id=device_id, address="192.0.2.1")


def test_a_guest_gets_an_account_a_seat_and_a_login(session: LectureSession) -> None:
    seated = guest(session, "  홍   길동 ")
    user = seated.login.user
    assert (user.name, user.role, user.is_guest, user.guest_session_id) == ("홍 길동", "STUDENT", True, session.pk)
    assert user.email == f"guest-{user.pk}@guest.invalid"
    assert not user.has_usable_password()
    assert seated.seating.created
    assert seated.login.tokens.access
    (joined,) = classes.events_of(ParticipantJoined)
    assert joined.user.email is None
    assert Enrollment.objects.filter(user=user, lecture=session.lecture).exists()


def test_the_same_device_gets_the_same_seat(session: LectureSession) -> None:
    first = guest(session)
    services.mark_absent(session.pk, first.login.user.pk)
    again = guest(session, "다른이름")
    assert (again.seating.created, again.seating.seat.pk) == (False, first.seating.seat.pk)
    assert again.login.user.name == "홍길동"
    assert SessionParticipant.objects.get().is_present


def test_another_name_on_a_device_is_somebody_else_in_another_session(session: LectureSession) -> None:
    other = classes.open_class(session.lecture)
    assert guest(session).login.user != guest(other, "이순자").login.user


def test_a_short_device_id_always_makes_a_new_seat(session: LectureSession) -> None:
    assert guest(session, device_id="test").login.user != guest(session, device_id="test").login.user
    assert SessionParticipant.objects.filter(device_hash__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("9774d56d682e549c", "9774d56d682e549c"),  # Android's own: 16 hexadecimal digits
        ("9774d56d682e549c", " 9774D56D682E549C\n"),
        ("a1b2c3d4e5f60718a1b2", "A1B2C3D4E5F60718A1B2"),
        ("6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
        ("kX2vQ9fR7bLm4TzN8cYw1A", "  kX2vQ9fR7bLm4TzN8cYw1A  "),
    ],
)
def test_one_phone_is_one_seat_however_its_id_is_written(session: LectureSession, first: str, then: str) -> None:
    taken = guest(session, device_id=first)
    again = guest(session, device_id=then)
    assert (again.seating.created, again.seating.seat.pk) == (False, taken.seating.seat.pk)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("9774d56d682e549", "9774d56d682e549"),  # 15 digits
        ("9774d56d-682e549", "9774d56d-682e549"),
        ("9774d56d682e549g", "9774d56d682e549g"),
        ("kX2vQ9fR7bLm4TzN8cYw1A", "kx2vq9fr7blm4tzn8cyw1a"),  # no hexadecimal digits: the case tells phones apart
        ("9774d56d682e549c", "9774d56d682e549d"),
        (" " * 30, " " * 30),
    ],
)
def test_what_is_no_id_of_one_phone_brings_no_seat_back(session: LectureSession, first: str, then: str) -> None:
    assert guest(session, device_id=first).login.user != guest(session, device_id=then).login.user


def test_the_device_id_is_not_stored_as_it_is(session: LectureSession) -> None:
    guest(session)
    stored = SessionParticipant.objects.get().device_hash
    assert stored is not None
    assert DEVICE not in stored


@pytest.mark.parametrize("name", ["", "   ", "\u200b\x00", "가" * 51])
def test_a_guest_needs_a_name(session: LectureSession, name: str) -> None:
    with pytest.raises(Invalid):
        guest(session, name)
    assert not User.objects.filter(is_guest=True).exists()


@pytest.mark.parametrize("device_id", ["", "x" * 201])
def test_a_guest_needs_a_device_id(session: LectureSession, device_id: str) -> None:
    with pytest.raises(Invalid):
        guest(session, device_id=device_id)


def test_guests_may_be_unwelcome(session: LectureSession, settings: Any) -> None:
    settings.GUEST_JOIN = False
    with pytest.raises(Forbidden) as refusal:
        guest(session)
    assert refusal.value.code == ErrorCode.GUEST_JOIN_DISABLED


def test_a_guest_takes_no_seat_elsewhere(session: LectureSession) -> None:
    other = classes.open_class(session.lecture)
    actor = cast.actor(guest(session).login.user)
    with pytest.raises(Forbidden) as refusal:
        services.take_seat(actor=actor, session=other)
    assert refusal.value.code == ErrorCode.GUEST_NOT_ALLOWED


def test_a_deactivated_guest_does_not_come_back_by_device(session: LectureSession) -> None:
    user = guest(session).login.user
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        guest(session)


def test_a_students_device_brings_no_seat_back(session: LectureSession, kim: User) -> None:
    """A device id must never be a way into an account that has a password."""
    classes.seat(session, kim)
    assert guest(session).login.user != kim
