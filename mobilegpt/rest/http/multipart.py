"""Forms with files, whose names arrive as somebody sees them: in UTF-8, EUC-KR or CP949, percent-encoded or as a mail's
encoded word, plain or by RFC 2231 and 5987 (``filename*``).

Django's parser drops a part whose headers are not UTF-8, so the file is missing. They become UTF-8 on their way there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from rest_framework.parsers import DataAndFiles, MultiPartParser

from mobilegpt.core.text import plain
from mobilegpt.rest.http.uploads import NamelessFileHandler

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_CHARSETS = ("utf-8", "cp949")
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_ENCODED_LETTER = re.compile(r"%[89a-f][0-9a-f]", re.IGNORECASE)
_CHUNK = 65_536
_HEADER_BYTES = 1_024  # the parser takes no more of a part


class FormParser(MultiPartParser):
    """``multipart/form-data``. The names of its files are as ``readable_name`` makes them."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        # The charset of the request, if it names one, was made UTF-8 with the headers.
        context = {**(parser_context or {}), "encoding": "utf-8"}
        boundary = _BOUNDARY.search(media_type or "")
        if boundary is not None:
            stream = Readable(stream, boundary.group(1).encode("latin-1", "replace"))  # type: ignore[assignment]
        try:
            found = super().parse(stream, media_type, context)
        except Exception:
            for handler in context["request"].upload_handlers:
                if isinstance(handler, NamelessFileHandler):
                    handler.give_up()
            raise
        for _, files in found.files.lists():
            for file in files:
                file.name = readable_name(file.name)
        return found


class Readable:
    """The bytes of a form, its parts' headers in UTF-8. Holds back no more than what may be half a boundary."""

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self._stream = stream
        self._boundary = b"--" + boundary
        self._held = b""
        self._in_headers = False
        self._over = False

    def read(self, size: int = -1) -> bytes:
        """Some more of it, at most about ``size`` bytes (a header may grow); everything for -1, b"" at the end."""
        pieces: list[bytes] = []
        while not self._over and (size < 0 or not pieces):
            chunk = self._stream.read(size if size > 0 else _CHUNK)
            self._over = not chunk
            if piece := self._ready(self._held + chunk):
                pieces.append(piece)
        return b"".join(pieces)

    def _ready(self, content: bytes) -> bytes:
        """What can be handed on of ``content``; the rest is held."""
        done: list[bytes] = []
        at = 0
        while True:
            if self._in_headers:
                end = content.find(b"\r\n\r\n", at)
                if end < 0:
                    if not self._over and len(content) - at <= _HEADER_BYTES:
                        break
                    end = at  # no header: the parser says so
                done.append(_in_utf8(content[at:end]))
                at, self._in_headers = end, False
            else:
                found = content.find(self._boundary, at)
                if found < 0:
                    keep = 0 if self._over else len(self._boundary) - 1
                    end = max(at, len(content) - keep)
                    done.append(content[at:end])
                    at = end
                    break
                done.append(content[at : found + len(self._boundary)])
                at, self._in_headers = found + len(self._boundary), True
        self._held = content[at:]
        return b"".join(done)


def readable_name(name: str | None) -> str:
    """A file's name as somebody sees it, in one form (NFC: macOS sends Hangul as loose letters)."""
    shown = name or ""
    if _ENCODED_WORD.search(shown):
        with suppress(HeaderParseError, LookupError, ValueError):
            shown = str(make_header(decode_header(shown)))
    if _ENCODED_LETTER.search(shown) and shown.isascii():
        shown = _decoded(unquote_to_bytes(shown))
    return plain(shown)


def _in_utf8(header: bytes) -> bytes:
    return header if header.isascii() else _decoded(header).encode()


def _decoded(raw: bytes) -> str:
    for charset in _CHARSETS:
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
