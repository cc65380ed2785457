"""The ready lessons as lectures of the sample's instructor, with their pictures (contract 8.10).

Their pictures are ours, and are kept as they lie in the packs: drawing them anew, as is done with files from people,
would make a first start wait for many seconds.
"""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
from PIL import Image

from mobilegpt.accounts.models import User
from mobilegpt.files import lesson_files
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.step import PictureFile, StepImage
from mobilegpt.packs.archive import Pack, read_pack
from mobilegpt.packs.format import PackImage, PackStep
from mobilegpt.tools.lessons.packing import FOLDER


def make_ready(instructor: User) -> int:
    """Returns how many lectures were added; those that are there by their title stay as they are."""
    there = set(Lecture.everything.filter(instructor=instructor).values_list("title", flat=True))
    return sum(_make(instructor, path, there) for path in sorted(FOLDER.glob("*.lesson.zip")))


def _make(instructor: User, path: Path, there: set[str]) -> bool:
    with path.open("rb") as file:
        pack = read_pack(file)
        if pack.lesson.title in there:
            return False
        _write(instructor, pack)
    return True


def _write(instructor: User, pack: Pack) -> None:
    lesson = pack.lesson
    kept = {name: _kept(pack.read(name)) for name in lesson.pictures}
    lecture = Lecture.objects.create(
        instructor=instructor,
        title=lesson.title,
        description=lesson.description,
        thumbnail_url=lesson_files.url_of(kept[lesson.thumbnail].file) if lesson.thumbnail else None,
    )
    tasks = Task.objects.bulk_create(
        Task(lecture=lecture, title=task.title, description=task.description, order_index=place)
        for place, task in enumerate(lesson.tasks, start=1)
    )
    Subtask.objects.bulk_create(
        _step(task, place, step, kept)
        for task, given in zip(tasks, lesson.tasks, strict=True)
        for place, step in enumerate(given.subtasks, start=1)
    )


def _kept(content: bytes) -> PictureFile:
    with Image.open(io.BytesIO(content)) as picture:
        width, height = picture.size
    return PictureFile(file=lesson_files.keep(content, "webp"), width=width, height=height)


def _step(task: Task, place: int, step: PackStep, kept: dict[str, PictureFile]) -> Subtask:
    return Subtask(
        task=task,
        order_index=place,
        title=step.title,
        description=step.description,
        target_action=step.target_action,
        target_element_hint=step.target_element_hint,
        guide_text=step.guide_text,
        voice_guide_text=step.voice_guide_text,
        image=_image(step.image, kept),
        expectation=None if step.expectation is None else msgspec.to_builtins(step.expectation),
    )


def _image(image: PackImage | None, kept: dict[str, PictureFile]) -> object:
    if image is None:
        return None
    return msgspec.to_builtins(StepImage(alt=image.alt, marks=image.marks, sizes=[kept[image.file]]))
