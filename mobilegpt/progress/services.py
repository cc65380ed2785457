"""Writes of progress: one rule for REST, sockets, help requests and the class itself (contract 6.11, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.accounts.person import Person
from mobilegpt.accounts.queries import accounts_among
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Invalid
from mobilegpt.events.outbox import emit, unit_of_work, write_with_events
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.step import Step
from mobilegpt.progress import policies, queries, selectors
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.progress.selectors import Place
from mobilegpt.progress.undoing import undoable_in

MILESTONES = (10, 25, 50, 100, 200)
ENCOURAGING_PERCENTS = (25, 50, 75, 100)
# Two completions at once may both count one short of a milestone; the next few look again.
_LOOK_AGAIN = 3


@dataclass(frozen=True, slots=True)
class ProgressUpdated:
    """How the learner stands on the step now, and what comes after it."""

    subtask_id: int
    status: str
    completed_at: datetime | None
    next_step: Step | None
    changed: bool


def update_progress(*, actor: Actor, command: UpdateProgress, session_id: int | None = None) -> ProgressUpdated:
    """R28. IN_PROGRESS takes back what was done in the learner's class while that stands on the step (contract 11.9).

    ``session_id``: the class in which it is said, where the door knows it. Raises ``Invalid``, ``NotFound``, or
    ``Forbidden`` when not a student of the lecture.
    """
    policies.require_student(actor)
    policies.require_same_user(actor, command.user_id)
    status = _status(command.status)
    with unit_of_work():
        place = selectors.place_of(actor.user_id, command.subtask_id)
        policies.require_enrolled(actor, enrolled=place.enrolled, active=place.active)
        back_in = _back_in(actor.user_id, place, session_id) if status == ProgressStatus.IN_PROGRESS else None
        undo = back_in is not None
        return set_status(person_of_actor(actor), place, status, undo=undo, session_id=back_in if undo else session_id)


def set_status(
    user: Person, place: Place, status: ProgressStatus, *, undo: bool = False, session_id: int | None = None
) -> ProgressUpdated:
    """Put a learner's step into a status; the same again changes nothing, and COMPLETED is final unless ``undo``
    (contract 6.11, 11.9). ``session_id``: the class in which it happens, where that is known.

    Emits ``ProgressChanged`` when something changed, ``CompletionRepeated`` for a step that is said to be done again.
    """
    with unit_of_work():
        row, old = _written(user.id, place.step.id, status, undo=undo)
        changed = row.status != old
        if changed:
            emit(_changed(user, place, old, row, session_id))
        elif status == ProgressStatus.COMPLETED:
            emit(
                CompletionRepeated(
                    user_id=user.id,
                    lecture_id=place.lecture_id,
                    subtask_id=place.step.id,
                    session_id=session_id,
                    at=now(),
                )
            )
        return ProgressUpdated(
            subtask_id=place.step.id,
            status=row.status,
            completed_at=row.completed_at,
            next_step=place.course.after(place.step.id),
            changed=changed,
        )


def begin_step_of(user_ids: Sequence[int], subtask_id: int) -> None:
    """As ``begin_step``, for these people."""
    begin_step(subtask_id, *accounts_among(user_ids))


def begin_step(subtask_id: int, people: str, parameters: Sequence[Any]) -> None:
    """NOT_STARTED becomes IN_PROGRESS for everybody whose ``user_id`` ``people`` selects; no events (contract 6.11).

    One statement for any number of people: a class of a thousand changes steps within one short transaction.
    """
    with unit_of_work():
        write_with_events(queries.beginning_of_step(subtask_id, people, parameters))


def _status(text: str) -> ProgressStatus:
    """Statuses are upper-case, input is not (contract 7.3)."""
    try:
        return ProgressStatus(text.strip().upper())
    except ValueError:
        known = ", ".join(ProgressStatus.values)
        raise Invalid(message=f"status is one of {known}", details={"field": "status"}) from None


def _back_in(user_id: int, place: Place, session_id: int | None) -> int | None:
    """Only of what is completed the class is asked: every phone says IN_PROGRESS, few take anything back."""
    if queries.status_on_step(user_id, place.step.id) != ProgressStatus.COMPLETED:
        return None
    return undoable_in(user_id, place.lecture_id, place.step.id, session_id)


def _written(user_id: int, subtask_id: int, status: ProgressStatus, *, undo: bool) -> tuple[SubtaskProgress, str]:
    """The learner's row, locked, in the status that it has now, and the one before.

    Two first updates at once end up with one row: whose INSERT comes second waits for the other and reads its row.
    """
    row = queries.lock_row(user_id, subtask_id)
    if row is None:
        row = SubtaskProgress(user_id=user_id, subtask_id=subtask_id)
        _turn(row, status)
        if queries.insert_row(row):
            return row, ProgressStatus.NOT_STARTED.value
        row = queries.lock_row(user_id, subtask_id)
        assert row is not None  # nobody deletes progress
    old = row.status
    final = old == ProgressStatus.COMPLETED and not undo
    if old != status and not final:
        _turn(row, status)
        queries.update_row(row)
    return row, old


def _turn(row: SubtaskProgress, status: ProgressStatus) -> None:
    moment = row.updated_at = now()
    row.status = status.value
    if status == ProgressStatus.NOT_STARTED:
        row.started_at = None
    elif row.started_at is None:
        row.started_at = moment
    row.completed_at = moment if status == ProgressStatus.COMPLETED else None


def _changed(user: Person, place: Place, old: str, row: SubtaskProgress, session_id: int | None) -> ProgressChanged:
    completing = row.status == ProgressStatus.COMPLETED
    step, course = place.step, place.course
    everywhere, here = _completed_counts(user.id, course)
    return ProgressChanged(
        user=user,
        lecture_id=place.lecture_id,
        instructor_id=place.instructor_id,
        subtask_id=step.id,
        session_id=session_id,
        subtask_title=step.title,
        old_status=old,
        new_status=row.status,
        completed_at=row.completed_at,
        at=row.updated_at,
        completed_count=here,
        total_count=len(course),
        next_step=course.after(step.id),
        achievements=_unlock(user.id, everywhere) if completing else [],
        encouragement=_crossed(here, len(course)) if completing else None,
    )


def _completed_counts(user_id: int, course: Course) -> tuple[int, int]:
    """Completed subtasks of a learner: in all lectures, and in this one."""
    completed = queries.completed_subtasks(user_id)
    return len(completed), sum(1 for subtask_id in completed if course.get(subtask_id) is not None)


def _unlock(user_id: int, completed: int) -> list[int]:
    """The milestones that are reached now and were not before; each once per account (contract 7.6)."""
    reached = [milestone for milestone in MILESTONES if milestone <= completed]
    if not reached or completed - reached[-1] >= _LOOK_AGAIN:
        return []
    held = set(Achievement.objects.filter(user_id=user_id).values_list("milestone", flat=True))
    fresh = [milestone for milestone in reached if milestone not in held]
    Achievement.objects.bulk_create(
        [Achievement(user_id=user_id, milestone=milestone) for milestone in fresh], ignore_conflicts=True
    )
    return fresh


def _crossed(completed: int, total: int) -> int | None:
    """The percent mark that the last completion has crossed, the highest of them."""
    before, after = (completed - 1) * 100, completed * 100
    crossed = [percent for percent in ENCOURAGING_PERCENTS if before < percent * total <= after]
    return crossed[-1] if crossed else None
