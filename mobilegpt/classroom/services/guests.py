"""Seats without an account: seniors type a name, no e-mail address (contract 3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings

from mobilegpt.accounts.models import User
from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.services import Login, create_guests, open_logins, seat_guests_again
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.codes import device_hash, digest
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services import phones
from mobilegpt.classroom.services.lobby import visit
from mobilegpt.classroom.services.seats import Comer, Seating, admitted, come_back, lock, new_seats
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Forbidden, Invalid, Unavailable
from mobilegpt.core.network import counted_address
from mobilegpt.core.text import folded, is_blank, one_line
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.database.throttle import Limit, give_back, refusal, take, take_of
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

    ``device``: the hash that brings them back. Without one they are always new, as they are when they say that they are
    not the ``same_person`` as came with this phone; ``shared_device`` is the hash of an id that several may use so.
    ``name`` may be "" for the same person. ``can_be_asked`` for another name. ``address``: as it is counted.
    """

    session_id: int
    name: str
    device: str | None
    shared_device: str | None
    address: str
    same_person: bool | None = None
    can_be_asked: bool = False


@dataclass(slots=True, eq=False)
class GuestComer(Comer[GuestArrival]):
    """``account`` is theirs from another class of the instructor, or from this one."""

    account: User | None = None


def known_name(*, ref: str, device_id: str, address: str) -> str | None:
    """Whom this phone has brought to classes of the instructor whose class has this code; nothing is made.

    Raises ``Invalid``, ``Forbidden`` GUEST_JOIN_DISABLED, or SEAT_REMOVED for whom the instructor has removed for good;
    ``RateLimited`` for an address that asks about more unknown phones than a hall has; what ``lobby.visit`` raises.
    """
    policies.require_guests_welcome()
    session = visit(actor=None, ref=ref, address=address).session
    _require_device_id(device_id)
    device = device_hash(device_id)
    if device is None:
        return None
    one = phones.chosen(phones.people_of(session, [device])[device], "", same_person=True)
    if one is not None and one.user.is_active:
        return one.seat.shown_name if one.seat is not None else one.user.name
    take(Limit(f"phone:ip:{counted_address(address)}", settings.GUEST_SEATS_PER_ADDRESS, _TEN_MINUTES))
    return None


def join_as_guest(
    *, ref: str, name: str | None, device_id: str, address: str, same_person: bool | None = None
) -> GuestSeating:
    """Take a seat in the session that somebody without an account found by its code, whatever else they are.

    Raises what ``take_guest_seat`` raises, ``Conflict`` NAME_IN_CLASS where names are told apart, and what
    ``lobby.visit`` raises of the code.
    """
    policies.require_guests_welcome()
    session = visit(actor=None, ref=ref, address=address).session
    arrival = guest_arrival(
        session=session,
        name=name,
        device_id=device_id,
        address=address,
        same_person=same_person,
        can_be_asked=True,
    )
    return _seated_with_others(arrival)


def take_guest_seat(*, session: LectureSession, name: str, device_id: str, address: str) -> GuestSeating:
    """As ``join_as_guest``, for who stands at the session's door already.

    Raises ``Forbidden`` GUEST_JOIN_DISABLED, what ``guest_arrival`` raises, and what refuses them a seat.
    """
    policies.require_guests_welcome()
    return _seated_with_others(guest_arrival(session=session, name=name, device_id=device_id, address=address))


def guest_arrival(
    *,
    session: LectureSession,
    name: str | None,
    device_id: str,
    address: str,
    same_person: bool | None = None,
    can_be_asked: bool = False,
) -> GuestArrival:
    """Raises ``Invalid`` for a name or device id that cannot be one; the same person needs no name."""
    unnamed = same_person is True and is_blank(name)
    name = "" if unnamed else one_line(name or "", "name", NAME_LENGTH)
    _require_device_id(device_id)
    device = device_hash(device_id)
    shared = digest(device_id.strip()) if device is None else device if same_person is False else None
    return GuestArrival(session.pk, name, device, shared, counted_address(address), same_person, can_be_asked)


def _require_device_id(device_id: str) -> None:
    if not 1 <= len(device_id) <= DEVICE_ID_LENGTH:
        message = f"device_id has 1 to {DEVICE_ID_LENGTH} characters"
        raise Invalid(message=message, details={"field": "device_id"})


def _seated_with_others(arrival: GuestArrival) -> GuestSeating:
    """In one transaction with those who come to the same session at this moment. Raises what refused this one."""
    guest: GuestSeating = by_threads.run(_seat_batch, arrival, arrival.session_id, announced_as=take_guest_seats)
    return guest


