"""The questions behind the numbers: each is one statement over the rows of one lecture, whatever else is stored.

``users`` limits a question to these people; ``None`` asks for everybody, which is the cheaper plan for a whole lecture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncDate

from mobilegpt.classroom.models import LIVE, SessionParticipant
from mobilegpt.core.clock import SEOUL, moment_in
from mobilegpt.dashboard.figures import latest
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.selectors import ASKED, NOTICED
from mobilegpt.lectures.models import Enrollment
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.queries import masks_of_steps

Users = Collection[int] | None
_ASKED_AND_NOTICED = {"asked": Count("pk", filter=ASKED), "noticed": Count("pk", filter=NOTICED)}


class Asked(NamedTuple):
    """How often somebody asked for help, how often the server noticed something (contract 11.3), and how many of the
    requests that they made are open still."""

    by_themselves: int
    noticed: int
    pending: int


def _of(users: Users) -> Q:
    return Q() if users is None else Q(user_id__in=users)


def _progress(steps: Sequence[int]) -> QuerySet[SubtaskProgress]:
    return SubtaskProgress.objects.filter(subtask_id__in=steps).order_by()


class Progress(NamedTuple):
    """One person's steps by their place in the lecture: bit 0 is the first. What is in no mask is NOT_STARTED."""

    completed: int = 0
    in_progress: int = 0
    help_needed: int = 0
    changed_at: datetime | None = None

    @property
    def done(self) -> int:
        return self.completed.bit_count()

    @property
    def leading(self) -> int:
        """Completed from the first step on without a gap, which is the place of the first that is open."""
        return (~self.completed & (self.completed + 1)).bit_length() - 1

    def status_at(self, place: int) -> str:
        """One of ``ProgressStatus``."""
        for mask, status in zip((self.completed, self.help_needed, self.in_progress), _MASKED, strict=True):
            if mask >> place & 1:
                return status
        return ProgressStatus.NOT_STARTED.value


_MASKED = (ProgressStatus.COMPLETED.value, ProgressStatus.HELP_NEEDED.value, ProgressStatus.IN_PROGRESS.value)


NO_PROGRESS = Progress()


def progress_by_person(steps: Sequence[int], users: Users = None) -> dict[int, Progress]:
    """How everybody stands on every step, in one reading of the lecture's rows; who began nothing is not in it."""
    if not steps or (users is not None and not users):
        return {}
    found: dict[int, Progress] = {}
    for user, completed, in_progress, help_needed, changed in masks_of_steps(steps, users):
        so_far = found.get(user, NO_PROGRESS)
        found[user] = Progress(
            so_far.completed | completed,
            so_far.in_progress | in_progress,
            so_far.help_needed | help_needed,
            latest(so_far.changed_at, moment_in(changed)),
        )
    return found


class LiveStep(NamedTuple):
    """Where a class stands, and the version of its lecture that it teaches; null for the lecture as it is."""

    subtask_id: int
    lecture_version: int | None


def live_steps(lecture_id: int, users: Users = None) -> dict[int, LiveStep]:
    """Where the class stands in which each person sits now; the newest seat wins (contract 6.11)."""
    seats = SessionParticipant.objects.filter(
        _of(users),
        session__lecture_id=lecture_id,
        session__status__in=LIVE,
        session__current_subtask__isnull=False,
        removed_at__isnull=True,
    )
    rows = seats.order_by("id").values_list("user_id", "session__current_subtask_id", "session__lecture_version")
    return {user: LiveStep(subtask_id, version) for user, subtask_id, version in rows}


def last_seen(lecture_id: int, users: Users = None) -> dict[int, datetime]:
    """The last sign of life of each person in a class of the lecture."""
    seats = SessionParticipant.objects.filter(_of(users), session__lecture_id=lecture_id).order_by()
    last = seats.values_list("user_id").annotate(last=Cast(Max("last_seen_at"), TextField()))
    return {user: moment_in(text) for user, text in last}


def help_by_person(lecture_id: int, users: Users = None) -> dict[int, Asked]:
    """Who asked how often."""
    rows = HelpRequest.objects.filter(_of(users), lecture_id=lecture_id).order_by().values_list("user_id")
    counted = rows.annotate(**_ASKED_AND_NOTICED, pending=Count("pk", filter=ASKED & Q(closed_at__isnull=True)))
    return {user: Asked(asked, noticed, pending) for user, asked, noticed, pending in counted}


class AskedAtStep(NamedTuple):
    """Requests on one step, and the mean of the seconds for which their people were said to be stuck."""

    subtask_id: int
    asked: int
    noticed: int
    stuck_seconds: float | None


def help_by_step(lecture_id: int) -> list[AskedAtStep]:
    rows = HelpRequest.objects.filter(lecture_id=lecture_id).order_by().values_list("subtask_id")
    return [AskedAtStep(*row) for row in rows.annotate(**_ASKED_AND_NOTICED, stuck=Avg("stuck_seconds"))]


