"""Frames that every socket shares: heartbeat, acknowledgement, and what ``rt.v1`` adds (contract 6.9, 10)."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from mobilegpt.events.command import Command
from mobilegpt.events.event import Position
from mobilegpt.realtime.dialect import Decoder, Frame

SUBPROTOCOL = "rt.v1"


class Heartbeat(Command, frozen=True, kw_only=True):
    """A sign of life; answered at once, whatever else the socket is busy with."""

    keyed: ClassVar[bool] = False

    timestamp: Any = None


class HeartbeatAck(Frame, frozen=True, kw_only=True, tag="heartbeat_ack"):
    """``timestamp`` is the client's own value, or null; ``server_time`` ISO 8601."""

    timestamp: Any
    server_time: str


class Ack(Frame, frozen=True, kw_only=True, tag="ack"):
    """The write is committed. ``seq`` is the number of the event that the write caused in a stream of this socket."""

    client_msg_id: str
    id: int | None
    seq: int | None
    duplicate: bool


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """How far back a stream can be replayed."""

    events: int
    seconds: int


class Hello(Frame, frozen=True, kw_only=True, tag="hello"):
    """First frame of an ``rt.v1`` socket."""

    connection_id: str
    heartbeat_interval: int
    streams: dict[str, Position]
    limits: dict[str, int]
    resume: Window


class Resume(Command, frozen=True, kw_only=True):
    """Where the client stands; it gets what it missed, whole, or a snapshot."""

    keyed: ClassVar[bool] = False

    streams: dict[str, Position]


class Resumed(Frame, frozen=True, kw_only=True, tag="resumed", omit_defaults=True):
    """``recovered`` true: ``count`` missed events came before this frame. False: a ``snapshot`` follows."""

    stream: str
    recovered: bool
    count: int | None = None
    reason: str | None = None


class Snapshot(Frame, frozen=True, kw_only=True, tag="snapshot"):
    """The fresh state in place of a replay: ``frames`` are what a new connection would be told."""

    streams: dict[str, Position]
    frames: list[dict[str, Any]]


class Received(Command, frozen=True, kw_only=True):
    """The phone has the step."""

    keyed: ClassVar[bool] = False

    stream: str
    seq: int


class Delivery(Frame, frozen=True, kw_only=True, tag="delivery"):
    """How many of the present phones have the step with this ``seq``; for instructors."""

    stream: str
    seq: int
    received: int
    total: int


class PositionFrame(Frame, frozen=True, kw_only=True, tag="position"):
    """A numbered event that this socket does not show: the stream moved on all the same."""

    stream: str
    epoch: str
    seq: int
    event_id: str


class Reconnect(Frame, frozen=True, kw_only=True, tag="reconnect"):
    """The server restarts: come back after this many milliseconds."""

    after_ms: int


RT_DECODERS: dict[str, Decoder] = {
    "heartbeat": Decoder(Heartbeat),
    "resume": Decoder(Resume),
    "received": Decoder(Received),
}
RT_FRAMES: tuple[type[Frame], ...] = (Hello, Resumed, Snapshot, Delivery, PositionFrame, Reconnect)
