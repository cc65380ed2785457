"""Who has a socket, asked alone and as a part of another statement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from mobilegpt.core.clock import now
from mobilegpt.events import leases, topics
from mobilegpt.events.models import SocketLease

pytestmark = pytest.mark.django_db
HERE = topics.room(5)


def as_a_part(topic: str, user_id: int) -> bool:
    condition = leases.having_socket("asked.topic", "asked.user_id")
    topic_type = "%s::text" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {condition} FROM (SELECT {topic_type} AS topic, %s AS user_id) AS asked", [topic, user_id]
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("topic", "user_id", "expected"), [(HERE, 7, True), (HERE, 8, False), (topics.room(6), 7, False)]
)
@pytest.mark.parametrize("seconds", [60, -60])
def test_a_lease_counts_until_it_is_swept(topic: str, user_id: int, expected: bool, seconds: int) -> None:
    """In whatever process, and run out or not: who takes it away tells of the leaving."""
    for process in ("one", "another"):
        SocketLease.objects.create(
            topic=HERE, user_id=7, process=process, expires_at=now() + timedelta(seconds=seconds)
        )
    assert leases.has_socket(topic, user_id) is expected
    assert as_a_part(topic, user_id) is expected
