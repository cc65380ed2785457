"""What an event causes in the domains above it, and what the runtime does for the domains: one visible table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from mobilegpt.accounts import erasing
from mobilegpt.accounts.confirmation import delete_unconfirmed
from mobilegpt.accounts.events import AccountErased, AccountsMerged, CredentialsRevoked
from mobilegpt.accounts.services import delete_expired_logins
from mobilegpt.activity import follower, following
from mobilegpt.activity import merging as activity_merging
from mobilegpt.activity import services as activity
from mobilegpt.attendance import merging as attendance_merging
from mobilegpt.attendance import services as attendance
from mobilegpt.audit.trail import Keeper
from mobilegpt.chat import merging as chat_merging
from mobilegpt.chat import services as chat
from mobilegpt.chat.acquaintance import know_through, seat_through
from mobilegpt.classroom import merging as classroom_merging
from mobilegpt.classroom import queries as classroom_queries
from mobilegpt.classroom import selectors as classroom_selectors
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.events import (
    ParticipantJoined,
    ParticipantLeft,
    SeatRemoved,
    SessionArchived,
    SessionEnded,
    SessionOpened,
    SettingsChanged,
    StepChanged,
)
from mobilegpt.classroom.services import chat_room
from mobilegpt.database import idempotency, throttle
from mobilegpt.events import streams
from mobilegpt.events.event import react, react_once
from mobilegpt.files.lesson_files import CLIPS, PICTURES
from mobilegpt.helpdesk import analysing, claims, closing, remembering, silencing, watching
from mobilegpt.helpdesk import merging as helpdesk_merging
from mobilegpt.helpdesk.events import HelpRequested
from mobilegpt.jobs import schedule
from mobilegpt.jobs import work as jobs
from mobilegpt.jobs.events import JobDied
from mobilegpt.jobs.listener import publish
from mobilegpt.jobs.messenger import Messenger
from mobilegpt.jobs.port import set_wake
from mobilegpt.jobs.workers import JobWorkers
from mobilegpt.language import budget
from mobilegpt.lectures import cache
from mobilegpt.lectures import merging as lectures_merging
from mobilegpt.lectures import queries as lecture_queries
from mobilegpt.lectures import selectors as lectures
from mobilegpt.lectures import services as lecture_services
from mobilegpt.lectures.events import (
    ColleaguesChanged,
    LectureChanged,
    LectureErased,
    LectureHandedOver,
    LectureRemoved,
    StudentUnenrolled,
    SubtasksRemoved,
)
from mobilegpt.notifications import merging as notifications_merging
from mobilegpt.notifications import services as notifications
from mobilegpt.pictures import removing, uploads
from mobilegpt.progress import merging as progress_merging
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.progress.following import follow_classes
from mobilegpt.progress.undoing import undo_while
from mobilegpt.realtime.presence import PresenceHooks
from mobilegpt.realtime.receipts import ReceiptHook
from mobilegpt.realtime.replay import show_over_http
from mobilegpt.realtime.runtime import Periodic, runtime
from mobilegpt.recordings import drafting as _  # noqa: F401 (its job is known to every process)
from mobilegpt.recordings import merging as recordings_merging
from mobilegpt.recordings import queries as recording_queries
from mobilegpt.recordings import services as recordings
from mobilegpt.screenshots import merging as screenshots_merging
from mobilegpt.screenshots import services as screenshots
from mobilegpt.sockets.dialects import class_room
from mobilegpt.voice import making, speaking

if TYPE_CHECKING:
    from config.celery import Line

HOUR = 3600.0
RESERVE_SECONDS = 10.0
_KEEPERS_OF_PEOPLE = (
    lectures_merging,
    chat_merging,
    progress_merging,
    classroom_merging,
    activity_merging,
    recordings_merging,
    screenshots_merging,
    helpdesk_merging,
    notifications_merging,
    attendance_merging,  # the last: it counts what the others have moved
)
"""Each says what becomes of its rows when two guests turn out to be one person."""


def connect_reactions() -> None:
    """Called once, when the applications are ready."""
    _connect_domains()
    _connect_runtime()


def _connect_domains() -> None:
    """What an event causes, inside of its transaction, and what lower domains ask of higher ones."""
    react(CompletionRepeated, classroom.note_repeated, closing.close_repeated)
    react(
        ProgressChanged,
        classroom.note_progress,
        classroom.relay_progress,
        closing.close_completed,
        following.silence_undone,
        silencing.after_undoing,
        notifications.tell_of_completion,
    )
    react(HelpRequested, notifications.tell_of_help)
    react(AccountsMerged, *(domain.move_person for domain in _KEEPERS_OF_PEOPLE))
    react(
        AccountErased,
        attendance.let_go,
        chat.erase_person,
        remembering.erase_person,
        lecture_services.erase_person,
        erasing.forget_person,
    )
    react(ColleaguesChanged, claims.release)
    react(JobDied, notifications.tell_of_dead_job)
    react(LectureChanged, speaking.keep_up)
    react(SubtasksRemoved, classroom.refuse_if_in_use)
    react(LectureHandedOver, classroom.dismiss_former)
    react(LectureRemoved, classroom.refuse_if_held)
    react(StudentUnenrolled, classroom.refuse_if_seated)
    react(LectureErased, chat_room.archive_rooms)
    react(SessionOpened, chat_room.open_room)
    react_once(ParticipantJoined, chat_room.seat, classroom.begin_presence)
    react(SeatRemoved, chat_room.unseat, closing.close_removed, screenshots.forget_removed)
    react(SettingsChanged, screenshots.forget_where_off)
    react_once(ParticipantLeft, classroom.end_presence)
    react(StepChanged, closing.close_left_behind, follower.step_began)
    react(
        SessionEnded,
        closing.close_ended,
        following.forget_class,
        screenshots.forget_class,
        chat_room.close_room,
        classroom.end_all_presence,
        attendance.take_when_ended,
    )
    react(SessionArchived, chat_room.archive_room, screenshots.forget_class)

    follow_classes(classroom_queries.taught_version, classroom_selectors.versions_attended)
    know_through(lectures.companions, classroom_selectors.classmates)
    undo_while(classroom.undoable_in)
    seat_through(classroom_selectors.seated_in)
    removing.remove_unless_named(PICTURES, lecture_queries.files_named, recording_queries.files_named)
    removing.remove_unless_named(CLIPS, lecture_queries.files_named, making.files_named)


def _connect_runtime() -> None:
    # What is told over HTTP is what the socket of the class tells.
    show_over_http("session", class_room.DIALECT)

    # In every serving process.
    runtime.wiring.presence = PresenceHooks(
        came={"session": classroom.mark_present, "session-staff": classroom.tell_who_came, "room": chat.mark_online},
        gone={
            "session": classroom.mark_all_absent,
            "session-staff": classroom.tell_who_left,
            "room": chat.mark_offline,
        },
        touch=classroom.touch,
        sweep=classroom.mark_absent_if_silent,
    )
    runtime.wiring.receipts = ReceiptHook("session", frozenset({StepChanged}), classroom.note_received)
    runtime.wiring.controls[CredentialsRevoked] = [_close_sockets]
    runtime.wiring.controls[LectureChanged] = [_forget_lecture]
    _connect_background_work(_periodic())


def _periodic() -> list[Periodic]:
    """In one process at a time."""
    return [
        Periodic("archive_old_sessions", HOUR, classroom.archive_old_sessions),
        Periodic("delete_expired_guests", HOUR, classroom.delete_expired_guests),
        Periodic("delete_expired_logins", HOUR, delete_expired_logins),
        Periodic("delete_unconfirmed_accounts", HOUR, delete_unconfirmed),
        Periodic("trim_streams", HOUR, streams.trim),
        Periodic("delete_unsent_files", HOUR, chat.delete_unsent_files),
        Periodic("remove_unneeded_lesson_files", HOUR, removing.remove_unneeded_files),
        Periodic("forget_upload_links", HOUR, uploads.forget_links),
        Periodic("forget_keyed_answers", HOUR, idempotency.forget_old),
        Periodic("answer_late_requests", 5.0, analysing.finish_late),
        Periodic("watch_the_stuck", float(watching.EVERY_SECONDS), watching.look_around),
        Periodic("forget_model_calls", HOUR, budget.forget_old_calls),
        Periodic("forget_speech_calls", HOUR, speaking.forget_old_calls),
        Periodic("speak_silent_lectures", HOUR, speaking.speak_silent_lectures),
        Periodic("forget_failures", HOUR, throttle.forget_old),
        Periodic("forget_old_logs", HOUR, activity.forget_old),
        Periodic("finish_recordings_left_behind", HOUR, recordings.finish_left_behind),
        Periodic("delete_old_recordings", HOUR, recordings.delete_old),
        Periodic("delete_old_notifications", HOUR, notifications.delete_old),
        Periodic("delete_old_jobs", HOUR, jobs.delete_old),
        Periodic("delete_old_attendance", HOUR, attendance.delete_old),
    ]


def _connect_background_work(periodic: list[Periodic]) -> None:
    """Serving processes do it; with Celery they are the reserve, for what nobody else has begun."""
    with_celery = settings.JOBS == "celery"
    late_seconds = RESERVE_SECONDS if with_celery else 0.0
    runtime.wiring.periodic = schedule.in_one_process(periodic, late_seconds=late_seconds)
    runtime.wiring.background = [
        Keeper(),
        follower.Follower(),
        JobWorkers(settings.JOB_THREADS, overdue_seconds=late_seconds),
    ]
    if with_celery:
        messenger = Messenger(_tell_workers, prepare=_celery_line)
        set_wake(messenger.wake)
        runtime.wiring.background.append(messenger)


def _tell_workers(name: str, job_id: int) -> None:
    """Of an analysis through Kafka where it is configured, of everything else through Celery."""
    if name == analysing.JOB and publish(settings.KAFKA["HELP_TOPIC"], name, job_id):
        return
    _celery_line().tell_workers(name, job_id)


def _celery_line() -> Line:
    from config.celery import line  # once the applications are ready; Celery is an extra

    return line


def _close_sockets(event: CredentialsRevoked) -> None:
    runtime.end_login(event.user_id, event.family_id)


def _forget_lecture(event: LectureChanged) -> None:
    cache.forget(event.lecture_id)
