"""What happens to credentials."""

from __future__ import annotations

from mobilegpt.events import topics
from mobilegpt.events.event import Event


class AccountErased(Event, frozen=True, kw_only=True):
    """An account is about to be deleted: whoever keeps something of the person lets it go, in the same transaction.

    Rows that belong to the account go with it by themselves. ``expired``: nobody asked for it, a guest's time is over;
    what has a time of its own is kept until that.
    """

    user_id: int
    expired: bool = False


class CredentialsRevoked(Event, frozen=True, kw_only=True):
    """One login (``family_id``), or all of a user's (``None``), ended: open sockets close (contract 3.5)."""

    user_id: int
    family_id: str | None = None

    def topics(self) -> tuple[str, ...]:
        return (topics.CONTROL,)


class AccountsMerged(Event, frozen=True, kw_only=True):
    """Two accounts are one person: whoever keeps something of ``from_id`` gives it to ``into_id``, in the same
    transaction. What is left of ``from_id`` is deleted then."""

    from_id: int
    into_id: int
