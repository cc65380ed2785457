"""Two guests who are one: nothing is lost, and what is counted afterwards is what both had (contract 11.4)."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mobilegpt.accounts import merging
from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.activity.models import ActivityLog, StepMatch
from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.chat.models import ChatFile, Member, Message, Outsider, Room, Standing
from mobilegpt.classroom.models import (
    CodeLookup,
    GuestPhone,
    LectureSession,
    PresenceInterval,
    SeatStep,
    SessionParticipant,
)
from mobilegpt.database.models import ModelCall
from mobilegpt.helpdesk.models import HelpRequest, Silence
from mobilegpt.lectures.models import Enrollment, Subtask
from mobilegpt.notifications.models import Notification
from mobilegpt.progress.models import Achievement, SubtaskProgress
from mobilegpt.recordings.models import Recording
from mobilegpt.screenshots.models import ScreenConsent, Screenshot
from tests import cast, classes

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
SHARED_EVENT = uuid.UUID(int=7)
_numbers = itertools.count(1)


class Place:
    """Two classes on one lecture, and the room of the first."""

    def __init__(self) -> None:
        lecture = cast.lecture(cast.instructor_park(), (3,))
        self.sessions = [classes.open_class(lecture), classes.open_class(lecture)]
        self.steps = classes.steps(lecture)
        self.room = Room.objects.get(session_id=self.sessions[0].pk)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def _enrol(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    enrolled, _ = Enrollment.objects.get_or_create(user=user, lecture=session.lecture)
    Enrollment.objects.filter(pk=enrolled.pk).update(enrolled_at=at(minute))


def _progress(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    status = ("IN_PROGRESS", "COMPLETED", "HELP_NEEDED", "NOT_STARTED")[minute % 4]
    row = SubtaskProgress(user=user, subtask=step, status=status)
    row.started_at = None if status == "NOT_STARTED" else at(minute)
    row.completed_at = at(minute + 1) if status == "COMPLETED" else None
    SubtaskProgress.objects.filter(user=user, subtask=step).delete()
    row.save()


def _seat(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    status = ("WAITING", "ACTIVE", "COMPLETED", "DISCONNECTED")[minute % 4]
    fields = {"status": status, "is_present": minute % 2 == 0, "device_hash": f"{user.pk}-{session.pk}"}
    fields["removed_at"] = at(minute) if minute % 5 == 0 else None
    seat, _ = SessionParticipant.objects.update_or_create(session=session, user=user, defaults=fields)
    SessionParticipant.objects.filter(pk=seat.pk).update(joined_at=at(minute))


def _phone(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    GuestPhone.objects.get_or_create(user=user, device_hash=f"phone {minute % 3}")


def _seat_step(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    moments = {"received_at": at(minute), "done_at": at(minute + 1) if minute % 2 else None}
    SeatStep.objects.update_or_create(session=session, user=user, subtask=step, defaults=moments)


def _presence(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    open_ones = PresenceInterval.objects.filter(session=session, user=user, ended_at__isnull=True)
    ended = at(minute + 3) if minute % 2 or open_ones.exists() else None
    PresenceInterval.objects.create(session=session, user=user, began_at=at(minute), ended_at=ended)


def _lookup(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    CodeLookup.objects.update_or_create(session=session, user=user, defaults={"looked_up_at": at(minute)})


def _log(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    event_id = SHARED_EVENT if minute % 3 == 0 else uuid.uuid4()
    if not ActivityLog.objects.filter(user=user, event_id=event_id).exists():
        ActivityLog.objects.create(
            user=user, subtask=step, event_type="CLICK", timestamp=at(minute), received_at=at(minute), event_id=event_id
        )


def _help(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    where = session if minute % 3 else None
    is_open = minute % 2 == 0
    same = HelpRequest.objects.filter(user=user, subtask=step, session=where, closed_at__isnull=True)
    HelpRequest.objects.create(
        user=user,
        subtask=step,
        lecture=session.lecture,
        session=where,
        request_type="AUTO" if minute % 5 == 0 else "MANUAL",
        closed_at=None if is_open and not same.exists() else at(minute),
    )


def _silence(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    Silence.objects.get_or_create(session=session, user=user, subtask=step, defaults={"nudged_at": at(minute)})


def _notification(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    owner, about = (user, None) if minute % 2 else (session.lecture.instructor, user)
    Notification.objects.create(
        user=owner, related_user=about, type="SYSTEM_ALERT", title="알림", message="말", created_at=at(minute)
    )


def _recording(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    Recording.objects.create(owner=user, title="녹화", session=session, started_at=at(minute))


def _achievement(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    Achievement.objects.get_or_create(user=user, milestone=(10, 25)[minute % 2])


def _member(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    Member.objects.get_or_create(
        room=place.room,
        user=user,
        defaults={"joined_at": at(minute), "read_number": minute, "last_read_at": at(minute)},
    )


def _message(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    file = ChatFile.objects.create(room=place.room, uploader=user, name="a", mime="b", size=1, stored_as="c")
    Message.objects.create(
        room=place.room, number=next(_numbers), sender=user, text="말", file=file, created_at=at(minute)
    )


def _outsider(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    elsewhere = Room.objects.get(session_id=place.sessions[1].pk)
    fields = {"standing": Standing.REMOVED, "since": at(minute)}
    Outsider.objects.get_or_create(room=elsewhere, user_id=user.pk, defaults=fields)


def _model_call(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    ModelCall.objects.create(user=user)


def _sheet(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    counted = {"name": user.name, "first_in": at(minute), "hands_raised": 0, "answers": 0, "taken_at": at(minute)}
    AttendanceRecord.objects.get_or_create(session=session, person=user.pk, defaults={"user": user, **counted})


def _match(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    StepMatch.objects.get_or_create(session=session, user=user, defaults={"subtask": step})


def _consent(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    fields = {"agreed": minute % 3 > 0, "at": at(minute)}
    ScreenConsent.objects.update_or_create(session=session, user=user, defaults=fields)


def _screen(place: Place, user: User, session: LectureSession, step: Subtask, minute: int) -> None:
    fields = {"captured_at": at(minute), "created_at": at(minute)}
    Screenshot.objects.update_or_create(session=session, user=user, defaults=fields)


Maker = Callable[[Place, User, LectureSession, Subtask, int], None]
MAKERS: dict[str, Maker] = {
    "lectures.Enrollment.user": _enrol,
    "progress.SubtaskProgress.user": _progress,
    "progress.Achievement.user": _achievement,
    "classroom.SessionParticipant.user": _seat,
    "classroom.GuestPhone.user": _phone,
    "classroom.SeatStep.user": _seat_step,
    "classroom.PresenceInterval.user": _presence,
    "classroom.CodeLookup.user": _lookup,
    "activity.ActivityLog.user": _log,
    "activity.StepMatch.user": _match,
    "helpdesk.HelpRequest.user": _help,
    "helpdesk.Silence.user": _silence,
    "notifications.Notification.user": _notification,
    "notifications.Notification.related_user": _notification,
    "recordings.Recording.owner": _recording,
    "chat.Member.user": _member,
    "chat.Message.sender": _message,
    "chat.ChatFile.uploader": _message,
    "core.ModelCall.user": _model_call,
    "attendance.AttendanceRecord.user": _sheet,
    "screenshots.ScreenConsent.user": _consent,
    "screenshots.Screenshot.user": _screen,
    "(chat.Outsider.user_id)": _outsider,
}
NEVER_A_GUESTS = {
    "lectures.Lecture.instructor",
    "lectures.LectureRevision.author",
    "pictures.UploadLink.made_by",
    "lectures.Colleague.user",
    "lectures.ColleagueInvitation.invited_by",
    "lectures.ColleagueInvitation.accepted_by",
    "chat.Room.owner",
    "chat.Outsider.inviter",
    "classroom.LectureSession.controller",
    "classroom.StepControl.actor",
    "helpdesk.HelpAnalysis.decided_by",
    "helpdesk.HelpRequest.claimed_by",
    "helpdesk.HelpResponse.author",
    "helpdesk.RememberedAnswer.approved_by",
}
"""A merge refuses to go on where a guest has one of these after all (``accounts.merging.left_of``)."""


def test_every_foreign_key_to_an_account_has_been_thought_of() -> None:
    """A new one is added to its domain's ``merging.py`` and to the makers here, unless no guest can have it."""
    known = {name for name in MAKERS if not name.startswith("(")} | NEVER_A_GUESTS | merging.OF_THE_ACCOUNT_ALONE
    assert set(merging.foreign_keys()) == known


