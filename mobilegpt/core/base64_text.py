"""Base64 as phones write it."""

from __future__ import annotations

import base64


def from_base64(sent: str) -> bytes:
    """The bytes of base64, also of a ``data:`` address; Android's encoder breaks lines. Raises ``ValueError``."""
    if sent.startswith("data:"):
        sent = sent.partition(",")[2]
    return base64.b64decode("".join(sent.split()), validate=True)
