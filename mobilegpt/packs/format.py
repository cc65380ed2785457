"""What ``lesson.json`` of a ``.lesson.zip`` says, format 1 (contract 11.11); ``docs/lesson.schema.json`` is its schema.

A lesson without numbers: its tasks and steps stand in order. Pictures and clips are named as they lie in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from mobilegpt.files.sounds import MOST_SECONDS
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.lectures.policies import MAX_TEXT, MAX_TITLE, MAX_URL
from mobilegpt.lectures.step import PictureMark

FORMAT = 1
MAX_TASKS, MAX_STEPS = 1_000, 1_000  # of a lesson
MAX_ALT = 500

PictureName = Annotated[str, Meta(pattern=r"^pictures/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.(png|jpg|jpeg|webp)$")]
ClipName = Annotated[str, Meta(pattern=r"^clips/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.m4a$")]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]


class PackImage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step's picture. ``alt`` says what it shows; places are fractions of its width and height, from 0 to 1."""

    file: PictureName
    alt: Annotated[str, Meta(max_length=MAX_ALT)] = ""
    marks: Annotated[list[PictureMark], Meta(max_length=50)] = []


class PackAudio(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step spoken, as AAC in MP4: what a step's clip may be (``files/sounds.py``)."""

    file: ClipName
    duration_seconds: Annotated[float, Meta(gt=0, le=MOST_SECONDS)]


class PackStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step, as every phone shows and speaks it."""

    title: Title
    title_en: Title | None = None
    guide_text: Text = ""
    voice_guide_text: Text = ""
    description: Text = ""
    target_action: Literal["CLICK", "LONG_CLICK", "SCROLL", "INPUT", "NAVIGATE"] | None = None
    target_element_hint: Annotated[str, Meta(max_length=MAX_URL)] | None = None
    image: PackImage | None = None
    audio: PackAudio | None = None
    expectation: Expectation | None = None


class PackTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named part of a lesson."""

    title: Title
    title_en: Title | None = None
    description: Text = ""
    subtasks: Annotated[list[PackStep], Meta(max_length=MAX_STEPS)] = []


class PackLesson(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lesson as a file. ``language`` is that of its words ("ko"); ``title_en`` are for who does not read it."""

    format: Literal[1]
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "ko"
    title: Title
    title_en: Title | None = None
    description: Text = ""
    thumbnail: PictureName | None = None
    tasks: Annotated[list[PackTask], Meta(max_length=MAX_TASKS)] = []

    @property
    def steps(self) -> Iterator[PackStep]:
        return (step for task in self.tasks for step in task.subtasks)

    @property
    def pictures(self) -> list[str]:
        """Names of all pictures, each once, in the order of the steps; the thumbnail comes last."""
        named = [step.image.file for step in self.steps if step.image]
        return list(dict.fromkeys([*named, *([self.thumbnail] if self.thumbnail else [])]))

    @property
    def clips(self) -> list[str]:
        """Names of all clips, each once, in the order of the steps."""
        return [audio.file for audio in self.audios]

    @property
    def audios(self) -> list[PackAudio]:
        """What is said of the clips, each once, in the order of the steps."""
        said = [step.audio for step in self.steps if step.audio]
        return list({audio.file: audio for audio in reversed(said)}.values())[::-1]


def schema() -> dict[str, Any]:
    """The JSON Schema of ``lesson.json``."""
    document = msgspec.json.schema(PackLesson)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lesson.json, format 1", **document}
