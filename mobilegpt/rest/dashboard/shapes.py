"""Shapes of the dashboard's REST family: rates 0 to 1, chart values in whole percent (contract 7.4, 7.5, 8.6)."""

from __future__ import annotations

from msgspec import Struct, field

from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.step import Titled


class DashboardStep(Titled, frozen=True, kw_only=True):
    """The step on which a student stands."""

    status: str


class DashboardStudentRow(Struct, frozen=True, kw_only=True):
    """``help_count`` is how often they asked, ``pending_help`` how many of these are open, ``auto_help_count`` what the
    server noticed (contract 11.3). ``current_subtask`` is null at the end."""

    user_id: int
    name: str
    email: str | None
    progress_rate: float
    completed_subtasks: int
    total_subtasks: int
    current_subtask: DashboardStep | None
    help_count: int
    auto_help_count: int
    pending_help: int
    last_activity: str | None
    enrolled_at: str


class DashboardStudents(Struct, frozen=True, kw_only=True):
    """R35's answer: everybody, unless ``page`` or ``page_size`` is sent; ``results`` is ``students``."""

    lecture_id: int
    students: list[DashboardStudentRow]
    results: list[DashboardStudentRow]
    count: int
    pagination: Pagination


class Difficulty(Struct, frozen=True, kw_only=True):
    """``average_stuck_time_seconds`` is the mean of what the phones said; 0 without data."""

    subtask_id: int
    subtask_title: str
    help_count: int
    auto_help_count: int
    average_stuck_time_seconds: int


class DailyActivity(Struct, frozen=True, kw_only=True):
    """One day in Seoul."""

    date: str
    active_students: int
    help_requests: int
    auto_help_requests: int


class ProgressDistribution(Struct, frozen=True, kw_only=True):
    """Students by their rounded percents."""

    to_25: int = field(name="0-25%")
    to_50: int = field(name="26-50%")
    to_75: int = field(name="51-75%")
    to_100: int = field(name="76-100%")


class LectureStatistics(Struct, frozen=True, kw_only=True):
    """R37's answer. The lists of days have every day, the last one today.

    For the console (contract 12) beside it: ``active_students`` of the last day, ``average_progress`` as
    ``average_progress_rate``, ``completion_rate`` the part of the students who are through, ``difficult_steps`` as
    ``common_difficulties``.
    """

    lecture_id: int
    lecture_name: str
    total_students: int
    average_progress_rate: float
    total_help_requests: int
    total_auto_help_requests: int
    average_completion_time_minutes: int
    active_students: int
    average_progress: float
    completion_rate: float
    session_count: int
    last_updated: str
    common_difficulties: list[Difficulty]
    difficult_steps: list[Difficulty]
    daily_activity: list[DailyActivity]
    progress_distribution: ProgressDistribution


class TrendDataset(Struct, frozen=True, kw_only=True):
    label: str
    data: list[int]


class ProgressTrend(Struct, frozen=True, kw_only=True):
    """R38's answer, as Chart.js takes it: average progress in whole percent, and help requests, day by day."""

    labels: list[str]
    datasets: list[TrendDataset]
