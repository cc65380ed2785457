"""Shapes of the progress' REST family (contract 7.4)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.wire.choices import ProgressStatusChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import FollowingStep, MyStep, Titled


class ProgressSummary(Struct, frozen=True, kw_only=True):
    completed_subtasks: int
    total_subtasks: int
    completion_rate: float


class MyStepStatus(Struct, frozen=True, kw_only=True):
    subtask_id: int
    status: ProgressStatusChoice
    completed_at: str | None


class MyProgress(Struct, frozen=True, kw_only=True):
    """R27's answer. ``statuses`` has every step that was begun, for a phone that comes back."""

    current_subtask: MyStep | None
    progress_summary: ProgressSummary
    statuses: list[MyStepStatus]


class UpdatedProgress(Struct, frozen=True, kw_only=True):
    """R28's answer."""

    subtask_id: int
    status: ProgressStatusChoice
    completed_at: str | None
    next_subtask: FollowingStep | None


class StudentName(Named, frozen=True, kw_only=True):
    pass


class LectureTitle(Titled, frozen=True, kw_only=True):
    pass


class StudentStep(Struct, frozen=True, kw_only=True):
    task_title: str
    subtask_id: int
    subtask_title: str
    position: int
    status: ProgressStatusChoice
    started_at: str | None
    completed_at: str | None


class StudentProgress(Struct, frozen=True, kw_only=True):
    """R29's answer: every step of the lecture in order."""

    user: StudentName
    lecture: LectureTitle
    progress: list[StudentStep]
    progress_summary: ProgressSummary
