"""A phone without a token: its device_id is its credential within one class, and nothing else is (contract 3.9, 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.codes import device_hash
from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.classroom.services import phones
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, Unauthenticated
from mobilegpt.database.thread_batcher import by_threads


class OnDevice(NamedTuple):
    """Who a phone is, and the class in which it is anybody."""

    actor: Actor
    session: LectureSession


def actor_on_device(*, session_ref: str, device_id: str | None) -> OnDevice:
    """The guest who sits in this class with this phone.

    Raises ``Unauthenticated`` for a phone that brought nobody there, and in the same words for a class that is archived
    or does not exist; ``Forbidden`` SEAT_REMOVED for whose seat was taken away. Ask it outside of a transaction.
    """
    device = device_hash(device_id)
    if device is None or not settings.GUEST_JOIN:
        raise _unknown()
    found: OnDevice = by_threads.run(_on_devices, device, session_ref)
    return found


def guest_on_device(session: LectureSession, device_id: str | None) -> Actor | None:
    """As ``actor_on_device``, for who has found the class; ``None`` for a phone that brought nobody there.

    Raises ``Forbidden`` SEAT_REMOVED.
    """
    device = device_hash(device_id)
    if device is None or not settings.GUEST_JOIN:
        return None
    (found,) = _actors_in(session, [device])
    if isinstance(found, Unauthenticated):
        return None
    if isinstance(found, DomainError):
        raise found
    return found


def _on_devices(session_ref: str, devices: Sequence[str]) -> list[OnDevice | DomainError]:
    """A hall of phones says at the same moment that it is done: one reading for all."""
    session = selectors.find(session_ref)
    if session is None or session.status == SessionStatus.ENDED:
        return [_unknown() for _ in devices]
    found = _actors_in(session, devices)
    return [OnDevice(one, session) if isinstance(one, Actor) else one for one in found]


def _actors_in(session: LectureSession, devices: Sequence[str]) -> list[Actor | DomainError]:
    seats = selectors.seats_of_devices(session.pk, set(devices))
    missing = [device for device in devices if device not in seats]
    further = _further_seats(session, missing) if missing else {}
    return [_actor_in(seats.get(device) or further.get(device)) for device in devices]


def _further_seats(session: LectureSession, devices: Sequence[str]) -> dict[str, SessionParticipant]:
    """Of phones whose guest turned out to be somebody with another phone (contract 11.4); nobody where it is not
    clear who of several has come."""
    found: dict[str, SessionParticipant] = {}
    for device, people in phones.people_of(session, set(devices)).items():
        seated = [one.seat for one in people if one.seat is not None]
        if len(seated) == 1:
            found[device] = seated[0]
    return found


def _actor_in(seat: SessionParticipant | None) -> Actor | DomainError:
    if seat is None or not seat.user.is_active or not seat.user.is_guest:
        return _unknown()
    if seat.removed_at is not None:
        return policies.barred(seat)
    return actor_from_user(seat.user)


def _unknown() -> Unauthenticated:
    return Unauthenticated(message="Sign in, or join the class with this device first")
