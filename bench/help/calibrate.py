"""``python -m bench.help.calibrate``: how often each finding helped on the half on which the rules were written.

Writes ``calibration.json`` of the help desk. The other half is not looked at.
"""

from __future__ import annotations

import json
from collections import defaultdict

from bench.help.analysers import evidence_of
from bench.help.grammar import traces
from bench.help.scoring import Given, Mark, score
from mobilegpt.helpdesk.analysis.calibration import TABLE
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.helpdesk.analysis.withholding import FOR_TEACHER, is_understood


def measured() -> dict[str, tuple[int, int]]:
    """By finding: how many answers helped, of how many that would be given if they were sure."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for trace in traces():
        if trace.half != "tuning":
            continue
        evidence = evidence_of(trace)
        verdict = analyse(evidence)
        if verdict.withheld or verdict.finding in ("", *FOR_TEACHER) or not is_understood(evidence):
            continue
        helped = score(Given(verdict.help_content, 1.0), trace).mark is Mark.USEFUL
        counted[verdict.finding][0] += helped
        counted[verdict.finding][1] += 1
    return {name: (helped, given) for name, (helped, given) in sorted(counted.items())}


def main() -> int:
    rows = [f'  "{name}": {json.dumps(list(counts))}' for name, counts in measured().items()]
    TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
