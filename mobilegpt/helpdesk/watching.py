"""Who seems stuck without saying so: a kind word on the phone; the instructor hears of it on evidence only.

Contract 11.2. Looks at every live class at once, with the same few queries for one student as for thousands; one
process at a time. Silent while a class waits, pauses or is over, for who is away, done with the step, has asked or has
said that all is fine, and where the class has automatic help off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from mobilegpt.accounts.people import person_of
from mobilegpt.activity.page_events import PAGE_EVENTS
from mobilegpt.activity.selectors import last_at, page_leaves, verdicts_in
from mobilegpt.classroom.models import ParticipantStatus, SessionParticipant, SessionStatus, StepControl
from mobilegpt.classroom.pace import PEOPLE_NEEDED, Usual, usual_times_of
from mobilegpt.classroom.selectors import courses_of
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.core.locale import Words
from mobilegpt.database.models import ROWS_AT_ONCE
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.guidance.matcher import Verdict
from mobilegpt.helpdesk.analysis import reading
from mobilegpt.helpdesk.analysis.korean import quoted, sentence, spoken
from mobilegpt.helpdesk.analysis.trouble import PAGES, trouble
from mobilegpt.helpdesk.events import EnglishNudge, Nudged
from mobilegpt.helpdesk.models import HelpRequest, Priority, RequestType, Silence
from mobilegpt.helpdesk.services import open_request_for
from mobilegpt.language.safety import is_safe
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.selectors import place_of

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5
_LOOKED_AT_A_ROUND = 50
# Somebody who taps on and on without getting anywhere is stuck, too: taps count for so many intervals.
_BUSY_INTERVALS = 4
_TIMES_P75, _TIMES_P75_OF_A_PHONE = 3.5, 2.2
_MOST = 2 / 3
_SETTLED = timedelta(seconds=20)
AFTER_A_WORD = timedelta(seconds=30)
"""So long a word on the phone is given to help, before the instructor hears."""
_NUDGE = Words(
    "지금은 {step} 단계예요. {how} 잘 안 되시면 '도와주세요'를 눌러주세요.",
    "The step now is {step}. {how} If it does not work, press ‘Help me’.",
)
_NO_HURRY = Words("서두르지 않으셔도 돼요.", "There is no hurry.")


@dataclass(frozen=True, slots=True)
class Watched:
    """A seat in a running class whose step is not done, and every sign of life on it.

    ``came_at`` is when they came to the class, or it started; ``begun_at`` when they could begin with the step.
    """

    session_id: int
    user_id: int
    subtask_id: int
    came_at: datetime
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
    """One round; it runs in one process at a time (``config/reactions.py``). What a phone shows comes first, time alone
    last; who has done the step by what their phone tells is in no trouble."""
    if settings.STUCK_SECONDS <= 0:
        return Noticed(0, 0)
    moment, interval = now(), timedelta(seconds=settings.STUCK_SECONDS)
    seats = _not_done(watched(moment))
    shown = _showing(seats, moment)
    late = _to_nudge([seat for seat in seats if seat not in shown], moment, interval)
    if shown or late:
        _nudge([*shown, *late], moment)
    asked_of = [seat for seat in seats if may_be_noticed(seat, moment, interval)]
    told = sum(_notice(seat, moment, interval) for seat in _whose_turn_it_is(asked_of, moment))
    return Noticed(len(shown) + len(late), told)


def _not_done(seats: list[Watched]) -> list[Watched]:
    """Without who has done the step, as their phone shows, and only forgot to say so."""
    telling = {seat.session_id for seat in seats if tells(seat)}
    verdicts = verdicts_in(telling) if telling else {}
    return [
        seat for seat in seats if verdicts.get((seat.session_id, seat.user_id, seat.subtask_id)) is not Verdict.DONE
    ]


def _showing(seats: list[Watched], moment: datetime) -> list[Watched]:
    """Who has heard no word yet and whose phone, or page, shows that something is wrong; so many phones a round."""
    fresh = [seat for seat in seats if seat.nudged_at is None and moment - seat.begun_at >= _SETTLED]
    phones = [seat for seat in fresh if tells(seat)]
    found = [seat for seat in _whose_turn_it_is(phones, moment) if _shown(seat, moment, silent=False) is not None]
    pages = [seat for seat in fresh if not tells(seat)]
    leaves = page_leaves({seat.subtask_id for seat in pages}, min(seat.begun_at for seat in pages)) if pages else {}
    return found + [seat for seat in pages if leaves.get((seat.user_id, seat.subtask_id), 0) >= PAGES]


def tells(seat: Watched) -> bool:
    """Whether a phone has told of something in this class, besides its page."""
    return seat.log_at is not None and seat.log_at >= seat.came_at


def _whose_turn_it_is(seats: list[Watched], moment: datetime) -> list[Watched]:
    """So many a round, each in turn: whose phone shows nothing wrong must not stand before the others for ever."""
    if not seats:
        return []
    start = int(moment.timestamp()) // EVERY_SECONDS * _LOOKED_AT_A_ROUND % len(seats)
    return (seats[start:] + seats[:start])[:_LOOKED_AT_A_ROUND]


def _to_nudge(seats: list[Watched], moment: datetime, interval: timedelta) -> list[Watched]:
    """Time alone. The usual times, and how far the classes are, are asked for only where somebody has been still for
    the shortest time; three queries."""
    still = [seat for seat in seats if wants_nudge(seat, moment, interval)]
    if not still:
        return []
    usual = usual_times_of({(seat.session_id, seat.subtask_id) for seat in still})
    last = _where_they_are_last({seat.session_id for seat in still}, moment)
    return [
        seat
        for seat in still
        if wants_nudge(
            seat,
            moment,
            patience(
                usual.get((seat.session_id, seat.subtask_id)),
                interval,
                last=seat.session_id in last,
                tells_taps=tells(seat),
            ),
        )
    ]


def patience(usual: Usual | None, interval: timedelta, *, last: bool, tells_taps: bool) -> timedelta:
    """How long somebody may be still on a step: by what three quarters of earlier classes took, where that is known; of
    a phone that tells of taps, silence says more. Twice as long while others are not done either (``last``)."""
    times = _TIMES_P75_OF_A_PHONE if tells_taps else _TIMES_P75
    longest = interval if usual is None else max(interval, timedelta(seconds=usual.p75_seconds * times))
    return longest if last else longest * 2


def is_last(done: int, people: int) -> bool:
    """Whether who is not done is among the last of a class; of a few people nobody can say."""
    return people < PEOPLE_NEEDED or done >= people * _MOST


def _where_they_are_last(session_ids: Collection[int], moment: datetime) -> set[int]:
    """The classes of which most people have done the step."""
    step = SubtaskProgress.objects.filter(
        user_id=OuterRef("user_id"), subtask_id=OuterRef("session__current_subtask_id"), status=ProgressStatus.COMPLETED
    )
    rows = _seats(moment).filter(session_id__in=session_ids).order_by().values_list("session_id")
    counted = rows.annotate(people=Count("pk"), done=Count("pk", filter=Exists(step)))
    return {session_id for session_id, people, done in counted if is_last(done, people)}


def wants_nudge(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    return seat.nudged_at is None and moment - last_sign(seat, interval) >= interval


def may_be_noticed(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    """A nudge has not helped for a while, their instructor was not told of this step before, and there is something to
    look at: their phone has told of something in this class."""
    if seat.nudged_at is None or seat.requested_at is not None:
        return False
    return tells(seat) and moment - seat.nudged_at >= min(AFTER_A_WORD, interval)


def last_sign(seat: Watched, interval: timedelta) -> datetime:
    """The step began, moved on, or something was done on the phone; endless taps are a sign for a while only."""
    progress = max(seat.begun_at, seat.progress_at or seat.begun_at)
    if seat.log_at is None:
        return progress
    return max(progress, min(seat.log_at, progress + interval * _BUSY_INTERVALS))


def watched(moment: datetime) -> list[Watched]:
    """Everybody to keep an eye on; three queries."""
    step = OuterRef("session__current_subtask_id")
    progress = SubtaskProgress.objects.filter(user_id=OuterRef("user_id"), subtask_id=step)
    silence = Silence.objects.filter(session_id=OuterRef("session_id"), user_id=OuterRef("user_id"), subtask_id=step)
    asked = HelpRequest.objects.filter(user_id=OuterRef("user_id"), subtask_id=step, session_id=OuterRef("session_id"))
    rows = list(
        _seats(moment)
        .exclude(Exists(progress.filter(status=ProgressStatus.COMPLETED)))
        .exclude(Exists(silence.filter(dismissed_at__isnull=False)))
        .exclude(Exists(asked))
        .order_by()
        .values_list(
            "session_id",
            "user_id",
            "session__current_subtask_id",
            "session__started_at",
            "session__break_ends_at",
            "joined_at",
            Subquery(progress.values("updated_at")[:1]),
            Subquery(silence.values("nudged_at")[:1]),
            Subquery(silence.values("requested_at")[:1]),
        )
    )
    if not rows:
        return []
    # A page that tells of itself is no phone that reports taps (contract 11.2).
    begun, logs = _begun({row[0] for row in rows}), last_at({row[1] for row in rows}, besides=PAGE_EVENTS)
    return [
        Watched(
            session_id=session_id,
            user_id=user_id,
            subtask_id=subtask_id,
            came_at=max(joined_at, started_at or joined_at),
            begun_at=max(joined_at, begun.get(session_id, joined_at), break_ended_at or joined_at),
            progress_at=progress_at,
            log_at=logs.get(user_id),
            nudged_at=nudged_at,
            requested_at=requested_at,
        )
        for (
            session_id,
            user_id,
            subtask_id,
            started_at,
            break_ended_at,
            joined_at,
            progress_at,
            nudged_at,
            requested_at,
        ) in rows
    ]


def _seats(moment: datetime) -> QuerySet[SessionParticipant]:
    """Of who follows a class that runs, has automatic help on, and has no break."""
    no_break = Q(session__break_ends_at__isnull=True) | Q(session__break_ends_at__lte=moment)
    return SessionParticipant.objects.filter(
        no_break,
        session__status=SessionStatus.IN_PROGRESS,
        session__auto_help=True,
        session__current_subtask__isnull=False,
        status=ParticipantStatus.ACTIVE,
        is_present=True,
        removed_at__isnull=True,
    )


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
                    message=text.ko,
                    voice_guide_text=spoken(text.ko),
                    at=moment,
                    english=EnglishNudge(message=text.en, voice_guide_text=spoken(text.en)),
                )
            )


def nudge_words(title: str, guide: str) -> Words:
    """What the phone says: where we are, how to go on (in the lesson's own words), and that asking is fine."""
    how = sentence(" ".join(guide.split()))
    calm = _NO_HURRY if not how or not is_safe(how) else Words(how, how)
    return _NUDGE.with_values(step=quoted(title), how=calm)


def _notice(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    """The instructor hears of one student, if their phone shows that something is wrong; of silence alone when the word
    has not helped for another interval."""
    shown = _shown(seat, moment, silent=is_silent(seat, moment, interval))
    return shown is not None and _tell(seat, moment, shown)


def is_silent(seat: Watched, moment: datetime, interval: timedelta) -> bool:
    """A phone that told of something tells no more, long after the word on it."""
    if seat.nudged_at is None or seat.log_at is None:
        return False
    return min(moment - seat.log_at, moment - seat.nudged_at) >= interval


def _shown(seat: Watched, moment: datetime, *, silent: bool) -> str | None:
    """What shows that they are stuck, read of one phone."""
    found = _seats(moment).select_related("session__lecture").filter(session_id=seat.session_id, user_id=seat.user_id)
    participant = found.filter(session__current_subtask_id=seat.subtask_id).first()
    if participant is None:
        return None
    evidence = reading.read_watched(
        seat.user_id, participant.session, seat.subtask_id, class_began=seat.came_at, step_began=seat.begun_at
    )
    return trouble(evidence, moment, silent=silent)


def _tell(seat: Watched, moment: datetime, shown: str) -> bool:
    """Unless something has happened meanwhile."""
    try:
        with unit_of_work():
            mine = Silence.objects.filter(
                session_id=seat.session_id,
                user_id=seat.user_id,
                subtask_id=seat.subtask_id,
                requested_at__isnull=True,
                dismissed_at__isnull=True,
            )
            if not mine.update(requested_at=moment):
                return False
            done = SubtaskProgress.objects.filter(
                user_id=seat.user_id, subtask_id=seat.subtask_id, status=ProgressStatus.COMPLETED
            )
            still = _seats(moment).exclude(Exists(done)).select_related("user", "session")
            found = still.filter(
                session_id=seat.session_id, user_id=seat.user_id, session__current_subtask_id=seat.subtask_id
            ).first()
            if found is None:
                return False
            stuck = round((moment - max(seat.begun_at, seat.progress_at or seat.begun_at)).total_seconds())
            wanted = HelpRequest(
                session=found.session,
                request_type=RequestType.AUTO,
                priority=Priority.LOW,
                context_data={"stuck_duration_seconds": stuck, "noticed": shown},
                stuck_seconds=stuck,
            )
            return open_request_for(person_of(found.user), place_of(seat.user_id, seat.subtask_id), wanted).created
    except DomainError:
        log.exception("stuck_student_not_told", user_id=seat.user_id, subtask_id=seat.subtask_id)
        return False
