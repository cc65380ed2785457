"""Reads of screens: for the teachers of a class, and what somebody has said of their own."""

from __future__ import annotations

from typing import NamedTuple

from mobilegpt.classroom import policies as class_policies
from mobilegpt.classroom import selectors as classes
from mobilegpt.classroom.codes import device_hash
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.screenshots import policies, queries
from mobilegpt.screenshots.models import ScreenConsent, Screenshot


class Shown(NamedTuple):
    """Somebody's newest screen, and their seat."""

    seat: SessionParticipant
    screenshot: Screenshot


def shown_in(actor: Actor, ref: str) -> list[Shown]:
    """Everybody's, in order of arrival. Raises as ``policies.require_looks``."""
    session = _looked_at(actor, ref)
    seats = [seat for seat in classes.all_seats(session) if seat.removed_at is None]
    newest = queries.newest_in(session.pk, [seat.user_id for seat in seats])
    return [Shown(seat, newest[seat.user_id]) for seat in seats if seat.user_id in newest]


def shown_by(actor: Actor, ref: str, participant_id: int) -> Shown:
    """One person's. Raises as ``policies.require_looks``, ``NotFound`` for who shows nothing."""
    session = _looked_at(actor, ref)
    return _newest(session, next((seat for seat in classes.all_seats(session) if seat.pk == participant_id), None))


def shown_on(actor: Actor, ref: str, device_id: str) -> Shown:
    """Of who sits there with this phone. Raises as ``shown_by``."""
    session = _looked_at(actor, ref)
    device = device_hash(device_id)
    return _newest(session, classes.seats_of_devices(session.pk, [device]).get(device) if device else None)


def picture_by(actor: Actor, ref: str, participant_id: int) -> bytes:
    """The WebP. Raises as ``shown_by``."""
    seat = shown_by(actor, ref, participant_id).seat
    content = queries.picture_of(seat.user_id, seat.session_id)
    if content is None:
        raise NotFound("Screenshot")
    return content


def consent_in(actor: Actor, ref: str) -> tuple[LectureSession, ScreenConsent | None]:
    """What a learner has said in a class. Raises ``Forbidden``, ``NotFound`` for who has no seat there."""
    session = own_seat(actor, ref).session
    return session, queries.consent_of(actor.user_id, session.pk)


def own_seat(actor: Actor, ref: str) -> SessionParticipant:
    """A learner's seat in a class, with the class. Raises ``Forbidden``, ``NotFound`` for who has none there."""
    class_policies.require_student(actor)
    visit = classes.visit_of_member(actor, ref)
    if visit.seat is None:
        raise NotFound("Session")
    visit.seat.session = visit.session
    return visit.seat


def _looked_at(actor: Actor, ref: str) -> LectureSession:
    return policies.require_looks(actor, classes.find(ref))


def _newest(session: LectureSession, seat: SessionParticipant | None) -> Shown:
    screenshot = queries.newest_of(seat.user_id, session.pk) if seat is not None and seat.removed_at is None else None
    if seat is None or screenshot is None:
        raise NotFound("Screenshot")
    return Shown(seat, screenshot)
