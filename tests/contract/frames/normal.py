"""What differs from run to run, made alike: ids, numbers in a stream, times, tokens, codes, jitter. Nothing else."""

from __future__ import annotations

import re
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_STREAM = re.compile(r"([a-z-]+:)\d+")
_NUMBERS = {"id": 1, "seq": 1, "after_ms": 1000}
_TEXTS = {
    "access_token": "token",
    "refresh_token": "token",
    "session_code": "ABC234",
    "epoch": "epoch",
    "event_id": "event",
    "connection_id": "connection",
}


def normal(value: Any, key: str = "") -> Any:
    """``value`` as the golden files have it; null stays null, and a type stays what it is."""
    if isinstance(value, dict):
        return {_STREAM.sub(r"\g<1>1", name): normal(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [normal(one, key) for one in value]
    if isinstance(value, str):
        return _TEXTS.get(key) or _STREAM.sub(r"\g<1>1", _MOMENT.sub("2025-10-28T10:00:00Z", value))
    if isinstance(value, int) and not isinstance(value, bool):
        return 1 if key.endswith("_id") else _NUMBERS.get(key, value)
    return value
