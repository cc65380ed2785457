"""W3 and W8: a learner's own progress and answers. Own id only, also for admins (reliability, section 3)."""

from __future__ import annotations

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.classroom.selectors import lessons_of, live_classes, steps_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden
from mobilegpt.events import topics
from mobilegpt.progress.commands import GetMyProgress, MarkComplete, UpdateProgress
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.progress.selectors import LectureProgress, of_learner
from mobilegpt.progress.services import update_progress
from mobilegpt.realtime.route import Call, Handshake, Opening, Reply, SocketRoute
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects import help_answers, student_progress
from mobilegpt.sockets.dialects.student_progress import (
    InitialProgress,
    InitialProgressData,
    LectureProgressData,
    ProgressUser,
    completed_frame,
    percent,
)
from mobilegpt.wire.step import progress_step


def _owner(handshake: Handshake) -> Actor:
    """The caller, who must be the user of the path. Raises ``Unauthenticated`` and ``Forbidden``."""
    actor = caller_of(handshake)
    if actor.user_id != int(handshake.params["user_id"]):
        raise Forbidden(ErrorCode.USER_ID_MISMATCH, "This is somebody else's")
    return actor


def open_progress(handshake: Handshake) -> Opening:
    actor = _owner(handshake)
    return Opening(actor=actor, topics=(topics.user(actor.user_id),), snapshot=lambda: [initial_progress(actor)])


def open_help(handshake: Handshake) -> Opening:
    actor = _owner(handshake)
    return Opening(actor=actor, topics=(topics.user(actor.user_id),))


def initial_progress(actor: Actor) -> InitialProgress:
    """Progress in every enrolled lecture; the current step is the live session's, if there is one (contract 6.11)."""
    live = live_classes(actor.user_id)
    steps, mine = steps_of(live), of_learner(actor.user_id, taught=lessons_of(live))
    return InitialProgress(
        data=InitialProgressData(
            user=ProgressUser.of(person_of_actor(actor)),
            lectures=[_lecture(each, steps.get(each.lecture.pk)) for each in mine],
        )
    )


def _lecture(progress: LectureProgress, live_subtask_id: int | None) -> LectureProgressData:
    current = progress.current(live_subtask_id)
    return LectureProgressData(
        lecture_id=progress.lecture.pk,
        lecture_title=progress.lecture.title,
        total_subtasks=progress.total,
        completed_subtasks=progress.completed,
        progress_rate=percent(progress.rate),
        current_subtask=progress_step(current) if current else None,
    )


def _get_my_progress(call: Call) -> Reply:
    assert call.actor is not None
    return Reply(frames=[initial_progress(call.actor)])


def _mark_complete(call: Call) -> Reply:
    """The frames come with the event; a step that was completed before is only confirmed to the one who asked."""
    assert call.actor is not None
    command = UpdateProgress(subtask_id=call.command.subtask_id, status=ProgressStatus.COMPLETED.value)
    updated = update_progress(actor=call.actor, command=command)
    again = [] if updated.changed else [completed_frame(updated.subtask_id, updated.next_step)]
    return Reply(frames=again, id=updated.subtask_id)


PROGRESS = SocketRoute(
    name="progress",
    pattern="ws/progress/<int:user_id>",
    dialect=student_progress.DIALECT,
    open=open_progress,
    handlers={GetMyProgress: _get_my_progress, MarkComplete: _mark_complete},
    opens_at_once=True,
)
HELP = SocketRoute(
    name="help",
    pattern="ws/help/<int:user_id>",
    dialect=help_answers.DIALECT,
    open=open_help,
    opens_at_once=True,
)
