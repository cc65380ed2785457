"""Work of many threads in one transaction: who comes first does it, and takes along who came meanwhile.

For the threads of HTTP requests. Nobody waits for company, and nobody changes threads: alone, a caller does its own
work as if this module were not there.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Generic

from mobilegpt.realtime.together import AT_ONCE, Handler, Made, Piece, execute_together


class _Place(Generic[Made]):
    """Somebody in the queue: woken with a result, or without one to go on as the leader."""

    __slots__ = ("piece", "result", "woken")

    def __init__(self, piece: Piece[Made]) -> None:
        self.piece = piece
        self.result: Made | BaseException | None = None
        self.woken = threading.Event()


class Crowd:
    """The threads that wait for their transaction, per handler and what it is about."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queues: dict[tuple[Handler, Hashable], list[_Place[Any]]] = {}

    def run(self, handler: Handler, piece: Piece[Made], about: Hashable = None) -> Made:
        """The result of one piece of work, after its commit. Raises what refused it, or what broke.

        Only what is ``about`` the same shares a transaction.
        """
        place = _Place(piece)
        key = (handler, about)
        with self._guard:
            leads = key not in self._queues
            self._queues.setdefault(key, []).append(place)
        if not leads:
            place.woken.wait()  # for one transaction, or for two: both end
        if place.result is None:
            self._lead(key)
        assert place.result is not None
        if isinstance(place.result, BaseException):
            raise place.result
        return place.result

    def _lead(self, key: tuple[Handler, Hashable]) -> None:
        """Do what waits, one's own work first; then the next in the queue leads."""
        queue = self._queues[key]
        with self._guard:
            batch = queue[:AT_ONCE]
        results: list[Any]
        try:
            results = list(execute_together(key[0], [place.piece for place in batch]))
        except BaseException as error:
            results = [error] * len(batch)
        with self._guard:
            del queue[: len(batch)]
            if not queue:
                del self._queues[key]
        for place, result in zip(batch, results, strict=True):
            place.result = result
            place.woken.set()
        if queue:
            queue[0].woken.set()
