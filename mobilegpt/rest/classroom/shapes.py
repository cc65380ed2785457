"""Shapes of the live session's REST family (contract 6; S1 §3)."""

from __future__ import annotations

from msgspec import Struct, field

from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.core.fields import Id, MessageText
from mobilegpt.core.locale import Words
from mobilegpt.rest.accounts.shapes import LoginBody
from mobilegpt.rest.http.paging import Pagination
from mobilegpt.rest.lectures.shapes import TaskRow
from mobilegpt.wire.choices import CompletionChoice, ProgressStatusChoice, SeatStatusChoice, SessionStatusChoice
from mobilegpt.wire.people import Named, Reachable
from mobilegpt.wire.step import SessionStep, Titled

# --- what clients send

# In the words of the documents (S1).
_NO_CLASS = Words("참가 중인 활성 세션이 없습니다", "You are in no running class")
_STARTED = Words("수업이 시작되었습니다", "The class has started")
_PAUSED = Words("수업이 일시 정지되었습니다", "The class is paused")
_RESUMED = Words("수업이 재개되었습니다", "The class goes on")
_ENDED = Words("수업이 종료되었습니다", "The class is over")


class JoinRequest(Struct, frozen=True, kw_only=True):
    """R13. ``user_id``, if sent, is the caller's; ``session_code`` proves a join by id."""

    user_id: int | None = None
    session_code: str | None = None


class GuestRequest(Struct, frozen=True, kw_only=True):
    """A seat without an account. A ``device_id`` of at least 22 characters, or 16 hexadecimal digits, keeps it.

    Without ``name`` and ``same_person`` it asks whom the phone has brought before (contract 11.4). ``same_person`` true
    is that one, false is somebody else, however they are called.
    """

    device_id: str
    name: str | None = None
    same_person: bool | None = None


class NextStepRequest(Struct, frozen=True, kw_only=True):
    """R16. ``subtask_id`` is another name of ``next_subtask_id``; without one the next step in lecture order."""

    next_subtask_id: Id | None = None
    subtask_id: Id | None = None
    message: MessageText | None = None

    def command(self) -> AdvanceStep:
        return AdvanceStep(subtask_id=self.next_subtask_id or self.subtask_id, message=self.message)


# --- parts


class SessionLecture(Struct, frozen=True, kw_only=True):
    id: int
    title: str
    description: str


class SessionInstructor(Named, frozen=True, kw_only=True):
    pass


# --- sessions


class SessionBody(Struct, frozen=True, kw_only=True):
    """R11's answer, and a row of a lecture's sessions."""

    session_id: int
    id: int
    session_code: str
    title: str
    qr_code_url: str
    join_url: str
    status: SessionStatusChoice
    lecture: SessionLecture
    participant_count: int
    scheduled_at: str | None
    started_at: str | None
    ended_at: str | None
    created_at: str


class SettingsBody(Struct, frozen=True, kw_only=True):
    """What a class is set to (contract 11.4). ``gate_percent`` is null where the class moves on at any time."""

    session_id: int
    title: str
    scheduled_at: str | None
    locked: bool
    auto_help: bool
    distinct_names: bool
    completion: CompletionChoice
    screens: bool
    gate_percent: int | None


class SessionList(Struct, frozen=True, kw_only=True):
    """A lecture's sessions, newest first; ``sessions`` and ``results`` are the same."""

    sessions: list[SessionBody]
    results: list[SessionBody]
    count: int
    pagination: Pagination


class FoundSession(Struct, frozen=True, kw_only=True):
    """R12's answer. ``my_status`` is null without a seat, ``chat_room_id`` for whoever is not in the class's room."""

    session_id: int
    id: int
    session_code: str
    title: str
    status: SessionStatusChoice
    lecture: SessionLecture
    instructor: SessionInstructor
    participant_count: int
    scheduled_at: str | None
    started_at: str | None
    my_status: SeatStatusChoice | None
    chat_room_id: int | None


class CurrentState(Struct, frozen=True, kw_only=True):
    """R20's answer. ``my_status`` is null for those who run the session, ``chat_room_id`` outside of its room.

    ``session_code`` is null for who has no seat yet: the code is the key (contract 6.4).
    """

    session_id: int
    id: int
    session_code: str | None
    title: str
    status: SessionStatusChoice
    lecture: SessionLecture
    instructor: SessionInstructor
    current_subtask: SessionStep | None
    total_subtasks: int
    started_at: str | None
    ended_at: str | None
    active_participants: int
    instructor_message: str
    my_status: SeatStatusChoice | None
    chat_room_id: int | None


class ActiveStep(Titled, frozen=True, kw_only=True):
    pass


class ActiveSession(Struct, frozen=True, kw_only=True):
    session_id: int
    id: int
    session_code: str
    title: str
    lecture: SessionLecture
    status: SessionStatusChoice
    current_subtask: ActiveStep | None
    my_status: SeatStatusChoice
    joined_at: str


class MyActive(Struct, frozen=True, kw_only=True):
    """R21's answer."""

    active_session: ActiveSession


class NoActive(Struct, frozen=True, kw_only=True):
    """R21's own 404 (contract 4.1)."""

    active_session: None = None
    message: str = field(default_factory=_NO_CLASS.said)


# --- seats


class SeatBody(Struct, frozen=True, kw_only=True):
    """R13's answer."""

    participant_id: int
    session_id: int
    session_code: str
    user_id: int
    status: SeatStatusChoice
    session_status: SessionStatusChoice
    lecture: SessionLecture
    current_subtask: SessionStep | None
    joined_at: str
    message: str


