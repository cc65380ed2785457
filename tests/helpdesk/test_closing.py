"""What closes a request, and why (contract 11.3): a class that moves on or ends leaves nobody waiting for nothing."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep, MergeSeat
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.dashboard import selectors as dashboard
from mobilegpt.helpdesk import analysing, selectors, services
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.jobs import work
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.helpdesk.desk import answer, rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(session: LectureSession, kim: User, lee: User) -> LectureSession:
    for user in (kim, lee):
        classes.seat(session, user)
    classes.start(session)
    return session


def asked(user: User, session: LectureSession, step: Subtask | None = None, kind: str = "MANUAL") -> HelpRequest:
    command = RequestHelp(subtask_id=step.pk if step else None, request_type=kind, message="친구가 안 보여요")
    return services.request_help(actor=cast.actor(user), command=command, session=session).request


def move(session: LectureSession, step: Subtask | None = None) -> None:
    command = AdvanceStep(subtask_id=step.pk if step else None)
    classroom.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=command)
    session.refresh_from_db()


def reasons() -> list[str]:
    """In the order of asking; empty where a request is open."""
    rows = HelpRequest.objects.order_by("pk").values_list("close_reason", "closed_at")
    assert all((reason == "") == (closed_at is None) for reason, closed_at in rows)
    return [reason for reason, _ in rows]


def status(user: User, step: Subtask) -> str:
    return SubtaskProgress.objects.get(user=user, subtask=step).status


def test_moving_on_closes_what_was_noticed_and_what_was_answered(running: LectureSession, park: User) -> None:
    first = classes.steps(running.lecture)[0]
    noticed, answered, unanswered, not_helped = cast.students(4)
    for user in (noticed, answered, unanswered, not_helped):
        classes.seat(running, user)
    asked(noticed, running, kind="AUTO")
    answer(park, asked(answered, running), "여기를 누르세요")
    asked(unanswered, running)
    useless = asked(not_helped, running)
    answer(park, useless, "저기를 누르세요")
    rate(not_helped, useless, 2)
    move(running)
    assert reasons() == ["MOVED_ON", "MOVED_ON", "", ""]
    assert [event.case.user.id for event in classes.events_of(HelpClosed)] == [noticed.pk, answered.pk]
    assert [event.request_type for event in classes.events_of(HelpClosed)] == ["AUTO", "MANUAL"]
    assert (status(answered, first), status(unanswered, first)) == ("IN_PROGRESS", "HELP_NEEDED")
    assert all(selectors.is_past_step(row) for row in selectors.pending(cast.actor(park)))


def test_who_asked_again_waits_for_a_person(running: LectureSession, kim: User, lee: User, park: User) -> None:
    for user in (kim, lee):
        useless = asked(user, running)
        work.run_due()
        rate(user, useless, 2)
        services.close_help(actor=cast.actor(user), request_id=useless.pk)
        asked(user, running)
        work.run_due()
    answer(park, HelpRequest.objects.filter(user=lee).latest("pk"), "여기를 누르세요")
    move(running)
    assert reasons() == ["CLOSED", "", "CLOSED", "MOVED_ON"]


def test_what_is_answered_later_closes_with_the_next_move(running: LectureSession, kim: User) -> None:
    asked(kim, running)
    move(running)
    work.run_due()
    assert reasons() == [""]
    move(running)
    assert reasons() == ["MOVED_ON"]


def test_a_class_that_comes_back_has_its_requests_before_it_again(
    running: LectureSession, kim: User, park: User
) -> None:
    first, second, _ = classes.steps(running.lecture)
    asked(kim, running)
    move(running, second)
    move(running, first)
    (row,) = selectors.pending(cast.actor(park))
    assert not selectors.is_past_step(row)


def test_another_class_of_the_lecture_is_left_alone(running: LectureSession, lecture: Lecture, lee: User) -> None:
    other = classes.open_class(lecture)
    classes.seat(other, lee)
    classes.start(other)
    asked(lee, other, kind="AUTO")
    move(running)
    classes.end(running)
    assert reasons() == [""]


def test_completing_the_step_closes_with_its_reason(running: LectureSession, kim: User) -> None:
    first = classes.steps(running.lecture)[0]
    asked(kim, running)
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=first.pk, status="COMPLETED"))
    assert reasons() == ["COMPLETED"]
    assert status(kim, first) == "COMPLETED"


def test_completing_a_step_again_that_an_earlier_class_knows_closes_too(
    running: LectureSession, lecture: Lecture, kim: User, park: User
) -> None:
    command = UpdateProgress(subtask_id=classes.steps(lecture)[0].pk, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command)
    classes.end(running)
    second = classes.open_class(lecture)
    classes.seat(second, kim)
    classes.start(second)
    request = asked(kim, second)
    answer(park, request, "초록 단추예요")
    rate(kim, request, 1)
    update_progress(actor=cast.actor(kim), command=command)
    assert reasons() == ["COMPLETED"]
    move(second)
    assert list(selectors.pending(cast.actor(park))) == []


def test_by_hand_closes_with_its_reason(running: LectureSession, kim: User, lee: User) -> None:
    for actor, request in ((cast.actor(kim), asked(kim, running)), (classes.owner_of(running), asked(lee, running))):
        services.close_help(actor=actor, request_id=request.pk)
    assert reasons() == ["CLOSED", "CLOSED"]


def test_the_end_closes_what_is_left(running: LectureSession, kim: User, lee: User, park: User) -> None:
    first, second, _ = classes.steps(running.lecture)
    asked(kim, running)
    move(running)
    asked(kim, running)
    asked(lee, running, kind="AUTO")
    classes.end(running)
    assert reasons() == ["ENDED"] * 3
    assert (status(kim, first), status(kim, second)) == ("IN_PROGRESS", "IN_PROGRESS")
    assert list(selectors.pending(cast.actor(park))) == []
    assert dashboard.overview(dashboard.board_of(cast.actor(park), running.lecture_id)).pending_help == 0


def test_the_end_leaves_nobody_marked(running: LectureSession, lecture: Lecture, kim: User, lee: User) -> None:
    """Neither who only set their progress so; but who has asked in another class waits there still."""
    first = classes.steps(lecture)[0]
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=first.pk, status="HELP_NEEDED"))
    other = classes.open_class(lecture)
    classes.seat(other, lee)
    classes.start(other)
    asked(lee, other)
    classes.end(running)
    assert (status(kim, first), status(lee, first)) == ("IN_PROGRESS", "HELP_NEEDED")


def test_who_asks_as_the_class_ends_waits_no_longer_than_for_an_answer(running: LectureSession, kim: User) -> None:
    """A phone that was away sends what was pressed before the end."""
    classes.end(running)
    asked(kim, running)
    work.run_due()
    assert reasons() == ["ENDED"]
    assert len(classes.events_of(HelpAnswered)) == 1


def test_an_answer_that_is_late_for_its_step_reaches_nobody(running: LectureSession, kim: User) -> None:
    request = asked(kim, running, kind="AUTO")
    move(running)
    analysing.finish({"request_id": request.pk})
    assert classes.events_of(HelpAnswered) == []
    assert reasons() == ["MOVED_ON"]


def test_what_is_noticed_as_the_class_moves_is_closed_when_it_is_answered(running: LectureSession, kim: User) -> None:
    first = classes.steps(running.lecture)[0]
    move(running)
    asked(kim, running, first, kind="AUTO")
    assert reasons() == [""]
    work.run_due()
    assert reasons() == ["MOVED_ON"]


def test_who_is_removed_waits_no_longer(running: LectureSession, kim: User, lee: User, lecture: Lecture) -> None:
    first, second, _ = classes.steps(running.lecture)
    asked(kim, running)
    asked(kim, running, second, kind="AUTO")
    alone = HelpRequest.objects.create(user=kim, subtask=second, lecture=lecture)  # outside of the class
    asked(lee, running)
    classes.forget_events()
    classroom.remove_seat(
        actor=classes.owner_of(running),
        session_ref=running.code,
        participant_id=running.participants.get(user=kim).pk,
        may_return=True,
    )
    assert reasons() == ["CLOSED", "CLOSED", "", ""]
    alone.refresh_from_db()
    assert alone.closed_at is None
    assert [event.case.user.id for event in classes.events_of(HelpClosed)] == [kim.pk, kim.pk]
    assert (status(kim, first), status(lee, first)) == ("IN_PROGRESS", "HELP_NEEDED")


def test_two_seats_that_are_one_leave_one_request(session: LectureSession, park: User) -> None:
    one, other = (cast.person(f"{key}@example.com", "김영자") for key in "ab")
    for user in (one, other):
        classes.seat(session, user)
    User.objects.filter(pk__in=[one.pk, other.pk]).update(is_guest=True)
    classes.start(session)
    step, where = classes.steps(session.lecture)[0], {"session": session, "lecture": session.lecture}
    for user, kind in ((one, "MANUAL"), (other, "AUTO")):
        HelpRequest.objects.create(user=user, subtask=step, request_type=kind, **where)
    seats = [session.participants.get(user=user).pk for user in (one, other)]
    command = MergeSeat(into=seats[1])
    classroom.merge_seat(actor=cast.actor(park), session_ref=session.code, participant_id=seats[0], command=command)
    assert reasons() == ["", "CLOSED"]
    assert HelpRequest.objects.get(closed_at__isnull=True).user == other
    (closed,) = classes.events_of(HelpClosed)
    assert closed.request_type == "AUTO"


@pytest.mark.parametrize("people", [3, 120])
def test_a_few_statements_for_any_number_of_people(
    running: LectureSession, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, _, third = classes.steps(running.lecture)
    crowd = cast.students(people)
    for number, user in enumerate(crowd):
        classes.seat(running, user)
        HelpRequest.objects.create(
            user=user,
            subtask=(first, third)[number % 2],
            lecture=running.lecture,
            session=running,
            request_type=("AUTO", "MANUAL")[number % 3 == 0],
        )
    auto = HelpRequest.objects.filter(request_type="AUTO").count()
    with django_assert_max_num_queries(14 + 3):
        move(running)
    assert reasons().count("MOVED_ON") == auto
    with django_assert_max_num_queries(23):
        classes.end(running)
    assert reasons().count("ENDED") == people - auto


def test_open_requests_of_classes_that_were_over_long_ago_are_closed(
    running: LectureSession, lecture: Lecture, kim: User, lee: User
) -> None:
    """What earlier versions left behind; a class that runs keeps its own."""
    first = classes.steps(lecture)[0]
    over = classes.open_class(lecture)
    classes.start(over)
    classes.end(over)
    for user, session in ((kim, over), (lee, over), (lee, running)):
        HelpRequest.objects.create(user=user, subtask=first, lecture=lecture, session=session)
    LectureSession.objects.filter(pk=over.pk).update(status="ENDED", ended_at=now() + timedelta(minutes=1))
    SubtaskProgress.objects.filter(subtask=first).update(status="HELP_NEEDED")
    migration = importlib.import_module("mobilegpt.helpdesk.migrations.0009_close_what_is_over")
    migration.close_what_is_over(apps, None)
    assert reasons() == ["ENDED", "ENDED", ""]
    over.refresh_from_db()
    assert HelpRequest.objects.filter(closed_at=over.ended_at).count() == 2
    assert (status(kim, first), status(lee, first)) == ("IN_PROGRESS", "HELP_NEEDED")
