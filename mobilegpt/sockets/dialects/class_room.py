"""W1 ``/ws/sessions/{code}/``: S0's flat keys with S2's ``data`` copy (contract 7.1, 3.10)."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from mobilegpt.activity.events import WhereaboutsChanged
from mobilegpt.classroom.commands import (
    AdvanceStep,
    CompleteStep,
    EndSession,
    JoinSession,
    LeaveSession,
    PauseSession,
    ReportPage,
    ResumeSession,
)
from mobilegpt.classroom.events import (
    Announcement,
    BreakChanged,
    CompletionReported,
    ControlChanged,
    LessonRefreshed,
    ParticipantJoined,
    ParticipantLeft,
    SeatChanged,
    SessionArchived,
    SessionEnded,
    SessionPaused,
    SessionProgress,
    SessionResumed,
    SessionStarted,
    SettingsChanged,
    StepChanged,
    StepReworded,
)
from mobilegpt.core.clock import iso
from mobilegpt.core.locale import Language, Words, spoken
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.events import (
    HelpAnswered,
    HelpClaimed,
    HelpClosed,
    HelpGrouped,
    HelpRequested,
    HelpSuggested,
    Nudged,
    SuggestionDecided,
)
from mobilegpt.notifications.events import NotificationCreated
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.dialect import Decoder, Dialect, Encoder, Frame
from mobilegpt.realtime.protocol import Heartbeat
from mobilegpt.screenshots.events import ScreenshotUpdated
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, NEVER_SHOWN
from mobilegpt.sockets.dialects.for_apps import (
    InstructorMessage,
    ParticipantJoinedData,
    ParticipantLeftData,
    StepChangedData,
    screenshot_updated,
    step_changed_data,
    student_completion,
)
from mobilegpt.wire.choices import (
    CompletionChoice,
    ProgressStatusChoice,
    RoleChoice,
    SeatStatusChoice,
    SessionStatusChoice,
)
from mobilegpt.wire.people import Named
from mobilegpt.wire.roster import RosterBody
from mobilegpt.wire.step import RoomStep, room_step
from mobilegpt.wire.whereabouts import PersonWhereabouts, whereabouts_body


class StepChangedFrame(Frame, frozen=True, kw_only=True, tag="step_changed"):
    """The room stands on this step now. ``data`` says what it expects of a phone as well."""

    subtask: RoomStep
    instructor_message: str
    data: StepChangedData


class LessonRefreshedFrame(Frame, frozen=True, kw_only=True, tag="lesson_refreshed"):
    """The class teaches the lecture as it is now (contract 11.5): ``GET /api/sessions/{id}/lesson`` has all of it."""

    total_subtasks: int


class SessionStatusChanged(Frame, frozen=True, kw_only=True, tag="session_status_changed"):
    """``message`` is system text, ``instructor_message`` the instructor's own words (contract 6.3)."""

    status: SessionStatusChoice
    message: str
    instructor_message: str


class BreakChangedFrame(Frame, frozen=True, kw_only=True, tag="break_changed"):
    """Until when the pause lasts, by the server's clock; null: nobody has said (contract 11.13)."""

    break_ends_at: str | None


class ParticipantJoinedFrame(Frame, frozen=True, kw_only=True, tag="participant_joined"):
    user_id: int
    user_name: str
    role: RoleChoice
    data: ParticipantJoinedData


class ParticipantLeftFrame(Frame, frozen=True, kw_only=True, tag="participant_left"):
    user_id: int
    user_name: str
    data: ParticipantLeftData


class ProgressUpdatedFrame(Frame, frozen=True, kw_only=True, tag="progress_updated"):
    """For instructors only."""

    user_id: int
    user_name: str
    subtask_id: int
    status: ProgressStatusChoice


class HelpRequestedFrame(Frame, frozen=True, kw_only=True, tag="help_requested"):
    """For instructors only."""

    user_id: int
    user_name: str
    subtask_id: int
    message: str


class Nudge(Frame, frozen=True, kw_only=True, tag="nudge"):
    """Nothing has happened on this step for a while: words to show and to speak, to this student only."""

    subtask_id: int
    message: str
    voice_guide_text: str


class ControlChangedFrame(Frame, frozen=True, kw_only=True, tag="control_changed"):
    """Who of several instructors is in control; ``is_here``: they have a socket of the class open. For staff only."""

    controller: Named
    is_here: bool


class SettingsChangedFrame(Frame, frozen=True, kw_only=True, tag="settings_changed"):
    """What the class is set to now (contract 11.4); for instructors only."""

    title: str
    scheduled_at: str | None
    locked: bool
    auto_help: bool
    distinct_names: bool
    gate_percent: int | None
    completion: CompletionChoice
    screens: bool


