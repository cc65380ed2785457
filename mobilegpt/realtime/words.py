"""What processes tell each other through the broker: committed events, and how many phones have a step.

Imports no Django.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mobilegpt.realtime.event import Envelope, decode_event, encode_event


class Told(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """An event for one of its topics; with ``seq`` the topic is a stream."""

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


Word = Told | Counted
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Word)


def encode_word(word: Word) -> bytes:
    return _encoder.encode(word)


def decode_word(data: bytes) -> Word:
    """Raises ``msgspec.DecodeError``."""
    word: Word = _decoder.decode(data)
    return word


def words_of(envelopes: Iterable[Envelope], origin: str) -> list[tuple[str, bytes]]:
    """Each event once for each of its topics."""
    words = []
    for one in envelopes:
        event_type, payload = type(one.event).__name__, encode_event(one.event)
        if one.stream is not None:
            told = Told(origin, one.row_id, one.event_id, event_type, payload, one.epoch, one.seq)
            words.append((one.stream, encode_word(told)))
        if one.topics:
            word = encode_word(Told(origin, one.row_id, one.event_id, event_type, payload))
            words += [(topic, word) for topic in one.topics]
    return words
