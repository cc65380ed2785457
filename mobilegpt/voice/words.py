"""What is said of a step."""

from __future__ import annotations

import hashlib

from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.step import SubtaskOutline


def spoken_words(step: Subtask | SubtaskOutline) -> str:
    """Its title, then the spoken guide, or the written one: as a phone reads it with its own voice."""
    return ". ".join(filter(None, (step.title, step.voice_guide_text or step.guide_text)))


def words_hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
