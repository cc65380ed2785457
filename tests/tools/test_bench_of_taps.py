"""The arithmetic of ``python -m bench taps``, and that what its phones tell is what the matcher calls done."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from bench import told_events
from bench.servers.ours_taps import expectation_of
from bench.taps import missed, paired_ratio, spread
from bench.taps_report import taps_table
from bench.told_events import Told
from mobilegpt.guidance.events import phone_event
from mobilegpt.guidance.matcher import Match, Verdict, advance

TIMES = {"p50": 90.0, "p95": 120.0, "max": 140.0}


def turn(p95: float) -> dict[str, Any]:
    cores = {"server_core": 0.5, "matching_core": 0.2, "load_core": 0.1}
    return {"load": 0.4, "p50": 9.0, "p95": p95, "max": 40.0, **cores, "whereabouts": TIMES}


def parts(p95: float = 120.0, ratio: float = 1.0, core: float = 0.2, **lost: int) -> dict[str, Any]:
    told = TIMES | {"p95": p95}
    alone = {"phones": 25, "load": 0.4, "whereabouts": told, "progress": TIMES, "events": 325, "done": 25, "lost": lost}
    crowd = {
        "shape": "5 x 200",
        "phones": 1000,
        "p95_ratio": ratio,
        "matching_core": core,
        "events": 13_000,
        "lost": {},
        "without": [turn(20.0)],
        "with": [turn(20.0 * ratio)],
    }
    return {"25": alone, "crowd": crowd}


def test_every_target_can_be_missed_and_is_named() -> None:
    assert missed(parts()) == []
    assert "whereabouts after 301 ms" in missed(parts(p95=301.0))[0]
    assert "31% of a core" in missed(parts(core=0.31))[0]
    assert "1.30 times that without" in missed(parts(ratio=1.3))[0]
    assert missed(parts(events_not_kept=2)) == ["25: 2 events not kept"]


def test_a_ratio_is_between_neighbours_of_one_round() -> None:
    assert paired_ratio([turn(10.0), turn(500.0), turn(12.0)], [turn(10.0), turn(400.0), turn(10.0)]) == 1.2


def test_a_spread_has_values_that_were_measured() -> None:
    assert spread([n * 1_000_000 for n in range(1, 101)]) == {"p50": 50.0, "p95": 95.0, "max": 100.0}
    with pytest.raises(RuntimeError):
        spread([])


def test_the_table_says_what_was_missed() -> None:
    machine = {"when": "", "processor": "", "cores": 2, "python": "", "load": [0.4, 0, 0], "packages": {}}
    result = {"machine": machine, "parts": parts(), "missed": ["too late"], "load_after": [0.5, 0, 0]}
    assert "- missed: too late" in taps_table(result)
    assert "| 25 | 0.4 | 90 / 120 / 140 |" in taps_table(result)


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_step_is_done_by_what_completes_it_and_not_before(seed: int, native: bool) -> None:
    expectation, match = expectation_of(2), Match()
    for told in told_events.story(2, Random(seed)):
        match = advance(expectation, match, _read(told, native))
        assert (match.verdict is Verdict.DONE) is told.completes
    assert match.done_by == "act"


def _read(told: Told, native: bool) -> Any:
    if not native:
        sent = told_events.documented(told, 7)
        return phone_event(sent["event_type"], sent["event_data"], sent["screen_info"])
    sent = told_events.native(told, 7, "ABC123", "device")
    return phone_event(sent["event_type"], sent["event_data"] | {"node_info": sent["node_info"]}, sent["screen_info"])
