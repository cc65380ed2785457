"""Fan-out in one process: topics, the connections that follow them, one encoding per dialect.

Runs on the event loop only. Invariants:

- a connection sees the numbered events of a topic in order, each once, from its own starting position on;
- an event that arrives early waits; what is missing is read from the stream table; when that cannot help, the sockets
  are closed with 4440 and come back for a snapshot. Never a silent gap;
- nothing here awaits a socket: a write never blocks, a full socket is dropped by its own buffer limit.

Imports no Django: the stream table is behind ``StreamStore``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec
import structlog

from mobilegpt.core.locale import Language, speaking
from mobilegpt.events.broker import Alone
from mobilegpt.events.event import Envelope, Position
from mobilegpt.events.topics import is_stream
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.frames import WireFrames, joined, wire_frames
from mobilegpt.realtime.protocol import PositionFrame
from mobilegpt.realtime.sendloop import WriteAll, in_turn
from mobilegpt.realtime.subscriber import Subscriber

log = structlog.get_logger(__name__)

COALESCE_SECONDS = 0.005
GAP_PATIENCE_SECONDS = 0.03


class TopicInterest(Protocol):
    """Told which topics have followers here, so that other processes are heard on them."""

    def listen(self, topic: str) -> None: ...
    def ignore(self, topic: str) -> None: ...


StreamStore = Callable[[str, int, int], Awaitable[list[Envelope]]]
"""``(stream, after_seq, up_to_seq) → envelopes`` in order; fewer than asked when retention took some."""

Codec = tuple[Dialect, bool, Language]
"""What makes frames of an event: the dialect, whether for ``rt.v1``, the language of their words."""


class _Arrival:
    """A connection that has not caught up: what came for it meanwhile, and the number that it knows already.

    ``start`` is ``None`` while it is held: its answer is still being made.
    """

    __slots__ = ("buffer", "known", "start")

    def __init__(self) -> None:
        self.buffer: list[Envelope] = []
        self.start: int | None = None
        self.known = 0


class Channel:
    """One topic in this process."""

    __slots__ = (
        "ahead",
        "arriving",
        "batch",
        "codecs",
        "early",
        "flush_at",
        "flush_handle",
        "gap_handle",
        "last_write",
        "name",
        "position",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.position: Position | None = None
        self.codecs: dict[Codec, dict[Subscriber, None]] = {}
        self.arriving: dict[Subscriber, _Arrival] = {}
        self.early: dict[int, Envelope] = {}
        self.batch: list[Envelope] = []
        # Who has the first so many of the batch already: a direct answer must not wait for the others' write.
        self.ahead: dict[Subscriber, int] = {}
        self.last_write = 0.0
        self.flush_handle: asyncio.Handle | None = None
        self.flush_at = 0.0  # uvloop's handles do not tell, when the time is nearly over
        self.gap_handle: asyncio.TimerHandle | None = None

    @property
    def empty(self) -> bool:
        return not self.codecs and not self.arriving

    def subscribers(self) -> list[Subscriber]:
        live = [subscriber for group in self.codecs.values() for subscriber in group]
        return live + list(self.arriving)

    def go_live(self, subscriber: Subscriber) -> None:
        """From the next event on; what is in the batch it has, or is past."""
        self.ahead[subscriber] = len(self.batch)
        self.codecs.setdefault(codec_of(subscriber), {})[subscriber] = None

    def drop(self, subscriber: Subscriber) -> None:
        self.arriving.pop(subscriber, None)
        self.ahead.pop(subscriber, None)
        codec = codec_of(subscriber)
        group = self.codecs.get(codec, {})
        group.pop(subscriber, None)
        if not group:
            self.codecs.pop(codec, None)


class Hub:
    """All topics of this process."""

    def __init__(
        self, store: StreamStore, interest: TopicInterest | None = None, write_all: WriteAll = in_turn
    ) -> None:
        self._store = store
        self._write_all = write_all
        self._interest = interest or Alone()
        self._channels: dict[str, Channel] = {}
        self._refills: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    # --- following

    def follow(self, subscriber: Subscriber, topics: Iterable[str]) -> None:
        """Start to collect events for a connection; nothing is written to it before ``settle``."""
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is None:
                channel = self._channels[topic] = Channel(topic)
                self._interest.listen(topic)
            channel.arriving[subscriber] = _Arrival()

    def hold(self, subscriber: Subscriber, topics: Iterable[str]) -> None:
        """Collect again instead of writing, while an answer that carries state is being made; ``settle`` ends it."""
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is None:
                continue
            arrival = channel.arriving.get(subscriber)
            if arrival is None:
                self._flush_one(channel, subscriber)
                channel.drop(subscriber)
                channel.arriving[subscriber] = _Arrival()
            elif arrival.start is not None:  # still behind its last answer
                arrival.known, arrival.start = arrival.start, None

    def position(self, topic: str) -> Position | None:
        """Where this process stands in a stream, if it follows it."""
        channel = self._channels.get(topic)
        return channel.position if channel else None

    def settle(self, subscriber: Subscriber, topics: Iterable[str], positions: Mapping[str, Position]) -> None:
        """The connection knows the state at ``positions``: send what came after, then let its topics run live."""
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is None or subscriber not in channel.arriving:
                continue
            position = positions.get(topic)
            if position is not None and channel.position is None:
                channel.position = position
                self._drain(channel)
            self._catch_up(channel, subscriber, position.seq if position else None)

    def _catch_up(self, channel: Channel, subscriber: Subscriber, start: int | None) -> None:
        arrival = channel.arriving[subscriber]
        known = arrival.known if start is None else start
        fresh = [envelope for envelope in arrival.buffer if envelope.seq is None or envelope.seq > known]
        arrival.buffer.clear()
        for envelope in fresh:
            self._write_one(channel, subscriber, envelope)
        if channel.position is not None and channel.position.seq < known:
            arrival.start = known  # this process is behind what the connection was told; skip up to it
            return
        del channel.arriving[subscriber]
        channel.go_live(subscriber)

    def leave(self, subscriber: Subscriber, topics: Iterable[str]) -> None:
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is None:
                continue
            channel.drop(subscriber)
            if channel.empty:
                self._forget(channel)

    def _forget(self, channel: Channel) -> None:
        for handle in (channel.flush_handle, channel.gap_handle):
            if handle is not None:
                handle.cancel()
        del self._channels[channel.name]
        self._interest.ignore(channel.name)

    def flush_for(self, subscriber: Subscriber, topics: Iterable[str]) -> None:
        """Write what is being collected for this socket, so that a direct answer does not overtake it."""
        for topic in topics:
            channel = self._channels.get(topic)
            if channel is not None and channel.batch and subscriber not in channel.arriving:
                self._flush_one(channel, subscriber)

    def _flush_one(self, channel: Channel, subscriber: Subscriber) -> None:
        for envelope in channel.batch[channel.ahead.get(subscriber, 0) :]:
            self._write_one(channel, subscriber, envelope)
        channel.ahead[subscriber] = len(channel.batch)

    # --- delivering

    def wants(self, stream: str, seq: int) -> bool:
        """Whether a stored event is still to be delivered here; lets a reader skip decoding."""
        channel = self._channels.get(stream)
        if channel is None:
            return False
        return channel.position is None or seq > channel.position.seq

    def follows(self, topic: str) -> bool:
        return topic in self._channels

    def deliver(self, envelope: Envelope) -> None:
        """Hand one committed event to its followers. Numbered ones may come twice or out of order."""
        if envelope.stream is not None and (channel := self._channels.get(envelope.stream)):
            self._accept(channel, envelope)
        for topic in envelope.topics:
            if channel := self._channels.get(topic):
                self._fan_out(channel, envelope)

    def _accept(self, channel: Channel, envelope: Envelope) -> None:
        seq = envelope.seq
        assert seq is not None
        assert envelope.epoch is not None
        if channel.position is None:
            channel.early[seq] = envelope
            return
        if channel.position.epoch not in ("", envelope.epoch):
            self._break(channel, "epoch changed")
            return
        if seq <= channel.position.seq:
            return
        channel.early[seq] = envelope
        self._drain(channel)

    def _drain(self, channel: Channel) -> None:
        """Deliver what is next in order; wait a moment for what is missing, then read it."""
        assert channel.position is not None
        while (envelope := channel.early.pop(channel.position.seq + 1, None)) is not None:
            channel.position = Position(epoch=envelope.epoch or "", seq=channel.position.seq + 1)
            self._fan_out(channel, envelope)
        seq = channel.position.seq
        for stale in [early for early in channel.early if early <= seq]:
            del channel.early[stale]
        if channel.early and channel.gap_handle is None:
            channel.gap_handle = self._loop.call_later(GAP_PATIENCE_SECONDS, self._refill, channel)

    def _refill(self, channel: Channel) -> None:
        channel.gap_handle = None
        if not channel.early or self._channels.get(channel.name) is not channel:
            return
        assert channel.position is not None
        # Both now: before the task has its turn, what is missing may come after all and leave nothing early.
        task = self._loop.create_task(self._fill_gap(channel, channel.position.seq, min(channel.early)))
        self._refills.add(task)
        task.add_done_callback(self._refills.discard)

    async def _fill_gap(self, channel: Channel, after: int, up_to: int) -> None:
        assert channel.position is not None
        try:
            missing = await self._store(channel.name, after, up_to)
        except Exception:
            log.exception("gap_fill_failed", stream=channel.name, after=after)
            channel.gap_handle = self._loop.call_later(1.0, self._refill, channel)
            return
        if self._channels.get(channel.name) is not channel:
            return
        for envelope in missing:
            self._accept(channel, envelope)
        if channel.position.seq < up_to:
            self._break(channel, "events are gone")

    def _break(self, channel: Channel, reason: str) -> None:
        """The stream cannot be continued here: the sockets come back and start from a snapshot."""
        if self._channels.get(channel.name) is not channel:
            return  # by an event before
        log.warning("stream_gap", stream=channel.name, reason=reason)
        for subscriber in channel.subscribers():
            subscriber.close(CloseCode.GAP, reason)
        self._forget(channel)

    # --- writing

    def _fan_out(self, channel: Channel, envelope: Envelope) -> None:
        caught_up = self._collect(channel, envelope) if channel.arriving else []
        channel.batch.append(envelope)
        linger = envelope.event.linger()
        wait = max(linger, COALESCE_SECONDS - (self._loop.time() - channel.last_write))
        if wait <= 0 or caught_up or envelope.event.closes() is not None:
            self._flush(channel)
        elif channel.flush_handle is None or linger == 0:
            self._flush_in(channel, wait)
        for subscriber in caught_up:
            channel.go_live(subscriber)
        self._close_after(channel, envelope)

    def _collect(self, channel: Channel, envelope: Envelope) -> list[Subscriber]:
        """Keep the event for those who are arriving; returns who has caught up with it and is live from now on."""
        caught_up = []
        for subscriber, arrival in list(channel.arriving.items()):
            if arrival.start is None:
                arrival.buffer.append(envelope)
            elif envelope.seq is None or envelope.seq > arrival.start:
                self._write_one(channel, subscriber, envelope)
            if arrival.start is not None and envelope.seq is not None and envelope.seq >= arrival.start:
                del channel.arriving[subscriber]
                caught_up.append(subscriber)
        return caught_up

    def _flush_in(self, channel: Channel, wait: float) -> None:
        due = self._loop.time() + wait
        if channel.flush_handle is not None:
            if channel.flush_at <= due:
                return
            channel.flush_handle.cancel()
        channel.flush_at = due
        channel.flush_handle = self._loop.call_at(due, self._flush, channel)

    def _flush(self, channel: Channel) -> None:
        if channel.flush_handle is not None:
            channel.flush_handle.cancel()
            channel.flush_handle = None
        if not channel.batch:
            channel.ahead.clear()
            return
        channel.last_write = self._loop.time()
        ahead, channel.ahead = channel.ahead, {}
        batch, channel.batch = channel.batch, []
        for subscriber, has in ahead.items():
            for envelope in batch[has:]:
                self._write_one(channel, subscriber, envelope)
        hidden = {user for envelope in batch if (user := envelope.event.hidden_from()) is not None}
        for codec, group in channel.codecs.items():
            rest = tuple(one for one in group if one not in ahead) if ahead else tuple(group)
            self._write_group(channel, codec, rest, batch, hidden)

    def _write_group(
        self,
        channel: Channel,
        codec: Codec,
        group: tuple[Subscriber, ...],
        batch: list[Envelope],
        hidden: set[int],
    ) -> None:
        encoded = [(envelope, encode(codec, channel.name, envelope)) for envelope in batch]
        shown = [frames for _, frames in encoded if frames is not None]
        if not shown:
            return
        whole = joined(shown)
        if not hidden:
            self._write_all(group, whole)
            return
        for subscriber in group:
            if subscriber.user_id not in hidden:
                subscriber.write(whole)
                continue
            for envelope, frames in encoded:
                if frames is not None and envelope.event.hidden_from() != subscriber.user_id:
                    subscriber.write(frames)

    def _write_one(self, channel: Channel, subscriber: Subscriber, envelope: Envelope) -> None:
        hidden = envelope.event.hidden_from()
        if hidden is not None and hidden == subscriber.user_id:
            return
        frames = encode(codec_of(subscriber), channel.name, envelope)
        if frames is not None:
            subscriber.write(frames)

    def _close_after(self, channel: Channel, envelope: Envelope) -> None:
        closing = envelope.event.closes()
        if closing is None:
            return
        for subscriber in channel.subscribers():
            if closing.user_id is None or subscriber.user_id == closing.user_id:
                subscriber.close(CloseCode(closing.code))


def codec_of(subscriber: Subscriber) -> Codec:
    return subscriber.dialect, subscriber.rt, subscriber.language


def frames_of(codec: Codec, topic: str, envelope: Envelope) -> list[dict[str, Any]]:
    """The frames of an event for one dialect; ``rt.v1`` sockets also get its place (contract 10.1)."""
    dialect, rt, language = codec
    with speaking(language):
        frames = dialect.encode(envelope.event, rt=rt)
    if not rt:
        return frames
    place = _place(topic, envelope)
    if not frames and "seq" in place:
        return [msgspec.to_builtins(PositionFrame(**place))]
    return [{**frame, **place} for frame in frames]


def encode(codec: Codec, topic: str, envelope: Envelope) -> WireFrames | None:
    """The same, ready for the wire; ``None`` when this dialect does not show the event."""
    frames = frames_of(codec, topic, envelope)
    return wire_frames(*frames) if frames else None


def _place(topic: str, envelope: Envelope) -> dict[str, Any]:
    if envelope.seq is not None and topic == envelope.stream and is_stream(topic):
        return {
            "stream": envelope.stream,
            "epoch": envelope.epoch,
            "seq": envelope.seq,
            "event_id": envelope.event_id,
        }
    return {"event_id": envelope.event_id}
