"""Devices that have logged in before (reliability X4).

Somebody who guesses at an account uses up its tries for strangers. A device that once logged in to it carries a signed
note of that, and its tries are counted apart, so the owner of the account is never locked out there. The note is no
credential: it opens nothing.
"""

from __future__ import annotations

import secrets

from django.core import signing

COOKIE = "known_device"
LIFETIME_SECONDS = 365 * 86_400
_MOST_ACCOUNTS = 20
_SALT = "mobilegpt.accounts.devices"


class Device:
    """A device's own random name, and the accounts that it has logged in to (the latest twenty)."""

    def __init__(self, name: str | None = None, user_ids: tuple[int, ...] = ()) -> None:
        self.name = name or secrets.token_urlsafe(16)
        self.user_ids = user_ids

    def knows(self, user_id: int) -> bool:
        return user_id in self.user_ids

    def remembering(self, user_id: int) -> Device:
        others = tuple(known for known in self.user_ids if known != user_id)
        return Device(self.name, (*others, user_id)[-_MOST_ACCOUNTS:])


def write_note(device: Device) -> str:
    return signing.dumps({"name": device.name, "users": device.user_ids}, salt=_SALT, compress=True)


def read_note(note: str | None) -> Device:
    """The device behind a note; a new one when there is none or it does not hold."""
    if not note:
        return Device()
    try:
        facts = signing.loads(note, salt=_SALT, max_age=LIFETIME_SECONDS)
        return Device(str(facts["name"]), tuple(int(user_id) for user_id in facts["users"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Device()
