"""Phones that come and go by the clock of the wall, through the presence of sockets into the rows of the class."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.attendance.selectors import reckoned
from mobilegpt.classroom import intervals, services
from mobilegpt.classroom.intervals import Interval, union, whole_seconds
from mobilegpt.classroom.models import LectureSession, PresenceInterval
from mobilegpt.core.clock import now
from mobilegpt.database.threads import in_database
from mobilegpt.realtime.presence import Presence, PresenceHooks
from tests import cast, classes
from tests.until import until

pytestmark = pytest.mark.django_db(transaction=True)
PHONES, GRACE = 15, 0.1
NEAR = 0.1


@pytest.fixture(autouse=True)
def nothing_is_bridged(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REALTIME = {**django_settings.REALTIME, "GRACE_SECONDS": GRACE}
    monkeypatch.setattr(intervals, "BRIDGED", timedelta(0))


def seated(session: LectureSession) -> list[User]:
    users = cast.students(PHONES)
    for user in users:
        classes.seat(session, user)
    PresenceInterval.objects.all().delete()
    services.mark_all_absent({session.pk: dict.fromkeys((user.pk for user in users), now())})
    return users


def stored(session: LectureSession) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for row in PresenceInterval.objects.filter(session=session, ended_at__isnull=False):
        assert row.ended_at is not None
        found[row.user_id].append(Interval(row.began_at, row.ended_at))
    return found


async def stay(presence: Presence, topic: str, user_id: int, dice: random.Random) -> list[Interval]:
    """Two devices, each there three times for a while; what was true of each."""

    async def device() -> list[Interval]:
        truth = []
        for _ in range(3):
            await asyncio.sleep(dice.uniform(0, 0.8))
            came: datetime = now()
            presence.arrive(topic, user_id)
            await asyncio.sleep(dice.uniform(0.1, 0.8))
            presence.leave(topic, user_id)
            truth.append(Interval(came, now()))
        return truth

    both = await asyncio.gather(device(), device())
    return [interval for truth in both for interval in truth]


async def test_what_is_written_is_what_was_true_of_both_devices(session: LectureSession) -> None:
    users = await in_database(seated, session)
    presence = Presence(
        PresenceHooks(
            came={"session": services.mark_present},
            gone={"session": services.mark_all_absent},
            touch=services.touch,
            sweep=services.mark_absent_if_silent,
        )
    )
    dice, topic = random.Random(4), f"session:{session.pk}"
    truths = await asyncio.gather(*[stay(presence, topic, user.pk, dice) for user in users])

    def still_open() -> bool:
        return PresenceInterval.objects.filter(ended_at__isnull=True).exists()

    async def all_written() -> bool:
        return not await in_database(still_open)

    await asyncio.sleep(GRACE + 0.3)
    await until(all_written)
    found = await in_database(stored, session)
    for user, truth in zip(users, truths, strict=True):
        merged = _over_the_grace(union(truth))
        assert len(found[user.pk]) <= len(merged)
        # An arrival is written a moment later, on a busy machine after a short stay: then it is nothing.
        lasting = [interval for interval in found[user.pk] if interval.ended > interval.began]
        for interval in lasting:
            assert any(abs((interval.ended - one.ended).total_seconds()) < NEAR for one in merged), (interval, merged)
        assert whole_seconds(lasting) <= whole_seconds(merged) + 1
    assert any(whole_seconds(found[user.pk]) > 0 for user in users)
    lines = await in_database(lambda: reckoned([session.pk])[session.pk])
    assert len(lines) == PHONES
    await presence.drain()


def _over_the_grace(truth: list[Interval]) -> list[Interval]:
    """A departure is told of after the grace and the time in which departures are gathered."""
    merged = truth[:1]
    for one in truth[1:]:
        if (one.began - merged[-1].ended).total_seconds() <= GRACE:
            merged[-1] = Interval(merged[-1].began, one.ended)
        else:
            merged.append(one)
    return merged
