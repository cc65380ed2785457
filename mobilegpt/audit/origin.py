"""Where what is done now came from: set once per request, read only when something is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings

from mobilegpt.core.network import client_address


@dataclass(slots=True)
class Origin:
    """A request on its way. ``actor_id`` is filled in by whoever verifies the caller."""

    request_id: str = ""
    peer: str = ""
    forwarded_for: str = ""
    actor_id: int | None = None

    @property
    def address(self) -> str:
        """The client's own; empty for what no client asked for."""
        return client_address(self.peer, self.forwarded_for, settings.TRUSTED_PROXIES) if self.peer else ""


_origin: ContextVar[Origin | None] = ContextVar("audit_origin", default=None)


def current() -> Origin:
    """The request that is being answered; an empty one for commands and background work."""
    return _origin.get() or Origin()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """What is done inside was asked for by this request."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def acting(actor_id: int) -> None:
    """The caller of the current request is known now."""
    origin = _origin.get()
    if origin is not None:
        origin.actor_id = actor_id
