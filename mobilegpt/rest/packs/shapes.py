"""Shapes of the library (contract 11.11)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import LibraryStep


class SharedBy(Named, frozen=True, kw_only=True):
    pass


class LibraryRow(Struct, frozen=True, kw_only=True):
    """A lesson of the library: ``ready``, of the server's folder, or ``shared`` by a colleague (``by``, ``shared_at``).

    ``thumbnail_url`` is its own picture, or that of its first step.
    """

    key: str
    kind: Literal["ready", "shared"]
    title: str
    title_en: str | None
    description: str
    language: str
    total_subtasks: int
    thumbnail_url: str | None
    by: SharedBy | None
    shared_at: str | None


class Library(Struct, frozen=True, kw_only=True):
    """All ready lessons, and a page of those that are shared, the newest first; ``count`` is of the latter."""

    ready: list[LibraryRow]
    shared: list[LibraryRow]
    count: int
    pagination: Pagination


class LibraryTask(Struct, frozen=True, kw_only=True):
    title: str
    title_en: str | None
    description: str
    subtasks: list[LibraryStep]


class LibraryLesson(LibraryRow, frozen=True, kw_only=True):
    """One of them as phones would show it."""

    tasks: list[LibraryTask]


class SharedLecture(Struct, frozen=True, kw_only=True):
    """Whether a lecture is in the library."""

    lecture_id: int
    shared_at: str | None
