"""Lessons of the library as the answers of their REST family."""

from __future__ import annotations

from typing import Any

from mobilegpt.core.clock import iso
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.revisions import lesson_of
from mobilegpt.lectures.step import Step
from mobilegpt.packs.format import PackAudio, PackImage, PackStep
from mobilegpt.packs.library import key_of
from mobilegpt.packs.shelf import ReadyLesson
from mobilegpt.rest.packs import shapes
from mobilegpt.wire.step import (
    AudioBody,
    ImageBody,
    ImageVariant,
    LibraryStep,
    audio_body,
    file_url,
    image_body,
    library_step,
)

_LANGUAGE = "ko"  # of lectures: nobody says another


def file_address(ready: ReadyLesson, name: str) -> str:
    """Where a file of a ready lesson is read."""
    return f"/media/library/{ready.address}/{name}"


# --- of the folder


def ready_row(ready: ReadyLesson) -> shapes.LibraryRow:
    return shapes.LibraryRow(**_ready_facts(ready))


def ready_lesson(ready: ReadyLesson) -> shapes.LibraryLesson:
    tasks = [
        shapes.LibraryTask(
            title=task.title,
            title_en=task.title_en,
            description=task.description,
            subtasks=[_ready_step(ready, step) for step in task.subtasks],
        )
        for task in ready.lesson.tasks
    ]
    return shapes.LibraryLesson(tasks=tasks, **_ready_facts(ready))


def _ready_facts(ready: ReadyLesson) -> dict[str, Any]:
    lesson = ready.lesson
    thumbnail = lesson.thumbnail or next(iter(lesson.pictures), None)
    return {
        "key": ready.key,
        "kind": "ready",
        "title": lesson.title,
        "title_en": lesson.title_en,
        "description": lesson.description,
        "language": lesson.language,
        "total_subtasks": sum(len(task.subtasks) for task in lesson.tasks),
        "thumbnail_url": file_address(ready, thumbnail) if thumbnail else None,
        "by": None,
        "shared_at": None,
    }


def _ready_step(ready: ReadyLesson, step: PackStep) -> LibraryStep:
    return library_step(
        step,
        image=_ready_image(ready, step.image) if step.image else None,
        audio=_ready_audio(ready, step.audio) if step.audio else None,
    )


def _ready_image(ready: ReadyLesson, image: PackImage) -> ImageBody:
    url, (width, height) = file_address(ready, image.file), ready.sizes[image.file]
    variants = [ImageVariant(url=url, width=width)]
    return ImageBody(url=url, width=width, height=height, alt=image.alt, marks=image.marks, variants=variants)


def _ready_audio(ready: ReadyLesson, audio: PackAudio) -> AudioBody:
    return AudioBody(url=file_address(ready, audio.file), duration_seconds=audio.duration_seconds, source="clip")


# --- of colleagues


def shared_row(lecture: Lecture) -> shapes.LibraryRow:
    return shapes.LibraryRow(**_shared_facts(lecture))


def shared_lesson(lecture: Lecture) -> shapes.LibraryLesson:
    tasks = [
        shapes.LibraryTask(
            title=task.title,
            title_en=None,
            description=task.description,
            subtasks=[_shared_step(step) for step in task.subtasks],
        )
        for task in lesson_of(lecture).tasks
    ]
    return shapes.LibraryLesson(tasks=tasks, **_shared_facts(lecture))


def _shared_facts(lecture: Lecture) -> dict[str, Any]:
    steps = lesson_of(lecture).course.steps
    pictures = (file_url(step.image.whole.file) for step in steps if step.image)
    return {
        "key": key_of(lecture),
        "kind": "shared",
        "title": lecture.title,
        "title_en": None,
        "description": lecture.description,
        "language": _LANGUAGE,
        "total_subtasks": len(steps),
        "thumbnail_url": lecture.thumbnail_url or next(pictures, None),
        "by": shapes.SharedBy.of(lecture.instructor),
        "shared_at": iso(lecture.shared_at) if lecture.shared_at else None,
    }


def _shared_step(step: Step) -> LibraryStep:
    return library_step(
        step,
        image=image_body(step.image) if step.image else None,
        audio=audio_body(step.audio) if step.audio else None,
    )