class GuestSeatBody(LoginBody, frozen=True, kw_only=True):
    """The login body plus the join body (contract 3.9)."""

    participant_id: int
    session_id: int
    session_code: str
    user_id: int
    status: SeatStatusChoice
    session_status: SessionStatusChoice
    lecture: SessionLecture
    current_subtask: SessionStep | None
    joined_at: str
    message: str


class KnownPhone(Struct, frozen=True, kw_only=True):
    """Whom a phone has brought to classes of this instructor; ``name`` is null for a phone that nobody knows there."""

    known: bool
    name: str | None


class ClassPreview(Struct, frozen=True, kw_only=True):
    """What the code tells before anybody has said who they are (contract 11.4): nothing of people but the teacher."""

    session_code: str
    title: str
    status: SessionStatusChoice
    locked: bool
    lecture_title: str
    instructor_name: str


class RosterUser(Reachable, frozen=True, kw_only=True):
    pass


class RosterRow(Struct, frozen=True, kw_only=True):
    """A participant as the instructor sees them. ``current_step_status`` is about the session's current step.

    ``id``, ``user``, ``is_active`` and ``has_pending_help_request`` say the same for the console (contract 12).
    """

    participant_id: int
    id: int
    user_id: int
    user: RosterUser
    name: str
    email: str | None
    is_guest: bool
    status: SeatStatusChoice
    is_present: bool
    is_active: bool
    current_step_status: ProgressStatusChoice
    open_help_request_id: int | None
    has_pending_help_request: bool
    joined_at: str
    last_seen_at: str


class Roster(Struct, frozen=True, kw_only=True):
    """R14's answer: everybody, unless ``page`` or ``page_size`` is sent; ``results`` is ``participants``."""

    session_id: int
    participants: list[RosterRow]
    results: list[RosterRow]
    total_count: int
    count: int
    pagination: Pagination


# --- running the class


class StartedBody(Struct, frozen=True, kw_only=True):
    """R15's answer."""

    session_id: int
    id: int
    status: SessionStatusChoice
    started_at: str
    current_subtask: SessionStep
    active_participants: int
    instructor_message: str
    message: str = field(default_factory=_STARTED.said)


class StepBody(Struct, frozen=True, kw_only=True):
    """R16's answer."""

    session_id: int
    id: int
    status: SessionStatusChoice
    previous_subtask: SessionStep | None
    current_subtask: SessionStep
    instructor_message: str
    timestamp: str


class PausedBody(Struct, frozen=True, kw_only=True):
    """R17's answer."""

    session_id: int
    id: int
    status: SessionStatusChoice
    instructor_message: str
    timestamp: str
    action: str = "PAUSE"
    message: str = field(default_factory=_PAUSED.said)


class ResumedBody(Struct, frozen=True, kw_only=True):
    """R18's answer."""

    session_id: int
    id: int
    status: SessionStatusChoice
    current_subtask: SessionStep | None
    instructor_message: str
    timestamp: str
    action: str = "RESUME"
    message: str = field(default_factory=_RESUMED.said)


class BreakState(Struct, frozen=True, kw_only=True):
    """Until when the class pauses; ``break_ends_at`` is null when it does not, or nobody has said how long.

    ``server_time`` is what a page counts down by.
    """

    session_id: int
    status: SessionStatusChoice
    break_ends_at: str | None
    server_time: str


class OwnStepsBody(Struct, frozen=True, kw_only=True):
    """The steps that the caller has done in this class, whatever they did in another."""

    session_id: int
    done: list[int]


class EndedBody(Struct, frozen=True, kw_only=True):
    """R19's answer."""

    session_id: int
    id: int
    status: SessionStatusChoice
    ended_at: str
    duration_minutes: int
    completed_participants: int
    total_participants: int
    instructor_message: str
    message: str = field(default_factory=_ENDED.said)


class AnnouncedBody(Struct, frozen=True, kw_only=True):
    """The answer to a word to everybody."""

    session_id: int
    id: int
    status: SessionStatusChoice
    instructor_message: str
    timestamp: str


class LessonBody(Struct, frozen=True, kw_only=True):
    """What a class teaches: its own lesson once it has started, the lecture as it is before (contract 11.5).

    ``changed``: the lecture says something else by now, which ``refresh-lesson`` brings into a running class.
    """

    session_id: int
    id: int
    lecture: SessionLecture
    tasks: list[TaskRow]
    total_subtasks: int
    changed: bool


class RefreshedBody(Struct, frozen=True, kw_only=True):
    """How many steps the class had and has. ``changed``: it taught something else before."""

    session_id: int
    id: int
    status: SessionStatusChoice
    changed: bool
    previous_total_subtasks: int
    total_subtasks: int
    current_subtask: SessionStep
    timestamp: str


class StepSummary(Struct, frozen=True, kw_only=True):
    """How one step went: who completed it, how often help was asked for, and how often the server noticed something."""

    subtask_id: int
    title: str
    position: int
    completed_participants: int
    help_requests: int
    auto_help_requests: int


class SummaryBody(Struct, frozen=True, kw_only=True):
    """What the instructor sees at the end."""

    session_id: int
    id: int
    session_code: str
    title: str
    status: SessionStatusChoice
    lecture: SessionLecture
    started_at: str | None
    ended_at: str | None
    duration_minutes: int
    total_participants: int
    completed_participants: int
    total_help_requests: int
    total_auto_help_requests: int
    steps: list[StepSummary]
