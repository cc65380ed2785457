"""How sure one may be of an answer of the rules: how often one like it helped, on the half of the bench on which the
rules were written (contract 11.17).

``calibration.json`` has of each finding ``[helped, given]``; ``python -m bench.help.calibrate`` writes it. A finding
that the bench has not seen is not sure enough to be given.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("calibration.json")
UNKNOWN = 0.3
"""Of what nobody has measured; and of what did not help a moment ago."""
_LEAST_SEEN = 3


def confidence(finding: str) -> float:
    """0 to 1. Of few cases less than their share: the next may be otherwise."""
    helped, given = _table().get(finding, (0, 0))
    return round((helped + 0.5) / (given + 1), 2) if given >= _LEAST_SEEN else UNKNOWN


@cache
def _table() -> dict[str, tuple[int, int]]:
    told: dict[str, list[int]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: (helped, given) for name, (helped, given) in told.items()}
