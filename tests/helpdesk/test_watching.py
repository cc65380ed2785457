"""Who is stuck without saying so (contract 7.8): a nudge, then a LOW request; silent whenever there is no need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep, PauseSession, ResumeSession
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant
from mobilegpt.helpdesk import services, watching
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.events import HelpRequested, Nudged
from mobilegpt.helpdesk.models import HelpRequest, Silence
from mobilegpt.helpdesk.watching import Watched, last_sign, look_around, wants_nudge, wants_request
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

BEGUN = datetime(2025, 10, 28, 10, tzinfo=UTC)
INTERVAL = timedelta(seconds=30)


def after(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def seat(**signs: float) -> Watched:
    """A seat whose step began at ``BEGUN``; the signs in seconds after it."""
    at = {f"{name}_at": after(seconds) for name, seconds in signs.items()}
    nothing: dict[str, Any] = dict.fromkeys(("progress_at", "log_at", "nudged_at", "requested_at"))
    return Watched(session_id=1, user_id=1, subtask_id=1, begun_at=BEGUN, **(nothing | at))


@pytest.mark.parametrize(
    ("signs", "at", "nudge", "request_"),
    [
        ({}, 29, False, False),
        ({}, 30, True, False),
        ({"progress": 20}, 49, False, False),
        ({"progress": 20}, 50, True, False),
        ({"log": 25}, 50, False, False),
        ({"log": 25}, 55, True, False),
        ({"log": 149}, 150, True, False),  # taps on and on: a sign for two minutes, no longer
        ({"nudged": 30}, 59, False, False),
        ({"nudged": 30}, 60, False, True),
        ({"nudged": 30, "log": 45}, 60, False, False),
        ({"nudged": 30, "log": 45}, 75, False, True),
        ({"nudged": 30, "requested": 60}, 600, False, False),
    ],
)
def test_what_a_silence_wants(signs: dict[str, float], at: float, nudge: bool, request_: bool) -> None:
    watched = seat(**signs)
    assert wants_nudge(watched, after(at), INTERVAL) is nudge
    assert wants_request(watched, after(at), INTERVAL) is request_


def test_the_last_sign_is_never_before_the_step() -> None:
    assert last_sign(seat(log=-40), INTERVAL) == BEGUN


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def running(clock: Any, session: LectureSession, kim: User) -> LectureSession:
    classes.seat(session, kim)
    classes.start(session)
    classes.forget_events()
    return session


def events(kind: type[Any]) -> list[Any]:
    return classes.events_of(kind)


@pytest.mark.django_db
def test_first_a_nudge_then_a_request(clock: Any, running: LectureSession, kim: User) -> None:
    clock.move_to(after(29))
    look_around()
    assert events(Nudged) == []
    clock.move_to(after(31))
    look_around()
    look_around()
    (nudged,) = events(Nudged)
    assert (nudged.user_id, nudged.topics()) == (kim.pk, (f"hint:{kim.pk}",))
    assert nudged.message == (
        "지금은 '카카오톡 앱 열기' 단계예요. 카카오톡 앱 열기: 화면을 눌러주세요. "
        "잘 안 되시면 '도와주세요'를 눌러주세요."
    )
    assert events(HelpRequested) == []
    clock.move_to(after(62))
    look_around()
    look_around()
    (request,) = HelpRequest.objects.all()
    assert (request.request_type, request.priority, request.status) == ("AUTO", "LOW", "ANALYZING")
    assert (request.user, request.session, request.stuck_seconds) == (kim, running, 62)
    assert [event.request_type for event in events(HelpRequested)] == ["AUTO"]
    assert SubtaskProgress.objects.get(user=kim, subtask=request.subtask).status == "HELP_NEEDED"
    services.close_help(actor=classes.owner_of(running), request_id=request.pk)
    clock.move_to(after(600))
    look_around()
    assert HelpRequest.objects.count() == 1  # the instructor knows


def _tap(user: User) -> None:
    ActivityLog.objects.create(user=user, event_type="CLICK")


def _complete(user: User) -> None:
    step = Lecture.objects.get().sessions.get().current_subtask_id
    assert step is not None
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step, status="COMPLETED"))


def _ask(user: User) -> None:
    services.request_help(actor=cast.actor(user), command=RequestHelp(), session=LectureSession.objects.get())


def _leave(user: User) -> None:
    classroom.mark_absent(LectureSession.objects.get().pk, user.pk)


def _finish_class(user: User) -> None:
    SessionParticipant.objects.filter(user=user).update(status=ParticipantStatus.COMPLETED)


def _pause(user: User) -> None:
    session = LectureSession.objects.get()
    classroom.pause_session(actor=classes.owner_of(session), session_ref=session.code, command=PauseSession())


def _end(user: User) -> None:
    classes.end(LectureSession.objects.get())


def _advance(user: User) -> None:
    session = LectureSession.objects.get()
    classroom.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=AdvanceStep())


@pytest.mark.django_db
@pytest.mark.parametrize("what", [_tap, _complete, _ask, _leave, _finish_class, _pause, _end, _advance])
def test_no_need_to_nudge(clock: Any, running: LectureSession, kim: User, what: Callable[[User], None]) -> None:
    clock.move_to(after(20))
    what(kim)
    clock.move_to(after(40))
    look_around()
    assert events(Nudged) == []


@pytest.mark.django_db
def test_the_waiting_room_is_silent(clock: Any, session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    clock.move_to(after(600))
    look_around()
    assert events(Nudged) == []


@pytest.mark.django_db
def test_a_pause_counts_for_nobody(clock: Any, running: LectureSession, kim: User) -> None:
    clock.move_to(after(20))
    _pause(kim)
    clock.move_to(after(300))
    command, owner = ResumeSession(), classes.owner_of(running)
    classroom.resume_session(actor=owner, session_ref=running.code, command=command)
    clock.move_to(after(329))
    look_around()
    assert events(Nudged) == []
    clock.move_to(after(331))
    look_around()
    assert len(events(Nudged)) == 1


@pytest.mark.django_db
def test_it_can_be_turned_off(
    clock: Any, running: LectureSession, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.STUCK_SECONDS = 0
    clock.move_to(after(600))
    with django_assert_num_queries(0):
        look_around()


@pytest.mark.django_db
def test_a_step_of_another_kind_is_not_read_out(clock: Any) -> None:
    assert "송금" not in watching.nudge_words("마무리", "송금을 누르세요")


def _crowd(session: LectureSession, count: int) -> None:
    people = cast.students(count)
    cast.enroll(session.lecture, *people)
    SessionParticipant.objects.bulk_create(
        SessionParticipant(session=session, user=user, status=ParticipantStatus.ACTIVE) for user in people
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [10, 1000])
def test_a_round_has_the_same_queries_for_any_number(
    clock: Any, running: LectureSession, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _crowd(running, count)
    clock.move_to(after(31))
    with django_assert_max_num_queries(12 + count // 100 * 2):  # rows are inserted in batches of some hundreds
        noticed = look_around()
    assert noticed.nudged == count + 1
    clock.move_to(after(32))
    with django_assert_max_num_queries(3):
        look_around()
    assert Silence.objects.count() == count + 1


@pytest.mark.django_db
def test_many_who_are_stuck_come_to_the_instructor_by_and_by(clock: Any, running: LectureSession) -> None:
    _crowd(running, 60)
    clock.move_to(after(31))
    look_around()
    clock.move_to(after(62))
    assert look_around().requested == 50
    assert look_around().requested == 11
    assert look_around().requested == 0
    assert HelpRequest.objects.count() == 61
