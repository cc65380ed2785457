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

import django

from bench.help import analysers, previous, report
from bench.help.classes import classes
from bench.help.completion import completion
from bench.help.grammar import HALVES, SETS, digest, traces
from bench.help.measures import Row, rounded, summary
from bench.help.scoring import Mark, score
from bench.help.stuck import Noticed, watch


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.help", description=__doc__)
    parser.add_argument("--half", choices=SETS, action="append", help="only this set")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--failures", type=Path, help="write what did not help on the tuning half there, with reasons")
    options = parser.parse_args()
    wanted = [trace for trace in traces() if trace.half in (options.half or SETS)]
    given = analysers.help_desk(wanted)
    rows = [Row(trace, answer, score(answer, trace)) for trace, answer in zip(wanted, given, strict=True)]
    told, before = summary(rows), previous.recorded(digest())
    done = {
        f"{half}, {name}": rounded(completion([trace for trace in wanted if trace.half == half], shipped=shipped))
        for half in told
        for name, shipped in (("as the bench says", False), ("as the lessons say", True))
        if shipped or half in HALVES
    }
    print(report.answers(told, before))
    print(report.completed(done))
    stuck = _stuck([half for half in options.half or HALVES if half in HALVES])
    if any(stuck.values()):
        print(report.noticed(stuck))
    print(report.counted(wanted))
    if options.json:
        plain = {watcher: {group: asdict(row) for group, row in groups.items()} for watcher, groups in stuck.items()}
        figures = {"answers": told, "completion": done, "stuck": plain}
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.failures:
        bad = [row for row in rows if row.trace.half == "tuning" and row.score.mark in (Mark.HARMFUL, Mark.NEUTRAL)]
        options.failures.write_text(report.failures(bad), encoding="utf-8")
    return 0


def _stuck(halves: Sequence[str]) -> dict[str, dict[str, Noticed]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.help.watchers import WATCHERS  # its rules stand beside models

    scripted = [one for one in classes() if one.half in halves]
    return {name: watch(scripted, watcher) for name, watcher in WATCHERS.items()}


if __name__ == "__main__":
    raise SystemExit(main())
