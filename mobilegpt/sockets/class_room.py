"""W1: the room of a session, for students and those who run it; guests take their seats here (contract 3.9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.activity.events import WhereaboutsChanged
from mobilegpt.classroom import policies, selectors, services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    CompleteStep,
    EndSession,
    JoinSession,
    LeaveSession,
    PauseSession,
    ReportPage,
    ResumeSession,
)
from mobilegpt.classroom.events import (
    ParticipantJoined,
    ParticipantLeft,
    RosterChanged,
    SeatChanged,
    SessionEnded,
    SessionPaused,
    SessionProgress,
    SessionResumed,
    SessionStarted,
    SettingsChanged,
    StepChanged,
)
from mobilegpt.classroom.messages import welcome, welcome_back
from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.classroom.services.seats import Seating
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.core.errors import ErrorCode, Forbidden, NotFound, Unauthenticated
from mobilegpt.core.text import is_blank
from mobilegpt.events import topics
from mobilegpt.events.command import Command
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed, HelpRequested
from mobilegpt.helpdesk.services import request_help
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.policies import require_same_user
from mobilegpt.progress.services import update_progress
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Frame
from mobilegpt.realtime.route import Call, Handshake, Listeners, Opening, Reply, SocketRoute, Summary
from mobilegpt.roster.selectors import roster_of
from mobilegpt.roster.states import RECEIVED_WITHIN
from mobilegpt.sockets.dialects.class_room import (
    DIALECT,
    LISTENER,
    JoinConfirmed,
    RosterFrame,
)
from mobilegpt.sockets.dialects.for_apps import StepCompleteConfirmed
from mobilegpt.wire.apps import app_step
from mobilegpt.wire.roster import roster_body
from mobilegpt.wire.step import room_step

GUEST_NAME = "학생"


@dataclass(frozen=True, slots=True)
class RoomContext:
    """The session of a socket. ``leads``: it may move the class; an admin's socket observes.

    ``newcomer`` is the signed-in student of a provisional socket; a guest's has none.
    """

    session: LectureSession
    leads: bool = False
    newcomer: Actor | None = None

    @property
    def ref(self) -> str:
        return str(self.session.pk)


def open_room(handshake: Handshake) -> Opening:
    """Who may open W1 (reliability, section 3; contract 3.9, 6.4). Raises ``DomainError`` kinds for 401, 403, 404."""
    actor = handshake.actor
    if actor is None and not settings.GUEST_JOIN:
        raise Unauthenticated(message="Sign in first")
    found = services.visit(actor=actor, ref=handshake.params["code"], address=handshake.address)
    session = found.session
    if session.status == SessionStatus.ENDED:
        raise NotFound("Session")
    if actor is None:
        return _provisional(RoomContext(session), may_listen="origin" not in handshake.headers)
    if policies.runs(actor, session):
        return _for_staff(actor, session)
    if not actor.is_student:
        raise Forbidden(message="This session belongs to another instructor")
    policies.require_own_session(actor, found.seat)
    if not (found.entitled if found.seat is None else found.seat.removed_at is None):
        return _provisional(RoomContext(session, newcomer=actor), may_listen=False)
    return _for_student(actor, services.take_seat(actor=actor, session=session, visit=found).session)


def _provisional(room: RoomContext, *, may_listen: bool) -> Opening:
    """``may_listen``: a native app stays without having joined. Over a slow link its ``join`` leaves before the socket
    is open, and after a cut it joins no more (contract 3.9)."""
    session_id = room.session.pk
    return Opening(
        actor=None,
        topics=(topics.session(session_id),),
        context=room,
        # A guest shows no credential (4401); a signed-in student has one that does not seat them (4403).
        unadmitted=CloseCode.TOKEN if room.newcomer is None else CloseCode.FORBIDDEN,
        listeners=Listeners(topics.listeners(session_id), settings.SESSION_MAX_LISTENERS) if may_listen else None,
        dialect=LISTENER,
    )


def _for_staff(actor: Actor, session: LectureSession) -> Opening:
    def still_staff() -> Sequence[Frame]:
        policies.require_runs(actor, session)  # who was removed before following began would hear on
        return ()

    owns = session.lecture.instructor_id == actor.user_id
    return Opening(
        actor=actor,
        topics=(topics.session(session.pk), topics.session_staff(session.pk)),
        context=RoomContext(session, leads=owns or not actor.is_admin),
        snapshot=None if owns or actor.is_admin else still_staff,
        state=_state(actor, session.pk),
        presence=topics.session_staff(session.pk),
    )


def _for_student(actor: Actor, session: LectureSession) -> Opening:
    return Opening(
        actor=actor,
        topics=(topics.session(session.pk), topics.hint(actor.user_id)),
        context=RoomContext(session),
        state=_state(actor, session.pk),
        presence=topics.session(session.pk),
    )


def _state(actor: Actor, session_id: int) -> Callable[[], Sequence[Frame]]:
    """What a client needs whose missed events are gone: where the class stands, and where it stands itself."""

    def read() -> Sequence[Frame]:
        viewed = selectors.viewed_by(actor, str(session_id))
        return [_confirmed(actor, viewed)]

    return read


# --- handlers


def _join(call: Call) -> Reply:
    """``join`` seats a newcomer; who sits already is told again where they are, and nobody else hears of it."""
    room: RoomContext = call.context
    command: JoinSession = call.command
    actor = call.actor or room.newcomer
    if actor is None:
        return _seat_guest(room, command, call.address)
    require_same_user(actor, command.user_id)
    if not actor.is_student:
        return Reply(frames=[_confirmed(actor, selectors.viewed_by(actor, room.ref))])
    seating = services.take_seat(actor=actor, session=_as_it_is(room))
    admit = _for_student(actor, seating.session) if call.actor is None else None
    return Reply(frames=[_seated(actor, seating)], id=seating.seat.pk, admit=admit)


def _seat_guest(room: RoomContext, command: JoinSession, address: str) -> Reply:
    if not command.device_id:
        raise Unauthenticated(message="join needs a device_id")
    guest = services.take_guest_seat(
        session=room.session, name=_named(command), device_id=command.device_id, address=address
    )
    tokens = guest.login.tokens
    actor = actor_from_user(guest.login.user, tokens.family_id)
    confirmed = _seated(actor, guest.seating, access_token=tokens.access, refresh_token=tokens.refresh)
    return Reply(frames=[confirmed], id=guest.seating.seat.pk, admit=_for_student(actor, guest.seating.session))


def _named(command: JoinSession) -> str:
    return GUEST_NAME if command.name is None or is_blank(command.name) else command.name


def _seated(actor: Actor, seating: Seating, **tokens: str) -> JoinConfirmed:
    return JoinConfirmed(
        session_id=seating.session.pk,
        session_code=seating.session.code,
        participant_id=seating.seat.pk,
        user_id=actor.user_id,
        role=actor.role.value,
        status=seating.seat.status,
        session_status=seating.session.status,
        current_subtask=room_step(seating.step) if seating.step else None,
        joined_at=iso(seating.seat.joined_at),
        message=welcome(seating.session.status),
        **tokens,
    )


def _confirmed(actor: Actor, viewed: selectors.Viewed) -> JoinConfirmed:
    seat, session = viewed.seat, viewed.session
    return JoinConfirmed(
        session_id=session.pk,
        session_code=session.code,
        participant_id=seat.pk if seat else None,
        user_id=actor.user_id,
        role=actor.role.value,
        status=seat.status if seat else None,
        session_status=session.status,
        current_subtask=room_step(viewed.step) if viewed.step else None,
        joined_at=iso(seat.joined_at) if seat else None,
        message=welcome(session.status) if seat else welcome_back(session.status),
    )


def _control(service: Callable[..., Any]) -> Callable[[Call], Reply]:
    """A command that moves the class: the session's own instructors only; others get FORBIDDEN."""

    def handle(call: Call) -> Reply:
        room: RoomContext = call.context
        actor = _actor(call)
        if not room.leads:
            raise Forbidden(message="Only the session's instructor may do this")
        service(actor=actor, session_ref=room.ref, command=call.command)
        return Reply(id=room.session.pk)

    return handle


