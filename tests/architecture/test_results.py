"""``bench/results`` has the newest run of everything that was measured, and nothing that newer ones replace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.keeping import forget_superseded, superseded
from tests.architecture.sources import ROOT

_RESULTS = ROOT / "bench" / "results"
_SCENARIOS = ("fanout", "idle", "chat", "http", "flat", "pictures", "taps")


def test_only_the_newest_results_are_kept() -> None:
    assert [path.name for path in superseded(_RESULTS)] == []


def test_every_result_has_its_table() -> None:
    results, tables = ({path.stem for path in _RESULTS.glob(f"*.{kind}")} for kind in ("json", "md"))
    assert len(results) > 5
    assert results == tables


def test_a_run_goes_when_newer_ones_have_all_of_it(tmp_path: Path) -> None:
    _keep(tmp_path, "fanout-20260101-0900", _shape("1 x 100", "ours", "Node"), _shape("1 x 500", "ours"))
    _keep(tmp_path, "fanout-20260102-0900", _shape("1 x 100", "ours"), _shape("1 x 500", "ours"))
    _keep(tmp_path, "chat-20260103-0900", _shape("1 x 100", "ours", "Node"))
    assert superseded(tmp_path) == []

    _keep(tmp_path, "fanout-20260104-0900", _shape("1 x 100", "ours", "Node"))
    assert [path.stem for path in superseded(tmp_path)] == ["fanout-20260101-0900"]

    _keep(tmp_path, "fanout-20260105-0900", _shape("1 x 500", "ours"))
    forget_superseded(tmp_path)
    left = ["chat-20260103-0900", "fanout-20260104-0900", "fanout-20260105-0900"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{name}.{kind}" for name in left for kind in ("json", "md")
    ]


def test_figures_of_every_scenario_are_told_apart(tmp_path: Path) -> None:
    """Of each a newer run with one figure less replaces nothing, and the same again does."""
    for scenario in _SCENARIOS:
        newest = max(_RESULTS.glob(f"{scenario}-*.json"))
        result = json.loads(newest.read_text(encoding="utf-8"))
        (tmp_path / f"{scenario}-1-1.json").write_text(json.dumps(result))
        (tmp_path / f"{scenario}-2-1.json").write_text(json.dumps(_less(result)))
    assert superseded(tmp_path) == []
    for scenario in _SCENARIOS:
        (tmp_path / f"{scenario}-3-1.json").write_text((tmp_path / f"{scenario}-1-1.json").read_text())
    assert len(superseded(tmp_path)) == 2 * len(_SCENARIOS)


def _less(result: dict[str, Any]) -> dict[str, Any]:
    if "parts" in result:
        result["parts"].popitem()
    for name in ("shapes", "sizes", "databases", "rows"):
        if name in result:
            parts = result[name]
            rows = parts if name == "rows" else parts[0].get("rows")
            if rows is None:
                questions = parts[0]["questions"]
                questions.pop(next(iter(questions)))
            else:
                rows.pop()
    return result


def _shape(shape: str, *servers: str) -> dict[str, Any]:
    return {"shape": shape, "rows": [{"server": server, "door": "socket"} for server in servers]}


def _keep(folder: Path, name: str, *shapes: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"shapes": shapes}))
    (folder / f"{name}.md").write_text("")
