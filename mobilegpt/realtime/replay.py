"""Resume: exactly what was missed, or a snapshot; never a part (contract 10.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from mobilegpt.realtime import streams
from mobilegpt.realtime.commands import Outcome
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.realtime.event import Envelope
from mobilegpt.realtime.hub import frames_of
from mobilegpt.realtime.protocol import Position, Resume, Resumed, Snapshot
from mobilegpt.realtime.surface import Opening
from mobilegpt.realtime.topics import is_stream


def missed_frames(opening: Opening, dialect: Dialect, resume: Resume) -> Outcome:
    """The frames that answer a ``resume``, and the positions at which the socket goes on."""
    at = streams.positions(topic for topic in opening.topics if is_stream(topic))
    frames: list[Frame | dict[str, Any]] = []
    complete = True
    for stream, theirs in resume.streams.items():
        missed = missed_events(stream, theirs, at.get(stream))
        if isinstance(missed, str):
            complete = False
            frames.append(Resumed(stream=stream, recovered=False, reason=missed))
            continue
        for envelope in missed:
            frames += frames_of((dialect, True), stream, envelope)
        frames.append(Resumed(stream=stream, recovered=True, count=len(missed)))
    if not complete:
        state = opening.state or opening.snapshot
        shaped = [dialect.shape(frame) for frame in (state() if state else ())]
        frames.append(Snapshot(streams=at, frames=shaped))
    return Outcome(frames=frames, positions=at)


def missed_events(stream: str, theirs: Position, ours: Position | None) -> list[Envelope] | str:
    """The missed events, or why they cannot be had."""
    if ours is None:
        return "not followed"
    if theirs.epoch != ours.epoch and not (theirs.seq == 0 and theirs.epoch == ""):
        return "epoch changed"
    count = ours.seq - theirs.seq
    if count < 0:
        return "ahead of the stream"
    if count > settings.REALTIME["RESUME_EVENTS"]:
        return "too far behind"
    events = streams.read(stream, theirs.seq, ours.seq + 1)
    return events if len(events) == count else "events are gone"
