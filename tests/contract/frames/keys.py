"""Which keys a frame may have: those of its document's example, the contract's additions to it, and what the contract
names of frames that no document shows, or of their ``data`` (``named.json``, each with its paragraph)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contract.comparison import example, example_names

ADDITIONS: dict[str, list[str]] = json.loads((Path(__file__).parent.parent / "additions.json").read_text("utf-8"))
NAMED: dict[str, Any] = json.loads((Path(__file__).parent / "named.json").read_text("utf-8"))
SHOWN = {
    f"{socket}.{kind}": name
    for name in example_names("W")
    if ".server." in name
    for socket, kind in [name.split("/")[1].split(".server.")]
}
"""The documents' frames, as ``W1.step_changed``, and the names of their examples."""


def keys(value: Any, above: str = "") -> Iterator[str]:
    """As ``subtask.position``; the rows of a list count as one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{above}{key}"
            yield from keys(inner, f"{above}{key}.")
    elif isinstance(value, list):
        for item in value:
            yield from keys(item, above)


def keys_of(frame: dict[str, Any]) -> set[str]:
    """A ``data`` that is the copy of the other fields (contract 7.1) counts as one key."""
    fields = {key: value for key, value in frame.items() if key not in ("type", "data")}
    if fields and frame.get("data") == fields:
        return {"type", "data", *keys(fields)}
    return set(keys(frame))


def allowed(socket: str, kind: str) -> set[str]:
    """Raises ``KeyError`` for a frame that neither a document nor the contract knows."""
    name = f"{socket}.{kind}"
    if name in SHOWN:
        return {*keys(example(SHOWN[name])), *ADDITIONS.get(name, ()), *NAMED.get(name, {"keys": ()})["keys"]}
    return {"type", *(NAMED.get(name) or NAMED[kind])["keys"]}
