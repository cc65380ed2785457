"""Running a socket's command in a database thread: positions before state, keyed writes once, the acknowledgement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from mobilegpt.database import idempotency
from mobilegpt.database.idempotency import Attempt
from mobilegpt.database.models import IdempotencyRecord
from mobilegpt.events import streams
from mobilegpt.events.outbox import UnitOfWork, unit_of_work
from mobilegpt.events.shared_transaction import Numbers, Piece
from mobilegpt.events.topics import is_stream
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.protocol import Ack
from mobilegpt.realtime.route import Call, CommandHandler, Outcome, Reply


def execute(handler: CommandHandler, call: Call, decoded: Decoded, route: str, topics: Sequence[str]) -> Outcome:
    """Run one command. Raises ``DomainError``; then nothing was written."""
    if not decoded.command.keyed:
        return _answer_with_state(handler, call, decoded, topics)
    attempt = attempt_of(call, decoded, route)
    if attempt is None:
        reply = handler(call) or Reply()
        return Outcome(frames=reply.frames, admit=reply.admit)
    return _write_once(handler, call, attempt, topics)


def _answer_with_state(handler: CommandHandler, call: Call, decoded: Decoded, topics: Sequence[str]) -> Outcome:
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


class KeptAnswer(msgspec.Struct, frozen=True):
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
    answer = msgspec.json.decode(bytes(first.response), type=KeptAnswer)
    return Outcome(frames=[answer.acknowledge(first.key, duplicate=True)])


def _write_once(handler: CommandHandler, call: Call, attempt: Attempt, topics: Sequence[str]) -> Outcome:
    with idempotency.in_flight(attempt), unit_of_work() as unit:
        first = idempotency.begin(attempt)
        if first is not None:
            return repeated(first)
        reply = handler(call) or Reply()
        answer = KeptAnswer(reply.id, _seq_of(unit, topics))
        idempotency.finish(attempt, 200, msgspec.json.encode(answer))
    return Outcome(frames=[*reply.frames, answer.acknowledge(attempt.key, duplicate=False)], admit=reply.admit)


def _seq_of(unit: UnitOfWork, topics: Iterable[str]) -> int | None:
    """The number of the event in a stream that this socket follows, else in the first stream it went to."""
    numbered = [envelope for envelope in unit.flush() if envelope.seq is not None]
    followed = set(topics)
    mine = [envelope.seq for envelope in numbered if envelope.stream in followed]
    return (mine or [envelope.seq for envelope in numbered] or [None])[-1]


class Asked(Piece[Outcome]):
    """One command of one socket; ``topics`` are the numbered ones that the socket follows."""

    __slots__ = ("topics",)

    def __init__(self, call: Call, decoded: Decoded, route: str, topics: Sequence[str]) -> None:
        super().__init__(call, attempt_of(call, decoded, route))
        self.topics = topics

    def repeat(self, first: IdempotencyRecord) -> Outcome:
        return repeated(first)

    def settle(self, made: Reply, numbers: Numbers) -> tuple[Outcome, tuple[int, bytes] | None]:
        if self.attempt is None:
            return Outcome(frames=made.frames), None
        answer = KeptAnswer(made.id, self._seq_of(made, numbers))
        acknowledgement = answer.acknowledge(self.attempt.key, duplicate=False)
        return Outcome(frames=[*made.frames, acknowledgement]), (200, msgspec.json.encode(answer))

    def _seq_of(self, reply: Reply, numbers: Numbers) -> int | None:
        """The number of the event in a stream that this socket follows, else in the first stream it went to."""
        places = numbers.get(id(reply.event), {})
        return next((places[topic] for topic in self.topics if topic in places), next(iter(places.values()), None))
