"""A text as a person sees it, so that what only looks different is found all the same (contract 8.1).

Digits of every script become 0–9, dashes ``-``, blanks a space, full-width signs plain ones; what nobody sees goes.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Where the ten decimal digits of a script begin (Unicode's category Nd; ASCII's own need no folding).
_ZEROS = (
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136,
    0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0,
    0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0,
    0x1E950, 0x1FBF0,
)  # fmt: skip
# Raised, lowered, circled and bracketed digits: what an emoji keyboard and a list offer.
_ORNAMENTED = (
    *((0x2080 + digit, digit) for digit in range(10)),
    *((0x2074 + place, 4 + place) for place in range(6)),
    *((first + place, 1 + place) for first in (0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A)
      for place in range(9)),
    (0x2070, 0), (0x00B9, 1), (0x00B2, 2), (0x00B3, 3), (0x24EA, 0), (0x24FF, 0), (0x3007, 0), (0x1F100, 0),
    *((0x1F101 + digit, digit) for digit in range(10)),
)  # fmt: skip
_DASHES = (
    *range(0x2010, 0x2016), 0x058A, 0x05BE, 0x1173, 0x1400, 0x1806, 0x02D7, 0x2043, 0x207B, 0x208B, 0x2212, 0x23AF,
    0x2500, 0x2501, 0x2574, 0x2796, 0x2E17, 0x2E1A, 0x2E3A, 0x2E3B, 0x2E40, 0x2E5D, 0x301C, 0x3030, 0x30A0, 0x30FC,
    0x3161, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF70, 0xFFDA, 0x10EAD,
)  # fmt: skip
_BLANKS = (0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x2800, 0x3000, 0x0085, 0x2028, 0x2029)
# Formatting signs, accents that stand on a sign, variation selectors, fillers of Hangul, control characters.
_UNSEEN = (
    (0x0000, 0x0008), (0x000E, 0x001B), (0x007F, 0x0084), (0x0086, 0x009F), (0x00AD, 0x00AD), (0x0300, 0x036F),
    (0x0483, 0x0489), (0x0600, 0x0605), (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F), (0x0890, 0x0891),
    (0x08E2, 0x08E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x20D0, 0x20FF), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F),
    (0xE0100, 0xE01EF),
)  # fmt: skip

_FOLDED: dict[int, str] = {
    **{0xFF01 + place: chr(0x21 + place) for place in range(94)},
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **{code: str(digit) for code, digit in _ORNAMENTED},
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_BLANKS, " "),
    0xFF0D: "-",
    0xFE6B: "@",
}


_UNSEEN_SIGNS = frozenset(chr(code) for first, last in _UNSEEN for code in range(first, last + 1))
_SHADOWS: dict[int, str | None] = {**_FOLDED, **dict.fromkeys(map(ord, _UNSEEN_SIGNS))}
# Whatever is neither ASCII that is seen nor a syllable of Hangul; few ranges, so it is fast.
_ODD = re.compile("[\x00-\x08\x0e-\x1b\x7f-\uabff\ud7a4-\U0010ffff]")


_MOST_MARKS = 30  # what Unicode itself thinks enough (UAX 15, "Stream-Safe Text Format")
_MAY_BE_MARKS = re.compile("[\u0300-\uabff\ud7a4-\U0010ffff]{31}")


class Shadow(NamedTuple):
    """``text`` folded. ``places`` says where each of its signs stands in the original; ``None``: at the same place."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original ``text[start:end]`` stands."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def shadow_of(text: str) -> Shadow:
    """Fold a text. Takes time linear in its length."""
    if _ODD.search(text) is None:
        return Shadow(text, None)
    shadow = text.translate(_SHADOWS)
    if len(shadow) == len(text):
        return Shadow(shadow, None)
    return Shadow(shadow, [place for place, sign in enumerate(text) if sign not in _UNSEEN_SIGNS])


def folded(text: str) -> str:
    """The text as ``shadow_of`` has it."""
    return text.translate(_SHADOWS) if _ODD.search(text) else text


def uncrowded(text: str) -> str:
    """Without the marks beyond the thirtieth on one sign.

    Putting marks into order, as normalising does, takes time by the square of their number (reliability F32).
    """
    if _MAY_BE_MARKS.search(text) is None:
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
