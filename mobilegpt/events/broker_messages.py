"""What processes tell each other through the broker: committed events, and how many phones have a step.

Imports no Django.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mobilegpt.events.event import Envelope, decode_event, encode_event


class BrokerEvent(msgspec.Struct, frozen=True, tag="Told", omit_defaults=True):
    """An event for one of its topics; with ``seq`` the topic is a stream.

    Its tag is an older name: processes of both versions hear each other while a server is replaced.
    """

    origin: str
    row_id: int
    event_id: str
    event_type: str
    payload: bytes
    epoch: str | None = None
    seq: int | None = None

    def envelope(self, topic: str) -> Envelope:
        """Raises ``KeyError`` and ``msgspec.ValidationError`` for what this version does not know."""
        numbered = self.seq is not None
        return Envelope(
            row_id=self.row_id,
            event_id=self.event_id,
            event=decode_event(self.event_type, self.payload),
            stream=topic if numbered else None,
            epoch=self.epoch,
            seq=self.seq,
            topics=() if numbered else (topic,),
        )


class Counted(msgspec.Struct, frozen=True, tag=True):
    """The users of one process who are in a session, and those of them whose phones have its newest step."""

    origin: str
    stream: str
    seq: int
    received: list[int]
    present: list[int]


BrokerMessage = BrokerEvent | Counted
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(BrokerMessage)


def encode_broker_message(message: BrokerMessage) -> bytes:
    return _encoder.encode(message)


def decode_broker_message(data: bytes) -> BrokerMessage:
    """Raises ``msgspec.DecodeError``."""
    message: BrokerMessage = _decoder.decode(data)
    return message


def broker_messages_of(envelopes: Iterable[Envelope], origin: str) -> list[tuple[str, bytes]]:
    """Each event once for each of its topics."""
    messages = []
    for one in envelopes:
        event_type, payload = type(one.event).__name__, encode_event(one.event)
        if one.stream is not None:
            carried = BrokerEvent(origin, one.row_id, one.event_id, event_type, payload, one.epoch, one.seq)
            messages.append((one.stream, encode_broker_message(carried)))
        if one.topics:
            message = encode_broker_message(BrokerEvent(origin, one.row_id, one.event_id, event_type, payload))
            messages += [(topic, message) for topic in one.topics]
    return messages
