"""Phones that report their taps, followed in a class: where people are, and what is done (contract 11.15)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from mobilegpt.accounts.models import User
from mobilegpt.activity import follower, following, services
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.events import SeatWhereabouts, WhereaboutsChanged
from mobilegpt.activity.models import StepMatch
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep, ChangeSettings
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.guidance.expectation import Expectation, State, Target
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.roster.people import Person
from mobilegpt.roster.selectors import roster_of
from mobilegpt.roster.states import State as RosterState
from tests import cast, classes

pytestmark = pytest.mark.django_db

TALK, SETTINGS = "com.kakao.talk", "com.android.settings"
CHATS = Expectation(
    action="TAP",
    source="teacher",
    where=State(apps=[TALK], screens=["친구"]),
    target=Target(labels=["채팅"], role="tab"),
    after=State(apps=[TALK], screens=["채팅"]),
)
SEND = Expectation(
    action="TAP", source="teacher", where=State(apps=[TALK]), target=Target(id_suffix="send_button", labels=["보내기"])
)


@pytest.fixture
def session(lecture: Lecture, kim: User) -> LectureSession:
    """It stands on its first step, which expects the chats to be opened; the second, something to be sent."""
    for step, expectation in zip(classes.steps(lecture), (CHATS, SEND), strict=False):
        Subtask.objects.filter(pk=step.pk).update(expectation=msgspec.to_builtins(expectation))
    Lecture.objects.filter(pk=lecture.pk).update(version=lecture.version + 1)
    lecture.refresh_from_db()
    opened = classes.open_class(lecture)
    classes.seat(opened, kim)
    classes.start(opened)
    return opened


def entry(user: User, event_type: str, step: int | None = None, app: str = TALK, title: str = "", **data: Any) -> Entry:
    screen = {"package_name": app, "screen_title": title}
    encode = msgspec.json.encode
    return Entry(0, user.pk, step, event_type, encode(data).decode(), encode(screen).decode(), None, now(), uuid4())


def reported(user: User, *acts: tuple[str, str, str, str]) -> int:
    return following.follow([entry(user, kind, app=app, title=title, text=text) for kind, app, title, text in acts])


FRIENDS = ("SCREEN_CHANGE", TALK, "친구", "")
LOST = ("SCREEN_CHANGE", SETTINGS, "설정", "")
TAPPED = ("CLICK", TALK, "친구", "채팅")
CAME = ("SCREEN_CHANGE", TALK, "채팅", "")


def set_to(session: LectureSession, completion: str) -> None:
    command = msgspec.convert({"completion": completion}, ChangeSettings)
    classroom.change_settings(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    session.refresh_from_db()


def person(session: LectureSession) -> Person:
    (found,) = roster_of(session).people
    return found


def last_told() -> SeatWhereabouts:
    return classes.events_of(WhereaboutsChanged)[-1].people[-1]


def progress(user: User, session: LectureSession) -> str | None:
    rows = SubtaskProgress.objects.filter(user=user, subtask_id=session.current_subtask_id or 0)
    return rows.values_list("status", flat=True).first()


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


def test_a_whole_class_at_once_is_completed_each_as_they_are(session: LectureSession, lecture: Lecture) -> None:
    """More than share a transaction; one of them has taken it back, another may not complete anything there."""
    set_to(session, "by_itself")
    people = cast.students(11)
    cast.enroll(lecture, *people)
    for user in people:
        classes.seat(session, user)
    StepMatch.objects.create(
        session=session, user=people[0], subtask_id=session.current_subtask_id, match={}, silenced=True
    )
    Enrollment.objects.filter(user=people[1]).delete()
    following.follow(
        [
            entry(user, kind, app=app, title=title, text=text)
            for kind, app, title, text in (FRIENDS, TAPPED, CAME)
            for user in people
        ]
    )
    done = [user for user in people if progress(user, session) == ProgressStatus.COMPLETED]
    assert done == people[2:]
    audited = AuditEntry.objects.filter(action="progress.by_itself")
    assert sorted(line.details["user"] for line in audited) == sorted(user.pk for user in done)
    assert set(StepMatch.objects.filter(completed=True).values_list("user_id", flat=True)) == {u.pk for u in done}


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
    left = following.Standing(session, first.pk, CHATS)
    following._complete(left, [following.Done(kim.pk, "act")])
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
