"""Who goes to help: one winner, and the order in which several take requests (contract 11.8)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.helpdesk import claims, selectors, services
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.events import HelpClaimed
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse
from mobilegpt.lectures.models import Colleague
from mobilegpt.notifications.models import Notification
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(session: LectureSession) -> LectureSession:
    classes.start(session)
    return session


def helper(session: LectureSession, name: str = "손도움", *, of_class: bool = True) -> User:
    """Supports the class; with a student's account, as helpers of a centre have."""
    user = cast.person(f"{name}@example.com", name)
    Colleague.objects.create(
        lecture=session.lecture, session_id=session.pk if of_class else None, user=user, role="supporter"
    )
    return user


def asked_by(user: User, session: LectureSession) -> HelpRequest:
    classes.seat(session, user)
    return services.request_help(
        actor=cast.actor(user), command=RequestHelp(session_id=session.pk, message="네?"), session=session
    ).request


def test_one_goes_and_the_others_see_who(running: LectureSession, kim: User) -> None:
    request, first, second = asked_by(kim, running), helper(running), helper(running, "이도움", of_class=False)
    claims.claim_help(actor=cast.actor(first), request_id=request.pk)
    claims.claim_help(actor=cast.actor(first), request_id=request.pk)
    with refused(ErrorCode.ALREADY_CLAIMED, HelpRequest) as refusal:
        claims.claim_help(actor=cast.actor(second), request_id=request.pk)
    assert refusal.value.details == {"user_id": first.pk, "name": "손도움"}
    told = classes.events_of(HelpClaimed)
    assert [event.claimed_by.id for event in told if event.claimed_by] == [first.pk]


def test_a_claim_is_given_back_by_its_owner_or_who_leads(running: LectureSession, kim: User) -> None:
    request, first, second = asked_by(kim, running), helper(running), helper(running, "이도움")
    claims.claim_help(actor=cast.actor(first), request_id=request.pk)
    with refused(ErrorCode.ALREADY_CLAIMED, HelpRequest):
        claims.give_back(actor=cast.actor(second), request_id=request.pk)
    for actor in (cast.actor(first), classes.owner_of(running)):
        claims.claim_help(actor=cast.actor(first), request_id=request.pk)
        assert claims.give_back(actor=actor, request_id=request.pk).claimed_by is None
    claims.claim_help(actor=cast.actor(second), request_id=request.pk)
    assert HelpRequest.objects.get().claimed_by == second


@pytest.mark.parametrize("deed", [claims.claim_help, claims.give_back])
def test_what_is_closed_keeps_who_went(running: LectureSession, kim: User, deed: Callable[..., HelpRequest]) -> None:
    request, first, second = asked_by(kim, running), helper(running), helper(running, "이도움")
    claims.claim_help(actor=cast.actor(first), request_id=request.pk)
    services.close_help(actor=cast.actor(first), request_id=request.pk)
    for user in (first, second, running.lecture.instructor):
        with refused(ErrorCode.REQUEST_CLOSED, HelpRequest):
            deed(actor=cast.actor(user), request_id=request.pk)


@pytest.mark.parametrize("deed", [claims.claim_help, claims.give_back])
def test_others_learn_nothing(running: LectureSession, kim: User, lee: User, deed: object) -> None:
    request = asked_by(kim, running)
    elsewhere = helper(classes.open_class(running.lecture), "박도움")
    for user, code in (
        (lee, ErrorCode.FORBIDDEN),
        (kim, ErrorCode.FORBIDDEN),
        (elsewhere, ErrorCode.FORBIDDEN),
        (cast.instructor_choi(), ErrorCode.NOT_FOUND),
    ):
        for request_id in (request.pk, 999_999):
            with refused(code, HelpRequest):
                deed(actor=cast.actor(user), request_id=request_id)  # type: ignore[operator]


def test_a_supporter_sees_and_answers_the_requests_of_their_class(running: LectureSession, kim: User) -> None:
    request, somebody = asked_by(kim, running), helper(running)
    actor = cast.actor(somebody)
    other = classes.open_class(running.lecture)
    classes.start(other)
    asked_by(cast.student_lee() if not User.objects.filter(name="이학생").exists() else kim, other)
    assert [row.pk for row in selectors.pending(actor)] == [request.pk]
    assert selectors.request_seen_by(actor, request.pk) == request
    services.answer_help(actor=actor, request_id=request.pk, command=AnswerHelp(help_content="여기요"))
    assert HelpRequest.objects.get(pk=request.pk).responses.get(author=somebody).help_content == "여기요"


