"""The instructor's clip of a step (contract 11.11)."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import lesson_files, sounds
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import lecture_changed
from mobilegpt.lectures.step import StepAudio


def keep_clip(*, actor: Actor, subtask_id: int, content: BinaryIO) -> StepAudio:
    """What the instructor has recorded or uploaded becomes the step's clip, instead of what it had.

    Raises ``Forbidden``, ``NotFound``, and what ``sounds.make`` and ``lesson_files.keep`` raise; nothing changes then.
    """
    _require_edits(actor, subtask_id)  # before anybody's file is decoded
    sound = sounds.make(content)
    file = lesson_files.keep(sound.content, "m4a")
    clip = StepAudio(file=file, duration_seconds=sound.duration_seconds, source="clip")
    _give(actor, subtask_id, clip)
    return clip


def copy_clip(*, actor: Actor, subtask_id: int, from_subtask: int) -> StepAudio:
    """The clip of another step that the caller teaches; both have it then. Speech says another step's words, and is
    not copied. Raises ``Forbidden``, ``NotFound`` (also for a step without a clip)."""
    source = _require_edits(actor, from_subtask)
    audio = msgspec.convert(source.audio, StepAudio | None)
    if audio is None or audio.source != "clip":
        raise NotFound("Clip")
    _give(actor, subtask_id, audio)
    return audio


def delete_clip(*, actor: Actor, subtask_id: int) -> None:
    """The step has no clip any more; speech is made for it again where that is set up.

    Raises ``Forbidden``, ``NotFound`` (also for a step without a clip).
    """
    _give(actor, subtask_id, None)


def _give(actor: Actor, subtask_id: int, clip: StepAudio | None) -> None:
    with unit_of_work():
        subtask = _require_edits(actor, subtask_id, lock=True)
        if clip is None and (subtask.audio is None or subtask.audio["source"] != "clip"):
            raise NotFound("Clip")
        subtask.audio = msgspec.to_builtins(clip)
        subtask.save(update_fields=["audio"])
        lecture_changed(subtask.task.lecture_id)


def _require_edits(actor: Actor, subtask_id: int, *, lock: bool = False) -> Subtask:
    """The step, if the caller may edit its lecture, whose row is locked until the commit if so asked."""
    policies.require_teacher_role(actor)
    lectures = Lecture.objects.filter(tasks__subtasks=subtask_id)
    lecture = (lectures.select_for_update(of=("self",)) if lock else lectures).first()
    if lecture is None:
        raise NotFound("Subtask")
    policies.require_teaches(actor, lecture)
    subtask = Subtask.objects.filter(pk=subtask_id, task__lecture=lecture).select_related("task").first()
    if subtask is None:
        raise NotFound("Subtask")
    return subtask
