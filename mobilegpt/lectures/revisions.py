"""Lessons: what a lecture says to whoever is taught it, as it is now or as it was at one version (contract 11.5).

A revision is written once, under the lock of the lecture's row that every edit takes, so its content is that of its
version and no other; classes at the same version share it, and nobody changes it.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from mobilegpt.lectures import outline
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.course import Course, course_of, steps_of
from mobilegpt.lectures.models import Lecture, LectureRevision
from mobilegpt.lectures.outline import Outline, TaskOutline

_KEPT = 256
"""Revisions in memory of a process: one for each class that it holds at once, and to spare."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A revision as it is stored. A field that a step gets later needs a default: older revisions lack it."""

    title: str
    description: str
    tasks: list[TaskOutline]


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lecture's words at one version of it, and its steps in one line."""

    lecture_id: int
    version: int
    title: str
    description: str
    tasks: list[TaskOutline]
    course: Course

    @property
    def id(self) -> int:
        """The lecture's."""
        return self.lecture_id

    def says_the_same(self, other: Lesson) -> bool:
        """Whether nobody who is taught would notice that it is another version."""
        return (self.title, self.description, self.tasks) == (other.title, other.description, other.tasks)


def lesson_of(lecture: Lecture) -> Lesson:
    """The lecture as it is; no query when it is cached."""
    return Lesson(
        lecture_id=lecture.pk,
        version=lecture.version,
        title=lecture.title,
        description=lecture.description,
        tasks=outline_of(lecture.pk, lecture.version).tasks,
        course=course_of(lecture.pk, lecture.version),
    )


@lru_cache(maxsize=_KEPT)
def lesson_at(lecture_id: int, version: int) -> Lesson:
    """What was kept of a version; no query when this process asked for it before.

    Raises ``LectureRevision.DoesNotExist`` for a version that nobody kept.
    """
    kept = LectureRevision.objects.get(lecture_id=lecture_id, version=version).content
    content = msgspec.convert(kept, Content)
    return Lesson(
        lecture_id=lecture_id,
        version=version,
        title=content.title,
        description=content.description,
        tasks=content.tasks,
        course=Course(steps_of(Outline(version=version, tasks=content.tasks))),
    )


def keep(lecture_id: int) -> int:
    """Keep the lecture as it is now for a class; returns its version. Call it in the class's unit of work.

    The lecture is locked until the commit. Nothing is written when its version was kept before.
    """
    lecture = Lecture.everything.select_for_update(no_key=True).get(pk=lecture_id)
    if not LectureRevision.objects.filter(lecture_id=lecture_id, version=lecture.version).exists():
        # Not by the cache: who filled it may have read what was committed a moment later.
        tasks = outline.load(lecture_id, lecture.version).tasks
        content = Content(title=lecture.title, description=lecture.description, tasks=tasks)
        revision = LectureRevision(lecture_id=lecture_id, version=lecture.version, content=msgspec.to_builtins(content))
        LectureRevision.objects.bulk_create([revision], ignore_conflicts=True)
    return lecture.version
