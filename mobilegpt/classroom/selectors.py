"""Reads of live sessions, their seats and what an instructor's screens show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from mobilegpt.classroom import policies, queries
from mobilegpt.classroom.codes import as_code, as_id, look_alikes
from mobilegpt.classroom.events import SessionRef
from mobilegpt.classroom.lesson import course_of_class, lesson_of_class
from mobilegpt.classroom.models import (
    LIVE,
    CodeLookup,
    LectureSession,
    SeatStep,
    SessionParticipant,
    SessionStatus,
    StepControl,
)
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.events import topics
from mobilegpt.events.leases import anybody_on
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import ColleagueRole, LectureRevision
from mobilegpt.lectures.policies import leads
from mobilegpt.lectures.revisions import Lesson, lesson_at, lesson_of
from mobilegpt.lectures.step import Step
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress

Found = TypeVar("Found")
LOOKUP_COUNTS_FOR = timedelta(hours=1)
_LATELY = timedelta(minutes=10)


def find(ref: str) -> LectureSession | None:
    """The session with this id or code, in any state; with its lecture and instructor."""
    if (session_id := as_id(ref)) is not None:
        return queries.session_by_id(session_id)
    return _by_code(ref, queries.session_by_code)


def _by_code(ref: str, find_code: Callable[[str], Found | None]) -> Found | None:
    """What the code finds that somebody gave; else what the one does that looks like it, if it is one."""
    code = as_code(ref)
    if code is None:
        return None
    found = find_code(code)
    if found is None:
        alike = [one for like in look_alikes(code) if (one := find_code(like)) is not None]
        found = alike[0] if len(alike) == 1 else None
    return found


def found_by(actor: Actor | None, ref: str) -> Visit | None:
    """As ``find``, with what a student is in it, in the same query; whether they may know of it is not asked yet."""
    if actor is None or not actor.is_student:
        session = find(ref)
        return Visit(session) if session is not None else None
    found: Any
    if (session_id := as_id(ref)) is not None:
        found = queries.session_seen_by_id(actor.user_id, session_id)
    else:
        found = _by_code(ref, partial(queries.session_seen_by_code, actor.user_id))
    return None if found is None else _visit(found, found)


def found_by_each(ref: str, actors: Sequence[Actor | None]) -> list[Visit | None]:
    """As ``found_by``, for several who ask for the same session; two queries."""
    if len(actors) == 1:
        return [found_by(actors[0], ref)]
    session = find(ref)
    if session is None:
        return [None] * len(actors)
    students = (one.user_id for one in actors if one is not None and one.is_student)
    visits = {comer.pk: _visit(session, comer) for comer in queries.comers(session.pk, students)}
    return [visits.get(actor.user_id if actor is not None else None) or Visit(session) for actor in actors]


def _visit(session: LectureSession, row: Any) -> Visit:
    """Of a student, to a session; ``row`` has both their seat and whether they may come without its code."""
    seat = queries.own_seat_of(row)
    return Visit(session, seat, entitled=seat is None and row.entitled)


def seat_of(user_id: int, session_id: int) -> SessionParticipant | None:
    return queries.seat(user_id, session_id)


@dataclass(frozen=True, slots=True)
class OwnSteps:
    """What somebody has done in one class (contract 11.9)."""

    session_id: int
    done: list[int]


def own_steps(actor: Actor, ref: str) -> OwnSteps:
    """For a phone that comes back. Raises ``Forbidden`` for who is no student, ``NotFound`` as ``visit_of_member``."""
    policies.require_student(actor)
    session_id = visit_of_member(actor, ref).session.pk
    return OwnSteps(session_id, steps_done_by(actor.user_id, session_id))


def steps_done_by(user_id: int, session_id: int) -> list[int]:
    """What somebody has done in this class, by the steps' ids."""
    done = SeatStep.objects.filter(session_id=session_id, user_id=user_id, done_at__isnull=False)
    return sorted(done.values_list("subtask_id", flat=True))


def is_attended(session: LectureSession) -> bool:
    """Whether we know that somebody who runs the class is with it: a page of theirs is open, or they have moved it
    lately. The apps that exist may have no socket."""
    if session.status not in LIVE:
        return False
    if anybody_on(topics.session_staff(session.pk)):
        return True
    return StepControl.objects.filter(session_id=session.pk, created_at__gte=now() - _LATELY).exists()


