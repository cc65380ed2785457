"""Who runs a class decides on what phones show to be done (contract 11.15): it is accepted, or declined."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.activity import following
from mobilegpt.activity.commands import DecideCompletion
from mobilegpt.activity.events import SeatWhereabouts, Whereabouts, WhereaboutsChanged
from mobilegpt.activity.following import Seat
from mobilegpt.activity.models import StepMatch
from mobilegpt.activity.selectors import expectation_in, whereabouts_in, whereabouts_of_row
from mobilegpt.audit import trail
from mobilegpt.classroom.models import RUNNING, LectureSession
from mobilegpt.classroom.policies import require_status
from mobilegpt.classroom.queries import locked_session
from mobilegpt.classroom.selectors import run_by, who_has_done
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, NotFound
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.progress.models import ProgressStatus


@dataclass(frozen=True, slots=True)
class Decided:
    """On whose completion of a step of a class was decided, by their seats."""

    session_id: int
    subtask_id: int
    participant_ids: list[int]


def accept(*, actor: Actor, session_ref: str, participant_id: int, command: DecideCompletion) -> Decided:
    """One person has done the step, as if they had said so; who has done it already stays as they are.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` INVALID_TRANSITION when the class does not stand on the step (any
    more), COMPLETION_NOT_SUGGESTED when their phone does not show it, they took it back, or it was declined.
    """
    session_id = run_by(actor, session_ref).pk
    with unit_of_work():
        session = _held(session_id, command.subtask_id)
        seat = _seat(session, participant_id)
        if seat.user_id not in who_has_done(session.pk, command.subtask_id):
            _complete(actor, seat, command.subtask_id, _suggested(session, seat, command.subtask_id))
        return Decided(session.pk, command.subtask_id, [participant_id])


def accept_all(*, actor: Actor, session_ref: str, command: DecideCompletion) -> Decided:
    """Everybody of whom it is suggested now, one after the other: the class is never held for long.

    Tells whom this call has completed. Raises what ``accept`` raises of the class.
    """
    session = run_by(actor, session_ref)
    _require_standing(session, command.subtask_id)
    suggested = {user_id for user_id, place in whereabouts_in(session, command.subtask_id).items() if place.suggested}
    accepted = [
        seat.participant_id
        for seat in following.seats(session_id=session.pk, user_id__in=suggested)
        if _accepted(actor, seat, command.subtask_id)
    ]
    return Decided(session.pk, command.subtask_id, accepted)


def decline(*, actor: Actor, session_ref: str, participant_id: int, command: DecideCompletion) -> Decided:
    """It is not done: nothing is suggested of this person on this step of the class again; again, nothing changes.

    Raises what ``accept`` raises; COMPLETION_NOT_SUGGESTED also for who has done the step.
    """
    session_id = run_by(actor, session_ref).pk
    with unit_of_work():
        session = _held(session_id, command.subtask_id)
        seat = _seat(session, participant_id)
        rows = StepMatch.objects.filter(session_id=session.pk, user_id=seat.user_id)
        if not any(row.silenced_on(command.subtask_id) for row in rows):
            place = _suggested(session, seat, command.subtask_id)
            row = following.silence(session.pk, seat.user_id, command.subtask_id)
            _record("progress.declined", actor, seat, command.subtask_id, place)
            _tell(session, seat, row)
        return Decided(session.pk, command.subtask_id, [participant_id])


def _held(session_id: int, subtask_id: int) -> LectureSession:
    """The class cannot leave the step before the commit."""
    session = locked_session(session_id)
    if session is None:
        raise NotFound("Session")
    _require_standing(session, subtask_id)
    return session


def _require_standing(session: LectureSession, subtask_id: int) -> None:
    require_status(session, *RUNNING)
    if session.current_subtask_id != subtask_id:
        raise Conflict(ErrorCode.INVALID_TRANSITION, "The class does not stand on this step")


def _seat(session: LectureSession, participant_id: int) -> Seat:
    found = following.seats(session_id=session.pk, pk=participant_id)
    if not found:
        raise NotFound("Participant")
    return found[0]


def _suggested(session: LectureSession, seat: Seat, subtask_id: int) -> Whereabouts:
    place = whereabouts_in(session, subtask_id).get(seat.user_id)
    if place is None or not place.suggested or seat.user_id in who_has_done(session.pk, subtask_id):
        raise Conflict(ErrorCode.COMPLETION_NOT_SUGGESTED, "Nothing shows that they have done this step")
    return place


def _accepted(actor: Actor, seat: Seat, subtask_id: int) -> bool:
    """False for who has done it, taken it back or gone since it was read, and once the class has moved on."""
    try:
        with unit_of_work():
            session = _held(seat.session_id, subtask_id)
            _seat(session, seat.participant_id)
            _complete(actor, seat, subtask_id, _suggested(session, seat, subtask_id))
    except DomainError:
        return False
    return True


def _complete(actor: Actor, seat: Seat, subtask_id: int, place: Whereabouts) -> None:
    """As the person's own button does. Raises ``NotFound`` for whose account is no learner's of the class any more."""
    try:
        following.put(seat, subtask_id, ProgressStatus.COMPLETED)
    except DomainError:
        raise NotFound("Participant") from None
    _record("progress.accepted", actor, seat, subtask_id, place)


def _record(action: str, actor: Actor, seat: Seat, subtask_id: int, place: Whereabouts) -> None:
    trail.record(
        action,
        actor_id=actor.user_id,
        subject=f"session:{seat.session_id}",
        user=seat.user_id,
        subtask=subtask_id,
        rests_on=place.rests_on,
    )


def _tell(session: LectureSession, seat: Seat, row: StepMatch) -> None:
    expectation = expectation_in(session, row.subtask_id)
    shown = whereabouts_of_row(session, expectation, row) if expectation is not None else None
    emit(
        WhereaboutsChanged(
            session_id=session.pk,
            subtask_id=row.subtask_id,
            people=[SeatWhereabouts(participant_id=seat.participant_id, user_id=seat.user_id, whereabouts=shown)],
            at=now(),
        )
    )
