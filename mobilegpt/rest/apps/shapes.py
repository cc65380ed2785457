"""Shapes of the apps' REST family (contract 12). S and N are in ``wire.apps``."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from mobilegpt.activity.commands import LogEvent
from mobilegpt.core.event_times import Time
from mobilegpt.core.fields import Id
from mobilegpt.rest.classroom.shapes import AnnouncedBody, SummaryBody
from mobilegpt.wire.apps import AppLecture, AppSession, AppStep
from mobilegpt.wire.choices import SeatStatusChoice, SessionStatusChoice
from mobilegpt.wire.step import SubtaskBody

SHOWN_BESIDE_EVENT = ("node_info", "parent_node_info", "view_id_resource_name", "content_description")


class SuccessBody(Struct, frozen=True, kw_only=True):
    """Nothing more to say."""


# --- accounts


class AccessBody(Struct, frozen=True, kw_only=True):
    """A pair of tokens under the names that the console knows."""

    access: str
    refresh: str


# --- a student's classes


class AppJoin(Struct, frozen=True, kw_only=True):
    """A phone that comes into a class: by its code, and by a name unless it sends a token."""

    session_code: str
    device_id: str | None = None
    name: str | None = None


class AppJoined(Struct, frozen=True, kw_only=True):
    message: str
    participant_id: int
    my_status: SeatStatusChoice
    joined_at: str
    session: AppSession


class CodeRequest(Struct, frozen=True, kw_only=True):
    session_code: str


class DeviceRequest(Struct, frozen=True, kw_only=True):
    """``device_id``: of a phone that has no token."""

    device_id: str | None = None


class AppLog(Struct, frozen=True, kw_only=True):
    """One thing that was done on a phone, as the student app tells it.

    ``session`` is the class by its id or its code. What it says of the touched element stands beside ``event_data``;
    of ``is_sensitive_data`` no text is kept (contract 8.1).
    """

    event_type: Annotated[str, Meta(min_length=1, max_length=50)]
    device_id: str | None = None
    session: int | str | None = None
    subtask: Id | None = None
    event_data: dict[str, Any] | None = None
    screen_info: dict[str, Any] | None = None
    node_info: dict[str, Any] | str | None = None
    parent_node_info: dict[str, Any] | str | None = None
    view_id_resource_name: str | None = None
    content_description: str | None = None
    is_sensitive_data: bool | None = None
    timestamp: Time | None = None
    event_id: UUID | None = None

    def event(self) -> LogEvent:
        """As every door takes it: what stands beside ``event_data`` is a part of it, under its own name."""
        beside = {name: value for name in SHOWN_BESIDE_EVENT if (value := getattr(self, name)) not in (None, "")}
        data = {**beside, **(self.event_data or {})}
        if self.is_sensitive_data is not None:
            data["is_sensitive_data"] = self.is_sensitive_data
        return LogEvent(
            event_type=self.event_type,
            event_data=data,
            screen_info=self.screen_info,
            subtask_id=self.subtask,
            timestamp=self.timestamp,
            event_id=self.event_id,
        )


class CompletionRequest(Struct, frozen=True, kw_only=True):
    """``is_completed`` false takes it back (contract 11.9), anything else says it is done. ``completed_at`` is by the
    phone's clock, and not kept."""

    subtask_id: Id
    device_id: str | None = None
    is_completed: bool | None = None
    completed_at: Time | None = None


class CompletionBody(Struct, frozen=True, kw_only=True):
    """``completed_subtasks``: what the caller has done in this class. ``next_subtask`` is the one after it, the
    same one again when it was taken back, and null past the last one."""

    success: bool
    message: str
    completed_subtasks: list[int]
    next_subtask: AppStep | None


class ClassSteps(Struct, frozen=True, kw_only=True):
    session_id: int
    total_count: int
    subtasks: list[AppStep]


# --- a teacher's class


class CompletionRow(Struct, frozen=True, kw_only=True):
    """``completed_subtasks``: their ids, in the order in which they were done. A device's id is never told (3.9)."""

    participant_id: int
    user_id: int
    device_id: None = None
    name: str
    status: SeatStatusChoice
    completed_subtasks: list[int]
    total_completed: int
    current_subtask_id: int | None


class CompletionStatus(Struct, frozen=True, kw_only=True):
    session_id: int
    status: SessionStatusChoice
    current_subtask_id: int | None
    total_subtasks: int
    total_participants: int
    participants: list[CompletionRow]


class ActiveSessions(Struct, frozen=True, kw_only=True):
    active_sessions: list[AppSession]
    count: int


class BroadcastBody(AnnouncedBody, frozen=True, kw_only=True):
    """``broadcast_to``: how many people are there to hear it."""

    broadcast_to: int
    success: bool = True


