"""A phone says that a step of its class is done, or is not after all (contract 6.11, 11.9, 12)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.events import CompletionReported
from mobilegpt.classroom.lesson import lesson_of_class, step_in
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures.step import Step, SubtaskOutline
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.progress.services import update_progress


@dataclass(frozen=True, slots=True)
class StepReported:
    """``is_done`` is also true of a step that cannot be taken back any more. ``done``: what they have done in this
    class, by the steps' ids. ``next_step`` is what is to be done now, null past the last one."""

    session_id: int
    step: Step
    is_done: bool
    done: list[int]
    next_step: SubtaskOutline | None


def report_step(*, actor: Actor, session_ref: str, subtask_id: int, is_done: bool = True) -> StepReported:
    """For who has a seat there: of a step of the class's own lesson, whatever they learn elsewhere.

    Raises ``Forbidden`` for who is no student, ``NotFound`` without a seat, ``Invalid`` WRONG_LECTURE for a step of
    another lesson, and what ``update_progress`` raises.
    """
    policies.require_student(actor)
    visit = selectors.visit_of_member(actor, session_ref)
    if visit.seat is None:
        raise NotFound("Session")
    lesson, session_id = lesson_of_class(visit.session), visit.session.pk
    step = step_in(lesson.course, subtask_id)
    status = ProgressStatus.COMPLETED if is_done else ProgressStatus.IN_PROGRESS
    command = UpdateProgress(subtask_id=subtask_id, status=status.value)
    with unit_of_work():
        update_progress(actor=actor, command=command, session_id=session_id)
        done = selectors.steps_done_by(actor.user_id, session_id)
        if is_done:
            person = person_of_actor(actor)
            emit(
                CompletionReported(
                    room=selectors.room_of(visit.session),
                    participant_id=visit.seat.pk,
                    user=replace(person, name=visit.seat.called(person.name)),
                    subtask_id=subtask_id,
                    completed_subtasks=done,
                )
            )
    is_done = is_done or subtask_id in done
    following = lesson.course.after(subtask_id) if is_done else step
    return StepReported(
        session_id=session_id,
        step=step,
        is_done=is_done,
        done=done,
        next_step=lesson.step(following.id) if following is not None else None,
    )
