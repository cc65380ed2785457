"""Whom an owner lets teach or help beside them: invitations, and who accepted one (contract 11.8).

An invitation is a link with a secret of which only the hash is kept. It makes its first visitor a colleague of the
lecture, or of one class of it, and expires. Wrong, expired, withdrawn and used ones look the same.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from mobilegpt.audit import trail
from mobilegpt.classroom import selectors
from mobilegpt.classroom.events import StaffLeft
from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.classroom.services import chat_room
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.core.network import counted_address
from mobilegpt.database.throttle import Limit, refuse_if_exceeded, take
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures import policies as lectures
from mobilegpt.lectures.events import ColleaguesChanged
from mobilegpt.lectures.models import Colleague, ColleagueInvitation, ColleagueRole, Lecture

INVITATION_LASTS = timedelta(days=7)
OPEN_INVITATIONS = 50
"""So many of one lecture wait for a visitor at most."""
WRONG_LINKS_A_MINUTE_PER_ADDRESS = 30
_SECRET_BYTES = 24
_LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation; ``token`` is told this once."""

    invitation: ColleagueInvitation
    token: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers, to whoever has its link. ``session`` is null for one to the whole lecture."""

    invitation: ColleagueInvitation
    session: LectureSession | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody is now."""

    colleague: Colleague
    session: LectureSession | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A lecture with its owner, and who teaches or helps in it or in a class of it, with their users."""

    lecture: Lecture
    colleagues: list[Colleague]


def invite(*, actor: Actor, lecture_id: int, role: str, session_id: int | None) -> Invited:
    """A link that makes its first visitor a colleague. The lecture's owner alone decides about its people.

    Raises ``Forbidden``, ``NotFound`` (also for a class of another lecture), ``Invalid`` for an unknown role,
    ``Conflict`` QUOTA_EXCEEDED.
    """
    lectures.require_teacher_role(actor)
    with unit_of_work():
        lecture = _owned(actor, Lecture.objects.select_for_update(of=("self",)).filter(pk=lecture_id).first())
        if role not in ColleagueRole.values:
            roles = ", ".join(ColleagueRole.values)
            raise Invalid(message=f"role is one of {roles}", details={"field": "role"})
        if session_id is not None and _class_of(lecture.pk, session_id) is None:
            raise NotFound("Session")
        if open_invitations(lecture.pk).count() >= OPEN_INVITATIONS:
            raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"At most {OPEN_INVITATIONS} invitations of a lecture are open")
        token = secrets.token_urlsafe(_SECRET_BYTES)
        made = ColleagueInvitation.objects.create(
            lecture=lecture,
            session_id=session_id,
            role=role,
            token_hash=_hash(token),
            invited_by_id=actor.user_id,
            expires_at=now() + INVITATION_LASTS,
        )
        _audit("colleague.invited", actor, made, invitation=made.pk)
        return Invited(made, token)


def open_invitations(lecture_id: int) -> QuerySet[ColleagueInvitation]:
    """Those that somebody could still accept, newest first."""
    return _acceptable().filter(lecture_id=lecture_id).order_by("-id")


def withdraw(*, actor: Actor, lecture_id: int, invitation_id: int) -> None:
    """Nobody can accept it any more. Raises ``Forbidden``, ``NotFound`` (also once it is accepted)."""
    lectures.require_teacher_role(actor)
    with unit_of_work():
        lecture = _owned(actor, Lecture.objects.filter(pk=lecture_id).first())
        waiting = open_invitations(lecture.pk).select_for_update(of=("self",)).filter(pk=invitation_id).first()
        if waiting is None:
            raise NotFound("Invitation")
        waiting.withdrawn_at = now()
        waiting.save(update_fields=["withdrawn_at"])
        _audit("colleague.withdrawn", actor, waiting, invitation=waiting.pk)


def offer_of(*, token: str, address: str) -> Offer:
    """What a link offers; anybody who has it may look. Raises ``NotFound``, ``RateLimited`` after many wrong ones.

    Call it outside of a transaction, as ``accept``: a wrong link is counted whatever becomes of the request.
    """
    found = _look_up(token, address)
    return Offer(found, _class_of(found.lecture_id, found.session_id))


def accept(*, actor: Actor, token: str, address: str) -> Accepted:
    """The caller is a colleague from now on. Whoever accepted it gets the same answer again as long as they are one.

    Raises ``NotFound``, ``RateLimited``, ``Forbidden`` INSTRUCTOR_NEEDED for a student who would teach,
    ``Conflict`` ALREADY_COLLEAGUE for the owner, and for who is that already, or more.
    """
    found = _look_up(token, address, of_user=actor.user_id)
    with unit_of_work():
        # Who removes somebody waits for this lock, too; what held before it may have ended meanwhile.
        lecture = Lecture.objects.select_for_update(of=("self",)).filter(pk=found.lecture_id).first()
        rows = ColleagueInvitation.objects.select_for_update(of=("self",)).select_related("lecture")
        invitation = rows.filter(pk=found.pk).first()
        if lecture is None or invitation is None or _is_of_no_class(invitation):
            raise NotFound("Invitation")
        session = _class_of(invitation.lecture_id, invitation.session_id)
        if invitation.accepted_by_id == actor.user_id:
            return Accepted(_colleague(invitation, actor.user_id), session)
        if not _acceptable().filter(pk=invitation.pk).exists():
            raise NotFound("Invitation")
        if invitation.role == ColleagueRole.CO_INSTRUCTOR and actor.is_student:
            raise Forbidden(ErrorCode.INSTRUCTOR_NEEDED, "A co-instructor needs an instructor's account")
        colleague = _take_in(invitation, actor)
        invitation.accepted_by_id, invitation.accepted_at = actor.user_id, now()
        invitation.save(update_fields=["accepted_by", "accepted_at"])
        emit(ColleaguesChanged(lecture_id=colleague.lecture_id, user_id=actor.user_id))
        _audit("colleague.joined", actor, colleague, invitation=invitation.pk)
        return Accepted(colleague, session)


def remove_colleague(*, actor: Actor, lecture_id: int, colleague_id: int) -> None:
    """By the lecture's owner, or by the colleague. Their open sockets close. Raises ``NotFound``, ``Forbidden``."""
    with unit_of_work():
        lecture = Lecture.objects.select_for_update(of=("self",)).filter(pk=lecture_id).first()
        colleague = Colleague.objects.filter(pk=colleague_id, lecture_id=lecture_id).select_related("user").first()
        if lecture is None or colleague is None or colleague.user_id != actor.user_id:
            lectures.require_teacher_role(actor)
            lecture = _owned(actor, lecture)
        if colleague is None:
            raise NotFound("Colleague")
        _let_go(colleague)
        _audit("colleague.removed", actor, colleague, user=colleague.user_id)