def _progress(call: Call) -> Reply:
    room: RoomContext = call.context
    updated = update_progress(actor=_actor(call), command=call.command, session_id=room.session.pk)
    return Reply(id=updated.subtask_id)


def _help(call: Call) -> Reply:
    """A phone that came back after a cut, and joins no more, says who it is by its ``device_id`` (contract 12)."""
    room, command = call.context, call.command
    actor = call.actor or _by_device(room, command.device_id) or _actor(call)
    return Reply(id=request_help(actor=actor, command=command, session=_as_it_is(room)).request.pk)


def _complete(call: Call) -> Reply:
    """As ``_help``, a phone that joins no more says who it is by its ``device_id`` (contract 12)."""
    room, command = call.context, call.command
    actor = call.actor or _by_device(room, command.device_id) or _actor(call)
    reported = services.report_step(actor=actor, session_ref=room.ref, subtask_id=command.subtask_id)
    following = reported.next_step
    confirmed = StepCompleteConfirmed(
        subtask_id=command.subtask_id,
        next_subtask=app_step(following) if following is not None else None,
        completed_subtasks=reported.done,
    )
    return Reply(frames=[confirmed], id=command.subtask_id)


def _by_device(room: RoomContext, device_id: str | None) -> Actor | None:
    """The guest who has a seat in this session on this device; its id is their credential here, and nowhere else."""
    return services.guest_on_device(room.session, device_id)


