"""Lectures and their tasks as the answers of their REST family."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from mobilegpt.core.clock import iso
from mobilegpt.guidance.app_names import packages_by_name
from mobilegpt.guidance.expectation import Alternative, Expectation
from mobilegpt.lectures.models import Enrollment, Lecture
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.selectors import LectureView
from mobilegpt.rest.lectures import shapes
from mobilegpt.wire.step import subtask_body


def lecture_row(lecture: Any) -> shapes.LectureRow:
    return shapes.LectureRow(
        id=lecture.pk,
        title=lecture.title,
        description=lecture.description,
        instructor=shapes.InstructorBody.of(lecture.instructor),
        instructor_id=lecture.instructor_id,
        thumbnail_url=lecture.thumbnail_url,
        is_active=lecture.is_active,
        is_enrolled=lecture.is_enrolled,
        enrolled_count=lecture.enrolled_count,
        total_subtasks=lecture.total_subtasks,
        session_count=lecture.session_count,
        created_at=iso(lecture.created_at),
    )


def created_lecture(lecture: Lecture) -> shapes.CreatedLecture:
    return shapes.CreatedLecture(
        id=lecture.pk,
        title=lecture.title,
        description=lecture.description,
        thumbnail_url=lecture.thumbnail_url,
        is_active=lecture.is_active,
        instructor_id=lecture.instructor_id,
        created_at=iso(lecture.created_at),
    )


def lecture_body(view: LectureView, with_subtasks: bool) -> shapes.LectureBody:
    lecture = view.lecture
    return shapes.LectureBody(
        id=lecture.pk,
        title=lecture.title,
        description=lecture.description,
        instructor=shapes.InstructorBody.of(lecture.instructor),
        instructor_id=lecture.instructor_id,
        thumbnail_url=lecture.thumbnail_url,
        is_active=lecture.is_active,
        tasks=[task_row(task, with_subtasks=with_subtasks) for task in view.outline.tasks],
        total_subtasks=view.outline.total_subtasks,
        enrolled_count=view.enrolled_count,
        is_enrolled=view.enrolled,
        session_count=view.session_count,
        created_at=iso(lecture.created_at),
        updated_at=iso(lecture.updated_at),
    )


def task_row(task: TaskOutline, *, with_subtasks: bool) -> shapes.TaskRow:
    return shapes.TaskRow(
        id=task.id,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        order=task.order_index,
        total_subtasks=len(task.subtasks),
        subtasks=[subtask_body(subtask) for subtask in task.subtasks] if with_subtasks else UNSET,
    )


def task_body(task: TaskOutline) -> shapes.TaskBody:
    return shapes.TaskBody(
        id=task.id,
        lecture_id=task.lecture_id,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        order=task.order_index,
        subtasks=[subtask_body(subtask) for subtask in task.subtasks],
    )


def enrollment_body(enrollment: Enrollment) -> shapes.EnrollmentBody:
    return shapes.EnrollmentBody(
        enrollment_id=enrollment.pk,
        lecture_id=enrollment.lecture_id,
        user_id=enrollment.user_id,
        enrolled_at=iso(enrollment.enrolled_at),
    )


def known_apps(expectations: Iterable[Expectation | None]) -> list[shapes.KnownApp]:
    """What a teacher may choose by name, with those of ``expectations`` that have one, such as a home screen."""
    ways: list[Expectation | Alternative] = []
    for one in expectations:
        ways += [] if one is None else [one, *one.alternatives]
    said = [app for way in ways for state in (way.where, way.after) if state is not None for app in state.apps]
    return [shapes.KnownApp(name=name, packages=packages) for name, packages in packages_by_name(said).items()]
