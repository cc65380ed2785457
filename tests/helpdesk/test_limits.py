"""Where a call for help ends: sizes, what counts as stuck, whose class it is, and two who are faster (contract 8.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from django.db import IntegrityError

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Invalid, NotFound, RateLimited
from mobilegpt.helpdesk import analysing, selectors, services, watching
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed, HelpRequested
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse, Silence
from mobilegpt.jobs.models import Job
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes
from tests.helpdesk.desk import answer, ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)


def call(user: User, **fields: Any) -> services.HelpAsked:
    return services.request_help(actor=cast.actor(user), command=RequestHelp(**fields))


# --- sizes


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_what_comes_with_a_call_has_sixteen_kilobytes(kim: User, step: Subtask, more: int, taken: bool) -> None:
    context = {"note": "x"}
    context["note"] = "x" * (16_384 - len(msgspec.json.encode(context)) + 1 + more)
    if taken:
        assert call(kim, subtask_id=step.pk, context_data=context).created
    else:
        with pytest.raises(Invalid) as refusal:
            call(kim, subtask_id=step.pk, context_data=context)
        assert refusal.value.details == {"field": "context_data"}
        assert not HelpRequest.objects.exists()


def test_a_picture_counts_for_nothing_and_is_kept_nowhere(kim: User, step: Subtask) -> None:
    """Its size has a limit of its own, at the doors."""
    context = {"screenshot": "A" * 100_000, "current_screen": "com.kakao.talk"}
    command = RequestHelp(subtask_id=step.pk, context_data=context, screenshot="B" * 50_000)
    assert command.picture_bytes == 150_000
    request = services.request_help(actor=cast.actor(kim), command=command).request
    assert request.context_data == {"current_screen": "com.kakao.talk"}


@pytest.mark.parametrize("message", ["가" * 1000, "\u1100\u1161" * 1000])
def test_a_message_has_a_thousand_letters_however_they_are_composed(kim: User, step: Subtask, message: str) -> None:
    assert call(kim, subtask_id=step.pk, message=message).request.context_data["message"] == "가" * 1000
    with pytest.raises(Invalid) as refusal:
        call(kim, subtask_id=step.pk, message=message + "가")
    assert refusal.value.details == {"field": "message"}


def test_the_message_of_the_command_wins_over_the_one_beside_it(kim: User, step: Subtask) -> None:
    request = call(kim, subtask_id=step.pk, message="이것", context_data={"message": "저것"}).request
    assert request.context_data["message"] == "이것"


@pytest.mark.parametrize("nothing", ["", "   ", "\u3164\u200b"])
def test_a_message_without_anything_to_see_is_empty(kim: User, step: Subtask, nothing: str) -> None:
    assert call(kim, subtask_id=step.pk, context_data={"message": nothing}).request.context_data == {"message": ""}


@pytest.mark.parametrize(
    ("said", "kept"),
    [(0, 0), (0.9, 0), (59.99, 59), (10**9 - 1, 10**9 - 1), (10**9, None), (-1, None), (True, None), ("60", None)],
)
def test_how_long_somebody_is_stuck_is_believed_within_reason(kim: User, step: Subtask, said: Any, kept: Any) -> None:
    context = {"stuck_duration_seconds": said}
    assert call(kim, subtask_id=step.pk, context_data=context).request.stuck_seconds == kept


def test_the_longest_answer(kim: User, park: User, step: Subtask) -> None:
    command = AnswerHelp(help_content="가" * 2000, voice_guide_text="나" * 2000, help_type=" overlay ")
    given = services.answer_help(actor=cast.actor(park), request_id=ask(kim, step).pk, command=command)
    assert (len(given.help_content), given.voice_guide_text, given.help_type) == (2000, "나" * 2000, "OVERLAY")


# --- how often


def test_a_call_that_is_open_already_costs_nothing_even_when_all_are_used_up(park: User, kim: User) -> None:
    long = cast.lecture(park, (7,))
    cast.enroll(long, kim)
    steps = classes.steps(long)
    with time_machine.travel(now(), tick=False):
        first = [ask(kim, step) for step in steps[:5]]
        with pytest.raises(RateLimited):
            ask(kim, steps[5])
        assert [ask(kim, step) for step in steps[:5]] == first


def test_a_minute_is_sixty_seconds_and_ones_own(park: User, kim: User, lee: User) -> None:
    long = cast.lecture(park, (7,))
    cast.enroll(long, kim, lee)
    steps = classes.steps(long)
    with time_machine.travel(now(), tick=False) as clock:
        for step in steps[:5]:
            ask(kim, step)
        ask(lee, steps[5])
        clock.shift(timedelta(seconds=60))
        with pytest.raises(RateLimited):
            ask(kim, steps[5])
        clock.shift(timedelta(seconds=1))
        ask(kim, steps[5])


# --- whose class it is


def test_without_a_name_the_live_class_hears_of_it(session: LectureSession, kim: User, step: Subtask) -> None:
    classes.seat(session, kim)
    classes.start(session)
    assert call(kim, subtask_id=step.pk).request.session_id == session.pk


def test_a_class_that_is_over_hears_of_nothing(session: LectureSession, kim: User, step: Subtask) -> None:
    classes.seat(session, kim)
    classes.start(session)
    classes.end(session)
    assert call(kim, subtask_id=step.pk).request.session_id is None


def test_the_class_of_another_lecture_hears_of_nothing(park: User, kim: User, step: Subtask) -> None:
    """A socket of one class that asks about a step of another lecture."""
    other = classes.open_class(cast.lecture(park, title="다른 강의"))
    classes.seat(other, kim)
    asked = services.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=step.pk), session=other)
    assert asked.request.session_id is None


def test_before_a_class_begins_its_step_has_to_be_named(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    with pytest.raises(Invalid) as refusal:
        services.request_help(actor=cast.actor(kim), command=RequestHelp(), session=session)
    assert refusal.value.details == {"field": "subtask_id"}


# --- somebody is faster


def test_who_is_slower_finds_the_request_of_who_was_faster(
    session: LectureSession, kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either was written; the index decides, and one thing is told."""
    classes.seat(session, kim)
    first = call(kim, subtask_id=step.pk, session_id=session.pk).request
    classes.forget_events()
    looks = iter([None, first])
    monkeypatch.setattr(services, "_open_request", lambda *_: next(looks))
    asked = call(kim, subtask_id=step.pk, session_id=session.pk)
    assert (asked.request, asked.created) == (first, False)
    assert classes.events() == []
    assert HelpRequest.objects.count() == Job.objects.filter(name=analysing.JOB).count() == 1


