"""Recordings as the native instructor app reads them (contract 12)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.apps import AppInstructor, AppLecture, AppStep
from mobilegpt.wire.choices import AppRecordingStatusChoice


class MadeTask(Struct, frozen=True, kw_only=True):
    """What was made of a recording."""

    id: int
    title: str
    subtask_count: int


class AppRecording(Struct, frozen=True, kw_only=True):
    """A recording. ``ANALYZED``: its steps can be looked at; FAILED: there are none. ``updated_at`` is when something
    came last. ``instructor`` is whose it is; ``lecture`` that of the class that it is linked to."""

    id: int
    title: str
    description: str
    status: AppRecordingStatusChoice
    event_count: int
    duration_seconds: int
    started_at: str
    ended_at: str | None
    created_at: str
    updated_at: str
    instructor: AppInstructor
    task: MadeTask | None
    lecture: AppLecture | None


class AppRecordingList(Struct, frozen=True, kw_only=True):
    """``recordings`` and ``results`` are the same."""

    count: int
    next: str | None
    previous: str | None
    recordings: list[AppRecording]
    results: list[AppRecording]
    pagination: Pagination


class AppEvent(Struct, frozen=True, kw_only=True):
    """An event as it was saved, at its place on the server's clock."""

    id: int
    event_type: str
    timestamp: str
    event_data: dict[str, Any]


class NewAppRecording(Struct, frozen=True, kw_only=True):
    title: str
    description: str | None = None


class AnalysisBegun(Struct, frozen=True, kw_only=True):
    message: str
    recording_id: int
    status: AppRecordingStatusChoice


class AnalysisStatus(AnalysisBegun, frozen=True, kw_only=True):
    """``step_count``: so many steps were found so far."""

    step_count: int
    task: MadeTask | None


class ConvertRequest(Struct, frozen=True, kw_only=True):
    """Without a title the task is named after the recording."""

    title: str | None = None
    description: str | None = None


class Converted(Struct, frozen=True, kw_only=True):
    message: str
    recording_id: int
    title: str
    task: MadeTask


class RecordedSteps(Struct, frozen=True, kw_only=True):
    """The steps of the task that was made of it; ``task_id`` is null, and ``task_title`` "", before."""

    recording_id: int
    task_id: int | None
    task_title: str
    subtask_count: int
    subtasks: list[AppStep]
