"""What an app is for, by its package: makers of phones bring their own camera, gallery, phone, messages, settings."""

from __future__ import annotations

import re
from functools import lru_cache

# The first that is found in the package decides.
_TRADE_WORDS: tuple[tuple[str, str], ...] = (
    ("installer", r"packageinstaller"),
    ("camera", r"camera"),
    ("pictures", r"gallery|\bphotos?\b|\balbum"),
    ("messages", r"messag|\b[ms]ms\b"),
    ("phone", r"dialer|contacts|incallui|callui|\bphone\b|telecom|peopleapp"),
    ("settings", r"\bsettings\b"),
    ("browser", r"chrome|browser|firefox|\bwhale\b"),
    ("map", r"\b[nt]?maps?\b|\bnavi\b"),
)
_TRADES = tuple((trade, re.compile(words)) for trade, words in _TRADE_WORDS)


@lru_cache(maxsize=4096)
def trade_of(package: str) -> str:
    """``camera``, ``phone``; empty for an app of which there is one."""
    return next((trade for trade, words in _TRADES if words.search(package.lower())), "")
