"""Which results are kept: the newest run of everything that was measured.

A run measures some shapes of a scenario with some contestants. It stays as long as one of its figures is the newest of
its kind; a newer run with fewer contestants does not replace it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Figure = tuple[object, ...]
"""What one row of a result is about: ``("200 x 25", "Node ws", None)``."""


def figures(result: dict[str, Any]) -> set[Figure]:
    """What a result has measured, whatever came out."""
    found: set[Figure] = set()
    for shape in result.get("shapes", ()):
        found |= {(shape["shape"], row["server"], row.get("door")) for row in shape["rows"]}
    for size in result.get("sizes", ()):
        found |= {(size["sockets"], row["server"]) for row in size["rows"]}
    for row in result.get("rows", ()):
        found.add((row["operation"], row["server"], row["database"]))
    found |= {(part,) for part in result.get("parts", ())}
    for database in result.get("databases", ()):
        found |= {(database["vendor"], database["messages"], question) for question in database["questions"]}
    return found


def superseded(folder: Path) -> list[Path]:
    """Results (the JSON of each) of which newer ones in the folder have every figure, oldest first."""
    newer: dict[str, set[Figure]] = {}
    old = []
    for path in sorted(folder.glob("*-*-*.json"), reverse=True):
        scenario = path.name.partition("-")[0]
        known, own = newer.setdefault(scenario, set()), figures(json.loads(path.read_text(encoding="utf-8")))
        if own <= known:
            old.append(path)
        known |= own
    return old[::-1]


def forget_superseded(folder: Path) -> None:
    """Delete them, with their tables."""
    for path in superseded(folder):
        path.unlink()
        path.with_suffix(".md").unlink(missing_ok=True)
        print(f"{path.name}: newer runs have all of it; removed")
