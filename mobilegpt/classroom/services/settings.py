"""What a class is set to, changed while it waits or runs (contract 11.4)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from mobilegpt.audit import trail
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.commands import ChangeSettings
from mobilegpt.classroom.events import SettingsChanged
from mobilegpt.classroom.models import LIVE, LectureSession, SessionStatus
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.event_times import moment
from mobilegpt.core.text import one_line
from mobilegpt.events.outbox import emit, unit_of_work


def change_settings(*, actor: Actor, session_ref: str, command: ChangeSettings) -> LectureSession:
    """Set what the command names, for who runs the class; what is so already is neither told nor written down.

    Raises ``Forbidden``, ``NotFound``; ``Invalid`` for a title without anything to see or a time that is none;
    ``Conflict`` INVALID_TRANSITION once the session is archived.
    """
    wanted = _wanted(command)
    seen = selectors.run_by(actor, session_ref)
    with unit_of_work():
        session = lock(seen.pk)
        policies.require_status(session, *LIVE, SessionStatus.REVIEW_MODE)
        changed = {name: value for name, value in wanted.items() if getattr(session, name) != value}
        if not changed:
            return session
        for name, value in changed.items():
            setattr(session, name, value)
        session.save(update_fields=list(changed))
        trail.record("session.settings", subject=f"session:{session.pk}", changed=sorted(changed))
        emit(
            SettingsChanged(
                room=selectors.room_of(session),
                title=session.title,
                scheduled_at=session.scheduled_at,
                locked=session.locked,
                auto_help=session.auto_help,
                distinct_names=session.distinct_names,
                gate_percent=session.gate_percent,
                completion=session.completion,
                screens=session.screens,
                at=now(),
            )
        )
        return session


def _wanted(command: ChangeSettings) -> dict[str, Any]:
    """The columns that a command names, as they are kept. Raises ``Invalid``."""
    given = {name: value for name in command.__struct_fields__ if (value := getattr(command, name)) is not UNSET}
    if "title" in given:
        given["title"] = one_line(given["title"], "title", policies.TITLE_LENGTH)
    if given.get("scheduled_at") is not None:
        given["scheduled_at"] = moment(given["scheduled_at"], "scheduled_at")
    return given
