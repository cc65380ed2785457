"""Session codes (contract 2.4), as people give them, and the hash of a device's id (3.9)."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from urllib.parse import unquote

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 6
# A shorter id could be guessed, or be the same on many phones; it never brings a seat back.
RETURNING_DEVICE_ID_LENGTH = 22
RETURNING_HEXADECIMAL_DIGITS = 16  # Android's own id of a phone

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]+", re.ASCII)

_WELL_FORMED = re.compile(r"[A-Za-z0-9]{4,20}", re.ASCII)
_LARGEST_ID = 2**63 - 1
_LONGEST = 2_000
"""Of a text that somebody pastes. Whatever is longer is no code."""

_PLACES = "join|class|qr|sessions"
IN_A_PATH = rf"(?:.+?/(?:{_PLACES})/+)?[^/]+"
"""What stands for a code or an id in the path of an operation: also a whole link, percent-encoded by its client."""
_LINK = re.compile(rf"(?<![A-Za-z0-9.])(?:{_PLACES})/+(?!(?:{_PLACES})/)([^/?#\s]+)", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]+(?:[-_]+[A-Za-z0-9]+)*", re.ASCII)
# One of ours among other words, such as "코드는 ABC234 입니다" or "ABC234로".
_AMONG_WORDS = re.compile(rf"(?<![A-Za-z0-9])[{ALPHABET}]{{{LENGTH}}}(?![A-Za-z0-9])", re.ASCII | re.IGNORECASE)
_DASHES = "-_.\u00b7\u2010-\u2015\u2212"
_SEPARATED = [re.compile(rf"(?<=[A-Za-z0-9])[{signs}]+(?=[A-Za-z0-9])") for signs in (_DASHES, rf"{_DASHES}\s")]

# The keys of the usual Korean layout (두벌식), by the letters that they write.
_INITIALS = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWELS = (
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
)
_FINALS = (
    *("r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg"),
    *("a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"),
)
_FOR_L = str.maketrans("I1", "LL")
_KEYS = {
    first + place: keys
    for first, letters in ((0x1100, _INITIALS), (0x1161, _VOWELS), (0x11A8, _FINALS))
    for place, keys in enumerate(letters)
}


def new_code() -> str:
    """A random code with at least one letter, so that it is never taken for an id."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isdigit():
            return code


def as_code(ref: str) -> str | None:
    """The code that somebody means, in upper case; ``None`` for what cannot be one (and for an id: only digits).

    Read as people give it: in full width, with dashes, spaces, quotes or a full stop, as a link, in the middle of a
    sentence, percent-encoded, or typed while the keyboard wrote Hangul (``ㄷ9ㅗㅋㅏㅡ`` is E9HZKM). ``web/src/code.ts``
    reads alike; both are held to ``tests/classroom/codes.json``.
    """
    if _WELL_FORMED.fullmatch(ref):
        return _usable(ref)
    if len(ref) > _LONGEST:
        return None
    given = unicodedata.normalize("NFKC", unquote(ref))
    if link := _LINK.search(given):
        run = _RUN.match(link.group(1))
        readings = [_typed(run.group()) if run else "", _typed(link.group(1))]
    else:
        readings = [_among_words(given), *(_among_words(apart.sub("", given)) for apart in _SEPARATED), _typed(given)]
    codes = [code for reading in readings if (code := _usable(reading))]
    return next((code for code in codes if len(code) == LENGTH), codes[0] if codes else None)


def _among_words(text: str) -> str:
    """The one code in a sentence; "" for none, or for several that nothing tells apart."""
    found = {code.upper() for code in _AMONG_WORDS.findall(text)}
    if len(found) > 1:
        found = {code for code in found if any(sign.isdigit() for sign in code)}
    return found.pop() if len(found) == 1 else ""


def _usable(text: str) -> str | None:
    return text.upper() if _WELL_FORMED.fullmatch(text) and not text.isdigit() else None


def _typed(text: str) -> str:
    """The keys of letters and digits; spaces, dashes, quotes and everything else of the kind is no part of a code."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(_KEYS.get(ord(sign), sign) for sign in decomposed if unicodedata.category(sign)[0] in "LN")


def look_alikes(code: str) -> list[str]:
    """Codes that somebody may have meant who mixed up signs that look alike: I and 1 for L, O for 0 and 0 for O.

    Ours have neither I nor O, 1 or 0, so most have none; asked for when there is no class of ``code`` itself.
    """
    read = [code.translate(_FOR_L), code.translate(_FOR_L).replace("O", "0"), code.translate(_FOR_L).replace("0", "O")]
    return [one for one in dict.fromkeys(read) if one != code]


def as_id(ref: str) -> int | None:
    """The numeric id that a client means."""
    if not ref.isascii() or not ref.isdigit() or len(ref) > 19:
        return None
    return number if 0 < (number := int(ref)) <= _LARGEST_ID else None


def device_hash(device_id: str | None) -> str | None:
    """What is stored of a device id; ``None`` for one too short to bring a seat back (contract 3.9).

    Space around it does not count, nor the case of hexadecimal digits: one phone is one seat, whoever wrote its id.
    """
    told = (device_id or "").strip()
    digits = 0
    if _HEXADECIMAL.fullmatch(told):
        told = told.lower()
        digits = len(told) - told.count("-")
    if len(told) < RETURNING_DEVICE_ID_LENGTH and digits < RETURNING_HEXADECIMAL_DIGITS:
        return None
    return digest(told)


def digest(device_id: str) -> str:
    """The device without telling which."""
    return hashlib.sha256(device_id.encode()).hexdigest()
