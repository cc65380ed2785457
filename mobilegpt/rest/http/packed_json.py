"""Bodies that phones send packed: JSON with ``Content-Encoding: gzip`` (contract 8.5)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType

from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge
from mobilegpt.rest.http.codec import JsonParser

_GZIP = 16 + zlib.MAX_WBITS
UNPACKED_TIMES = 4
"""How much larger than a plain body an unpacked one may be."""


class PackedJsonParser(JsonParser):
    """As its base, and unpacks gzip. What grows beyond the limit is refused before it has grown (deflate bombs)."""

    def parse(  # type: ignore[override] # as its base
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        raw = super().parse(stream, media_type, parser_context)
        request = (parser_context or {}).get("request")
        encoding = request.headers.get("Content-Encoding", "").strip().lower() if request is not None else ""
        if encoding in ("", "identity"):
            return raw
        if encoding not in ("gzip", "x-gzip"):
            raise UnsupportedMediaType(encoding, "Content-Encoding is gzip or none")
        return unpacked(raw, settings.MAX_BODY_BYTES * UNPACKED_TIMES)


def unpacked(raw: bytes, most: int) -> bytes:
    """Raises ``Invalid`` INVALID_JSON for what is not gzip or is cut off, ``TooLarge`` beyond ``most`` bytes."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(raw, most + 1)
    except zlib.error:
        raise Invalid(ErrorCode.INVALID_JSON, "The body is not gzip") from None
    if len(content) > most:
        raise TooLarge(message=f"The unpacked body may have at most {most} bytes")
    if not unpacker.eof:
        raise Invalid(ErrorCode.INVALID_JSON, "The gzip body is cut off")
    return content
