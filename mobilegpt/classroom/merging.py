"""Seats, steps, presence and phones of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import (
    CodeLookup,
    GuestPhone,
    LectureSession,
    ParticipantStatus,
    PresenceInterval,
    SeatStep,
    SessionParticipant,
    StepControl,
)
from mobilegpt.classroom.services import phones
from mobilegpt.database.merging import earliest, move_rows

# From the least to the most that a status says.
_ORDER = [
    ParticipantStatus.DISCONNECTED,
    ParticipantStatus.WAITING,
    ParticipantStatus.ACTIVE,
    ParticipantStatus.COMPLETED,
]


def move_person(event: AccountsMerged) -> None:
    """One seat in each class, one row for each step of it, one presence, and every phone finds the person, by the name
    that it knows."""
    here, there = event.from_id, event.into_id
    known = phones.names_known_to_phones(User.objects.get(pk=here))
    for theirs, kept in move_rows(SessionParticipant, here, there, "session_id"):
        theirs.delete()
        _unite(theirs, kept)
    for phone, _ in move_rows(GuestPhone, here, there, "device_hash"):
        phone.delete()
    phones.remember_names(there, known)
    for their_step, step in move_rows(SeatStep, here, there, "session_id", "subtask_id"):
        step.received_at = earliest(their_step.received_at, step.received_at)
        step.done_at = earliest(their_step.done_at, step.done_at)
        step.save(update_fields=["received_at", "done_at"])
        their_step.delete()
    _move_presence(here, there)
    for looked, kept_lookup in move_rows(CodeLookup, here, there, "session_id"):
        kept_lookup.looked_up_at = max(looked.looked_up_at, kept_lookup.looked_up_at)
        kept_lookup.save(update_fields=["looked_up_at"])
        looked.delete()
    move_rows(StepControl, here, there, column="actor_id")
    move_rows(LectureSession, here, there, column="controller_id")


def _unite(theirs: SessionParticipant, kept: SessionParticipant) -> None:
    """Two seats of one class: what is better of both; who is there by either is there."""
    kept.status = max(theirs.status, kept.status, key=lambda status: _ORDER.index(ParticipantStatus(status)))
    kept.is_present = theirs.is_present or kept.is_present
    kept.joined_at = min(theirs.joined_at, kept.joined_at)
    kept.last_seen_at = max(theirs.last_seen_at, kept.last_seen_at)
    kept.name = kept.name or theirs.name
    kept.current_subtask_id = kept.current_subtask_id or theirs.current_subtask_id
    for column in ("hidden_since", "left_at"):
        if getattr(theirs, column) is None:
            setattr(kept, column, None)
    if theirs.removed_at is None:
        kept.removed_at, kept.may_return = None, True
    if kept.device_hash is None:
        kept.device_hash = theirs.device_hash
    kept.save()


def _move_presence(here: int, there: int) -> None:
    """An interval of each that has not ended is one, from where the first began."""
    still = {one.session_id: one for one in PresenceInterval.objects.filter(user_id=there, ended_at__isnull=True)}
    for interval in PresenceInterval.objects.filter(user_id=here, ended_at__isnull=True):
        if other := still.get(interval.session_id):
            other.began_at = min(interval.began_at, other.began_at)
            other.save(update_fields=["began_at"])
            interval.delete()
    move_rows(PresenceInterval, here, there)
