"""Presence: the grace, one departure per user, leases against ghosts."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from mobilegpt.core.clock import now
from mobilegpt.database.threads import in_database
from mobilegpt.events.models import SocketLease
from mobilegpt.events.outbox import PROCESS_ID
from mobilegpt.realtime.presence import Gone, Presence, PresenceHooks, polled, sign_of_life
from tests.until import until

pytestmark = pytest.mark.django_db(transaction=True)

ROOM = "session:4"


class Log:
    """Keeps what presence reports."""

    def __init__(self) -> None:
        self.came: list[tuple[int, set[int]]] = []
        self.gone: list[tuple[int, int]] = []
        self.last_known: dict[int, datetime] = {}
        self.touched: set[int] = set()
        self.swept: list[datetime] = []

    def went(self, gone: Gone) -> None:
        for session_id, users in gone.items():
            self.gone.extend((session_id, user_id) for user_id in users)
            self.last_known.update(users)

    def hooks(self) -> PresenceHooks:
        return PresenceHooks(
            came={"session": lambda there: self.came.extend(there.items())},
            gone={"session": self.went},
            touch=lambda users, at: self.touched.update(users),
            sweep=self.swept.append,
        )


@pytest.fixture(autouse=True)
def short_grace(settings: Settings) -> None:
    settings.REALTIME = {**django_settings.REALTIME, "GRACE_SECONDS": 0.2}


def leases() -> list[tuple[str, int, str]]:
    """In no order that means anything: those who arrive together are written as a set."""
    return list(SocketLease.objects.values_list("topic", "user_id", "process"))


async def stored(wanted: list[tuple[str, int, str]]) -> bool:
    return sorted(await in_database(leases)) == sorted(wanted)


def foreign_lease(*, expires_in: float, user_id: int = 7) -> None:
    expires = now() + timedelta(seconds=expires_in)
    SocketLease.objects.create(topic=ROOM, user_id=user_id, process="another", expires_at=expires)


async def test_a_reconnect_within_the_grace_is_no_departure() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    presence.leave(ROOM, 7)
    await asyncio.sleep(0.05)
    presence.arrive(ROOM, 7)
    await asyncio.sleep(0.4)
    assert log.gone == []
    assert presence.users_on(ROOM) == {7}
    await presence.drain()


async def test_the_last_of_several_sockets_ends_the_presence_once() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    presence.arrive(ROOM, 7)
    presence.leave(ROOM, 7)
    await asyncio.sleep(0.4)
    assert log.gone == []
    await until(lambda: stored([(ROOM, 7, PROCESS_ID)]))
    presence.leave(ROOM, 7)
    await until(lambda: log.gone == [(4, 7)])
    await until(lambda: stored([]))
    assert log.gone == [(4, 7)]
    await presence.drain()


async def test_a_socket_in_another_process_keeps_the_user_there() -> None:
    log = Log()
    presence = Presence(log.hooks())
    await in_database(foreign_lease, expires_in=30)
    presence.arrive(ROOM, 7)
    await until(lambda: stored([(ROOM, 7, "another"), (ROOM, 7, PROCESS_ID)]))
    presence.leave(ROOM, 7)
    await asyncio.sleep(0.5)
    assert log.gone == []
    await presence.drain()


async def test_the_seats_of_a_killed_process_are_swept_once() -> None:
    log = Log()
    presence = Presence(log.hooks())
    await in_database(foreign_lease, expires_in=-1)
    await in_database(foreign_lease, expires_in=-1, user_id=8)
    await presence.sweep()
    await presence.sweep()
    assert sorted(log.gone) == [(4, 7), (4, 8)]
    assert await in_database(leases) == []


async def test_a_user_who_came_back_to_this_process_survives_the_sweep_of_the_old_one() -> None:
    log = Log()
    presence = Presence(log.hooks())
    await in_database(foreign_lease, expires_in=-1)
    presence.arrive(ROOM, 7)
    await until(lambda: stored([(ROOM, 7, "another"), (ROOM, 7, PROCESS_ID)]))
    await presence.sweep()
    assert log.gone == []
    await presence.drain()


async def test_renewing_touches_who_is_connected_and_who_made_a_request() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    sign_of_life(9)
    await presence.renew()
    assert log.touched >= {7, 9}
    expires = await in_database(lambda: SocketLease.objects.get(user_id=7).expires_at)
    assert expires > now() + timedelta(seconds=40)
    await presence.drain()


async def test_renewing_is_for_ones_own_leases_and_mends_what_is_missing() -> None:
    presence = Presence(Log().hooks())
    presence.arrive(ROOM, 7)
    presence.arrive(ROOM, 8)
    await until(lambda: stored([(ROOM, 7, PROCESS_ID), (ROOM, 8, PROCESS_ID)]))
    await in_database(foreign_lease, expires_in=5)

    def age(missing: int) -> None:
        SocketLease.objects.filter(process=PROCESS_ID).update(expires_at=now())
        SocketLease.objects.filter(process=PROCESS_ID, user_id=missing).delete()

    def renewed() -> list[tuple[int, str]]:
        fresh = SocketLease.objects.filter(expires_at__gt=now() + timedelta(seconds=40))
        return sorted(fresh.values_list("user_id", "process"))

    for missing in (0, 8):
        await in_database(age, missing)
        await presence.renew()
        assert await in_database(renewed) == [(7, PROCESS_ID), (8, PROCESS_ID)]
    await presence.drain()


async def test_the_sweep_names_since_when_silence_counts() -> None:
    log = Log()
    await Presence(log.hooks()).sweep()
    (since,) = log.swept
    assert abs((now() - since).total_seconds() - 300) < 5


async def test_an_arrival_is_told_once_so_that_a_late_departure_is_healed() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    presence.arrive(ROOM, 7)
    presence.arrive(ROOM, 8)
    await until(lambda: log.came == [(4, {7, 8})])
    await asyncio.sleep(0.3)
    assert log.came == [(4, {7, 8})]
    await presence.drain()


def seconds_ago(log: Log, user_id: int) -> float:
    return (now() - log.last_known[user_id]).total_seconds()


async def test_who_went_was_last_known_when_the_socket_ended_and_not_after_the_grace() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    left_at = now()
    presence.leave(ROOM, 7)
    await until(lambda: log.gone == [(4, 7)])
    assert abs((log.last_known[7] - left_at).total_seconds()) < 0.1
    await presence.drain()


async def test_a_socket_that_fell_silent_counts_to_its_last_sign_and_another_device_longer() -> None:
    log = Log()
    presence = Presence(log.hooks())
    for user_id, devices in ((7, [40.0]), (8, [40.0, 0.0]), (9, [0.0, 40.0])):
        for _ in devices:
            presence.arrive(ROOM, user_id)
        for silent_for in devices:
            presence.leave(ROOM, user_id, silent_for)
    await until(lambda: len(log.gone) == 3)
    assert 40 <= seconds_ago(log, 7) < 45
    assert seconds_ago(log, 8) < 5
    assert seconds_ago(log, 9) < 5
    await presence.drain()


async def test_who_leaves_together_is_told_of_together() -> None:
    told: list[int] = []
    hooks = PresenceHooks(
        came={},
        gone={"session": lambda gone: told.append(len(gone[4]))},
        touch=lambda users, at: None,
        sweep=lambda since: None,
    )
    presence = Presence(hooks)
    for user_id in range(1, 41):
        presence.arrive(ROOM, user_id)
    for user_id in range(1, 41):
        presence.leave(ROOM, user_id)
    await until(lambda: sum(told) == 40)
    assert told == [40]
    await until(lambda: stored([]))
    await presence.drain()


async def test_who_comes_back_while_the_departure_waits_to_be_written_never_left() -> None:
    log = Log()
    presence = Presence(log.hooks())
    presence.arrive(ROOM, 7)
    await until(lambda: stored([(ROOM, 7, PROCESS_ID)]))
    presence.leave(ROOM, 7)
    await asyncio.sleep(0.25)
    presence.arrive(ROOM, 7)
    await asyncio.sleep(0.5)
    assert log.gone == []
    assert await stored([(ROOM, 7, PROCESS_ID)])
    await presence.drain()


async def test_who_asks_over_http_is_there_without_a_socket() -> None:
    log = Log()
    presence = Presence(log.hooks())
    polled(ROOM, 7)
    await presence.renew()
    assert log.came == [(4, {7})]
    await presence.renew()
    assert log.came == [(4, {7})]


async def test_after_a_long_stop_who_returns_was_gone_since_the_last_renewal() -> None:
    log = Log()
    presence = Presence(log.hooks())
    await in_database(foreign_lease, expires_in=-20)
    presence.arrive(ROOM, 7)
    await until(lambda: log.came == [(4, {7})])
    assert log.gone == [(4, 7)]
    assert abs(seconds_ago(log, 7) - 65) < 5
    await presence.drain()


async def test_silence_is_swept_before_it_is_touched() -> None:
    order: list[str] = []
    hooks = PresenceHooks(
        came={}, gone={}, touch=lambda users, at: order.append("touch"), sweep=lambda since: order.append("sweep")
    )
    sign_of_life(9)
    await Presence(hooks).renew()
    assert order == ["sweep", "touch"]
