"""Text that people typed, made fit for one row and one line. Databases and screens choke on control characters."""

from __future__ import annotations

import re
import unicodedata

from mobilegpt.core.errors import Invalid

# The escape of U+0000 in JSON, not an escaped backslash before "u0000".
_NULL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_KEPT_IN_PARAGRAPHS = "\n\t"
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0"  # Hangul fillers, popular for empty nicknames
# They turn the direction of writing: a name can look like another, and numbers copied from contacts carry them.
_TURNING = dict.fromkeys(range(0x202A, 0x202F)) | dict.fromkeys(range(0x2066, 0x206A))


def has_null(json: bytes) -> bool:
    """Whether a JSON text holds U+0000, which PostgreSQL can neither store nor look up."""
    return b"\\u0000" in json and _NULL_IN_JSON.search(json) is not None


def one_line(text: str, field: str, most: int) -> str:
    """Trimmed, something to see, at most ``most`` characters, without control characters. Raises ``Invalid``."""
    line = " ".join(plain(text).split())
    if not any(_is_visible(sign) for sign in line):
        raise Invalid(message=f"{field} is empty", details={"field": field})
    return _checked(line, field, most)


def paragraph(text: str, field: str, most: int) -> str:
    """As ``one_line``, but may be empty and may have lines."""
    return _checked(plain(text).replace("\r\n", "\n").replace("\r", "\n").strip(), field, most)


def plain(text: str) -> str:
    """One form of each syllable (some phones send Hangul as loose letters), without signs that turn the direction."""
    return unicodedata.normalize("NFC", text).translate(_TURNING)


def _checked(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(message=f"{field} has at most {most} characters", details={"field": field})
    if any(unicodedata.category(sign) == "Cc" and sign not in _KEPT_IN_PARAGRAPHS for sign in text):
        raise Invalid(message=f"{field} has characters that cannot be shown", details={"field": field})
    return text


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "ZC" and sign not in _INVISIBLE_LETTERS
