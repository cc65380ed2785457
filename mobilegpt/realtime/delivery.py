"""Who has the step: counts ``received`` frames and tells the instructors' sockets (contract 10.3).

Counts the phones of this process; nothing is stored, a lost count costs a number on a screen and no step.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mobilegpt.realtime.protocol import Delivery, Received
from mobilegpt.realtime.topics import number_of, session, session_staff

if TYPE_CHECKING:
    from mobilegpt.realtime.connection import Connection
    from mobilegpt.realtime.runtime import Runtime

_REPORT_SECONDS = 0.1


class DeliveryCount:
    """Per session: the newest step and the users whose phones confirmed it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._newest: dict[str, tuple[int, set[int]]] = {}
        self._reports: dict[str, asyncio.TimerHandle] = {}

    def received(self, connection: Connection, received: Received) -> None:
        """Count a phone; a socket that does not follow the stream, or shows nobody there, does not count."""
        stream, user_id = received.stream, connection.user_id
        position = self._runtime.hub.position(stream)
        if stream not in connection.topics or connection.opening.presence is None or user_id is None:
            return
        if position is None or not 0 < received.seq <= position.seq:
            return
        seq, users = self._newest.get(stream, (0, set()))
        if received.seq < seq:
            return
        if received.seq > seq:
            users = set()
            self._newest[stream] = (received.seq, users)
        users.add(user_id)
        if stream not in self._reports:
            loop = asyncio.get_running_loop()
            self._reports[stream] = loop.call_later(_REPORT_SECONDS, self._report, stream)

    def forget(self, stream: str) -> None:
        """Nobody follows the stream any more."""
        self._newest.pop(stream, None)
        handle = self._reports.pop(stream, None)
        if handle is not None:
            handle.cancel()

    def _report(self, stream: str) -> None:
        self._reports.pop(stream, None)
        seq, users = self._newest.get(stream, (0, set()))
        session_id = number_of(stream)
        present = self._runtime.presence.users_on(session(session_id))
        frame = Delivery(stream=stream, seq=seq, received=len(users & present), total=len(present))
        for connection in self._runtime.connections_on(session_staff(session_id)):
            if connection.rt:
                connection.tell(frame)
