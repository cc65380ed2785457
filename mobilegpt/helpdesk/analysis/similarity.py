"""How alike two short Korean texts are, by the pieces of their letters.

Particles and endings change the end of nearly every Korean word, so words compare badly; runs of two and three
syllables, and the loose letters of each, compare well, and need no language model.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_NOISE = re.compile(r"[^0-9a-z가-힣]+")


def similarity(one: str, other: str) -> float:
    """0 to 1; the same text is 1, nothing in common (or nothing at all) is 0."""
    left, right = _pieces(one), _pieces(other)
    shared = sum((left & right).values())
    total = sum(left.values()) + sum(right.values())
    return 2 * shared / total if total else 0.0


def _pieces(text: str) -> Counter[str]:
    letters = _NOISE.sub("", unicodedata.normalize("NFC", text).lower())
    pieces = Counter(_runs(letters, 2))
    pieces.update(_runs(letters, 3))
    pieces.update(_runs(unicodedata.normalize("NFD", letters), 4))
    return pieces


def _runs(letters: str, length: int) -> list[str]:
    if 0 < len(letters) < length:
        return [letters]
    return [letters[start : start + length] for start in range(len(letters) - length + 1)]
