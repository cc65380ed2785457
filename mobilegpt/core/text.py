"""Text that people typed, made fit for one row and one line. Databases and screens choke on control characters."""

from __future__ import annotations

import re
import unicodedata

from mobilegpt.core.errors import Invalid

# The escape of U+0000 in JSON, not an escaped backslash before "u0000". PostgreSQL cannot store it, nor look it up.
NULL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_KEPT_IN_PARAGRAPHS = "\n\t"


def one_line(text: str, field: str, most: int) -> str:
    """Trimmed, not empty, at most ``most`` characters, without control characters. Raises ``Invalid``."""
    line = " ".join(_normal(text).split())
    if not line:
        raise Invalid(message=f"{field} is empty", details={"field": field})
    return _checked(line, field, most)


def paragraph(text: str, field: str, most: int) -> str:
    """As ``one_line``, but may be empty and may have lines."""
    return _checked(_normal(text).replace("\r\n", "\n").strip(), field, most)


def _normal(text: str) -> str:
    """One form of each syllable: some phones send Hangul as loose letters, which would count and compare otherwise."""
    return unicodedata.normalize("NFC", text)


def _checked(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(message=f"{field} has at most {most} characters", details={"field": field})
    if any(unicodedata.category(sign) == "Cc" and sign not in _KEPT_IN_PARAGRAPHS for sign in text):
        raise Invalid(message=f"{field} has characters that cannot be shown", details={"field": field})
    return text