def finished(lecture_id: int, steps: Sequence[int]) -> list[tuple[datetime, datetime]]:
    """First start and last completion of every student who has completed all steps."""
    students = Enrollment.objects.filter(lecture_id=lecture_id).values("user_id")
    done = _progress(steps).filter(status=ProgressStatus.COMPLETED, user_id__in=students)
    people = done.values("user_id").annotate(
        steps=Count("*"), first=Min("started_at"), last=Max("completed_at"), known=Count("started_at")
    )
    return list(people.filter(steps=len(steps), known__gt=0).values_list("first", "last"))


class Standing(NamedTuple):
    """How a lecture's students stand on one step, and the mean of the seconds from its beginning to its end."""

    completed: int
    in_progress: int
    seconds: float | None


NOBODY = Standing(0, 0, None)


def standing_by_step(lecture_id: int, steps: Sequence[int]) -> tuple[int, dict[int, Standing]]:
    """How many students there are, and by step how they stand. Two queries."""
    students = Enrollment.objects.filter(lecture_id=lecture_id)
    done = Q(status=ProgressStatus.COMPLETED)
    took = ExpressionWrapper(F("completed_at") - F("started_at"), output_field=DurationField())
    rows = _progress(steps).filter(user_id__in=students.values("user_id")).values_list("subtask_id")
    counted = rows.annotate(
        completed=Count("pk", filter=done),
        begun=Count("pk", filter=Q(status__in=(ProgressStatus.IN_PROGRESS, ProgressStatus.HELP_NEEDED))),
        mean=Avg(took, filter=done & Q(started_at__isnull=False)),
    )
    return students.count(), {
        step: Standing(completed, begun, None if mean is None else mean.total_seconds())
        for step, completed, begun, mean in counted
    }


# --- by day, in Seoul


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SEOUL)


def _within(field: str, days: Sequence[date]) -> dict[str, datetime]:
    return {f"{field}__gte": _start(days[0]), f"{field}__lt": _start(days[-1] + timedelta(days=1))}


def _by_day(rows: QuerySet[Any], field: str, **filters: Any) -> dict[date, int]:
    """How many rows are on each day; a day without any is not in it."""
    dated = rows.filter(**filters).annotate(day=TruncDate(field, tzinfo=SEOUL))
    return dict(dated.order_by().values_list("day").annotate(number=Count("*")))


def _at_end_of(by_day: dict[date, int], days: Sequence[date]) -> list[int]:
    """How many there were at the end of each day."""
    before = sum(number for day, number in by_day.items() if day < days[0])
    return list(accumulate((by_day.get(day, 0) for day in days), initial=before))[1:]


def help_by_day(lecture_id: int, days: Sequence[date]) -> dict[date, tuple[int, int]]:
    """How often people asked on each day, and how often the server noticed something; a day without is not in it."""
    rows = HelpRequest.objects.filter(lecture_id=lecture_id, **_within("created_at", days))
    dated = rows.annotate(day=TruncDate("created_at", tzinfo=SEOUL)).order_by().values_list("day")
    return {day: (asked, noticed) for day, asked, noticed in dated.annotate(**_ASKED_AND_NOTICED)}


def students_at_end_of(lecture_id: int, days: Sequence[date]) -> list[int]:
    """How many students the lecture had at the end of each day."""
    return _at_end_of(_by_day(Enrollment.objects.filter(lecture_id=lecture_id), "enrolled_at"), days)


def completions_at_end_of(lecture_id: int, steps: Sequence[int], days: Sequence[date]) -> list[int]:
    """How many steps today's students had completed by then."""
    students = Enrollment.objects.filter(lecture_id=lecture_id).values("user_id")
    done = _progress(steps).filter(status=ProgressStatus.COMPLETED, user_id__in=students)
    return _at_end_of(_by_day(done, "completed_at"), days)


def active_by_day(lecture_id: int, steps: Sequence[int], days: Sequence[date]) -> dict[date, int]:
    """How many students did something in the lecture: began or completed a step, asked for help, took a seat."""
    students = Enrollment.objects.filter(lecture_id=lecture_id).values("user_id")
    sources: list[tuple[QuerySet[Any], str]] = [
        (_progress(steps), "started_at"),
        (_progress(steps), "completed_at"),
        (HelpRequest.objects.filter(ASKED, lecture_id=lecture_id), "created_at"),
        (SessionParticipant.objects.filter(session__lecture_id=lecture_id), "joined_at"),
    ]
    first, *others = [
        rows.filter(user_id__in=students, **_within(field, days))
        .annotate(day=TruncDate(field, tzinfo=SEOUL))
        .order_by()
        .values_list("user_id", "day")
        for rows, field in sources
    ]
    people: dict[date, int] = defaultdict(int)
    for _, day in first.union(*others):
        people[day] += 1
    return people
