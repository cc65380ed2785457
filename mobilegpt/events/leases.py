"""Who has a socket, as other processes see it: the question, and the same as a part of a domain's statement.

A lease that has run out counts too: the sweep that takes it away tells of the leaving.
"""

from __future__ import annotations

from mobilegpt.database.statements import PreparedGet
from mobilegpt.events.models import SocketLease

_lease = PreparedGet(SocketLease.objects.all, topic=str, user_id=int)


def has_socket(topic: str, user_id: int) -> bool:
    """Whether the user has a socket on the topic, in any process."""
    return _lease.get(topic, user_id) is not None


def anybody_on(topic: str) -> bool:
    """Whether anybody has a socket on the topic, in any process."""
    return SocketLease.objects.filter(topic=topic).exists()


def having_socket(topic: str, user_id: str) -> str:
    """``has_socket`` as a condition within a statement; ``topic`` and ``user_id`` are expressions of that statement."""
    return f"EXISTS (SELECT 1 FROM realtime_socketlease WHERE topic = {topic} AND user_id = {user_id})"  # noqa: S608
