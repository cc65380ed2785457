"""How the processes of one installation hear of each other's events: the port, and the broker of a lone process.

What is told here is committed already (outbox.py), so a broker may lose, repeat or reorder it: whoever listens also
follows the stream table and finds what is missing (realtime/feed.py). No method waits for a network, but ``listening``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

Hear = Callable[[str, bytes], None]
"""Called on the event loop with a topic and what was told on it, by this process or another one."""


class Broker(Protocol):
    """Bytes between processes, by topic. Lives on the event loop."""

    @property
    def connected(self) -> bool:
        """Whether others are heard at this moment. While it is false the table has to be looked at often."""

    async def start(self, hear: Hear, changed: Callable[[], None]) -> None:
        """Begin to listen; ``changed`` is called whenever ``connected`` changes. Does not wait for the connection."""

    async def stop(self) -> None: ...

    def tell(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send something to whoever listens to a topic. Dropped while there is no connection."""

    def listen(self, topic: str) -> None: ...

    def ignore(self, topic: str) -> None: ...

    async def listening(self, topics: Iterable[str]) -> None:
        """Wait until what is told on these topics from now on is heard here; not longer than a moment."""


class Alone:
    """No other process is heard. The stream table is followed instead, at most a second late (contract 2.2)."""

    connected = False

    async def start(self, hear: Hear, changed: Callable[[], None]) -> None:
        """There is nothing to begin."""

    async def stop(self) -> None:
        """There is nothing to end."""

    def tell(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Nobody hears it."""

    def listen(self, topic: str) -> None:
        """Nobody speaks."""

    def ignore(self, topic: str) -> None:
        """Nobody speaks."""

    async def listening(self, topics: Iterable[str]) -> None:
        """There is nothing to wait for."""
