"""Connections from Django's pool, asked whether they live only when they have been idle.

Django's health check is a statement before every use; of a request that needs two more it was a third. Whatever ends a
connection while it is in use is an error of the request that uses it, with or without a check.
"""

from __future__ import annotations

import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error
from psycopg_pool import ConnectionPool

TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Needs ``CONN_HEALTH_CHECKS`` off: the check is here. Without a pool it is Django's own."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        pool: ConnectionPool[Any] | None = self.pool  # type: ignore[attr-defined] # the stubs do not know it yet
        if pool is None:
            return connection
        # Each that is dead is replaced by the pool; by then all that it held have been seen.
        for _ in range(pool.max_size):
            if _lives(connection):
                break
            pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        connection.used_at = time.monotonic()
        return connection


def _lives(connection: Any) -> bool:
    if time.monotonic() - getattr(connection, "used_at", float("-inf")) < TRUSTED_SECONDS:
        return not connection.closed
    try:
        ConnectionPool.check_connection(connection)
    except Error:
        return False
    return True
