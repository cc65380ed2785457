"""``python -m bench.help``: score the help desk's answers to made traces, and print a report per kind.

The previous version's figures stand beside (``bench.help.previous`` makes them anew).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bench.help import analysers, previous, report
from bench.help.grammar import HALVES, digest, traces
from bench.help.measures import Row, summary
from bench.help.scoring import Mark, score


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.help", description=__doc__)
    parser.add_argument("--half", choices=HALVES, action="append", help="only this half")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--failures", type=Path, help="write what did not help on the tuning half there, with reasons")
    options = parser.parse_args()
    wanted = [trace for trace in traces() if trace.half in (options.half or HALVES)]
    given = analysers.help_desk(wanted)
    rows = [Row(trace, answer, score(answer, trace)) for trace, answer in zip(wanted, given, strict=True)]
    told, before = summary(rows), previous.recorded(digest())
    print(report.answers(told, before))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.failures:
        bad = [row for row in rows if row.trace.half == "tuning" and row.score.mark in (Mark.HARMFUL, Mark.NEUTRAL)]
        options.failures.write_text(report.failures(bad), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
