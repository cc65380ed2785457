"""Asking, answering and closing (contract 7.8, 8.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from mobilegpt.helpdesk import selectors, services
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed, HelpRequested
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)


def ask(user: User, step: Subtask, **fields: Any) -> HelpRequest:
    command = RequestHelp(subtask_id=step.pk, **fields)
    return services.request_help(actor=cast.actor(user), command=command).request


def answer(user: User, request: HelpRequest, content: str = "위쪽을 눌러보세요") -> None:
    services.answer_help(actor=cast.actor(user), request_id=request.pk, command=AnswerHelp(help_content=content))


def status_of(user: User, step: Subtask) -> str:
    return SubtaskProgress.objects.get(user=user, subtask=step).status


def test_a_request_marks_the_step_and_tells_the_staff(session: LectureSession, kim: User, step: Subtask) -> None:
    classes.seat(session, kim)
    request = ask(kim, step, message="이 단계가 어렵습니다", context_data={"stuck_duration_seconds": 30})
    assert (request.status, request.priority, request.session_id) == ("ANALYZING", "NORMAL", session.pk)
    assert request.context_data == {"stuck_duration_seconds": 30, "message": "이 단계가 어렵습니다"}
    assert status_of(kim, step) == "HELP_NEEDED"
    (asked,) = classes.events_of(HelpRequested)
    assert (asked.message, asked.stuck_seconds, asked.case.session_id) == ("이 단계가 어렵습니다", 30, session.pk)
    assert asked.streams() == (f"session-staff:{session.pk}",)


def test_a_request_outside_of_a_class(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    assert request.session_id is None
    (asked,) = classes.events_of(HelpRequested)
    assert asked.streams() == ()
    lecture = step.task.lecture
    assert asked.topics() == (f"lecture:{lecture.pk}", f"instructor:{lecture.instructor_id}", "lectures")


def test_a_second_request_for_the_step_is_the_first(kim: User, step: Subtask) -> None:
    first = ask(kim, step)
    classes.forget_events()
    assert ask(kim, step, message="또") == first
    assert classes.events() == []
    services.close_help(actor=cast.actor(kim), request_id=first.pk)
    assert ask(kim, step) != first


def test_a_request_left_open_in_one_class_does_not_silence_the_next(lecture: Lecture, kim: User, step: Subtask) -> None:
    """Contract 8.3."""
    rooms = [classes.open_class(lecture) for _ in range(2)]
    for room in rooms:
        classes.seat(room, kim)
    first = ask(kim, step, session_id=rooms[0].pk)
    classes.forget_events()
    second = ask(kim, step, session_id=rooms[1].pk)
    assert second != first
    assert [asked.case.session_id for asked in classes.events_of(HelpRequested)] == [rooms[1].pk]
    assert [ask(kim, step, session_id=room.pk) for room in rooms] == [first, second]


def test_who_still_waits_in_another_class_still_needs_help(lecture: Lecture, kim: User, step: Subtask) -> None:
    rooms = [classes.open_class(lecture) for _ in range(2)]
    for room in rooms:
        classes.seat(room, kim)
    first, second = [ask(kim, step, session_id=room.pk) for room in rooms]
    services.close_help(actor=cast.actor(kim), request_id=first.pk)
    assert status_of(kim, step) == "HELP_NEEDED"
    services.close_help(actor=cast.actor(kim), request_id=second.pk)
    assert status_of(kim, step) == "IN_PROGRESS"


def test_completing_a_step_closes_the_requests_of_all_classes(lecture: Lecture, kim: User, step: Subtask) -> None:
    rooms = [classes.open_class(lecture) for _ in range(2)]
    for room in rooms:
        classes.seat(room, kim)
        ask(kim, step, session_id=room.pk)
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    assert not HelpRequest.objects.filter(closed_at__isnull=True).exists()


def test_a_class_that_is_deleted_leaves_its_open_requests(lecture: Lecture, kim: User, step: Subtask) -> None:
    rooms = [classes.open_class(lecture) for _ in range(2)]
    for room in rooms:
        classes.seat(room, kim)
        ask(kim, step, session_id=room.pk)
    LectureSession.objects.all().delete()
    assert HelpRequest.objects.filter(session=None, closed_at__isnull=True).count() == 2


@pytest.mark.parametrize(
    ("kind", "stuck", "priority"),
    [
        ("MANUAL", None, "NORMAL"),
        ("manual", 59, "NORMAL"),
        ("MANUAL", 60, "HIGH"),
        ("AUTO", 30, "LOW"),
        ("AUTO", 90.5, "HIGH"),
        ("MANUAL", "90", "NORMAL"),
        ("MANUAL", True, "NORMAL"),
    ],
)
def test_priorities(kim: User, step: Subtask, kind: str, stuck: object, priority: str) -> None:
    context = {} if stuck is None else {"stuck_duration_seconds": stuck}
    assert ask(kim, step, request_type=kind, context_data=context).priority == priority


def test_five_requests_a_minute(park: User, kim: User) -> None:
    lecture = cast.lecture(park, shape=(7,))
    cast.enroll(lecture, kim)
    began = now()
    with time_machine.travel(began, tick=False):
        for step in classes.steps(lecture)[:5]:
            ask(kim, step)
        with pytest.raises(RateLimited) as refusal:
            ask(kim, classes.steps(lecture)[5])
        assert refusal.value.retry_after == 60
        ask(kim, classes.steps(lecture)[0])  # the open one is found, not counted
    with time_machine.travel(began + timedelta(seconds=61), tick=False):
        ask(kim, classes.steps(lecture)[5])


def test_who_may_ask(kim: User, lee: User, park: User, step: Subtask) -> None:
    with pytest.raises(Forbidden):
        ask(park, step)
    with pytest.raises(Forbidden) as refusal:
        ask(lee, step)
    assert refusal.value.code == ErrorCode.NOT_ENROLLED
    with pytest.raises(Forbidden) as mismatch:
        ask(kim, step, user_id=lee.pk)
    assert mismatch.value.code == ErrorCode.USER_ID_MISMATCH
    assert not HelpRequest.objects.exists()


def test_bad_requests(kim: User, step: Subtask) -> None:
    for fields in (
        {"request_type": "ANGRY"},
        {"context_data": {"message": 5}},
        {"context_data": {"recent_actions": ["x" * 20_000]}},
    ):
        with pytest.raises(Invalid):
            ask(kim, step, **fields)
    with pytest.raises(Invalid):
        services.request_help(actor=cast.actor(kim), command=RequestHelp())


def test_a_named_session_must_be_ones_own(session: LectureSession, kim: User, step: Subtask) -> None:
    with pytest.raises(NotFound):
        ask(kim, step, session_id=session.pk)
    classes.seat(session, kim)
    assert ask(kim, step, session_id=session.pk).session_id == session.pk


def test_in_a_session_the_current_step_is_meant(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    asked = services.request_help(actor=cast.actor(kim), command=RequestHelp(), session=session)
    assert asked.request.subtask_id == session.current_subtask_id


def test_an_answer_resolves_and_leaves_it_open(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    answer(park, request)
    request.refresh_from_db()
    assert (request.status, request.closed_at) == ("RESOLVED", None)
    assert request.resolved_at is not None
    (answered,) = classes.events_of(HelpAnswered)
    assert answered.streams() == (f"user:{kim.pk}",)
    assert answered.voice_guide_text == answered.help_content == "위쪽을 눌러보세요"
    assert status_of(kim, step) == "HELP_NEEDED"


def test_who_may_answer(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    with pytest.raises(Forbidden):
        answer(kim, request)
    with pytest.raises(NotFound):
        answer(cast.instructor_choi(), request)
    with pytest.raises(Invalid):
        answer(park, request, "  ")
    answer(cast.admin_han(), request)


def test_closing_by_either_side(kim: User, park: User, step: Subtask) -> None:
    for closer in (kim, park):
        request = ask(kim, step)
        classes.forget_events()
        services.close_help(actor=cast.actor(closer), request_id=request.pk)
        services.close_help(actor=cast.actor(closer), request_id=request.pk)
        assert len(classes.events_of(HelpClosed)) == 1
        assert status_of(kim, step) == "IN_PROGRESS"
    with pytest.raises(Conflict) as refusal:
        answer(park, request)
    assert refusal.value.code == ErrorCode.REQUEST_CLOSED


def test_others_see_no_request(kim: User, lee: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    for stranger in (lee, cast.instructor_choi()):
        actor = cast.actor(stranger)
        with pytest.raises(NotFound):
            selectors.request_seen_by(actor, request.pk)
        with pytest.raises(NotFound):
            services.close_help(actor=actor, request_id=request.pk)
    assert selectors.request_seen_by(cast.actor(park), request.pk) == request


def test_completing_the_step_closes_its_request(kim: User, lecture: Lecture) -> None:
    one, two, _ = classes.steps(lecture)
    first, second = ask(kim, one), ask(kim, two)
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=one.pk, status="COMPLETED"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.closed_at is not None
    assert second.closed_at is None
    assert [event.case.id for event in classes.events_of(HelpClosed)] == [first.pk]


def test_help_with_a_completed_step_leaves_it_completed(kim: User, step: Subtask) -> None:
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    ask(kim, step)
    assert status_of(kim, step) == "COMPLETED"


def test_feedback_is_the_askers(kim: User, lee: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    with pytest.raises(NotFound):
        feedback(kim, help_request_id=request.pk)
    answer(park, request, "첫째")
    answer(park, request, "둘째")
    given = feedback(kim, help_request_id=request.pk, feedback_text="도움이 되었어요")
    assert (given.help_content, given.rating, given.feedback_text) == ("둘째", 5, "도움이 되었어요")
    with pytest.raises(NotFound):
        feedback(lee, help_response_id=given.pk)
    with pytest.raises(Forbidden):
        feedback(park, help_response_id=given.pk)
    with pytest.raises(Invalid):
        feedback(kim)


def feedback(user: User, **fields: Any) -> Any:
    return services.give_feedback(actor=cast.actor(user), command=GiveFeedback(rating=5, **fields))


def test_pending_is_what_is_not_closed(kim: User, park: User, lecture: Lecture) -> None:
    one, two, three = classes.steps(lecture)
    first, answered, closed = ask(kim, one), ask(kim, two), ask(kim, three)
    answer(park, answered)
    services.close_help(actor=cast.actor(kim), request_id=closed.pk)
    assert list(selectors.pending(cast.actor(park))) == [first, answered]
    assert list(selectors.pending(cast.actor(cast.admin_han()))) == [first, answered]
    assert list(selectors.pending(cast.actor(cast.instructor_choi()))) == []
    with pytest.raises(Forbidden):
        selectors.pending(cast.actor(kim))


def test_a_class_without_automatic_help_takes_no_auto_request(
    session: LectureSession, kim: User, step: Subtask
) -> None:
    classes.seat(session, kim)
    LectureSession.objects.update(auto_help=False)
    classes.forget_events()
    for fields in ({}, {"session_id": session.pk}):
        with pytest.raises(Conflict) as refused:
            ask(kim, step, request_type="AUTO", **fields)
        assert refused.value.code == ErrorCode.AUTO_HELP_OFF
    assert (HelpRequest.objects.count(), classes.events()) == (0, [])
    assert not SubtaskProgress.objects.filter(user=kim, status="HELP_NEEDED").exists()
    assert ask(kim, step).request_type == "MANUAL"
    with pytest.raises(Conflict):
        ask(kim, step, request_type="AUTO")  # the open one is not that which nobody wants


def test_outside_of_a_class_nobody_has_turned_it_off(session: LectureSession, kim: User, step: Subtask) -> None:
    LectureSession.objects.update(auto_help=False)
    assert ask(kim, step, request_type="AUTO").session_id is None
