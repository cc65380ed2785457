"""Who has the step: counts ``received`` frames and tells the instructors' sockets (contract 10.3).

Each process counts its own phones and tells the others; a lost count costs a number on a screen and no step. What a
domain keeps of it is written by ``receipts.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from mobilegpt.events.broker import Broker
from mobilegpt.events.broker_messages import Counted, encode_broker_message
from mobilegpt.events.event import Position
from mobilegpt.events.outbox import PROCESS_ID
from mobilegpt.events.topics import number_of, session, session_staff
from mobilegpt.realtime.protocol import Delivery, Received
from mobilegpt.realtime.subscriber import OpenSocket

_REPORT_SECONDS = 0.1
# A process that has told nothing for so long is not counted any more: a step later it has, or it is gone.
_COUNTED_SECONDS = 60.0


class DeliveryCount:
    """Per session: the newest step and the users whose phones confirmed it.

    ``position`` says where a stream stands, ``users_on`` who is there on a topic, ``sockets_on`` who follows it;
    ``keep`` is told of every phone that counts: stream, user and number.
    """

    def __init__(
        self,
        position: Callable[[str], Position | None],
        users_on: Callable[[str], set[int]],
        sockets_on: Callable[[str], Sequence[OpenSocket]],
        broker: Broker,
        keep: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self._keep = keep
        self._position = position
        self._users_on = users_on
        self._sockets_on = sockets_on
        self._broker = broker
        self._newest: dict[str, tuple[int, set[int]]] = {}
        self._reports: dict[str, asyncio.TimerHandle] = {}
        # Streams whose count here has changed since the other processes were told.
        self._untold: set[str] = set()
        # By stream and process: what another one counted, and when it told.
        self._others: dict[str, dict[str, tuple[float, Counted]]] = {}

    def received(self, connection: OpenSocket, received: Received) -> None:
        """Count a phone; a socket that does not follow the stream, or shows nobody there, does not count."""
        stream, user_id = received.stream, connection.user_id
        position = self._position(stream)
        if stream not in connection.topics or connection.opening.presence is None or user_id is None:
            return
        if position is None or not 0 < received.seq <= position.seq:
            return
        seq, users = self._newest.get(stream, (0, set()))
        if received.seq < seq:
            return
        if self._keep is not None:
            self._keep(stream, user_id, received.seq)
        if received.seq > seq:
            users = set()
            self._newest[stream] = (received.seq, users)
        users.add(user_id)
        self._untold.add(stream)
        self._report_soon(stream)

    def heard(self, counted: Counted) -> None:
        """Another process counted its phones."""
        moment = asyncio.get_running_loop().time()
        self._others.setdefault(counted.stream, {})[counted.origin] = (moment, counted)
        self._report_soon(counted.stream)

    def _report_soon(self, stream: str) -> None:
        if stream not in self._reports:
            loop = asyncio.get_running_loop()
            self._reports[stream] = loop.call_later(_REPORT_SECONDS, self._report, stream)

    def forget(self, stream: str) -> None:
        """Nobody follows the stream any more."""
        self._newest.pop(stream, None)
        self._others.pop(stream, None)
        self._untold.discard(stream)
        handle = self._reports.pop(stream, None)
        if handle is not None:
            handle.cancel()

    def _report(self, stream: str) -> None:
        """Tell the other processes what changed here, and the instructors here how it stands."""
        self._reports.pop(stream, None)
        mine = self._mine(stream)
        if stream in self._untold:
            self._untold.discard(stream)
            self._tell_others(mine)
        staff = [one for one in self._sockets_on(session_staff(number_of(stream))) if one.rt]
        if not staff:
            return
        counts = [mine, *self._told_lately(stream)]
        newest = max(count.seq for count in counts)
        received = {user for count in counts if count.seq == newest for user in count.received}
        present = {user for count in counts for user in count.present}
        frame = Delivery(stream=stream, seq=newest, received=len(received), total=len(present))
        for connection in staff:
            connection.tell(frame)

    def _tell_others(self, mine: Counted) -> None:
        if self._broker.connected:
            self._broker.tell([(session_staff(number_of(mine.stream)), encode_broker_message(mine))])

    def _mine(self, stream: str) -> Counted:
        seq, users = self._newest.get(stream, (0, set()))
        present = self._users_on(session(number_of(stream)))
        return Counted(PROCESS_ID, stream, seq, sorted(users & present), sorted(present))

    def _told_lately(self, stream: str) -> list[Counted]:
        since = asyncio.get_running_loop().time() - _COUNTED_SECONDS
        return [counted for told, counted in self._others.get(stream, {}).values() if told > since]
