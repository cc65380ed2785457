"""The rules of the version before expectations, given what its server would have read from the same events.

It runs inside of a checkout of that version (``previous.py``), whose names it uses. That server kept ``event_data`` and
``screen_info`` of a log, so of the student app's events it knew no more; ``analysers`` and ``watchers`` use the same
``evidence_of`` with what the server keeps now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.help.grammar import step_of
from bench.help.scoring import Given
from bench.help.step import lesson
from bench.help.trace import Trace
from mobilegpt.activity.page_events import PAGE_EVENTS, PageReport, page_evidence
from mobilegpt.helpdesk.analysis.evidence import (
    TOUCHES,
    Evidence,
    Happening,
    StepFacts,
    app_and_screen,
    happening,
    kind_of,
)
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.tools.lessons.authoring import Step

_RECENTLY, _EVENTS = 300.0, 50
_SHOWN_AT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def local_rules(traces: Sequence[Trace]) -> list[Given]:
    """The help desk of this version, without a model and without remembered answers."""
    return [_given(trace) for trace in traces]


def _given(trace: Trace) -> Given:
    verdict = analyse(evidence_of(trace))
    return Given(verdict.help_content, verdict.confidence_score, finding=verdict.finding)


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(body["event_data"])


def evidence_of(trace: Trace, kept: Callable[[Mapping[str, Any]], dict[str, Any]] = _bare) -> Evidence:
    """As ``helpdesk.analysis.reading`` makes it of the rows of the same events; ``kept`` is their ``event_data``."""
    told = [event for event in trace.events if event.body["event_type"] not in PAGE_EVENTS]
    mine = [event for event in told if event.at >= 0 and trace.asked_at - event.at <= _RECENTLY][-_EVENTS:]
    happenings = tuple(_happening(event.body, kept(event.body), trace.asked_at - event.at) for event in mine)
    app, screen = _place(trace.context, happenings)
    reports = [
        PageReport(_SHOWN_AT + timedelta(seconds=event.at), event.body["event_type"], 1, event.body["event_data"])
        for event in trace.events
        if event.body["event_type"] in PAGE_EVENTS
    ]
    return Evidence(
        step=step_facts(trace),
        level=trace.level,
        happenings=happenings,
        reports_taps=any(kind_of(event.body["event_type"]) in TOUCHES for event in told),
        page=page_evidence(reports, 1),
        message=trace.message,
        app=app,
        screen=screen,
        stuck_seconds=trace.context.get("stuck_duration_seconds"),
    )


def step_facts(trace: Trace) -> StepFacts:
    step = step_of(trace.step)
    whole = lesson(step.lesson)
    before = whole.steps[: step.number - 1]
    return StepFacts(
        title=step.words.title,
        guide=step.words.guide,
        spoken=step.words.voice,
        action=step.words.does,
        hint=_hint(step.words),
        lecture=whole.title,
        previous_title=before[-1].title if before else "",
        before=tuple(_hint(each) for each in before),
    )


def _hint(step: Step) -> str:
    """As a pack has it (``tools/lessons/packing.py``)."""
    return f"{step.touch.words or step.screen.name} @ {step.screen.name} 화면"


def _happening(body: dict[str, Any], data: dict[str, Any], seconds_ago: float) -> Happening:
    return happening(body["event_type"], data, body["screen_info"], seconds_ago)


def _place(context: dict[str, Any], happenings: Sequence[Happening]) -> tuple[str, str]:
    app, screen = app_and_screen(context.get("current_screen", ""))
    newest = next((each for each in reversed(happenings) if each.app or each.screen), None)
    if newest is None or app or screen:
        return (app, newest.screen or screen) if newest is not None and newest.app == app else (app, screen)
    return newest.app, newest.screen
