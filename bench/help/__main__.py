"""``python -m bench.help``: score the help desk's answers to made traces, and print a report per kind.

The previous version's figures stand beside (``bench.help.previous`` makes them anew).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

from bench.help import analysers, previous, report
from bench.help.classes import classes
from bench.help.completion import benchs_own, completion, lessons_own
from bench.help.grammar import HALVES, SETS, digest, traces
from bench.help.measures import Row, rounded, summary
from bench.help.scoring import Given, Mark, score
from bench.help.stuck import Noticed, watch
from bench.help.trace import Trace


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.help", description=__doc__)
    parser.add_argument("--half", choices=SETS, action="append", help="only this set")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--failures", type=Path, help="write what did not help on the tuning half there, with reasons")
    options = parser.parse_args()
    wanted = [trace for trace in traces() if trace.half in (options.half or SETS)]
    rows = _scored(wanted, analysers.help_desk(wanted))
    told, before = summary(rows), previous.recorded(digest())
    with_lessons_own = summary(_scored(wanted, analysers.help_desk(wanted, lessons_own)))
    done = _completed(wanted)
    print(report.answers(told, before))
    print(report.with_lessons_own(with_lessons_own))
    print(report.completed(done))
    stuck = _stuck([half for half in options.half or HALVES if half in HALVES])
    if any(stuck.values()):
        print(report.noticed(stuck))
    print(report.counted(wanted))
    if options.json:
        plain = {watcher: {group: asdict(row) for group, row in groups.items()} for watcher, groups in stuck.items()}
        figures = {"answers": told, "with the lessons' own": with_lessons_own, "completion": done, "stuck": plain}
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.failures:
        bad = [row for row in rows if row.trace.half == "tuning" and row.score.mark in (Mark.HARMFUL, Mark.NEUTRAL)]
        options.failures.write_text(report.failures(bad), encoding="utf-8")
    return 0


def _scored(wanted: Sequence[Trace], given: Sequence[Given]) -> list[Row]:
    return [Row(trace, answer, score(answer, trace)) for trace, answer in zip(wanted, given, strict=True)]


def _completed(wanted: Sequence[Trace]) -> dict[str, dict[str, Any]]:
    """Per set, by what the bench expects and by what the ready lessons themselves do; the fresh set has only that."""
    halves = {half: [trace for trace in wanted if trace.half == half] for half in sorted({one.half for one in wanted})}
    return {
        f"{half}{name}": rounded(completion(traces, expects))
        for name, expects in (("", benchs_own), (", with the lessons' own", lessons_own))
        for half, traces in halves.items()
        if half in HALVES or expects is lessons_own
    }


def _stuck(halves: Sequence[str]) -> dict[str, dict[str, Noticed]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.help.watchers import WATCHERS  # its rules stand beside models

    scripted = [one for one in classes() if one.half in halves]
    return {name: watch(scripted, watcher) for name, watcher in WATCHERS.items()}


if __name__ == "__main__":
    raise SystemExit(main())