def who_has_done(session_id: int, subtask_id: int) -> set[int]:
    """Users that have done this step in this class."""
    done = SeatStep.objects.filter(session_id=session_id, subtask_id=subtask_id, done_at__isnull=False)
    return set(done.values_list("user_id", flat=True))


def seats_of_devices(session_id: int, hashes: Iterable[str]) -> dict[str, SessionParticipant]:
    """By their hashes, with their users."""
    return {seat.device_hash or "": seat for seat in queries.seats_of_devices(session_id, hashes)}


def room_of(session: LectureSession) -> SessionRef:
    """The session as its events name it; ``session.lecture`` is loaded."""
    return SessionRef(
        id=session.pk,
        code=session.code,
        lecture_id=session.lecture_id,
        instructor_id=session.lecture.instructor_id,
    )


def helped_by(actor: Actor, ref: str) -> LectureSession:
    """The session for who runs it or supports it (contract 11.8). Raises ``Forbidden`` for students, ``NotFound`` for
    other instructors."""
    return policies.require_helps(actor, find(ref))


def run_by(actor: Actor, ref: str) -> LectureSession:
    """The session for the one who runs it. Raises ``Forbidden`` for students, ``NotFound`` for other instructors."""
    policies.require_staff_role(actor)
    session = find(ref)
    if session is None:
        raise NotFound("Session")
    policies.require_runs(actor, session)
    return session


class SessionStep(NamedTuple):
    """The step that a session stands on, before it is locked, and who the caller is there."""

    session_id: int
    current_subtask_id: int | None
    role: ColleagueRole | None


def session_step_of(actor: Actor, ref: str) -> SessionStep:
    """As ``run_by``, without reading the whole session. Raises the same."""
    policies.require_staff_role(actor)
    found: queries.StepRow | None
    if (by_id := as_id(ref)) is not None:
        found = queries.step_by_id(actor.user_id, by_id)
    else:
        found = _by_code(ref, lambda code: queries.step_by_code(actor.user_id, code))
    if found is None:
        raise NotFound("Session")
    session_id, step_id, instructor_id, role = found
    own_role = ColleagueRole(role) if role is not None else None
    if not leads(actor, instructor_id, own_role):
        raise NotFound("Session")
    return SessionStep(session_id, step_id, own_role)


@dataclass(frozen=True, slots=True)
class Visit:
    """A session and what a student is in it.

    ``entitled``: they may come without its code, since they had a seat in a class of this lecture or an instructor
    enrolled them (contract 6.4); not told of who has a seat here.
    """

    session: LectureSession
    seat: SessionParticipant | None = None
    entitled: bool = False


def belongs(actor: Actor, visit: Visit) -> bool:
    """Whether they run the session, have a seat in it, or may come to it without its code.

    An archived session is there for those who run it only, and one whose seat was removed has none. Raises
    ``Forbidden`` for a guest of other sessions.
    """
    if policies.runs(actor, visit.session):
        return True
    if not actor.is_student or visit.session.status == SessionStatus.ENDED:
        return False
    policies.require_own_session(actor, visit.seat)
    return visit.entitled if visit.seat is None else visit.seat.removed_at is None


def visit_of_member(actor: Actor, ref: str) -> Visit:
    """The session by id or code, for those who belong to it or have just found it by its code (contract 6.4).

    Raises ``NotFound`` for everybody else, ``Forbidden`` SEAT_REMOVED for whose seat was removed.
    """
    found = found_by(actor, ref)
    if found is not None:
        policies.require_not_removed(found.seat)
    if found is None or not (belongs(actor, found) or has_looked_up(actor, found.session)):
        raise NotFound("Session")
    return found


def has_looked_up(actor: Actor, session: LectureSession) -> bool:
    """Whether a student found the session by its code within the last hour; an archived one is nobody's to find."""
    if not actor.is_student or session.status == SessionStatus.ENDED:
        return False
    since = now() - LOOKUP_COUNTS_FOR
    return CodeLookup.objects.filter(session=session, user_id=actor.user_id, looked_up_at__gte=since).exists()


@dataclass(frozen=True, slots=True)
class Viewed:
    """A session as one of its people sees it. ``seat`` is null for those who run it, or have not joined.

    ``code`` is null for who has not joined: it is the key to the room (contract 6.4).
    """

    session: LectureSession
    step: Step | None
    total_steps: int
    active_participants: int
    seat: SessionParticipant | None
    code: str | None


