"""The report: Markdown, a table per half with a row per kind; and what went wrong, trace by trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.help.measures import Row

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
