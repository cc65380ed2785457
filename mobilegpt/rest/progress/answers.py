"""Progress as the answers of its REST family."""

from __future__ import annotations

from mobilegpt.accounts.models import User
from mobilegpt.core.clock import iso
from mobilegpt.lectures.step import Step
from mobilegpt.progress.selectors import LectureProgress
from mobilegpt.progress.services import ProgressUpdated
from mobilegpt.rest.progress import shapes
from mobilegpt.wire.step import MyStep, following_step, my_step


def my_progress(mine: list[LectureProgress], live: dict[int, int]) -> shapes.MyProgress:
    """The live session's step counts first, in whichever lecture it is; then the first open step (contract 6.11)."""
    in_class = [each for each in mine if each.lecture.pk in live]
    standing = next(
        ((each, step) for each in [*in_class, *mine] if (step := each.current(live.get(each.lecture.pk)))), None
    )
    return shapes.MyProgress(
        current_subtask=_standing_on(*standing) if standing else None,
        progress_summary=_summary(mine),
        statuses=[
            shapes.MyStepStatus(subtask_id=row.subtask_id, status=row.status, completed_at=iso(row.completed_at))
            for each in mine
            for row in each.rows.values()
        ],
    )


def _summary(progress: list[LectureProgress]) -> shapes.ProgressSummary:
    completed, total = sum(each.completed for each in progress), sum(each.total for each in progress)
    rate = round(completed / total, 4) if total else 0.0
    return shapes.ProgressSummary(completed_subtasks=completed, total_subtasks=total, completion_rate=rate)


def _standing_on(progress: LectureProgress, step: Step) -> MyStep:
    return my_step(step, progress.lecture.pk, progress.status_of(step.id))


def updated_progress(updated: ProgressUpdated) -> shapes.UpdatedProgress:
    following = updated.next_step
    return shapes.UpdatedProgress(
        subtask_id=updated.subtask_id,
        status=updated.status,
        completed_at=iso(updated.completed_at),
        next_subtask=following_step(following) if following else None,
    )


def student_progress(user: User, found: LectureProgress) -> shapes.StudentProgress:
    return shapes.StudentProgress(
        user=shapes.StudentName.of(user),
        lecture=shapes.LectureTitle.of(found.lecture),
        progress=[_student_step(found, step) for step in found.steps],
        progress_summary=_summary([found]),
    )


def _student_step(progress: LectureProgress, step: Step) -> shapes.StudentStep:
    row = progress.rows.get(step.id)
    return shapes.StudentStep(
        task_title=progress.task_titles[step.task_id],
        subtask_id=step.id,
        subtask_title=step.title,
        position=step.position,
        status=progress.status_of(step.id),
        started_at=iso(row.started_at) if row else None,
        completed_at=iso(row.completed_at) if row else None,
    )
