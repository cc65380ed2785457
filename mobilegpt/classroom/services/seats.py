"""Taking a seat, and taking it up again (contract 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from msgspec.structs import replace

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.accounts.person import Person
from mobilegpt.classroom import policies, queries, selectors
from mobilegpt.classroom.events import ParticipantJoined
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, SessionStatus
from mobilegpt.classroom.selectors import Visit
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, NotFound, Unauthenticated
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures.services import ensure_enrolled
from mobilegpt.lectures.step import Step
from mobilegpt.progress.services import begin_step_of

Result = TypeVar("Result")
Came = TypeVar("Came")
"""How somebody comes: a student's ``Arrival``, or a guest's."""
AnyComer = TypeVar("AnyComer", bound="Comer[Any]")


@dataclass(frozen=True, slots=True)
class Seating:
    """A seat as its owner is told of it. ``created``: it is a new one."""

    session: LectureSession
    seat: SessionParticipant
    step: Step | None
    created: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A student who has shown that they may come (see ``lobby``), and what their visit found."""

    actor: Actor
    visit: Visit

    @property
    def session_id(self) -> int:
        return self.visit.session.pk


@dataclass(slots=True, eq=False)
class Comer(Generic[Came]):
    """One person among those who come at once, and what becomes of them: a seat or a refusal, never both.

    ``arrival`` is their first, should they have asked twice. ``new``: the seat was taken now.
    """

    arrival: Came
    seat: SessionParticipant | None = None
    new: bool = False
    refusal: DomainError | None = None

    @property
    def own_seat(self) -> SessionParticipant:
        """The seat of who was not refused."""
        assert self.seat is not None
        return self.seat

    def takes(self, seat: SessionParticipant) -> None:
        self.seat, self.new = seat, True

    def comes_back(self, session: LectureSession, seat: SessionParticipant, user: Person, taken: int) -> None:
        """To one of ``taken`` seats, which is theirs; who was removed for good is refused."""
        self.seat = seat
        if seat.is_barred:
            self.refusal = policies.barred(seat)
        else:
            come_back(session, seat, user, taken)

    def seating(self, session: LectureSession, arrival: Came) -> Seating:
        """What the one who asked by ``arrival`` is told; the seat is new to the first of them only."""
        return seating(session, self.own_seat, created=self.new and arrival is self.arrival)


def take_seat(*, actor: Actor, session: LectureSession, visit: Visit | None = None) -> Seating:
    """As ``seated`` or else ``take_seats``, for one. What ``visit`` found is not asked for again.

    Raises what refuses it.
    """
    arrival = Arrival(actor, visit or Visit(session, selectors.seat_of(actor.user_id, session.pk)))
    return seated(arrival) or the_only(take_seats([arrival]))


def seated(arrival: Arrival) -> Seating | None:
    """The seat of who sits there already, so that nothing changes. Raises ``Forbidden`` for who may have none."""
    policies.require_student(arrival.actor)
    session, seat = arrival.visit.session, arrival.visit.seat
    policies.require_own_session(arrival.actor, seat)
    policies.require_not_barred(seat)
    if seat is None or not seat.is_present or session.status == SessionStatus.ENDED:
        return None
    return seating(session, seat, created=False)


def take_seats(arrivals: Sequence[Arrival]) -> list[Seating | DomainError]:
    """Seat students in the one session that they came to; the same seat for who comes again. In one transaction.

    ``joined`` is published at the first time, and again only after ``left``. A refusal is its student's alone:
    ``Conflict`` SESSION_FULL or SESSION_OVER, ``NotFound`` when the session is archived, ``Unauthenticated`` for a
    guest whose account has just become another's.
    Raises ``NotFound`` when it is gone.
    """
    with unit_of_work():
        session = lock(arrivals[0].session_id)
        came: dict[int, Comer[Arrival]] = {}
        for arrival in arrivals:
            came.setdefault(arrival.actor.user_id, Comer(arrival))
        seats, taken = selectors.places_in(session, came)
        for user_id, seat in seats.items():
            came[user_id].comes_back(session, seat, person_of_actor(came[user_id].arrival.actor), taken)
        _refuse_merged(came.values())
        fit = admitted(session, taken, [one for one in came.values() if one.seat is None and one.refusal is None])
        if strangers := [one.arrival.actor.user_id for one in fit if not one.arrival.visit.entitled]:
            ensure_enrolled(strangers, session.lecture_id)
        new = new_seats(session, taken, [(person_of_actor(one.arrival.actor), None) for one in fit])
        for one, seat in zip(fit, new, strict=True):
            one.takes(seat)
        asked = [(came[arrival.actor.user_id], arrival) for arrival in arrivals]
        return [one.refusal or one.seating(session, arrival) for one, arrival in asked]