def test_who_leads_answers_what_somebody_has_claimed_and_another_supporter_does_not(
    running: LectureSession, kim: User
) -> None:
    request, first, second = asked_by(kim, running), helper(running), helper(running, "이도움")
    co_instructor = cast.instructor_choi()
    Colleague.objects.create(lecture=running.lecture, user=co_instructor, role="co_instructor")
    claims.claim_help(actor=cast.actor(first), request_id=request.pk)
    command = AnswerHelp(help_content="여기요")
    with refused(ErrorCode.ALREADY_CLAIMED, HelpRequest, HelpResponse) as refusal:
        services.answer_help(actor=cast.actor(second), request_id=request.pk, command=command)
    assert refusal.value.details == {"user_id": first.pk, "name": "손도움"}
    for user in (first, co_instructor, running.lecture.instructor):
        services.answer_help(actor=cast.actor(user), request_id=request.pk, command=command)
    claims.give_back(actor=cast.actor(first), request_id=request.pk)
    services.answer_help(actor=cast.actor(second), request_id=request.pk, command=command)
    authors = HelpResponse.objects.exclude(author=None).order_by("id").values_list("author_id", flat=True)
    assert list(authors) == [first.pk, co_instructor.pk, running.lecture.instructor_id, second.pk]


def test_everybody_who_helps_is_notified(running: LectureSession, kim: User) -> None:
    somebody, everywhere = helper(running), helper(running, "이도움", of_class=False)
    helper(classes.open_class(running.lecture), "박도움")
    asked_by(kim, running)
    told = Notification.objects.values_list("user_id", flat=True)
    assert set(told) == {running.lecture.instructor_id, somebody.pk, everywhere.pk}


def test_what_somebody_claimed_is_free_when_they_are_removed(running: LectureSession, kim: User) -> None:
    request, somebody = asked_by(kim, running), helper(running)
    claims.claim_help(actor=cast.actor(somebody), request_id=request.pk)
    colleague = Colleague.objects.get(user=somebody)
    owner = classes.owner_of(running)
    classroom.remove_colleague(actor=owner, lecture_id=running.lecture_id, colleague_id=colleague.pk)
    request.refresh_from_db()
    assert (request.claimed_by, request.claimed_at) == (None, None)


def test_who_waits_longest_comes_first_then_who_was_helped_least(running: LectureSession) -> None:
    people = cast.students(4)
    requests = [asked_by(user, running) for user in people]
    noon = requests[0].created_at.replace(second=10, microsecond=0)
    # The third asked two minutes before the others, who asked within one minute; nobody asked for the last.
    for request, moment in zip(
        requests,
        (noon, noon + timedelta(seconds=20), noon - timedelta(minutes=2), noon - timedelta(hours=1)),
        strict=True,
    ):
        HelpRequest.objects.filter(pk=request.pk).update(created_at=moment)
    HelpRequest.objects.filter(pk=requests[3].pk).update(request_type="AUTO")
    services.answer_help(
        actor=classes.owner_of(running), request_id=requests[0].pk, command=AnswerHelp(help_content="여기요")
    )
    rows = list(selectors.in_helpers_order(selectors.pending(classes.owner_of(running))))
    assert [row.pk for row in rows] == [requests[number].pk for number in (2, 1, 0, 3)]
    assert [row.helps_so_far for row in rows] == [0, 0, 1, 0]  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_of_several_helpers_one_wins(running: LectureSession, kim: User) -> None:
    request = asked_by(kim, running)
    actors = [cast.actor(helper(running, f"도움{number}")) for number in range(6)]
    gate, ends = threading.Barrier(len(actors)), Counter[str]()

    def run(number: int) -> None:
        try:
            gate.wait()
            claims.claim_help(actor=actors[number], request_id=request.pk)
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(actors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {"done": 1, "ALREADY_CLAIMED": 5}
