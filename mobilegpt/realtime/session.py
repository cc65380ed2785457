"""One socket's conversation as pure rules: what comes, and what is to be done about it (contract 3.9, 10).

Every input is a method and returns the actions that it causes, in their order; ``connection.py`` does them. A session
reads no clock, waits for nothing and writes nowhere, so every order of events can be tried without a server. Imports no
Django and no asyncio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from mobilegpt.core.clock import iso
from mobilegpt.core.errors import DomainError, ErrorCode, RateLimited, TooLarge, Unauthenticated
from mobilegpt.events.event import Position
from mobilegpt.realtime import inbound
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import BadFrame, Decoded, Dialect, Frame
from mobilegpt.realtime.limits import Limits
from mobilegpt.realtime.protocol import Heartbeat, HeartbeatAck, Hello, Received, Resume, Window
from mobilegpt.realtime.route import Listeners, Opening, Outcome, SocketRoute

# --- what is to be done at once


class Tell(msgspec.Struct, frozen=True):
    """Frames for the client, as one write. Plain objects go as they are."""

    frames: tuple[Frame | dict[str, Any], ...]


class Refused(msgspec.Struct, frozen=True):
    """A frame of the client got this error code: a line for the log."""

    code: str


class Close(msgspec.Struct, frozen=True):
    """The conversation is over; nothing is told after it."""

    code: CloseCode
    reason: str


class Count(msgspec.Struct, frozen=True):
    """The phone confirmed a step."""

    received: Received


class Work(msgspec.Struct, frozen=True):
    """A command waits for ``begin``."""


class Enter(msgspec.Struct, frozen=True):
    """The client knows the state at these positions: what came after goes out, and its user is there from now on."""

    at: Mapping[str, Position]


class Settle(msgspec.Struct, frozen=True):
    """The answer stands at these positions: events go out again, those first that came meanwhile."""

    positions: Mapping[str, Position]


Action = Tell | Refused | Close | Count | Work | Enter | Settle

# --- what takes time, and what stands between: one step after the other


class Hold(msgspec.Struct, frozen=True):
    """Collect events instead of writing them: the answer that is being made carries state."""


class Run(msgspec.Struct, frozen=True):
    """Run the command; ``answered`` or ``refused`` tells what became of it."""

    decoded: Decoded


class TellMissed(msgspec.Struct, frozen=True):
    """Tell what was missed; ``replayed`` says where that ends."""

    resume: Resume


class Admit(msgspec.Struct, frozen=True):
    """The socket becomes its user's own; ``admitted`` takes what it is from now on."""

    opening: Opening


class TellAnswer(msgspec.Struct, frozen=True):
    """Frames of any length, told no faster than they are read: they do not count as unsent (contract 10.5)."""

    frames: Sequence[Frame | dict[str, Any]]


class Listen(msgspec.Struct, frozen=True):
    """Find out whether one more may listen; ``listener_counted`` tells."""

    place: Listeners


CommandStep = Action | Hold | Run | TellMissed | Admit | TellAnswer | Listen

_WORK = (Work(),)
_HOLD = Hold()
_NOWHERE: Mapping[str, Position] = {}


