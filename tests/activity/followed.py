"""A class that is followed: what its phones report, and what is known then."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from mobilegpt.accounts.models import User
from mobilegpt.activity import following
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.events import SeatWhereabouts, WhereaboutsChanged
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import ChangeSettings
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.guidance.expectation import Expectation, State, Target
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.roster.people import Person
from mobilegpt.roster.selectors import roster_of
from tests import classes

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