class WhereaboutsFrame(Frame, frozen=True, kw_only=True, tag="whereabouts"):
    """Where people are with the step, as their phones report: those of whom it has changed, for instructors with
    ``rt.v1`` (contract 11.15). The next ``roster`` says so, too; ``whereabouts`` is null where nothing is known now."""

    subtask_id: int
    people: list[PersonWhereabouts]


class SeatChangedFrame(Frame, frozen=True, kw_only=True, tag="seat_changed"):
    """A seat has another name, was removed or given back, or is one with another now (contract 11.4); for instructors
    only."""

    participant_id: int
    user_id: int
    user_name: str
    removed: bool
    may_return: bool
    merged_into: int | None


class JoinConfirmed(Frame, frozen=True, kw_only=True, tag="join_confirmed"):
    """The answer to ``join``, before any broadcast (contract 3.10).

    ``participant_id``, ``status`` and ``joined_at`` are null for those who run the session. The tokens are a new
    guest's only.
    """

    session_id: int
    session_code: str
    participant_id: int | None
    user_id: int
    role: RoleChoice
    status: SeatStatusChoice | None
    session_status: SessionStatusChoice
    current_subtask: RoomStep | None
    joined_at: str | None
    message: str
    access_token: str | UnsetType = UNSET
    refresh_token: str | UnsetType = UNSET


class RosterFrame(Frame, frozen=True, kw_only=True, tag="roster"):
    """Everybody in the class, for instructors with ``rt.v1``: whole, when something has changed, at most twice a
    second (contract 11.1)."""

    data: RosterBody


# In the words of the documents (S2), where they have some.
_STARTED = Words("세션이 시작되었습니다", "The class has started")
_PAUSED = Words("세션이 일시정지되었습니다", "The class is paused")
_RESUMED = Words("세션이 재개되었습니다", "The class goes on")
_ENDED = Words("세션이 종료되었습니다", "The class is over")
_SAID = Words("선생님 말씀이 있어요", "Your teacher says something")


def _started(event: SessionStarted) -> SessionStatusChanged:
    return SessionStatusChanged(
        status="IN_PROGRESS", message=_STARTED.said(), instructor_message=event.instructor_message or ""
    )


def _step(event: StepChanged | StepReworded) -> StepChangedFrame:
    said = event.instructor_message or ""
    return StepChangedFrame(
        subtask=room_step(event.step), instructor_message=said, data=step_changed_data(event.step, said)
    )


def _refreshed(event: LessonRefreshed) -> LessonRefreshedFrame:
    return LessonRefreshedFrame(total_subtasks=event.total_steps)


def _paused(event: SessionPaused) -> SessionStatusChanged:
    return SessionStatusChanged(
        status="PAUSED", message=_PAUSED.said(), instructor_message=event.instructor_message or ""
    )


def _resumed(event: SessionResumed) -> SessionStatusChanged:
    return SessionStatusChanged(
        status="IN_PROGRESS", message=_RESUMED.said(), instructor_message=event.instructor_message or ""
    )


def _ended(event: SessionEnded) -> SessionStatusChanged:
    return SessionStatusChanged(
        status="REVIEW_MODE", message=_ENDED.said(), instructor_message=event.instructor_message or ""
    )


def _announced(event: Announcement) -> list[SessionStatusChanged | InstructorMessage]:
    said = event.instructor_message
    return [
        SessionStatusChanged(status=event.status, message=_SAID.said(), instructor_message=said),
        InstructorMessage(message=said, instructor_name=event.instructor_name),
    ]


def _break(event: BreakChanged) -> BreakChangedFrame:
    return BreakChangedFrame(break_ends_at=iso(event.break_ends_at))


def _joined(event: ParticipantJoined) -> ParticipantJoinedFrame:
    user = event.user
    data = ParticipantJoinedData(user_id=user.id, user_name=user.name, username=user.name, role=user.role)
    return ParticipantJoinedFrame(user_id=user.id, user_name=user.name, role=user.role, data=data)


def _left(event: ParticipantLeft) -> ParticipantLeftFrame:
    user = event.user
    data = ParticipantLeftData(user_id=user.id, user_name=user.name, username=user.name)
    return ParticipantLeftFrame(user_id=user.id, user_name=user.name, data=data)


def _progress(event: SessionProgress) -> ProgressUpdatedFrame:
    return ProgressUpdatedFrame(
        user_id=event.user.id,
        user_name=event.user.name,
        subtask_id=event.subtask_id,
        status=event.new_status,
    )


