"""A lecture as a file (contract 11.11)."""

from __future__ import annotations

import re
import tempfile
from functools import partial
from typing import BinaryIO, cast

from django.conf import settings

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.files import lesson_files
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.revisions import lesson_of
from mobilegpt.lectures.step import StepAudio, StepImage, SubtaskOutline
from mobilegpt.packs.archive import write_pack
from mobilegpt.packs.format import PackAudio, PackImage, PackLesson, PackStep, PackTask
from mobilegpt.packs.refusals import bad

ENDING = ".lesson.zip"
_WORDS = (set(PackStep.__struct_fields__) & set(SubtaskOutline.__struct_fields__)) - {"image", "audio"}
_IN_MEMORY = 1024 * 1024
# What file systems, or the shells of some of them, take as something else.
_UNUSABLE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_LONGEST_NAME = 80


def export_lecture(*, actor: Actor, lecture_id: int) -> tuple[str, BinaryIO]:
    """A name for the file, and its bytes, to be read and closed. For who teaches the lecture.

    Raises ``Forbidden``, ``NotFound``, ``Unavailable``; ``Invalid`` BAD_LESSON_FILE for a lecture that is too large
    for one file, or one of whose files the storage has lost: what is left would look like all of it.
    """
    policies.require_teacher_role(actor)
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    if lecture is None:
        raise NotFound("Lecture")
    policies.require_teaches(actor, lecture)
    names = _Names()
    lesson = _lesson(lecture, names)
    out = cast(
        BinaryIO,
        tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)),  # noqa: SIM115
    )
    try:
        write_pack(out, lesson, partial(_read, lesson, names))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return file_name(lecture.title), out


def file_name(title: str) -> str:
    """The lecture's title as a file's name."""
    stem = " ".join(_UNUSABLE.sub(" ", title).split())[:_LONGEST_NAME].strip(". ")
    return f"{stem or 'lesson'}{ENDING}"


class _Names:
    """How the store's files are called in the lesson's: numbered in the order of the steps, each once."""

    def __init__(self) -> None:
        self._in_pack: dict[str, str] = {}

    def of(self, folder: str, file: str) -> str:
        number = sum(name.startswith(folder) for name in self._in_pack.values()) + 1
        return self._in_pack.setdefault(file, f"{folder}/{number:03}.{file.rpartition('.')[2]}")

    def read(self, name: str) -> bytes:
        file = next(file for file, called in self._in_pack.items() if called == name)
        with lesson_files.open_file(file) as opened:
            return opened.read()


def _read(lesson: PackLesson, names: _Names, name: str) -> bytes:
    try:
        return names.read(name)
    except NotFound:
        message = "A picture or a clip of this lecture is lost; give its step another"
        raise bad("MISSING_FILE", message, file=name, field=_place_of(lesson, name)) from None


def _place_of(lesson: PackLesson, name: str) -> str:
    """Of the first that has this file."""
    for number, task in enumerate(lesson.tasks):
        for place, step in enumerate(task.subtasks):
            for part in ("image", "audio"):
                if (held := getattr(step, part)) is not None and held.file == name:
                    return f"$.tasks[{number}].subtasks[{place}].{part}"
    return "$.thumbnail"


def _lesson(lecture: Lecture, names: _Names) -> PackLesson:
    lesson = lesson_of(lecture)
    tasks = [_task(task, names) for task in lesson.tasks]
    # An address elsewhere may look as if one of our names were in it.
    thumbnail = lecture.thumbnail_url or ""
    return PackLesson(
        format=1,
        title=lesson.title,
        description=lesson.description,
        thumbnail=names.of("pictures", thumbnail.removeprefix(lesson_files.ADDRESS))
        if lesson_files.is_picture_url(thumbnail)
        else None,
        tasks=tasks,
    )


def _task(task: TaskOutline, names: _Names) -> PackTask:
    return PackTask(
        title=task.title,
        description=task.description,
        subtasks=[_step(step, names) for step in task.subtasks],
    )


def _step(step: SubtaskOutline, names: _Names) -> PackStep:
    return PackStep(
        **{name: getattr(step, name) for name in _WORDS},
        image=_image(step.image, names) if step.image else None,
        audio=_audio(step.audio, names) if step.audio else None,
    )


def _image(image: StepImage, names: _Names) -> PackImage:
    return PackImage(file=names.of("pictures", image.whole.file), alt=image.alt, marks=image.marks)


def _audio(audio: StepAudio, names: _Names) -> PackAudio | None:
    """What a person said. What a program said is said anew where the lesson goes."""
    if audio.source != "clip":
        return None
    return PackAudio(file=names.of("clips", audio.file), duration_seconds=audio.duration_seconds)
