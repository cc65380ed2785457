"""One WebSocket, as a small ASGI application: accept, tell the state, pump until the end.

The rules are the ``Session``'s, the bytes the ``Writer``'s; here is what takes time and what touches the world. The
receive loop never awaits long work: commands queue for a worker that runs them in database threads, heartbeats are
answered at once, and the hub writes to the socket without asking this coroutine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseFault

from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, database_away
from mobilegpt.core.locale import Language
from mobilegpt.database.threads import in_database
from mobilegpt.events import streams
from mobilegpt.events.event import Position
from mobilegpt.events.topics import is_stream
from mobilegpt.realtime.access_log import Source, command_refused, socket_refused
from mobilegpt.realtime.close import REFUSALS, CloseCode
from mobilegpt.realtime.dialect import Decoded, Dialect, Frame
from mobilegpt.realtime.frames import WireFrames, wire_frames
from mobilegpt.realtime.limits import Limits
from mobilegpt.realtime.outcomes import outcome_of
from mobilegpt.realtime.prepared_frames import EXTENSION
from mobilegpt.realtime.presence import Seat
from mobilegpt.realtime.protocol import Resume
from mobilegpt.realtime.replay import EventsGone, Replay
from mobilegpt.realtime.route import Call, Listeners, Opening, SocketRoute
from mobilegpt.realtime.runtime import Runtime
from mobilegpt.realtime.session import (
    Action,
    Admit,
    Close,
    CommandStep,
    Count,
    Enter,
    Hold,
    Listen,
    Refused,
    Run,
    Session,
    Settle,
    Tell,
    TellAnswer,
    TellMissed,
    Work,
)
from mobilegpt.realtime.writer import Send, Writer

log = structlog.get_logger(__name__)

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Connection:
    """A socket from its admission to its end. Implements ``OpenSocket``."""

    __slots__ = (
        "__weakref__",
        "_admission",
        "_limits",
        "_receive",
        "_runtime",
        "_seat",
        "_session",
        "_worker",
        "_writer",
        "descriptor",
        "language",
        "source",
    )

    def __init__(
        self,
        runtime: Runtime,
        route: SocketRoute,
        opening: Opening,
        source: Source,
        extensions: Mapping[str, Any],
        receive: Receive,
        send: Send,
        *,
        rt: bool,
        language: Language = Language.KOREAN,
        wants_extras: bool = True,
    ) -> None:
        self._runtime = runtime
        self._receive = receive
        self._limits = limits_of(tuple(settings.REALTIME.items()))
        self._session = Session(
            route, opening, self._limits, rt=rt, connection_id=source.request_id, wants_extras=wants_extras
        )
        self._writer = Writer(send, extensions.get(EXTENSION), self._limits.unsent_bytes)
        self._worker: asyncio.Task[None] | None = None
        self._admission: asyncio.Task[None] | None = None
        self._seat: Seat | None = None  # as a listener
        self.descriptor = -1
        self.source = source
        self.language = language

    # --- what the hub and the runtime see

    @property
    def opening(self) -> Opening:
        return self._session.opening

    @property
    def route(self) -> SocketRoute:
        return self._session.route

    @property
    def dialect(self) -> Dialect:
        return self._session.dialect

    @property
    def rt(self) -> bool:
        return self._session.rt

    @property
    def user_id(self) -> int | None:
        actor = self._session.opening.actor
        return actor.user_id if actor else None

    @property
    def topics(self) -> tuple[str, ...]:
        return self._session.opening.topics

    @property
    def silent_for(self) -> float:
        return self._writer.silent_for

    def write(self, frames: WireFrames) -> None:
        """Hand frames to the socket without waiting; one that reads too slowly is dropped (4428)."""
        if not self._writer.write(frames):
            self.close(CloseCode.TOO_SLOW, "too slow")

    def write_rest(self, rest: bytes) -> None:
        self._writer.write_rest(rest)

    def close(self, code: CloseCode, reason: str = "") -> None:
        """End the socket with a code that says what to do next. What was written before goes out first."""
        if self._writer.closed:
            return
        self._session.closed()
        if code in REFUSALS:
            socket_refused(self.source, REFUSALS[code], user_id=self.user_id, close=int(code), reason=reason)
        self._writer.close(code, reason)

    def tell(self, *frames: Frame | dict[str, Any]) -> None:
        """A direct answer: never overtakes what the hub collects for this socket. Plain objects go as they are."""
        self._runtime.hub.flush_for(self, self.topics)
        self.write(self._encoded(frames))

    def _encoded(self, frames: Sequence[Frame | dict[str, Any]]) -> WireFrames:
        dialect = self.dialect
        return wire_frames(
            *[dialect.plain(frame) if isinstance(frame, dict) else dialect.shape(frame) for frame in frames]
        )

    # --- life

    async def run(self, subprotocol: str | None, asked_at: float) -> None:
        """Accept, tell the state, pump until the end. ``asked_at``: the loop's time before its login was looked at."""
        hub = self._runtime.hub
        hub.follow(self, self.topics)
        try:
            await self._runtime.feed.broker.listening(self.topics)
            at, snapshot = await self._starting_state()
            await self._writer.accept(subprotocol, self)
            self._runtime.opened(self, asked_at)
            if self._session.is_provisional:
                self._admission = asyncio.get_running_loop().create_task(self._expect_admission(at))
            else:
                self._do(self._session.entered(at, snapshot))
            await self._pump()
        finally:
            self._end()

    async def _starting_state(self) -> tuple[dict[str, Position], Sequence[Frame]]:
        known = {topic: self._runtime.hub.position(topic) for topic in self.topics if is_stream(topic)}
        snapshot = self.opening.snapshot
        if snapshot is None and all(known.values()):
            return {topic: position for topic, position in known.items() if position is not None}, ()
        if self.opening.actor is None and self.opening.listeners is None:
            return {}, ()
        try:
            if snapshot is None:
                return await self._runtime.batcher.run(streams.positions_of_each, tuple(known)), ()
            return await in_database(streams.read_at_position, known, snapshot)
        except DatabaseFault:
            log.exception("handshake_failed", route=self.route.name)
            raise database_away() from None

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                if message.get("code") == CloseCode.TOO_LARGE and not self._writer.closed:  # by the server's own parser
                    code = CloseCode.TOO_LARGE
                    socket_refused(self.source, REFUSALS[code], user_id=self.user_id, close=int(code))
                return
            if not self._writer.closed:
                self._do(self._session.received(message.get("text"), loop.time(), now()))

    def _end(self) -> None:
        self._writer.stop()
        self._session.ended()
        self._runtime.hub.leave(self, self.topics)
        self._runtime.closed(self)
        self._listen_no_more()
        if self._admission is not None:
            self._admission.cancel()

    # --- what the session decides

    def _do(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Tell(frames):
                    self.tell(*frames)
                case Work():
                    if self._worker is None:
                        self._worker = asyncio.get_running_loop().create_task(self._work())
                case Count(received):
                    self._runtime.delivery.received(self, received)
                case Settle(positions):
                    self._runtime.hub.settle(self, self.topics, positions)
                case Refused(code):
                    command_refused(self.source, code, user_id=self.user_id)
                case Close(code, reason):
                    self.close(code, reason)
                case Enter(at):
                    self._enter(at)

    def _enter(self, at: Mapping[str, Position]) -> None:
        self._runtime.hub.settle(self, self.topics, at)
        self._take_large_frames()
        self._runtime.entered(self)

    def _take_large_frames(self) -> None:
        if self.route.large is not None:
            self._writer.take_frames_up_to(self._limits.help_frame_bytes)

    # --- commands

    async def _work(self) -> None:
        """Run queued commands in their order, then end: an idle socket costs no task."""
        try:
            while (steps := self._session.begin()) is not None:
                await self._take(steps)
                self._do(self._session.finished())
        finally:
            self._worker = None
            self._session.stopped()

    async def _take(self, steps: Sequence[CommandStep]) -> None:
        for step in steps:
            match step:
                case Run(decoded):
                    await self._run_command(decoded)
                case TellMissed(resume):
                    self._session.replayed(await self._replay(resume))
                case Hold():
                    self._runtime.hub.hold(self, self.topics)
                case Admit(opening):
                    self._admit(opening)
                case Listen(place):
                    await self._listen(place)
                case TellAnswer(frames):
                    await self._tell_in_pieces(self._encoded(frames))
                    if self._session.is_ended:
                        return
                case _:
                    self._do((step,))

    async def _run_command(self, decoded: Decoded) -> None:
        call = Call(self.opening.actor, self.opening.context, decoded.command, self.source.address)
        numbered = [topic for topic in self.topics if is_stream(topic)]
        try:
            outcome = await outcome_of(call, decoded, self.route, numbered, self._runtime.batcher)
        except DomainError as error:
            self._do(self._session.refused(error))
        else:
            await self._take(self._session.answered(outcome))

    async def _replay(self, resume: Resume) -> Mapping[str, Position]:
        """Tell what was missed, no faster than it is read.

        What fails half way, or is refused by now, is asked for again by a new socket, whose opening tells why not.
        """
        replay = Replay(self.opening, self.dialect, resume)
        try:
            while not self._writer.closed and (piece := await in_database(replay.piece)) is not None:
                await self._tell_in_pieces(piece)
        except (EventsGone, DatabaseFault, DomainError) as error:
            log.warning("resume_failed", route=self.route.name, error=repr(error))
            self.close(CloseCode.GAP, "the missed events cannot be told")
        except Exception:
            log.exception("resume_failed", route=self.route.name)
            self.close(CloseCode.INTERNAL, "something went wrong on our side")
        return replay.positions

    async def _tell_in_pieces(self, frames: WireFrames) -> None:
        self._runtime.hub.flush_for(self, self.topics)
        if not await self._writer.write_in_pieces(frames):
            self.close(CloseCode.TOO_SLOW, "too slow")

    # --- admission

    def _admit(self, admitted: Opening) -> None:
        """A provisional socket becomes its user's own, and a listener's; events are collected for it meanwhile."""
        hub, before = self._runtime.hub, set(self.topics)
        self._runtime.closed(self)
        self._listen_no_more()
        self._session.admitted(admitted)
        self._runtime.opened(self)
        hub.follow(self, [topic for topic in admitted.topics if topic not in before])
        hub.leave(self, before - set(admitted.topics))
        self._take_large_frames()

    async def _expect_admission(self, at: Mapping[str, Position]) -> None:
        """Whoever has not joined in time is closed, or stays as a listener. A ``join`` that came in time counts."""
        await asyncio.sleep(self._limits.join_within_seconds)
        await self._until_idle()
        await self._take(self._session.join_time_over())
        await self._until_idle()
        if self.opening.actor is not None:  # it joined meanwhile
            self._listen_no_more()
        self._do(self._session.listener_settled(at))
        self._admission = None

    async def _until_idle(self) -> None:
        while self._worker is not None:
            await asyncio.wait({self._worker})

    async def _listen(self, place: Listeners) -> None:
        try:
            self._seat = await self._runtime.presence.listen(place)
        except DatabaseFault:
            log.exception("listening_failed", route=self.route.name)
        self._session.listener_counted(fits=self._seat is not None)

    def _listen_no_more(self) -> None:
        seat, self._seat = self._seat, None
        if seat is not None:
            self._runtime.presence.listen_no_more(seat)


@lru_cache(maxsize=8)
def limits_of(configured: tuple[tuple[str, Any], ...]) -> Limits:
    """What ``settings.REALTIME`` allows a socket; the same object for all of them."""
    allowed = dict(configured)
    return Limits(
        frame_bytes=allowed["MAX_FRAME_BYTES"],
        help_frame_bytes=allowed["MAX_HELP_FRAME_BYTES"],
        frames_per_second=allowed["FRAMES_PER_SECOND"],
        bad_frames=allowed["MAX_BAD_FRAMES"],
        unsent_bytes=allowed["MAX_UNSENT_BYTES"],
        join_within_seconds=allowed["JOIN_WITHIN_SECONDS"],
        heartbeat_seconds=allowed["HEARTBEAT_SECONDS"],
        resume_events=allowed["RESUME_EVENTS"],
        resume_seconds=allowed["RESUME_SECONDS"],
    )
