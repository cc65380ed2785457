"""W4 and W5: S1's two sockets of a class, one for its students and one for who runs it."""

from __future__ import annotations

from collections.abc import Sequence

from mobilegpt.classroom import policies, selectors, services
from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.core.errors import NotFound
from mobilegpt.events import topics
from mobilegpt.realtime.dialect import Frame
from mobilegpt.realtime.route import Handshake, Opening, SocketRoute
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects import class_instructor, class_student
from mobilegpt.sockets.dialects.class_instructor import ParticipantData, ParticipantList, ParticipantListData
from mobilegpt.sockets.dialects.class_student import SessionState, SessionStateData
from mobilegpt.wire.step import class_step


def open_student(handshake: Handshake) -> Opening:
    """Participants and enrolled students, for whom the connection is a join (contract 6.4); absent for others."""
    actor = caller_of(handshake)
    policies.require_student(actor)
    found = selectors.visit_of_member(actor, handshake.params["session_ref"])
    session = services.take_seat(actor=actor, session=found.session, visit=found).session
    return Opening(
        actor=actor,
        topics=(topics.session(session.pk),),
        snapshot=lambda: [session_state(actor, session.pk)],
        presence=topics.session(session.pk),
    )


def session_state(actor: Actor, session_id: int) -> SessionState:
    """Where the class stands, and how the student is counted in it."""
    viewed = selectors.viewed_by(actor, str(session_id))
    if viewed.seat is None:
        raise NotFound("Session")
    session = viewed.session
    return SessionState(
        data=SessionStateData(
            session_id=session.pk,
            status=session.status,
            current_subtask=class_step(viewed.step) if viewed.step else None,
            instructor_message=session.instructor_message,
            started_at=iso(session.started_at),
            my_status=viewed.seat.status,
        )
    )


def open_instructor(handshake: Handshake) -> Opening:
    """Who runs the session, and its supporters, who are told no e-mail; admins observe. Students 403, other
    instructors 404."""
    actor = caller_of(handshake)
    session = selectors.helped_by(actor, handshake.params["session_ref"])
    if session.status == SessionStatus.ENDED:
        raise NotFound("Session")
    runs = policies.runs(actor, session)

    def snapshot() -> Sequence[Frame]:
        policies.require_helps(actor, session)  # who was removed before following began would hear on
        return [participant_list(session, with_email=runs)]

    return Opening(
        actor=actor,
        topics=(topics.session(session.pk), topics.session_staff(session.pk)),
        snapshot=snapshot,
        dialect=None if runs else class_instructor.SUPPORTER,
        presence=topics.session_staff(session.pk) if runs else None,
    )


def participant_list(session: LectureSession, *, with_email: bool) -> ParticipantList:
    """Everybody who has a seat, in order of arrival."""
    participants = [_participant(seat, with_email=with_email) for seat in selectors.roster(session)]
    return ParticipantList(
        data=ParticipantListData(session_id=session.pk, participants=participants, total_count=len(participants))
    )


def _participant(seat: SessionParticipant, *, with_email: bool) -> ParticipantData:
    return ParticipantData(
        user_id=seat.user_id,
        name=seat.shown_name,
        email=seat.user.shown_email if with_email else None,
        status=seat.status,
        joined_at=iso(seat.joined_at),
    )


STUDENT = SocketRoute(
    name="class_student",
    pattern="ws/session/<session_ref>/student",
    dialect=class_student.DIALECT,
    open=open_student,
)
INSTRUCTOR = SocketRoute(
    name="class_instructor",
    pattern="ws/session/<session_ref>/instructor",
    dialect=class_instructor.DIALECT,
    open=open_instructor,
    audited="read.participants",
)
