"""Text that people typed, made fit for one row and one line, compared, and searched.

Four rules, each in one place: what is nothing to see (contract 11.10), what form a text is kept in, when two texts are
the same, and when one is found in the other. ``web/src/text.ts`` has the same rules for the pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from mobilegpt.core.errors import Invalid
from mobilegpt.core.folding import uncrowded

# The escape of U+0000 in JSON, not an escaped backslash before "u0000".
_NULL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and newline, which paragraphs have
# They turn the direction of writing: a name can look like another, and numbers copied from contacts carry them.
_TURNING = dict.fromkeys(range(0x202A, 0x202F)) | dict.fromkeys(range(0x2066, 0x206A))

# Unicode's Default_Ignorable_Code_Point, which ``unicodedata`` does not tell: joiners, variation selectors, tags,
# Hangul fillers, and what is reserved for more of them.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A width and no ink: braille without dots, a note without a head, hieroglyphs' blanks, the place of an object.
_BLANK = "\u2800\ufffc\U0001d159\U00013441\U00013442"
_UNSEEN = re.compile(f"[{_IGNORABLE}{_BLANK}]")
# Formats that draw something: signs that enclose the number behind them.
_DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# What nobody misses at either end. Not joiners, selectors and tags: an emoji ends with them.
_EDGES = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\xad\u180e\u200b\u2060\ufeff\u2800\u3164\uffa0\ufffc"
)

# Two consonants under one another, as keyboards write them that were typed one after the other.
_PAIRS = str.maketrans(
    dict(
        zip(
            "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ",
            ("ㄱㅅ", "ㄴㅈ", "ㄴㅎ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅂㅅ"),
            strict=True,
        )
    )
)
# An initial consonant without a vowel, among decomposed Hangul.
_INITIAL = re.compile("([\u1100-\u1112])(?![\u1161-\u1175])")
_REST_OF_SYLLABLE = "[\u1161-\u1175]?[\u11a8-\u11c2]?"


def without_bom(json: bytes) -> bytes:
    """JSON without the mark that some editors and languages put before UTF-8."""
    return json.removeprefix(b"\xef\xbb\xbf")


def has_null(json: bytes) -> bool:
    """Whether a JSON text holds U+0000, which PostgreSQL can neither store nor look up."""
    return b"\\u0000" in json and _NULL_IN_JSON.search(json) is not None


# --- nothing to see


def is_blank(text: str | None) -> bool:
    """Whether there is nothing to see in a text: no letter, digit, sign or picture, and so no text (contract 11.10).

    Spaces, controls, what Unicode ignores, blanks, and marks with nothing to stand on are nothing. A sign that our
    Unicode does not know yet is something: new emoji come every year.
    """
    return text is None or not any(_is_visible(sign) for sign in text)


def _is_visible(sign: str) -> bool:
    if " " < sign < "\x7f":
        return True
    kind = unicodedata.category(sign)
    if kind[0] in "ZM" or kind in ("Cc", "Cs") or _UNSEEN.match(sign):
        return False
    if kind == "Cf":
        return sign in _DRAWN_FORMATS
    return kind != "Cn" or not _is_noncharacter(ord(sign))


def _is_noncharacter(number: int) -> bool:
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


# --- kept


def one_line(text: str, field: str, most: int) -> str:
    """Trimmed, something to see, at most ``most`` characters, without control characters. Raises ``Invalid``."""
    line = " ".join(plain(text).split()).strip(_EDGES)
    if is_blank(line):
        raise Invalid(message=f"{field} is empty", details={"field": field})
    return _checked(line, field, most)


def optional_line(text: str | None, field: str, most: int) -> str:
    """As ``one_line``; "" where there is nothing to see. Raises ``Invalid``."""
    return "" if text is None or is_blank(text) else one_line(text, field, most)


def paragraph(text: str | None, field: str, most: int) -> str:
    """As ``optional_line``, and may have lines. Raises ``Invalid``."""
    lines = plain(text or "").replace("\r\n", "\n").replace("\r", "\n").strip(_EDGES)
    shown = _checked(lines, field, most)
    return "" if is_blank(shown) else shown


def words(text: str | None, field: str, most: int) -> str:
    """A paragraph that must not be empty. Raises ``Invalid``."""
    shown = paragraph(text, field, most)
    if not shown:
        raise Invalid(message=f"{field} is empty", details={"field": field})
    return shown


def plain(text: str) -> str:
    """One form of each syllable (some phones send Hangul as loose letters), without signs that turn the direction."""
    return text if text.isascii() else unicodedata.normalize("NFC", uncrowded(text.translate(_TURNING)))


def _checked(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(message=f"{field} has at most {most} characters", details={"field": field})
    if _CONTROLS.search(text):
        raise Invalid(message=f"{field} has characters that cannot be shown", details={"field": field})
    return text


# --- compared and searched


def folded(text: str) -> str:
    """What two texts have in common that look the same: form, width, case and unseen signs do not count."""
    if text.isascii():
        return " ".join(text.lower().split())
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", uncrowded(text)))
    # Twice: a few letters fold into ones that another form exists of.
    for _ in range(2):
        seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", seen.casefold()))
    return " ".join(seen.split())


def finder(wanted: str) -> Callable[[str], bool]:
    """A test for texts in which somebody who typed ``wanted`` would look for it.

    As ``folded``; spaces do not count either, initials find their syllables (ㄱㅇㅈ finds 김영자), and the last
    syllable may still be incomplete. Everything is found by what has nothing to see.
    """
    letters = _letters(wanted)
    syllables = _INITIAL.split(letters)  # every second one is an initial
    pattern = "".join(
        re.escape(part) + _REST_OF_SYLLABLE if place % 2 else re.escape(part) for place, part in enumerate(syllables)
    )
    found_in = re.compile(pattern).search
    return lambda text: found_in(_letters(text)) is not None


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", folded(text.translate(_PAIRS))).replace(" ", "")
