"""What an instructor may ask of a lecture. A field that is absent stays as it is (contract, section 1).

Unknown fields are ignored: no request sets an owner, an id or a time.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command

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


class CreateSubtask(Command, frozen=True, kw_only=True):
    """R24. Without ``order_index`` it comes last in its task."""

    title: str
    description: str | None = None
    order_index: OrderIndex | None = None
    target_action: str | None = None
    target_element_hint: str | None = None
    guide_text: str | None = None
    voice_guide_text: str | None = None


class UpdateSubtask(Command, frozen=True, kw_only=True):
    """R25. ``task_id`` moves it to another task of the same lecture, to its end unless ``order_index`` is sent too."""

    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    task_id: Id | UnsetType = UNSET
    order_index: OrderIndex | UnsetType = UNSET
    target_action: str | UnsetType | None = UNSET
    target_element_hint: str | UnsetType | None = UNSET
    guide_text: str | UnsetType | None = UNSET
    voice_guide_text: str | UnsetType | None = UNSET


class TaskOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One task of ``Reorder``, with its subtasks in their new order."""

    id: Id
    subtasks: Annotated[list[Id], Meta(max_length=1000)]


class Reorder(Command, frozen=True, kw_only=True):
    """The whole lecture in its new order: every task and every subtask of it, each once."""

    tasks: Annotated[list[TaskOrder], Meta(max_length=1000)]
