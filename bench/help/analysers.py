"""Who is asked for help: the help desk's own rules, given what the server would read from the same events.

They see what a client posts and nothing else: ``Event.part`` and the labels stay here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.help.completion import Expects, benchs_own
from bench.help.grammar import step_of
from bench.help.phone_events import moment, read
from bench.help.scoring import Given
from bench.help.step import lesson
from bench.help.trace import Trace
from mobilegpt.activity.page_events import PAGE_EVENTS, PageReport, page_evidence
from mobilegpt.guidance.events import TOUCHES
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts, place_now
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.helpdesk.analysis.withholding import checked

_RECENTLY, _EVENTS = 300.0, 50


def help_desk(traces: Sequence[Trace], expects: Expects = benchs_own) -> list[Given]:
    """What the rules of this version give and withhold, without a model and without shared answers."""
    return [_given(trace, expects) for trace in traces]


def _given(trace: Trace, expects: Expects) -> Given:
    evidence = evidence_of(trace, expects)
    verdict = checked(analyse(evidence), evidence)
    return Given(verdict.help_content, verdict.confidence_score, not verdict.withheld, verdict.finding)


def evidence_of(trace: Trace, expects: Expects = benchs_own) -> Evidence:
    """As ``helpdesk.analysis.reading`` makes it of the rows of the same events."""
    told = [(event, read(event)) for event in trace.events if event.body["event_type"] not in PAGE_EVENTS]
    mine = [phone for event, phone in told if event.at >= 0 and trace.asked_at - event.at <= _RECENTLY][-_EVENTS:]
    reports = [
        PageReport(moment(event.at), event.body["event_type"], 1, event.body["event_data"])
        for event in trace.events
        if event.body["event_type"] in PAGE_EVENTS
    ]
    app, screen = place_now(trace.context.get("current_screen", ""), mine)
    return Evidence(
        step=_step_facts(trace, expects),
        level=trace.level,
        events=tuple(mine),
        reports_taps=any(phone.kind in TOUCHES for _, phone in told),
        page=page_evidence(reports, 1),
        message=trace.message,
        reason=trace.context.get("reason", ""),
        app=app,
        screen=screen,
        stuck_seconds=trace.context.get("stuck_duration_seconds"),
    )


def _step_facts(trace: Trace, expects: Expects) -> StepFacts:
    step = step_of(trace.step)
    whole = lesson(step.lesson)
    before = whole.steps[: step.number - 1]
    return StepFacts(
        title=step.words.title,
        guide=step.words.guide,
        spoken=step.words.voice,
        action=step.words.does,
        # As a pack has it (``tools/lessons/packing.py``).
        hint=f"{step.words.touch.words or step.words.screen.name} @ {step.words.screen.name} 화면",
        lecture=whole.title,
        previous_title=before[-1].title if before else "",
        expectation=expects(step),
    )
