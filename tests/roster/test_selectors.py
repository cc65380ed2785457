"""The roster of a class, and what its people are counted as (contract 11.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.events import RosterChanged
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant, StepControl
from mobilegpt.core.clock import now
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse
from mobilegpt.helpdesk.selectors import pending
from mobilegpt.helpdesk.services import answer_help, close_help, give_feedback, request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.roster.people import Person, Roster
from mobilegpt.roster.selectors import roster_of
from mobilegpt.roster.states import State
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
PENDING = "/api/dashboard/help-requests/pending"


@pytest.fixture
def running(session: LectureSession, kim: User, lee: User) -> LectureSession:
    """Kim and Lee are there, and both have the step for a minute."""
    for pupil in (kim, lee):
        classes.seat(session, pupil)
    classes.start(session)
    age(session)
    for pupil in (kim, lee):
        stand(session, pupil, received_at=now())
    return session


def age(session: LectureSession) -> None:
    """The step and everybody's coming are a minute ago."""
    ago = now() - timedelta(minutes=1)
    StepControl.objects.filter(session=session).update(created_at=ago)
    SessionParticipant.objects.filter(session=session).update(joined_at=ago)


def stand(session: LectureSession, user: User, **how: Any) -> None:
    SeatStep.objects.update_or_create(session=session, user=user, subtask_id=session.current_subtask_id, defaults=how)


def seat(user: User, **how: Any) -> None:
    SessionParticipant.objects.filter(user=user).update(**how)


def roster(session: LectureSession) -> Roster:
    return roster_of(LectureSession.objects.get(pk=session.pk))


def person(session: LectureSession, user: User) -> Person:
    (found,) = (one for one in roster(session).people if one.user_id == user.pk)
    return found


def raise_hand(session: LectureSession, user: User, kind: str = "MANUAL") -> HelpRequest:
    assert session.current_subtask_id is not None
    command = RequestHelp(subtask_id=session.current_subtask_id, request_type=kind)
    return request_help(actor=cast.actor(user), command=command, session=session).request


def test_everybody_is_in_one_state_worst_first(running: LectureSession, kim: User, lee: User) -> None:
    late, cut, done, gone = cast.students(4)
    for pupil in (late, cut, done, gone):
        classes.seat(running, pupil)
    age(running)
    raise_hand(running, lee)
    seat(kim, hidden_since=now())
    seat(cut, is_present=False)
    stand(running, done, done_at=now())
    seat(gone, left_at=now(), is_present=False)
    found = roster(running)
    assert [(one.user_id, one.state) for one in found.people] == [
        (lee.pk, State.HELP),
        (late.pk, State.NOT_RECEIVED),
        (cut.pk, State.OFFLINE),
        (kim.pk, State.TRYING),
        (done.pk, State.DONE),
        (gone.pk, State.LEFT),
    ]
    assert sum(found.states.values()) == len(found.people) == 6
    assert (found.present, found.working, found.done, found.expected) == (4, 1, 1, 3)


def test_a_step_that_was_just_sent_is_on_its_way(running: LectureSession, kim: User) -> None:
    services.advance_step(actor=classes.owner_of(running), session_ref=str(running.pk), command=AdvanceStep())
    assert {one.state for one in roster(running).people} == {State.SENT}
    running.refresh_from_db()
    stand(running, kim, received_at=now())
    assert roster(running).states[State.READING] == 1


def test_what_was_received_before_the_class_came_back_to_the_step_does_not_count(
    running: LectureSession, kim: User, lee: User
) -> None:
    StepControl.objects.create(session=running, subtask_id=running.current_subtask_id, action="START_STEP")
    StepControl.objects.update(created_at=now() - timedelta(seconds=10))
    stand(running, kim, received_at=now() - timedelta(seconds=30))
    assert (person(running, kim).state, person(running, lee).state) == (State.NOT_RECEIVED, State.READING)


