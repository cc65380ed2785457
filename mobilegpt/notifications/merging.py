"""Notifications to and about two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import move_rows
from mobilegpt.notifications.models import Notification


def move_person(event: AccountsMerged) -> None:
    move_rows(Notification, event.from_id, event.into_id)
    move_rows(Notification, event.from_id, event.into_id, column="related_user_id")