class Session:
    """``opening`` says whose the socket is; without an actor it is provisional, until it is admitted or listens.

    ``is_closed``: somebody said goodbye, nothing is told any more. ``is_ended``: the peer is gone.
    """

    __slots__ = (
        "_allowance",
        "_bad_frames",
        "_connection_id",
        "_limits",
        "_positions",
        "_queue",
        "_running",
        "_wanted",
        "dialect",
        "is_closed",
        "is_ended",
        "is_listening",
        "opening",
        "route",
        "rt",
        "wants_extras",
    )

    def __init__(
        self,
        route: SocketRoute,
        opening: Opening,
        limits: Limits,
        *,
        rt: bool,
        connection_id: str,
        wants_extras: bool = True,
    ) -> None:
        self.route = route
        self.wants_extras = wants_extras
        self._open_as(opening)
        self.rt = rt
        self.is_listening = False
        self.is_closed = False
        self.is_ended = False
        self._limits = limits
        self._connection_id = connection_id
        self._allowance = inbound.Allowance(limits.frames_per_second)
        self._bad_frames = 0
        # A list, because an empty deque takes ten times the memory, and most sockets are idle.
        self._queue: list[Decoded] = []
        self._running: Decoded | None = None
        self._wanted = True  # what runs is run for somebody
        self._positions = _NOWHERE

    @property
    def is_provisional(self) -> bool:
        """It has not joined, and is not let in to listen: it hears nothing, and only a ``join`` helps."""
        return self.opening.actor is None and not self.is_listening

    # --- its beginning

    def entered(self, at: Mapping[str, Position], snapshot: Sequence[Frame]) -> Sequence[Action]:
        """It may hear: its first frames, and where it says in its address that it stood, what it missed."""
        frames = (self._hello(at), *snapshot) if self.rt else tuple(snapshot)
        resume = self.opening.resume if self.rt else None
        return (
            *(self._tell(*frames) if frames else ()),
            Enter(at),
            *(self._enqueue(Decoded(resume, None)) if resume is not None else ()),
        )

    def join_time_over(self) -> Sequence[CommandStep]:
        """Whoever has not joined is closed, or asked to listen. A ``join`` that came in time counts: it is done."""
        if self.opening.actor is not None:
            return ()
        if self.opening.listeners is None:
            return self._close(self.opening.unadmitted, "join first")
        return (Listen(self.opening.listeners),)

    def listener_counted(self, *, fits: bool) -> None:
        """Whether there was room for one more listener; commands may run meanwhile."""
        self.is_listening = fits and self.opening.actor is None

    def listener_settled(self, at: Mapping[str, Position]) -> Sequence[Action]:
        """No command runs: a listener enters now, unless it has joined since."""
        if self.opening.actor is not None:
            return ()
        return self.entered(at, ()) if self.is_listening else self._close(CloseCode.OVERLOAD, "too many listeners")

    def admitted(self, opening: Opening) -> None:
        """From now on it is its user's own."""
        self._open_as(opening)
        self.is_listening = False

    def _open_as(self, opening: Opening) -> None:
        self.opening = opening
        shown = opening.dialect or self.route.dialect
        self.dialect: Dialect = shown if self.wants_extras else shown.without_extras

    # --- what the client sends

    def received(self, text: str | None, moment: float, now: datetime) -> Sequence[Action]:
        """A frame; ``None`` for one that is not text. ``moment``: the loop's time; ``now``: that of the calendar."""
        # The frames of rt.v1 itself count everywhere: a page has no other way to notice a dead connection.
        if self.is_closed or (self.route.ignores_input and not self.rt):
            return ()
        # Somebody who is there may send a picture with a call for help; a stranger may not fill the memory with it.
        large = None if self.is_provisional else self.route.large
        try:
            self._allowance.take(moment, self._limits.frames_per_second)
            decoded = inbound.decoded(text, self.dialect, self._limits, rt=self.rt, large=large)
        except TooLarge as error:
            return self._close(CloseCode.TOO_LARGE, error.message)
        except BadFrame as error:
            return () if self.route.ignores_input else self._refuse_frame(error)
        except RateLimited as error:
            return (*self._refuse(error, None), *self._close(CloseCode.RATE, "too many frames"))
        match decoded.command:
            case Heartbeat(timestamp=timestamp):
                return self._tell(HeartbeatAck(timestamp=timestamp, server_time=iso(now)))
            case Received() as received:
                return (Count(received),)
            case _:
                return self._enqueue(decoded)

    def _enqueue(self, decoded: Decoded) -> Sequence[Action]:
        if len(self._queue) >= self._limits.queued_commands:
            return self._refuse(RateLimited(message="Too many commands at once"), decoded.client_msg_id)
        self._queue.append(decoded)
        return _WORK

    def _refuse_frame(self, error: BadFrame) -> Sequence[Action]:
        self._bad_frames += 1
        refusal = self._refuse(error, error.client_msg_id)
        if self._bad_frames < self._limits.bad_frames:
            return refusal
        return (*refusal, *self._close(CloseCode.BAD_FRAMES, "too many bad frames"))

    # --- one command after the other

    def begin(self) -> Sequence[CommandStep] | None:
        """The steps of the next command, after which comes ``finished``; ``None`` while there is none, or one runs.

        What a client sent before it left still counts, unless it only asked for an answer.
        """
        if self._running is not None:
            return None
        while self._queue:
            decoded = self._queue.pop(0)
            keyed = decoded.command.keyed
            if self.is_ended and (not keyed or self.opening.actor is None):
                continue
            self._running, self._wanted = decoded, not self.is_ended
            if isinstance(decoded.command, Resume):
                if self.is_provisional:
                    return self.refused(Unauthenticated(ErrorCode.JOIN_REQUIRED, "Join first"))
                return (_HOLD, TellMissed(decoded.command))
            return (Run(decoded),) if keyed else (_HOLD, Run(decoded))
        return None

    def answered(self, outcome: Outcome) -> Sequence[CommandStep]:
        """The command was run. Events are collected for who is admitted until its frames are told."""
        if self.is_ended:
            return ()
        self._positions = outcome.positions
        answer = (TellAnswer(outcome.frames),) if outcome.frames and not self.is_closed else ()
        if outcome.admit is None:
            return answer
        greeting = self._tell(self._hello(outcome.positions)) if self.rt else ()
        return (Admit(outcome.admit), *greeting, *answer, Enter(outcome.positions))

    def refused(self, error: DomainError) -> Sequence[Action]:
        """The command was not run, and wrote nothing."""
        if self._running is None or not self._wanted:
            return ()
        return self._refuse(error, self._running.client_msg_id)

    def replayed(self, positions: Mapping[str, Position]) -> None:
        """What was missed is told, up to these positions."""
        self._positions = positions

    def finished(self) -> Sequence[Action]:
        """The command's steps are done. Who is still provisional did something else than join."""
        running = self._running
        at = self._positions
        self.stopped()
        if self.is_ended or running is None:
            return ()
        if not self.is_provisional:
            return () if running.command.keyed else (Settle(at),)
        return self._close(self.opening.unadmitted, "join first") if self.opening.listeners is None else ()

    def stopped(self) -> None:
        """Nothing runs, whatever became of it."""
        self._running, self._positions = None, _NOWHERE

    # --- its end

    def closed(self) -> None:
        """Goodbye was said, for whatever reason."""
        self.is_closed = True

    def ended(self) -> None:
        """The peer is gone. A command that has begun goes on; only its answer is no longer wanted."""
        self.is_closed = self.is_ended = True

    # --- what it says

    def _hello(self, at: Mapping[str, Position]) -> Hello:
        """Where its streams stand (``at``), what it may send, how far back it may resume (contract 10.2)."""
        limits = self._limits
        return Hello(
            connection_id=self._connection_id,
            heartbeat_interval=limits.heartbeat_seconds,
            streams=dict(at),
            limits={
                "frame_bytes": limits.frame_bytes,
                "frames_per_second": limits.frames_per_second,
                "unsent_bytes": limits.unsent_bytes,
            },
            resume=Window(events=limits.resume_events, seconds=limits.resume_seconds),
        )

    def _tell(self, *frames: Frame | dict[str, Any]) -> Sequence[Action]:
        return () if self.is_closed else (Tell(frames),)

    def _refuse(self, error: DomainError, client_msg_id: str | None) -> Sequence[Action]:
        frame = self.dialect.error(error, rt=self.rt)
        if client_msg_id is not None:
            frame["client_msg_id"] = client_msg_id
        return (Refused(error.code), *self._tell(frame))

    def _close(self, code: CloseCode, reason: str) -> Sequence[Action]:
        if self.is_closed:
            return ()
        self.is_closed = True
        return (Close(code, reason),)