def viewed_by(actor: Actor, ref: str) -> Viewed:
    """R20: participants, who may become one, and those who run it. Raises what ``visit_of_member`` raises."""
    found = visit_of_member(actor, ref)
    shows_code = found.seat is not None or policies.runs(actor, found.session)
    return view(found.session, found.seat, shows_code=shows_code)


def view(session: LectureSession, seat: SessionParticipant | None, *, shows_code: bool) -> Viewed:
    """Two queries."""
    course = course_of_class(session)
    return Viewed(
        session=session,
        step=course.get(session.current_subtask_id),
        total_steps=len(course),
        active_participants=active_count(session.pk),
        seat=seat,
        code=session.code if shows_code else None,
    )


@dataclass(frozen=True, slots=True)
class SeenLesson:
    """What a class teaches. ``changed``: the lecture says something else by now (contract 11.5)."""

    session: LectureSession
    lesson: Lesson
    changed: bool


def lesson_seen_by(actor: Actor, ref: str) -> SeenLesson:
    """For those who may see where the class stands. Raises what ``visit_of_member`` raises."""
    session = visit_of_member(actor, ref).session
    lesson, lecture = lesson_of_class(session), session.lecture
    is_older = lesson.version != lecture.version
    changed = is_older and lecture.deleted_at is None and not lesson.says_the_same(lesson_of(lecture))
    return SeenLesson(session, lesson, changed)


def active_count(session_id: int) -> int:
    return queries.count_active_seats(session_id)


def names_in(session_id: int) -> list[str]:
    """What everybody who has a seat is called."""
    seats = SessionParticipant.objects.filter(session_id=session_id, removed_at__isnull=True)
    return [name or own for name, own in seats.values_list("name", "user__name")]


def places_in(session: LectureSession, user_ids: Iterable[int]) -> tuple[dict[int, SessionParticipant], int]:
    """The seats that these users have, by user, and how many seats are taken."""
    found = queries.places(session.pk, user_ids)
    seats = {seat.user_id: seat for row in found if (seat := queries.own_seat_of(row)) is not None}
    for seat in seats.values():
        seat.session = session
    return seats, found[0].taken


def participant_count(session_id: int) -> int:
    """Seats taken."""
    return queries.count_seats(session_id)


def courses_of(session_ids: Iterable[int]) -> dict[int, Course]:
    """What each of these classes teaches; one query, and none for what the process knows."""
    sessions = LectureSession.objects.filter(pk__in=session_ids).select_related("lecture").order_by()
    return {session.pk: course_of_class(session) for session in sessions}


def active_seat(actor: Actor) -> SessionParticipant | None:
    """R21: the newest seat in a session that is WAITING, IN_PROGRESS or PAUSED (contract 6.6)."""
    policies.require_student(actor)
    return (
        SessionParticipant.objects.filter(user_id=actor.user_id, session__status__in=LIVE, removed_at__isnull=True)
        .select_related("session__lecture__instructor")
        .order_by("-is_present", "-id")
        .first()
    )


class LiveClass(NamedTuple):
    """Where the class of a learner stands, and what it teaches; ``None`` for the lecture as it is."""

    subtask_id: int
    lesson: Lesson | None


def live_classes(user_id: int) -> dict[int, LiveClass]:
    """The learner's class that stands on a step, per lecture; the newest one wins. One query."""
    seats = SessionParticipant.objects.filter(
        user_id=user_id, session__status__in=LIVE, session__current_subtask__isnull=False, removed_at__isnull=True
    ).order_by("id")
    rows = seats.values_list("session__lecture_id", "session__lecture_version", "session__current_subtask_id")
    newest = {lecture_id: (version, subtask_id) for lecture_id, version, subtask_id in rows}
    return {
        lecture_id: LiveClass(subtask_id, lesson_at(lecture_id, version) if version is not None else None)
        for lecture_id, (version, subtask_id) in newest.items()
    }


def steps_of(live: Mapping[int, LiveClass]) -> dict[int, int]:
    """Where each of these classes stands."""
    return {lecture_id: one.subtask_id for lecture_id, one in live.items()}


def lessons_of(live: Mapping[int, LiveClass]) -> dict[int, Lesson]:
    """What those of these classes teach that have kept it."""
    return {lecture_id: one.lesson for lecture_id, one in live.items() if one.lesson is not None}


