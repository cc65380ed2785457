"""What a lecture said before: its versions, who made them, and what each changed (contract 11.11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, LectureRevision
from mobilegpt.lectures.revisions import Content, content_of
from mobilegpt.lectures.step import SubtaskOutline

SHOWN = 100
"""Versions of one history, the newest ones."""
_PLACES = {"task_id": 0, "order_index": 0, "position": 0}


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from the version before: whether words about the lecture and its tasks are, how many steps
    came, went and read otherwise, whether the order is another. ``step`` is the title of the only step, if one."""

    words: bool
    tasks: bool
    added: int
    removed: int
    changed: int
    reordered: bool
    step: str | None

    @property
    def is_nothing(self) -> bool:
        return not (self.words or self.tasks or self.added or self.removed or self.changed or self.reordered)


@dataclass(frozen=True, slots=True)
class Entry:
    """One version. Nobody knows the author of what was there before the history began; its ``change`` is ``None``."""

    version: int
    at: datetime
    author: User | None
    taught: bool
    change: Change | None
    content: Content


def history_of(actor: Actor, lecture_id: int) -> tuple[Lecture, list[Entry]]:
    """The lecture and its versions, the newest first. For who teaches it.

    A version that a class was taught and that changed nothing is not one of its own. Raises ``Forbidden``,
    ``NotFound``.
    """
    lecture = _taught_by(actor, lecture_id)
    rows = LectureRevision.objects.filter(lecture=lecture).select_related("author").order_by("-version")[: SHOWN + 1]
    entries: list[Entry] = []
    for row in reversed(rows):
        entry = _entry(row, entries[-1] if entries else None)
        if entry.change is not None and entry.change.is_nothing:
            entries[-1] = replace(entries[-1], taught=entries[-1].taught or entry.taught)
        else:
            entries.append(entry)
    return lecture, entries[::-1][:SHOWN]


def entry_of(actor: Actor, lecture_id: int, version: int) -> Entry:
    """One version with all that it says. Raises ``Forbidden``, ``NotFound``."""
    lecture = _taught_by(actor, lecture_id)
    row = LectureRevision.objects.filter(lecture=lecture, version=version).select_related("author").first()
    if row is None:
        raise NotFound("Version")
    before = LectureRevision.objects.filter(lecture=lecture, version__lt=version).order_by("-version").first()
    return _entry(row, _entry(before, None) if before else None)


def _taught_by(actor: Actor, lecture_id: int) -> Lecture:
    policies.require_teacher_role(actor)
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    if lecture is None:
        raise NotFound("Lecture")
    policies.require_teaches(actor, lecture)
    return lecture


def _entry(row: LectureRevision, before: Entry | None) -> Entry:
    content = content_of(row)
    change = change_between(before.content, content) if before else None
    return Entry(row.version, row.created_at, row.author, row.taught, change, content)


def change_between(before: Content, after: Content) -> Change:
    """What ``after`` says otherwise."""
    old, new = _steps(before), _steps(after)
    added = [new[step] for step in new if step not in old]
    removed = [old[step] for step in old if step not in new]
    changed = [new[step] for step in new if step in old and _words(old[step]) != _words(new[step])]
    touched = [*added, *removed, *changed]
    return Change(
        words=(before.title, before.description) != (after.title, after.description),
        tasks=_tasks(before) != _tasks(after),
        added=len(added),
        removed=len(removed),
        changed=len(changed),
        reordered=_order(old, new) != _order(new, old),
        step=touched[0].title if len(touched) == 1 else None,
    )


def _steps(content: Content) -> dict[int, SubtaskOutline]:
    return {step.id: step for task in content.tasks for step in task.subtasks}


def _tasks(content: Content) -> dict[int, tuple[str, str]]:
    return {task.id: (task.title, task.description) for task in content.tasks}


def _words(step: SubtaskOutline) -> SubtaskOutline:
    return msgspec.structs.replace(step, **_PLACES)


def _order(steps: dict[int, SubtaskOutline], others: dict[int, SubtaskOutline]) -> list[tuple[int, int]]:
    """The steps that are in both, in order, with their tasks."""
    return [(number, step.task_id) for number, step in steps.items() if number in others]
