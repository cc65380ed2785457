"""Reads of notifications: everybody their own, staff included (contract R39)."""

from __future__ import annotations

from django.db.models import QuerySet

from mobilegpt.core.actor import Actor
from mobilegpt.notifications.models import Notification


def notifications_of(actor: Actor, *, is_read: bool | None = None) -> QuerySet[Notification]:
    """Newest first; with ``is_read`` only those that are, or are not."""
    found = Notification.objects.filter(user_id=actor.user_id).select_related("related_user").order_by("-id")
    return found if is_read is None else found.filter(read_at__isnull=not is_read)


def unread_count(actor: Actor) -> int:
    return Notification.objects.filter(user_id=actor.user_id, read_at__isnull=True).count()
