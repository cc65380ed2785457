"""Opening a session, and finding one by its code: the code is the key to the room, so guessing is counted (X14)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.codes import as_code, as_id, new_code
from mobilegpt.classroom.commands import OpenSession
from mobilegpt.classroom.events import SessionOpened
from mobilegpt.classroom.models import CodeLookup, LectureSession, SessionStatus
from mobilegpt.classroom.selectors import Visit
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now, seoul_day
from mobilegpt.core.errors import ErrorCode, Forbidden, NotFound
from mobilegpt.core.event_times import moment
from mobilegpt.core.network import counted_address
from mobilegpt.core.text import optional_line
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.database.throttle import Limit, refuse_if_exceeded, take
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures.models import Lecture

WRONG_CODES_A_MINUTE_PER_USER = 10
WRONG_CODES_A_MINUTE_PER_ADDRESS = 60
_TRIES_FOR_A_FREE_CODE = 8


def open_session(*, actor: Actor, lecture_id: int, command: OpenSession) -> LectureSession:
    """R11: a new session in WAITING. Raises ``Forbidden``, ``NotFound``, ``Invalid``."""
    policies.require_staff_role(actor)
    scheduled_at = None if command.scheduled_at is None else moment(command.scheduled_at, "scheduled_at")
    with unit_of_work():
        # Locked, so that it is not deleted at the same moment: no class waits on a lecture that has gone.
        rows = Lecture.objects.select_for_update(of=("self",), no_key=True).select_related("instructor")
        lecture = rows.filter(pk=lecture_id, is_drawer=False).first()
        lecture = policies.require_may_open(actor, lecture)
        title = optional_line(command.title, "title", policies.TITLE_LENGTH)
        title = title or title_of_class(lecture, now())
        for _ in range(_TRIES_FOR_A_FREE_CODE):
            try:
                with transaction.atomic():
                    session = LectureSession.objects.create(
                        lecture=lecture, code=new_code(), title=title, scheduled_at=scheduled_at
                    )
            except IntegrityError:  # the code is taken
                continue
            emit(SessionOpened(room=selectors.room_of(session), title=session.title))
            return session
        raise RuntimeError("no free session code")


def title_of_class(lecture: Lecture, opened_at: datetime) -> str:
    """What a class is called when nobody says: after its lecture and its day."""
    return f"{lecture.title[:180]} {seoul_day(opened_at).isoformat()}"


def look_up(*, actor: Actor, ref: str, address: str) -> Visit:
    """R12. A student who finds a session by its code may join it within the hour (contract 6.4)."""
    found = visit(actor=actor, ref=ref, address=address)
    if actor.is_student and found.seat is None and not found.entitled:
        with unit_of_work():
            CodeLookup.objects.update_or_create(
                session=found.session, user_id=actor.user_id, defaults={"looked_up_at": now()}
            )
    return found


def visit(*, actor: Actor | None, ref: str, address: str) -> Visit:
    """Find a session by its code. The numeric id is taken from its people only: an id can be guessed (contract 2.3).

    Call it outside of a transaction, as the others here: a wrong code is counted whatever becomes of the request.
    Raises ``NotFound``, ``RateLimited`` after too many wrong codes (right ones never count), ``Forbidden`` for a guest
    of other sessions and for whom the instructor has removed for good.
    """
    found = _found_by(actor, ref)
    by_id = as_id(ref) is not None
    if actor is not None and found is not None:
        policies.require_not_barred(found.seat)
        if selectors.belongs(actor, found) and not (by_id and found.entitled):
            return found
    limits = _limits(actor, address)
    refuse_if_exceeded(*limits)
    if found is None or by_id or found.session.status == SessionStatus.ENDED:
        take(*limits)
        raise NotFound("Session")
    return found


def visit_to_join(*, actor: Actor, ref: str, session_code: str | None, address: str) -> Visit:
    """R13: by code, or by id with a proof (contract 6.4): a seat in an earlier class of the lecture, an instructor's
    enrolment, a lookup within the hour, or ``session_code``.

    Raises ``Forbidden`` JOIN_CODE_REQUIRED without one, and what ``visit`` raises.
    """
    policies.require_student(actor)
    if as_id(ref) is None:
        return visit(actor=actor, ref=ref, address=address)
    found = _found_by(actor, ref)
    if found is None or found.session.status == SessionStatus.ENDED:
        raise NotFound("Session")
    policies.require_not_barred(found.seat)
    if not selectors.belongs(actor, found):
        _require_proof(actor, found.session, session_code, address)
    return found


def _found_by(actor: Actor | None, ref: str) -> Visit | None:
    """A hall that scans a code asks for the same session at the same moment."""
    found: Visit | None = by_threads.run(selectors.found_by_each, actor, ref)
    return found


def _require_proof(actor: Actor, session: LectureSession, session_code: str | None, address: str) -> None:
    if session_code is not None:
        limits = _limits(actor, address)
        refuse_if_exceeded(*limits)
        if constant_time_compare(as_code(session_code) or "", session.code):
            return
        take(*limits)
    elif selectors.has_looked_up(actor, session):
        return
    raise Forbidden(ErrorCode.JOIN_CODE_REQUIRED, "Joining needs the session's code")


def _limits(actor: Actor | None, address: str) -> list[Limit]:
    limits = [Limit(f"code:ip:{counted_address(address)}", WRONG_CODES_A_MINUTE_PER_ADDRESS, 60)]
    if actor is not None:
        limits.append(Limit(f"code:user:{actor.user_id}", WRONG_CODES_A_MINUTE_PER_USER, 60))
    return limits
