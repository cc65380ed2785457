"""An answer that is withheld: what its asker hears, who decides on it, and what happens meanwhile (contract 11.17)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SessionParticipant, StepControl
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.core.locale import Language, speaking
from mobilegpt.events import topics
from mobilegpt.events.models import SocketLease
from mobilegpt.helpdesk import claims, grouping, selectors, services, suggesting
from mobilegpt.helpdesk.commands import AnswerGroup, RequestHelp, SendSuggestion
from mobilegpt.helpdesk.events import HelpAnswered, HelpSuggested, SuggestionDecided
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.jobs import work
from mobilegpt.lectures import services as lectures
from mobilegpt.lectures.models import Colleague
from tests import cast, classes
from tests.helpdesk.desk import answer
from tests.refusals import refused

pytestmark = pytest.mark.django_db
AS_IT_IS = SendSuggestion()
RISKY = "업데이트 눌러도 돼요?"


@pytest.fixture
def running(session: LectureSession, kim: User) -> LectureSession:
    classes.seat(session, kim)
    classes.start(session)
    session.refresh_from_db()
    return session


def withheld(user: User, session: LectureSession | None, message: str = RISKY, step: int | None = None) -> HelpRequest:
    """Asked and analysed: nothing is given but word that the teacher was asked."""
    command = RequestHelp(subtask_id=step, session_id=session.pk if session else None, message=message)
    request = services.request_help(actor=cast.actor(user), command=command, session=session).request
    work.run_due()
    request.refresh_from_db()
    assert HelpResponse.objects.get(request=request).source == "DEFERRED"
    return request


def helper(session: LectureSession, name: str) -> User:
    user = cast.person(f"{name}@example.com", name)
    Colleague.objects.create(lecture=session.lecture, session_id=session.pk, user=user, role="supporter")
    return user


def word(request: HelpRequest) -> str:
    response = HelpResponse.objects.get(request=request, source="DEFERRED")
    assert response.voice_guide_text == response.help_content
    return response.help_content


# --- what its asker hears


def nobody_is_there(session: LectureSession) -> None:
    StepControl.objects.filter(session=session).update(created_at=now() - timedelta(minutes=11))


def a_page_is_open(session: LectureSession) -> None:
    nobody_is_there(session)
    SocketLease.objects.create(
        topic=topics.session_staff(session.pk), user_id=session.lecture.instructor_id, process="p", expires_at=now()
    )


def moved_just_now(session: LectureSession) -> None:
    assert StepControl.objects.filter(session=session).exists()


@pytest.mark.parametrize(
    ("there", "beginning"),
    [
        (nobody_is_there, "선생님께 알려 드렸어요."),
        (a_page_is_open, "선생님이 보고 계세요."),
        (moved_just_now, "선생님이 보고 계세요."),
    ],
)
@pytest.mark.parametrize(
    ("message", "end"),
    [
        ("도와주세요", "화면을 그대로 두고 잠시만 기다려 주세요."),
        (RISKY, "아무것도 누르지 말고 화면을 그대로 두세요."),
    ],
)
def test_that_the_teacher_looks_is_said_where_one_is_known_to_be_there(
    running: LectureSession,
    kim: User,
    there: Callable[[LectureSession], None],
    beginning: str,
    message: str,
    end: str,
) -> None:
    there(running)
    assert word(withheld(kim, running, message)) == f"{beginning} {end}"


def test_outside_of_a_class_nobody_is_said_to_look(kim: User, park: User) -> None:
    lecture = cast.lecture(park)
    cast.enroll(lecture, kim)
    one, two, _ = classes.steps(lecture)
    assert word(withheld(kim, None, "도와주세요", one.pk)) == "선생님께 알려 드렸어요. 선생님이 답하시면 여기에 나와요."
    risky = "선생님께 알려 드렸어요. 선생님이 답하시기 전에는 누르지 마세요."
    assert word(withheld(kim, None, RISKY, two.pk)) == risky


def test_who_asks_in_english_hears_english_and_the_teacher_reads_korean(running: LectureSession, kim: User) -> None:
    with speaking(Language.ENGLISH):
        request = withheld(kim, running, "should i press it")
    assert word(request) == "Your teacher is looking at it. Press nothing and leave the screen as it is."
    analysis = HelpAnalysis.objects.get(request=request)
    with speaking(Language.KOREAN):
        korean = selectors.read_by(analysis).problem_diagnosis
    with speaking(Language.ENGLISH):
        english = selectors.read_by(analysis).problem_diagnosis
    assert korean.isascii() is False
    assert english.isascii() is True
    assert analysis.help_content.isascii(), "what may be sent is in the asker's language"


# --- who decides


def test_a_suggestion_is_sent_as_it_is_or_in_other_words(running: LectureSession, kim: User, lee: User) -> None:
    classes.seat(running, lee)
    one, two = withheld(kim, running), withheld(lee, running)
    park = classes.owner_of(running)
    said = HelpAnalysis.objects.get(request=one).help_content
    assert suggesting.send(actor=park, request_id=one.pk, command=AS_IT_IS).help_content == said
    edited = SendSuggestion(help_content="제가 갈게요")
    response = suggesting.send(actor=park, request_id=two.pk, command=edited)
    assert (response.help_content, response.voice_guide_text, response.source) == (
        "제가 갈게요",
        "제가 갈게요",
        "TEACHER",
    )
    assert list(HelpAnalysis.objects.order_by("pk").values_list("decision", flat=True)) == ["SENT", "EDITED"]
    assert [event.decision for event in classes.events_of(SuggestionDecided)] == ["SENT", "EDITED"]
    assert [event.help_content for event in classes.events_of(HelpAnswered)][-2:] == [said, "제가 갈게요"]


def test_what_another_has_claimed_a_supporter_leaves_alone(running: LectureSession, kim: User) -> None:
    request = withheld(kim, running)
    first, second = (cast.actor(helper(running, name)) for name in ("손도움", "이도움"))
    claims.claim_help(actor=first, request_id=request.pk)
    for deed in (
        lambda: suggesting.send(actor=second, request_id=request.pk, command=AS_IT_IS),
        lambda: suggesting.decline(actor=second, request_id=request.pk),
    ):
        with refused(ErrorCode.ALREADY_CLAIMED, HelpAnalysis, HelpResponse) as refusal:
            deed()
        assert refusal.value.details["name"] == "손도움"
    suggesting.send(actor=first, request_id=request.pk, command=AS_IT_IS)
    assert HelpAnalysis.objects.get(request=request).decided_by_id == first.user_id


def test_who_leads_sends_what_a_supporter_has_claimed(running: LectureSession, kim: User) -> None:
    request = withheld(kim, running)
    claims.claim_help(actor=cast.actor(helper(running, "손도움")), request_id=request.pk)
    suggesting.send(actor=classes.owner_of(running), request_id=request.pk, command=AS_IT_IS)
    assert HelpAnalysis.objects.get(request=request).decision == "SENT"


def test_a_second_decision_says_what_the_first_was(running: LectureSession, kim: User, park: User) -> None:
    request = withheld(kim, running)
    actor = classes.owner_of(running)
    suggesting.decline(actor=actor, request_id=request.pk)
    for deed in (
        lambda: suggesting.send(actor=actor, request_id=request.pk, command=AS_IT_IS),
        lambda: suggesting.decline(actor=actor, request_id=request.pk),
    ):
        with refused(ErrorCode.NO_SUGGESTION, HelpAnalysis, HelpResponse) as refusal:
            deed()
        assert refusal.value.details == {"decision": "DECLINED", "by": park.name}


def test_an_answer_of_their_own_decides_nothing(running: LectureSession, kim: User, park: User) -> None:
    request = withheld(kim, running)
    answer(park, request, "제가 갈게요")
    assert HelpAnalysis.objects.get(request=request).decision == ""
    suggesting.send(actor=classes.owner_of(running), request_id=request.pk, command=AS_IT_IS)
    assert HelpResponse.objects.filter(request=request, source="TEACHER").count() == 2


# --- what happens meanwhile


def close(session: LectureSession, request: HelpRequest) -> None:
    services.close_help(actor=cast.actor(request.user), request_id=request.pk)


def end(session: LectureSession, request: HelpRequest) -> None:
    classes.end(session)


def remove(session: LectureSession, request: HelpRequest) -> None:
    seat = SessionParticipant.objects.get(session=session, user=request.user)
    classroom.remove_seat(
        actor=classes.owner_of(session), session_ref=str(session.pk), participant_id=seat.pk, may_return=False
    )


@pytest.mark.parametrize("what", [close, end, remove])
def test_nothing_is_sent_to_who_waits_no_more(
    running: LectureSession, kim: User, what: Callable[[LectureSession, HelpRequest], None]
) -> None:
    request = withheld(kim, running)
    what(running, request)
    with refused(ErrorCode.REQUEST_CLOSED, HelpAnalysis, HelpResponse):
        suggesting.send(actor=classes.owner_of(running), request_id=request.pk, command=AS_IT_IS)
    with refused(ErrorCode.REQUEST_CLOSED, HelpAnalysis):
        suggesting.decline(actor=classes.owner_of(running), request_id=request.pk)


def test_a_suggestion_outlives_the_step_in_its_lecture(running: LectureSession, kim: User) -> None:
    request = withheld(kim, running)
    classroom.advance_step(actor=classes.owner_of(running), session_ref=str(running.pk), command=AdvanceStep())
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=request.subtask_id)
    suggesting.send(actor=classes.owner_of(running), request_id=request.pk, command=AS_IT_IS)
    assert classes.events_of(HelpAnswered)[-1].case.id == request.pk


def test_who_says_more_takes_the_suggestion_away_until_there_is_another(running: LectureSession, kim: User) -> None:
    request = withheld(kim, running, "도와주세요")
    command = RequestHelp(reason="NO_REACTION", session_id=running.pk)
    services.request_help(actor=cast.actor(kim), command=command, session=running)
    with refused(ErrorCode.NO_SUGGESTION, HelpAnalysis, HelpResponse):
        suggesting.send(actor=classes.owner_of(running), request_id=request.pk, command=AS_IT_IS)
    work.run_due()
    assert HelpAnalysis.objects.get(request=request).finding == "said_no_reaction"


def test_what_only_was_noticed_is_withheld_too(running: LectureSession, kim: User) -> None:
    """An AUTO request, with a window on the phone on which only a person may decide."""
    ActivityLog.objects.create(
        user=kim, subtask_id=running.current_subtask_id, event_type="SCREEN_CHANGE", event_data={},
        screen_info={"package_name": "com.google.android.packageinstaller", "class_name": "PackageInstallerActivity"},
    )  # fmt: skip
    command = RequestHelp(request_type="AUTO", session_id=running.pk)
    request = services.request_help(actor=cast.actor(kim), command=command, session=running).request
    work.run_due()
    assert HelpAnalysis.objects.get(request=request).withheld == "RISK"
    assert [event.withheld for event in classes.events_of(HelpSuggested)] == ["RISK"]
    assert "누르지" in word(request)


def at_once(*deeds: Callable[[], object]) -> Counter[str]:
    gate, ends = threading.Barrier(len(deeds)), Counter[str]()

    def run(deed: Callable[[], object]) -> None:
        try:
            gate.wait()
            deed()
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(running: LectureSession, kim: User) -> None:
    request, actor = withheld(kim, running), classes.owner_of(running)
    ends = at_once(
        lambda: suggesting.send(actor=actor, request_id=request.pk, command=AS_IT_IS),
        lambda: suggesting.decline(actor=actor, request_id=request.pk),
        lambda: suggesting.send(actor=actor, request_id=request.pk, command=AS_IT_IS),
    )
    assert ends == {"done": 1, "NO_SUGGESTION": 2}
    sent = HelpAnalysis.objects.get(request=request).decision == "SENT"
    assert HelpResponse.objects.filter(request=request, source="TEACHER").count() == int(sent)


@pytest.mark.django_db(transaction=True)
def test_who_closes_as_it_is_sent_hears_it_or_is_left_alone(running: LectureSession, kim: User) -> None:
    request, actor = withheld(kim, running), classes.owner_of(running)
    ends = at_once(
        lambda: suggesting.send(actor=actor, request_id=request.pk, command=AS_IT_IS),
        lambda: services.close_help(actor=cast.actor(kim), request_id=request.pk),
    )
    sent = HelpResponse.objects.filter(request=request, source="TEACHER").count()
    assert ends == ({"done": 2} if sent else {"done": 1, "REQUEST_CLOSED": 1})
    assert len([event for event in classes.events_of(HelpAnswered) if event.source == "TEACHER"]) == sent


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_a_group_at_once_answer_each_person_once(running: LectureSession) -> None:
    people = cast.students(5)
    for user in people:
        classes.seat(running, user)
        withheld(user, running)
    actor = classes.owner_of(running)
    command = AnswerGroup(
        session_id=running.pk, subtask_id=running.current_subtask_id or 0, help_content="모두 여기를 보세요"
    )
    ends = at_once(*[lambda: grouping.answer_group(actor=actor, command=command)] * 2)
    assert ends == {"done": 1, "NOT_FOUND": 1}
    assert HelpResponse.objects.filter(source="TEACHER").count() == len(people)


def test_who_closed_before_is_not_answered_with_the_group_and_who_came_after_is(running: LectureSession) -> None:
    people = cast.students(6)
    for user in people[:5]:
        classes.seat(running, user)
        withheld(user, running)
    gone = HelpRequest.objects.get(user=people[0])
    services.close_help(actor=cast.actor(people[0]), request_id=gone.pk)
    classes.seat(running, people[5])
    withheld(people[5], running)
    command = AnswerGroup(
        session_id=running.pk, subtask_id=running.current_subtask_id or 0, help_content="모두 여기를 보세요"
    )
    done = grouping.answer_group(actor=classes.owner_of(running), command=command)
    assert HelpRequest.objects.filter(pk__in=done.answered).count() == 5
    assert gone.pk not in done.answered
