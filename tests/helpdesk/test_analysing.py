"""From a request to its answer: one, within a minute, whoever dies on the way (contract 8.3, 8.4; reliability F13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.database.models import ModelCall
from mobilegpt.guidance.events import Kind
from mobilegpt.helpdesk import analysing, selectors, services, suggesting
from mobilegpt.helpdesk.analysis import local, reading
from mobilegpt.helpdesk.analysis.verdict import Verdict
from mobilegpt.helpdesk.commands import ReasonChoice, RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.jobs import work
from mobilegpt.jobs.models import Job
from mobilegpt.language.budget import budget_of, forget_old_calls
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.helpdesk.desk import TALK, answer, answered, ask, tap
from tests.openai_server import ANSWER, OpenAIServer

pytestmark = pytest.mark.django_db
LOST = "친구가 안 보여요"
ODD = "바둑이가 짖어요"


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return classes.steps(lecture)[1]


# --- the way of a request


def test_a_job_answers_by_the_evidence(kim: User, step: Subtask) -> None:
    for _ in range(4):
        tap(kim, step, "더보기")
    request = ask(kim, step, current_screen=f"{TALK}.MainActivity", stuck_duration_seconds=45)
    assert (request.status, Job.objects.get().state) == ("ANALYZING", "QUEUED")
    assert work.run_due() == 1
    status, response = answered(request)
    assert (status, response.source) == ("RESOLVED", "LOCAL")
    assert "같은 곳을 여러 번 누르셨어요" in response.help_content
    assert "더보기" not in response.help_content  # labels differ from phone to phone: it may be the right thing
    (event,) = classes.events_of(HelpAnswered)
    assert (event.help_content, event.source) == (response.help_content, "LOCAL")
    analysis = HelpAnalysis.objects.get(request=request)
    assert (analysis.finding, analysis.app, analysis.screen) == ("repeated", TALK, "친구 목록")
    assert 0 < analysis.confidence_score <= 1


def test_the_same_job_again_changes_nothing(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    for _ in range(3):
        analysing.analyse({"request_id": request.pk})
    analysing.finish({"request_id": request.pk})
    assert answered(request)[0] == "RESOLVED"
    assert len(classes.events_of(HelpAnswered)) == 1


def test_two_who_analysed_at_once_deliver_one_answer(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    first, second = (analysing.judge(request, ask_model=False) for _ in range(2))
    analysing.settle(request.pk, first)
    analysing.settle(request.pk, second)
    assert answered(request)[0] == "RESOLVED"


def test_a_teachers_answer_meanwhile_wins(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    verdict = analysing.judge(request, ask_model=False)
    answer(park, request, "제가 갈게요")
    analysing.settle(request.pk, verdict)
    assert answered(request)[1].help_content == "제가 갈게요"
    analysis = selectors.analysis_of(HelpRequest.objects.get())
    assert analysis is not None  # the teacher may still look at it
    assert analysis.help_content == verdict.help_content


def test_a_teacher_may_answer_after_the_analysis(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step, message=LOST)
    work.run_due()
    answer(park, request, "제가 갈게요")
    assert [row.source for row in HelpResponse.objects.order_by("id")] == ["LOCAL", "TEACHER"]
    assert [event.source for event in classes.events_of(HelpAnswered)] == ["LOCAL", "TEACHER"]


def test_who_needs_no_answer_any_more_is_not_told(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    services.close_help(actor=cast.actor(kim), request_id=request.pk)
    work.run_due()
    assert answered(request)[0] == "RESOLVED"
    assert classes.events_of(HelpAnswered) == []


def test_a_request_that_is_gone_is_no_error(kim: User, step: Subtask) -> None:
    ask(kim, step).delete()
    work.run_due()
    assert Job.objects.get().state == "DONE"


# --- nobody waits for a minute


def test_what_is_late_is_answered_by_the_sweep(kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    assert analysing.finish_late() == 0
    with time_machine.travel(now() + timedelta(seconds=41)):
        assert analysing.finish_late() == 1
        assert analysing.finish_late() == 0
    assert answered(request)[0] == "RESOLVED"


def test_a_job_that_nobody_could_finish_is_answered_when_it_dies(
    kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(kim, step)
    Job.objects.update(attempts=3, due_at=now())
    assert work.claim() is None
    assert answered(request)[0] == "RESOLVED"
    assert Job.objects.get().state == "DEAD"


def test_even_a_broken_analysis_leaves_nobody_alone(kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ask(kim, step)
    monkeypatch.setattr(local, "analyse", lambda evidence: 1 / 0)
    with time_machine.travel(now() + timedelta(seconds=41)):
        assert analysing.finish_late() == 1
    status, response = answered(request)
    assert (status, response.source) == ("FAILED", "FALLBACK")
    assert "선생님을 불러주세요" in response.help_content
    assert len(classes.events_of(HelpAnswered)) == 1
    assert request.closed_at is None


# --- the evidence


def test_only_what_was_done_on_this_step_counts(session: LectureSession, kim: User, step: Subtask) -> None:
    classes.seat(session, kim)
    tap(kim, None, "지난 단계")
    with time_machine.travel(now() + timedelta(seconds=5)):
        classes.start(session)
        first = classes.steps(session.lecture)[0]
        tap(kim, step, "다른 단계")
        tap(kim, None, "지금")
        tap(kim, first, "지금도")
    with time_machine.travel(now() + timedelta(seconds=20)):
        request = ask(kim, first)
        evidence = reading.read(selectors.requests().get(pk=request.pk))
    assert [each.label for each in evidence.events] == ["지금", "지금도"]
    assert evidence.events[0].at is not None
    assert (evidence.events[1].at or evidence.events[0].at) >= evidence.events[0].at


def test_at_most_fifty_events_of_five_minutes(kim: User, step: Subtask) -> None:
    with time_machine.travel(now() - timedelta(minutes=6)):
        tap(kim, step, "오래전")
    for number in range(60):
        tap(kim, step, f"{number}번")
    request = ask(kim, step)
    evidence = reading.read(selectors.requests().get(pk=request.pk))
    assert [each.label for each in evidence.events] == [f"{number}번" for number in range(10, 60)]


def test_a_phone_without_logs_says_what_it_did_last(kim: User, step: Subtask) -> None:
    request = ask(kim, step, recent_actions=["CLICK", 5, "SCROLL"], current_screen=f"{TALK}.MainActivity")
    evidence = reading.read(selectors.requests().get(pk=request.pk))
    assert [each.kind for each in evidence.events] == [Kind.TAP, Kind.SCROLL]
    assert (evidence.app, evidence.screen, evidence.level) == (TALK, "MainActivity", "BEGINNER")
    assert (evidence.step.title, evidence.step.previous_title) == ("친구 선택하기", "카카오톡 앱 열기")


@pytest.mark.parametrize(
    "context",
    [
        {"current_screen": 5, "recent_actions": "CLICK", "target_bounds": [1], "stuck_duration_seconds": "x"},
        {"recent_actions": [None, {}], "current_screen": None},
    ],
)
def test_odd_context_is_no_reason_to_fail(kim: User, step: Subtask, context: dict[str, Any]) -> None:
    request = ask(kim, step, **context)
    work.run_due()
    assert answered(request)[0] == "RESOLVED"


def test_personal_data_is_masked_before_it_is_stored(kim: User, step: Subtask) -> None:
    request = ask(kim, step, message="010-1234-5678로 보내요", seen=["a@example.com"])
    assert "1234" not in str(request.context_data)
    assert "example.com" not in str(request.context_data)


def test_who_was_not_helped_by_an_answer_gets_the_teacher(kim: User, step: Subtask) -> None:
    told = []
    for _ in range(2):
        request = ask(kim, step, message=LOST)
        work.run_due()
        told.append(answered(request)[1])
        services.close_help(actor=cast.actor(kim), request_id=request.pk)
    assert [response.source for response in told] == ["LOCAL", "DEFERRED"]
    suggestion = HelpAnalysis.objects.latest("id")
    assert (suggestion.withheld, suggestion.help_content == told[0].help_content) == ("NOT_SURE", False)


# --- with a model


def test_a_models_answer(stub: OpenAIServer, kim: User, step: Subtask) -> None:
    request = ask(kim, step, message="친구가 안 보여요")
    work.run_due()
    status, response = answered(request)
    assert (status, response.source, response.help_content) == ("RESOLVED", "MODEL", ANSWER["help_content"])
    call = ModelCall.objects.get()
    assert (call.user, call.outcome) == (kim, "answered")
    assert "김학생" not in stub.everything_said()


@pytest.mark.parametrize("mode", ["429", "500", "hang", "cut", "bad json"])
def test_when_the_model_fails_the_rules_answer(
    stub: OpenAIServer, kim: User, step: Subtask, mode: Any, settings: Any
) -> None:
    if mode == "hang":
        settings.OPENAI = {**settings.OPENAI, "TIMEOUT_SECONDS": 0.5}
    stub.behave(mode)
    request = ask(kim, step, message=LOST)
    work.run_due()
    assert answered(request)[1].source == "LOCAL"
    assert len(stub.requests) == 2


def test_names_of_the_class_stay_in_it(
    stub: OpenAIServer, session: LectureSession, kim: User, lee: User, park: User
) -> None:
    for user in (kim, lee):
        classes.seat(session, user)
    classes.start(session)
    message = "이학생이 하는 걸 봤는데 박강사 말씀이 어려워요"
    services.request_help(actor=cast.actor(kim), command=RequestHelp(message=message), session=session)
    work.run_due()
    assert len(stub.requests) == 1
    for name in ("김학생", "이학생", "박강사", "@example.com"):
        assert name not in stub.everything_said()


def test_who_was_taken_up_late_goes_without_a_model(stub: OpenAIServer, kim: User, step: Subtask) -> None:
    request = ask(kim, step, message=LOST)
    with time_machine.travel(now() + timedelta(seconds=20)):
        work.run_due()
    assert answered(request)[1].source == "LOCAL"
    assert stub.requests == []


def test_budgets_of_one_user_and_of_all(
    stub: OpenAIServer, kim: User, lee: User, lecture: Lecture, settings: Any
) -> None:
    settings.OPENAI = {**settings.OPENAI, "CALLS_PER_USER": 1, "CALLS_PER_DAY": 2}
    one, two, three = classes.steps(lecture)
    sources = []
    for user, step in ((kim, one), (kim, two), (lee, one), (lee, three)):
        request = ask(user, step, message=LOST)
        work.run_due()
        sources.append(answered(request)[1].source)
    assert sources == ["MODEL", "LOCAL", "MODEL", "LOCAL"]
    assert len(stub.requests) == ModelCall.objects.count() == 2
    with time_machine.travel(now() + timedelta(days=1)):
        assert budget_of(kim.pk).reserve() is not None
    with time_machine.travel(now() + timedelta(days=40)):
        assert forget_old_calls() == 3


# --- who asks first, and says why afterwards (contract 11.17)


def say_why(user: User, step: Subtask, reason: ReasonChoice | None = None, message: str | None = None) -> HelpRequest:
    command = RequestHelp(subtask_id=step.pk, reason=reason, message=message)
    return services.request_help(actor=cast.actor(user), command=command).request


def test_a_picture_that_is_pressed_later_is_answered(kim: User, step: Subtask) -> None:
    request = ask(kim, step, "도와주세요")
    work.run_due()
    assert answered(request)[1].source == "DEFERRED"
    assert say_why(kim, step, "CANNOT_FIND") == request
    request.refresh_from_db()
    assert (request.status, request.context_data) == ("ANALYZING", {"message": "도와주세요", "reason": "CANNOT_FIND"})
    assert not HelpResponse.objects.exists()
    work.run_due()
    after = answered(request)[1]
    assert (after.source, HelpAnalysis.objects.get(request=request).finding) == ("LOCAL", "said_cannot_find")
    assert [event.help_response_id for event in classes.events_of(HelpAnswered)][-1] == after.pk


def test_words_that_come_later_are_answered_too(kim: User, step: Subtask) -> None:
    request = ask(kim, step, "도와주세요")
    work.run_due()
    say_why(kim, step, message="소리가 안 들려요")
    work.run_due()
    assert HelpAnalysis.objects.get(request=request).finding == "said_no_sound"


@pytest.mark.parametrize("more", [{}, {"message": "도와주세요"}])
def test_asking_again_without_saying_more_changes_nothing(kim: User, step: Subtask, more: dict[str, Any]) -> None:
    request = ask(kim, step, "도와주세요")
    work.run_due()
    before = answered(request)[1].pk
    say_why(kim, step, **more)
    assert answered(request)[1].pk == before
    assert work.run_due() == 0


def test_only_the_first_picture_counts(kim: User, step: Subtask) -> None:
    request = ask(kim, step, "도와주세요")
    say_why(kim, step, "CANNOT_FIND")
    work.run_due()
    say_why(kim, step, "CANNOT_TYPE", "소리가 안 들려요")
    request.refresh_from_db()
    assert (request.status, selectors.reason_of(request)) == ("RESOLVED", "CANNOT_FIND")


def test_a_picture_that_is_pressed_while_the_cry_is_analysed_is_not_lost(kim: User, step: Subtask) -> None:
    request = ask(kim, step, "도와주세요")
    of_the_cry = analysing.judge(request, ask_model=False)
    say_why(kim, step, "NO_REACTION")
    analysing.settle(request.pk, of_the_cry, said=(None, "도와주세요"))
    assert not HelpResponse.objects.exists()
    work.run_due()
    assert HelpAnalysis.objects.get(request=request).finding == "said_no_reaction"
    assert HelpResponse.objects.filter(request=request).count() == 1


def test_what_a_person_answered_or_decided_stands(kim: User, lee: User, park: User, step: Subtask) -> None:
    answered_one, declined = ask(kim, step, "도와주세요"), ask(lee, step, "업데이트 눌러도 돼요?")
    work.run_due()
    answer(park, answered_one, "제가 갈게요")
    suggesting.decline(actor=cast.actor(park), request_id=declined.pk)
    for user in (kim, lee):
        say_why(user, step, "CANNOT_TYPE")
    assert work.run_due() == 0
    assert list(HelpRequest.objects.values_list("status", flat=True)) == ["RESOLVED", "RESOLVED"]
    assert selectors.reason_of(HelpRequest.objects.get(pk=declined.pk)) == "CANNOT_TYPE"  # the teacher may read it


@pytest.mark.parametrize("picture_first", [True, False])
@pytest.mark.parametrize("cried_before", [True, False])
def test_a_picture_that_is_pressed_while_the_words_are_analysed_is_answered(
    kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch, picture_first: bool, cried_before: bool
) -> None:
    """Two workers: the one with the words has begun when the picture comes, and ends first or last."""
    request = ask(kim, step, "도와주세요" if cried_before else ODD)
    if cried_before:
        work.run_due()
        say_why(kim, step, message=ODD)
    of_the_words = work.claim()
    assert of_the_words is not None
    judge = analysing.judge

    def pressed_meanwhile(request: HelpRequest, *, ask_model: bool) -> Verdict:
        monkeypatch.setattr(analysing, "judge", judge)
        verdict = judge(request, ask_model=ask_model)
        say_why(kim, step, "CANNOT_FIND")
        if picture_first:
            assert work.run_due() == 1
        return verdict

    monkeypatch.setattr(analysing, "judge", pressed_meanwhile)
    work.run(of_the_words)
    work.run_due()
    status, response = answered(request)
    assert (status, HelpAnalysis.objects.get(request=request).finding) == ("RESOLVED", "said_cannot_find")
    assert classes.events_of(HelpAnswered)[-1].help_response_id == response.pk
    assert not Job.objects.filter(finished_at__isnull=True).exists()


def test_whoever_says_why_late_has_the_models_time(stub: OpenAIServer, kim: User, step: Subtask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        request = ask(kim, step, "도와주세요")
        analysing.finish({"request_id": request.pk})
        clock.shift(40)
        say_why(kim, step, "CANNOT_FIND")
        request.refresh_from_db()
        assert not analysing.is_late(request)
        assert analysing.finish_late() == 0
        clock.shift(14)
        work.run_due()
    assert answered(request)[1].source == "MODEL"


def test_what_is_said_late_and_taken_up_by_nobody_is_answered_in_its_time(kim: User, step: Subtask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        request = ask(kim, step, "도와주세요")
        analysing.finish({"request_id": request.pk})
        clock.shift(40)
        say_why(kim, step, "CANNOT_FIND")
        clock.shift(31)
        assert analysing.finish_late() == 1
    assert HelpAnalysis.objects.get(request=request).finding == "said_cannot_find"


def test_the_first_word_comes_in_the_time_of_the_call_whatever_is_said_meanwhile(kim: User, step: Subtask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        request = ask(kim, step, "도와주세요")
        clock.shift(29)
        say_why(kim, step, "CANNOT_FIND")
        clock.shift(2)
        request.refresh_from_db()
        assert analysing.is_late(request)
        assert analysing.finish_late() == 1
    assert HelpAnalysis.objects.get(request=request).finding == "said_cannot_find"


@pytest.mark.parametrize("before", [{}, {"reason": "CANNOT_TYPE"}])
def test_who_was_noticed_and_says_why_is_answered_by_that(
    session: LectureSession, kim: User, before: dict[str, str]
) -> None:
    classes.seat(session, kim)
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    command = RequestHelp(subtask_id=step.pk, request_type="AUTO", context_data=before)
    request = services.request_help(actor=cast.actor(kim), command=command).request
    work.run_due()
    assert say_why(kim, step, "CANNOT_FIND") == request
    work.run_due()
    request.refresh_from_db()
    assert (request.request_type, selectors.reason_of(request)) == ("MANUAL", "CANNOT_FIND")
    assert HelpAnalysis.objects.get(request=request).finding == "said_cannot_find"
