"""``Accept-Extras: none``: a client that cannot pass over keys that the documents do not have gets none (contract
11.7).

Pictures and clips are such keys, of every object that shows a step with its words.
"""

from __future__ import annotations

from typing import Any

HEADER = "Accept-Extras"
EXTRAS = ("image", "audio")


def are_refused(header: str | None) -> bool:
    """Whether a request, or a handshake, with this value of ``HEADER`` wants the documents' keys alone."""
    return header is not None and header.strip().lower() == "none"


def without_extras(shown: Any) -> Any:
    """Plain objects as JSON has them, without the extras of the steps in them."""
    if isinstance(shown, dict):
        left_out = EXTRAS if "guide_text" in shown else ()
        return {name: without_extras(value) for name, value in shown.items() if name not in left_out}
    if isinstance(shown, list):
        return [without_extras(value) for value in shown]
    return shown
