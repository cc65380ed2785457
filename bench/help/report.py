"""The report: Markdown, a table per half with a row per kind; and what went wrong, trace by trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.help.measures import Row

_HEAD = (
    "| kind | requests | useful | neutral | harmful | to the teacher | useful of answers | useful of possible |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)


def table(result: dict[str, Any]) -> str:
    return "\n".join(_half(half, told) for half, told in result.items())


def _half(half: str, told: dict[str, Any]) -> str:
    every = told["all"]
    lines = [f"\n## {half}\n", _HEAD]
    lines += [_row(kind, figures) for kind, figures in told["kinds"].items()]
    lines.append(_row("**all**", every))
    lines.append(
        f"\nconfidence of useful answers {_number(every['confidence_useful'])}, of harmful ones "
        f"{_number(every['confidence_harmful'])}; calibration error {_number(every['calibration_error'])}"
    )
    return "\n".join(lines)


def _row(kind: str, told: dict[str, Any]) -> str:
    counts = " | ".join(str(told[name]) for name in ("requests", "useful", "neutral", "harmful", "deferred"))
    return f"| {kind} | {counts} | {_share(told['useful_of_answers'])} | {_share(told['useful_of_possible'])} |"


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


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
