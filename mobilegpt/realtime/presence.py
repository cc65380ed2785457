"""Who is there: sockets counted per user and topic, a grace for reconnects, leases against ghosts (contract 6.7).

A user is there while any process holds a lease on the topic. The last socket's end starts the grace; a process that was
killed leaves leases that expire. What follows from it is the domain's business: ``PresenceHooks``.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from mobilegpt.core.clock import now
from mobilegpt.database.models import ROWS_AT_ONCE
from mobilegpt.database.threads import in_database
from mobilegpt.events.models import SocketLease
from mobilegpt.events.outbox import PROCESS_ID, unit_of_work
from mobilegpt.events.topics import number_of
from mobilegpt.realtime.route import Listeners

log = structlog.get_logger(__name__)

_WRITE_SECONDS = 0.2
_SWEPT_AT_ONCE = 500
_CUT_SECONDS = 60
"""Who comes back within this time never left (contract 11.6); who does later was away, whatever their lease says."""
RENEWALS_PER_LEASE = 3  # two of them may fail

Seat = tuple[str, int]
"""A topic and a user."""
Gone = Mapping[int, Mapping[int, datetime]]
"""By the id of a topic, users, each with the last moment at which they were known to be there."""

_signs_of_life: set[int] = set()
_polls: set[Seat] = set()


def sign_of_life(user_id: int) -> None:
    """An authenticated request; callable from any thread."""
    _signs_of_life.add(user_id)


def polled(topic: str, user_id: int) -> None:
    """A user asks over HTTP what happens on a topic, so they are there without a socket; callable from any thread."""
    _polls.add((topic, user_id))


@dataclass(frozen=True, slots=True)
class PresenceHooks:
    """What the domains do: ``came({id: user_ids})`` after arrivals on topics ``<prefix>:<id>``, ``gone`` once per
    departure (departures at one moment come together), ``touch`` the last-seen times of users, ``sweep`` those silent
    since a moment. All synchronous, run in database threads. ``came`` also heals a departure that was written while the
    user was already coming back.
    """

    came: dict[str, Callable[[Mapping[int, set[int]]], None]]
    gone: dict[str, Callable[[Gone], None]]
    touch: Callable[[set[int], datetime], None]
    sweep: Callable[[datetime], None]


class Presence:
    """The seats that this process's sockets hold."""

    def __init__(self, hooks: PresenceHooks) -> None:
        self._hooks = hooks
        self._counts: dict[Seat, int] = {}
        self._departures: dict[Seat, asyncio.TimerHandle] = {}
        self._last_known: dict[Seat, datetime] = {}
        self._to_lease: set[Seat] = set()
        self._lease_handle: asyncio.TimerHandle | None = None
        self._to_give_up: dict[Seat, datetime] = {}
        self._give_up_handle: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: set[Seat] = set()
        self._heard_of = 0

    def users_on(self, topic: str) -> set[int]:
        return {user_id for (name, user_id) in self._counts if name == topic}

    def arrive(self, topic: str, user_id: int) -> None:
        seat = (topic, user_id)
        self._counts[seat] = self._counts.get(seat, 0) + 1
        departure = self._departures.pop(seat, None)
        self._last_known.pop(seat, None)
        if departure is not None:
            departure.cancel()
        elif self._to_give_up.pop(seat, None) is not None:
            return  # its lease is there still
        elif self._counts[seat] == 1:
            self._to_lease.add(seat)
            if self._lease_handle is None:
                loop = asyncio.get_running_loop()
                self._lease_handle = loop.call_later(_WRITE_SECONDS, self._write_leases)

    def leave(self, topic: str, user_id: int, silent_for: float = 0.0) -> None:
        """A socket of theirs has ended, after so many seconds without a sign from the other side."""
        seat = (topic, user_id)
        known = now() - timedelta(seconds=silent_for)
        self._last_known[seat] = max(known, self._last_known.get(seat, known))
        self._counts[seat] -= 1
        if self._counts[seat] == 0:
            del self._counts[seat]
            loop = asyncio.get_running_loop()
            grace = settings.REALTIME["GRACE_SECONDS"]
            self._departures[seat] = loop.call_later(grace, self._depart, seat)

    async def listen(self, place: Listeners) -> Seat | None:
        """A lease for a socket that shows nobody as being there; ``None`` when ``place.most`` are taken.

        It is nobody's: its number is below zero, where no account is. It counts in no other topic.
        """
        self._heard_of += 1
        seat = (place.topic, -self._heard_of)
        self._listeners.add(seat)  # before the row: a renewal meanwhile must find as many seats as rows
        try:
            fits = await in_database(_lease_if_fits, seat, place.most)
        except BaseException:
            self.listen_no_more(seat)
            raise
        if fits:
            return seat
        self._listeners.discard(seat)
        return None

    def listen_no_more(self, seat: Seat) -> None:
        self._listeners.discard(seat)
        self._run(in_database(_forget, seat))

    def _write_leases(self) -> None:
        self._lease_handle = None
        seats, self._to_lease = self._to_lease, set()
        self._run(in_database(_settle_in, seats, self._hooks))

    def _depart(self, seat: Seat) -> None:
        """The grace is over; those whose grace ends at the same moment are written together."""
        self._departures.pop(seat, None)
        self._to_lease.discard(seat)
        self._to_give_up[seat] = self._last_known.pop(seat)
        if self._give_up_handle is None:
            self._give_up_handle = asyncio.get_running_loop().call_later(_WRITE_SECONDS, self._write_departures)

    def _write_departures(self) -> None:
        self._give_up_handle = None
        seats, self._to_give_up = self._to_give_up, {}
        if seats:
            self._run(in_database(_give_up, seats, self._hooks))

    async def renew(self) -> None:
        """Keep this process's leases alive, and touch everybody who showed a sign of life.

        Who was silent too long is gone before that: a sign of life of today says nothing about the time between.
        """
        seats = set(self._counts) | set(self._departures) | set(self._to_give_up) | self._listeners
        alive = {user_id for _, user_id in self._counts} | _signs_of_life
        _signs_of_life.clear()
        polls = _polls.copy()
        _polls.difference_update(polls)
        await in_database(_renew, seats, alive, polls, self._hooks)

    async def sweep(self) -> None:
        """End the seats of killed processes, and those silent without a socket."""
        await in_database(_sweep, self._hooks)

    def _run(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # The lease stays and expires; the sweep will do what was missed here.
            log.error("presence_write_failed", error=repr(task.exception()))

    async def drain(self) -> None:
        """Wait for writes that have begun."""
        for handle in [*self._departures.values(), self._lease_handle, self._give_up_handle]:
            if handle is not None:
                handle.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)


