"""One step of a lecture, as everything above the tables reads it. Imports no Django."""

from __future__ import annotations

from typing import Literal

import msgspec

from mobilegpt.guidance.expectation import Expectation


class PictureMark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place of a picture: fractions of its width and height, from 0 to 1 (contract 11.11).

    ``w`` and ``h`` are a box's, whose upper left corner ``x`` and ``y`` are; ``direction`` is a swipe's.
    """

    kind: Literal["tap", "long_tap", "swipe", "box"]
    x: float
    y: float
    w: float | None = None
    h: float | None = None
    direction: Literal["up", "down", "left", "right"] | None = None


class PictureFile(msgspec.Struct, frozen=True, kw_only=True):
    """One size of a picture: ``file`` is its name in the store, made of its content; in pixels."""

    file: str
    width: int
    height: int


class StepImage(msgspec.Struct, frozen=True, kw_only=True):
    """A step's picture: what it is in words, what is marked on it, its sizes, the widest first."""

    alt: str
    marks: list[PictureMark]
    sizes: list[PictureFile]

    @property
    def whole(self) -> PictureFile:
        return self.sizes[0]


class StepAudio(msgspec.Struct, frozen=True, kw_only=True):
    """A step spoken: by a person (``clip``) or by a program (``speech``)."""

    file: str
    duration_seconds: float
    source: Literal["clip", "speech"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What events carry: everything that a phone may show.

    ``order_index`` is the place within the task, ``position`` the one in the lecture, from 1 (contract 5.2).
    """

    id: int
    task_id: int
    title: str
    order_index: int
    position: int
    target_action: str | None
    guide_text: str
    voice_guide_text: str
    image: StepImage | None = None
    audio: StepAudio | None = None
    expectation: Expectation | None = None


class SubtaskOutline(Step, frozen=True, kw_only=True):
    """A step in full, as it is edited, cached and analysed."""

    description: str
    target_element_hint: str | None
