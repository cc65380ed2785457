"""Connections from Django's pool, asked whether they live only when they have been idle.

Django's health check is a statement before every use; of a request that needs two more it was a third. Whatever ends a
connection while it is in use is an error of the request that uses it, with or without a check.

Two more things took a good part of a short statement's time: making a cursor, which is kept now, and reading moments
by a reader that is written in Python; its own is a tenth of that.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.db import InterfaceError
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import Error, ServerCursor
from psycopg.types.datetime import TimestamptzLoader
from psycopg_pool import ConnectionPool

TRUSTED_SECONDS = 1.0
# A spare cursor holds on to what it found last.
_MOST_ROWS_KEPT = 100


class DatabaseWrapper(base.DatabaseWrapper):
    """Needs ``CONN_HEALTH_CHECKS`` off: the check is here. Without a pool, connections are Django's own."""

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
        if not hasattr(connection, "used_at") and self.timezone is UTC:
            connection.adapters.register_loader("timestamptz", MomentLoader)
        connection.used_at = time.monotonic()
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """The spare one of the connection, or another."""
        if name is None:
            spare = getattr(self.connection, "spare_cursor", None)
            if spare is not None:
                self.connection.spare_cursor = None
                return spare
        return super().create_cursor(name)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        named = isinstance(cursor, ServerCursor)
        return CursorWrapper(cursor, self) if named else LentCursor(cursor, self)


class LentCursor(CursorWrapper):
    """Closed, it gives its cursor back to the connection as the spare one, and is of no more use itself."""

    cursor: Any

    def close(self) -> None:
        cursor, self.cursor = self.cursor, _CLOSED
        if cursor is _CLOSED:
            return
        self.rowcount = cursor.rowcount  # may be asked for afterwards, as of every cursor
        if cursor.rowcount > _MOST_ROWS_KEPT:
            cursor.close()
        elif not cursor.closed:
            cursor.connection.spare_cursor = cursor


class MomentLoader(TimestamptzLoader):
    """A moment in UTC, which is how the connection is asked to write it."""

    timezone = UTC  # by which Django knows that the connection needs no other loader

    def load(self, data: Any) -> Any:
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data)  # before our era, or infinite: an error that says so


class _Closed:
    def __getattr__(self, name: str) -> NoReturn:
        raise InterfaceError("the cursor is closed")

    def __iter__(self) -> NoReturn:
        raise InterfaceError("the cursor is closed")


_CLOSED = _Closed()


def _lives(connection: Any) -> bool:
    if time.monotonic() - getattr(connection, "used_at", float("-inf")) < TRUSTED_SECONDS:
        return not connection.closed
    try:
        ConnectionPool.check_connection(connection)
    except Error:
        return False
    return True
