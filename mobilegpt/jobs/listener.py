"""Jobs whose word travels through Kafka: ``publish`` sends it, a ``Listener`` in the consumer's process runs them.

As everywhere the row is the truth: a message that comes twice finds the job taken, one that is lost is missed by
nobody for longer than the sweep takes. So offsets are committed as they come, and what cannot be read is left behind.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import structlog
from django.conf import settings
from django.db import close_old_connections

from mobilegpt.jobs import work
from mobilegpt.kafka import client as kafka

if TYPE_CHECKING:
    from confluent_kafka import Message

log = structlog.get_logger(__name__)

_WAIT_SECONDS = 0.5
_STOP_SECONDS = 5


class JobCall(msgspec.Struct, frozen=True, kw_only=True):
    """There is a job."""

    job: str
    job_id: int


def publish(topic: str, name: str, job_id: int) -> bool:
    """Whether the broker has the word; ``False`` without Kafka."""
    value = msgspec.json.encode(JobCall(job=name, job_id=job_id))
    return kafka.enabled() and kafka.publish(topic, str(job_id), value)


class Listener:
    """Runs the jobs that a topic tells of, some at a time. Any number of processes may listen: they share the topic."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="job-listener", daemon=True)
        self._workers = ThreadPoolExecutor(settings.JOB_THREADS, thread_name_prefix="job")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more; what is being done may end, what has not begun is found by others."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _listen(self) -> None:
        from confluent_kafka import Consumer

        consumer = Consumer(
            kafka.configuration(**{"group.id": f"{settings.KAFKA['GROUP']}-jobs", "auto.offset.reset": "latest"})
        )
        consumer.subscribe([self._topic])
        try:
            while not self._stopping.is_set():
                message = consumer.poll(_WAIT_SECONDS)
                if message is not None:
                    self._take(message)
        finally:
            consumer.close()

    def _take(self, message: Message) -> None:
        if message.error():
            log.warning("job_topic_unreadable", error=str(message.error()))
            return
        try:
            call = msgspec.json.decode(message.value() or b"", type=JobCall)
        except msgspec.DecodeError as error:
            log.warning("job_message_not_understood", offset=message.offset(), error=str(error))
            return
        self._workers.submit(_run, call.job_id)


def _run(job_id: int) -> None:
    close_old_connections()
    try:
        claimed = work.claim(job_id)
        if claimed is not None:
            work.run(claimed)
    except Exception:
        log.exception("job_worker_failed", job_id=job_id)
    finally:
        close_old_connections()
