"""Rows as the apps' shapes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import asdict

from mobilegpt.classroom.lesson import course_of_class, lesson_of_class
from mobilegpt.classroom.messages import welcome
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import all_seats
from mobilegpt.classroom.services import Seating, StepReported, Switched
from mobilegpt.classroom.services.control import Transition
from mobilegpt.core.clock import iso
from mobilegpt.core.locale import Words
from mobilegpt.guidance.views import views_of
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.revisions import Lesson
from mobilegpt.lectures.step import SubtaskOutline
from mobilegpt.rest.apps import shapes
from mobilegpt.rest.classroom.answers import announced_body
from mobilegpt.wire.apps import AppLecture, AppSession, Times, app_session, app_step
from mobilegpt.wire.step import subtask_body

_DONE = Words("잘하셨어요", "Well done")
_NOT_YET = Words("천천히 하셔도 괜찮아요", "Take your time")


def session_of(session: LectureSession, seat: SessionParticipant | None) -> AppSession:
    """S, for who has a seat there or runs it: both know its code."""
    lesson = lesson_of_class(session)
    return app_session(
        session,
        code=session.code,
        lecture=lesson,
        instructor=session.lecture.instructor,
        current=lesson.step(session.current_subtask_id),
        steps=lesson.course.steps,
        my_status=seat.status if seat is not None else None,
        times=Times(
            scheduled_at=iso(session.scheduled_at), started_at=iso(session.started_at), ended_at=iso(session.ended_at)
        ),
    )


def joined(seating: Seating, session: LectureSession) -> shapes.AppJoined:
    """``session`` with its instructor; a seating's is the row that was locked."""
    seat = seating.seat
    return shapes.AppJoined(
        message=welcome(session.status),
        participant_id=seat.pk,
        my_status=seat.status,
        joined_at=iso(seat.joined_at),
        session=session_of(session, seat),
    )


def completion(reported: StepReported) -> shapes.CompletionBody:
    following = reported.next_step
    return shapes.CompletionBody(
        success=True,
        message=(_DONE if reported.is_done else _NOT_YET).said(),
        completed_subtasks=reported.done,
        next_subtask=app_step(following) if following is not None else None,
    )


def completion_status(session: LectureSession, done: Mapping[int, list[int]]) -> shapes.CompletionStatus:
    """``done``: by user, what they have done in this class."""
    course = course_of_class(session)
    people = []
    for seat in all_seats(session):
        if seat.removed_at is None:
            mine = [step_id for step_id in done.get(seat.user_id, ()) if course.get(step_id) is not None]
            people.append(
                shapes.CompletionRow(
                    participant_id=seat.pk,
                    user_id=seat.user_id,
                    name=seat.shown_name,
                    status=seat.status,
                    completed_subtasks=mine,
                    total_completed=len(mine),
                    current_subtask_id=seat.current_subtask_id,
                )
            )
    return shapes.CompletionStatus(
        session_id=session.pk,
        status=session.status,
        current_subtask_id=session.current_subtask_id,
        total_subtasks=len(course),
        total_participants=len(people),
        participants=people,
    )


def class_steps(session: LectureSession, lesson: Lesson) -> shapes.ClassSteps:
    steps = [app_step(step) for step in lesson.steps]
    return shapes.ClassSteps(session_id=session.pk, total_count=len(steps), subtasks=steps)


def broadcast(done: Transition, people: int) -> shapes.BroadcastBody:
    return shapes.BroadcastBody(**asdict(announced_body(done)), broadcast_to=people)


def switched(done: Switched) -> shapes.SwitchedBody:
    return shapes.SwitchedBody(
        session_id=done.session.pk,
        previous_lecture=AppLecture.of(done.previous),
        new_lecture=AppLecture.of(done.session.lecture),
        title=done.session.title,
        timestamp=iso(done.at),
    )


def task_of(task: TaskOutline, *, in_lecture: bool = True) -> shapes.AppTask:
    steps = [app_step(step) for step in task.subtasks]
    return shapes.AppTask(
        id=task.id,
        lecture_id=task.lecture_id if in_lecture else None,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        order=task.order_index,
        subtask_count=len(steps),
        total_subtasks=len(steps),
        subtasks=steps,
    )


def tasks_of(tasks: list[TaskOutline], *, in_lecture: bool = True) -> shapes.AppTasks:
    shown = [task_of(task, in_lecture=in_lecture) for task in tasks]
    return shapes.AppTasks(tasks=shown, results=shown, count=len(shown))


def edited_step(step: SubtaskOutline) -> shapes.EditedStep:
    body = subtask_body(step)
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    return shapes.EditedStep(**fields, **asdict(views_of(step.expectation)))
