"""Students, statistics and trends as the answers of the dashboard's REST family."""

from __future__ import annotations

from mobilegpt.core.clock import iso, now
from mobilegpt.dashboard import figures
from mobilegpt.dashboard.selectors import Statistics, StudentFigures, TrendDay
from mobilegpt.lectures.models import Lecture
from mobilegpt.rest.dashboard import shapes


def student_row(standing: StudentFigures) -> shapes.DashboardStudentRow:
    student = standing.student
    step = None
    if standing.step_id is not None:
        step = shapes.DashboardStep(
            id=standing.step_id, title=standing.step_title or "", status=standing.step_status or ""
        )
    return shapes.DashboardStudentRow(
        user_id=student.user_id,
        name=student.name,
        email=student.email,
        progress_rate=student.rate,
        completed_subtasks=student.completed,
        total_subtasks=student.total,
        current_subtask=step,
        help_count=student.help_count,
        auto_help_count=student.auto_help_count,
        pending_help=student.pending_help,
        last_activity=iso(standing.last_activity),
        enrolled_at=iso(student.enrolled_at),
    )


def statistics_body(lecture: Lecture, found: Statistics) -> shapes.LectureStatistics:
    summary = found.summary
    difficulties = [
        shapes.Difficulty(
            subtask_id=step.step_id,
            subtask_title=step.title,
            help_count=step.help_count,
            auto_help_count=step.auto_help_count,
            average_stuck_time_seconds=step.average_stuck_seconds,
        )
        for step in summary.hardest
    ]
    return shapes.LectureStatistics(
        lecture_id=lecture.pk,
        lecture_name=lecture.title,
        total_students=summary.total_students,
        average_progress_rate=summary.average_rate,
        total_help_requests=summary.total_help_requests,
        total_auto_help_requests=summary.total_auto_help_requests,
        average_completion_time_minutes=found.average_minutes,
        active_students=found.days[-1].active_students,
        average_progress=summary.average_rate,
        completion_rate=summary.completion_rate,
        session_count=found.session_count,
        last_updated=iso(now()),
        common_difficulties=difficulties,
        difficult_steps=difficulties,
        daily_activity=[
            shapes.DailyActivity(
                date=day.day.isoformat(),
                active_students=day.active_students,
                help_requests=day.help_requests,
                auto_help_requests=day.auto_help_requests,
            )
            for day in found.days
        ],
        progress_distribution=shapes.ProgressDistribution(
            **dict(zip(shapes.ProgressDistribution.__struct_fields__, summary.distribution.values(), strict=True))
        ),
    )


def trend_body(days: list[TrendDay]) -> shapes.ProgressTrend:
    return shapes.ProgressTrend(
        labels=[day.day.strftime("%m/%d") for day in days],
        datasets=[
            shapes.TrendDataset(label="평균 진행률", data=[figures.whole_percent(day.average_rate) for day in days]),
            shapes.TrendDataset(label="도움 요청 수", data=[day.help_requests for day in days]),
        ],
    )
