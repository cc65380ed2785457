"""``docs/reliability.md`` points at tests that exist, and says of every promise whether it is kept."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
_ROW = re.compile(r"^\| ([FX]\d[^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def test_every_proof_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+(?:\.py)?)`", PAGE))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_a_promise_has_a_proof_or_is_open() -> None:
    rows = _ROW.findall(PAGE)
    assert len(rows) > 40
    assert [name for name, promise, proof in rows if "`tests/" not in proof and "**Open**" not in promise] == []
