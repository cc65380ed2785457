"""Recordings of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import move_rows
from mobilegpt.recordings.models import Recording


def move_person(event: AccountsMerged) -> None:
    move_rows(Recording, event.from_id, event.into_id, column="owner_id")
