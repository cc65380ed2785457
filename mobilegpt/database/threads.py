"""Database work off the event loop, in a bounded pool of threads of its own.

Django's single synchronous thread would queue every socket behind the slowest query; a thread per call would open a
connection per call. Here the number of connections is the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

from mobilegpt.core.locale import speaking, spoken
from mobilegpt.database.pool import in_thread

P = ParamSpec("P")
R = TypeVar("R")

_executor: ThreadPoolExecutor | None = None


def executor() -> ThreadPoolExecutor:
    global _executor
    if _executor is None:
        threads = settings.REALTIME["DATABASE_THREADS"]
        _executor = ThreadPoolExecutor(threads, thread_name_prefix="socket-db")
    return _executor


async def in_database(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``work`` in a database thread, which speaks the caller's language. Exceptions come through.

    Nothing else of the caller's context comes along: a callback on the loop may have that of a transaction long over.
    """
    language = spoken()

    def call() -> R:
        close_old_connections()
        try:
            with speaking(language):
                return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await in_thread(executor(), call)
