"""Writes of live sessions: opening, finding and joining them, running them, presence, upkeep."""

from mobilegpt.classroom.services.control import (
    advance_step,
    announce,
    end_session,
    pause_session,
    resume_session,
    start_session,
)
from mobilegpt.classroom.services.guests import (
    GuestSeating,
    guest_arrival,
    join_as_guest,
    known_name,
    take_guest_seat,
    take_guest_seats,
)
from mobilegpt.classroom.services.lobby import look_up, open_session, visit, visit_to_join
from mobilegpt.classroom.services.presence import mark_absent, mark_absent_if_silent, mark_present, touch
from mobilegpt.classroom.services.relay import dismiss_former, refuse_if_held, refuse_if_in_use, relay_progress
from mobilegpt.classroom.services.seat_changes import change_seat, merge_seat, remove_seat
from mobilegpt.classroom.services.seats import Arrival, Seating, seated, take_seat, take_seats
from mobilegpt.classroom.services.settings import change_settings
from mobilegpt.classroom.services.upkeep import archive_old_sessions, archive_session, delete_expired_guests

__all__ = [
    "Arrival",
    "GuestSeating",
    "Seating",
    "advance_step",
    "announce",
    "archive_old_sessions",
    "archive_session",
    "change_seat",
    "change_settings",
    "delete_expired_guests",
    "dismiss_former",
    "end_session",
    "guest_arrival",
    "join_as_guest",
    "known_name",
    "look_up",
    "mark_absent",
    "mark_absent_if_silent",
    "mark_present",
    "merge_seat",
    "open_session",
    "pause_session",
    "refuse_if_held",
    "refuse_if_in_use",
    "relay_progress",
    "remove_seat",
    "resume_session",
    "seated",
    "start_session",
    "take_guest_seat",
    "take_guest_seats",
    "take_seat",
    "take_seats",
    "touch",
    "visit",
    "visit_to_join",
]
