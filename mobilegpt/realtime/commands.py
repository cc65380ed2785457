"""Running a socket's command in a database thread: positions before state, keyed writes once, the acknowledgement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mobilegpt.core import idempotency
from mobilegpt.core.idempotency import Attempt
from mobilegpt.core.models import IdempotencyRecord
from mobilegpt.realtime import streams
from mobilegpt.realtime.dialect import Decoded, Frame
from mobilegpt.realtime.outbox import UnitOfWork, unit_of_work
from mobilegpt.realtime.protocol import Ack, Position
from mobilegpt.realtime.surface import Call, Handler, Opening, Reply
from mobilegpt.realtime.topics import is_stream


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: frames for its own socket, positions that the frames' state stands at, an admission."""

    frames: Sequence[Frame | dict[str, Any]] = ()
    positions: dict[str, Position] = field(default_factory=dict)
    admit: Opening | None = None


def execute(handler: Handler, call: Call, decoded: Decoded, route: str, topics: Sequence[str]) -> Outcome:
    """Run one command. Raises ``DomainError``; then nothing was written."""
    if not decoded.command.keyed:
        return _answer_with_state(handler, call, decoded, topics)
    attempt = attempt_of(call, decoded, route)
    if attempt is None:
        reply = handler(call) or Reply()
        return Outcome(frames=reply.frames, admit=reply.admit)
    return _write_once(handler, call, attempt, topics)


def _answer_with_state(handler: Handler, call: Call, decoded: Decoded, topics: Sequence[str]) -> Outcome:
    """Whatever is newer than the answer's positions comes as an event after it."""

    def answer() -> Reply:
        return handler(call) or Reply()

    if call.actor is None:  # an admission is not repeated: it may make a seat
        at, reply = streams.positions(topics), answer()
    else:
        at, reply = streams.read_at_position(topics, answer)
    if reply.admit is not None:
        at |= streams.positions(topic for topic in reply.admit.topics if is_stream(topic) and topic not in at)
    frames = list(reply.frames)
    if decoded.client_msg_id is not None:
        frames.append(Ack(client_msg_id=decoded.client_msg_id, id=reply.id, seq=None, duplicate=False))
    return Outcome(frames=frames, positions=at, admit=reply.admit)


class Answer(msgspec.Struct, frozen=True):
    """What is kept of a keyed command: enough for its ``ack``."""

    id: int | None
    seq: int | None

    def acknowledge(self, client_msg_id: str, *, duplicate: bool) -> Ack:
        return Ack(client_msg_id=client_msg_id, id=self.id, seq=self.seq, duplicate=duplicate)


def attempt_of(call: Call, decoded: Decoded, route: str) -> Attempt | None:
    """The keyed write that this command is; ``None`` without a key, or without somebody whose key it is."""
    if decoded.client_msg_id is None or call.actor is None:
        return None
    return Attempt(
        f"user:{call.actor.user_id}", f"WS {route}", decoded.client_msg_id, msgspec.json.encode(call.command)
    )


def repeated(first: IdempotencyRecord) -> Outcome:
    """The first answer once more."""
    answer = msgspec.json.decode(bytes(first.response), type=Answer)
    return Outcome(frames=[answer.acknowledge(first.key, duplicate=True)])


def _write_once(handler: Handler, call: Call, attempt: Attempt, topics: Sequence[str]) -> Outcome:
    with idempotency.in_flight(attempt), unit_of_work() as unit:
        first = idempotency.begin(attempt)
        if first is not None:
            return repeated(first)
        reply = handler(call) or Reply()
        answer = Answer(reply.id, _seq_of(unit, topics))
        idempotency.finish(attempt, 200, msgspec.json.encode(answer))
    return Outcome(frames=[*reply.frames, answer.acknowledge(attempt.key, duplicate=False)], admit=reply.admit)


def _seq_of(unit: UnitOfWork, topics: Iterable[str]) -> int | None:
    """The number of the event in a stream that this socket follows, else in the first stream it went to."""
    numbered = [envelope for envelope in unit.flush() if envelope.seq is not None]
    followed = set(topics)
    mine = [envelope.seq for envelope in numbered if envelope.stream in followed]
    return (mine or [envelope.seq for envelope in numbered] or [None])[-1]
