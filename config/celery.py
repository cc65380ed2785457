"""Celery, where it does the background work: ``celery -A config worker`` and ``celery -A config beat``.

A message says that there is something to do and no more: rows of the database hold the jobs, their leases and their
retries. So a message that comes late, twice or never does no harm, and tasks need no results, no acknowledgements that
outlive a crash, and no countdowns (reliability P23).
"""

from __future__ import annotations

import os
from typing import ClassVar

import django
from celery import Celery
from django.apps import apps
from django.conf import settings
from kombu.connection import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:  # it is, when a serving process tells workers of a job
    django.setup()

from mobilegpt.jobs import port, schedule, work

_SWEEP_SECONDS = 5
_MOST_AT_ONCE = 100
# Who reads a message later than this finds that the sweep has sent another one.
_EXPIRES_SECONDS = 60
_SPARE_SECONDS = 5
_LONGEST_LEASE = max((kind.lease_seconds for kind in port.kinds()), default=60)

app = Celery("config", set_as_current=False)
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 10, "health_check_interval": 10},
    task_default_queue="mobilegpt",
    task_ignore_result=True,
    task_publish_retry=False,
    task_time_limit=3600,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule_filename=str(settings.DATA_DIR / "celery-beat"),
    beat_schedule={
        "sweep": {"task": "sweep", "schedule": _SWEEP_SECONDS, "options": {"expires": _SWEEP_SECONDS}},
        **{
            name: {"task": "periodic", "schedule": seconds, "args": [name], "options": {"expires": max(seconds, 5)}}
            for name, seconds in schedule.entries().items()
        },
    },
)


@app.task(name="run_job", time_limit=_LONGEST_LEASE + _SPARE_SECONDS)
def run_job(job_id: int) -> None:
    """Run a job if it is due and nobody has it. A handler that outlives its lease is killed with its process."""
    claimed = work.claim(job_id)
    if claimed is not None:
        work.run(claimed)


@app.task(name="sweep")
def sweep() -> None:
    """Jobs that nobody was told of, or that their worker died at."""
    for job_id in work.due().values_list("pk", flat=True)[:_MOST_AT_ONCE]:
        run_job.apply_async((job_id,), expires=_SWEEP_SECONDS)


@app.task(name="periodic")
def periodic(name: str) -> None:
    """One round of periodic work (``config/reactions.py``), unless another process does it."""
    schedule.run_if_due(name)


class Line:
    """The messenger's own connection: it gives up within seconds, where a worker's would try for ever."""

    _OPTIONS: ClassVar = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 1, "interval_start": 0}

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def tell_workers(self, name: str, job_id: int) -> None:
        """Send a message now, or raise. For one thread."""
        if self._connection is None:
            self._connection = app.connection_for_write(connect_timeout=1, transport_options=self._OPTIONS)
        try:
            run_job.apply_async((job_id,), connection=self._connection, expires=_EXPIRES_SECONDS, retry=False)
        except Exception:
            broken, self._connection = self._connection, None
            broken.release()
            raise


line = Line()
