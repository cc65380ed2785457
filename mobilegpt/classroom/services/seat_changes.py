"""What an instructor does with seats: other names, removing and giving back, two that are one (contract 11.4).

All of it is written down, and told to the class's instructors alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import UNSET

from mobilegpt.accounts.merging import merge_guests
from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import rename_guest
from mobilegpt.audit import trail
from mobilegpt.classroom import selectors
from mobilegpt.classroom.commands import ChangeSeat, MergeSeat
from mobilegpt.classroom.events import SeatChanged, SeatRemoved
from mobilegpt.classroom.models import LIVE, LectureSession, SessionParticipant
from mobilegpt.classroom.services import phones
from mobilegpt.classroom.services.attending import end_presence_of
from mobilegpt.classroom.services.guests import NAME_LENGTH
from mobilegpt.classroom.services.presence import mark_absent
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, NotFound
from mobilegpt.core.text import one_line
from mobilegpt.events import topics
from mobilegpt.events.leases import has_socket
from mobilegpt.events.outbox import emit, unit_of_work


def change_seat(*, actor: Actor, session_ref: str, participant_id: int, command: ChangeSeat) -> SessionParticipant:
    """Rename a seat, or give it back to who was removed.

    A guest is called so in all classes of their instructor, since the account is their phone's; a member is called so
    by this class only. Raises ``Forbidden``, ``NotFound``, ``Invalid`` for a name without anything to see.
    """
    name = None if command.name is UNSET else one_line(command.name, "name", NAME_LENGTH)
    with _seat(actor, session_ref, participant_id) as seat:
        renamed = name is not None and name != seat.shown_name
        if renamed:
            assert name is not None
            _rename(seat, name)
            _write_down("seat.renamed", seat)
        returned = command.removed is False and seat.removed_at is not None
        if returned:
            seat.removed_at, seat.may_return = None, True
            seat.save(update_fields=["removed_at", "may_return"])
            _write_down("seat.returned", seat)
        if renamed or returned:
            _tell(seat)
        return seat


def _rename(seat: SessionParticipant, name: str) -> None:
    if seat.user.is_guest:
        phones.remember_names(seat.user_id, phones.names_known_to_phones(seat.user))
        rename_guest(seat.user, name)
        seat.name = ""
    else:
        seat.name = "" if name == seat.user.name else name
    seat.save(update_fields=["name"])


def remove_seat(*, actor: Actor, session_ref: str, participant_id: int, may_return: bool) -> SessionParticipant:
    """Take a seat away: its sockets of the class close, and the others are not told why. The seat stays for the sheet.

    ``may_return``: by the code they come back to it. Raises ``Forbidden``, ``NotFound``.
    """
    with _seat(actor, session_ref, participant_id) as seat:
        if seat.removed_at is not None and seat.may_return == may_return:
            return seat
        mark_absent(seat.session_id, seat.user_id)
        seat.refresh_from_db(fields=["is_present", "status"])
        seat.removed_at, seat.may_return = seat.removed_at or now(), may_return
        seat.save(update_fields=["removed_at", "may_return"])
        _write_down("seat.removed", seat, may_return=may_return)
        emit(SeatRemoved(room=selectors.room_of(seat.session), user_id=seat.user_id))
        _tell(seat)
        return seat


def merge_seat(*, actor: Actor, session_ref: str, participant_id: int, command: MergeSeat) -> SessionParticipant:
    """Two guests are one person: everything of the one goes to the other, and both phones find the person.

    Raises ``Forbidden``, ``NotFound``; ``Conflict`` MERGE_REFUSED with details.reason: SAME_SEAT, NOT_GUESTS, ELSEWHERE
    (one of them sits in a class of another instructor), BOTH_HERE (both are in running classes at this moment).
    """
    seen = selectors.run_by(actor, session_ref)
    with unit_of_work():
        session = _lock_classes_of(seen.pk, participant_id, command.into)
        seat, into = _seat_in(session, participant_id), _seat_in(session, command.into)
        people = User.objects.select_for_update().filter(pk__in=[seat.user_id, into.user_id]).order_by("pk")
        users = {user.pk: user for user in people}
        _require_mergeable(seat, into)
        gone = _changed(seat, merged_into=into.pk)
        if seat.removed_at is None:
            mark_absent(seat.session_id, seat.user_id)
            end_presence_of(seat.session_id, seat.user_id)
        merge_guests(users[seat.user_id], users[into.user_id])
        kept = _seat_in(seat.session, into.pk)
        _write_down("seat.merged", kept, merged=seat.user_id)
        emit(gone)
        _tell(kept)
        return kept


def _lock_classes_of(session_id: int, *participant_ids: int) -> LectureSession:
    """The session, and every other class in which these two sit: nobody comes back to a seat while it moves. In one
    order for all. Who comes to a further class waits for the account's own lock, and is asked again."""
    people = SessionParticipant.objects.filter(session_id=session_id, pk__in=participant_ids).values("user_id")
    places = SessionParticipant.objects.filter(user_id__in=people).values_list("session_id", flat=True)
    return {pk: lock(pk) for pk in sorted({session_id, *places})}[session_id]


def _require_mergeable(seat: SessionParticipant, into: SessionParticipant) -> None:
    people = [seat.user_id, into.user_id]
    if seat.pk == into.pk:
        raise _unmergeable("SAME_SEAT", "A seat cannot be merged into itself")
    if not (seat.user.is_guest and into.user.is_guest):
        raise _unmergeable("NOT_GUESTS", "Only seats without an account can be merged")
    seats = SessionParticipant.objects.filter(user_id__in=people).select_related("session__lecture")
    here: set[int] = set()
    for one in seats:
        if one.session.lecture.instructor_id != seat.session.lecture.instructor_id:
            raise _unmergeable("ELSEWHERE", "One of them sits in a class of another instructor")
        if one.session.status in LIVE and one.removed_at is None and _is_connected(one):
            here.add(one.user_id)
    if here == set(people):  # in one class or in two: nobody follows two at once
        raise _unmergeable("BOTH_HERE", "Both are in a running class now; remove one of them first")


def _is_connected(seat: SessionParticipant) -> bool:
    return has_socket(topics.session(seat.session_id), seat.user_id)


def _unmergeable(reason: str, words: str) -> Conflict:
    return Conflict(ErrorCode.MERGE_REFUSED, words, details={"reason": reason})


@contextmanager
def _seat(actor: Actor, session_ref: str, participant_id: int) -> Iterator[SessionParticipant]:
    """A seat of a session that the caller runs; the session is locked."""
    seen = selectors.run_by(actor, session_ref)
    with unit_of_work():
        yield _seat_in(lock(seen.pk), participant_id)


def _seat_in(session: LectureSession, participant_id: int) -> SessionParticipant:
    seat = SessionParticipant.objects.select_related("user").filter(pk=participant_id, session=session).first()
    if seat is None:
        raise NotFound("Seat")
    seat.session = session
    return seat


def _write_down(action: str, seat: SessionParticipant, **details: Any) -> None:
    trail.record(action, subject=f"user:{seat.user_id}", session=seat.session_id, seat=seat.pk, **details)


def _tell(seat: SessionParticipant) -> None:
    emit(_changed(seat))


def _changed(seat: SessionParticipant, *, merged_into: int | None = None) -> SeatChanged:
    return SeatChanged(
        room=selectors.room_of(seat.session),
        participant_id=seat.pk,
        user=seat.person,
        removed=seat.removed_at is not None,
        may_return=seat.may_return,
        merged_into=merged_into,
        at=now(),
    )
