"""Writes of live sessions: opening, finding and joining them, running them, presence, upkeep."""

from mobilegpt.classroom.services.colleagues import (
    Accepted,
    Invited,
    Offer,
    accept,
    colleagues_of,
    invite,
    offer_of,
    open_invitations,
    remove_colleague,
    withdraw,
)
from mobilegpt.classroom.services.control import (
    advance_step,
    announce,
    end_session,
    pause_session,
    resume_session,
    start_session,
)
from mobilegpt.classroom.services.controller import Control, control_of, take_control, tell_who_came, tell_who_left
from mobilegpt.classroom.services.guests import (
    GuestSeating,
    guest_arrival,
    join_as_guest,
    take_guest_seat,
    take_guest_seats,
)
from mobilegpt.classroom.services.lobby import look_up, open_session, visit, visit_to_join
from mobilegpt.classroom.services.presence import mark_absent, mark_absent_if_silent, mark_present, touch
from mobilegpt.classroom.services.relay import dismiss_former, refuse_if_held, refuse_if_in_use, relay_progress
from mobilegpt.classroom.services.seat_steps import (
    follow_over_http,
    note_progress,
    note_received,
    note_repeated,
    report_page,
    say_goodbye,
)
from mobilegpt.classroom.services.seats import Arrival, Seating, seated, take_seat, take_seats
from mobilegpt.classroom.services.upkeep import archive_old_sessions, archive_session, delete_expired_guests

__all__ = [
    "Accepted",
    "Arrival",
    "Control",
    "GuestSeating",
    "Invited",
    "Offer",
    "Seating",
    "accept",
    "advance_step",
    "announce",
    "archive_old_sessions",
    "archive_session",
    "colleagues_of",
    "control_of",
    "delete_expired_guests",
    "dismiss_former",
    "end_session",
    "follow_over_http",
    "guest_arrival",
    "invite",
    "join_as_guest",
    "look_up",
    "mark_absent",
    "mark_absent_if_silent",
    "mark_present",
    "note_progress",
    "note_received",
    "note_repeated",
    "offer_of",
    "open_invitations",
    "open_session",
    "pause_session",
    "refuse_if_held",
    "refuse_if_in_use",
    "relay_progress",
    "remove_colleague",
    "report_page",
    "resume_session",
    "say_goodbye",
    "seated",
    "start_session",
    "take_control",
    "take_guest_seat",
    "take_guest_seats",
    "take_seat",
    "take_seats",
    "tell_who_came",
    "tell_who_left",
    "touch",
    "visit",
    "visit_to_join",
    "withdraw",
]
