"""A job exists when its transaction commits, has one worker at a time, and ends done or dead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from mobilegpt.core.clock import now
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs import enqueue, job, port, work
from mobilegpt.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db

ran: list[dict[str, Any]] = []
buried: list[dict[str, Any]] = []
failures: list[Exception] = []


@job("test.note", attempts=3, lease_seconds=30, on_dead=buried.append)
def note(payload: dict[str, Any]) -> None:
    ran.append(payload)
    if failures:
        raise failures.pop(0)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    for seen in (ran, buried, failures):
        seen.clear()
    yield
    port.set_wake(None)


def asked(payload: dict[str, Any] | None = None, **options: Any) -> int:
    job_id = asked_once_more(payload, **options)
    assert job_id is not None
    return job_id


def asked_once_more(payload: dict[str, Any] | None = None, **options: Any) -> int | None:
    with unit_of_work():
        return enqueue("test.note", payload or {}, **options)


def state_of(job_id: int) -> str:
    return Job.objects.get(pk=job_id).state


def test_a_job_runs_once_with_its_payload() -> None:
    job_id = asked({"request_id": 7, "words": "도와주세요"})
    assert work.run_due() == 1
    assert work.run_due() == 0
    assert ran == [{"request_id": 7, "words": "도와주세요"}]
    assert state_of(job_id) == JobState.DONE


def test_a_job_of_a_transaction_that_rolled_back_does_not_exist(django_capture_on_commit_callbacks: Any) -> None:
    woken: list[int] = []
    port.set_wake(lambda name, job_id: woken.append(job_id))
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), unit_of_work():
        enqueue("test.note", {})
        raise ZeroDivisionError
    assert (Job.objects.count(), woken) == (0, [])


def test_workers_are_woken_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    woken: list[int] = []
    port.set_wake(lambda name, job_id: woken.append(job_id))
    with django_capture_on_commit_callbacks(execute=True):
        job_id = asked()
        assert woken == []
        asked(delay_seconds=5)
    assert woken == [job_id]


def test_a_wake_up_that_fails_fails_nobody(django_capture_on_commit_callbacks: Any) -> None:
    def broken(name: str, job_id: int) -> None:
        raise ConnectionError

    port.set_wake(broken)
    with django_capture_on_commit_callbacks(execute=True):
        asked()
    assert work.run_due() == 1


def test_enqueue_wants_a_transaction_and_a_known_name() -> None:
    with pytest.raises(KeyError):
        enqueue("test.unheard_of", {})


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_of_a_transaction_is_refused() -> None:
    assert not transaction.get_connection().in_atomic_block
    with pytest.raises(RuntimeError):
        enqueue("test.note", {})


def test_two_handlers_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="two jobs"):
        job("test.note")(note)


def test_one_unfinished_job_per_key() -> None:
    first = asked(key="help:7")
    assert asked_once_more(key="help:7") is None
    asked(key="help:8")
    asked()
    claimed = work.claim(first)
    assert claimed is not None
    assert asked_once_more(key="help:7") is None  # running is not finished either
    work.run(claimed)
    asked(key="help:7")


def test_a_delayed_job_waits() -> None:
    asked(delay_seconds=20)
    assert work.run_due() == 0
    with time_machine.travel(now() + timedelta(seconds=21)):
        assert work.run_due() == 1


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends() -> None:
    job_id = asked()
    first = work.claim()
    assert first is not None
    assert work.claim() is None
    assert work.claim(job_id) is None
    with time_machine.travel(now() + timedelta(seconds=31)):
        second = work.claim()
    assert second is not None
    assert (second.job_id, second.attempt) == (first.job_id, 2)


def test_who_lost_a_job_cannot_finish_it() -> None:
    job_id = asked()
    slow = work.claim()
    assert slow is not None
    with time_machine.travel(now() + timedelta(seconds=31)):
        assert work.claim() is not None
        work.run(slow)
    assert state_of(job_id) == JobState.RUNNING


def test_a_failed_job_is_tried_again_after_a_growing_pause() -> None:
    failures.extend([ValueError("one"), ValueError("two")])
    job_id = asked()
    with time_machine.travel(now(), tick=False) as clock:
        assert work.run_due() == 1
        clock.shift(0.9)
        assert work.run_due() == 0
        clock.shift(0.2)
        assert work.run_due() == 1
        clock.shift(1.9)
        assert work.run_due() == 0
        clock.shift(0.2)
        assert work.run_due() == 1
    assert state_of(job_id) == JobState.DONE
    assert buried == []


def test_after_its_last_attempt_a_job_is_dead_and_buried_once() -> None:
    failures.extend([ValueError("one"), ValueError("two"), ValueError("three")])
    job_id = asked({"request_id": 7})
    for minutes in range(5):
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            work.run_due()
    assert len(ran) == 3
    assert buried == [{"request_id": 7}]
    dead = Job.objects.get(pk=job_id)
    assert (dead.state, dead.error) == (JobState.DEAD, "ValueError: three")


def test_a_job_whose_workers_all_died_is_buried_too() -> None:
    job_id = asked({"request_id": 7})
    for minutes in range(3):
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            assert work.claim() is not None
    with time_machine.travel(now() + timedelta(minutes=4)):
        assert work.claim() is None
    assert state_of(job_id) == JobState.DEAD
    assert buried == [{"request_id": 7}]


def test_a_job_is_buried_even_when_that_fails() -> None:
    @job("test.cursed", attempts=1, on_dead=lambda payload: 1 / 0)  # type: ignore[arg-type]
    def cursed(payload: dict[str, Any]) -> None:
        raise ValueError

    with unit_of_work():
        job_id = enqueue("test.cursed", {})
    assert job_id is not None
    work.run_due()
    assert state_of(job_id) == JobState.DEAD


def test_jobs_of_a_newer_version_are_left_alone() -> None:
    job_id = asked()
    Job.objects.filter(pk=job_id).update(name="from.the_future")
    assert work.claim() is None
    assert work.claim(job_id) is None


def test_a_job_given_back_can_be_taken_at_once() -> None:
    asked()
    claimed = work.claim()
    assert claimed is not None
    work.give_back(claimed)
    assert work.claim() is not None


def test_a_dead_job_gets_a_second_chance() -> None:
    job_id = asked(key="help:7")
    assert not work.revive(job_id)
    Job.objects.filter(pk=job_id).update(state=JobState.DEAD, finished_at=now(), attempts=3)
    assert work.revive(job_id)
    assert work.run_due() == 1
    Job.objects.filter(pk=job_id).update(state=JobState.DEAD)
    asked(key="help:7")
    assert not work.revive(job_id)


def test_a_look_that_finds_nothing_is_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert work.claim() is None


def test_the_queue_can_be_looked_at(django_assert_num_queries: Any) -> None:
    with time_machine.travel(now() - timedelta(seconds=90)):
        asked()
        asked(delay_seconds=300)
    asked()
    assert work.claim() is not None
    buried_one = asked()
    Job.objects.filter(pk=buried_one).update(state=JobState.DEAD, finished_at=now())
    with django_assert_num_queries(2):
        state = work.queue_state()
    assert (state.waiting, state.running, state.dead) == (1, 1, 1)
    assert state.overdue_seconds < 5  # the one that waited longest runs by now


def test_how_long_the_oldest_waits() -> None:
    assert work.queue_state().overdue_seconds == 0
    asked()
    with time_machine.travel(now() + timedelta(seconds=90)):
        assert 89 < work.queue_state().overdue_seconds < 95


def test_done_jobs_go_after_a_day_and_dead_ones_later() -> None:
    asked()
    work.run_due()
    dead, waiting = asked(), asked()
    Job.objects.filter(pk=dead).update(state=JobState.DEAD, finished_at=now())
    for days, left in ((0.9, {JobState.DONE, JobState.DEAD, JobState.QUEUED}), (1.1, {JobState.DEAD, JobState.QUEUED})):
        with time_machine.travel(now() + timedelta(days=days)):
            work.delete_old()
        assert set(Job.objects.values_list("state", flat=True)) == left
    with time_machine.travel(now() + timedelta(days=31)):
        assert work.delete_old() == 1
    assert Job.objects.get().pk == waiting
