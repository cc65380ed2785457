"""Writes of live sessions: opening, finding and joining them, running them, presence, upkeep."""

from mobilegpt.classroom.services.attending import begin_presence, end_all_presence, end_presence
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
from mobilegpt.classroom.services.completing import StepReported, report_step
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
from mobilegpt.classroom.services.controller import Control, control_of, take_control, tell_who_came, tell_who_left
from mobilegpt.classroom.services.device_login import OnDevice, actor_on_device, guest_on_device
from mobilegpt.classroom.services.guests import (
    GuestSeating,
    guest_arrival,
    join_as_guest,
    known_name,
    take_guest_seat,
    take_guest_seats,
)
from mobilegpt.classroom.services.lesson import Refreshed, refresh_lesson
from mobilegpt.classroom.services.lobby import look_up, open_session, title_of_class, visit, visit_to_join
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
    refuse_if_seated,
    relay_progress,
    undoable_in,
)
from mobilegpt.classroom.services.seat_changes import change_seat, merge_seat, remove_seat
from mobilegpt.classroom.services.seat_steps import (
    follow_over_http,
    note_progress,
    note_received,
    note_repeated,
    report_page,
    say_goodbye,
)
from mobilegpt.classroom.services.seats import Arrival, Seating, seated, take_seat, take_seats
from mobilegpt.classroom.services.settings import change_settings
from mobilegpt.classroom.services.switching import Switched, switch_lecture
from mobilegpt.classroom.services.upkeep import archive_old_sessions, archive_session, delete_expired_guests

__all__ = [
    "Accepted",
    "Arrival",
    "Control",
    "GuestSeating",
    "Invited",
    "Offer",
    "OnDevice",
    "Refreshed",
    "Seating",
    "StepReported",
    "Switched",
    "accept",
    "actor_on_device",
    "advance_step",
    "announce",
    "archive_old_sessions",
    "archive_session",
    "begin_break",
    "begin_presence",
    "change_seat",
    "change_settings",
    "colleagues_of",
    "control_of",
    "delete_expired_guests",
    "dismiss_former",
    "end_all_presence",
    "end_break",
    "end_presence",
    "end_session",
    "follow_over_http",
    "guest_arrival",
    "guest_on_device",
    "invite",
    "join_as_guest",
    "known_name",
    "look_up",
    "mark_absent",
    "mark_absent_if_silent",
    "mark_all_absent",
    "mark_present",
    "merge_seat",
    "note_progress",
    "note_received",
    "note_repeated",
    "offer_of",
    "open_invitations",
    "open_session",
    "pause_session",
    "refresh_lesson",
    "refuse_if_held",
    "refuse_if_in_use",
    "refuse_if_seated",
    "relay_progress",
    "remove_colleague",
    "remove_seat",
    "report_page",
    "report_step",
    "resume_session",
    "say_goodbye",
    "seated",
    "start_session",
    "switch_lecture",
    "take_control",
    "take_guest_seat",
    "take_guest_seats",
    "take_seat",
    "take_seats",
    "tell_who_came",
    "tell_who_left",
    "title_of_class",
    "touch",
    "undoable_in",
    "visit",
    "visit_to_join",
    "withdraw",
]
