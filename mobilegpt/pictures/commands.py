"""What an instructor may ask of pictures (contract 11.11)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command

Fraction = Annotated[float, Meta(ge=0, le=1)]
"""Of a picture's width or height."""


class SentMark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark as an editor sends it. ``w`` and ``h`` are those of a box, whose upper left corner ``x`` and ``y`` are; a
    hidden place is a box that is painted over, once, and never comes back."""

    kind: Literal["tap", "long_tap", "swipe", "box", "hidden"]
    x: Fraction
    y: Fraction
    w: Fraction | None = None
    h: Fraction | None = None
    direction: Literal["up", "down", "left", "right"] | None = None


class SentCrop(msgspec.Struct, frozen=True, kw_only=True):
    """What stays of a picture."""

    x: Fraction
    y: Fraction
    w: Fraction
    h: Fraction


class CopyImage(Command, frozen=True, kw_only=True):
    """Another step's picture, with its marks and words."""

    from_subtask: Id


class ChangeImage(Command, frozen=True, kw_only=True):
    """What is absent stays. All places are fractions of the picture as it is before the crop. ``alt`` without anything
    to see has the server propose one; ``marks`` are all of them."""

    alt: str | UnsetType | None = UNSET
    marks: list[SentMark] | UnsetType = UNSET
    crop: SentCrop | UnsetType = UNSET


class OpenUploadLink(Command, frozen=True, kw_only=True):
    """Where the pictures go: one, to a step; many, each as a new step at the end of a task, of the last one unless
    another is named."""

    task_id: Id | None = None
    subtask_id: Id | None = None
