"""W2, W6 and W9: what an instructor watches; one lecture in S0's and in S1's words, and all lectures at once."""

from __future__ import annotations

from collections.abc import Sequence

from mobilegpt.core.clock import iso
from mobilegpt.core.errors import NotFound
from mobilegpt.dashboard import selectors
from mobilegpt.dashboard.commands import RequestStatistics, RequestStudentList
from mobilegpt.dashboard.selectors import Board, Student
from mobilegpt.events import topics
from mobilegpt.helpdesk.policies import require_teaching_role
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.dialect import Frame
from mobilegpt.realtime.route import Call, Handshake, Opening, Reply, SocketRoute, Summary
from mobilegpt.sockets import followed
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects import instructor_dashboard, lecture_activity, lecture_dashboard
from mobilegpt.sockets.dialects.lecture_dashboard import (
    DashboardLecture,
    DashboardStudent,
    DifficultSubtask,
    InitialData,
    InitialDataFrame,
    StatisticsData,
    StatisticsUpdate,
    StudentList,
)
from mobilegpt.sockets.dialects.student_progress import percent


def _lecture_id(handshake: Handshake) -> int:
    return int(handshake.params["lecture_id"])


def open_lecture(handshake: Handshake) -> Opening:
    """The lecture's instructor and admins. Students 403, other instructors 404; who hands it over gets 4403."""
    actor, lecture_id = caller_of(handshake), _lecture_id(handshake)
    selectors.board_of(actor, lecture_id)
    return Opening(
        actor=actor,
        topics=(topics.lecture(lecture_id),),
        context=lecture_id,
        snapshot=lambda: [initial_data(selectors.board_of(actor, lecture_id))],
    )


def open_activity(handshake: Handshake) -> Opening:
    """The lecture's instructor and admins. Students 403, other instructors 404; who hands it over gets 4403."""
    actor, lecture_id = caller_of(handshake), _lecture_id(handshake)
    selectors.board_of(actor, lecture_id)
    return Opening(actor=actor, topics=(topics.lecture(lecture_id),))


def open_everything(handshake: Handshake) -> Opening:
    """Instructors, for the lectures and classes that they teach; admins, for all; and their own notifications.

    A lecture that changes hands takes its events along.
    """
    actor = caller_of(handshake)
    require_teaching_role(actor)
    return Opening(actor=actor, topics=(*followed.taught_by(actor), topics.notices(actor.user_id)))


# --- what W2 shows


def initial_data(board: Board) -> InitialDataFrame:
    """Everybody, and what is open."""
    shown = selectors.overview(board)
    lecture = board.lecture
    return InitialDataFrame(
        data=InitialData(
            lecture=DashboardLecture(id=lecture.pk, title=lecture.title, description=lecture.description),
            students=[_student(student) for student in shown.students],
            total_students=len(shown.students),
            total_subtasks=board.total,
            pending_help_requests=shown.pending_help,
        )
    )


def _student(student: Student) -> DashboardStudent:
    return DashboardStudent(
        user_id=student.user_id,
        user_name=student.name,
        email=student.email,
        progress_rate=percent(student.rate),
        completed_subtasks=student.completed,
        total_subtasks=student.total,
        pending_help=student.pending_help,
        enrolled_at=iso(student.enrolled_at),
    )


def statistics_update(board: Board) -> StatisticsUpdate:
    summary = selectors.summary(board)
    return StatisticsUpdate(
        statistics=StatisticsData(
            difficult_subtasks=[
                DifficultSubtask(subtask__id=step.step_id, subtask__title=step.title, help_count=step.help_count)
                for step in summary.hardest
            ],
            average_completion_rate=percent(summary.average_rate),
            total_enrollments=summary.total_students,
            total_subtasks=summary.total_steps,
        )
    )


def _statistics_now(lecture_id: int) -> Sequence[Frame]:
    board = selectors.board(lecture_id)
    if board is None:
        raise NotFound("Lecture")
    return [statistics_update(board)]


# --- handlers


def _request_statistics(call: Call) -> Reply:
    assert call.actor is not None
    return Reply(frames=[statistics_update(selectors.board_of(call.actor, call.context))])


def _request_student_list(call: Call) -> Reply:
    assert call.actor is not None
    shown = selectors.overview(selectors.board_of(call.actor, call.context))
    return Reply(frames=[StudentList(students=[_student(student) for student in shown.students])])


LECTURE = SocketRoute(
    name="lecture_dashboard",
    pattern="ws/dashboard/lectures/<int:lecture_id>",
    dialect=lecture_dashboard.DIALECT,
    open=open_lecture,
    handlers={RequestStatistics: _request_statistics, RequestStudentList: _request_student_list},
    summary=Summary(events=frozenset({ProgressChanged}), read=_statistics_now),
    audited="read.students",
)
ACTIVITY = SocketRoute(
    name="lecture_activity",
    pattern="ws/dashboard/lecture/<int:lecture_id>",
    dialect=lecture_activity.DIALECT,
    open=open_activity,
    audited="read.activity",
)
EVERYTHING = SocketRoute(
    name="instructor_dashboard",
    pattern="ws/dashboard",
    dialect=instructor_dashboard.DIALECT,
    open=open_everything,
    audited="read.activity",
)
