"""The library: ready lessons of a folder, and lectures that colleagues share (contract 11.11). For who teaches."""

from __future__ import annotations

import re

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.core.text import finder
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import policies
from mobilegpt.lectures.duplicating import copy_lecture
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.outline import Outline
from mobilegpt.lectures.revisions import lesson_of
from mobilegpt.lectures.sharing import shared_lectures
from mobilegpt.packs import importing
from mobilegpt.packs.importing import Drawn, import_lesson
from mobilegpt.packs.shelf import ReadyLesson, opened, shelf

_SHARED = re.compile(r"lecture-([0-9]{1,18})")


def ready_lessons(actor: Actor, search: str = "") -> list[ReadyLesson]:
    """All, or those in whose titles or description ``search`` is found. Raises ``Forbidden`` for students."""
    policies.require_teacher_role(actor)
    is_found = finder(search)
    return [ready for ready in shelf().lessons() if any(map(is_found, _words(ready)))]


def _words(ready: ReadyLesson) -> tuple[str, ...]:
    return ready.lesson.title, ready.lesson.title_en or "", ready.lesson.description


def find(actor: Actor, key: str) -> ReadyLesson | Lecture:
    """A ready lesson, or a lecture that is shared. Raises ``Forbidden`` for students, ``NotFound``."""
    policies.require_teacher_role(actor)
    number = _SHARED.fullmatch(key)
    if number is None:
        return shelf().lesson(key)
    lecture = shared_lectures().filter(pk=int(number[1])).first()
    if lecture is None:
        raise NotFound("Lesson")
    return lecture


def key_of(lecture: Lecture) -> str:
    return f"lecture-{lecture.pk}"


def draw_ready(*, actor: Actor, key: str) -> Drawn | None:
    """What a copy of a ready lesson needs, made before the transaction; ``None`` for a lecture that is shared.

    Raises ``Forbidden``, ``NotFound``, ``RateLimited`` beyond the lessons of a day, ``Unavailable``.
    """
    found = find(actor, key)
    if isinstance(found, Lecture):
        return None
    with opened(found) as pack:
        return importing.draw(actor, pack)


def copy(*, actor: Actor, key: str, drawn: Drawn | None) -> Lecture:
    """The caller's own lecture of a lesson of the library, inactive until they open it.

    Raises ``Forbidden``, ``NotFound`` for a lecture that is shared no more.
    """
    if drawn is not None:
        return import_lesson(actor=actor, drawn=drawn)
    with unit_of_work():
        original = find(actor, key)
        if not isinstance(original, Lecture):
            raise NotFound("Lesson")
        lesson = lesson_of(original)
        outline = Outline(version=lesson.version, tasks=lesson.tasks)
        return copy_lecture(actor=actor, original=original, outline=outline, title=original.title)