def colleagues_of(actor: Actor, lecture_id: int) -> Listed:
    """For who teaches the lecture. Raises ``Forbidden``, ``NotFound``."""
    lectures.require_teacher_role(actor)
    lecture = Lecture.objects.select_related("instructor").filter(pk=lecture_id).first()
    if lecture is None:
        raise NotFound("Lecture")
    lectures.require_teaches(actor, lecture)
    others = Colleague.objects.filter(lecture=lecture).exclude(user_id=lecture.instructor_id)
    return Listed(lecture, list(others.select_related("user").order_by("id")))


def _owned(actor: Actor, lecture: Lecture | None) -> Lecture:
    if lecture is None:
        raise NotFound("Lecture")
    lectures.require_owns(actor, lecture)
    return lecture


def _class_of(lecture_id: int, session_id: int | None) -> LectureSession | None:
    if session_id is None:
        return None
    classes = LectureSession.objects.exclude(status=SessionStatus.ENDED).select_related("lecture__instructor")
    return classes.filter(pk=session_id, lecture_id=lecture_id).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _acceptable() -> QuerySet[ColleagueInvitation]:
    waiting = ColleagueInvitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.filter(expires_at__gt=now(), lecture__deleted_at__isnull=True)


def _look_up(token: str, address: str, of_user: int | None = None) -> ColleagueInvitation:
    """``of_user``: or the one that this user has accepted. Wrong ones are counted, right ones never."""
    limit = Limit(f"invitation:ip:{counted_address(address)}", WRONG_LINKS_A_MINUTE_PER_ADDRESS, 60)
    refuse_if_exceeded(limit)
    token_hash = _hash(token[:_LONGEST_TOKEN])
    found = _acceptable().select_related("lecture__instructor", "invited_by").filter(token_hash=token_hash).first()
    if found is None and of_user is not None:
        found = _accepted_before(token_hash, of_user)
    if found is None or _is_of_no_class(found):
        take(limit)
        raise NotFound("Invitation")
    return found


