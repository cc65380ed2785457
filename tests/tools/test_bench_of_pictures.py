"""The arithmetic of ``python -m bench pictures``: what is compared with what, and when a target is missed."""

from __future__ import annotations

from typing import Any

import pytest

from bench.keeping import figures
from bench.pictures import class_figures, decoded, missed, paired_ratio
from bench.pictures_report import pictures_table
from mobilegpt.tools.simulation.conductor import ClassHeld, ClassPlan, StepSent
from mobilegpt.tools.simulation.phone import PhoneRecord, StepArrival
from mobilegpt.tools.simulation.pictures import PicturesSeen

MS = 1_000_000


def turn(p95: float, **more: Any) -> dict[str, Any]:
    counts = {
        "frame_bytes": 2_000_000,
        "picture_bytes": 3_000_000,
        "fetched": 4,
        "ready": 3,
        "late": 1,
        "late_p50": 7.0,
    }
    return {"p50": 1.0, "p95": p95, "p99": 30.0, "cpu_seconds": 2.0, "lost": {}, **counts, **more}


def parts(ratio: float = 1.0, cpu: float = 9.0, slowest: float = 40.0) -> dict[str, Any]:
    files = [{"cpu_ms": 0.5, "per_second": 100.0, "failed": {}, "load_cpu": 0.2}]
    return {
        "class": {"phones": 2, "steps": 1, "p95_ratio": ratio, "plain": [turn(10.0)], "pictured": [turn(10.0 * ratio)]},
        "files": {
            "fetches": 24,
            "cpu_ratio": 5.0,
            "bytes_ratio": 1.01,
            "bytes": {"ours": 101.0, "nginx": 100.0},
            "ours": files,
            "nginx": files,
        },
        "drop": {"pictures": 20, "megabytes_each": 3.0, "cpu_seconds": cpu, "turns": [{"seconds": 11.0}]},
        "page": {"steps": [{}], "ahead": 1, "median_ms": 20.0, "slowest_ms": slowest},
    }


def test_a_ratio_is_between_neighbours_of_one_round() -> None:
    """A round in which the machine was busy counts no more than another."""
    assert paired_ratio([turn(10.0), turn(500.0), turn(12.0)], [turn(10.0), turn(400.0), turn(10.0)]) == 1.2


def test_rounds_without_a_neighbour_are_no_result() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired_ratio([turn(10.0), turn(11.0)], [turn(10.0)])


def test_only_pictures_that_came_before_their_step_are_timed() -> None:
    steps = [{"ahead": there, "decoded_ms": ms} for there, ms in ((True, 10), (False, 900), (True, 30))]
    assert decoded(steps) == {"ahead": 2, "median_ms": 20, "slowest_ms": 30}
    with pytest.raises(RuntimeError, match="ahead"):
        decoded(steps[1:2])


def test_no_target_is_missed_at_its_limit() -> None:
    assert missed(parts(ratio=1.1, cpu=10.0, slowest=50.0)) == []
    assert missed({}) == []


@pytest.mark.parametrize(
    ("worse", "word"), [({"ratio": 1.11}, "p95"), ({"cpu": 10.1}, "screenshots"), ({"slowest": 50.1}, "decoded")]
)
def test_each_target_is_missed_by_name(worse: dict[str, float], word: str) -> None:
    [found] = missed(parts(**worse))
    assert word in found
    result = {"machine": {"when": "", "processor": "", "cores": 2, "python": "", "load": [0]}, "load_after": [0]}
    text = pictures_table({**result, "parts": parts(**worse), "absent": {"page": "no browser"}, "missed": [found]})
    assert f"- missed: {found}" in text
    assert "page: not measured, no browser." in text


def test_what_was_lost_or_not_answered_is_missed() -> None:
    measured = parts()
    measured["class"]["pictured"] = [turn(10.0, lost={"missing_steps": 3})]
    measured["files"]["nginx"] = [{"failed": {"404": 2}}]
    assert missed(measured) == ["lost in a class: 3 missing steps", "files not answered: {'404': 2}"]


def test_a_class_is_added_up_over_its_phones() -> None:
    plan = ClassPlan("", 2, 1, processes=1, at_once=1, share=0, within=0, email="", password="")
    phones = [
        PhoneRecord(
            user_id=ms,
            socket_ns=1,
            arrivals=[StepArrival(5, 1, (100 + ms) * MS)],
            shown=[5],
            ended_seen=True,
            received=300,
            pictures=PicturesSeen(fetched=2, received=80_000, failed=failed, ready=1, late_ns=[ms * MS]),
        )
        for ms, failed in ((10, 0), (30, 1))
    ]
    held = ClassHeld(plan, 1.0, [StepSent(5, 100 * MS, MS)], phones, {"total_participants": 2, "steps": []}, 2.0)
    found = class_figures(held)
    assert (found["p50"], found["p95"]) == (10.0, 30.0)
    assert (found["frame_bytes"], found["picture_bytes"], found["fetched"]) == (600, 160_000, 4)
    assert (found["ready"], found["late"], found["late_p50"]) == (2, 2, 20.0)
    assert found["lost"]["pictures_not_fetched"] == 1
    with pytest.raises(RuntimeError, match="no phone"):
        class_figures(ClassHeld(plan, 1.0, [], [], {"steps": [], "total_participants": 0}, 2.0))


def test_a_part_is_a_figure_that_a_newer_run_replaces() -> None:
    assert figures({"parts": parts()}) == {("class",), ("files",), ("drop",), ("page",)}
