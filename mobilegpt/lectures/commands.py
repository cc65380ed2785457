"""What an instructor may ask of a lecture. A field that is absent stays as it is (contract, section 1).

Unknown fields are ignored: no request sets an owner, an id or a time.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command
from mobilegpt.guidance.views import NAMES

OrderIndex = Annotated[int, Meta(ge=0, le=1_000_000)]


class CreateLecture(Command, frozen=True, kw_only=True):
    """R6."""

    title: str
    description: str | None = None
    thumbnail_url: str | None = None
    is_active: bool = True


class UpdateLecture(Command, frozen=True, kw_only=True):
    """R8."""

    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    thumbnail_url: str | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class DuplicateLecture(Command, frozen=True, kw_only=True):
    """Contract 11.11. Without ``title`` the copy is named after the original."""

    title: str | None = None


class RestoreVersion(Command, frozen=True, kw_only=True):
    """Contract 11.11. With ``seen_version`` it is refused when the lecture is at another one by now."""

    seen_version: int | None = None


class MoveTask(Command, frozen=True, kw_only=True):
    """Contract 11.11. To the end of a lecture."""

    lecture_id: Id


class MoveSubtask(Command, frozen=True, kw_only=True):
    """Contract 11.11. To the end of a task, of whatever lecture, unless ``order_index`` is sent too."""

    task_id: Id
    order_index: OrderIndex | None = None


class CreateTask(Command, frozen=True, kw_only=True):
    """R22. Without ``order_index`` it comes last."""

    title: str
    description: str | None = None
    order_index: OrderIndex | None = None


class UpdateTask(Command, frozen=True, kw_only=True):
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    order_index: OrderIndex | UnsetType = UNSET


class ElementViews(Command, frozen=True, kw_only=True):
    """What an app of contract 12 says of the element that a step is about, as ``guidance.views`` reads it.

    ``ui_hint`` is ``target_element_hint``; ``time`` is milliseconds.
    """

    ui_hint: str | UnsetType | None = UNSET
    view_id: str | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    content_description: str | UnsetType | None = UNSET
    target_package: str | UnsetType | None = UNSET
    target_class: str | UnsetType | None = UNSET
    bounds: str | UnsetType | None = UNSET
    time: str | int | UnsetType | None = UNSET

    @property
    def views(self) -> dict[str, str | int | None]:
        """Those that were sent."""
        sent = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in sent.items() if not isinstance(value, UnsetType)}


class CreateSubtask(ElementViews, frozen=True, kw_only=True):
    """R24. Without ``order_index`` it comes last in its task."""

    title: str
    description: str | None = None
    order_index: OrderIndex | None = None
    target_action: str | None = None
    target_element_hint: str | None = None
    guide_text: str | None = None
    voice_guide_text: str | None = None


class UpdateSubtask(ElementViews, frozen=True, kw_only=True):
    """R25. ``task_id`` moves it to another task of the same lecture, to its end unless ``order_index`` is sent too."""

    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    task_id: Id | UnsetType = UNSET
    order_index: OrderIndex | UnsetType = UNSET
    target_action: str | UnsetType | None = UNSET
    target_element_hint: str | UnsetType | None = UNSET
    guide_text: str | UnsetType | None = UNSET
    voice_guide_text: str | UnsetType | None = UNSET


class GivenSubtask(UpdateSubtask, frozen=True, kw_only=True):
    """A step of ``ReplaceSubtasks``: one that the task has, by its ``id``, or a new one, which needs a title."""

    id: Id | None = None


class ReplaceSubtasks(Command, frozen=True, kw_only=True):
    """Contract 12. All steps of a task, in this order unless each names a place of its own; the others leave it."""

    subtasks: Annotated[list[GivenSubtask], Meta(max_length=1000)]


class AttachTasks(Command, frozen=True, kw_only=True):
    """Contract 12. Tasks of the caller's, to be copied into a lecture."""

    task_ids: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class TaskOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One task of ``Reorder``, with its subtasks in their new order."""

    id: Id
    subtasks: Annotated[list[Id], Meta(max_length=1000)]


class Reorder(Command, frozen=True, kw_only=True):
    """The whole lecture in its new order: every task and every subtask of it, each once."""

    tasks: Annotated[list[TaskOrder], Meta(max_length=1000)]