def test_what_the_index_refused_for_another_reason_is_not_hidden(
    session: LectureSession, kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes.seat(session, kim)
    call(kim, subtask_id=step.pk, session_id=session.pk)
    monkeypatch.setattr(services, "_open_request", lambda *_: None)
    with pytest.raises(IntegrityError):
        call(kim, subtask_id=step.pk, session_id=session.pk)


def test_who_was_noticed_and_asks_keeps_what_was_known(session: LectureSession, kim: User, step: Subtask) -> None:
    classes.seat(session, kim)
    context = {"stuck_duration_seconds": 40, "current_screen": "com.kakao.talk"}
    noticed = call(kim, subtask_id=step.pk, request_type="AUTO", context_data=context).request
    asked = call(kim, subtask_id=step.pk, message="도와주세요", context_data={"stuck_duration_seconds": 70}).request
    assert asked == noticed
    asked.refresh_from_db()
    assert (asked.request_type, asked.priority) == ("MANUAL", "HIGH")
    assert asked.context_data == {
        "stuck_duration_seconds": 70,
        "current_screen": "com.kakao.talk",
        "message": "도와주세요",
    }
    assert [event.request_type for event in classes.events_of(HelpRequested)] == ["AUTO", "MANUAL"]


def test_who_asked_is_not_only_noticed_afterwards(kim: User, step: Subtask) -> None:
    call(kim, subtask_id=step.pk, message="도와주세요")
    call(kim, subtask_id=step.pk, request_type="AUTO", context_data={"stuck_duration_seconds": 90})
    request = HelpRequest.objects.get()
    assert (request.request_type, request.priority, request.context_data) == (
        "MANUAL",
        "NORMAL",
        {"message": "도와주세요"},
    )


# --- answers that come too late


def test_an_analysis_of_a_closed_request_is_kept_for_the_teacher_and_told_to_nobody(kim: User, step: Subtask) -> None:
    request = ask(kim, step, message="친구가 안 보여요")
    services.close_help(actor=cast.actor(kim), request_id=request.pk)
    classes.forget_events()
    analysing.analyse({"request_id": request.pk})
    assert HelpAnalysis.objects.filter(request=request).exists()
    assert HelpResponse.objects.get().source == "LOCAL"
    assert classes.events_of(HelpAnswered) == []


def test_giving_up_on_what_is_answered_changes_nothing(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    answer(park, request, "위를 보세요")
    classes.forget_events()
    analysing.give_up(request.pk)
    analysing.give_up(999_999)
    request.refresh_from_db()
    assert (request.status, HelpResponse.objects.count(), classes.events()) == ("RESOLVED", 1, [])


@pytest.mark.parametrize(("seconds", "late"), [(30, False), (31, True)])
def test_half_a_minute_is_late(kim: User, step: Subtask, seconds: int, late: bool) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        request = ask(kim, step)
        clock.shift(timedelta(seconds=seconds))
        assert analysing.is_late(request) is late
        assert analysing.finish_late() == int(late)
        assert analysing.finish_late() == 0


def test_a_second_opinion_replaces_the_first(kim: User, park: User, step: Subtask) -> None:
    given = answer(park, ask(kim, step), "위를 보세요")
    for rating, text in ((1, "아니요"), (5, "이제 됐어요")):
        command = GiveFeedback(help_response_id=given.pk, rating=rating, feedback_text=text)
        services.give_feedback(actor=cast.actor(kim), command=command)
    given.refresh_from_db()
    assert (given.rating, given.feedback_text) == (5, "이제 됐어요")


# --- counts that others ask for


def test_what_a_summary_counts(session: LectureSession, lecture: Lecture, kim: User, lee: User) -> None:
    one, two, _ = classes.steps(lecture)
    for user in (kim, lee):
        classes.seat(session, user)
    closed, first, second = ask(kim, one), ask(lee, one), ask(kim, two)
    noticed = call(lee, subtask_id=two.pk, request_type="AUTO").request
    assert noticed.closed_at is None
    services.close_help(actor=cast.actor(kim), request_id=closed.pk)
    assert selectors.counts_by_subtask(session.pk) == {one.pk: (2, 0), two.pk: (1, 1)}
    assert selectors.open_by_user(session.pk, [kim.pk, lee.pk]) == {kim.pk: second.pk, lee.pk: first.pk}
    assert selectors.open_by_user(session.pk, [kim.pk]) == {kim.pk: second.pk}
    assert (selectors.open_by_user(session.pk, []), selectors.counts_by_subtask(999_999)) == ({}, {})


# --- a round of the watch, when the class moves meanwhile


@pytest.fixture
def stuck(session: LectureSession, kim: User) -> watching.Watched:
    """김학생 was nudged and is about to be told of."""
    classes.seat(session, kim)
    classes.start(session)
    assert session.current_subtask_id is not None
    Silence.objects.create(session=session, user=kim, subtask_id=session.current_subtask_id, nudged_at=now())
    (seat,) = watching.watched(now())
    return seat


def test_the_instructor_is_told_by_one_of_two_rounds(stuck: watching.Watched) -> None:
    assert [watching._tell(stuck, now(), "silent") for _ in range(2)] == [True, False]
    assert HelpRequest.objects.count() == len(classes.events_of(HelpRequested)) == 1


def test_nobody_is_told_of_a_step_that_the_class_has_left(stuck: watching.Watched, session: LectureSession) -> None:
    classes.end(session)
    assert not watching._tell(stuck, now(), "silent")
    assert not HelpRequest.objects.exists()


def test_who_cannot_be_told_of_keeps_nobody_waiting_and_is_tried_again(
    stuck: watching.Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step was deleted meanwhile: the round goes on, and nothing of this one is left."""

    def gone(*_: int) -> None:
        raise NotFound("Subtask")

    monkeypatch.setattr(watching, "place_of", gone)
    assert not watching._tell(stuck, now(), "silent")
    assert not HelpRequest.objects.exists()
    assert Silence.objects.get().requested_at is None


def test_closing_leaves_a_step_that_was_finished_meanwhile(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    SubtaskProgress.objects.update(status="COMPLETED")
    services.close_help(actor=cast.actor(kim), request_id=request.pk)
    assert SubtaskProgress.objects.get().status == "COMPLETED"
    assert len(classes.events_of(HelpClosed)) == 1
