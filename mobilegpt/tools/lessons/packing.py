"""A ready lesson as a pack: its screens drawn, its marks placed, the same bytes from the same source."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from mobilegpt.packs.archive import write_pack
from mobilegpt.packs.format import PackImage, PackLesson, PackStep, PackTask
from mobilegpt.screens.screen import Drawn, Screen
from mobilegpt.tools.lessons.authoring import ReadyLesson, Step
from mobilegpt.tools.lessons.expected import expectation_of

FOLDER = Path(__file__).parents[3] / "lessons"
"""Where the packs lie in the repository; also the library of a new installation."""


def file_name(lesson: ReadyLesson) -> str:
    return f"{lesson.key}.lesson.zip"


class Drawing:
    """The pictures of one lesson by their names in its pack: steps of the same screen share one."""

    def __init__(self) -> None:
        self.pictures: dict[str, Image.Image] = {}
        self._drawn: dict[int, tuple[Screen, str, Drawn]] = {}

    def draw(self, screen: Screen) -> tuple[str, Drawn]:
        """Its name, and what was drawn."""
        if id(screen) not in self._drawn:
            drawn = screen.draw()
            same = (name for name, picture in self.pictures.items() if picture == drawn.picture)
            name = next(same, f"pictures/{len(self.pictures) + 1:02}.webp")
            self.pictures[name] = drawn.picture
            # With the screen, which so lives as long as its number stands for it.
            self._drawn[id(screen)] = (screen, name, drawn)
        _, name, drawn = self._drawn[id(screen)]
        return name, drawn

    def read(self, name: str) -> bytes:
        """As it lies in the pack: WebP without loss, which is small for flat colours."""
        out = io.BytesIO()
        self.pictures[name].save(out, "WEBP", lossless=True, quality=50, method=3)
        return out.getvalue()


def pack_of(lesson: ReadyLesson) -> bytes:
    """The content of its file."""
    drawing = Drawing()
    told = lesson_of(lesson, drawing)
    out = io.BytesIO()
    write_pack(out, told, drawing.read)
    return out.getvalue()


def lesson_of(lesson: ReadyLesson, drawing: Drawing) -> PackLesson:
    """What its ``lesson.json`` says; its pictures are in ``drawing``."""
    tasks = [
        PackTask(
            title=part.title,
            title_en=part.title_en,
            subtasks=[_step(lesson.key, step, drawing) for step in part.steps],
        )
        for part in lesson.parts
    ]
    first = tasks[0].subtasks[-1].image
    return PackLesson(
        format=1,
        language="ko",
        title=lesson.title,
        title_en=lesson.title_en,
        description=lesson.description,
        thumbnail=first.file if first else None,
        tasks=tasks,
    )


def _step(lesson: str, step: Step, drawing: Drawing) -> PackStep:
    file, drawn = drawing.draw(step.screen)
    alt = f"{step.screen.name} 화면, {step.touch.told(drawn)}"
    return PackStep(
        title=step.title,
        title_en=step.title_en,
        guide_text=step.guide,
        voice_guide_text=step.voice,
        target_action=step.does,
        target_element_hint=f"{step.touch.words or step.screen.name} @ {step.screen.name} 화면",
        image=PackImage(file=file, alt=alt, marks=[step.touch.mark(drawn)]),
        expectation=expectation_of(lesson, step.title),
    )
