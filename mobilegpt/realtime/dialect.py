"""A dialect is the codec of one socket URL family: events to frames, frames to commands. Fixed per connection.

``Dialect(name, encoders={Event: fn}, ignored={Event}, decoders={"type": decoder})``. Every event is encoded or
explicitly ignored in every dialect; a test names what is missing. Encoders are annotated with the frames they return:
the protocol documents are generated from those annotations. Imports no Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from mobilegpt.core import extras
from mobilegpt.core.errors import DomainError, ErrorCode, Invalid
from mobilegpt.core.text import has_null, without_bom
from mobilegpt.events.command import Command
from mobilegpt.events.event import Event


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of what a server sends; a subclass names its wire type: ``class Ack(Frame, tag="ack")``."""


Frames = Frame | list[Frame] | None
Encoder = Callable[[Any], Any]


class ErrorData(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str


class ErrorFrame(Frame, frozen=True, kw_only=True, tag="error"):
    """A refusal (contract 4.4). The socket stays open.

    ``details`` are for ``rt.v1``; ``client_msg_id`` is that of the refused command, when it could be read.
    """

    code: str
    message: str
    error: str
    data: ErrorData
    details: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    client_msg_id: str | msgspec.UnsetType = msgspec.UNSET


class Decoder(msgspec.Struct, frozen=True):
    """How one frame type becomes a command. ``aliases`` maps other names of a field to its own."""

    command: type[Command]
    aliases: dict[str, str] = {}

    def __call__(self, fields: Mapping[str, Any]) -> Command:
        named = {self.aliases.get(name, name): value for name, value in fields.items()}
        try:
            return msgspec.convert(named, self.command)
        except msgspec.ValidationError as error:
            raise Invalid(message=str(error)) from None


class Decoded(msgspec.Struct, frozen=True):
    """A frame that made sense. ``client_msg_id`` makes its retry safe (contract 10.3)."""

    command: Command
    client_msg_id: str | None


class BadFrame(DomainError):
    """A frame that made no sense; 20 of them close the socket with 4400. A readable ``client_msg_id`` is echoed."""

    client_msg_id: str | None = None


class Dialect:
    """The codec of one socket URL family.

    ``data_copy`` adds S2's ``data`` copy of the flat fields to every frame that has no ``data`` of its own (contract
    7.1). ``rt_encoders`` are for clients of ``rt.v1`` only: what the documents do not have, the others never see
    (contract 10).
    """

    def __init__(
        self,
        name: str,
        *,
        encoders: Mapping[type[Event], Encoder],
        rt_encoders: Mapping[type[Event], Encoder] | None = None,
        ignored: Iterable[type[Event]] = (),
        decoders: Mapping[str, Decoder] | None = None,
        data_copy: bool = False,
    ) -> None:
        self.name = name
        self.encoders = dict(encoders)
        self.rt_encoders = dict(rt_encoders or {})
        self.ignored = frozenset(ignored)
        self.decoders = dict(decoders or {})
        self.data_copy = data_copy

    def encode(self, event: Event, *, rt: bool = False) -> list[dict[str, Any]]:
        """The frames of an event as plain objects; empty when this dialect does not show it."""
        encoder = (self.rt_encoders.get(type(event)) if rt else None) or self.encoders.get(type(event))
        if encoder is None:
            return []
        frames = encoder(event)
        if frames is None:
            return []
        return [self.shape(frame) for frame in (frames if isinstance(frames, list) else [frames])]

    def shape(self, frame: Frame) -> dict[str, Any]:
        """A frame as the plain object that goes over the wire."""
        shaped: dict[str, Any] = msgspec.to_builtins(frame)
        if self.data_copy and "data" not in shaped:
            shaped["data"] = {key: value for key, value in shaped.items() if key != "type"}
        return self.plain(shaped)

    def plain(self, shaped: dict[str, Any]) -> dict[str, Any]:
        """A plain object as this dialect's clients may get it."""
        return shaped

    @cached_property
    def without_extras(self) -> Dialect:
        """The same, for clients that want the documents' keys alone (contract 11.7)."""
        return _WithoutExtras(
            self.name,
            encoders=self.encoders,
            rt_encoders=self.rt_encoders,
            ignored=self.ignored,
            decoders=self.decoders,
            data_copy=self.data_copy,
        )

    def error(self, error: DomainError, *, rt: bool = False) -> dict[str, Any]:
        """The error frame of a refusal, which names four keys (contract 4.4); ``details`` are for ``rt.v1`` only."""
        data = ErrorData(code=error.code, message=error.message)
        details = error.details if rt and error.details else msgspec.UNSET
        frame = ErrorFrame(code=error.code, message=error.message, error=error.message, data=data, details=details)
        shaped: dict[str, Any] = msgspec.to_builtins(frame)
        return shaped

    def decode(self, raw: str | bytes, also: Mapping[str, Decoder] | None = None) -> Decoded:
        """Flat fields, or fields under ``data`` (contract 6.2); ``also`` adds types to the dialect's own.

        Raises ``BadFrame``.
        """
        fields = _object(raw)
        kind = fields.pop("type", None)
        client_msg_id = _client_msg_id(fields)
        decoder = {**(also or {}), **self.decoders}.get(kind) if isinstance(kind, str) else None
        if decoder is None:
            raise _bad(ErrorCode.UNKNOWN_TYPE, "This socket knows no such message type", client_msg_id)
        try:
            return Decoded(decoder(fields), client_msg_id)
        except Invalid as error:
            raise _bad(error.code, error.message, client_msg_id) from None


class _WithoutExtras(Dialect):
    def shape(self, frame: Frame) -> dict[str, Any]:
        """``data`` is the plain copy again, of frames that say more there (contract 12)."""
        shaped = super().shape(frame)
        flat = {key: value for key, value in shaped.items() if key not in ("type", "data")}
        return {**shaped, "data": self.plain(flat)} if self.data_copy and flat else shaped

    def plain(self, shaped: dict[str, Any]) -> dict[str, Any]:
        without: dict[str, Any] = extras.without_extras(shaped)
        return without


def _object(raw: str | bytes) -> dict[str, Any]:
    encoded = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if has_null(encoded):
        raise BadFrame(ErrorCode.INVALID_REQUEST, "Text cannot have the character U+0000")
    try:
        decoded = msgspec.json.decode(without_bom(encoded))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadFrame(ErrorCode.INVALID_JSON, "The frame is not valid JSON") from None
    if not isinstance(decoded, dict):
        raise BadFrame(ErrorCode.INVALID_JSON, "The frame is not a JSON object")
    nested = decoded.pop("data", None)
    return {**nested, **decoded} if isinstance(nested, dict) else decoded


def _client_msg_id(fields: dict[str, Any]) -> str | None:
    value = fields.pop("client_msg_id", None)
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise BadFrame(ErrorCode.INVALID_REQUEST, "client_msg_id is a string of 1 to 64 characters")
    return value


def _bad(code: ErrorCode, message: str, client_msg_id: str | None) -> BadFrame:
    error = BadFrame(code, message)
    error.client_msg_id = client_msg_id
    return error
