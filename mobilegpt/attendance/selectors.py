"""Reads of attendance: a running class as it stands, one that is over as it was taken.

The number of queries does not grow with people or classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q
from msgspec.structs import replace

from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.attendance.sheet import Attendance, Attendee, LectureSheet, Sheet
from mobilegpt.classroom import presence_log
from mobilegpt.classroom import selectors as classroom
from mobilegpt.classroom.intervals import whole_seconds
from mobilegpt.classroom.models import LIVE, LectureSession, SessionParticipant
from mobilegpt.classroom.numbering import same_name_numbers
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.helpdesk.selectors import answers_in, raised_hands_in
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.policies import require_teacher


def sheet_of_session(actor: Actor, session_ref: str) -> Sheet:
    """For those who run the session. Raises ``Forbidden`` for students, ``NotFound`` for other instructors."""
    session = classroom.run_by(actor, session_ref)
    records = _records([session.pk])
    is_taken = bool(records) and session.status not in LIVE
    return Sheet(
        session=session,
        people=_people([session], records)[session.pk],
        taken_at=max(record.taken_at for record in records) if is_taken else None,
    )


def sheet_of_lecture(actor: Actor, lecture_id: int) -> LectureSheet:
    """For the lecture's instructor and admins; without classes that never began. It outlives the
    lecture (contract 11.5). Raises as ``sheet_of_session``."""
    lecture = require_teacher(actor, Lecture.everything.select_related("instructor").filter(pk=lecture_id).first())
    held = LectureSession.objects.filter(Q(started_at__isnull=False) | Q(ended_at__isnull=False), lecture=lecture)
    sessions = sorted(held, key=lambda session: (session.started_at or session.created_at, session.pk))
    keys = [session.pk for session in sessions]
    found = _people(sessions, _records(keys))
    classes: dict[int, dict[int, Attendance]] = defaultdict(dict)
    names: dict[int, str] = {}
    for session_id in keys:
        for one in found[session_id]:
            classes[one.person][session_id] = one
            names[one.person] = one.name  # as the newest class calls them
    numbers = same_name_numbers(names.items())  # whoever came first to one of the classes is the first
    people = [
        Attendee(person, names[person], numbers.get(person), [was.get(key) for key in keys])
        for person, was in classes.items()
    ]
    return LectureSheet(
        lecture, sessions, sorted(people, key=lambda one: (one.name, one.same_name_number or 0, one.person))
    )


def reckoned(session_ids: Collection[int], person: int | None = None) -> dict[int, list[Attendance]]:
    """The sheets of these sessions from what is stored of their seats, for everybody or one; seven queries."""
    if not session_ids:
        return {}
    moment = now()
    seats = presence_log.seats_of(session_ids)
    facts = _Facts(session_ids, moment)
    found: dict[int, list[Attendance]] = {session_id: [] for session_id in session_ids}
    for seat in seats:
        if person in (None, seat.user_id):
            found[seat.session_id].append(facts.of(seat))
    return found


class _Facts:
    """What is known of these sessions, asked once for all of their people."""

    def __init__(self, session_ids: Collection[int], moment: datetime) -> None:
        self._presence = presence_log.presence_of(session_ids, moment)
        self._open = presence_log.open_presence(session_ids)
        self._steps = presence_log.steps_done_in(session_ids)
        self._hands = raised_hands_in(session_ids)
        self._answers = answers_in(session_ids)

    def of(self, seat: SessionParticipant) -> Attendance:
        place = (seat.session_id, seat.user_id)
        intervals = self._presence.get(place)
        there = place in self._open
        return Attendance(
            person=seat.user_id,
            name=seat.shown_name,
            first_in=intervals[0].began if intervals else seat.joined_at,
            last_out=intervals[-1].ended if intervals and not there else None,
            present_seconds=whole_seconds(intervals) if intervals is not None else None,
            steps_done=self._steps.get(place, 0) if intervals is not None else self._steps.get(place),
            hands_raised=self._hands.get(place, 0),
            answers=self._answers.get(place, 0),
            is_present=there,
        )


def _records(session_ids: Collection[int]) -> list[AttendanceRecord]:
    return list(AttendanceRecord.objects.filter(session_id__in=session_ids).order_by("pk"))


def _people(sessions: Sequence[LectureSession], records: Sequence[AttendanceRecord]) -> dict[int, list[Attendance]]:
    """What was taken of classes that are over; of all others, and of who is on no sheet, what is known of their seats.

    Names are those that the class uses now, while there is a seat to ask.
    """
    keys = [session.pk for session in sessions]
    people: dict[int, dict[int, Attendance]] = {key: {} for key in keys}
    for record in records:
        people[record.session_id][record.person] = _line(record)
    names = presence_log.names_in(keys)
    live = {session.pk for session in sessions if session.status in LIVE}
    incomplete = live | {session_id for session_id, person in names if person not in people[session_id]}
    for session_id, lines in reckoned(incomplete).items():
        for one in lines:
            if session_id in live or one.person not in people[session_id]:
                people[session_id][one.person] = one
    return {key: _in_order([_named(one, names.get((key, one.person))) for one in people[key].values()]) for key in keys}


def _in_order(arrived: Sequence[Attendance]) -> list[Attendance]:
    """With their numbers. ``arrived`` is in order of their seats: a sheet is written, and reckoned, in that order."""
    numbers = same_name_numbers((one.person, one.name) for one in arrived)
    people = [replace(one, same_name_number=numbers.get(one.person)) for one in arrived]
    return sorted(people, key=lambda one: (one.first_in, one.person))


def _named(one: Attendance, name: str | None) -> Attendance:
    return one if name in (None, one.name) else replace(one, name=name)


def _line(record: AttendanceRecord) -> Attendance:
    return Attendance(
        person=record.person,
        name=record.name,
        first_in=record.first_in,
        last_out=record.last_out,
        present_seconds=record.present_seconds,
        steps_done=record.steps_done,
        hands_raised=record.hands_raised,
        answers=record.answers,
    )
