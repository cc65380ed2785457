"""Sheets as tables of cells, the same for every kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from mobilegpt.attendance.messages import Language, moments_of, text
from mobilegpt.attendance.sheet import Attendance, Attendee, LectureSheet, Sheet
from mobilegpt.classroom.numbering import numbered
from mobilegpt.core.clock import SEOUL

Cell: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """``heading``: what is said above it, as pairs of a word and a text. ``columns``: the names of the columns."""

    title: str
    heading: list[tuple[str, str]]
    columns: list[str]
    rows: list[list[Cell]]


def minutes(seconds: int) -> int:
    """Whole minutes, half a minute up."""
    return (seconds + 30) // 60


def table_of_session(sheet: Sheet, language: Language) -> Table:
    """One line for each person; times are those of Seoul."""
    session = sheet.session
    columns = (
        "number",
        "name",
        "first_in",
        "last_out",
        "minutes",
        "seconds",
        "steps_done",
        "hands_raised",
        "answers",
    )
    return Table(
        title=session.title,
        heading=[
            (text("lecture", language), session.lecture.title),
            (text("class", language), session.title),
            (text("time", language), moments_of(session, language)),
            (text("teacher", language), session.lecture.instructor.name),
        ],
        columns=[text(column, language) for column in columns],
        rows=[[number, *_line(one, language)] for number, one in enumerate(sheet.people, start=1)],
    )


def _line(one: Attendance, language: Language) -> list[Cell]:
    out = text("present", language) if one.is_present else _time(one.last_out, language)
    return [
        numbered(one.name, one.same_name_number),
        _time(one.first_in, language),
        out,
        *_present(one.present_seconds, language),
        _known(one.steps_done, language),
        one.hands_raised,
        one.answers,
    ]


def table_of_lecture(sheet: LectureSheet, language: Language) -> Table:
    """One line for each person, with the minutes in each class; empty where they had no seat."""
    columns = ("attended", "minutes", "seconds", "steps_done", "hands_raised", "answers")
    classes = [f"{moments_of(session, language)[:16]} {session.title}" for session in sheet.sessions]
    return Table(
        title=sheet.lecture.title,
        heading=[
            (text("lecture", language), sheet.lecture.title),
            (text("teacher", language), sheet.lecture.instructor.name),
        ],
        columns=[
            text("number", language),
            text("name", language),
            *classes,
            *[text(column, language) for column in columns],
        ],
        rows=[[number, *_lines(one, language)] for number, one in enumerate(sheet.people, start=1)],
    )


def _lines(one: Attendee, language: Language) -> list[Cell]:
    classes: Sequence[Cell] = ["" if was is None else _present(was.present_seconds, language)[0] for was in one.classes]
    return [
        numbered(one.name, one.same_name_number),
        *classes,
        one.attended,
        *_present(one.present_seconds, language),
        _known(one.steps_done, language),
        one.hands_raised,
        one.answers,
    ]


def _present(seconds: int | None, language: Language) -> list[Cell]:
    if seconds is None:
        return [text("unknown", language)] * 2
    return [minutes(seconds), seconds]


def _known(number: int | None, language: Language) -> Cell:
    return text("unknown", language) if number is None else number


def _time(moment: datetime | None, language: Language) -> str:
    return text("unknown", language) if moment is None else f"{moment.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}"
