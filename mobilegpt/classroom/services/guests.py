"""Seats without an account: seniors type a name, no e-mail address (contract 3.9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.services import Login, create_guests, open_logins
from mobilegpt.classroom import selectors
from mobilegpt.classroom.codes import device_hash, digest
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.services.seats import Seating, admitted, come_back, lock, new_seats, seating, the_only
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Forbidden, Invalid
from mobilegpt.core.network import counted_address
from mobilegpt.core.text import one_line
from mobilegpt.database.throttle import Limit, give_back, refusal, take_of
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures.services import ensure_enrolled

NAME_LENGTH = 50
DEVICE_ID_LENGTH = 200
_TEN_MINUTES = 600
_A_DAY = 86_400

Place = TypeVar("Place", bound=Hashable)
"""Of somebody among those who come at once."""


@dataclass(frozen=True, slots=True)
class GuestSeating:
    """A guest's seat, and the login that comes with it."""

    seating: Seating
    login: Login


@dataclass(frozen=True, slots=True)
class GuestArrival:
    """Somebody without an account who came with the session's code.

    ``device``: the hash that brings their seat back. Without one they are always new, and ``nameless_device`` is the
    hash of an id that many phones may share. ``address``: where they came from, as it is counted.
    """

    session_id: int
    name: str
    device: str | None
    nameless_device: str | None
    address: str


def guest_arrival(*, session: LectureSession, name: str, device_id: str, address: str) -> GuestArrival:
    """Raises ``Forbidden`` GUEST_JOIN_DISABLED, and ``Invalid`` for a name or device id that cannot be one."""
    require_guests_welcome()
    name = one_line(name, "name", NAME_LENGTH)
    if not 1 <= len(device_id) <= DEVICE_ID_LENGTH:
        message = f"device_id has 1 to {DEVICE_ID_LENGTH} characters"
        raise Invalid(message=message, details={"field": "device_id"})
    device = device_hash(device_id)
    nameless = digest(device_id.strip()) if device is None else None
    return GuestArrival(session.pk, name, device, nameless, counted_address(address))


def take_guest_seat(*, session: LectureSession, name: str, device_id: str, address: str) -> GuestSeating:
    """As ``take_guest_seats``, for one. Raises what ``guest_arrival`` raises, and what refuses it."""
    arrival = guest_arrival(session=session, name=name, device_id=device_id, address=address)
    return the_only(take_guest_seats([arrival]))


def take_guest_seats(arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    """Seat guests in the one session that they came to (see ``lobby.visit``); the same device gets the same seat.

    In one transaction. A refusal is its guest's alone: what ``require_room`` raises, ``Forbidden`` for a seat that was
    closed, what ``rationed`` refuses. Raises ``NotFound`` when the session is gone.
    """
    with unit_of_work():
        session = lock(arrivals[0].session_id)
        places = [arrival.device or place for place, arrival in enumerate(arrivals)]
        came: dict[str | int, GuestArrival] = {}
        for place, arrival in zip(places, arrivals, strict=True):
            came.setdefault(place, arrival)
        known = selectors.seats_of_devices(session.pk, [arrival.device for arrival in arrivals if arrival.device])
        taken = selectors.participant_count(session.pk)
        fit, refused = admitted(session, taken, [place for place in came if place not in known])
        fit, over = rationed(session.pk, {place: came[place] for place in fit})
        refused.update(over)
        for device, seat in known.items():
            if seat.user.is_active:
                come_back(session, seat, person_of(seat.user), taken)
            else:
                refused[device] = Forbidden(message="This seat was closed")
        new = _new_guests(session, taken, [came[place] for place in fit])
        seats: dict[str | int, SessionParticipant] = dict(zip(fit, new, strict=True))
        seats.update(known)
        logins = iter(open_logins([seats[place].user for place in places if place not in refused]))
        results: list[GuestSeating | DomainError] = []
        for place, arrival in zip(places, arrivals, strict=True):
            if refusal := refused.get(place):
                results.append(refusal)
                continue
            first = place in fit and came[place] is arrival
            results.append(GuestSeating(seating(session, seats[place], created=first), next(logins)))
        return results


def _new_guests(session: LectureSession, taken: int, arrivals: Sequence[GuestArrival]) -> list[SessionParticipant]:
    """Accounts and seats, each with its ``user``."""
    if not arrivals:
        return []
    users = create_guests([arrival.name for arrival in arrivals], session.pk)
    ensure_enrolled([user.pk for user in users], session.lecture_id)
    people = [(person_of(user), arrival.device) for user, arrival in zip(users, arrivals, strict=True)]
    seats = new_seats(session, taken, people)
    for seat, user in zip(seats, users, strict=True):
        seat.user = user
    return seats


def rationed(session_id: int, comers: Mapping[Place, GuestArrival]) -> tuple[list[Place], dict[Place, DomainError]]:
    """Who of those that fit gets a new seat, first come, first served; what each other is told (reliability X21).

    An id that many phones may share gets ``GUEST_SEATS_PER_DEVICE`` seats in a session; an address
    ``GUEST_SEATS_PER_ADDRESS`` in ten minutes over all sessions, for a hall is behind one. With the session locked.
    """
    refused: dict[Place, DomainError] = {}
    by_device = _grouped((_of_device(session_id, one.nameless_device), place) for place, one in comers.items())
    for limit, places in by_device.items():
        for place in places[take_of(limit, len(places)) :]:
            refused[place] = Conflict(ErrorCode.DEVICE_SEATS_TAKEN, "This device has its seats in this class already")
    by_address = _grouped((_of_address(one.address), place) for place, one in comers.items() if place not in refused)
    for limit, places in by_address.items():
        for place in places[take_of(limit, len(places)) :]:
            refused[place] = refusal(limit, "Too many people have come from this network, wait a little")
            give_back(*filter(None, [_of_device(session_id, comers[place].nameless_device)]))
    return [place for place in comers if place not in refused], refused


def _of_device(session_id: int, device: str | None) -> Limit | None:
    return Limit(f"seat:device:{session_id}:{device}", settings.GUEST_SEATS_PER_DEVICE, _A_DAY) if device else None


def _of_address(address: str) -> Limit:
    return Limit(f"seat:ip:{address}", settings.GUEST_SEATS_PER_ADDRESS, _TEN_MINUTES)


def _grouped(pairs: Iterable[tuple[Limit | None, Place]]) -> dict[Limit, list[Place]]:
    """In one order for all: counting locks the count, and two classes may count the same addresses."""
    groups: dict[Limit, list[Place]] = {}
    for limit, place in pairs:
        if limit is not None:
            groups.setdefault(limit, []).append(place)
    return dict(sorted(groups.items(), key=lambda group: group[0].bucket))


def require_guests_welcome() -> None:
    if not settings.GUEST_JOIN:
        raise Forbidden(ErrorCode.GUEST_JOIN_DISABLED, "This server has no seats without an account")
