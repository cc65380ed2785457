"""The report finds every kind of loss; a run that loses nothing is good."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.tools.simulation.conductor import ClassHeld, ClassPlan, StepSent
from mobilegpt.tools.simulation.phone import PhoneRecord, StepArrival, Tap
from mobilegpt.tools.simulation.report import Report, report_on

MS = 1_000_000
STEPS = (101, 102, 103)


def phone(user_id: int, delay_ms: int = 10, **changes: Any) -> PhoneRecord:
    """A phone that saw everything and tapped the first step."""
    facts: dict[str, Any] = {
        "user_id": user_id,
        "seat_ns": 5 * MS,
        "socket_ns": 3 * MS,
        "arrivals": [
            StepArrival(step, seq, seq * 1000 * MS + delay_ms * MS) for seq, step in enumerate(STEPS, start=1)
        ],
        "shown": list(STEPS),
        "taps": [Tap(101, 20 * MS)],
        "ended_seen": True,
        "stored": [101],
    }
    return PhoneRecord(**{**facts, **changes})


def held(*phones: PhoneRecord, students: int | None = None, completed: int | None = None) -> ClassHeld:
    plan = ClassPlan(
        url="http://127.0.0.1:1",
        students=students or len(phones),
        steps=len(STEPS),
        processes=1,
        at_once=1,
        share=1,
        within=0,
        email="",
        password="",
    )
    sent = [StepSent(step, seq * 1000 * MS, 4 * MS) for seq, step in enumerate(STEPS, start=1)]
    taps = sum(bool(each.taps) for each in phones) if completed is None else completed
    steps = [{"subtask_id": step, "completed_participants": taps if step == 101 else 0} for step in STEPS]
    summary = {"total_participants": sum(each.user_id is not None for each in phones), "steps": steps}
    return ClassHeld(plan, 1.0, sent, list(phones), summary, 10.0)


def losses(report: Report) -> dict[str, int]:
    return {name: count for name, count in report.as_json()["losses"].items() if count}


def test_a_class_that_lost_nothing() -> None:
    report = report_on(held(*[phone(number, delay_ms=number) for number in range(1, 101)]))
    assert report.good
    assert losses(report) == {}
    assert report.step is not None
    assert (report.step.count, report.step.p50, report.step.p95, report.step.max) == (300, 50, 95, 100)
    assert report.tap is not None
    assert report.tap.p99 == 20


@pytest.mark.parametrize(
    ("changes", "loss"),
    [
        ({"shown": [101, 103]}, "missing_steps"),
        ({"shown": [101, 102, 102, 103]}, "repeated_steps"),
        ({"shown": [102, 101, 103]}, "disordered_phones"),
        ({"shown": [*STEPS, 999]}, "disordered_phones"),
        ({"arrivals": [StepArrival(101, 1, 1010 * MS), StepArrival(101, 1, 1011 * MS)]}, "repeated_frames"),
        ({"ended_seen": False}, "missed_end"),
        ({"unconfirmed": 1}, "taps_unconfirmed"),
        ({"stored": []}, "taps_not_stored"),
        ({"stored": None}, "taps_not_stored"),
        ({"problem": "closed with 4428"}, "broken_phones"),
        ({"socket_ns": None, "taps": []}, "not_seated"),
    ],
)
def test_every_kind_of_loss_is_found(changes: dict[str, Any], loss: str) -> None:
    report = report_on(held(phone(1), phone(2, **changes)))
    assert losses(report) == {loss: 1}
    assert not report.good


def test_a_summary_that_counts_otherwise_is_found() -> None:
    assert losses(report_on(held(phone(1), phone(2), completed=1))) == {"summary_differs": 1}


def test_a_tap_without_an_answer_may_be_stored_or_not() -> None:
    unanswered = phone(2, taps=[], unconfirmed=1)
    assert losses(report_on(held(phone(1), unanswered, completed=2))) == {"taps_unconfirmed": 1}
    assert losses(report_on(held(phone(1), unanswered, completed=1))) == {"taps_unconfirmed": 1}


def test_a_reconnect_is_told_and_is_no_loss() -> None:
    again = [*phone(1).arrivals, StepArrival(103, 3, 3050 * MS)]
    report = report_on(held(phone(1, reconnects=1, arrivals=again)))
    assert report.good
    assert losses(report) == {"reconnects": 1}


def test_nobody_came() -> None:
    report = report_on(held(PhoneRecord(problem="ApiError: 409 SESSION_FULL"), students=1))
    assert not report.good
    assert report.step is None
    assert report.problems == {"ApiError: 409 SESSION_FULL": 1}
