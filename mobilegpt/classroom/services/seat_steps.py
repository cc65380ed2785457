"""How each seat stands on the step that the class is on: received, to be seen, done, gone (contract 11.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from mobilegpt.classroom import policies, queries
from mobilegpt.classroom.commands import ReportPage
from mobilegpt.classroom.events import RosterChanged, StepChanged
from mobilegpt.classroom.models import SeatStep, SessionParticipant
from mobilegpt.classroom.own_class import OwnClass
from mobilegpt.classroom.services.presence import mark_absent, mark_present
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.events import streams, topics
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.progress.models import ProgressStatus


def note_received(received: Mapping[int, Mapping[int, int]]) -> None:
    """By session: how far in its stream the phones of these people have come.

    Whose phone is past the event of the current step has that step. One read and one write for all of a class.
    """
    for session_id, users in received.items():
        _note_received(session_id, users)


def _note_received(session_id: int, users: Mapping[int, int]) -> None:
    # The step before its number: one that comes in between is asked of too many, and claimed for nobody.
    standing = queries.step_of_class(session_id)
    if standing is None:
        return
    newest = streams.newest(topics.session(session_id), StepChanged)
    if have := [user_id for user_id, seq in users.items() if seq >= newest]:
        with unit_of_work():
            _keep_received(session_id, have, *standing)


def _keep_received(session_id: int, user_ids: Collection[int], subtask_id: int, since: datetime) -> bool:
    """These people have the step, on which the class stands since then. Returns whether it is news."""
    fresh = queries.keep_received(session_id, subtask_id, user_ids, now(), since)
    if fresh:
        emit(RosterChanged(session_id=session_id))
    return bool(fresh)


def _missing_since(session_id: int, user_id: int, subtask_id: int | None) -> datetime | None:
    """Since when the class stands on this step, if it does and nobody knows yet that this person has it."""
    standing = queries.step_of_class(session_id)
    if standing is None or standing[0] != subtask_id:
        return None
    mine = SeatStep.objects.filter(session_id=session_id, subtask_id=subtask_id, user_id=user_id)
    return None if mine.filter(received_at__gte=standing[1]).exists() else standing[1]


def follow_over_http(seat: SessionParticipant | None, after_seq: int) -> None:
    """Somebody asks for what came after ``after_seq``: they are there, and have what came before (contract 6.7)."""
    if seat is None or seat.removed_at is not None:
        return
    mark_present({seat.session_id: [seat.user_id]})
    if after_seq > 0:
        note_received({seat.session_id: {seat.user_id: after_seq}})


def report_page(*, actor: Actor, session_id: int, command: ReportPage) -> None:
    """A page says whether it is to be seen, and what stands on it. Of several pages of one person the last one counts.

    Nothing happens without a seat. Raises ``Forbidden`` for who has none by their role.
    """
    policies.require_student(actor)
    seat = SessionParticipant.objects.filter(session_id=session_id, user_id=actor.user_id, removed_at__isnull=True)
    turned = seat.filter(hidden_since__isnull=not command.visible)
    since = _missing_since(session_id, actor.user_id, command.subtask_id)
    if since is None and not turned.exists():
        return  # what a hall that comes back says is known already
    with unit_of_work():
        changed = turned.update(hidden_since=None if command.visible else now())
        received = since is not None and _keep_received(session_id, [actor.user_id], command.subtask_id or 0, since)
        if changed and not received:
            emit(RosterChanged(session_id=session_id))


def say_goodbye(*, actor: Actor, session_id: int) -> None:
    """Somebody leaves of their own accord: they are gone at once, without the grace of a cut (contract 6.7).

    The seat stays theirs. Raises ``Forbidden`` for who has none by their role.
    """
    policies.require_student(actor)
    with unit_of_work():
        SessionParticipant.objects.filter(session_id=session_id, user_id=actor.user_id).update(left_at=now())
        mark_absent(session_id, actor.user_id)
        emit(RosterChanged(session_id=session_id))


def note_progress(event: ProgressChanged) -> None:
    """Done in their class, or done there no more: it was taken back (contract 11.9)."""
    if event.new_status == ProgressStatus.COMPLETED:
        queries.keep_done(_own_class(event, event.user.id), event.at)
    elif event.old_status == ProgressStatus.COMPLETED:
        mine = SeatStep.objects.filter(user_id=event.user.id, subtask_id=event.subtask_id)
        mine.filter(session_id=event.session_id).update(done_at=None)


def note_repeated(event: CompletionRepeated) -> None:
    """They had done it in an earlier class; in this one it is done now."""
    session_id = queries.keep_done(_own_class(event, event.user_id), event.at)
    if session_id is not None:
        emit(RosterChanged(session_id=session_id))


def _own_class(event: ProgressChanged | CompletionRepeated, user_id: int) -> OwnClass:
    return OwnClass(user_id, event.lecture_id, event.subtask_id, event.session_id or 0)
