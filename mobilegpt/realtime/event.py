"""The base of domain events: frozen, typed facts that know where they go and nothing of any wire shape.

Imports no Django: events travel through brokers and are decoded by processes that may know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


class Closing(msgspec.Struct, frozen=True):
    """Close with ``code`` every socket that hears the event, or only those of one user."""

    code: int
    user_id: int | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that happened in a transaction.

    ``streams`` are the numbered topics it belongs to (gapless ``seq`` in each); ``topics`` the plain ones.
    A connection must not be reached by one event through two topics.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__ in _TYPES and _TYPES[cls.__name__].__module__ != cls.__module__:
            raise TypeError(f"two events are named {cls.__name__}")
        _TYPES[cls.__name__] = cls

    def streams(self) -> tuple[str, ...]:
        return ()

    def topics(self) -> tuple[str, ...]:
        return ()

    def hidden_from(self) -> int | None:
        """The user who is not told, because the event is about them (contract 6.10)."""
        return None

    def closes(self) -> Closing | None:
        """The sockets of its topics that end with it."""
        return None

    def linger(self) -> float:
        """Seconds it may wait for company before it is written; steps wait for nobody."""
        return 0.0


_TYPES: dict[str, type[Event]] = {}


def event_types() -> dict[str, type[Event]]:
    """Every event class by its name."""
    return dict(_TYPES)


def encode_event(event: Event) -> bytes:
    return msgspec.json.encode(event)


def decode_event(event_type: str, payload: bytes) -> Event:
    """Raises ``KeyError`` for an unknown type and ``msgspec.ValidationError`` for a payload of another shape."""
    return msgspec.json.decode(payload, type=_TYPES[event_type])


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One stored event on its way to sockets: a row of the outbox."""

    row_id: int
    event_id: str
    event: Event
    stream: str | None = None
    epoch: str | None = None
    seq: int | None = None
    topics: tuple[str, ...] = ()


Reaction = Callable[[Any], None]
_REACTIONS: dict[type[Event], list[Reaction]] = {}
_JOINT_REACTIONS: dict[type[Event], list[Reaction]] = {}


def react(event_type: type[Event], *reactions: Reaction) -> None:
    """Register what an event causes in the domains above, inside its own transaction (see ``config/reactions.py``)."""
    _REACTIONS.setdefault(event_type, []).extend(reactions)


def react_once(event_type: type[Event], *reactions: Reaction) -> None:
    """As ``react``, once for all events of this type in a transaction, at its end: each gets the list of them."""
    _JOINT_REACTIONS.setdefault(event_type, []).extend(reactions)


def reactions_to(event: Event) -> list[Reaction]:
    return _REACTIONS.get(type(event), [])


def joint_reactions_to(event: Event) -> list[Reaction]:
    return _JOINT_REACTIONS.get(type(event), [])
