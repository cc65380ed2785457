"""Shapes of attendance (contract 11.6): times in UTC, lengths in whole seconds, null for what nobody wrote down."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.wire.choices import SessionStatusChoice
from mobilegpt.wire.step import Titled


class AttendanceTeacher(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class AttendanceFigures(Struct, frozen=True, kw_only=True):
    """``present_seconds``: the union over all devices, cuts of up to 60 s bridged. ``hands_raised``: requests that they
    made themselves. ``answers``: those that reached them. ``last_out`` is null while they are there."""

    first_in: str
    last_out: str | None
    present_seconds: int | None
    steps_done: int | None
    hands_raised: int
    answers: int


class AttendanceRow(AttendanceFigures, frozen=True, kw_only=True):
    """One person in one class; ``user_id`` is the number of an account that may be gone."""

    user_id: int
    name: str
    same_name_number: int | None
    is_present: bool


class SessionAttendance(Struct, frozen=True, kw_only=True):
    """A class and everybody who ever had a seat in it, in order of arrival; ``taken_at`` is null until it is over."""

    session_id: int
    title: str
    status: SessionStatusChoice
    lecture: Titled
    instructor: AttendanceTeacher
    started_at: str | None
    ended_at: str | None
    taken_at: str | None
    participants: list[AttendanceRow]


class AttendedClass(Struct, frozen=True, kw_only=True):
    """A class of a lecture that was held."""

    session_id: int
    title: str
    status: SessionStatusChoice
    started_at: str | None
    ended_at: str | None


class AttendeeRow(Struct, frozen=True, kw_only=True):
    """One person over all classes, in the order of ``sessions``; null where they had no seat. Sums are of what is
    known; null when nothing is."""

    user_id: int
    name: str
    same_name_number: int | None
    classes: list[AttendanceFigures | None]
    attended: int
    present_seconds: int | None
    steps_done: int | None
    hands_raised: int
    answers: int


class LectureAttendance(Struct, frozen=True, kw_only=True):
    """A lecture, its classes that were held, oldest first, and everybody who came, by name."""

    lecture_id: int
    title: str
    instructor: AttendanceTeacher
    sessions: list[AttendedClass]
    people: list[AttendeeRow]