def _settle_in(seats: set[Seat], hooks: PresenceHooks) -> None:
    _sweep_leases(hooks, longer_ago=_CUT_SECONDS - settings.REALTIME["LEASE_SECONDS"])
    _lease(seats)
    _came(seats, hooks)


def _came(seats: set[Seat], hooks: PresenceHooks) -> None:
    there: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for topic, user_id in seats:
        there[topic.partition(":")[0]][number_of(topic)].add(user_id)
    for prefix, users in there.items():
        if prefix in hooks.came:
            hooks.came[prefix](users)


def _expiry() -> datetime:
    return now() + timedelta(seconds=settings.REALTIME["LEASE_SECONDS"])


def _lease(seats: set[Seat]) -> None:
    expires = _expiry()
    rows = [SocketLease(topic=t, user_id=u, process=PROCESS_ID, expires_at=expires) for t, u in seats]
    with unit_of_work():
        SocketLease.objects.bulk_create(
            rows,
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["topic", "user_id", "process"],
            update_fields=["expires_at"],
        )


def _lease_if_fits(seat: Seat, most: int) -> bool:
    """Counted after the row is committed: who come at the same moment may refuse each other, but never exceed."""
    _lease({seat})
    taken = SocketLease.objects.filter(topic=seat[0], expires_at__gt=now()).count()
    if taken > most:
        _forget(seat)
    return taken <= most


def _forget(seat: Seat) -> None:
    with unit_of_work():
        SocketLease.objects.filter(topic=seat[0], user_id=seat[1], process=PROCESS_ID).delete()


def _give_up(seats: Mapping[Seat, datetime], hooks: PresenceHooks) -> None:
    for topic, users in _by_topic(seats).items():
        with unit_of_work():
            SocketLease.objects.filter(topic=topic, user_id__in=list(users), process=PROCESS_ID).delete()
            _gone(topic, users, hooks)


def _by_topic(seats: Mapping[Seat, datetime]) -> dict[str, dict[int, datetime]]:
    topics: dict[str, dict[int, datetime]] = defaultdict(dict)
    for (topic, user_id), last_known in seats.items():
        topics[topic][user_id] = last_known
    return topics


def _gone(topic: str, users: Mapping[int, datetime], hooks: PresenceHooks) -> None:
    """Tell of those of these users who hold no lease on the topic in any process."""
    hook = hooks.gone.get(topic.partition(":")[0])
    if hook is None:
        return
    held = SocketLease.objects.filter(topic=topic, user_id__in=list(users), expires_at__gt=now())
    there = set(held.values_list("user_id", flat=True))
    if gone := {user_id: last_known for user_id, last_known in users.items() if user_id not in there}:
        hook({number_of(topic): gone})


def _renew(seats: set[Seat], alive: set[int], polls: set[Seat], hooks: PresenceHooks) -> None:
    if seats:
        mine = SocketLease.objects.filter(process=PROCESS_ID)
        with unit_of_work():
            # One statement instead of ten thousand rows; what does not match is put in order row by row.
            if mine.count() == len(seats):
                mine.update(expires_at=_expiry())
            else:
                _lease(seats)
    if alive:
        _sweep_silent(hooks)
        hooks.touch(alive, now())
    if polls:
        _came(polls, hooks)


def _sweep(hooks: PresenceHooks) -> None:
    _sweep_leases(hooks, longer_ago=0)
    _sweep_silent(hooks)


def _sweep_silent(hooks: PresenceHooks) -> None:
    hooks.sweep(now() - timedelta(seconds=settings.REALTIME["ABSENT_AFTER_SECONDS"]))


def _sweep_leases(hooks: PresenceHooks, longer_ago: float) -> None:
    """Whose process was killed was last known to be there when it renewed their lease.

    Of the leases that ran out so many seconds ago, and before that.
    """
    horizon = now() - timedelta(seconds=max(longer_ago, 0))
    lease_lasts = timedelta(seconds=settings.REALTIME["LEASE_SECONDS"])
    expired: dict[Seat, datetime] = {}
    for lease in SocketLease.objects.filter(expires_at__lt=horizon).order_by("expires_at")[:_SWEPT_AT_ONCE]:
        expired[lease.topic, lease.user_id] = lease.expires_at - lease_lasts
    for topic, users in _by_topic(expired).items():
        with unit_of_work():
            mine = SocketLease.objects.filter(topic=topic, user_id__in=list(users), expires_at__lt=horizon)
            swept = set(mine.select_for_update().order_by("pk").values_list("user_id", flat=True))
            mine.filter(user_id__in=swept).delete()
            _gone(topic, {user_id: users[user_id] for user_id in swept}, hooks)
