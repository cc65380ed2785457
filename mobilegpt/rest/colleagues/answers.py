"""Colleagues and invitations as the shapes of their REST family."""

from __future__ import annotations

from mobilegpt.classroom.helping import HelpedIn
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services import Accepted, Control, Invited, Offer
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Colleague, ColleagueInvitation, ColleagueRole
from mobilegpt.rest.colleagues import shapes
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import Titled


def invitation(row: ColleagueInvitation) -> shapes.InvitationBody:
    return shapes.InvitationBody(
        id=row.pk,
        role=row.role,
        session_id=row.session_id,
        created_at=iso(row.created_at),
        expires_at=iso(row.expires_at),
    )


def new_invitation(made: Invited, base: str) -> shapes.NewInvitation:
    row = made.invitation
    return shapes.NewInvitation(
        id=row.pk,
        role=row.role,
        session_id=row.session_id,
        created_at=iso(row.created_at),
        expires_at=iso(row.expires_at),
        token=made.token,
        url=f"{base}/invite/{made.token}",
    )


def offer(found: Offer) -> shapes.OfferBody:
    row = found.invitation
    return shapes.OfferBody(
        role=row.role,
        lecture=Titled.of(row.lecture),
        session=_class(found.session),
        invited_by=Named.of(row.invited_by),
        expires_at=iso(row.expires_at),
    )


def accepted(done: Accepted) -> shapes.AcceptedBody:
    return shapes.AcceptedBody(
        id=done.colleague.pk,
        role=done.colleague.role,
        lecture=Titled.of(done.colleague.lecture),
        session=_class(done.session),
    )


def colleague(row: Colleague, *, with_email: bool) -> shapes.ColleagueBody:
    return shapes.ColleagueBody(
        id=row.pk,
        user=Named.of(row.user),
        email=row.user.shown_email if with_email else None,
        role=row.role,
        session_id=row.session_id,
        created_at=iso(row.created_at),
    )


def helped(found: HelpedIn) -> shapes.Helped:
    return shapes.Helped(
        classes=[
            shapes.HelpedClass(
                id=session.pk,
                title=session.title,
                status=session.status,
                role=role,
                lecture=Titled.of(session.lecture),
                owner=Named.of(session.lecture.instructor),
            )
            for session, role in found.classes
        ],
        roles=[
            shapes.HelpedLecture(
                id=row.pk,
                role=row.role,
                lecture=Titled.of(row.lecture),
                session_id=row.session_id,
                owner=Named.of(row.lecture.instructor),
            )
            for row in found.roles
        ],
    )


def staff(control: Control, actor: Actor, role: ColleagueRole | None) -> shapes.StaffBody:
    session = control.session
    course = Course.of(session.lecture)
    step = course.get(session.current_subtask_id)
    return shapes.StaffBody(
        session_id=session.pk,
        title=session.title,
        status=session.status,
        lecture=Titled.of(session.lecture),
        role=_role(session, actor, role),
        owner=Named.of(session.lecture.instructor),
        controller=Named.of(control.controller) if control.controller else None,
        is_here=control.is_here,
        current_subtask=Titled(id=step.id, title=step.title) if step else None,
        position=step.position if step else None,
        total_subtasks=len(course),
    )


def _role(session: LectureSession, actor: Actor, role: ColleagueRole | None) -> str:
    if session.lecture.instructor_id == actor.user_id:
        return "owner"
    if role is None:
        return "admin"
    # Somebody who is no instructor any more only helps.
    return role.value if actor.is_instructor else ColleagueRole.SUPPORTER.value


def _class(session: LectureSession | None) -> shapes.ClassBody | None:
    if session is None:
        return None
    return shapes.ClassBody(id=session.pk, title=session.title, status=session.status)
