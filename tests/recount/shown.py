"""What the product shows, beside what it should: a complaint for everything that differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mobilegpt.attendance.selectors import sheet_of_session
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.summary import summary as summary_of
from mobilegpt.core.clock import now
from mobilegpt.dashboard import selectors as dashboard
from mobilegpt.helpdesk import selectors as helpdesk
from mobilegpt.rest.classroom.answers import summary_body
from mobilegpt.roster.selectors import roster_of
from mobilegpt.wire.roster import RosterBody, roster_body
from tests.recount.recount import WORST_FIRST, Held, Line
from tests.recount.script import Script, stamp


def complaints(script: Script, *, everything: bool) -> Iterator[str]:
    """Of classes that are live; with ``everything`` of those that are over too, and of the lecture's dashboard."""
    for held in script.classes if everything else script.live:
        session = LectureSession.objects.select_related("lecture__instructor").get(pk=held.id)
        yield from _about(f"class {held.id}", _of_class(script, held), _shown_of_class(script, session))
    if everything and script.recount.lecture is not None:
        yield from _about("dashboard", _of_dashboard(script), _shown_on_dashboard(script))


def _about(what: str, expected: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[str]:
    assert expected.keys() == shown.keys()
    for name, value in expected.items():
        if shown[name] != value:
            yield f"{what}: {name} is {shown[name]}, should be {value}"


# --- a class


def _of_class(script: Script, held: Held) -> dict[str, Any]:
    recount, moment = script.recount, now()
    asked, noticed = recount.help_totals(held)
    expected: dict[str, Any] = {
        "status": held.status,
        "done by step": recount.done_by_step(held),
        "summary": [list(row) for row in recount.summary(held)] if script.recount.lecture or held.lesson else [],
        "summary's help": (asked, noticed),
        "summary's people": (len(held.members), recount.finished(held)),
        "minutes": recount.minutes(held),
        "pending": recount.pending(held),
        "attendance": script.sheets.get(held.id) or recount.sheet(held, moment),
    }
    if not held.is_over:
        expected["states"] = recount.states(held, moment)
        expected["counts"] = recount.live_counts(held, moment)
    return expected


def _shown_of_class(script: Script, session: LectureSession) -> dict[str, Any]:
    asked = helpdesk.counts_by_subtask(session.pk)
    summary = summary_body(summary_of(session, asked), asked)
    body = roster_body(roster_of(session))
    pending = list(helpdesk.pending(script.actor, session_id=session.pk))
    assert [one.request_type for one in pending] == sorted((one.request_type for one in pending), reverse=True)
    shown: dict[str, Any] = {
        "status": session.status,
        "done by step": {row.subtask_id: row.people for row in body.done_by_step},
        "summary": [
            [row.subtask_id, row.title, row.completed_participants, row.help_requests, row.auto_help_requests]
            for row in summary.steps
        ],
        "summary's help": (summary.total_help_requests, summary.total_auto_help_requests),
        "summary's people": (summary.total_participants, summary.completed_participants),
        "minutes": summary.duration_minutes,
        "pending": {one.pk: (one.request_type, helpdesk.is_past_step(one)) for one in pending},
        "attendance": _sheet(script, session),
    }
    if session.ended_at is None:
        shown |= _live(body)
    return shown


def _live(body: RosterBody) -> dict[str, Any]:
    states = [person.state for person in body.people]
    assert states == sorted(states, key=WORST_FIRST.index)
    return {
        "states": {person.user_id: person.state for person in body.people},
        "counts": msgspec.to_builtins(body.counts),
    }


def _sheet(script: Script, session: LectureSession) -> dict[int, Line]:
    """Whole seconds become the script's where they are within one of them."""
    should = script.sheets.get(session.pk) or script.recount.sheet(script.recount.classes[session.pk], now())
    lines = {}
    for one in sheet_of_session(script.actor, f"{session.pk}").people:
        line = should.get(one.person)
        seconds = -1.0 if one.present_seconds is None else float(one.present_seconds)
        if line is not None and abs(seconds - line.seconds) <= 1:
            seconds = line.seconds
        assert one.steps_done is not None
        lines[one.person] = Line(
            one.first_in.timestamp(), stamp(one.last_out), seconds, one.steps_done, one.hands_raised, one.answers
        )
    return lines


# --- the dashboard


def _of_dashboard(script: Script) -> dict[str, Any]:
    recount = script.recount
    students = recount.students()
    assert recount.lecture is not None
    total, done = len(recount.lecture), [row[0] for row in students.values()]
    shares = [number / total if total else 0.0 for number in done]
    calls = [call.kind for call in recount.calls.values()]
    quarters = [min(3, max(0, -(-int(share * 100 + 0.5) // 25) - 1)) for share in shares]
    return {
        "students": students,
        "pending": sum(row[3] for row in students.values()),
        "totals": (len(students), total, len(recount.classes)),
        "average": round(sum(shares) / len(shares), 9) if shares else 0.0,
        "through": round(sum(total > 0 and number == total for number in done) / len(done), 9) if done else 0.0,
        "help": (calls.count("MANUAL"), calls.count("AUTO")),
        "distribution": [quarters.count(quarter) for quarter in range(4)],
        "hardest": recount.hardest(),
        "today's help": (calls.count("MANUAL"), calls.count("AUTO")),
        "today's people": len(students),
    }


def _shown_on_dashboard(script: Script) -> dict[str, Any]:
    board = dashboard.board_of(script.actor, script.lecture.pk)
    overview, figures = dashboard.overview(board), dashboard.statistics(board, days=1)
    listed = [one.student for one in dashboard.list_students(board)[0]]
    assert listed == overview.students
    summary, (today,) = figures.summary, figures.days
    return {
        "students": {
            one.user_id: (one.completed, one.help_count, one.auto_help_count, one.pending_help) for one in listed
        },
        "pending": overview.pending_help,
        "totals": (summary.total_students, summary.total_steps, figures.session_count),
        "average": round(summary.average_rate, 9),
        "through": round(summary.completion_rate, 9),
        "help": (summary.total_help_requests, summary.total_auto_help_requests),
        "distribution": list(summary.distribution.values()),
        "hardest": [(step.step_id, step.help_count, step.auto_help_count) for step in summary.hardest],
        "today's help": (today.help_requests, today.auto_help_requests),
        "today's people": today.active_students,
    }