def _page_state(call: Call) -> Reply:
    room: RoomContext = call.context
    services.report_page(actor=_actor(call), session_id=room.session.pk, command=call.command)
    return Reply(id=room.session.pk)


def _leave(call: Call) -> Reply:
    room: RoomContext = call.context
    services.say_goodbye(actor=_actor(call), session_id=room.session.pk)
    return Reply(id=room.session.pk)


def _roster_now(session_id: int) -> Sequence[Frame]:
    session = selectors.find(str(session_id))
    if session is None:
        raise NotFound("Session")
    return [RosterFrame(data=roster_body(roster_of(session)))]


def _picture_bytes(command: Command) -> int:
    return command.picture_bytes if isinstance(command, RequestHelp) else 0


def _as_it_is(room: RoomContext) -> LectureSession:
    """The session now: what the socket found at its opening has moved on since. Raises ``NotFound``."""
    session = selectors.find(room.ref)
    if session is None:
        raise NotFound("Session")
    return session


def _actor(call: Call) -> Actor:
    if call.actor is None:
        raise Unauthenticated(ErrorCode.JOIN_REQUIRED, "Join first")
    return call.actor


_LATE_SECONDS = RECEIVED_WITHIN.total_seconds() + 0.05  # a moment after, so that the clock agrees
_ROSTER = Summary(
    prefix="session-staff",
    events=frozenset(
        {
            HelpAnswered,
            HelpClosed,
            HelpRequested,
            ParticipantJoined,
            ParticipantLeft,
            RosterChanged,
            SeatChanged,
            SessionEnded,
            SessionPaused,
            SessionProgress,
            SessionResumed,
            SessionStarted,
            SettingsChanged,
            StepChanged,
            WhereaboutsChanged,
        }
    ),
    read=_roster_now,
    seconds=0.4,
    later={ParticipantJoined: _LATE_SECONDS, StepChanged: _LATE_SECONDS},
)
ROUTE = SocketRoute(
    name="room",
    pattern="ws/sessions/<code>",
    audited="read.class",
    dialect=DIALECT,
    open=open_room,
    handlers={
        JoinSession: _join,
        AdvanceStep: _control(services.advance_step),
        PauseSession: _control(services.pause_session),
        ResumeSession: _control(services.resume_session),
        EndSession: _control(services.end_session),
        LeaveSession: _leave,
        ReportPage: _page_state,
        UpdateProgress: _progress,
        CompleteStep: _complete,
        RequestHelp: _help,
    },
    large=_picture_bytes,
    summary=_ROSTER,
)
