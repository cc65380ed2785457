"""A class recounted: plain Python hears the events of the system, and what only phones know, and counts itself.

Nothing here asks the database, or calls anything of the product that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.classroom.events import (
    LessonRefreshed,
    ParticipantJoined,
    ParticipantLeft,
    SeatChanged,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed, HelpRequested
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged

Lesson: TypeAlias = list[tuple[int, str]]
"""Steps in order, each with its title."""
RUNNING = ("IN_PROGRESS", "PAUSED")
LATE = timedelta(seconds=2.25)
SILENT = timedelta(seconds=60)
WORST_FIRST = ("HELP", "NOT_RECEIVED", "OFFLINE", "SENT", "TRYING", "READING", "WAITING", "DONE", "LEFT")


@dataclass
class Seat:
    """One person in one class. ``number`` tells which of somebody's seats is the newest."""

    number: int
    joined_at: datetime
    last_seen: datetime
    present: bool = True
    said_goodbye: bool = False
    hidden: bool = False
    removed: bool = False
    received: dict[int, datetime] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    stays: list[list[datetime | None]] = field(default_factory=list)

    def leaves(self, at: datetime) -> None:
        """What was open ends; never before it began."""
        for stay in self.stays:
            if stay[1] is None:
                assert stay[0] is not None
                stay[1] = max(stay[0], at)


@dataclass
class Call:
    """A request for help. ``marks``: of each answer, whose it is and how it was rated."""

    user: int
    step: int
    session: int | None
    kind: str
    asked_at: datetime
    open: bool = True
    marks: list[tuple[str, int | None]] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)


@dataclass
class Held:
    """One class. ``lesson`` is null while it waits: the lecture as it is."""

    id: int
    code: str
    status: str = "WAITING"
    step: int | None = None
    since: datetime | None = None
    lesson: Lesson | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seats: dict[int, Seat] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def members(self) -> dict[int, Seat]:
        """All but who was removed."""
        return {user: seat for user, seat in self.seats.items() if not seat.removed}


@dataclass(frozen=True)
class Line:
    """Of an attendance sheet; the moments as seconds since the epoch."""

    first_in: float
    last_out: float | None
    seconds: float
    steps_done: int
    hands: int
    answers: int


