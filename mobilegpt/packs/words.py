"""The texts and places of a lesson's file, held to what a lecture's may hold (contract 5.2, 11.11)."""

from __future__ import annotations

from typing import Any

import msgspec

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import optional_line, paragraph
from mobilegpt.lectures import policies
from mobilegpt.packs.format import MAX_ALT, PackImage, PackLesson, PackStep, PackTask
from mobilegpt.packs.refusals import bad
from mobilegpt.pictures import marks
from mobilegpt.pictures.commands import SentMark


def check_words(lesson: PackLesson) -> None:
    """Raises ``Invalid`` BAD_LESSON_FILE with the path of what is wrong."""
    _check_titles("$", lesson)
    for number, task in enumerate(lesson.tasks):
        _check_titles(f"$.tasks[{number}]", task)
        for place, step in enumerate(task.subtasks):
            _check_step(f"$.tasks[{number}].subtasks[{place}]", step)


def words_of(step: PackStep) -> dict[str, Any]:
    """A step's columns but its picture and its clip, as R24 would keep them. Raises ``Invalid``."""
    return {
        "title": policies.usable_title(step.title),
        "description": paragraph(step.description, "description", policies.MAX_TEXT),
        "target_action": step.target_action,
        "target_element_hint": optional_line(step.target_element_hint, "target_element_hint", policies.MAX_URL) or None,
        "guide_text": paragraph(step.guide_text, "guide_text", policies.MAX_TEXT),
        "voice_guide_text": paragraph(step.voice_guide_text, "voice_guide_text", policies.MAX_TEXT),
    }


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
        words_of(step)
        if step.image is not None:
            _check_image(f"{path}.image", step.image)
    except Invalid as refusal:
        raise _at(path, refusal) from None


def _check_image(path: str, image: PackImage) -> None:
    paragraph(image.alt, "image.alt", MAX_ALT)
    try:
        marks.checked(msgspec.convert(msgspec.to_builtins(image.marks), list[SentMark]))
    except (Invalid, msgspec.ValidationError) as refusal:
        raise bad("BAD_LESSON", f"A mark is not as it should be: {refusal}", field=f"{path}.marks") from None


def _at(path: str, refusal: Invalid) -> Invalid:
    if refusal.details.get("reason"):
        return refusal
    return bad("BAD_LESSON", refusal.message, field=f"{path}.{refusal.details.get('field', '')}")
