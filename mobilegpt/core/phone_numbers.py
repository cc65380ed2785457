"""Telephone numbers: one number however it is written (contract 3.1, 8.1). Who takes one and who masks one agree."""

from __future__ import annotations

import re

from mobilegpt.core.folding import folded

AREA = r"(?:1[016789]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d)"
"""What follows the 0: mobile, regional, internet and forwarding numbers."""
_NATIONAL = re.compile(rf"{AREA}\d{{7,8}}")
# +82, 0082, 00282 (the prefix of a carrier), 00700 82, or 82 alone; a 0 that is not dialled from abroad may follow.
_FROM_ABROAD = re.compile(rf"(?:\+|00\d{{0,3}}?)?82(?=0?{AREA}\d{{7,8}}\Z)0?")
_WRITTEN = re.compile(r"\+?[^0-9A-Za-z가-힣]*[0-9][^A-Za-z가-힣+]*")


def domestic(text: str) -> str | None:
    """The digits of a number as it is dialled in Korea; another country's begin with its code. ``None``: none at all.

    ``+82 (0)10-…``, ``0082…``, ``002-82…`` and ``82-10-…`` are ``010…``, in whatever digits and dashes.
    """
    seen = folded(text).strip()
    if not _WRITTEN.fullmatch(seen.lstrip("( ")):
        return None
    digits = ("+" if "+" in seen else "") + re.sub(r"[^0-9]", "", seen)
    abroad = _FROM_ABROAD.match(digits)
    if abroad:
        return "0" + digits[abroad.end() :]
    return digits.removeprefix("+")


def is_korean(digits: str) -> bool:
    """Whether this, as ``domestic`` has it, can be somebody's number in Korea."""
    return digits.startswith("0") and _NATIONAL.fullmatch(digits, 1) is not None
