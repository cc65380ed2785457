"""The base of domain events: frozen, typed facts that know where they go and nothing of any wire shape.

Imports no Django: events travel through brokers and are decoded by processes that may know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

import msgspec
from msgspec.structs import replace

from mobilegpt.core.gone import GONE_NAME

Facts = TypeVar("Facts", bound=msgspec.Struct)
_OF_A_PERSON = {"name": GONE_NAME, "nickname": GONE_NAME, "email": None, "picture_url": None}


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

    def forgetting(self, user_id: int) -> Self:
        """The event as it is kept once this user's account is erased: without their name and address.

        An event that has more of a person than that (what they wrote) says what becomes of it.
        """
        return _forgetting(self, user_id)


def _forgetting(facts: Facts, user_id: int) -> Facts:
    """Whatever has an id and a name is somebody."""
    fields = facts.__struct_fields__
    if "name" in fields and getattr(facts, "id", None) == user_id:
        return replace(facts, **{field: gone for field, gone in _OF_A_PERSON.items() if field in fields})
    inner = {field: value for field in fields if isinstance(value := getattr(facts, field), msgspec.Struct)}
    return replace(facts, **{field: _forgetting(value, user_id) for field, value in inner.items()}) if inner else facts


_TYPES: dict[str, type[Event]] = {}


def event_types() -> dict[str, type[Event]]:
    """Every event class by its name."""
    return dict(_TYPES)


def encode_event(event: Event) -> bytes:
    return msgspec.json.encode(event)


def decode_event(event_type: str, payload: bytes) -> Event:
    """Raises ``KeyError`` for an unknown type and ``msgspec.ValidationError`` for a payload of another shape."""
    return msgspec.json.decode(payload, type=_TYPES[event_type])


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a stream."""

    epoch: str
    seq: int


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
