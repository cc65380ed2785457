"""Whether the database answers."""

from __future__ import annotations

from django.db import DatabaseError, close_old_connections, connection


def answers() -> bool:
    """Ask it for nothing, by a connection of this thread, which is closed again where it broke."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return False
    finally:
        close_old_connections()
    return True
