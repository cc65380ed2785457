"""One phone, one person: whom a phone has brought to the classes of one instructor (contract 11.4).

The device id is the credential, and tells nothing about the people of other instructors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mobilegpt.accounts.models import User
from mobilegpt.classroom import policies, queries
from mobilegpt.classroom.models import GuestPhone, LectureSession, SessionParticipant
from mobilegpt.core.text import folded

EARLIER_NAMES = 10
"""So many names of one person a phone may still ask for, the newest."""


@dataclass(slots=True)
class Known:
    """Somebody whom a phone has brought before. ``seat`` is theirs in the class that they come to.

    ``latest_here``: of those in this class they came last on this phone. ``earlier_names`` are folded.
    """

    user: User
    seat: SessionParticipant | None = None
    latest_here: bool = False
    earlier_names: frozenset[str] = frozenset()


def people_of(session: LectureSession, devices: Collection[str]) -> dict[str, list[Known]]:
    """Whom these phones (their hashes) have brought to classes of the session's instructor, by phone.

    Who came last to this class is first, then who has a seat in it, then the newest. Two queries; a third for who has
    no seat here by this phone.
    """
    found: dict[str, dict[int, Known]] = {device: {} for device in devices}
    if not devices:
        return {}
    instructor_id = session.lecture.instructor_id
    for seat in queries.seats_of_phones(instructor_id, devices):
        one = found[seat.device_hash or ""].setdefault(seat.user_id, Known(seat.user))
        if seat.session_id == session.pk:
            one.seat, one.latest_here = seat, True
    for phone in queries.further_phones(instructor_id, devices):
        one = found[phone.device_hash].setdefault(phone.user_id, Known(phone.user))
        one.earlier_names = frozenset(map(folded, phone.earlier_names or ()))
    _find_seats(session, [one for people in found.values() for one in people.values() if one.seat is None])
    return {device: _in_order(people.values()) for device, people in found.items()}


def _find_seats(session: LectureSession, people: Sequence[Known]) -> None:
    if not people:
        return
    seats = {seat.user_id: seat for seat in queries.seats_of(session.pk, {one.user.pk for one in people})}
    for one in people:
        one.seat = seats.get(one.user.pk)


def _in_order(people: Collection[Known]) -> list[Known]:
    """An account that was closed is known only by the seat that it has here."""
    known = [one for one in people if one.user.is_active or one.seat is not None]
    return sorted(known, key=lambda one: (not one.latest_here, one.seat is None))


def chosen(people: Sequence[Known], name: str, same_person: bool | None) -> Known | None:
    """Who of those whom a phone knows has come: the one of this name, or who had it when the phone learnt it; else
    whoever sits here already, or the one whom the phone was told of, when they say so. ``None`` for somebody new, which
    who has just sat down here is no more when their phone asks again.

    Raises ``Forbidden`` SEAT_REMOVED for whom the instructor has removed for good, and for somebody new on their phone.
    """
    if same_person is False:
        one = _named([one for one in people if one.latest_here], name)
    else:
        one = _named(people, name) or _once_named(people, name) or _unnamed(people, same_person)
    if one is None or one.seat is None:
        for other in people:
            policies.require_not_barred(other.seat)
    else:
        policies.require_not_barred(one.seat)
    return one


def _named(people: Sequence[Known], name: str) -> Known | None:
    wanted = folded(name)
    return next((one for one in people if wanted in (folded(one.user.name), folded(_seat_name(one)))), None)


def _once_named(people: Sequence[Known], name: str) -> Known | None:
    """A phone does not hear that who came with it was renamed, or turned out to be somebody whom the class knew."""
    wanted = folded(name)
    return next((one for one in people if wanted in one.earlier_names), None)


def _seat_name(one: Known) -> str:
    return one.seat.shown_name if one.seat is not None else one.user.name


def _unnamed(people: Sequence[Known], same_person: bool | None) -> Known | None:
    return next((one for one in people if same_person or one.latest_here), None)


def hold(session_id: int, device: str, seat: SessionParticipant) -> None:
    """A phone that several people share finds the one who came last; the others by their names."""
    if seat.device_hash == device:
        return
    held = SessionParticipant.objects.filter(session_id=session_id, device_hash=device)
    if before := held.first():
        held.update(device_hash=None)
        remember(before.user_id, device)
    if before or seat.device_hash is None:
        if seat.device_hash is not None:
            remember(seat.user_id, seat.device_hash)
        SessionParticipant.objects.filter(pk=seat.pk).update(device_hash=device)
        seat.device_hash = device
    else:
        remember(seat.user_id, device)


def remember(user_id: int, device: str, *earlier_names: str) -> None:
    """This phone finds them, besides the one that their seats have; also by these names."""
    phone, _ = GuestPhone.objects.get_or_create(user_id=user_id, device_hash=device)
    if earlier_names:
        names = [*(phone.earlier_names or ()), *earlier_names]
        newest = list(dict.fromkeys(reversed(names)))[:EARLIER_NAMES]
        phone.earlier_names = newest[::-1]
        phone.save(update_fields=["earlier_names"])


def remember_names(user_id: int, names_of_phones: Mapping[str, Iterable[str]]) -> None:
    """``names_of_phones`` is what ``names_known_to_phones`` gave when they were called, or were, somebody else."""
    for device, names in names_of_phones.items():
        remember(user_id, device, *names)


def names_known_to_phones(user: User) -> dict[str, list[str]]:
    """By what names each phone of theirs (its hash) may ask for them: the present one last."""
    seats = SessionParticipant.objects.filter(user=user, device_hash__isnull=False).values_list(
        "device_hash", flat=True
    )
    known: dict[str, list[str]] = {device: [] for device in seats if device}
    for phone in GuestPhone.objects.filter(user=user):
        known[phone.device_hash] = list(phone.earlier_names or ())
    return {device: [*earlier, user.name] for device, earlier in sorted(known.items())}
