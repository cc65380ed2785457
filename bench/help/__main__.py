"""``python -m bench.help``: score the help desk's answers to made traces, and print a report per kind."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bench.help import analysers, report
from bench.help.grammar import HALVES, traces
from bench.help.measures import Row, summary
from bench.help.scoring import Mark, score


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.help", description=__doc__)
    parser.add_argument("--half", choices=HALVES, action="append", help="only this half")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--failures", type=Path, help="write what was not useful on the tuning half there, with reasons")
    options = parser.parse_args()
    wanted = [trace for trace in traces() if trace.half in (options.half or HALVES)]
    given = analysers.local_rules(wanted)
    rows = [Row(trace, answer, score(answer, trace)) for trace, answer in zip(wanted, given, strict=True)]
    result = summary(rows)
    print(report.table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if options.failures:
        told = [row for row in rows if row.trace.half == "tuning" and row.score.mark in (Mark.HARMFUL, Mark.NEUTRAL)]
        options.failures.write_text(report.failures(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
