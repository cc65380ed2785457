"""One visit to the database for many threads: who comes first makes it, and takes along who came meanwhile.

For the threads of HTTP requests, as ``loop_batcher.py`` for sockets. Nobody changes threads: alone, a caller does its
own work as if this module were not there. Who leads waits for nobody but those who said that they are on their way:
threads take turns at the processor, so of many who come at once each would find itself nearly alone.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from mobilegpt.database.batching import AT_ONCE, Work, do_batch

_Kind: TypeAlias = tuple[Work, tuple[Hashable, ...]]
_PATIENCE_SECONDS = 0.02  # those on the way need a few milliseconds of processor; whoever hangs is left behind


class _Place:
    """Somebody in the queue: woken with a result, or without one to go on as the leader."""

    __slots__ = ("given", "known", "result", "woken")

    def __init__(self, given: Any) -> None:
        self.given = given
        self.known = False
        self.result: Any = None
        self.woken = threading.Event()


class _Announced(threading.local):
    """What a thread is on its way to."""

    def __init__(self) -> None:
        self.works: set[Hashable] = set()


class ThreadBatcher:
    """The threads that wait for the next visit, per kind of it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queues: dict[_Kind, list[_Place]] = {}
        self._announced = _Announced()
        self._on_the_way: Counter[Hashable] = Counter()
        self._all_are_there = threading.Condition(self._guard)

    @contextmanager
    def on_the_way(self, *works: Hashable) -> Iterator[None]:
        """This thread is about to ask for each of these, if nothing comes between: others wait a moment for it."""
        new = set(works) - self._announced.works
        with self._guard:
            self._on_the_way.update(new)
        self._announced.works |= new
        try:
            yield
        finally:
            with self._guard:
                for work in new:
                    self._is_there(work)

    def run(self, work: Work, given: Any, *about: Hashable, announced_as: Hashable = None) -> Any:
        """The result of ``work(*about, [given, …])`` for this one, begun after it was asked for.

        ``announced_as``: what ``on_the_way`` was told, unless that is the work itself.
        Raises what refused it, or what broke. Ask it outside of a transaction: it may be made in another thread.
        """
        place = _Place(given)
        kind = (work, about)
        goal = announced_as or work
        with self._guard:
            leads = kind not in self._queues
            self._queues.setdefault(kind, []).append(place)
            self._is_there(goal)
        if not leads:
            place.woken.wait()  # for one visit, or for two: both end
        if not place.known:
            self._wait_for_all(goal)
            self._lead(kind)
        if isinstance(place.result, BaseException):
            raise place.result
        return place.result

    def _is_there(self, work: Hashable) -> None:
        """This thread asks for it now, or will not any more. The guard is held."""
        if work not in self._announced.works:
            return
        self._announced.works.remove(work)
        self._on_the_way[work] -= 1
        if not self._on_the_way[work]:
            del self._on_the_way[work]
            self._all_are_there.notify_all()

    def _wait_for_all(self, work: Hashable) -> None:
        if work not in self._on_the_way:
            return
        with self._guard:
            self._all_are_there.wait_for(lambda: work not in self._on_the_way, _PATIENCE_SECONDS)

    def _lead(self, kind: _Kind) -> None:
        """Do what waits, one's own work first; then the next in the queue leads."""
        work, about = kind
        queue = self._queues[kind]
        with self._guard:
            batch = queue[:AT_ONCE]
        results: Sequence[Any]
        try:
            results = do_batch(work, about, [place.given for place in batch])
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


by_threads = ThreadBatcher()
"""Those of this process."""
