"""The same numbers as clients get them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mobilegpt.core.clock import now
from tests.recount.recount import Held
from tests.recount.script import Script
from tests.rest.api import Api


def complaints_at_the_door(script: Script) -> Iterator[str]:
    """Of every class, and of the lecture's dashboard while there is one."""
    api = Api(script.instructor)
    for held in script.classes:
        yield from _differences(f"class {held.id}", _of_class(script, held), _class_told(api, held))
    if script.recount.lecture is not None:
        yield from _differences("dashboard", _of_dashboard(script), _dashboard_told(api, script.lecture.pk))


def _differences(what: str, expected: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    assert expected.keys() == told.keys()
    for name, value in expected.items():
        if told[name] != value:
            yield f"{what} over HTTP: {name} is {told[name]}, should be {value}"


def _body(api: Api, path: str, **query: Any) -> Any:
    answer = api.get(path, **query)
    assert answer.status == 200, (path, answer.body)
    return answer.body


def _of_class(script: Script, held: Held) -> dict[str, Any]:
    recount, moment = script.recount, now()
    asked, noticed = recount.help_totals(held)
    sheet = script.sheets.get(held.id) or recount.sheet(held, moment)
    kinds = [kind for kind, _ in recount.pending(held).values()]
    return {
        "done": sorted(recount.done_by_step(held).items()),
        "states": None if held.is_over else recount.states(held, moment),
        "counts": None if held.is_over else recount.live_counts(held, moment),
        "people": (len(held.members), recount.finished(held), asked, noticed),
        "steps": recount.summary(held),
        "sheet": {user: (line.steps_done, line.hands, line.answers) for user, line in sheet.items()},
        "pending": (kinds.count("MANUAL"), kinds.count("AUTO")),
    }


def _class_told(api: Api, held: Held) -> dict[str, Any]:
    roster = _body(api, f"/api/sessions/{held.id}/roster")
    summary = _body(api, f"/api/sessions/{held.id}/summary")
    sheet = _body(api, f"/api/sessions/{held.id}/attendance")
    pending = _body(api, "/api/dashboard/help-requests/pending", session_id=held.id)
    return {
        "done": sorted((row["subtask_id"], row["people"]) for row in roster["done_by_step"]),
        "states": None if held.is_over else {one["user_id"]: one["state"] for one in roster["people"]},
        "counts": None if held.is_over else roster["counts"],
        "people": tuple(
            summary[name]
            for name in (
                "total_participants",
                "completed_participants",
                "total_help_requests",
                "total_auto_help_requests",
            )
        ),
        "steps": [
            tuple(
                row[name]
                for name in ("subtask_id", "title", "completed_participants", "help_requests", "auto_help_requests")
            )
            for row in summary["steps"]
        ],
        "sheet": {
            one["user_id"]: (one["steps_done"], one["hands_raised"], one["answers"]) for one in sheet["participants"]
        },
        "pending": (pending["count"], pending["auto_count"]),
    }


def _of_dashboard(script: Script) -> dict[str, Any]:
    students = script.recount.students()
    return {
        "students": students,
        "help": (sum(row[1] for row in students.values()), sum(row[2] for row in students.values())),
        "hardest": script.recount.hardest(),
    }


def _dashboard_told(api: Api, lecture_id: int) -> dict[str, Any]:
    students = _body(api, f"/api/dashboard/lectures/{lecture_id}/students")["students"]
    figures = _body(api, f"/api/dashboard/statistics/lecture/{lecture_id}")
    return {
        "students": {
            row["user_id"]: (row["completed_subtasks"], row["help_count"], row["auto_help_count"], row["pending_help"])
            for row in students
        },
        "help": (figures["total_help_requests"], figures["total_auto_help_requests"]),
        "hardest": [
            (row["subtask_id"], row["help_count"], row["auto_help_count"]) for row in figures["common_difficulties"]
        ],
    }