def _refuse_merged(comers: Iterable[Comer[Arrival]]) -> None:
    """Guests come here to the seat that they have: who has none any more was merged while they waited (contract 11.4).
    Their phone signs in anew, and finds the person."""
    for comer in comers:
        if comer.seat is None and comer.arrival.actor.is_guest:
            comer.refusal = Unauthenticated(message="This account has become another's")


def the_only(results: Sequence[Result | DomainError]) -> Result:
    """What became of one arrival. Raises what refused it."""
    (result,) = results
    if isinstance(result, DomainError):
        raise result
    return result


def seating(session: LectureSession, seat: SessionParticipant, *, created: bool) -> Seating:
    current = session.current_subtask_id
    step = course_of_class(session).get(current) if current is not None else None
    return Seating(session=session, seat=seat, step=step, created=created)


def lock(session_id: int) -> LectureSession:
    """The session's row, locked until the commit: seats are counted and states are changed one at a time.

    With its lecture.
    Raises ``NotFound``.
    """
    session = queries.locked_session(session_id)
    if session is None:
        raise NotFound("Session")
    return session


def require_room(session: LectureSession, taken: int) -> None:
    """Whether a new seat may be taken; existing ones come back all the same."""
    if session.status == SessionStatus.ENDED:
        raise NotFound("Session")
    if session.status == SessionStatus.REVIEW_MODE:
        raise Conflict(ErrorCode.SESSION_OVER, "The class is over; only those who were there come back")
    if session.locked:
        raise Conflict(ErrorCode.CLASS_LOCKED, "The class is locked; only those who were there come back")
    if taken >= settings.SESSION_MAX_SEATS:
        raise Conflict(ErrorCode.SESSION_FULL, "All seats of this session are taken")


def admitted(session: LectureSession, taken: int, comers: Iterable[AnyComer]) -> list[AnyComer]:
    """Who of these gets a new seat beside the ``taken`` ones, first come, first served; the others are refused."""
    fit: list[AnyComer] = []
    for comer in comers:
        try:
            require_room(session, taken + len(fit))
            fit.append(comer)
        except DomainError as refusal:
            comer.refusal = refusal
    return fit


def new_seats(
    session: LectureSession, taken: int, people: Sequence[tuple[Person, str | None]]
) -> list[SessionParticipant]:
    """The next seats of a locked session, for who is enrolled, each with the hash of a device if it brings them back.

    Late ones are ACTIVE at the current step.
    """
    if not people:
        return []
    seats = [
        SessionParticipant(
            session=session,
            user_id=person.id,
            status=_status_in(session),
            current_subtask_id=session.current_subtask_id,
            device_hash=device_hash,
        )
        for person, device_hash in people
    ]
    queries.add_seats(seats)
    _begin_current_step(session, seats)
    for total, (seat, (person, _)) in enumerate(zip(seats, people, strict=True), start=taken + 1):
        emit(_joined(session, seat, person, total))
    return seats


def come_back(session: LectureSession, seat: SessionParticipant, user: Person, total: int) -> None:
    """One of ``total`` seats, whose owner had gone, is taken again; nothing happens when they are there."""
    status = seat.status if seat.status == ParticipantStatus.COMPLETED else _status_in(session)
    moment = now()
    returned = SessionParticipant.objects.filter(pk=seat.pk, is_present=False).update(
        is_present=True,
        status=status,
        current_subtask_id=session.current_subtask_id,
        last_seen_at=moment,
        hidden_since=None,
        left_at=None,
        removed_at=None,
    )
    if not returned:
        return
    was_removed, seat.removed_at = seat.removed_at is not None, None
    seat.is_present, seat.status, seat.last_seen_at = True, status, moment
    seat.current_subtask_id = session.current_subtask_id
    _begin_current_step(session, [seat])
    # Who was removed left the class's chat with it, and comes into it as somebody new.
    emit(_joined(session, seat, user, total, again=not was_removed))


def _status_in(session: LectureSession) -> ParticipantStatus:
    waiting = session.status == SessionStatus.WAITING
    return ParticipantStatus.WAITING if waiting else ParticipantStatus.ACTIVE


def _begin_current_step(session: LectureSession, seats: Iterable[SessionParticipant]) -> None:
    if session.status in (SessionStatus.IN_PROGRESS, SessionStatus.PAUSED) and session.current_subtask_id:
        begin_step_of([seat.user_id for seat in seats], session.current_subtask_id)


def _joined(
    session: LectureSession, seat: SessionParticipant, user: Person, total: int, *, again: bool = False
) -> ParticipantJoined:
    return ParticipantJoined(
        room=selectors.room_of(session),
        user=replace(user, name=seat.called(user.name)),
        status=seat.status,
        joined_at=seat.joined_at,
        at=now(),
        total_participants=total,
        again=again,
    )
