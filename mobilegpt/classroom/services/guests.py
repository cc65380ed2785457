"""Seats without an account: seniors type a name, no e-mail address (contract 3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.services import Login, create_guests, open_logins
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.codes import device_hash, digest
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services.lobby import visit
from mobilegpt.classroom.services.seats import Comer, Seating, admitted, come_back, lock, new_seats
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Forbidden, Invalid
from mobilegpt.core.network import counted_address
from mobilegpt.core.text import one_line
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.database.throttle import Limit, give_back, refusal, take_of
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures.services import ensure_enrolled

NAME_LENGTH = 50
DEVICE_ID_LENGTH = 200
_TEN_MINUTES = 600
_A_DAY = 86_400


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


GuestComer: TypeAlias = Comer[GuestArrival]


def join_as_guest(*, ref: str, name: str, device_id: str, address: str) -> GuestSeating:
    """Take a seat in the session that somebody without an account found by its code, whatever else they are.

    Raises what ``take_guest_seat`` raises, and what ``lobby.visit`` raises of the code.
    """
    policies.require_guests_welcome()
    found = visit(actor=None, ref=ref, address=address)
    return _seated_with_others(guest_arrival(session=found.session, name=name, device_id=device_id, address=address))


def take_guest_seat(*, session: LectureSession, name: str, device_id: str, address: str) -> GuestSeating:
    """As ``join_as_guest``, for who stands at the session's door already.

    Raises ``Forbidden`` GUEST_JOIN_DISABLED, what ``guest_arrival`` raises, and what refuses them a seat.
    """
    policies.require_guests_welcome()
    return _seated_with_others(guest_arrival(session=session, name=name, device_id=device_id, address=address))


def guest_arrival(*, session: LectureSession, name: str, device_id: str, address: str) -> GuestArrival:
    """Raises ``Invalid`` for a name or device id that cannot be one."""
    name = one_line(name, "name", NAME_LENGTH)
    if not 1 <= len(device_id) <= DEVICE_ID_LENGTH:
        message = f"device_id has 1 to {DEVICE_ID_LENGTH} characters"
        raise Invalid(message=message, details={"field": "device_id"})
    device = device_hash(device_id)
    nameless = digest(device_id.strip()) if device is None else None
    return GuestArrival(session.pk, name, device, nameless, counted_address(address))


def _seated_with_others(arrival: GuestArrival) -> GuestSeating:
    """In one transaction with those who come to the same session at this moment. Raises what refused this one."""
    guest: GuestSeating = by_threads.run(_seat_batch, arrival, arrival.session_id, announced_as=take_guest_seats)
    return guest


def _seat_batch(_session_id: int, arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    return take_guest_seats(arrivals)


def take_guest_seats(arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    """Seat guests in the one session that they came to (see ``lobby.visit``); the same device gets the same seat.

    In one transaction. A refusal is its guest's alone: what ``require_room`` raises, ``Forbidden`` for a seat that was
    closed, what ``rationed`` refuses. Raises ``NotFound`` when the session is gone.
    """
    with unit_of_work():
        session = lock(arrivals[0].session_id)
        asked = _comers(session.pk, arrivals)
        people = list(dict.fromkeys(asked))
        returning = [one for one in people if one.seat is not None]
        taken = selectors.participant_count(session.pk)
        fit = rationed(session.pk, admitted(session, taken, [one for one in people if one.seat is None]))
        for one in returning:
            _come_back(session, one, taken)
        _seat_new(session, taken, fit)
        logins = iter(open_logins([one.own_seat.user for one in asked if one.refusal is None]))
        return [
            one.refusal or GuestSeating(one.seating(session, arrival), next(logins))
            for one, arrival in zip(asked, arrivals, strict=True)
        ]


def _comers(session_id: int, arrivals: Sequence[GuestArrival]) -> list[GuestComer]:
    """Who came, one for each arrival, with the seats that they have; who asked twice on a device is there twice."""
    seats = selectors.seats_of_devices(session_id, [one.device for one in arrivals if one.device])
    known: dict[str, GuestComer] = {}
    comers: list[GuestComer] = []
    for arrival in arrivals:
        if arrival.device is None:
            comers.append(Comer(arrival))
        else:
            comers.append(known.setdefault(arrival.device, Comer(arrival, seats.get(arrival.device))))
    return comers


def _come_back(session: LectureSession, guest: GuestComer, taken: int) -> None:
    if guest.own_seat.user.is_active:
        come_back(session, guest.own_seat, person_of(guest.own_seat.user), taken)
    else:
        guest.refusal = Forbidden(message="This seat was closed")


def _seat_new(session: LectureSession, taken: int, guests: Sequence[GuestComer]) -> None:
    """Accounts and seats, each with its ``user``."""
    if not guests:
        return
    users = create_guests([guest.arrival.name for guest in guests], session.pk)
    ensure_enrolled([user.pk for user in users], session.lecture_id)
    people = [(person_of(user), guest.arrival.device) for user, guest in zip(users, guests, strict=True)]
    for guest, seat, user in zip(guests, new_seats(session, taken, people), users, strict=True):
        seat.user = user
        guest.takes(seat)


def rationed(session_id: int, guests: Sequence[GuestComer]) -> list[GuestComer]:
    """Who of those that fit gets a new seat, first come, first served; the others are refused (reliability X21).

    An id that many phones may share gets ``GUEST_SEATS_PER_DEVICE`` seats in a session; an address
    ``GUEST_SEATS_PER_ADDRESS`` in ten minutes over all sessions, for a hall is behind one. With the session locked.
    """

    def of_device(guest: GuestComer) -> Limit | None:
        return _of_device(session_id, guest.arrival.nameless_device)

    for _, guest in _beyond(of_device, guests):
        guest.refusal = Conflict(ErrorCode.DEVICE_SEATS_TAKEN, "This device has its seats in this class already")
    for limit, guest in _beyond(lambda guest: _of_address(guest.arrival.address), _unrefused(guests)):
        guest.refusal = refusal(limit, "Too many people have come from this network, wait a little")
        give_back(*filter(None, [of_device(guest)]))
    return _unrefused(guests)


def _beyond(
    limit_of: Callable[[GuestComer], Limit | None], guests: Sequence[GuestComer]
) -> Iterator[tuple[Limit, GuestComer]]:
    """Who comes after their limit is used up; the others are counted.

    In one order for all: counting locks the count, and two classes may count the same addresses.
    """
    groups: dict[Limit, list[GuestComer]] = {}
    for guest in guests:
        if limit := limit_of(guest):
            groups.setdefault(limit, []).append(guest)
    for limit, group in sorted(groups.items(), key=lambda item: item[0].bucket):
        for guest in group[take_of(limit, len(group)) :]:
            yield limit, guest


def _unrefused(guests: Sequence[GuestComer]) -> list[GuestComer]:
    return [guest for guest in guests if guest.refusal is None]


def _of_device(session_id: int, device: str | None) -> Limit | None:
    return Limit(f"seat:device:{session_id}:{device}", settings.GUEST_SEATS_PER_DEVICE, _A_DAY) if device else None


def _of_address(address: str) -> Limit:
    return Limit(f"seat:ip:{address}", settings.GUEST_SEATS_PER_ADDRESS, _TEN_MINUTES)