def test_who_did_the_step_before_the_class_came_back_to_it_has_done_it_and_says_nothing_of_others(
    running: LectureSession, kim: User, lee: User
) -> None:
    stand(running, kim, done_at=now())
    first, second = classes.steps(running.lecture)[:2]
    for step in (second, first):
        command = AdvanceStep(subtask_id=step.pk)
        services.advance_step(actor=classes.owner_of(running), session_ref=running.code, command=command)
    StepControl.objects.update(created_at=now() + timedelta(seconds=1))
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        found = roster(running)
        assert {one.user_id: one.state for one in found.people} == {kim.pk: State.DONE, lee.pk: State.SENT}
        assert (found.done, found.expected) == (1, 2)
        stand(running, kim, received_at=now())
        assert person(running, lee).state == State.NOT_RECEIVED


def test_who_was_removed_is_nowhere(running: LectureSession, kim: User, lee: User) -> None:
    stand(running, kim, done_at=now())
    seat(kim, removed_at=now())
    found = roster(running)
    assert [one.user_id for one in found.people] == [lee.pk]
    assert (found.done, found.done_by_step) == (0, {})


def test_before_the_start_people_wait(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    classes.seat(session, lee)
    services.mark_absent(session.pk, lee.pk)
    found = roster(session)
    assert found.step is None
    assert {one.user_id: one.state for one in found.people} == {kim.pk: State.WAITING, lee.pk: State.OFFLINE}


def test_after_the_end_nobody_is_waited_for(running: LectureSession, kim: User, lee: User) -> None:
    late = cast.students(1)[0]
    classes.seat(running, late)
    age(running)
    stand(running, kim, done_at=now())
    LectureSession.objects.update(gate_percent=100)
    classes.end(running)
    found = roster(running)
    assert {one.user_id: one.state for one in found.people} == {
        kim.pk: State.DONE,
        lee.pk: State.WAITING,
        late.pk: State.WAITING,
    }
    assert (found.present, found.working, found.done, found.expected, found.gate_reached) == (3, 0, 1, 1, True)
    assert found.step is not None


def test_a_hand_is_down_once_it_was_answered_and_up_again_when_that_was_of_no_help(
    running: LectureSession, kim: User, park: User
) -> None:
    request = raise_hand(running, kim)
    assert (person(running, kim).state, person(running, kim).help_request_id) == (State.HELP, request.pk)
    answer_help(actor=cast.actor(park), request_id=request.pk, command=AnswerHelp(help_content="초록 단추예요"))
    assert person(running, kim).state == State.READING
    HelpResponse.objects.update(rating=1)
    assert person(running, kim).state == State.HELP
    close_help(actor=cast.actor(kim), request_id=request.pk)
    assert person(running, kim).state == State.READING


def test_after_an_answer_of_no_help_only_the_teachers_lowers_a_hand(
    running: LectureSession, kim: User, park: User
) -> None:
    first = raise_hand(running, kim)
    HelpResponse.objects.create(request=first, source="LOCAL", help_content="단추예요", rating=1)
    close_help(actor=cast.actor(kim), request_id=first.pk)
    again = raise_hand(running, kim)
    HelpResponse.objects.create(request=again, source="LOCAL", help_content="단추예요")
    assert person(running, kim).state == State.HELP
    answer_help(actor=cast.actor(park), request_id=again.pk, command=AnswerHelp(help_content="제가 갈게요"))
    assert person(running, kim).state == State.READING
    assert person(running, kim).help_answered


def test_an_answer_of_no_help_counts_in_its_own_class_alone_everywhere(
    running: LectureSession, kim: User, park: User
) -> None:
    assert running.current_subtask_id is not None
    other = classes.open_class(running.lecture)
    earlier = HelpRequest.objects.create(
        user=kim, subtask_id=running.current_subtask_id, lecture=running.lecture, session=other, closed_at=now()
    )
    HelpResponse.objects.create(request=earlier, source="LOCAL", help_content="단추예요", rating=1)
    request = raise_hand(running, kim)
    HelpResponse.objects.create(request=request, source="LOCAL", help_content="단추예요")

    def told() -> tuple[bool, bool]:
        (row,) = pending(cast.actor(park))
        return person(running, kim).help_answered, row.asked_again  # type: ignore[attr-defined] # annotated

    assert told() == (True, False)
    HelpRequest.objects.filter(pk=earlier.pk).update(session=running)
    assert told() == (False, True)


def test_a_mark_that_says_so_is_told_to_the_screens(running: LectureSession, kim: User) -> None:
    request = raise_hand(running, kim)
    HelpResponse.objects.create(request=request, source="LOCAL", help_content="단추예요")
    classes.forget_events_of(RosterChanged)
    give_feedback(actor=cast.actor(kim), command=GiveFeedback(help_request_id=request.pk, rating=1))
    assert [event.session_id for event in classes.events_of(RosterChanged)] == [running.pk]


def test_words_of_comfort_answer_nothing(running: LectureSession, kim: User) -> None:
    request = raise_hand(running, kim)
    HelpResponse.objects.create(request=request, source="FALLBACK", help_content="선생님이 곧 오세요")
    assert person(running, kim).state == State.HELP


def test_what_the_server_noticed_is_no_raised_hand(running: LectureSession, kim: User) -> None:
    raise_hand(running, kim, kind="AUTO")
    assert person(running, kim).state == State.READING


def test_a_hand_of_an_earlier_step_is_not_of_this_one(running: LectureSession, kim: User) -> None:
    raise_hand(running, kim)
    services.advance_step(actor=classes.owner_of(running), session_ref=str(running.pk), command=AdvanceStep())
    assert person(running, kim).state != State.HELP


def test_two_of_one_name_are_told_apart_and_stay_so(running: LectureSession, kim: User, lee: User) -> None:
    assert {one.same_name_number for one in roster(running).people} == {None}
    seat(lee, name=f" {kim.name.upper()}  ")
    assert (person(running, kim).same_name_number, person(running, lee).same_name_number) == (1, 2)
    raise_hand(running, lee)
    (row,) = Api(classes.steps(running.lecture)[0].task.lecture.instructor).get(PENDING).body["results"]
    assert row["same_name_number"] == 2
    seat(kim, removed_at=now())
    assert person(running, lee).same_name_number == 2


def test_the_gate_waits_for_who_can_be_waited_for(running: LectureSession, kim: User, lee: User) -> None:
    assert roster(running).gate_reached
    LectureSession.objects.update(gate_percent=100)
    stand(running, kim, done_at=now())
    assert not roster(running).gate_reached
    seat(lee, is_present=False)
    assert roster(running).gate_reached


def test_a_hand_of_who_has_gone_is_up_and_nobody_waits_for_it(running: LectureSession, kim: User, lee: User) -> None:
    LectureSession.objects.update(gate_percent=100)
    stand(running, lee, done_at=now())
    raise_hand(running, kim)
    assert (roster(running).expected, roster(running).gate_reached) == (2, False)
    services.say_goodbye(actor=cast.actor(kim), session_id=running.pk)
    assert person(running, kim).state == State.HELP
    assert (roster(running).expected, roster(running).gate_reached) == (1, True)


def test_steps_count_who_has_done_them_in_this_class(running: LectureSession, kim: User, lee: User) -> None:
    first = running.current_subtask_id
    for pupil in (kim, lee):
        stand(running, pupil, done_at=now())
    services.advance_step(actor=classes.owner_of(running), session_ref=str(running.pk), command=AdvanceStep())
    running.refresh_from_db()
    stand(running, kim, done_at=now())
    assert roster(running).done_by_step == {first: 2, running.current_subtask_id: 1}


def test_the_usual_time_is_that_of_earlier_classes(lecture: Lecture) -> None:
    earlier = classes.open_class(lecture)
    pupils = cast.students(5)
    for pupil in pupils:
        classes.seat(earlier, pupil)
    classes.start(earlier)
    age(earlier)
    began = StepControl.objects.get(session=earlier).created_at
    for number, pupil in enumerate(pupils):
        stand(earlier, pupil, done_at=began + timedelta(seconds=10 * (number + 1)))
    classes.end(earlier)
    later = classes.open_class(lecture)
    classes.start(later)
    pace = roster(later).pace
    assert pace is not None
    assert (pace.people, pace.median_seconds, pace.p75_seconds) == (5, 30, 40)


@pytest.mark.parametrize("people", [2, 30])
def test_the_queries_do_not_grow_with_the_people(
    people: int, session: LectureSession, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for pupil in cast.students(people):
        classes.seat(session, pupil)
    classes.start(session)
    with django_assert_max_num_queries(6):  # one of them reads the session
        assert len(roster(session).people) == people
