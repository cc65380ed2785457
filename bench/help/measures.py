"""Figures of a run: shares of marks, how well confidence says what is useful, by half and by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.help.scoring import Given, Mark, Score
from bench.help.trace import Trace

_BINS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """``useful_of_answers`` of what learners got; ``useful_of_possible`` of the requests for which something that helps
    can be said and that are not the teacher's. Shares are 0 to 1; ``None`` where there is nothing to divide by."""

    requests: int
    useful: int
    neutral: int
    harmful: int
    deferred: int
    possible: int
    useful_of_answers: float | None
    useful_of_possible: float | None
    harmful_of_answers: float | None
    confidence_useful: float | None
    confidence_harmful: float | None
    calibration_error: float | None


@dataclass(frozen=True, slots=True)
class Row:
    trace: Trace
    given: Given
    score: Score


def figures(rows: Sequence[Row]) -> Figures:
    marks = Counter(row.score.mark for row in rows)
    delivered = [row for row in rows if row.given.delivered]
    possible = [row for row in rows if row.trace.label.answerable and not row.trace.label.teacher]
    return Figures(
        requests=len(rows),
        useful=marks[Mark.USEFUL],
        neutral=marks[Mark.NEUTRAL],
        harmful=marks[Mark.HARMFUL],
        deferred=marks[Mark.DEFERRED],
        possible=len(possible),
        useful_of_answers=_share(marks[Mark.USEFUL], len(delivered)),
        useful_of_possible=_share(sum(row.score.mark is Mark.USEFUL for row in possible), len(possible)),
        harmful_of_answers=_share(marks[Mark.HARMFUL], len(delivered)),
        confidence_useful=_mean(row.given.confidence for row in rows if row.score.mark is Mark.USEFUL),
        confidence_harmful=_mean(row.given.confidence for row in rows if row.score.mark is Mark.HARMFUL),
        calibration_error=calibration_error(
            [(row.given.confidence, row.score.mark is Mark.USEFUL) for row in delivered]
        ),
    )


def calibration_error(said: Sequence[tuple[float, bool]], bins: int = _BINS) -> float | None:
    """How far confidence is from the share of useful answers, over bins that hold equally many (ECE by equal mass).

    Equal confidences stay together: a bin that would split them ends after them.
    """
    if not said:
        return None
    ordered = sorted(said, key=lambda pair: pair[0])
    size, error, start = max(1, len(ordered) // bins), 0.0, 0
    while start < len(ordered):
        end = min(start + size, len(ordered))
        while end < len(ordered) and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        bin_ = ordered[start:end]
        confidence, useful = sum(pair[0] for pair in bin_) / len(bin_), sum(pair[1] for pair in bin_) / len(bin_)
        error += abs(confidence - useful) * len(bin_) / len(ordered)
        start = end
    return error


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Per half: all of it, and per kind."""
    halves = sorted({row.trace.half for row in rows})
    return {half: _half([row for row in rows if row.trace.half == half]) for half in halves}


def _half(rows: Sequence[Row]) -> dict[str, Any]:
    kinds = list(dict.fromkeys(row.trace.kind for row in rows))
    return {
        "all": rounded(figures(rows)),
        "kinds": {kind: rounded(figures([row for row in rows if row.trace.kind == kind])) for kind in kinds},
    }


def rounded(told: Any) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(told).items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
