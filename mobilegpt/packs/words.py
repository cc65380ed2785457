"""The texts and places of a lesson's file, held to what a lecture's may hold (contract 5.2, 11.11)."""

from __future__ import annotations

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import optional_line, paragraph
from mobilegpt.lectures import policies
from mobilegpt.lectures.step import PictureMark
from mobilegpt.packs.format import MAX_ALT, PackImage, PackLesson, PackStep, PackTask
from mobilegpt.packs.refusals import bad


def check_words(lesson: PackLesson) -> None:
    """Raises ``Invalid`` BAD_LESSON_FILE with the path of what is wrong."""
    _check_titles("$", lesson)
    for number, task in enumerate(lesson.tasks):
        _check_titles(f"$.tasks[{number}]", task)
        for place, step in enumerate(task.subtasks):
            _check_step(f"$.tasks[{number}].subtasks[{place}]", step)


def _check_titles(path: str, part: PackLesson | PackTask | PackStep) -> None:
    try:
        policies.usable_title(part.title)
        if part.title_en is not None:
            policies.usable_title(part.title_en)
        paragraph(part.description, "description", policies.MAX_TEXT)
    except Invalid as refusal:
        raise _at(path, refusal) from None


def _check_step(path: str, step: PackStep) -> None:
    _check_titles(path, step)
    try:
        paragraph(step.guide_text, "guide_text", policies.MAX_TEXT)
        paragraph(step.voice_guide_text, "voice_guide_text", policies.MAX_TEXT)
        optional_line(step.target_element_hint, "target_element_hint", policies.MAX_URL)
        if step.image is not None:
            _check_image(f"{path}.image", step.image)
    except Invalid as refusal:
        raise _at(path, refusal) from None


def _check_image(path: str, image: PackImage) -> None:
    paragraph(image.alt, "image.alt", MAX_ALT)
    for number, mark in enumerate(image.marks):
        if not _is_within(mark):
            raise bad("BAD_LESSON", "A mark lies outside of its picture, or lacks what its kind needs",
                      field=f"{path}.marks[{number}]")  # fmt: skip


def _is_within(mark: PictureMark) -> bool:
    """A box has its size and lies within the picture; a swipe has its direction."""
    if mark.kind == "swipe" and mark.direction is None:
        return False
    width, height = mark.w or 0, mark.h or 0
    if mark.kind == "box" and not (width > 0 and height > 0):
        return False
    return min(mark.x, mark.y, width, height) >= 0 and max(mark.x + width, mark.y + height) <= 1


def _at(path: str, refusal: Invalid) -> Invalid:
    if refusal.details.get("reason"):
        return refusal
    return bad("BAD_LESSON", refusal.message, field=f"{path}.{refusal.details.get('field', '')}")