class Recount:
    """Everything of one lecture and its classes. ``lecture`` is what the script has made of it, null when deleted."""

    def __init__(self, lecture: Lesson) -> None:
        self.lecture: Lesson | None = list(lecture)
        self.classes: dict[int, Held] = {}
        self.calls: dict[int, Call] = {}
        self.completed: set[tuple[int, int]] = set()
        self.enrolled: list[int] = []
        self._seats_taken = 0

    # --- what is told

    def hear(self, event: Event) -> None:
        match event:
            case SessionOpened():
                self.classes[event.room.id] = Held(event.room.id, event.room.code)
            case SessionStarted():
                held = self.classes[event.room.id]
                held.status, held.started_at, held.lesson = "IN_PROGRESS", event.started_at, self._copy()
            case StepChanged():
                held = self.classes[event.room.id]
                held.step, held.since = event.step.id, event.at
            case LessonRefreshed():
                self.classes[event.room.id].lesson = self._copy()
            case SessionPaused():
                self.classes[event.room.id].status = "PAUSED"
            case SessionResumed():
                self.classes[event.room.id].status = "IN_PROGRESS"
            case SessionEnded():
                self._end(self.classes[event.room.id], event.ended_at)
            case ParticipantJoined():
                self._came(self.classes[event.room.id], event.user.id, event.at)
            case ParticipantLeft():
                self._went(self.classes[event.room.id], event.user.id, event.last_known_at or event.at)
            case SeatChanged(merged_into=None):
                self.classes[event.room.id].seats[event.user.id].removed = event.removed
            case AccountsMerged():
                self._are_one(event.from_id, event.into_id)
            case ProgressChanged(new_status="COMPLETED") | CompletionRepeated():
                user = event.user.id if isinstance(event, ProgressChanged) else event.user_id
                self.completed.add((user, event.subtask_id))
                self._did(user, event.subtask_id, event.at)
            case ProgressChanged(old_status="COMPLETED"):
                self._took_back(event.user.id, event.subtask_id)
            case HelpRequested():
                self._asked(event)
            case HelpAnswered():
                call = self.calls[event.case.id]
                call.marks.append((event.source, None))
                call.told.append(event.at)
            case HelpClosed():
                self.calls[event.case.id].open = False

    def _copy(self) -> Lesson:
        assert self.lecture is not None
        return list(self.lecture)

    def _end(self, held: Held, at: datetime) -> None:
        held.status, held.ended_at = "REVIEW_MODE", at
        if held.lesson is None:
            held.lesson = self._copy()
        for seat in held.seats.values():
            seat.leaves(at if at - seat.last_seen <= SILENT else seat.last_seen)

    def _came(self, held: Held, user: int, at: datetime) -> None:
        seat = held.seats.get(user)
        if seat is None:
            self._seats_taken += 1
            seat = held.seats[user] = Seat(self._seats_taken, at, at)
        seat.present, seat.said_goodbye, seat.hidden, seat.removed, seat.last_seen = True, False, False, False, at
        if user not in self.enrolled:
            self.enrolled.append(user)
        if not held.is_over:
            seat.stays.append([at, None])

    def _went(self, held: Held, user: int, at: datetime) -> None:
        seat = held.seats[user]
        seat.present = False
        if held.ended_at is None:
            seat.leaves(at)
            return
        for stay in seat.stays:  # who was there to the end, as it seemed, and had gone before it
            if stay[1] == held.ended_at:
                assert stay[0] is not None
                stay[1] = max(stay[0], min(at, held.ended_at))

    def _did(self, user: int, step: int, at: datetime) -> None:
        """In the running class in which they sit; of several in that of the newest seat."""
        seats = [one.members[user] for one in self.classes.values() if one.status in RUNNING and user in one.members]
        if seats:
            seat = max(seats, key=lambda one: one.number)
            seat.done.add(step)
            seat.received.setdefault(step, at)

    def _took_back(self, user: int, step: int) -> None:
        self.completed.discard((user, step))
        for held in self.classes.values():
            if held.status in RUNNING and held.step == step and user in held.members:
                held.members[user].done.discard(step)

    def _asked(self, event: HelpRequested) -> None:
        case = event.case
        if case.id in self.calls:  # it was noticed before
            self.calls[case.id].kind = event.request_type
        else:
            self.calls[case.id] = Call(case.user.id, case.subtask_id, case.session_id, event.request_type, event.at)

    def _are_one(self, gone: int, kept: int) -> None:
        """Everything of the one is the other's."""
        for held in self.classes.values():
            if theirs := held.seats.pop(gone, None):
                mine = held.seats.get(kept)
                held.seats[kept] = theirs if mine is None else _united(theirs, mine)
        for call in self.calls.values():
            call.user = kept if call.user == gone else call.user
        self.completed = {(kept if user == gone else user, step) for user, step in self.completed}
        self.enrolled = [user for user in self.enrolled if user != gone]

    # --- what only phones and people know

    def has_received(self, session: int, user: int, at: datetime) -> None:
        held = self.classes[session]
        seat = held.seats[user]
        assert held.step is not None
        assert held.since is not None
        if seat.received.get(held.step, held.since - SILENT) < held.since:
            seat.received[held.step] = at

    def shows_life(self, users: set[int], at: datetime) -> None:
        for held in self.classes.values():
            for user, seat in held.seats.items():
                if user in users and seat.present:
                    seat.last_seen = at

    def rated(self, call_id: int, rating: int) -> None:
        """The newest answer of a request."""
        marks = self.calls[call_id].marks
        marks[-1] = (marks[-1][0], rating)

    # --- the live page

    def lesson_of(self, held: Held) -> Lesson:
        return held.lesson if held.lesson is not None else self._copy()

    def hand(self, held: Held, user: int) -> Call | None:
        """Their own open request on the step of their class."""
        for call in self.calls.values():
            if (call.user, call.session, call.step, call.kind) == (user, held.id, held.step, "MANUAL") and call.open:
                return call
        return None

    def is_answered(self, call: Call) -> bool:
        """By an answer that was not of no help; after one that was, only the teacher's own counts."""
        if not call.marks:
            return False
        source, rating = call.marks[-1]
        useless = any(
            mark is not None and mark <= 2
            for other in self.calls.values()
            if (other.user, other.step, other.session) == (call.user, call.step, call.session)
            for _, mark in other.marks
        )
        if source == "TEACHER":
            return rating is None or rating > 2
        return source != "FALLBACK" and not useless

    def _has(self, held: Held, seat: Seat) -> bool:
        if held.step is None or held.since is None:
            return False
        at = seat.received.get(held.step)
        return held.step in seat.done or (at is not None and at >= held.since)

    def state(self, held: Held, user: int, moment: datetime) -> str:
        seat = held.members[user]
        call = self.hand(held, user)
        if call is not None and not self.is_answered(call):
            return "HELP"
        if seat.said_goodbye:
            return "LEFT"
        if not seat.present:
            return "OFFLINE"
        if held.step is None or held.since is None:
            return "WAITING"
        if held.step in seat.done:
            return "DONE"
        if self._has(held, seat):
            return "TRYING" if seat.hidden else "READING"
        others = any(self._has(held, one) for other, one in held.members.items() if other != user)
        late = moment - max(held.since, seat.joined_at) >= LATE
        return "NOT_RECEIVED" if late and others else "SENT"

    def states(self, held: Held, moment: datetime) -> dict[int, str]:
        return {user: self.state(held, user, moment) for user in held.members}

    def live_counts(self, held: Held, moment: datetime) -> dict[str, int]:
        states = self.states(held, moment)
        done = {user for user, seat in held.members.items() if held.step in seat.done}
        away = ("NOT_RECEIVED", "OFFLINE", "LEFT")
        return {
            **dict.fromkeys((state.lower() for state in WORST_FIRST), 0),
            **{state.lower(): number for state, number in Counter(states.values()).items()},
            "total": len(states),
            "present": sum(seat.present for seat in held.members.values()),
            "working": sum(state in ("SENT", "TRYING", "READING") for state in states.values()),
            "done_in_all": len(done),
            "expected": sum(user in done or state not in away for user, state in states.items()),
        }

    def done_by_step(self, held: Held) -> dict[int, int]:
        return dict(Counter(step for seat in held.members.values() for step in seat.done))

    def pending(self, held: Held) -> dict[int, tuple[str, bool]]:
        """Open requests: which kind, and whether the class has left the step."""
        return {
            key: (call.kind, held.step not in (None, call.step))
            for key, call in self.calls.items()
            if call.session == held.id and call.open
        }

    # --- afterwards

    def _asked_in(self, held: Held) -> Iterator[Call]:
        for call in self.calls.values():
            if call.session == held.id and (held.ended_at is None or call.asked_at <= held.ended_at):
                yield call

    def summary(self, held: Held) -> list[tuple[int, str, int, int, int]]:
        """Of each step of the class's lesson: its title, who has done it, who asked, what was noticed."""
        done = self.done_by_step(held)
        asked = Counter((call.step, call.kind) for call in self._asked_in(held))
        return [
            (step, title, done.get(step, 0), asked[step, "MANUAL"], asked[step, "AUTO"])
            for step, title in self.lesson_of(held)
        ]

    def help_totals(self, held: Held) -> tuple[int, int]:
        kinds = Counter(call.kind for call in self._asked_in(held))
        return kinds["MANUAL"], kinds["AUTO"]

    def finished(self, held: Held) -> int:
        """Who has done the last step in this class, once it is over."""
        lesson = self.lesson_of(held)
        if not held.is_over or not lesson:
            return 0
        return sum(lesson[-1][0] in seat.done for seat in held.members.values())

    def minutes(self, held: Held) -> int:
        if held.started_at is None or held.ended_at is None:
            return 0
        return int((held.ended_at - held.started_at).total_seconds()) // 60

    def sheet(self, held: Held, moment: datetime) -> dict[int, Line]:
        return {user: self._line(held, user, moment) for user in held.seats}

    def _line(self, held: Held, user: int, moment: datetime) -> Line:
        seat = held.seats[user]
        mine = [call for call in self._asked_in(held) if call.user == user]
        there = any(stay[1] is None for stay in seat.stays)
        stays = [(began, ended or moment) for began, ended in seat.stays if began is not None]
        return Line(
            first_in=min(began for began, _ in stays).timestamp(),
            last_out=None if there else max(ended for _, ended in stays).timestamp(),
            seconds=_seconds(stays),
            steps_done=len(seat.done),
            hands=sum(call.kind == "MANUAL" for call in mine),
            answers=sum(
                source != "FALLBACK"
                for call in mine
                for (source, _), at in zip(call.marks, call.told, strict=True)
                if held.ended_at is None or at <= held.ended_at
            ),
        )

    # --- the dashboard

    def students(self) -> dict[int, tuple[int, int, int, int]]:
        """In order of enrolment: steps of the lecture completed, asked, noticed, and still waiting for help."""
        steps = [step for step, _ in self._copy()]
        counted = {}
        for user in self.enrolled:
            mine = [call for call in self.calls.values() if call.user == user]
            asked = [call for call in mine if call.kind == "MANUAL"]
            done = sum((user, step) in self.completed for step in steps)
            counted[user] = (done, len(asked), len(mine) - len(asked), sum(call.open for call in asked))
        return counted

    def hardest(self) -> list[tuple[int, int, int]]:
        """The five steps with most requests by people: the step, how many, and what was noticed."""
        asked = Counter((call.step, call.kind) for call in self.calls.values())
        rows = [(step, asked[step, "MANUAL"], asked[step, "AUTO"]) for step, _ in self._copy()]
        return sorted((row for row in rows if row[1]), key=lambda row: -row[1])[:5]


def _united(theirs: Seat, mine: Seat) -> Seat:
    """Who was there, has the step, or has done it by either phone; only gone, hidden or removed by both."""
    steps = {*theirs.received, *mine.received}
    return Seat(
        number=mine.number,
        joined_at=min(theirs.joined_at, mine.joined_at),
        last_seen=max(theirs.last_seen, mine.last_seen),
        present=theirs.present or mine.present,
        said_goodbye=theirs.said_goodbye and mine.said_goodbye,
        hidden=theirs.hidden and mine.hidden,
        removed=theirs.removed and mine.removed,
        received={step: max(seat.received[step] for seat in (theirs, mine) if step in seat.received) for step in steps},
        done=theirs.done | mine.done,
        stays=theirs.stays + mine.stays,
    )


def _seconds(stays: list[tuple[datetime, datetime]]) -> float:
    """How long these are together: what lies between two of them is filled if it is a minute or less."""
    total, until = timedelta(), None
    for began, ended in sorted(stays):
        if until is None or began - until > SILENT:
            total += ended - began
        elif ended > until:
            total += ended - until
        until = ended if until is None else max(until, ended)
    return total.total_seconds()
