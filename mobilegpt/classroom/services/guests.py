"""Seats without an account: seniors type a name, no e-mail address (contract 3.9)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.services import Login, create_guest, open_login
from mobilegpt.classroom import selectors
from mobilegpt.classroom.codes import device_hash
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.services.seats import Seating, come_back, lock, new_seat, require_room, seating
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid
from mobilegpt.core.text import one_line
from mobilegpt.lectures.services import ensure_enrolled
from mobilegpt.realtime.outbox import unit_of_work

NAME_LENGTH = 50
DEVICE_ID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class GuestSeating:
    """A guest's seat, and the login that comes with it."""

    seating: Seating
    login: Login


def take_guest_seat(*, session: LectureSession, name: str, device_id: str) -> GuestSeating:
    """Seat somebody who came with the session's code (see ``lobby.visit``); the same device gets the same seat.

    Raises ``Forbidden`` GUEST_JOIN_DISABLED, ``Invalid`` for a name or device id that cannot be one, and what
    ``require_room`` raises.
    """
    require_guests_welcome()
    name = one_line(name, "name", NAME_LENGTH)
    if not 1 <= len(device_id) <= DEVICE_ID_LENGTH:
        message = f"device_id has 1 to {DEVICE_ID_LENGTH} characters"
        raise Invalid(message=message, details={"field": "device_id"})
    hashed = device_hash(device_id)
    with unit_of_work():
        session = lock(session.pk)
        seat = _seat_of_device(session, hashed)
        taken = selectors.participant_count(session.pk)
        created = seat is None
        if seat is None:
            require_room(session, taken)
            user = create_guest(name, session.pk)
            ensure_enrolled(user.pk, session.lecture_id)
            seat = new_seat(session, person_of(user), taken + 1, hashed)
        else:
            user = seat.user
            come_back(session, seat, person_of(user), taken)
        return GuestSeating(seating(session, seat, created=created), open_login(user))


def require_guests_welcome() -> None:
    if not settings.GUEST_JOIN:
        raise Forbidden(ErrorCode.GUEST_JOIN_DISABLED, "This server has no seats without an account")


def _seat_of_device(session: LectureSession, hashed: str | None) -> SessionParticipant | None:
    if hashed is None:
        return None
    seat = selectors.seat_of_device(session.pk, hashed)
    if seat is not None and not seat.user.is_active:
        raise Forbidden(message="This seat was closed")
    return seat
