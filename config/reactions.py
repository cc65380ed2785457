"""What an event causes in the domains above it, and what the runtime does for the domains: one visible table."""

from __future__ import annotations

from config import class_chat
from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.accounts.services import delete_expired_logins
from mobilegpt.chat import services as chat
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.events import ParticipantJoined, SessionArchived, SessionEnded, SessionOpened
from mobilegpt.core import idempotency, throttle
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.lectures import cache
from mobilegpt.lectures.events import LectureChanged, LectureRemoved, SubtasksRemoved
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime import streams
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.event import react
from mobilegpt.realtime.presence import PresenceHooks
from mobilegpt.realtime.runtime import Periodic, runtime

HOUR = 3600.0


def connect_reactions() -> None:
    """Called once, when the applications are ready."""
    # Inside the transaction of the event.
    react(ProgressChanged, classroom.relay_progress, helpdesk.close_completed)
    react(SubtasksRemoved, classroom.refuse_if_in_use)
    react(LectureRemoved, classroom.refuse_if_held, class_chat.archive_rooms)
    react(SessionOpened, class_chat.open_room)
    react(ParticipantJoined, class_chat.seat)
    react(SessionEnded, class_chat.close_room)
    react(SessionArchived, class_chat.archive_room)

    # In every serving process.
    runtime.wiring.presence = PresenceHooks(
        came={"session": classroom.mark_present, "room": chat.mark_online},
        gone={"session": classroom.mark_absent, "room": chat.mark_offline},
        touch=classroom.touch,
        sweep=classroom.mark_absent_if_silent,
    )
    runtime.wiring.controls[CredentialsRevoked] = [_close_sockets]
    runtime.wiring.controls[LectureChanged] = [_forget_lecture]
    runtime.wiring.periodic = [
        Periodic("archive_old_sessions", HOUR, classroom.archive_old_sessions),
        Periodic("delete_expired_guests", HOUR, classroom.delete_expired_guests),
        Periodic("delete_expired_logins", HOUR, delete_expired_logins),
        Periodic("trim_streams", HOUR, streams.trim),
        Periodic("delete_unsent_files", HOUR, chat.delete_unsent_files),
        Periodic("forget_keyed_answers", HOUR, idempotency.forget_old),
        Periodic("forget_failures", HOUR, throttle.forget_old),
    ]


def _close_sockets(event: CredentialsRevoked) -> None:
    runtime.close_user(event.user_id, event.family_id, CloseCode.TOKEN)


def _forget_lecture(event: LectureChanged) -> None:
    cache.forget(event.lecture_id)
