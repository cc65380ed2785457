"""Shapes of the lectures' REST family (contract 5)."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from mobilegpt.guidance.expectation import Expectation
from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import SubtaskBody


class InstructorBody(Named, frozen=True, kw_only=True):
    pass


class LectureRow(Struct, frozen=True, kw_only=True):
    """A row of R5, as the caller sees it."""

    id: int
    title: str
    description: str
    instructor: InstructorBody
    instructor_id: int
    thumbnail_url: str | None
    is_active: bool
    is_enrolled: bool
    enrolled_count: int
    total_subtasks: int
    session_count: int
    created_at: str


class LectureList(Struct, frozen=True, kw_only=True):
    """R5's answer; ``lectures`` and ``results`` are the same."""

    lectures: list[LectureRow]
    results: list[LectureRow]
    count: int
    pagination: Pagination


class CreatedLecture(Struct, frozen=True, kw_only=True):
    """R6's answer."""

    id: int
    title: str
    description: str
    thumbnail_url: str | None
    is_active: bool
    instructor_id: int
    created_at: str


class TaskRow(Struct, frozen=True, kw_only=True):
    """A task of R7; its subtasks only with ``?include=subtasks``."""

    id: int
    title: str
    description: str
    order_index: int
    order: int
    total_subtasks: int
    subtasks: list[SubtaskBody] | UnsetType = UNSET


class TaskBody(Struct, frozen=True, kw_only=True):
    """A task in full: R22, R23."""

    id: int
    lecture_id: int
    title: str
    description: str
    order_index: int
    order: int
    subtasks: list[SubtaskBody]


class LectureBody(Struct, frozen=True, kw_only=True):
    """A lecture in full: R7, R8."""

    id: int
    title: str
    description: str
    instructor: InstructorBody
    instructor_id: int
    thumbnail_url: str | None
    is_active: bool
    tasks: list[TaskRow]
    total_subtasks: int
    enrolled_count: int
    is_enrolled: bool
    session_count: int
    created_at: str
    updated_at: str


class EnrollmentBody(Struct, frozen=True, kw_only=True):
    """R10's answer."""

    enrollment_id: int
    lecture_id: int
    user_id: int
    enrolled_at: str


class SetExpectation(Struct, frozen=True, kw_only=True):
    """What a step expects from now on, whole: what is not sent asks for nothing (contract 11.16)."""

    expectation: Expectation


class KnownApp(Struct, frozen=True, kw_only=True):
    """An app by the name that people have for it, in the caller's language; each maker's package of it."""

    name: str
    packages: list[str]


class ExpectationBody(Struct, frozen=True, kw_only=True):
    """What a step expects; null where nobody said. What it does not ask for is absent or empty (contract 11.16).

    ``known_apps``: what a teacher may choose by name.
    """

    expectation: Expectation | None
    known_apps: list[KnownApp]
