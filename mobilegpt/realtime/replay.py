"""Resume: exactly what was missed, or a snapshot; never a part (contract 10.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from mobilegpt.core.locale import spoken
from mobilegpt.events import streams
from mobilegpt.events.event import Envelope, Position
from mobilegpt.events.topics import is_stream
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.frames import WireFrames, wire_frames
from mobilegpt.realtime.hub import frames_of
from mobilegpt.realtime.protocol import Resume, Resumed, Snapshot
from mobilegpt.realtime.route import Opening

_AT_ONCE = 50  # of the longest texts these are 400 KB

# Which dialect shows the streams of a prefix to clients that follow them over HTTP; see config/reactions.py.
_OVER_HTTP: dict[str, Dialect] = {}


def show_over_http(prefix: str, dialect: Dialect) -> None:
    """Streams named ``<prefix>:<id>`` are told over HTTP in the words of this dialect, as to clients of ``rt.v1``."""
    _OVER_HTTP[prefix] = dialect


def frames_over_http(events: Iterable[Envelope]) -> list[dict[str, Any]]:
    """Events of one stream; every number has a frame, so that a gap would be seen."""
    language = spoken()
    return [
        frame
        for envelope in events
        if (stream := envelope.stream) is not None
        for frame in frames_of((_OVER_HTTP[stream.partition(":")[0]], True, language), stream, envelope)
    ]


class EventsGone(Exception):
    """Not all of the missed events can be had; says why."""


class Replay:
    """The answer to one ``resume``, made piece by piece in database threads: a long one must not fill the memory, and
    not hold up the event loop. ``positions`` are where the socket goes on, once the first piece is made.
    """

    def __init__(self, opening: Opening, dialect: Dialect, resume: Resume) -> None:
        self.positions: dict[str, Position] = {}
        self._opening = opening
        self._dialect = dialect
        self._resume = resume
        self._pieces = self._answer()

    def piece(self) -> WireFrames | None:
        """The next frames; ``None`` after the last. Raises ``EventsGone`` when retention overtakes it half way."""
        return next(self._pieces, None)

    def _answer(self) -> Iterator[WireFrames]:
        at = self.positions = streams.positions(topic for topic in self._opening.topics if is_stream(topic))
        frames: list[dict[str, Any]] = []
        codec = (self._dialect, True, spoken())
        complete = True
        for stream, theirs in self._resume.streams.items():
            count = 0
            try:
                for events in _missed(stream, theirs, at.get(stream), at_once=_AT_ONCE):
                    if count:
                        yield wire_frames(*frames)
                        frames = []
                    count += len(events)
                    frames += [frame for event in events for frame in frames_of(codec, stream, event)]
                end = Resumed(stream=stream, recovered=True, count=count)
            except EventsGone as why:
                if count:
                    raise
                complete = False
                end = Resumed(stream=stream, recovered=False, reason=str(why))
            frames.append(self._dialect.shape(end))
        if not complete:
            frames.append(self._dialect.shape(self._snapshot(at)))
        if frames:
            yield wire_frames(*frames)

    def _snapshot(self, at: dict[str, Position]) -> Snapshot:
        state = self._opening.state or self._opening.snapshot
        return Snapshot(streams=at, frames=[self._dialect.shape(frame) for frame in (state() if state else ())])


def missed_events(stream: str, theirs: Position, ours: Position | None) -> list[Envelope] | str:
    """All of the missed events, by one query, or why they cannot be had."""
    try:
        pages = _missed(stream, theirs, ours, at_once=settings.REALTIME["RESUME_EVENTS"])
        return [event for events in pages for event in events]
    except EventsGone as why:
        return str(why)


def _missed(stream: str, theirs: Position, ours: Position | None, *, at_once: int) -> Iterator[list[Envelope]]:
    """The missed events in order, so many at once. Raises ``EventsGone``."""
    if ours is None:
        raise EventsGone("not followed")
    if theirs.epoch != ours.epoch and not (theirs.seq == 0 and theirs.epoch == ""):
        raise EventsGone("epoch changed")
    if theirs.seq > ours.seq:
        raise EventsGone("ahead of the stream")
    if ours.seq - theirs.seq > settings.REALTIME["RESUME_EVENTS"]:
        raise EventsGone("too far behind")
    after = theirs.seq
    while after < ours.seq:
        last = min(after + at_once, ours.seq)
        events = streams.read(stream, after, last + 1)
        if len(events) != last - after:
            raise EventsGone("events are gone")
        yield events
        after = last
