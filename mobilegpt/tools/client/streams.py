"""The order of numbered events (contract 10.1, 10.2): each once, in order, without holes.

A hole or another epoch asks for a resume; what arrives meanwhile is held back until the missed events or a snapshot
have come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Frame = dict[str, Any]

_MOVED_ON = "position"  # an event of the stream that this socket does not show
_MAX_FAILURES = 2


class Position(msgspec.Struct, frozen=True):
    """A place in a stream."""

    epoch: str
    seq: int


class _Stream:
    """Where the client stands in one stream; ``held`` is a list while a resume is running, ``told`` how far its answer
    has come."""

    __slots__ = ("failures", "held", "position", "told")

    def __init__(self, position: Position) -> None:
        self.position = position
        self.held: list[Frame] | None = None
        self.told = 0
        self.failures = 0


class StreamOrder:
    """Sorts the frames of one client over all its connections.

    ``deliver(frame, replayed)`` gets every event; ``resume(positions)`` asks for what was missed; ``give_up()`` when
    asking does not help and a new connection must start from a snapshot.
    """

    def __init__(
        self,
        *,
        deliver: Callable[[Frame, bool], None],
        resume: Callable[[dict[str, Position]], None],
        snapshot: Callable[[Frame], None],
        give_up: Callable[[], None],
    ) -> None:
        self._deliver = deliver
        self._resume = resume
        self._snapshot = snapshot
        self._give_up = give_up
        self._streams: dict[str, _Stream] = {}

    @property
    def waiting(self) -> bool:
        """Whether missed events or a snapshot are still to come."""
        return any(stream.held is not None for stream in self._streams.values())

    @property
    def positions(self) -> dict[str, Position]:
        return {name: stream.position for name, stream in self._streams.items()}

    def hello(self, heads: Mapping[str, Position]) -> None:
        """A connection is up, its streams stand at ``heads``: ask for what was missed since the last one."""
        missed = []
        for name, head in heads.items():
            stream = self._streams.get(name)
            if stream is None:
                self._streams[name] = _Stream(head)  # what was before is in the state that the client fetched
            elif stream.position != head:
                missed.append(name)
        if missed:
            self._ask(missed)

    def pause(self) -> None:
        """The connection is gone: a resume that was running has to be asked for again."""
        for stream in self._streams.values():
            stream.held = None

    def take(self, frame: Frame) -> bool:
        """One frame of the connection, numbered or not; returns whether it is the next piece of a resume's answer."""
        name = frame.get("stream")
        # A frame without an epoch is about an event of a stream (delivery), not one of its events.
        if name is None or frame.get("epoch") is None or frame.get("seq") is None:
            self._deliver(frame, False)
            return False
        stream = self._streams.get(name)
        if stream is None:
            self._streams[name] = _Stream(_position(frame))
            self._show(frame, replayed=False)
        elif stream.held is not None:
            return self._hold(stream, frame)
        elif frame["epoch"] == stream.position.epoch or stream.position.seq == 0:
            self._take_next(name, stream, frame)
        else:
            self._ask_holding(name, frame)
        return False

    def resumed(self, frame: Frame) -> None:
        """The end of a replay; a ``snapshot`` follows when ``recovered`` is false."""
        stream = self._streams.get(frame["stream"])
        if stream is not None and stream.held is not None and frame.get("recovered") is True:
            self._release(frame["stream"], stream)

    def snapshot(self, frame: Frame) -> None:
        """The whole state in place of the missed events: its frames are what a new connection would be told."""
        self._snapshot(frame)
        for told in frame.get("frames", ()):
            self._deliver(told, False)
        for name, place in frame.get("streams", {}).items():
            stream = self._streams.setdefault(name, _Stream(_position(place)))
            stream.position = _position(place)
            if stream.held is not None:
                self._release(name, stream)

    @staticmethod
    def _hold(stream: _Stream, frame: Frame) -> bool:
        assert stream.held is not None
        stream.held.append(frame)
        if frame["seq"] != stream.told + 1:
            return False
        stream.told += 1
        return True

    def _take_next(self, name: str, stream: _Stream, frame: Frame) -> None:
        seq = frame["seq"]
        if seq <= stream.position.seq:
            return
        if seq != stream.position.seq + 1:
            self._ask_holding(name, frame)
            return
        stream.position = _position(frame)
        self._show(frame, replayed=False)

    def _show(self, frame: Frame, *, replayed: bool) -> None:
        if frame["type"] != _MOVED_ON:
            self._deliver(frame, replayed)

    def _ask_holding(self, name: str, frame: Frame) -> None:
        self._ask([name])
        held = self._streams[name].held
        if held is not None:
            held.append(frame)

    def _ask(self, names: list[str]) -> None:
        for name in names:
            stream = self._streams[name]
            stream.held, stream.told = [], stream.position.seq
        self._resume({name: self._streams[name].position for name in names})

    def _release(self, name: str, stream: _Stream) -> None:
        """Deliver what was held, in order; ask again when there still is a hole."""
        held, stream.held = sorted(stream.held or (), key=lambda frame: int(frame["seq"])), None
        due: list[Frame] = []
        for frame in held:
            at, following = stream.position, _position(frame)
            known = following.epoch == at.epoch or at.seq == 0
            if known and following.seq <= at.seq:
                continue
            if not known or following.seq != at.seq + 1:
                self._retry(name, stream, due)
                return
            stream.position = following
            due.append(frame)
        stream.failures = 0
        self._show_all(due)

    def _retry(self, name: str, stream: _Stream, due: list[Frame]) -> None:
        self._show_all(due)
        stream.failures += 1
        if stream.failures <= _MAX_FAILURES:
            self._ask([name])
            return
        del self._streams[name]
        self._give_up()

    def _show_all(self, due: list[Frame]) -> None:
        """The last one is news for a screen, those before it only lead there."""
        for index, frame in enumerate(due):
            self._show(frame, replayed=index < len(due) - 1)


def _position(place: Mapping[str, Any]) -> Position:
    return Position(epoch=str(place["epoch"]), seq=int(place["seq"]))
