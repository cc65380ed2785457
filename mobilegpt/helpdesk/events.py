"""What happens at the help desk."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec
from msgspec.structs import replace

from mobilegpt.accounts.person import Person
from mobilegpt.core.gone import GONE_TEXT
from mobilegpt.events import topics
from mobilegpt.events.event import Event
from mobilegpt.lectures.step import StepImage


class HelpCase(msgspec.Struct, frozen=True, kw_only=True):
    """The request that an event belongs to. ``session_id`` is null outside of a class."""

    id: int
    user: Person
    subtask_id: int
    subtask_title: str
    lecture_id: int
    lecture_title: str
    instructor_id: int
    session_id: int | None
    session_code: str | None


class HelpRequested(Event, frozen=True, kw_only=True):
    """Somebody is stuck. ``stuck_seconds`` is null when the client did not say."""

    case: HelpCase
    request_type: str
    priority: str
    message: str | None
    stuck_seconds: int | None
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)

    def forgetting(self, user_id: int) -> Self:
        event = super().forgetting(user_id)
        return replace(event, message=None) if self.case.user.id == user_id else event


class HelpAnswered(Event, frozen=True, kw_only=True):
    """An answer was delivered; the request stays open until it is closed.

    ``source`` says whose it is: a teacher's, a remembered one, a model's, the local analyser's, words of comfort, or
    word that the teacher was asked (``DEFERRED``). ``image`` is the step's picture, shown beside the words.
    """

    case: HelpCase
    help_response_id: int
    source: str
    help_type: str
    help_content: str
    voice_guide_text: str
    at: datetime
    image: StepImage | None = None

    def streams(self) -> tuple[str, ...]:
        return (topics.user(self.case.user.id), *_staff_of(self.case))

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)

    def forgetting(self, user_id: int) -> Self:
        event = super().forgetting(user_id)
        return (
            replace(event, help_content=GONE_TEXT, voice_guide_text=GONE_TEXT)
            if self.case.user.id == user_id
            else event
        )


class HelpClosed(Event, frozen=True, kw_only=True):
    """The request needs nobody any more: see ``CloseReason``."""

    case: HelpCase
    request_type: str = "MANUAL"
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)


class HelpSuggested(Event, frozen=True, kw_only=True):
    """An answer was withheld: a teacher may send it. What it says is read, by those who may (contract 11.17)."""

    case: HelpCase
    withheld: str
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)


class SuggestionDecided(Event, frozen=True, kw_only=True):
    """A teacher has sent an answer that was withheld, or sends none."""

    case: HelpCase
    decision: str
    decided_by: Person
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)


class HelpGrouped(Event, frozen=True, kw_only=True):
    """Many wait on one step of a class: one card for the teacher (contract 11.18).

    ``case`` is whose request made it so; ``since`` is when the first of them asked.
    """

    case: HelpCase
    position: int | None
    help_request_ids: list[int]
    since: datetime
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)


class HelpClaimed(Event, frozen=True, kw_only=True):
    """Somebody goes to help; null: they gave it back, and it is anybody's again (contract 11.8)."""

    case: HelpCase
    claimed_by: Person | None
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return _staff_of(self.case)

    def topics(self) -> tuple[str, ...]:
        return _dashboards_of(self.case)


class EnglishNudge(msgspec.Struct, frozen=True, kw_only=True):
    """What a nudge says, in English (contract 2.9)."""

    message: str
    voice_guide_text: str


class Nudged(Event, frozen=True, kw_only=True):
    """Nothing has happened on somebody's phone for a while: a kind word to them, before anybody else hears of it.

    ``english`` is null in events of releases that said everything in Korean.
    """

    user_id: int
    session_id: int
    subtask_id: int
    message: str
    voice_guide_text: str
    at: datetime
    english: EnglishNudge | None = None

    def topics(self) -> tuple[str, ...]:
        return (topics.hint(self.user_id),)


def _staff_of(case: HelpCase) -> tuple[str, ...]:
    return (topics.session_staff(case.session_id),) if case.session_id is not None else ()


def _dashboards_of(case: HelpCase) -> tuple[str, ...]:
    return (topics.lecture(case.lecture_id), topics.instructor(case.instructor_id), topics.EVERY_LECTURE)
