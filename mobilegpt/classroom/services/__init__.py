"""Writes of live sessions: opening, finding and joining them, running them, presence, upkeep."""

from mobilegpt.classroom.services.attending import begin_presence, end_all_presence, end_presence
from mobilegpt.classroom.services.control import (
    advance_step,
    announce,
    begin_break,
    end_break,
    end_session,
    pause_session,
    resume_session,
    start_session,
)
from mobilegpt.classroom.services.guests import (
    GuestSeating,
    guest_arrival,
    join_as_guest,
    take_guest_seat,
    take_guest_seats,
)
from mobilegpt.classroom.services.lesson import Refreshed, refresh_lesson
from mobilegpt.classroom.services.lobby import look_up, open_session, visit, visit_to_join
from mobilegpt.classroom.services.presence import (
    mark_absent,
    mark_absent_if_silent,
    mark_all_absent,
    mark_present,
    touch,
)
from mobilegpt.classroom.services.relay import (
    dismiss_former,
    refuse_if_held,
    refuse_if_in_use,
    relay_progress,
    stands_on,
)
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
    "Arrival",
    "GuestSeating",
    "Refreshed",
    "Seating",
    "advance_step",
    "announce",
    "archive_old_sessions",
    "archive_session",
    "begin_break",
    "begin_presence",
    "delete_expired_guests",
    "dismiss_former",
    "end_all_presence",
    "end_break",
    "end_presence",
    "end_session",
    "follow_over_http",
    "guest_arrival",
    "join_as_guest",
    "look_up",
    "mark_absent",
    "mark_absent_if_silent",
    "mark_all_absent",
    "mark_present",
    "note_progress",
    "note_received",
    "note_repeated",
    "open_session",
    "pause_session",
    "refresh_lesson",
    "refuse_if_held",
    "refuse_if_in_use",
    "relay_progress",
    "report_page",
    "resume_session",
    "say_goodbye",
    "seated",
    "stands_on",
    "start_session",
    "take_guest_seat",
    "take_guest_seats",
    "take_seat",
    "take_seats",
    "touch",
    "visit",
    "visit_to_join",
]
