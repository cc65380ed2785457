"""One socket that looks after itself: connects, comes back, and says when it is over for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Any, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from mobilegpt.tools.client.reconnect import TOKEN, Backoff, Meaning, meaning_of
from mobilegpt.tools.client.session import Ack, RtSession
from mobilegpt.tools.client.streams import Frame

SUBPROTOCOL = "rt.v1"
TokenSource = Callable[[bool], Awaitable[str | None]]
"""``token(fresh)`` gives an access token, another one when ``fresh``; ``None`` when there is none (any more)."""

_MAX_FRAME = 16 * 1024 * 1024
_STABLE_SECONDS = 5.0
_CLOSE_SECONDS = 2.0
_PING_SECONDS = 20.0
_CODE_OF_STATUS = {401: TOKEN, 403: 4403, 404: 4404, 503: 1013}


class Phase(Enum):
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    FINAL = "final"
    CLOSED = "closed"


class Ended(Exception):
    """The socket is over: the server closed it for good, or its user did."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the socket is over ({code})")
        self.code = code


class RtSocket:
    """``async with RtSocket(url, token) as socket``.

    Events go to ``on_event(frame, replayed)``, or wait in ``inbox`` for ``next``. ``greeting`` is the first frame of
    every connection, such as ``join``. ``phase`` and ``code`` (the last close code) tell how it stands. A socket that
    takes no frames (W11) is one that ``only_listens``.
    """

    def __init__(
        self,
        url: str,
        token: TokenSource,
        *,
        on_event: Callable[[Frame, bool], None] | None = None,
        on_snapshot: Callable[[Frame], None] = lambda frame: None,
        on_error: Callable[[Frame], None] = lambda frame: None,
        greeting: Frame | None = None,
        backoff: Backoff | None = None,
        only_listens: bool = False,
    ) -> None:
        self.phase = Phase.CLOSED
        self.code: int | None = None
        self.connections = 0
        self.inbox: asyncio.Queue[Frame] = asyncio.Queue()
        self.session = RtSession(
            on_event or (lambda frame, replayed: self.inbox.put_nowait(frame)),
            on_snapshot=on_snapshot,
            on_error=on_error,
            on_online=self._on_online,
            only_listens=only_listens,
        )
        self._only_listens = only_listens
        self._url = url
        self._token = token
        self._greeting = greeting
        self._backoff = backoff or Backoff()
        self._fresh = False
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._websocket: ClientConnection | None = None
        self._dropped: asyncio.Future[int] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End it for good; unsent writes are cancelled."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.session.disconnected()
        if self.phase is not Phase.FINAL:
            self._set(Phase.CLOSED)

    def write(self, body: Frame) -> asyncio.Future[Ack]:
        """See ``RtSession.write``."""
        return self.session.write(body)

    async def until_online(self, timeout: float = 10.0) -> None:
        """Wait for a connection that has said hello. Raises ``Ended`` when there will be none, and ``TimeoutError``."""
        async with asyncio.timeout(timeout):
            while self.phase is not Phase.ONLINE:
                if self.phase is Phase.FINAL:
                    raise Ended(self.code)
                self._changed.clear()
                await self._changed.wait()

    async def until_over(self, timeout: float = 10.0) -> int | None:
        """Wait until the server has closed it for good; returns the close code. Raises ``TimeoutError``."""
        async with asyncio.timeout(timeout):
            while self.phase is not Phase.FINAL:
                self._changed.clear()
                await self._changed.wait()
        return self.code

    async def next(self, kind: str | None = None, timeout: float = 10.0) -> Frame:
        """The next event, of this type; others are dropped. Raises ``TimeoutError``."""
        async with asyncio.timeout(timeout):
            while True:
                frame = await self.inbox.get()
                if kind is None or frame["type"] == kind:
                    return frame

    def cut(self) -> None:
        """Lose the connection as a network does, without a close; for tests."""
        if self._websocket is not None:
            self._websocket.transport.abort()

    # --- life

    async def _run(self) -> None:
        while True:
            self._set(Phase.CONNECTING)
            self.code = await self._once()
            self.session.disconnected()
            meaning = meaning_of(self.code)
            if meaning is Meaning.FINAL or (meaning is Meaning.REFRESH and self._fresh):
                self._set(Phase.FINAL)
                return
            if meaning is Meaning.REFRESH:
                self._fresh = True
                continue
            self._set(Phase.WAITING)
            asked = self.session.restart_after
            await asyncio.sleep(self._backoff.delay() if asked is None else asked)

    async def _once(self) -> int | None:
        """One connection from its handshake to its end; returns the close code."""
        try:
            token = await self._token(self._fresh)
            if token is None and self._fresh:
                return TOKEN
            offered = [SUBPROTOCOL, *([f"bearer.{token}"] if token else [])]
            async with connect(
                self._address(),
                subprotocols=[Subprotocol(name) for name in offered],
                compression=None,
                # Our own heartbeat notices a silent peer, where frames are taken.
                ping_interval=_PING_SECONDS if self._only_listens else None,
                close_timeout=_CLOSE_SECONDS,
                max_size=_MAX_FRAME,
                proxy=None,
            ) as websocket:
                self._websocket = websocket
                return await self._serve(websocket)
        except InvalidStatus as refusal:
            return _CODE_OF_STATUS.get(refusal.response.status_code)
        except (OSError, TimeoutError, InvalidHandshake):
            return None
        finally:
            self._websocket = None

    def _address(self) -> str:
        """A socket that takes no frames is told in its address where the client stands (contract 10.2)."""
        places = [f"resume={name}:{at.epoch}:{at.seq}" for name, at in self.session.positions.items()]
        if not self._only_listens or not places:
            return self._url
        return self._url + ("&" if "?" in self._url else "?") + "&".join(places)

    async def _serve(self, websocket: ClientConnection) -> int | None:
        self._dropped = asyncio.get_running_loop().create_future()
        outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self.session.connected(outgoing.put_nowait, self._drop)
        if self._greeting is not None:
            self.session.tell(self._greeting)
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self._read(websocket))
            writer = tasks.create_task(self._write_out(websocket, outgoing))
            either: set[asyncio.Future[Any]] = {reader, self._dropped}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            writer.cancel()
            if reader.done():
                return reader.result()
            reader.cancel()
            # A peer that does not answer would not answer the close either.
            websocket.transport.abort()
            return self._dropped.result()

    async def _read(self, websocket: ClientConnection) -> int | None:
        try:
            while True:
                frame: Any = msgspec.json.decode(await websocket.recv(decode=False))
                self.session.take(frame)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    async def _write_out(self, websocket: ClientConnection, outgoing: asyncio.Queue[bytes]) -> None:
        with suppress(ConnectionClosed):
            while True:
                await websocket.send(await outgoing.get(), text=True)

    def _drop(self, code: int) -> None:
        if self._dropped is not None and not self._dropped.done():
            self._dropped.set_result(code)

    def _on_online(self) -> None:
        self.connections += 1
        self._set(Phase.ONLINE)
        connection = self.connections
        asyncio.get_running_loop().call_later(_STABLE_SECONDS, self._proved_stable, connection)

    def _proved_stable(self, connection: int) -> None:
        if self.phase is Phase.ONLINE and self.connections == connection:
            self._backoff.reset()
            self._fresh = False

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        self._changed.set()