def _is_of_no_class(invitation: ColleagueInvitation) -> bool:
    """It was for a class that is archived."""
    return invitation.session_id is not None and _class_of(invitation.lecture_id, invitation.session_id) is None


def _accepted_before(token_hash: str, user_id: int) -> ColleagueInvitation | None:
    """One that this user accepted, as long as they are still a colleague by it."""
    found = ColleagueInvitation.objects.filter(token_hash=token_hash, accepted_by_id=user_id).first()
    if found is None:
        return None
    still = Colleague.objects.filter(lecture_id=found.lecture_id, session_id=found.session_id, user_id=user_id)
    return found if still.exists() else None


def _colleague(invitation: ColleagueInvitation, user_id: int) -> Colleague:
    where = {"lecture_id": invitation.lecture_id, "session_id": invitation.session_id, "user_id": user_id}
    found = Colleague.objects.select_related("lecture").filter(**where).first()
    if found is None:
        raise NotFound("Invitation")
    return found


def _take_in(invitation: ColleagueInvitation, actor: Actor) -> Colleague:
    """A new colleague, or a supporter who becomes a co-instructor."""
    lecture, role = invitation.lecture, ColleagueRole(invitation.role)
    known = lectures.role_of(actor, lecture.instructor_id, lecture.pk, invitation.session_id)
    if lecture.instructor_id == actor.user_id or known in (role, ColleagueRole.CO_INSTRUCTOR):
        raise Conflict(ErrorCode.ALREADY_COLLEAGUE, "You teach or help here already")
    colleague, _ = Colleague.objects.update_or_create(
        lecture=lecture, session_id=invitation.session_id, user_id=actor.user_id, defaults={"role": role.value}
    )
    if role is ColleagueRole.CO_INSTRUCTOR:
        chat_room.admit_colleague(_live_classes(colleague), actor.user_id)
    return colleague


def _let_go(colleague: Colleague) -> None:
    classes = _live_classes(colleague)
    colleague.delete()
    emit(ColleaguesChanged(lecture_id=colleague.lecture_id, user_id=colleague.user_id))
    for session in classes:
        emit(StaffLeft(room=selectors.room_of(session), user_id=colleague.user_id))
    still = Colleague.objects.filter(user_id=colleague.user_id, lecture_id=colleague.lecture_id)
    keeps = set(still.filter(role=ColleagueRole.CO_INSTRUCTOR).values_list("session_id", flat=True))
    if None not in keeps:
        chat_room.dismiss_colleague([one for one in classes if one.pk not in keeps], colleague.user_id)


def _live_classes(colleague: Colleague) -> list[LectureSession]:
    """In which they have or had the role: those that are not archived."""
    classes = LectureSession.objects.filter(lecture_id=colleague.lecture_id).exclude(status=SessionStatus.ENDED)
    if colleague.session_id is not None:
        classes = classes.filter(pk=colleague.session_id)
    return list(classes.select_related("lecture"))


def _audit(action: str, actor: Actor, of: Colleague | ColleagueInvitation, **details: Any) -> None:
    subject = f"lecture:{of.lecture_id}" if of.session_id is None else f"session:{of.session_id}"
    trail.record(action, actor_id=actor.user_id, subject=subject, role=of.role, **details)
