"""``docs/reliability.md`` has every promise, points at tests that exist, and says of each whether it is kept."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
_PROMISE = re.compile(r"^\| ([FX]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_PITFALL = re.compile(r"^\| (P\d+) \| [^|]+ \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_promise_and_pitfall_has_a_row() -> None:
    promises = [name for name, *_ in _PROMISE.findall(PAGE)]
    assert promises == [*(f"F{number}" for number in range(1, 34)), *(f"X{number}" for number in range(1, 23))]
    assert [name for name, _ in _PITFALL.findall(PAGE)] == [f"P{number}" for number in range(1, 29)]


def test_every_proof_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+(?:\.py)?)`", PAGE))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_a_promise_has_a_proof_or_is_open() -> None:
    rows = _PROMISE.findall(PAGE)
    assert [name for name, promise, _, proof in rows if "`tests/" not in proof and "**Open**" not in promise] == []