def versions_attended(user_id: int, lecture_id: int) -> list[int]:
    """What the classes of a lecture taught in which somebody has a seat, the newest class first."""
    rows = LectureSession.objects.filter(participants__user_id=user_id, lecture_id=lecture_id).order_by("-id")
    versions = rows.values_list("lecture_version", flat=True)
    return list(dict.fromkeys(version for version in versions if version is not None))


def lectures_of_seats(user_id: int) -> set[int]:
    """The lectures in whose classes somebody has, or had, a seat."""
    return set(SessionParticipant.objects.filter(user_id=user_id).values_list("session__lecture_id", flat=True))


def sessions_of_lecture(lecture_id: int) -> QuerySet[LectureSession]:
    """Newest first, each with ``seats``, its number of participants, and the words of its lesson, if it kept one:
    ``taught_title`` and ``taught_description``."""
    kept = LectureRevision.objects.filter(lecture_id=OuterRef("lecture_id"), version=OuterRef("lecture_version"))
    return (
        LectureSession.objects.filter(lecture_id=lecture_id)
        .select_related("lecture__instructor")
        .annotate(
            seats=Count("participants", filter=Q(participants__removed_at__isnull=True)),
            taught_title=Subquery(kept.values(word=KT("content__title"))),
            taught_description=Subquery(kept.values(word=KT("content__description"))),
        )
        .order_by("-id")
    )


def seated_in(session_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` has a seat in the class."""
    seats = SessionParticipant.objects.filter(session_id=session_id, user_id__in=among, removed_at__isnull=True)
    return set(seats.values_list("user_id", flat=True))


def classmates(user_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` somebody has sat in a class with, guests too, or has held one for, or the other way round."""
    taken = SessionParticipant.objects.filter(user_id=user_id).values("session_id")
    theirs = Q(session__in=taken) | Q(session__lecture__instructor_id=user_id)
    seated = SessionParticipant.objects.filter(theirs, user_id__in=among).values_list("user_id", flat=True)
    teachers = LectureSession.objects.filter(pk__in=taken, lecture__instructor_id__in=among)
    return {*seated, *teachers.values_list("lecture__instructor_id", flat=True)}


def roster(session: LectureSession) -> QuerySet[SessionParticipant]:
    """Everyone who has a seat, in order of arrival; with ``step_status``, their status on the current step.

    What is COMPLETED was done in this class: who did it in an earlier one of the lecture is on it again.
    """
    step_id = session.current_subtask_id or 0
    own = SubtaskProgress.objects.filter(user_id=OuterRef("user_id"), subtask_id=step_id)
    here = SeatStep.objects.filter(
        session_id=session.pk, user_id=OuterRef("user_id"), subtask_id=step_id, done_at__isnull=False
    )
    status = Case(
        When(Exists(here), then=Value(ProgressStatus.COMPLETED.value)),
        When(lecture_status=ProgressStatus.COMPLETED, then=Value(ProgressStatus.IN_PROGRESS.value)),
        default=Coalesce("lecture_status", Value(ProgressStatus.NOT_STARTED.value)),
    )
    return (
        SessionParticipant.objects.filter(session_id=session.pk, removed_at__isnull=True)
        .select_related("user")
        .annotate(lecture_status=Subquery(own.values("status")[:1]), step_status=status)
        .order_by("id")
    )


def done_by_step(session_id: int) -> dict[int, int]:
    """How many have done each step in this class; who was removed is not counted."""
    removed = SessionParticipant.objects.filter(session_id=session_id, removed_at__isnull=False).values("user_id")
    done = SeatStep.objects.filter(session_id=session_id, done_at__isnull=False).exclude(user_id__in=removed)
    return dict(done.values_list("subtask_id").annotate(Count("id")).order_by())


def all_seats(session: LectureSession) -> QuerySet[SessionParticipant]:
    """Also those that were removed, in order of arrival; with their users."""
    return SessionParticipant.objects.filter(session_id=session.pk).select_related("user").order_by("id")


def minutes_of(session: LectureSession) -> int:
    """Whole minutes from start to end; 0 for a class that never started (contract 6.5)."""
    if session.started_at is None or session.ended_at is None:
        return 0
    return int((session.ended_at - session.started_at).total_seconds() // 60)