def _seat_batch(_session_id: int, arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    return take_guest_seats(arrivals)


def take_guest_seats(arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    """Seat guests in the one session that they came to (see ``lobby.visit``); the same device gets the same seat, and
    in another class of the same instructor the same account (see ``phones``).

    In one transaction. A refusal is its guest's alone: what ``require_room`` raises, ``Forbidden`` for a seat that was
    closed, what ``rationed`` refuses. Raises ``NotFound`` when the session is gone, ``Unavailable`` where accounts are
    merged faster than their phones can be asked.
    """
    with suppress(_GoneMeanwhile):
        return _take_seats(arrivals)
    return _take_seats(arrivals)


class _GoneMeanwhile(Unavailable):
    """Somebody whom a phone knew was merged or deleted a moment ago: asking again finds who they are now."""


def _take_seats(arrivals: Sequence[GuestArrival]) -> list[GuestSeating | DomainError]:
    with unit_of_work():
        session = lock(arrivals[0].session_id)
        asked = _comers(session, arrivals)
        people = _unrefused(list(dict.fromkeys(asked)))
        returning = [one for one in people if one.seat is not None]
        taken = selectors.participant_count(session.pk)
        fit = admitted(session, taken, [one for one in people if one.seat is None])
        fit = rationed(session.pk, _told_apart(session, fit))
        for one in returning:
            _come_back(session, one, taken)
        _seat_new(session, taken, fit)
        logins = iter(open_logins([one.own_seat.user for one in asked if one.refusal is None]))
        return [
            one.refusal or GuestSeating(one.seating(session, arrival), next(logins))
            for one, arrival in zip(asked, arrivals, strict=True)
        ]


def _comers(session: LectureSession, arrivals: Sequence[GuestArrival]) -> list[GuestComer]:
    """Who came, one for each arrival, with the seats that they have; who asked twice is there twice."""
    people = phones.people_of(session, {one.device for one in arrivals if one.device})
    known: dict[str | int, GuestComer] = {}
    comers: list[GuestComer] = []
    for arrival in arrivals:
        comer = _comer(arrival, people.get(arrival.device or "", []))
        if arrival.device is not None and comer.refusal is None:
            comer = known.setdefault(comer.account.pk if comer.account else arrival.device, comer)
        comers.append(comer)
    return comers


def _comer(arrival: GuestArrival, people: Sequence[phones.Known]) -> GuestComer:
    try:
        one = phones.chosen(people, arrival.name, arrival.same_person)
    except DomainError as removed:
        return GuestComer(arrival, refusal=removed)
    if one is not None:
        return GuestComer(arrival, one.seat, account=one.user)
    if not arrival.name:
        return GuestComer(arrival, refusal=Invalid(message="name is empty", details={"field": "name"}))
    return GuestComer(arrival)


def _told_apart(session: LectureSession, guests: Sequence[GuestComer]) -> list[GuestComer]:
    """Whoever is called as somebody here is asked for one more word, where the instructor wants it (contract 11.4)."""
    if not session.distinct_names or not guests:
        return list(guests)
    names = {folded(name) for name in selectors.names_in(session.pk)}
    for guest in guests:
        name = folded(guest.account.name if guest.account else guest.arrival.name)
        if name in names and guest.account is None and guest.arrival.can_be_asked:
            guest.refusal = Conflict(ErrorCode.NAME_IN_CLASS, "Somebody in this class is called so")
        names.add(name)
    return _unrefused(guests)


def _come_back(session: LectureSession, guest: GuestComer, taken: int) -> None:
    if not guest.own_seat.user.is_active:
        guest.refusal = Forbidden(message="This seat was closed")
        return
    come_back(session, guest.own_seat, person_of(guest.own_seat.user), taken)
    if guest.arrival.device is not None:
        phones.hold(session.pk, guest.arrival.device, guest.own_seat)


def _seat_new(session: LectureSession, taken: int, guests: Sequence[GuestComer]) -> None:
    """Accounts and seats, each with its ``user``."""
    if not guests:
        return
    users = _accounts(session, guests)
    ensure_enrolled([user.pk for user in users], session.lecture_id)
    people = [(person_of(user), _free_device(guest)) for user, guest in zip(users, guests, strict=True)]
    for guest, seat, user in zip(guests, new_seats(session, taken, people), users, strict=True):
        seat.user = user
        guest.takes(seat)
        if guest.arrival.device is not None:
            phones.hold(session.pk, guest.arrival.device, seat)


def _free_device(guest: GuestComer) -> str | None:
    """A phone that has brought somebody here already is asked for from them when there is a seat to give it to."""
    return None if guest.arrival.same_person is False or guest.account is not None else guest.arrival.device


def _accounts(session: LectureSession, guests: Sequence[GuestComer]) -> list[User]:
    """Theirs from other classes; new ones for the others."""
    known = [guest.account.pk for guest in guests if guest.account is not None]
    if known and seat_guests_again(known, session.pk) < len(known):
        raise _GoneMeanwhile(message="Somebody of these is merged at this moment", retry_after=1)
    names = [guest.arrival.name for guest in guests if guest.account is None]
    new = iter(create_guests(names, session.pk) if names else [])
    return [guest.account or next(new) for guest in guests]


def rationed(session_id: int, guests: Sequence[GuestComer]) -> list[GuestComer]:
    """Who of those that fit gets a new seat, first come, first served; the others are refused (reliability X21).

    An id that many phones may share gets ``GUEST_SEATS_PER_DEVICE`` seats in a session, and a phone as many for other
    people; an address ``GUEST_SEATS_PER_ADDRESS`` in ten minutes over all sessions, for a hall is behind one. With the
    session locked.
    """

    def of_device(guest: GuestComer) -> Limit | None:
        return _of_device(session_id, guest.arrival.shared_device)

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
