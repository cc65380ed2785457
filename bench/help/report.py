"""The report: Markdown, a table per half with a row per kind; and what went wrong, trace by trace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.help.measures import Row
from bench.help.stuck import Noticed
from bench.help.trace import Trace

_HEAD = (
    "| kind | requests | useful | neutral | harmful | to the teacher | useful of answers | useful of possible "
    "| before: useful, harmful |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)
_SUMS = (
    ("requests", "requests", 0),
    ("useful", "useful", 0),
    ("neutral", "neutral", 0),
    ("harmful", "harmful", 0),
    ("left to the teacher", "deferred", 0),
    ("useful, of the answers that learners got", "useful_of_answers", 1),
    ("useful, of the requests where an answer is possible", "useful_of_possible", 1),
    ("harmful, of the answers that learners got", "harmful_of_answers", 1),
    ("mean confidence of useful answers", "confidence_useful", 2),
    ("mean confidence of harmful answers", "confidence_harmful", 2),
    ("calibration error", "calibration_error", 3),
)


def answers(told: dict[str, Any], before: dict[str, Any] | None) -> str:
    """``before`` is what was recorded of the previous version for the same traces."""
    parts = ["# Help, on traces that were made and not recorded"]
    if before is None:
        parts.append("\nThe previous version was not asked with these traces: `python -m bench.help.previous`.")
    for half, figures in told.items():
        old = before["figures"][half] if before else None
        parts += [f"\n## {half}\n", _sums(figures["all"], old and old["all"], before), "", _HEAD]
        parts += [_row(kind, row, old and old["kinds"].get(kind)) for kind, row in figures["kinds"].items()]
    return "\n".join(parts)


_DONE = (
    ("traces of phones that report taps", "traces", 0),
    ("steps", "steps", 0),
    ("done: precision", "precision", 1),
    ("done: recall, where it can be seen", "recall", 1),
    ("called done, and it is not (or not yet)", "called_done_wrongly", 0),
    ("done, and not noticed", "missed", 0),
    ("a right act called wrong", "right_called_wrong", 0),
    ("a window in between called wrong", "windows_called_wrong", 0),
    ("wrong app or screen noticed", "astray_noticed", 1),
    ("the first act that led away named", "first_divergence_found", 1),
    ("events a second on one core", "events_per_second", 0),
)


def with_lessons_own(told: dict[str, dict[str, Any]]) -> str:
    """The same requests, answered with what the ready lessons themselves expect."""
    lines = ["\n## Answers, with the lessons' own expectations\n", f"| | {' | '.join(told)} |"]
    lines.append(f"|---|{'---:|' * len(told)}")
    lines += [
        f"| {name} | {' | '.join(_shown(figures['all'][key], how) for figures in told.values())} |"
        for name, key, how in _SUMS
    ]
    return "\n".join(lines)


def completed(told: dict[str, dict[str, Any]]) -> str:
    """What the matcher says of a step; the previous version had none."""
    lines = ["\n## Completion\n", f"| | {' | '.join(told)} |", f"|---|{'---:|' * len(told)}"]
    lines += [
        f"| {name} | {' | '.join(_shown(figures[key], how) for figures in told.values())} |" for name, key, how in _DONE
    ]
    return "\n".join(lines)


def noticed(told: dict[str, dict[str, Noticed]]) -> str:
    """Who was noticed to be stuck, by each watcher, on phones with and without taps."""
    lines = [
        "\n## Stuck, in scripted classes\n",
        "| | learners | stuck | precision | recall | seconds before the cry, median | at least 20 s before |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for watcher, groups in told.items():
        lines += [f"| {watcher}; {group} | {_noticed(row)} |" for group, row in groups.items()]
    return "\n".join(lines)


def _noticed(row: Noticed) -> str:
    shares = (_shown(row.precision, 1), _shown(row.recall, 1))
    before = "–" if row.seconds_before is None else f"{row.seconds_before:.0f}"
    return " | ".join((str(row.learners), str(row.stuck), *shares, before, _shown(row.early, 1)))


def counted(traces: Sequence[Trace]) -> str:
    """How many differ: in what the phone told, times aside, and in what was asked."""
    lines = [
        "\n## What was made\n",
        "| | traces | different, times aside | different complaints | kinds | steps |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for half in sorted({trace.half for trace in traces}):
        mine = [trace for trace in traces if trace.half == half]
        sets = ({_without_times(each) for each in mine}, *({getattr(each, name) for each in mine} for name in _ASPECTS))
        lines.append(f"| {half} | {len(mine)} | {' | '.join(str(len(different)) for different in sets)} |")
    return "\n".join(lines)


_ASPECTS = ("message", "kind", "step")


def _without_times(trace: Trace) -> str:
    told = [(event.body["event_type"], _timeless(event.body)) for event in trace.events]
    return json.dumps([trace.step, trace.message, told], ensure_ascii=False, sort_keys=True)


def _timeless(body: Any) -> Any:
    """Without numbers: the clock's, and where exactly a finger was."""
    if isinstance(body, dict):
        return {name: _timeless(value) for name, value in body.items()}
    if isinstance(body, list):
        return [_timeless(value) for value in body]
    return None if isinstance(body, int | float) else body


def _sums(now: dict[str, Any], old: dict[str, Any] | None, before: dict[str, Any] | None) -> str:
    lines = [f"| | now | {before['commit'] if before else 'before'} |", "|---|---:|---:|"]
    lines += [
        f"| {name} | {_shown(now[key], how)} | {_shown(old[key], how) if old else '–'} |" for name, key, how in _SUMS
    ]
    return "\n".join(lines)


def _row(kind: str, told: dict[str, Any], old: dict[str, Any] | None) -> str:
    counts = " | ".join(str(told[name]) for name in ("requests", "useful", "neutral", "harmful", "deferred"))
    shares = f"{_shown(told['useful_of_answers'], 1)} | {_shown(told['useful_of_possible'], 1)}"
    return f"| {kind} | {counts} | {shares} | {_both(old) if old else '–'} |"


def _both(old: dict[str, Any]) -> str:
    return f"{old['useful']}, {old['harmful']}"


def _shown(value: float | None, how: int) -> str:
    if value is None:
        return "–"
    return (f"{value}", f"{100 * value:.1f} %", f"{value:.2f}", f"{value:.3f}")[how]


def failures(rows: Sequence[Row]) -> str:
    """For whoever writes rules: only of the half on which rules are written."""
    return "\n".join(
        f"{row.score.mark.value.upper():8} {row.trace.id}\n"
        f"   asked: {row.trace.message!r} at {row.trace.context}\n"
        f"   told ({row.given.confidence:.2f}, {row.given.finding or '-'}): {row.given.text}\n"
        f"   because: {', '.join(row.score.why) or 'nothing that helps in its first sentences'}\n"
        f"   helps: {', '.join(sorted(say.value for say in row.trace.label.helps))}"
        for row in rows
    )