class SwitchedBody(Struct, frozen=True, kw_only=True):
    session_id: int
    previous_lecture: AppLecture
    new_lecture: AppLecture
    title: str
    timestamp: str
    success: bool = True


class SessionInfo(Struct, frozen=True, kw_only=True):
    """What the console shows on top of a summary."""

    id: int
    title: str
    session_code: str
    status: SessionStatusChoice
    lecture: AppLecture
    started_at: str | None
    ended_at: str | None
    duration_minutes: int


class SummaryFigures(Struct, frozen=True, kw_only=True):
    """``completion_rate`` and ``average_progress`` are 0 to 1 over everybody who has a seat (contract 7.4)."""

    total_participants: int
    completed_participants: int
    completion_rate: float
    average_progress: float
    total_steps: int
    total_help_requests: int
    total_auto_help_requests: int
    duration_minutes: int


class ParticipantSummary(Struct, frozen=True, kw_only=True):
    participant_id: int
    user_id: int
    name: str
    status: SeatStatusChoice
    completed_subtasks: int
    total_subtasks: int
    completion_rate: float
    help_request_count: int


class AppSummary(SummaryBody, frozen=True, kw_only=True):
    """What a class came to. ``participants_summary`` is everybody for who runs it, and oneself for a participant;
    ``completed_steps`` and ``help_request_count`` are the whole class's, or one's own."""

    session_info: SessionInfo
    statistics: SummaryFigures
    participants_summary: list[ParticipantSummary]
    total_steps: int
    completed_steps: int
    help_request_count: int


# --- lessons


class AppTask(Struct, frozen=True, kw_only=True):
    """A task with its steps. ``lecture_id`` is null for one that stands in no lecture."""

    id: int
    lecture_id: int | None
    title: str
    description: str
    order_index: int
    order: int
    subtask_count: int
    total_subtasks: int
    subtasks: list[AppStep]


class AppTasks(Struct, frozen=True, kw_only=True):
    """``tasks`` and ``results`` are the same."""

    tasks: list[AppTask]
    results: list[AppTask]
    count: int


class EditedStep(SubtaskBody, frozen=True, kw_only=True):
    """R24's and R25's answer, and what the step expects as the apps see it."""

    view_id: str
    text: str
    content_description: str
    target_package: str
    target_class: str
    bounds: str
    time: int | None


class ReplacedSteps(Struct, frozen=True, kw_only=True):
    """``subtasks``: all that the task has now, in order."""

    status: str
    deleted_count: int
    created_count: int
    subtasks: list[AppStep]


class LeftLecture(Struct, frozen=True, kw_only=True):
    success: bool
    lecture_id: int


# --- figures


class ProgressGroup(Struct, frozen=True, kw_only=True):
    """``percentage`` is whole; all four are there, also empty ones."""

    name: str
    count: int
    percentage: int


class ProgressRow(Struct, frozen=True, kw_only=True):
    """``group`` is the name of the one that they are in; ``progress_rate`` 0 to 1, ``progress_percentage`` whole."""

    participant_id: int
    user_id: int
    name: str
    group: str
    completed_subtasks: int
    total_subtasks: int
    progress_rate: float
    progress_percentage: int
    current_subtask_id: int | None
    has_pending_help_request: bool


class ProgressStats(Struct, frozen=True, kw_only=True):
    """``current_session_step``: the place of the step that the class stands on, from 1; null before the start."""

    session_id: int
    total_students: int
    total_subtasks: int
    current_session_step: int | None
    groups: list[ProgressGroup]
    progress_data: list[ProgressRow]


class StepFigures(Struct, frozen=True, kw_only=True):
    """One step over all of a lecture's students. Means are whole seconds, 0 without data."""

    subtask_id: int
    title: str
    position: int
    total_students: int
    completed_count: int
    in_progress_count: int
    completion_rate: float
    help_count: int
    auto_help_count: int
    average_time_seconds: int
    average_stuck_time_seconds: int


class StepAnalysis(Struct, frozen=True, kw_only=True):
    lecture_id: int
    lecture_name: str
    total_students: int
    steps: list[StepFigures]
    count: int


class ClassFigures(Struct, frozen=True, kw_only=True):
    """One class. Rates are 0 to 1; ``average_step_seconds`` is whole, 0 without data."""

    session_id: int
    title: str
    status: SessionStatusChoice
    date: str
    started_at: str | None
    ended_at: str | None
    duration_minutes: int
    total_participants: int
    completed_participants: int
    completion_rate: float
    average_progress: float
    help_count: int
    auto_help_count: int
    average_step_seconds: int


class SessionTrends(Struct, frozen=True, kw_only=True):
    """The newest classes that began, oldest first."""

    lecture_id: int
    lecture_name: str
    sessions: list[ClassFigures]
    count: int
