"""Phones that report their taps, followed in a class: where people are, and what is done (contract 11.15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.activity import follower, following, services
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.events import WhereaboutsChanged
from mobilegpt.activity.models import StepMatch
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.roster.selectors import roster_of
from mobilegpt.roster.states import State as RosterState
from tests import cast, classes
from tests.activity.followed import (
    CAME,
    FRIENDS,
    LOST,
    SETTINGS,
    TAPPED,
    entry,
    last_told,
    person,
    progress,
    reported,
    set_to,
)
from tests.activity.followed import session as session

pytestmark = pytest.mark.django_db


def test_who_is_in_another_app_is_seen_there_and_what_they_are_counted_as_stays(
    session: LectureSession, kim: User
) -> None:
    before = roster_of(session).states
    reported(kim, FRIENDS, LOST)
    found = person(session).whereabouts
    assert found is not None
    assert (found.verdict, found.app, found.title, found.way_back) == ("wrong_app", SETTINGS, "설정", "open")
    assert last_told().whereabouts == found
    assert roster_of(session).states == before


def test_a_phone_that_is_here_is_known_by_what_it_tells_until_it_is_gone(
    session: LectureSession, kim: User, lee: User
) -> None:
    classes.seat(session, lee)
    SeatStep.objects.create(session=session, user=lee, subtask_id=session.current_subtask_id or 0, received_at=now())
    reported(kim, FRIENDS, LOST)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        found = {one.user_id: one for one in roster_of(session).people}[kim.pk]
        assert found.state is RosterState.NOT_RECEIVED
        assert found.whereabouts is not None
        SessionParticipant.objects.filter(user=kim).update(is_present=False)
        found = {one.user_id: one for one in roster_of(session).people}[kim.pk]
        assert (found.state, found.whereabouts) == (RosterState.OFFLINE, None)


def test_nothing_known_is_nothing_told(session: LectureSession, kim: User) -> None:
    assert following.follow([entry(kim, "HEARTBEAT"), entry(kim, "CLICK", app="", text="무엇")]) == 2
    assert person(session).whereabouts is None
    assert classes.events_of(WhereaboutsChanged) == []


def test_what_is_done_is_suggested_and_completes_nothing(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    found = person(session).whereabouts
    assert found is not None
    assert (found.verdict, found.suggested, found.rests_on) == ("done", True, "act")
    assert progress(kim, session) != ProgressStatus.COMPLETED
    assert person(session).state is not RosterState.DONE


def test_by_hand_suggests_nothing(session: LectureSession, kim: User) -> None:
    set_to(session, "by_hand")
    reported(kim, FRIENDS, TAPPED, CAME)
    found = person(session).whereabouts
    assert found is not None
    assert not found.suggested


def test_by_itself_completes_as_a_person_does_and_says_so(session: LectureSession, kim: User) -> None:
    set_to(session, "by_itself")
    reported(kim, FRIENDS, TAPPED, CAME)
    assert progress(kim, session) == ProgressStatus.COMPLETED
    assert (person(session).state, person(session).whereabouts) == (RosterState.DONE, None)
    line = AuditEntry.objects.get(action="progress.by_itself")
    assert line.details == {"user": kim.pk, "subtask": session.current_subtask_id, "rests_on": "act"}
    reported(kim, FRIENDS, TAPPED, CAME)
    assert AuditEntry.objects.filter(action="progress.by_itself").count() == 1


def test_who_takes_it_back_is_believed(session: LectureSession, kim: User) -> None:
    set_to(session, "by_itself")
    reported(kim, FRIENDS, TAPPED, CAME)
    step = session.current_subtask_id or 0
    command = UpdateProgress(subtask_id=step, status="IN_PROGRESS")
    update_progress(actor=cast.actor(kim), command=command, session_id=session.pk)
    reported(kim, FRIENDS, TAPPED, CAME)
    assert progress(kim, session) == ProgressStatus.IN_PROGRESS
    found = person(session).whereabouts
    assert found is not None
    assert not found.suggested


def test_a_step_that_the_class_has_left_is_not_completed(session: LectureSession, kim: User) -> None:
    set_to(session, "by_itself")
    first, second, *_ = classes.steps(session.lecture)
    command = AdvanceStep(subtask_id=second.pk)
    classroom.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    seat = SessionParticipant.objects.get(session=session, user=kim)
    following._complete(following.Seat(seat.pk, session.pk, kim.pk), first.pk, "act")
    following.follow([entry(kim, "CLICK", step=first.pk, title="친구", text="채팅")])
    assert not SubtaskProgress.objects.filter(user=kim, status=ProgressStatus.COMPLETED).exists()


def test_an_app_that_fails_takes_back_what_it_did(session: LectureSession, kim: User) -> None:
    set_to(session, "by_itself")
    _, second, *_ = classes.steps(session.lecture)
    command = AdvanceStep(subtask_id=second.pk)
    classroom.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    session.refresh_from_db()
    following.follow([entry(kim, "CLICK", title="딸", element_id="send_button", text="보내기")])
    assert progress(kim, session) == ProgressStatus.COMPLETED
    following.follow([entry(kim, "SCREEN_CHANGE", app="android", title="카카오톡이(가) 응답하지 않음")])
    assert progress(kim, session) == ProgressStatus.IN_PROGRESS
    following.follow([entry(kim, "SCREEN_CHANGE", title="딸")])
    following.follow([entry(kim, "CLICK", title="딸", element_id="send_button", text="보내기")])
    assert progress(kim, session) == ProgressStatus.COMPLETED


def test_a_phone_that_is_there_already_when_the_step_begins(session: LectureSession, kim: User) -> None:
    first, second, *_ = classes.steps(session.lecture)
    for step in (second, first):
        command = AdvanceStep(subtask_id=step.pk)
        classroom.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
        session.refresh_from_db()
        if step == second:
            reported(kim, CAME)
    following.begin_step(session.pk)
    found = person(session).whereabouts
    assert found is not None
    assert (found.verdict, found.rests_on, found.suggested) == ("done", "state", True)


def test_where_one_process_left_off_another_goes_on(session: LectureSession, kim: User) -> None:
    for act in (FRIENDS, TAPPED, CAME):
        reported(kim, act)
    assert StepMatch.objects.get().match["verdict"] == "done"


def test_an_event_that_comes_twice_changes_nothing(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, LOST)
    told = len(classes.events_of(WhereaboutsChanged))
    reported(kim, LOST, LOST)
    assert len(classes.events_of(WhereaboutsChanged)) == told


def test_where_people_were_is_forgotten_with_the_end(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, LOST)
    classes.end(session)
    assert not StepMatch.objects.exists()


def test_what_is_reported_at_the_door_is_followed(
    session: LectureSession, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread's work without the thread: nothing is handed over where nobody serves."""
    click = LogEvent(event_type="SCREEN_CHANGE", screen_info={"package_name": SETTINGS, "screen_title": "설정"})
    shown = LogEvent(event_type="page.hidden")

    def report() -> None:
        services.record(actor=cast.actor(kim), reports=services.read(actor=cast.actor(kim), events=[click, shown]))
        follower.work_off()

    report()
    assert not StepMatch.objects.exists()
    monkeypatch.setattr(follower.Follower, "serving", True)
    report()
    assert StepMatch.objects.get().match["place"] == {"app": SETTINGS, "title": "설정"}


def test_of_who_has_done_the_step_nothing_is_told_any_more(session: LectureSession, kim: User) -> None:
    command = UpdateProgress(subtask_id=session.current_subtask_id or 0, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command, session_id=session.pk)
    reported(kim, FRIENDS, LOST)
    assert classes.events_of(WhereaboutsChanged) == []
    assert person(session).whereabouts is None


def test_who_takes_a_step_back_before_their_phone_shows_it_is_believed(session: LectureSession, kim: User) -> None:
    for status in ("COMPLETED", "IN_PROGRESS"):
        command = UpdateProgress(subtask_id=session.current_subtask_id or 0, status=status)
        update_progress(actor=cast.actor(kim), command=command, session_id=session.pk)
    reported(kim, FRIENDS, TAPPED, CAME)
    found = person(session).whereabouts
    assert found is not None
    assert (found.verdict, found.suggested) == ("done", False)
