"""Lecture content in memory, or in Redis where configured (contract 5.5).

An entry is good for one ``version`` of the lecture's row, which every request reads anyway to decide what its caller
may see. So no process can show old content, not even one that read before a change and stored after it, and
``forget`` only frees the memory early.
"""

from __future__ import annotations

from typing import cast

from django.core.cache import cache

from mobilegpt.lectures import outline
from mobilegpt.lectures.outline import Outline

LIFETIME_SECONDS = 3600


def outline_of(lecture_id: int, version: int) -> Outline:
    """The content of a lecture whose row is at ``version``; no query when it is cached."""
    kept = cast("Outline | None", cache.get(_key(lecture_id)))
    if kept is not None and kept.version == version:
        return kept
    read = outline.load(lecture_id, version)
    cache.set(_key(lecture_id), read, LIFETIME_SECONDS)
    return read


def forget(lecture_id: int) -> None:
    """Called in every process after a change (``LectureChanged``)."""
    cache.delete(_key(lecture_id))


def _key(lecture_id: int) -> str:
    # The number is of the shape: what another version of this program stored is not read.
    return f"lecture-outline:2:{lecture_id}"
