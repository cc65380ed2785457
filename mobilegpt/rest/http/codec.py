"""JSON in and out by msgspec: typed bodies, typed answers, one fast encoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, TypeVar

import msgspec
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from mobilegpt.core import extras
from mobilegpt.core.errors import Invalid, TooLarge
from mobilegpt.core.text import has_null, without_bom

T = TypeVar("T")


class JsonRenderer(BaseRenderer):
    """Encodes structs, plain objects and ready-made ``msgspec.Raw`` bytes; without extras for who wants none."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        encoded = msgspec.json.encode(data)
        request = (renderer_context or {}).get("request")
        if request is None or not extras.are_refused(request.META.get("HTTP_ACCEPT_EXTRAS")):
            return encoded
        return msgspec.json.encode(extras.without_extras(msgspec.json.decode(encoded)))


class JsonParser(BaseParser):
    """Hands the view the raw bytes: the view's struct decodes and validates them in one pass."""

    media_type = "application/json"

    def parse(  # type: ignore[override] # the stubs know form data only; a view may be handed anything
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        raw = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(raw) > settings.MAX_BODY_BYTES:  # the bridge lets more through where files are uploaded
            raise TooLarge(message=f"The body may have at most {settings.MAX_BODY_BYTES} bytes")
        return raw


class AnyTypeParser(JsonParser):
    """For clients that send JSON under another Content-Type, or under none (contract 9.4)."""

    media_type = "*/*"


def decode_body(raw: bytes, shape: type[T], *, null_signs: bool = False) -> T:
    """Decode a JSON body.

    Raises ``ParseError`` for what is not JSON, ``msgspec.ValidationError`` for another shape, ``Invalid`` for U+0000
    (unless ``null_signs``: who decodes parts of it by themselves looks at each).
    """
    raw = without_bom(raw)
    if not raw.strip():
        raw = b"{}"
    if not null_signs and has_null(raw):
        raise Invalid(message="Text cannot have the character U+0000")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ParseError("The body is not valid JSON") from None