_rows = some.lists(
    some.tuples(
        some.sampled_from(sorted(MAKERS)), some.booleans(), some.booleans(), some.integers(0, 2), some.integers(0, 59)
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows)
def test_nothing_is_lost_and_a_recount_is_equal(rows: list[tuple[str, bool, bool, int, int]], db: None) -> None:
    with transaction.atomic():
        place = Place()
        source, into = create_guests(["이순자", "이순자"], place.sessions[0].pk)
        for name, whose, second, step, minute in rows:
            user = source if whose else into
            MAKERS[name](place, user, place.sessions[second], place.steps[step], minute)
        expected = _counts(source, into)
        merging.merge_guests(source, into)
        assert not User.objects.filter(name="이순자").exclude(pk=into.pk).exists()
        assert _counts(into) == expected
        transaction.set_rollback(True)


def _counts(*people: User) -> dict[str, Any]:
    """What can be counted of these people as if they were one."""
    users = [user.pk for user in people]
    mine: dict[str, Any] = {"user_id__in": users}
    progress = SubtaskProgress.objects.filter(**mine)
    return {
        "lectures": _earliest(Enrollment.objects.filter(**mine), "enrolled_at", "lecture_id"),
        "completed": set(progress.filter(status="COMPLETED").values_list("subtask_id", flat=True)),
        "touched": set(progress.values_list("subtask_id", flat=True)),
        "begun": _earliest(progress, "started_at", "subtask_id"),
        "achievements": set(Achievement.objects.filter(**mine).values_list("milestone", flat=True)),
        "classes": _earliest(SessionParticipant.objects.filter(**mine), "joined_at", "session_id"),
        "here": set(
            SessionParticipant.objects.filter(removed_at__isnull=True, **mine).values_list("session_id", flat=True)
        ),
        "finished": set(
            SessionParticipant.objects.filter(status="COMPLETED", **mine).values_list("session_id", flat=True)
        ),
        "phones": {
            *SessionParticipant.objects.filter(**mine).values_list("device_hash", flat=True),
            *GuestPhone.objects.filter(**mine).values_list("device_hash", flat=True),
        },
        "received": _earliest(SeatStep.objects.filter(**mine), "received_at", "session_id", "subtask_id"),
        "done": _earliest(SeatStep.objects.filter(**mine), "done_at", "session_id", "subtask_id"),
        "present": {session_id: _minutes(session_id, users) for session_id in _sessions_of(users)},
        "lookups": set(CodeLookup.objects.filter(**mine).values_list("session_id", flat=True)),
        "logs": ActivityLog.objects.filter(**mine).count(),
        "requests": HelpRequest.objects.filter(**mine).count(),
        "open requests": set(
            HelpRequest.objects.filter(closed_at__isnull=True, **mine).values_list("subtask_id", "session_id")
        ),
        "silences": set(Silence.objects.filter(**mine).values_list("session_id", "subtask_id")),
        "told": Notification.objects.filter(**mine).count(),
        "told of": Notification.objects.filter(related_user_id__in=users).count(),
        "recordings": Recording.objects.filter(owner_id__in=users).count(),
        "rooms": _latest_read(users),
        "said": Message.objects.filter(sender_id__in=users).count(),
        "files": ChatFile.objects.filter(uploader_id__in=users).count(),
        "standings": set(Outsider.objects.filter(user_id__in=users).values_list("room_id", "standing")),
        "said of screens": _least_agreed(users),
        "screens": _newest_screens(users),
        "calls": ModelCall.objects.filter(**mine).count(),
    }


def _earliest(rows: Any, moment: str, *keys: str) -> dict[tuple[Any, ...], datetime]:
    found: dict[tuple[Any, ...], datetime] = {}
    for *key, at_ in rows.exclude(**{moment: None}).values_list(*keys, moment):
        found[tuple(key)] = min(at_, found.get(tuple(key), at_))
    return found


def _least_agreed(users: list[int]) -> dict[int, bool]:
    """Who has said no on one phone has said no."""
    found: dict[int, bool] = {}
    for session_id, agreed in ScreenConsent.objects.filter(user_id__in=users).values_list("session_id", "agreed"):
        found[session_id] = agreed and found.get(session_id, True)
    return found


def _newest_screens(users: list[int]) -> dict[int, datetime]:
    agreed = _least_agreed(users)
    found: dict[int, datetime] = {}
    for session_id, shown in Screenshot.objects.filter(user_id__in=users).values_list("session_id", "created_at"):
        if agreed.get(session_id, True):
            found[session_id] = max(shown, found.get(session_id, shown))
    return found


def _latest_read(users: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for room_id, number in Member.objects.filter(user_id__in=users).values_list("room_id", "read_number"):
        found[room_id] = max(number, found.get(room_id, 0))
    return found


def _sessions_of(users: list[int]) -> set[int]:
    return set(PresenceInterval.objects.filter(user_id__in=users).values_list("session_id", flat=True))


def _minutes(session_id: int, users: list[int]) -> set[int]:
    """The minutes of the hour in which one of them was there."""
    there: set[int] = set()
    for interval in PresenceInterval.objects.filter(session_id=session_id, user_id__in=users):
        first = int((interval.began_at - START).total_seconds() // 60)
        last = 120 if interval.ended_at is None else int((interval.ended_at - START).total_seconds() // 60)
        there |= set(range(first, last))
    return there


@pytest.mark.django_db
def test_what_nobody_moves_stops_the_merge(session: LectureSession) -> None:
    source, into = create_guests(["이순자", "이순자"], session.pk)
    session.lecture.instructor = source
    session.lecture.save()
    with pytest.raises(RuntimeError, match=r"lectures\.Lecture\.instructor"):
        merging.merge_guests(source, into)
    assert User.objects.filter(pk=source.pk).exists()
