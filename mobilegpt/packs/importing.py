"""A lesson's file becomes a lecture: all of it or nothing (contract 11.11).

Its pictures are drawn anew and its clips are made before the transaction, which only writes rows. What was drawn
for a lesson that is refused at its end is named nowhere, and goes as all such files do.
"""

from __future__ import annotations

import io
from typing import BinaryIO, NamedTuple

import msgspec
from django.conf import settings

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge
from mobilegpt.core.text import paragraph
from mobilegpt.database.throttle import Limit, take
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import lesson_files, sounds
from mobilegpt.files.sounds import Sound
from mobilegpt.files.step_pictures import make_sizes
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.services import lecture_changed
from mobilegpt.lectures.step import PictureFile, StepAudio, StepImage
from mobilegpt.packs.archive import Pack, check_length, read_pack
from mobilegpt.packs.format import MAX_ALT, PackAudio, PackImage, PackLesson, PackStep
from mobilegpt.packs.refusals import bad
from mobilegpt.packs.words import words_of

_DAY = 86_400
_THUMBNAIL_WIDTH = 720
_SAME_LENGTH = 0.25  # seconds: programs count what an encoder puts before the sound, or do not


class Drawn(NamedTuple):
    """A lesson whose files lie in the store: sizes of each picture, and the kept name of each clip."""

    lesson: PackLesson
    pictures: dict[str, list[PictureFile]]
    clips: dict[str, StepAudio]


def draw_file(*, actor: Actor, file: BinaryIO) -> Drawn:
    """Read a lesson's file and keep what is in it; called before ``import_lesson``, outside of a transaction.

    Raises ``Forbidden`` for students, ``Invalid`` BAD_LESSON_FILE, ``RateLimited`` beyond the lessons of a day,
    ``Unavailable``.
    """
    policies.require_teacher_role(actor)
    return draw(actor, read_pack(file))


def draw(actor: Actor, pack: Pack) -> Drawn:
    """Raises as ``draw_file`` does."""
    take(Limit(f"lesson-files:{actor.user_id}", settings.LESSON_FILES_PER_DAY, _DAY))
    lesson = pack.lesson
    # Clips first: none is kept before all are made, so that most of what is refused leaves nothing.
    spoken = _sounds(pack)
    pictures = {name: _sizes(name, pack.read(name)) for name in lesson.pictures}
    clips = {
        name: StepAudio(
            file=lesson_files.keep(sound.content, "m4a"), duration_seconds=sound.duration_seconds, source="clip"
        )
        for name, sound in spoken.items()
    }
    return Drawn(lesson, pictures, clips)


def import_lesson(*, actor: Actor, drawn: Drawn) -> Lecture:
    """The caller's own lecture, inactive until they open it. Raises ``Forbidden`` for students."""
    policies.require_teacher_role(actor)
    lesson = drawn.lesson
    with unit_of_work():
        lecture = Lecture.objects.create(
            instructor_id=actor.user_id,
            title=policies.usable_title(lesson.title),
            description=paragraph(lesson.description, "description", policies.MAX_TEXT),
            thumbnail_url=_thumbnail(drawn),
            is_active=False,
        )
        tasks = Task.objects.bulk_create(
            Task(
                lecture=lecture,
                title=policies.usable_title(task.title),
                description=paragraph(task.description, "description", policies.MAX_TEXT),
                order_index=place,
            )
            for place, task in enumerate(lesson.tasks, start=1)
        )
        Subtask.objects.bulk_create(
            _step(task, place, step, drawn)
            for task, given in zip(tasks, lesson.tasks, strict=True)
            for place, step in enumerate(given.subtasks, start=1)
        )
        lecture_changed(lecture.pk)
        return lecture


def _sounds(pack: Pack) -> dict[str, Sound]:
    """What a clip is, is one rule, whichever way it comes; one that follows it stays as it is."""
    made: dict[str, Sound] = {}
    for name in pack.lesson.clips:
        try:
            made[name] = sounds.as_made(pack.read(name))
        except (Invalid, TooLarge) as refusal:
            reason = "WRONG_TYPE" if refusal.code is ErrorCode.UNSUPPORTED_FILE else "TOO_LARGE"
            raise bad(reason, refusal.message, file=name) from None
        check_length(sum(sound.duration_seconds for sound in made.values()))
    return made


def _sizes(name: str, content: bytes) -> list[PictureFile]:
    try:
        sizes = make_sizes(io.BytesIO(content))
    except (Invalid, TooLarge) as refusal:
        raise bad("WRONG_TYPE", refusal.message, file=name) from None
    return [PictureFile(file=size.file, width=size.width, height=size.height) for size in sizes]


def _thumbnail(drawn: Drawn) -> str | None:
    if drawn.lesson.thumbnail is None:
        return None
    sizes = drawn.pictures[drawn.lesson.thumbnail]
    shown = next((size for size in reversed(sizes) if size.width >= _THUMBNAIL_WIDTH), sizes[0])
    return lesson_files.url_of(shown.file)


def _step(task: Task, place: int, step: PackStep, drawn: Drawn) -> Subtask:
    return Subtask(
        task=task,
        order_index=place,
        **words_of(step),
        image=_image(step.image, drawn),
        audio=_audio(step.audio, drawn),
        expectation=None if step.expectation is None else msgspec.to_builtins(step.expectation),
    )


def _image(image: PackImage | None, drawn: Drawn) -> object:
    if image is None:
        return None
    alt = paragraph(image.alt, "alt", MAX_ALT)
    return msgspec.to_builtins(StepImage(alt=alt, marks=image.marks, sizes=drawn.pictures[image.file]))


def _audio(audio: PackAudio | None, drawn: Drawn) -> object:
    if audio is None:
        return None
    clip = drawn.clips[audio.file]
    if abs(clip.duration_seconds - audio.duration_seconds) < _SAME_LENGTH:
        clip = msgspec.structs.replace(clip, duration_seconds=audio.duration_seconds)
    return msgspec.to_builtins(clip)
