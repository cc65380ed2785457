"""What a class refuses leaves nothing behind: no row, no account, no event (contract 3.9, 6.1–6.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mobilegpt.accounts.models import LoginFamily, User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    Announce,
    EndSession,
    OpenSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.events import SessionOpened
from mobilegpt.classroom.models import CodeLookup, LectureSession, SessionParticipant, StepControl
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode
from mobilegpt.core.fields import MESSAGE_LENGTH
from mobilegpt.lectures.models import Enrollment, Lecture
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

CLASS = (LectureSession, StepControl, SessionParticipant, SubtaskProgress)
PEOPLE = (User, LoginFamily, Enrollment, SessionParticipant, SubtaskProgress)
DEVICE = "f3b0c44298fc1c149afbf4c8"

Run = Callable[[Actor, LectureSession, str], object]
COMMANDS: dict[str, tuple[str, Run]] = {
    "start": (
        "WAITING",
        lambda actor, session, word: services.start_session(
            actor=actor, session_ref=session.code, command=StartSession(message=word)
        ),
    ),
    "next": (
        "IN_PROGRESS",
        lambda actor, session, word: services.advance_step(
            actor=actor, session_ref=session.code, command=AdvanceStep(message=word)
        ),
    ),
    "pause": (
        "IN_PROGRESS",
        lambda actor, session, word: services.pause_session(
            actor=actor, session_ref=session.code, command=PauseSession(message=word)
        ),
    ),
    "resume": (
        "PAUSED",
        lambda actor, session, word: services.resume_session(
            actor=actor, session_ref=session.code, command=ResumeSession(message=word)
        ),
    ),
    "end": (
        "IN_PROGRESS",
        lambda actor, session, word: services.end_session(
            actor=actor, session_ref=session.code, command=EndSession(message=word)
        ),
    ),
    "say": (
        "WAITING",
        lambda actor, session, word: services.announce(
            actor=actor, session_ref=session.code, command=Announce(message=word)
        ),
    ),
}
every_command = pytest.mark.parametrize(("status", "run"), COMMANDS.values(), ids=COMMANDS)


def brought_to(session: LectureSession, status: str) -> None:
    if status != "WAITING":
        classes.start(session)
    if status == "PAUSED":
        services.pause_session(
            actor=classes.owner_of(session), session_ref=session.code, command=PauseSession(message="쉬어요")
        )


# --- running it


@every_command
def test_a_word_that_is_too_long_refuses_what_it_came_with(
    status: str, run: Run, session: LectureSession, kim: User
) -> None:
    classes.seat(session, kim)
    brought_to(session, status)
    with refused(ErrorCode.INVALID_REQUEST, *CLASS) as refusal:
        run(classes.owner_of(session), session, "가" * (MESSAGE_LENGTH + 1))
    assert refusal.value.details == {"field": "message"}


@every_command
def test_the_last_word_is_the_word_of_the_class(status: str, run: Run, session: LectureSession) -> None:
    brought_to(session, status)
    run(classes.owner_of(session), session, " 천천히\r\n하세요 ")
    session.refresh_from_db()
    assert session.instructor_message == "천천히\n하세요"
    told: Any = classes.events()[-1]
    assert told.instructor_message == "천천히\n하세요"


def test_a_step_without_a_word_takes_the_former_one_down(session: LectureSession) -> None:
    owner = classes.owner_of(session)
    services.start_session(actor=owner, session_ref=session.code, command=StartSession(message="반가워요"))
    services.advance_step(actor=owner, session_ref=session.code, command=AdvanceStep())
    session.refresh_from_db()
    told: Any = classes.events()[-1]
    assert (session.instructor_message, told.instructor_message) == ("", None)
    assert [row.message for row in StepControl.objects.order_by("id")] == ["반가워요", "", ""]


@every_command
def test_who_does_not_run_it_changes_nothing(status: str, run: Run, session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    brought_to(session, status)
    with refused(ErrorCode.FORBIDDEN, *CLASS):
        run(cast.actor(kim), session, "안녕하세요")
    with refused(ErrorCode.NOT_FOUND, *CLASS):
        run(cast.actor(cast.instructor_choi()), session, "안녕하세요")


def test_past_the_last_step_the_class_stays_where_it_is(session: LectureSession) -> None:
    owner, last = classes.owner_of(session), classes.steps(session.lecture)[-1]
    services.start_session(actor=owner, session_ref=session.code, command=StartSession(first_subtask_id=last.pk))
    with refused(ErrorCode.NO_NEXT_STEP, *CLASS):
        services.advance_step(actor=owner, session_ref=session.code, command=AdvanceStep(message="끝"))


@pytest.mark.parametrize("running", [False, True])
def test_a_step_of_another_lecture_moves_nobody(running: bool, session: LectureSession, park: User) -> None:
    owner, foreign = classes.owner_of(session), classes.steps(cast.lecture(park, (1,)))[0].pk
    if running:
        classes.start(session)
    for step, code in ((foreign, ErrorCode.WRONG_LECTURE), (999_999, ErrorCode.NOT_FOUND)):
        with refused(code, *CLASS):
            if running:
                services.advance_step(actor=owner, session_ref=session.code, command=AdvanceStep(subtask_id=step))
            else:
                services.start_session(
                    actor=owner, session_ref=session.code, command=StartSession(first_subtask_id=step)
                )


# --- opening it


def test_a_class_is_opened_with_its_title_and_told(lecture: Lecture, park: User) -> None:
    command = OpenSession(title=" 오전반\n1 ", scheduled_at="2026-12-01T10:00:00")
    session = services.open_session(actor=cast.actor(park), lecture_id=lecture.pk, command=command)
    session.refresh_from_db()
    (told,) = classes.events_of(SessionOpened)
    assert (session.status, session.title, told.title) == ("WAITING", "오전반 1", "오전반 1")
    assert (told.room.id, told.room.code, told.room.lecture_id) == (session.pk, session.code, lecture.pk)
    assert session.scheduled_at is not None
    assert session.scheduled_at.isoformat() == "2026-12-01T01:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "가" * 201}, "title"),
        ({"scheduled_at": "내일"}, "scheduled_at"),
        ({"scheduled_at": -1}, "scheduled_at"),
    ],
)
def test_an_opening_that_makes_no_sense_opens_nothing(
    fields: dict[str, Any], field: str, lecture: Lecture, park: User
) -> None:
    with refused(ErrorCode.INVALID_REQUEST, LectureSession) as refusal:
        services.open_session(actor=cast.actor(park), lecture_id=lecture.pk, command=OpenSession(**fields))
    assert refusal.value.details == {"field": field}


# --- coming to it


def test_who_finds_no_place_is_not_enrolled_either(
    session: LectureSession, kim: User, lee: User, settings: Any
) -> None:
    settings.SESSION_MAX_SEATS = 1
    classes.seat(session, kim)
    classes.start(session)
    with refused(ErrorCode.SESSION_FULL, *PEOPLE):
        classes.seat(session, lee)
    with refused(ErrorCode.SESSION_FULL, *PEOPLE):
        services.take_guest_seat(session=session, name="이웃", device_id=DEVICE, address="192.0.2.1")


@pytest.mark.parametrize(("archived", "code"), [(False, ErrorCode.SESSION_OVER), (True, ErrorCode.NOT_FOUND)])
def test_who_comes_when_it_is_over_leaves_no_trace(
    archived: bool, code: ErrorCode, session: LectureSession, kim: User
) -> None:
    classes.end(session)
    if archived:
        services.archive_session(session.pk)
    with refused(code, *PEOPLE):
        classes.seat(session, kim)
    with refused(code, *PEOPLE):
        services.take_guest_seat(session=session, name="이웃", device_id=DEVICE, address="192.0.2.1")


def test_a_class_that_is_gone_seats_nobody(session: LectureSession, kim: User) -> None:
    LectureSession.objects.filter(pk=session.pk).delete()
    with refused(ErrorCode.NOT_FOUND, *PEOPLE):
        classes.seat(session, kim)


def test_who_teaches_takes_no_seat(session: LectureSession, park: User) -> None:
    for user in (park, cast.admin_han()):
        with refused(ErrorCode.FORBIDDEN, *PEOPLE):
            classes.seat(session, user)


@pytest.mark.parametrize(
    ("name", "device", "field"),
    [
        ("\u200b", DEVICE, "name"),
        ("가" * 51, DEVICE, "name"),
        ("이웃", "", "device_id"),
        ("이웃", "a" * 201, "device_id"),
    ],
)
def test_a_guest_who_cannot_be_called_gets_no_account(
    name: str, device: str, field: str, session: LectureSession
) -> None:
    with refused(ErrorCode.INVALID_REQUEST, *PEOPLE) as refusal:
        services.take_guest_seat(session=session, name=name, device_id=device, address="192.0.2.1")
    assert refusal.value.details == {"field": field}


def test_a_server_without_guests_makes_no_account(session: LectureSession, settings: Any) -> None:
    settings.GUEST_JOIN = False
    with refused(ErrorCode.GUEST_JOIN_DISABLED, *PEOPLE):
        services.take_guest_seat(session=session, name="이웃", device_id=DEVICE, address="192.0.2.1")


def test_a_code_that_is_not_found_is_noted_for_nobody(session: LectureSession, kim: User) -> None:
    for ref in ("NOSUCH", str(session.pk)):
        with refused(ErrorCode.NOT_FOUND, CodeLookup):
            services.look_up(actor=cast.actor(kim), ref=ref, address="192.0.2.1")


def test_who_may_come_anyway_notes_no_code(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    for user in (kim, park):
        services.look_up(actor=cast.actor(user), ref=session.code, address="192.0.2.1")
    assert not CodeLookup.objects.exists()
