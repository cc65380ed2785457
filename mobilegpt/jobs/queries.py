"""The one statement of jobs that is written by hand. Knows no models, so that the port may be imported at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection


def insert_job(name: str, payload: dict[str, Any], key: str | None, created: datetime, due: datetime) -> int | None:
    """Queue a job; its id, or ``None`` while another of this name and key is not finished.

    One statement: looking first would let two requests enqueue the same key.
    """
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (created, due)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_job (name, key, payload, state, attempts, created_at, due_at, error) "
            "VALUES (%s, %s, %s, 'QUEUED', 0, %s, %s, '') ON CONFLICT DO NOTHING RETURNING id",
            [name, key, msgspec.json.encode(payload).decode(), *moments],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])
