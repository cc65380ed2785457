"""Lessons: what a lecture says to whoever is taught it, as it is now or was at one version (contract 11.5, 11.11).

A revision is written under the lock of the lecture's row that every edit takes, so its content is that of its version
and no other. One that a class was taught is shared by classes at the same version, and nobody changes or removes it.
The others are the lecture's history, which is bounded.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

import msgspec

from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.lectures import outline
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.course import Course, course_of, steps_of
from mobilegpt.lectures.models import Lecture, LectureRevision
from mobilegpt.lectures.outline import Outline, TaskOutline
from mobilegpt.lectures.step import SubtaskOutline

ONE_ENTRY = timedelta(minutes=10)
"""What one person changes within this time is one entry of the history."""
MOST_ENTRIES = 50
"""Entries of one lecture's history that no class was taught."""
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

    @property
    def steps(self) -> list[SubtaskOutline]:
        """In order, as they are read in full."""
        return [step for task in self.tasks for step in task.subtasks]

    def step(self, subtask_id: int | None) -> SubtaskOutline | None:
        return next((step for step in self.steps if step.id == subtask_id), None)

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
    kept = LectureRevision.objects.get(lecture_id=lecture_id, version=version)
    content = content_of(kept)
    return Lesson(
        lecture_id=lecture_id,
        version=version,
        title=content.title,
        description=content.description,
        tasks=content.tasks,
        course=Course(steps_of(Outline(version=version, tasks=content.tasks))),
    )


def content_at(lecture_id: int, version: int) -> Content:
    """What was kept of a version, for an edit or a history. Raises ``NotFound``."""
    revision = LectureRevision.objects.filter(lecture_id=lecture_id, version=version).first()
    if revision is None:
        raise NotFound("Version")
    return content_of(revision)


def content_of(revision: LectureRevision) -> Content:
    return msgspec.convert(revision.content, Content)


# --- for classes


def keep(lecture_id: int) -> int:
    """Keep the lecture as it is now for a class; returns its version. Call it in the class's unit of work.

    The lecture is locked until the commit. Nothing is written twice when its version was kept before.
    """
    lecture = Lecture.everything.select_for_update(no_key=True).get(pk=lecture_id)
    if not LectureRevision.objects.filter(lecture_id=lecture_id, version=lecture.version).update(taught=True):
        revision = _revision(lecture, _content(lecture), author_id=None, taught=True)
        LectureRevision.objects.bulk_create([revision], ignore_conflicts=True)
    return lecture.version


# --- the history


def record(lecture_id: int, author_id: int | None, *, on_its_own: bool = False) -> None:
    """What the lecture says now becomes a part of its history; ``author_id`` changed it. Call it under its lock.

    What one person changes within ``ONE_ENTRY`` is one entry, unless a class was taught what it says. Of entries that
    no class was taught the newest ``MOST_ENTRIES`` are kept.
    """
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    if lecture is None:
        return
    content = _content(lecture)
    latest = LectureRevision.objects.filter(lecture_id=lecture_id).order_by("-version").first()
    if latest is not None and content_of(latest) == content:
        return
    if latest is not None and not on_its_own and _goes_on(latest, author_id):
        latest.version, latest.content = lecture.version, msgspec.to_builtins(content)
        latest.save(update_fields=["version", "content"])
        return
    _revision(lecture, content, author_id=author_id, taught=False).save(force_insert=True)
    untaught = LectureRevision.objects.filter(lecture_id=lecture_id, taught=False).order_by("-version")
    oldest = list(untaught.values_list("pk", flat=True)[MOST_ENTRIES:])
    if oldest:
        LectureRevision.objects.filter(pk__in=oldest).delete()


def record_before(lecture: Lecture) -> None:
    """The first edit of a lecture that has no history yet begins it: what it said before can come back."""
    if not LectureRevision.objects.filter(lecture=lecture, version=lecture.version).exists():
        record(lecture.pk, None)


def _goes_on(latest: LectureRevision, author_id: int | None) -> bool:
    """Whether a change belongs to the newest entry. Never to the first: a lecture can always become what it was."""
    if latest.taught or author_id is None or latest.author_id != author_id:
        return False
    if now() - latest.created_at >= ONE_ENTRY:
        return False
    return LectureRevision.objects.filter(lecture_id=latest.lecture_id, version__lt=latest.version).exists()


def _content(lecture: Lecture) -> Content:
    """Not by the cache: who filled it may have read what was committed a moment later."""
    tasks = outline.load(lecture.pk, lecture.version).tasks
    return Content(title=lecture.title, description=lecture.description, tasks=tasks)


def _revision(lecture: Lecture, content: Content, *, author_id: int | None, taught: bool) -> LectureRevision:
    return LectureRevision(
        lecture=lecture,
        version=lecture.version,
        content=msgspec.to_builtins(content),
        author_id=author_id,
        taught=taught,
    )
