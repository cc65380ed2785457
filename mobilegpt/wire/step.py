"""A step of a lecture in every shape that a document shows: S0's and S1's, of REST and of the sockets (contract 5.2).

A new field of a step touches at most six files:

1. ``lectures/models.py``: its column,
2. a migration,
3. ``lectures/step.py``: for whom; ``Step`` goes to the phones, ``SubtaskOutline`` stays with teachers and the analysis.
   It has a default there: revisions and events of before lack it,
4. ``lectures/commands.py``: what an instructor sends (R24, R25),
5. ``lectures/services.py``: what it may hold,
6. this module: the shapes that show it.

``manage.py generate`` writes the rest. A test counts the modules in which such a field is named
(``tests/architecture/test_step_fields.py``).
"""

from __future__ import annotations

from typing import Any, Literal, Protocol, Self

from msgspec import Struct
from msgspec.structs import asdict

from mobilegpt.lectures.step import PictureMark, Step, StepAudio, StepImage, SubtaskOutline
from mobilegpt.wire.choices import ProgressStatusChoice, TargetActionChoice


class HasTitle(Protocol):
    """The row of a step, or of a lecture."""

    @property
    def id(self) -> int: ...

    @property
    def title(self) -> str: ...


# --- what a step has besides words


class ImageVariant(Struct, frozen=True, kw_only=True):
    """The same picture, ``width`` pixels wide."""

    url: str
    width: int


class ImageBody(Struct, frozen=True, kw_only=True):
    """A step's picture (contract 11.11): ``url`` is the widest of ``variants``, readable without a token."""

    url: str
    width: int
    height: int
    alt: str
    marks: list[PictureMark]
    variants: list[ImageVariant]


class AudioBody(Struct, frozen=True, kw_only=True):
    """A step spoken (contract 11.11), readable without a token."""

    url: str
    duration_seconds: float
    source: Literal["clip", "speech"]


def file_url(file: str) -> str:
    """Where a picture or a clip of a lesson is read."""
    return f"/media/lessons/{file}"


def image_body(image: StepImage) -> ImageBody:
    whole = image.whole
    return ImageBody(
        url=file_url(whole.file),
        width=whole.width,
        height=whole.height,
        alt=image.alt,
        marks=image.marks,
        variants=[ImageVariant(url=file_url(size.file), width=size.width) for size in image.sizes],
    )


def audio_body(audio: StepAudio) -> AudioBody:
    return AudioBody(url=file_url(audio.file), duration_seconds=audio.duration_seconds, source=audio.source)


# --- whole steps. Some say nothing of themselves: what a class says stands in the generated documents.


class SubtaskBody(Struct, frozen=True, kw_only=True):
    """A subtask in full: R24, R25, and within R7 and R23. ``order`` is ``order_index`` (contract 5.2)."""

    id: int
    task_id: int
    title: str
    description: str
    order_index: int
    order: int
    position: int
    target_action: TargetActionChoice | None
    target_element_hint: str | None
    guide_text: str
    voice_guide_text: str
    image: ImageBody | None
    audio: AudioBody | None


class SessionStep(Struct, frozen=True, kw_only=True):
    """A step as the class shows it; ``order`` is ``order_index`` (contract 5.2)."""

    id: int
    task_id: int
    title: str
    order: int
    order_index: int
    position: int
    target_action: TargetActionChoice | None
    guide_text: str
    voice_guide_text: str
    image: ImageBody | None
    audio: AudioBody | None


class FollowingStep(SessionStep, frozen=True, kw_only=True):
    pass


class MyStep(Struct, frozen=True, kw_only=True):
    id: int
    task_id: int
    lecture_id: int
    title: str
    order: int
    order_index: int
    position: int
    guide_text: str
    voice_guide_text: str
    status: ProgressStatusChoice
    image: ImageBody | None
    audio: AudioBody | None


class RoomStep(Struct, frozen=True, kw_only=True):
    """A step as S0 shows it; ``order`` and ``order_index`` are the same (contract 5.2)."""

    id: int
    title: str
    order: int
    order_index: int
    position: int
    target_action: TargetActionChoice | None
    guide_text: str
    voice_guide_text: str
    image: ImageBody | None
    audio: AudioBody | None


class NextStep(RoomStep, frozen=True, kw_only=True):
    """The step that comes after."""


class ProgressStep(Struct, frozen=True, kw_only=True):
    """The step a learner stands on."""

    id: int
    title: str
    order: int
    order_index: int
    position: int
    guide_text: str
    image: ImageBody | None
    audio: AudioBody | None


class ClassStep(Struct, frozen=True, kw_only=True):
    id: int
    title: str
    guide_text: str
    voice_guide_text: str
    image: ImageBody | None
    audio: AudioBody | None


class LibraryStep(Struct, frozen=True, kw_only=True):
    """A step of a lesson to copy; it is no row of this server yet, perhaps."""

    title: str
    title_en: str | None
    guide_text: str
    voice_guide_text: str
    target_action: TargetActionChoice | None
    image: ImageBody | None
    audio: AudioBody | None


# --- no more of a step than what it is called; some documents name such a shape, each in its own family's words


class Titled(Struct, frozen=True, kw_only=True):
    id: int
    title: str

    @classmethod
    def of(cls, row: HasTitle) -> Self:
        return cls(id=row.id, title=row.title)


# --- out of a step


def subtask_body(subtask: SubtaskOutline) -> SubtaskBody:
    """R7, R23, R24, R25."""
    return SubtaskBody(**_shown(SubtaskBody, subtask))


def session_step(step: Step) -> SessionStep:
    """R13, R15, R16, R18, R20: where the class stands."""
    return SessionStep(**_shown(SessionStep, step))


def following_step(step: Step) -> FollowingStep:
    """R28: what comes after."""
    return FollowingStep(**_shown(FollowingStep, step))


def my_step(step: Step, lecture_id: int, status: str) -> MyStep:
    """R27: where a learner stands."""
    return MyStep(lecture_id=lecture_id, status=status, **_shown(MyStep, step))


def room_step(step: Step) -> RoomStep:
    """W1."""
    return RoomStep(**_shown(RoomStep, step))


def progress_step(step: Step) -> ProgressStep:
    """W3: where a learner stands."""
    return ProgressStep(**_shown(ProgressStep, step))


def next_step(step: Step) -> NextStep:
    """W3: what comes after."""
    return NextStep(**_shown(NextStep, step))


def class_step(step: Step) -> ClassStep:
    """W4."""
    return ClassStep(**_shown(ClassStep, step))


def library_step(step: Step | Struct, *, image: ImageBody | None, audio: AudioBody | None) -> LibraryStep:
    """Contract 11.11. ``step`` is a lecture's, or one of a lesson's file, which may have an English title."""
    words: dict[str, Any] = {name: getattr(step, name, None) for name in LibraryStep.__struct_fields__}
    return LibraryStep(**{**words, "image": image, "audio": audio})


def _shown(shape: type[Struct], step: Step) -> dict[str, Any]:
    """The fields of ``shape`` that are a step's: of the same name, and ``order``."""
    fields = {
        **asdict(step),
        "order": step.order_index,
        "image": image_body(step.image) if step.image else None,
        "audio": audio_body(step.audio) if step.audio else None,
    }
    return {name: fields[name] for name in shape.__struct_fields__ if name in fields}