def _help(event: HelpRequested) -> HelpRequestedFrame:
    return HelpRequestedFrame(
        user_id=event.case.user.id,
        user_name=event.case.user.name,
        subtask_id=event.case.subtask_id,
        message=event.message or "",
    )


def _control_changed(event: ControlChanged) -> ControlChangedFrame:
    return ControlChangedFrame(controller=Named.of(event.controller), is_here=event.is_here)


def _nudge(event: Nudged) -> Nudge:
    """In the language of the socket; what older releases said is there in Korean only."""
    said = event.english if event.english is not None and spoken() is Language.ENGLISH else event
    return Nudge(subtask_id=event.subtask_id, message=said.message, voice_guide_text=said.voice_guide_text)


def _settings(event: SettingsChanged) -> SettingsChangedFrame:
    return SettingsChangedFrame(
        title=event.title,
        scheduled_at=iso(event.scheduled_at),
        locked=event.locked,
        auto_help=event.auto_help,
        distinct_names=event.distinct_names,
        gate_percent=event.gate_percent,
        completion=event.completion,
        screens=event.screens,
    )


def _whereabouts(event: WhereaboutsChanged) -> WhereaboutsFrame:
    people = [
        PersonWhereabouts(
            participant_id=one.participant_id,
            user_id=one.user_id,
            whereabouts=whereabouts_body(one.whereabouts) if one.whereabouts else None,
        )
        for one in event.people
    ]
    return WhereaboutsFrame(subtask_id=event.subtask_id, people=people)


def _seat(event: SeatChanged) -> SeatChangedFrame:
    return SeatChangedFrame(
        participant_id=event.participant_id,
        user_id=event.user.id,
        user_name=event.user.name,
        removed=event.removed,
        may_return=event.may_return,
        merged_into=event.merged_into,
    )


_ABOUT_THE_CLASS: dict[type[Event], Encoder] = {
    SessionStarted: _started,
    StepChanged: _step,
    StepReworded: _step,  # no document has another frame for it
    SessionPaused: _paused,
    SessionResumed: _resumed,
    SessionEnded: _ended,
    Announcement: _announced,
}
_ABOUT_PEOPLE: dict[type[Event], Encoder] = {
    ParticipantJoined: _joined,
    ParticipantLeft: _left,
    SessionProgress: _progress,
    CompletionReported: student_completion,
    HelpRequested: _help,
    ScreenshotUpdated: screenshot_updated,
}
_UNSHOWN: frozenset[type[Event]] = frozenset(
    {
        SessionArchived,
        ProgressChanged,
        HelpAnswered,
        HelpClaimed,
        HelpClosed,
        HelpGrouped,
        HelpSuggested,
        NotificationCreated,
        SuggestionDecided,
        *IN_CHAT,
        *NEVER_SHOWN,
    }
)
_DECODERS = {
    "next_step": Decoder(AdvanceStep, aliases={"next_subtask_id": "subtask_id"}),
    "pause_session": Decoder(PauseSession),
    "resume_session": Decoder(ResumeSession),
    "end_session": Decoder(EndSession),
    "progress_update": Decoder(UpdateProgress),
    "step_complete": Decoder(CompleteStep),
    "help_request": Decoder(RequestHelp),
    "request_help": Decoder(RequestHelp),
    "join": Decoder(JoinSession),
    "leave": Decoder(LeaveSession),
    "page_state": Decoder(ReportPage),
    "heartbeat": Decoder(Heartbeat),
}
DIALECT = Dialect(
    "classroom_room",
    encoders={**_ABOUT_THE_CLASS, **_ABOUT_PEOPLE},
    rt_encoders={
        Nudged: _nudge,
        LessonRefreshed: _refreshed,
        BreakChanged: _break,
        ControlChanged: _control_changed,
        SettingsChanged: _settings,
        SeatChanged: _seat,
        WhereaboutsChanged: _whereabouts,
    },
    ignored=_UNSHOWN,
    decoders=_DECODERS,
    data_copy=True,
)
# Who has not joined hears of the class, and nothing of the people in it (contract 3.9).
LISTENER = Dialect(
    "classroom_listener",
    encoders=_ABOUT_THE_CLASS,
    ignored={
        *_UNSHOWN,
        *_ABOUT_PEOPLE,
        BreakChanged,
        ControlChanged,
        LessonRefreshed,
        Nudged,
        SeatChanged,
        SettingsChanged,
        WhereaboutsChanged,
    },
    decoders=_DECODERS,
    data_copy=True,
)
