"""Plain text: in which charset it was written. Read in pieces, so that a long one costs no memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

_PIECE = 64 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# As browsers name it, whom "cp949" tells nothing. EUC-KR is the part of it that everybody else knows too.
_WHOLE_KOREAN = "windows-949"
_CODECS = {_WHOLE_KOREAN: "cp949"}
_MOSTLY = 0.7  # of UTF-16 without a mark: any two bytes are a sign of it
_SOME = 0.3  # of what says that it is UTF-16
_CONTROL = dict.fromkeys([*range(9), 11, *range(14, 27), *range(28, 32), 127])


def charset_of(file: BinaryIO) -> str | None:
    """``utf-8``, ``euc-kr``, ``windows-949``, ``utf-16`` (with a mark), ``utf-16le`` or ``utf-16be``; ``None`` when it
    is no text."""
    file.seek(0)
    sample = file.read(_PIECE)
    return next((charset for charset in _likely(sample) if _decodes(file, charset)), None)


def looks_like_text(head: bytes) -> bool:
    """Whether a file that begins so is text for people: it may have no control characters."""
    for charset in _likely(head):
        text = _decoded(head, charset)
        if text and _usual(text) > _MOSTLY and len(text.translate(_CONTROL)) == len(text):
            return True
    return False


def _likely(sample: bytes) -> Iterator[str]:
    """The charsets to try, the likeliest first."""
    for mark, charset in _MARKS:
        if sample.startswith(mark):
            if charset == "utf-8" or _usual(_decoded(sample, charset)) >= _SOME:
                yield charset
            return
    if b"\0" not in sample:
        yield from ("utf-8", "euc-kr", *_of_syllables(sample, "utf-16le"), _WHOLE_KOREAN)
        yield from _of_syllables(sample, "utf-16be")
    else:
        found = {charset: _usual(_decoded(sample, charset)) for charset in ("utf-16le", "utf-16be")}
        yield from sorted((one for one, share in found.items() if share >= _MOSTLY), key=lambda one: -found[one])


def _of_syllables(sample: bytes, charset: str) -> tuple[str, ...]:
    """UTF-16 without a mark and without a single space or line: a word or two, which can look like EUC-KR."""
    text = _decoded(sample, charset)
    return (charset,) if _usual(text) == 1 and all("가" <= sign <= "힣" for sign in text) else ()


def _decoded(sample: bytes, charset: str) -> str:
    return sample.decode(_CODECS.get(charset, charset), "replace")


def _usual(text: str) -> float:
    """The share of characters that Korean texts are written with: EUC-KR has a place for each of them."""
    plain = text.translate(_CONTROL)
    return len(plain.encode("euc-kr", "ignore").decode("euc-kr")) / len(text) if text else 0.0


def _decodes(file: BinaryIO, charset: str) -> bool:
    decoder = codecs.getincrementaldecoder(_CODECS.get(charset, charset))()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            if "\0" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
