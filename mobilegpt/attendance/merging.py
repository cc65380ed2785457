"""The sheets of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.attendance.services import merge_people


def move_person(event: AccountsMerged) -> None:
    """After every other domain: what is counted has moved by then."""
    merge_people(event.from_id, event.into_id)
