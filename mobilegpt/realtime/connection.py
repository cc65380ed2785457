"""One WebSocket, as a small ASGI application: authenticate, follow, tell the state, pump.

The receive loop never awaits long work: commands queue for a worker that runs them in database threads, heartbeats are
answered at once, and the hub writes to the socket without asking this coroutine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseFault

from mobilegpt.core.clock import iso, now
from mobilegpt.core.errors import DomainError, ErrorCode, RateLimited, TooLarge, Unauthenticated, Unavailable
from mobilegpt.database.threads import in_database
from mobilegpt.events import streams
from mobilegpt.events.event import Position
from mobilegpt.events.topics import is_stream
from mobilegpt.realtime import inbound
from mobilegpt.realtime.close import REFUSALS, CloseCode
from mobilegpt.realtime.commands import Outcome
from mobilegpt.realtime.dialect import BadFrame, Decoded, Frame
from mobilegpt.realtime.frames import WireFrames, wire_frames
from mobilegpt.realtime.greeting import hello
from mobilegpt.realtime.outcomes import outcome_of
from mobilegpt.realtime.prepared_frames import EXTENSION, PreparedFrames
from mobilegpt.realtime.presence import Seat
from mobilegpt.realtime.protocol import Heartbeat, HeartbeatAck, Received, Resume
from mobilegpt.realtime.refusals import Source, command_refused, socket_refused
from mobilegpt.realtime.replay import EventsGone, Replay
from mobilegpt.realtime.route import Call, Opening, SocketRoute

if TYPE_CHECKING:
    from mobilegpt.realtime.runtime import Runtime

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_MAX_QUEUED_COMMANDS = 64
_CLOSE_PATIENCE_SECONDS = 5.0
_PIECE_BYTES = 32_768


class Connection:
    """A socket from its admission to its end. Implements the hub's ``Subscriber``."""

    __slots__ = (
        "__weakref__",
        "_allowance",
        "_bad_frames",
        "_closing",
        "_commands",
        "_ended",
        "_listening",
        "_outgoing",
        "_prepared",
        "_receive",
        "_route",
        "_runtime",
        "_send",
        "_tasks",
        "_unsent",
        "_worker",
        "_writer",
        "descriptor",
        "dialect",
        "opening",
        "rt",
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
    ) -> None:
        self._runtime = runtime
        self._route = route
        self._receive = receive
        self._send = send
        self.opening = opening
        self.dialect = opening.dialect or route.dialect
        self.rt = False
        self.source = source
        self._prepared: PreparedFrames | None = extensions.get(EXTENSION)
        self.descriptor = -1
        # Lists, because an empty deque takes ten times the memory, and most sockets are idle.
        self._outgoing: list[WireFrames] = []
        self._unsent = 0
        self._writer: asyncio.Task[None] | None = None
        self._listening: Seat | None = None
        self._commands: list[Decoded] = []
        self._worker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._ended = False
        self._bad_frames = 0
        self._allowance = inbound.Allowance()

    # --- what the hub and the runtime see

    @property
    def user_id(self) -> int | None:
        return self.opening.actor.user_id if self.opening.actor else None

    @property
    def route(self) -> SocketRoute:
        return self._route

    @property
    def topics(self) -> tuple[str, ...]:
        return self.opening.topics

    def write(self, message: WireFrames) -> None:
        """Hand frames to the socket without waiting; one that reads too slowly is dropped (4428)."""
        if self._closing:
            return
        if self._prepared is not None:
            self.write_rest(message.wire)
            return
        self._outgoing.append(message)
        self._unsent += len(message.wire)
        if self._unsent > settings.REALTIME["MAX_UNSENT_BYTES"]:
            self.close(CloseCode.TOO_SLOW, "too slow")
        elif self._writer is None:
            self._writer = self._spawn(self._write_out())

    def write_rest(self, rest: bytes) -> None:
        """Bytes that are frames already, or the end of one whose beginning went to the descriptor."""
        if self._prepared is not None and not self._closing and not self._prepared.write_prepared(rest):
            self._write_no_more()

    def close(self, code: CloseCode, reason: str = "") -> None:
        """End the socket with a code that says what to do next. What was written before goes out first."""
        if self._closing:
            return
        self._write_no_more()
        if code in REFUSALS:
            socket_refused(self.source, REFUSALS[code], user_id=self.user_id, close=int(code), reason=reason)
        self._spawn(self._say_goodbye(code, reason))

    def _write_no_more(self) -> None:
        self._closing = True
        self.descriptor = -1
        if self._prepared is not None:
            self._prepared.detach()

    def tell(self, *frames: Frame | dict[str, Any]) -> None:
        """A direct answer: never overtakes what the hub collects for this socket. Plain objects go as they are."""
        self._runtime.hub.flush_for(self, self.topics)
        self.write(self._message(frames))

    def _message(self, frames: Sequence[Frame | dict[str, Any]]) -> WireFrames:
        return wire_frames(*[frame if isinstance(frame, dict) else self.dialect.shape(frame) for frame in frames])

    # --- life

    async def run(self, subprotocol: str | None, rt: bool, asked_at: float) -> None:
        """Accept, tell the state, pump until the end. ``asked_at``: the loop's time before its login was looked at."""
        self.rt = rt
        hub = self._runtime.hub
        hub.follow(self, self.topics)
        try:
            await self._runtime.feed.broker.listening(self.topics)
            at, snapshot = await self._starting_state()
            await self._send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
            if self._prepared is not None and not self._closing:
                self._prepared.attach(self)
            self._runtime.opened(self, asked_at)
            if self.opening.actor is None:
                self._spawn(self._expect_admission(at))
            else:
                self._enter(at, snapshot)
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
            log.exception("handshake_failed", route=self._route.name)
            raise Unavailable(message="The database does not answer", retry_after=5) from None

    def _enter(self, at: dict[str, Position], snapshot: Sequence[Frame]) -> None:
        frames = [hello(self.source.request_id, at), *snapshot] if self.rt else snapshot
        if frames:
            self.write(wire_frames(*[self.dialect.shape(frame) for frame in frames]))
        self._runtime.hub.settle(self, self.topics, at)
        self._take_large_frames()
        self._runtime.entered(self)
        if self.rt and self.opening.resume is not None:
            self._dispatch(Decoded(self.opening.resume, None))

    async def _expect_admission(self, at: dict[str, Position]) -> None:
        """Whoever has not joined in time is closed, or stays as a listener. A ``join`` that came in time counts."""
        await asyncio.sleep(settings.REALTIME["JOIN_WITHIN_SECONDS"])
        await self._until_idle()
        if self.opening.actor is not None:
            return
        if self.opening.listeners is None:
            self.close(self.opening.unadmitted, "join first")
            return
        try:
            self._listening = seat = await self._runtime.presence.listen(self.opening.listeners)
        except DatabaseFault:
            log.exception("listening_failed", route=self._route.name)
            seat = None
        await self._until_idle()
        if self.opening.actor is not None:  # it joined meanwhile
            self._listen_no_more()
        elif seat is None:
            self.close(CloseCode.OVERLOAD, "too many listeners")
        else:
            self._enter(at, ())

    async def _until_idle(self) -> None:
        while self._worker is not None:
            await asyncio.wait({self._worker})

    def _listen_no_more(self) -> None:
        seat, self._listening = self._listening, None
        if seat is not None:
            self._runtime.presence.listen_no_more(seat)

    def _take_large_frames(self) -> None:
        """Somebody who is there may send a picture with a call for help; a stranger may not fill the memory with it."""
        if self._prepared is not None and self._route.large is not None:
            self._prepared.take_frames_up_to(settings.REALTIME["MAX_HELP_FRAME_BYTES"])

    async def _pump(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                if message.get("code") == CloseCode.TOO_LARGE and not self._closing:  # by the server's own parser
                    code = CloseCode.TOO_LARGE
                    socket_refused(self.source, REFUSALS[code], user_id=self.user_id, close=int(code))
                return
            # The frames of rt.v1 itself count everywhere: a page has no other way to notice a dead connection.
            if not self._closing and (self.rt or not self._route.ignores_input):
                self._on_frame(message)

    def _end(self) -> None:
        self._write_no_more()
        self._ended = True
        self._runtime.hub.leave(self, self.topics)
        self._runtime.closed(self)
        self._listen_no_more()
        for task in list(self._tasks):
            # A command that has begun is a transaction in a thread; only its answer is no longer wanted.
            if task is not self._worker:
                task.cancel()

    # --- inbound

    def _on_frame(self, message: MutableMapping[str, Any]) -> None:
        try:
            self._allowance.take()
            there = self.opening.actor is not None or self._listening is not None
            large = self._route.large if there else None
            decoded = inbound.decoded(message.get("text"), self.dialect, rt=self.rt, large=large)
        except TooLarge as error:
            self.close(CloseCode.TOO_LARGE, error.message)
        except BadFrame as error:
            if not self._route.ignores_input:
                self._refuse_frame(error)
        except RateLimited as error:
            self._tell_error(error, None)
            self.close(CloseCode.RATE, "too many frames")
        else:
            self._dispatch(decoded)

    def _refuse_frame(self, error: BadFrame) -> None:
        self._tell_error(error, error.client_msg_id)
        self._bad_frames += 1
        if self._bad_frames >= settings.REALTIME["MAX_BAD_FRAMES"]:
            self.close(CloseCode.BAD_FRAMES, "too many bad frames")

    def _dispatch(self, decoded: Decoded) -> None:
        match decoded.command:
            case Heartbeat(timestamp=timestamp):
                self.tell(HeartbeatAck(timestamp=timestamp, server_time=iso(now())))
            case Received() as received:
                self._runtime.delivery.received(self, received)
            case _ if len(self._commands) >= _MAX_QUEUED_COMMANDS:
                self._tell_error(RateLimited(message="Too many commands at once"), decoded.client_msg_id)
            case _:
                self._commands.append(decoded)
                if self._worker is None:
                    self._worker = self._spawn(self._work())

    async def _work(self) -> None:
        """Run queued commands in their order, then end: an idle socket costs no task."""
        try:
            while self._commands:
                await self._run_command(self._commands.pop(0))
        finally:
            self._worker = None

    async def _run_command(self, decoded: Decoded) -> None:
        if self._ended:
            await self._run_for_nobody(decoded)
            return
        hub = self._runtime.hub
        if not decoded.command.keyed:
            hub.hold(self, self.topics)
        if isinstance(decoded.command, Resume) and self.opening.actor is None and self._listening is None:
            self._tell_error(Unauthenticated(ErrorCode.JOIN_REQUIRED, "Join first"), decoded.client_msg_id)
            positions = {}
        elif isinstance(decoded.command, Resume):
            positions = await self._replay(decoded.command)
        else:
            positions = await self._carry_out(decoded)
        if self._ended:
            return
        provisional = self.opening.actor is None and self._listening is None
        if not decoded.command.keyed and not provisional:
            hub.settle(self, self.topics, positions)
        if provisional and self.opening.listeners is None:
            self.close(self.opening.unadmitted, "join first")

    async def _carry_out(self, decoded: Decoded) -> dict[str, Position]:
        """Returns the positions that its answer stands at."""
        try:
            outcome = await self._outcome(decoded)
        except DomainError as error:
            self._tell_error(error, decoded.client_msg_id)
            return {}
        if not self._ended:
            await self._apply(outcome)
        return outcome.positions

    async def _replay(self, resume: Resume) -> dict[str, Position]:
        """Tell what was missed, no faster than it is read. What fails half way is asked for again by a new socket."""
        replay = Replay(self.opening, self.dialect, resume)
        try:
            while not self._closing and (piece := await in_database(replay.piece)) is not None:
                await self._tell_in_pieces(piece)
        except (EventsGone, DatabaseFault) as error:
            log.warning("resume_failed", route=self._route.name, error=repr(error))
            self.close(CloseCode.GAP, "the missed events cannot be told")
        return replay.positions

    async def _run_for_nobody(self, decoded: Decoded) -> None:
        """What a client sent before it left still counts, unless it only asked for an answer."""
        if decoded.command.keyed and self.opening.actor is not None:
            with suppress(DomainError):
                await self._outcome(decoded)

    async def _outcome(self, decoded: Decoded) -> Outcome:
        call = Call(self.opening.actor, self.opening.context, decoded.command, self.source.address)
        numbered = [topic for topic in self.topics if is_stream(topic)]
        return await outcome_of(call, decoded, self._route, numbered, self._runtime.batcher)

    async def _apply(self, outcome: Outcome) -> None:
        if outcome.admit is not None:
            self._admit(outcome.admit, outcome.positions)
        if outcome.frames:
            await self._tell_in_pieces(self._message(outcome.frames))
        if outcome.admit is not None and not self._ended:
            self._runtime.hub.settle(self, self.topics, outcome.positions)
            self._runtime.entered(self)

    def _admit(self, admitted: Opening, at: dict[str, Position]) -> None:
        """A provisional socket becomes its user's own, and a listener's; events are collected for it meanwhile."""
        hub, before = self._runtime.hub, set(self.topics)
        self._runtime.closed(self)
        self._listen_no_more()
        self.opening = admitted
        self.dialect = admitted.dialect or self._route.dialect
        self._runtime.opened(self)
        hub.follow(self, [topic for topic in admitted.topics if topic not in before])
        hub.leave(self, before - set(admitted.topics))
        if self.rt:
            self.write(wire_frames(self.dialect.shape(hello(self.source.request_id, at))))
        self._take_large_frames()

    # --- outbound

    async def _tell_in_pieces(self, message: WireFrames) -> None:
        """An answer of any length, no faster than it is read: it does not count as unsent (contract 10.5)."""
        self._runtime.hub.flush_for(self, self.topics)
        first, *rest = message.pieces(_PIECE_BYTES)
        self.write(first)
        for piece in rest:
            if self._prepared is not None:
                await self._prepared.until_read()
            elif self._writer is not None:
                await asyncio.wait({self._writer})
            self.write(piece)

    def _tell_error(self, error: DomainError, client_msg_id: str | None) -> None:
        command_refused(self.source, error.code, user_id=self.user_id)
        frame = self.dialect.error(error, rt=self.rt)
        if client_msg_id is not None:
            frame["client_msg_id"] = client_msg_id
        self._runtime.hub.flush_for(self, self.topics)
        self.write(wire_frames(frame))

    async def _write_out(self) -> None:
        """For servers without the extension: send what is queued, one frame at a time."""
        try:
            while self._outgoing:
                message = self._outgoing.pop(0)
                for text in message.texts:
                    await self._send({"type": "websocket.send", "text": text})
                self._unsent -= len(message.wire)
        except Exception:
            self._write_no_more()  # the peer is gone; the receive loop hears of it
        finally:
            self._writer = None

    async def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        with suppress(Exception):
            async with asyncio.timeout(_CLOSE_PATIENCE_SECONDS):
                if self._writer is not None and code is not CloseCode.TOO_SLOW:
                    await asyncio.wait({self._writer})
                await self._send({"type": "websocket.close", "code": int(code), "reason": reason})
                return
        if self._prepared is not None:
            self._prepared.abort()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
