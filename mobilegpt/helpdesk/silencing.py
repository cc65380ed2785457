"""One word from the learner, and no help comes unasked on that step again (contract 11.2)."""

from __future__ import annotations

from datetime import datetime

from mobilegpt.classroom.own_class import OwnClass
from mobilegpt.classroom.queries import live_room
from mobilegpt.classroom.selectors import seat_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk.commands import DismissNudge
from mobilegpt.helpdesk.models import Silence
from mobilegpt.progress import policies as progress_policies
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.progress.selectors import place_of


def dismiss_nudge(*, actor: Actor, command: DismissNudge) -> None:
    """ "괜찮아요": in the class that is named, else in the live one of the step's lecture. Saying it again is fine.

    Raises ``Forbidden`` for other roles and outsiders of the lecture, ``NotFound`` without a seat in such a class.
    """
    progress_policies.require_student(actor)
    with unit_of_work():
        place = place_of(actor.user_id, command.subtask_id)
        progress_policies.require_enrolled(actor, enrolled=place.enrolled, active=place.active)
        session_id = command.session_id
        if session_id is None:
            live = live_room(OwnClass(actor.user_id, place.lecture_id, command.subtask_id))
            session_id = live[0] if live else None
        seat = seat_of(actor.user_id, session_id) if session_id is not None else None
        if seat is None:
            raise NotFound("Session")
        _silence(seat.session_id, actor.user_id, command.subtask_id, now())


def after_undoing(event: ProgressChanged) -> None:
    """Who takes "다 했어요" back has said something about the step: that is a word, too."""
    if event.old_status == ProgressStatus.COMPLETED and event.session_id is not None:
        _silence(event.session_id, event.user.id, event.subtask_id, event.at)


def _silence(session_id: int, user_id: int, subtask_id: int, moment: datetime) -> None:
    silence, made = Silence.objects.get_or_create(
        session_id=session_id,
        user_id=user_id,
        subtask_id=subtask_id,
        defaults={"nudged_at": moment, "dismissed_at": moment},
    )
    if not made and silence.dismissed_at is None:
        silence.dismissed_at = moment
        silence.save(update_fields=["dismissed_at"])
