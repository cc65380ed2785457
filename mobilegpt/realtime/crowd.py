"""One visit to the database for many threads: who comes first makes it, and takes along who came meanwhile.

For the threads of HTTP requests, as ``gatherer.py`` for sockets. Nobody waits for company, and nobody changes threads:
alone, a caller does its own work as if this module were not there.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from mobilegpt.realtime.together import AT_ONCE, Work, do_together

_Kind: TypeAlias = tuple[Work, tuple[Hashable, ...]]


class _Place:
    """Somebody in the queue: woken with a result, or without one to go on as the leader."""

    __slots__ = ("given", "known", "result", "woken")

    def __init__(self, given: Any) -> None:
        self.given = given
        self.known = False
        self.result: Any = None
        self.woken = threading.Event()


class Crowd:
    """The threads that wait for the next visit, per kind of it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queues: dict[_Kind, list[_Place]] = {}

    def run(self, work: Work, given: Any, *about: Hashable) -> Any:
        """The result of ``work(*about, [given, …])`` for this one, begun after it was asked for.

        Raises what refused it, or what broke. Ask it outside of a transaction: it may be made in another thread.
        """
        place = _Place(given)
        kind = (work, about)
        with self._guard:
            leads = kind not in self._queues
            self._queues.setdefault(kind, []).append(place)
        if not leads:
            place.woken.wait()  # for one visit, or for two: both end
        if not place.known:
            self._lead(kind)
        if isinstance(place.result, BaseException):
            raise place.result
        return place.result

    def _lead(self, kind: _Kind) -> None:
        """Do what waits, one's own work first; then the next in the queue leads."""
        work, about = kind
        queue = self._queues[kind]
        with self._guard:
            batch = queue[:AT_ONCE]
        results: Sequence[Any]
        try:
            results = do_together(work, about, [place.given for place in batch])
        except BaseException as error:
            results = [error] * len(batch)
        with self._guard:
            del queue[: len(batch)]
            if not queue:
                del self._queues[kind]
        for place, result in zip(batch, results, strict=True):
            place.result, place.known = result, True
            place.woken.set()
        if queue:
            queue[0].woken.set()


threads = Crowd()
"""Those of this process."""
