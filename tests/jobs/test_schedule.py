"""Periodic work is done by one process at a time, and goes on when that process dies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from mobilegpt.core.clock import now
from mobilegpt.jobs import schedule
from mobilegpt.jobs.models import PeriodicRun
from mobilegpt.realtime.runtime import Periodic

pytestmark = pytest.mark.django_db

done: list[str] = []


@pytest.fixture(autouse=True)
def _own_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_periodic", {})
    done.clear()
    schedule.in_one_process([Periodic("tidy", 60, lambda: done.append("tidy")), Periodic("break", 60, _break)])


def _break() -> None:
    raise ZeroDivisionError


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(seconds=seconds))


def test_all_processes_together_do_it_once_an_interval() -> None:
    assert schedule.run_if_due("tidy")
    assert not schedule.run_if_due("tidy")
    with later(50):
        assert not schedule.run_if_due("tidy")
    with later(55):
        assert schedule.run_if_due("tidy")
    assert done == ["tidy", "tidy"]


def test_nobody_joins_in_while_it_is_being_done() -> None:
    PeriodicRun.objects.create(name="tidy", started_at=now() - timedelta(seconds=10))
    assert not schedule.run_if_due("tidy")


def test_who_dies_at_it_is_followed_after_the_interval() -> None:
    PeriodicRun.objects.create(name="tidy", started_at=now() - timedelta(seconds=70))
    assert schedule.run_if_due("tidy")


def test_quick_work_is_not_followed_at_once() -> None:
    schedule.in_one_process([Periodic("quick", 1, lambda: done.append("quick"))])
    begun = PeriodicRun.objects.create(name="quick", started_at=now() - timedelta(seconds=10))
    assert not schedule.run_if_due("quick")
    PeriodicRun.objects.filter(pk=begun.pk).update(started_at=now() - timedelta(seconds=16))
    assert schedule.run_if_due("quick")


def test_failed_work_comes_round_again() -> None:
    with pytest.raises(ZeroDivisionError):
        schedule.run_if_due("break")
    assert PeriodicRun.objects.get(pk="break").finished_at is not None
    with later(55), pytest.raises(ZeroDivisionError):
        schedule.run_if_due("break")


def test_a_reserve_leaves_it_to_others_while_they_do_it() -> None:
    (tidy, _) = schedule.in_one_process([], late_seconds=10)
    assert schedule.run_if_due("tidy")
    with later(60):
        assert tidy.work() is False
    with later(65):
        assert tidy.work() is True


def test_hourly_work_is_looked_at_every_minute() -> None:
    """A server that is started for each class never lives for an hour."""
    looks = schedule.in_one_process([Periodic("hourly", 3600, lambda: done.append("hourly"))])
    assert {each.name: each.seconds for each in looks} == {"tidy": 60, "break": 60, "hourly": 60}
    assert schedule.entries()["hourly"] == 3600


def test_a_look_that_comes_too_early_is_one_query(django_assert_num_queries: Any) -> None:
    schedule.run_if_due("tidy")
    with django_assert_num_queries(1):
        schedule.run_if_due("tidy")


def test_beat_knows_all_of_it() -> None:
    assert schedule.entries() == {"tidy": 60, "break": 60}
