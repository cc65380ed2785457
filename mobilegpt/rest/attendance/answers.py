"""Sheets of attendance as the answers of their REST family."""

from __future__ import annotations

from mobilegpt.attendance.sheet import Attendance, Attendee, LectureSheet, Sheet
from mobilegpt.core.clock import iso
from mobilegpt.lectures.models import Lecture
from mobilegpt.rest.attendance import shapes
from mobilegpt.wire.step import Titled


def session_body(sheet: Sheet) -> shapes.SessionAttendance:
    session = sheet.session
    return shapes.SessionAttendance(
        session_id=session.pk,
        title=session.title,
        status=session.status,
        lecture=Titled(id=session.lecture_id, title=session.lecture.title),
        instructor=_teacher(session.lecture),
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        taken_at=iso(sheet.taken_at),
        participants=[_row(one) for one in sheet.people],
    )


def lecture_body(sheet: LectureSheet) -> shapes.LectureAttendance:
    return shapes.LectureAttendance(
        lecture_id=sheet.lecture.pk,
        title=sheet.lecture.title,
        instructor=_teacher(sheet.lecture),
        sessions=[
            shapes.AttendedClass(
                session_id=session.pk,
                title=session.title,
                status=session.status,
                started_at=iso(session.started_at),
                ended_at=iso(session.ended_at),
            )
            for session in sheet.sessions
        ],
        people=[_attendee(one) for one in sheet.people],
    )


def _teacher(lecture: Lecture) -> shapes.AttendanceTeacher:
    return shapes.AttendanceTeacher(id=lecture.instructor_id, name=lecture.instructor.name)


def _row(one: Attendance) -> shapes.AttendanceRow:
    return shapes.AttendanceRow(
        user_id=one.person,
        name=one.name,
        same_name_number=one.same_name_number,
        is_present=one.is_present,
        first_in=iso(one.first_in),
        last_out=iso(one.last_out),
        present_seconds=one.present_seconds,
        steps_done=one.steps_done,
        hands_raised=one.hands_raised,
        answers=one.answers,
    )


def _figures(one: Attendance) -> shapes.AttendanceFigures:
    return shapes.AttendanceFigures(
        first_in=iso(one.first_in),
        last_out=iso(one.last_out),
        present_seconds=one.present_seconds,
        steps_done=one.steps_done,
        hands_raised=one.hands_raised,
        answers=one.answers,
    )


def _attendee(one: Attendee) -> shapes.AttendeeRow:
    return shapes.AttendeeRow(
        user_id=one.person,
        name=one.name,
        same_name_number=one.same_name_number,
        classes=[_figures(was) if was is not None else None for was in one.classes],
        attended=one.attended,
        present_seconds=one.present_seconds,
        steps_done=one.steps_done,
        hands_raised=one.hands_raised,
        answers=one.answers,
    )
