"""What was promised against what is there: nothing acknowledged is lost, nothing is there twice, one order for all.

A line of a room is any text that its writer never used before, so that sets tell everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Promises:
    """What the writers of a room know: what they tried, and what the server said is stored."""

    tried: set[str] = field(default_factory=set)
    acked: set[str] = field(default_factory=set)


def complaints(promised: Promises, stored: Sequence[str], views: Mapping[str, Sequence[str]]) -> list[str]:
    """Every broken promise of one room, in words; ``views`` are the texts that each reader was shown, in its order.

    A reader was there from before the first text, and has come back after the last fault.
    """
    counted = Counter(stored)
    found = [
        *_some("acknowledged, and not stored", promised.acked - set(stored)),
        *_some("stored twice", {text for text, count in counted.items() if count > 1}),
        *_some("stored, and nobody said it", set(stored) - promised.tried),
    ]
    for reader, view in views.items():
        seen = Counter(view)
        found += _some(f"never shown to {reader}", set(stored) - set(view))
        found += _some(f"shown to {reader} twice", {text for text, count in seen.items() if count > 1})
        found += _some(f"shown to {reader}, and not stored", set(view) - set(stored))
        if inverted := _inversion(view, stored):
            found.append(f"shown to {reader} in another order: {inverted}")
    return found


def _some(what: str, texts: set[str]) -> list[str]:
    return [f"{what}: {len(texts)}, such as {sorted(texts)[:3]}"] if texts else []


def _inversion(view: Sequence[str], stored: Sequence[str]) -> str | None:
    """The first two neighbours whose places are the other way round."""
    place = {text: number for number, text in enumerate(stored)}
    known = [text for text in dict.fromkeys(view) if text in place]
    for before, after in pairwise(known):
        if place[before] > place[after]:
            return f"{before} before {after}"
    return None
