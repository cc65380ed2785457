"""A session of a socket and what a client says to it, without a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from mobilegpt.core.actor import Actor, Role
from mobilegpt.events.command import Command
from mobilegpt.events.event import Position
from mobilegpt.realtime.dialect import Decoder, Dialect
from mobilegpt.realtime.limits import Limits
from mobilegpt.realtime.protocol import Heartbeat
from mobilegpt.realtime.route import Listeners, Opening, Outcome, SocketRoute
from mobilegpt.realtime.session import (
    Admit,
    Close,
    CommandStep,
    Run,
    Session,
    Tell,
    TellMissed,
)
from tests.realtime.sample import Press

NOW = datetime(2026, 3, 2, 1, 30, 59, 900_000, tzinfo=UTC)
AT = {"room:1": Position(epoch="e", seq=7)}
LATER = {"room:1": Position(epoch="e", seq=9)}
PLACE = Listeners("listeners:1", 5)
LIMITS = Limits(
    frame_bytes=200,
    help_frame_bytes=1000,
    frames_per_second=20,
    bad_frames=20,
    unsent_bytes=1_048_576,
    join_within_seconds=3,
    heartbeat_seconds=30,
    resume_events=1000,
    resume_seconds=86_400,
)


class Ask(Command, frozen=True, kw_only=True):
    keyed: ClassVar[bool] = False
    number: int = 0


class Show(Command, frozen=True, kw_only=True):
    picture: str


DIALECT = Dialect(
    "test",
    encoders={},
    decoders={
        "press": Decoder(Press),
        "ask": Decoder(Ask),
        "show": Decoder(Show),
        "heartbeat": Decoder(Heartbeat),
    },
)
LISTENING = Dialect("listening", encoders={}, decoders=DIALECT.decoders)


def route_of(**options: Any) -> SocketRoute:
    return SocketRoute(
        name="test", pattern="ws/test", dialect=DIALECT, open=lambda handshake: Opening(actor=None), **options
    )


ROUTE = route_of()
WITH_PICTURES = route_of(large=lambda command: len(command.picture) if isinstance(command, Show) else 0)
IGNORING = route_of(ignores_input=True)


def actor(user_id: int = 1) -> Actor:
    return Actor(user_id=user_id, role=Role.STUDENT, name="김학생", family_id="f1")


HERS = Opening(actor=actor(), topics=("room:1",))
NOBODYS = Opening(actor=None, topics=("room:1",))
MAY_LISTEN = Opening(actor=None, topics=("room:1",), listeners=PLACE, dialect=LISTENING)


class Talk:
    """A session, and what a client says to it: a tenth of a second passes before each frame."""

    def __init__(
        self, opening: Opening = HERS, route: SocketRoute = ROUTE, *, rt: bool = False, limits: Limits = LIMITS
    ) -> None:
        self.session = Session(route, opening, limits, rt=rt, connection_id="c1")
        self.moment = 1000.0

    def say(self, type_: str, *, after: float = 0.1, **fields: Any) -> Sequence[CommandStep]:
        return self.send(json.dumps({"type": type_, **fields}), after=after)

    def send(self, text: str | None, *, after: float = 0.1) -> Sequence[CommandStep]:
        self.moment += after
        return self.session.received(text, self.moment, NOW)

    def run(self, outcome: Outcome | None = None) -> list[CommandStep]:
        """The whole of the next command; its steps in their order."""
        begun = self.session.begin()
        assert begun is not None
        steps = [*begun]
        if isinstance(steps[-1], Run):
            steps += self.session.answered(outcome or Outcome())
        elif isinstance(steps[-1], TellMissed):
            self.session.replayed(LATER)
        if steps and any(isinstance(step, Admit) for step in steps):
            assert outcome is not None
            assert outcome.admit is not None
            self.session.admitted(outcome.admit)
        return [*steps, *self.session.finished()]


def told(steps: Sequence[CommandStep]) -> list[Any]:
    return [frame for step in steps if isinstance(step, Tell) for frame in step.frames]


def closes(steps: Sequence[CommandStep]) -> list[tuple[int, str]]:
    return [(int(step.code), step.reason) for step in steps if isinstance(step, Close)]
