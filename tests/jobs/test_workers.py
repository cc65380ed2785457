"""The embedded workers: each job once, however many look; a handler that hangs holds up nobody."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs import enqueue, job, port, work, workers
from mobilegpt.jobs.models import Job, JobState
from mobilegpt.jobs.workers import JobWorkers

pytestmark = pytest.mark.django_db(transaction=True)

ran: Counter[int] = Counter()
at_once: list[int] = []
lock = threading.Lock()
go_on = threading.Event()


@job("test.count", lease_seconds=30)
def count(payload: dict[str, Any]) -> None:
    with lock:
        ran[payload["number"]] += 1


@job("test.hang", lease_seconds=0.5)
def hang(payload: dict[str, Any]) -> None:
    with lock:
        ran[payload["number"]] += 1
        first = ran[payload["number"]] == 1
    if first:
        go_on.wait(20)


@job("test.slow", lease_seconds=30)
def slow(payload: dict[str, Any]) -> None:
    with lock:
        ran[payload["number"]] += 1
        at_once.append(ran.total())
    go_on.wait(20)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    ran.clear()
    at_once.clear()
    go_on.clear()
    yield
    go_on.set()
    port.set_wake(None)


@pytest.fixture
def started() -> Iterator[Callable[..., JobWorkers]]:
    running: list[JobWorkers] = []

    def start(size: int, **options: Any) -> JobWorkers:
        running.append(JobWorkers(size, **options))
        running[-1].start()
        return running[-1]

    yield start
    go_on.set()
    for each in running:
        each.stop(5)


def asked(name: str, count: int = 1) -> None:
    with unit_of_work():
        for number in range(count):
            enqueue(name, {"number": number})


def eventually(what: Callable[[], bool], within: float = 20) -> None:
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, (ran, list(Job.objects.values_list("state", "attempts")))
        time.sleep(0.01)


def finished() -> int:
    return Job.objects.filter(state=JobState.DONE).count()


def test_a_job_starts_at_once_where_it_was_enqueued(
    started: Callable[..., JobWorkers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_LOOK_SECONDS", 60)
    started(2)
    time.sleep(0.1)
    asked("test.count")
    eventually(lambda: finished() == 1, within=3)


def test_a_job_of_another_process_is_found(started: Callable[..., JobWorkers]) -> None:
    started(2)
    port.set_wake(None)
    asked("test.count")
    eventually(lambda: finished() == 1, within=5)


def test_twenty_workers_run_two_hundred_jobs_once_each(started: Callable[..., JobWorkers]) -> None:
    asked("test.count", 200)
    for _ in range(4):  # as many processes would
        started(5)
    eventually(lambda: finished() == 200)
    assert ran == Counter(dict.fromkeys(range(200), 1))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_no_more_than_its_size_at_once(started: Callable[..., JobWorkers]) -> None:
    started(2)
    asked("test.slow", 5)
    eventually(lambda: ran.total() == 2)
    time.sleep(0.2)
    assert ran.total() == 2
    go_on.set()
    eventually(lambda: finished() == 5)


def test_a_handler_that_hangs_is_taken_over_and_holds_up_nobody(started: Callable[..., JobWorkers]) -> None:
    started(1)
    asked("test.hang")
    eventually(lambda: ran[0] == 1)
    asked("test.count", 1)
    eventually(lambda: finished() == 2)
    assert Job.objects.get(name="test.hang").attempts == 2
    go_on.set()  # the first one wakes up late, and its job stays as it is
    time.sleep(0.1)
    assert Job.objects.get(name="test.hang").state == JobState.DONE


def test_a_reserve_waits_for_others_first(started: Callable[..., JobWorkers]) -> None:
    started(2, overdue_seconds=2)
    asked("test.count")
    time.sleep(1.2)
    assert ran.total() == 0
    eventually(lambda: finished() == 1, within=5)


def test_what_is_not_done_at_the_end_is_given_back(started: Callable[..., JobWorkers]) -> None:
    pool = started(1)
    asked("test.slow")
    eventually(lambda: ran.total() == 1)
    begun = time.monotonic()
    pool.stop(0.2)
    assert time.monotonic() - begun < 2
    assert Job.objects.get().state == JobState.QUEUED
    assert work.claim() is not None


def test_a_broken_database_is_asked_again(started: Callable[..., JobWorkers], monkeypatch: pytest.MonkeyPatch) -> None:
    broken = threading.Event()
    broken.set()
    due = work.due

    def unsteady(**options: Any) -> Any:
        if broken.is_set():
            raise OSError("no database")
        return due(**options)

    monkeypatch.setattr(work, "due", unsteady)
    started(1)
    asked("test.count")
    time.sleep(0.3)
    broken.clear()
    eventually(lambda: finished() == 1, within=5)
    assert connection.is_usable()
