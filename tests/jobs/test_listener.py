"""The word of a job through Kafka, with librdkafka's mock of a broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from config import celery, reactions
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk import analysing
from mobilegpt.jobs import enqueue, job
from mobilegpt.jobs.listener import Listener, publish
from mobilegpt.jobs.models import Job, JobState
from tests.kafka.mock import MockBroker, produce, using

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "help_requests"
ran: list[int] = []


@job("test.listened", lease_seconds=30)
def listened(payload: dict[str, Any]) -> None:
    ran.append(payload["number"])


@pytest.fixture
def listener() -> Iterator[Listener]:
    ran.clear()
    broker = MockBroker()
    with using(broker.address):
        made = Listener(TOPIC)
        made.start()
        yield made
        made.stop()
    broker.end()


def asked(number: int) -> int:
    with unit_of_work():
        job_id = enqueue("test.listened", {"number": number})
    assert job_id is not None
    return job_id


def told_until_done(job_id: int) -> None:
    """A listener that has just come hears only what is said from then on, and a first message may be late."""
    deadline = time.monotonic() + 15
    while Job.objects.get(pk=job_id).state != JobState.DONE:
        assert time.monotonic() < deadline
        publish(TOPIC, "test.listened", job_id)
        time.sleep(0.2)


def test_a_job_is_run_where_its_word_is_heard(listener: Listener) -> None:
    first, second = asked(1), asked(2)
    told_until_done(first)
    assert Job.objects.get(pk=second).state == JobState.QUEUED
    told_until_done(second)
    assert ran == [1, 2]  # however often it was told


def test_what_cannot_be_understood_stops_nobody(listener: Listener) -> None:
    job_id = asked(1)
    told_until_done(job_id)
    produce(TOPIC, b"", b"\xff\x00", b'{"job_id": "seven"}', b'{"job": "x", "job_id": 999999}')
    told_until_done(asked(2))
    assert ran == [1, 2]


def test_without_kafka_nothing_is_published() -> None:
    before = threading.active_count()
    assert not publish(TOPIC, "test.listened", 1)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("name", "broker_has_it", "celery_is_told"),
    [(analysing.JOB, True, False), (analysing.JOB, False, True), ("test.listened", True, True)],
)
def test_an_analysis_is_told_through_kafka_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, name: str, broker_has_it: bool, celery_is_told: bool
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(reactions, "publish", lambda topic, name, job_id: broker_has_it)
    monkeypatch.setattr(celery.line, "tell_workers", lambda name, job_id: told.append((name, job_id)))
    reactions._tell_workers(name, 7)
    assert told == ([(name, 7)] if celery_is_told else [])
