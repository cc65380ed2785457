"""Who is stuck without saying so: first a kind word on the phone, then a LOW request to the instructor (contract 7.8).

Looks at every live class at once, with the same few queries for one student as for thousands; one process at a time.
Silent while a class waits, pauses or is over, for who is away, done with the step, or has asked already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Subquery

from mobilegpt.accounts.people import person_of
from mobilegpt.activity.selectors import last_at
from mobilegpt.classroom.models import ParticipantStatus, SessionParticipant, SessionStatus, StepControl
from mobilegpt.classroom.selectors import courses_of
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.database.models import ROWS_AT_ONCE
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk.analysis.korean import quoted, sentence, spoken
from mobilegpt.helpdesk.events import Nudged
from mobilegpt.helpdesk.models import HelpRequest, Priority, RequestType, Silence
from mobilegpt.helpdesk.services import open_request_for
from mobilegpt.language.safety import is_safe
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.selectors import place_of

log = structlog.get_logger(__name__)

_REQUESTS_AT_ONCE = 50
# Somebody who taps on and on without getting anywhere is stuck, too: taps count for so many intervals.
_BUSY_INTERVALS = 4


@dataclass(frozen=True, slots=True)
class Watched:
    """A seat in a running class whose step is not done, and every sign of life on it."""

    session_id: int
    user_id: int
    subtask_id: int
    begun_at: datetime
    progress_at: datetime | None
    log_at: datetime | None
    nudged_at: datetime | None
    requested_at: datetime | None


@dataclass(frozen=True, slots=True)
class Noticed:
    nudged: int
    requested: int


def look_around() -> Noticed:
    """One round; it runs in one process at a time (``config/reactions.py``)."""
    if settings.STUCK_SECONDS <= 0:
        return Noticed(0, 0)
    moment, interval = now(), timedelta(seconds=settings.STUCK_SECONDS)
    seats = watched()
    to_nudge = [seat for seat in seats if wants_nudge(seat, moment, interval)]
    to_tell = [seat for seat in seats if wants_request(seat, moment, interval)]
    if to_nudge:
        _nudge(to_nudge, moment)
    told = sum(_tell(seat, moment) for seat in to_tell[:_REQUESTS_AT_ONCE])
    return Noticed(len(to_nudge), told)


def wants_nudge(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    return seat.nudged_at is None and moment - last_sign(seat, interval) >= interval


def wants_request(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    """A nudge has not helped within another interval, and the instructor was not told of this step before."""
    if seat.nudged_at is None or seat.requested_at is not None:
        return False
    return moment - max(seat.nudged_at, last_sign(seat, interval)) >= interval


def last_sign(seat: Watched, interval: timedelta) -> datetime:
    """The step began, moved on, or something was done on the phone; endless taps are a sign for a while only."""
    progress = max(seat.begun_at, seat.progress_at or seat.begun_at)
    if seat.log_at is None:
        return progress
    return max(progress, min(seat.log_at, progress + interval * _BUSY_INTERVALS))


def watched() -> list[Watched]:
    """Everybody to keep an eye on; three queries."""
    step = OuterRef("session__current_subtask_id")
    progress = SubtaskProgress.objects.filter(user_id=OuterRef("user_id"), subtask_id=step)
    silence = Silence.objects.filter(session_id=OuterRef("session_id"), user_id=OuterRef("user_id"), subtask_id=step)
    asked = HelpRequest.objects.filter(
        user_id=OuterRef("user_id"), subtask_id=step, session_id=OuterRef("session_id"), closed_at__isnull=True
    )
    rows = list(
        SessionParticipant.objects.filter(
            session__status=SessionStatus.IN_PROGRESS,
            session__current_subtask__isnull=False,
            status=ParticipantStatus.ACTIVE,
            is_present=True,
        )
        .exclude(Exists(progress.filter(status=ProgressStatus.COMPLETED)))
        .exclude(Exists(asked))
        .order_by()
        .values_list(
            "session_id",
            "user_id",
            "session__current_subtask_id",
            "joined_at",
            Subquery(progress.values("updated_at")[:1]),
            Subquery(silence.values("nudged_at")[:1]),
            Subquery(silence.values("requested_at")[:1]),
        )
    )
    if not rows:
        return []
    begun, logs = _begun({row[0] for row in rows}), last_at({row[1] for row in rows})
    return [
        Watched(
            session_id=session_id,
            user_id=user_id,
            subtask_id=subtask_id,
            begun_at=max(joined_at, begun.get(session_id, joined_at)),
            progress_at=progress_at,
            log_at=logs.get(user_id),
            nudged_at=nudged_at,
            requested_at=requested_at,
        )
        for session_id, user_id, subtask_id, joined_at, progress_at, nudged_at, requested_at in rows
    ]


def _begun(session_ids: Iterable[int]) -> dict[int, datetime]:
    """When each class last started, moved or went on."""
    rows = StepControl.objects.filter(session_id__in=list(session_ids)).order_by().values_list("session_id")
    return dict(rows.annotate(Max("created_at")))


def _nudge(seats: list[Watched], moment: datetime) -> None:
    """For any number of seats: one query for the classes, one for the rows, and the events."""
    courses = courses_of({seat.session_id for seat in seats})
    with unit_of_work():
        Silence.objects.bulk_create(
            [
                Silence(session_id=seat.session_id, user_id=seat.user_id, subtask_id=seat.subtask_id, nudged_at=moment)
                for seat in seats
            ],
            batch_size=ROWS_AT_ONCE,
            ignore_conflicts=True,
        )
        for seat in seats:
            step = courses[seat.session_id].get(seat.subtask_id)
            if step is None:  # the lesson was taken anew at this moment
                continue
            text = nudge_words(step.title, step.guide_text)
            emit(
                Nudged(
                    user_id=seat.user_id,
                    session_id=seat.session_id,
                    subtask_id=seat.subtask_id,
                    message=text,
                    voice_guide_text=spoken(text),
                    at=moment,
                )
            )


def nudge_words(title: str, guide: str) -> str:
    """What the phone says: where we are, how to go on, and that asking is fine."""
    how = sentence(" ".join(guide.split()))
    if not how or not is_safe(how):
        how = "서두르지 않으셔도 돼요."
    return f"지금은 {quoted(title)} 단계예요. {how} 잘 안 되시면 '도와주세요'를 눌러주세요."


def _tell(seat: Watched, moment: datetime) -> bool:
    """The instructor hears of one student, unless something has happened meanwhile."""
    try:
        with unit_of_work():
            mine = Silence.objects.filter(
                session_id=seat.session_id, user_id=seat.user_id, subtask_id=seat.subtask_id, requested_at__isnull=True
            )
            if not mine.update(requested_at=moment):
                return False
            still = SessionParticipant.objects.select_related("user", "session").filter(
                session_id=seat.session_id,
                user_id=seat.user_id,
                session__status=SessionStatus.IN_PROGRESS,
                session__current_subtask_id=seat.subtask_id,
            )
            found = still.first()
            if found is None:
                return False
            stuck = round((moment - max(seat.begun_at, seat.progress_at or seat.begun_at)).total_seconds())
            wanted = HelpRequest(
                session=found.session,
                request_type=RequestType.AUTO,
                priority=Priority.LOW,
                context_data={"stuck_duration_seconds": stuck},
                stuck_seconds=stuck,
            )
            return open_request_for(person_of(found.user), place_of(seat.user_id, seat.subtask_id), wanted).created
    except DomainError:
        log.exception("stuck_student_not_told", user_id=seat.user_id, subtask_id=seat.subtask_id)
        return False
