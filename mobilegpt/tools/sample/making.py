"""Puts the sample into the database, and takes it out again (contract 8.10).

Rows are written as they would stand after the classes: nobody is told, so no events are emitted. Times are set in a
second statement, because ``auto_now_add`` leaves no choice in the first. One hash serves all accounts: it is one
password.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from config.production import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.services import delete_expired_guests
from mobilegpt.classroom.codes import new_code
from mobilegpt.classroom.models import (
    LectureSession,
    ParticipantStatus,
    SessionParticipant,
    SessionStatus,
    StepAction,
    StepControl,
)
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse, Priority, RequestStatus
from mobilegpt.lectures.events import LectureChanged
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task
from mobilegpt.lectures.revisions import keep
from mobilegpt.lectures.selectors import ordered_subtasks
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import MILESTONES
from mobilegpt.tools.sample.chatting import make_room, remove_rooms
from mobilegpt.tools.sample.history import INSTRUCTOR, PAST_CLASSES, STUDENTS, Help, PastClass, Person
from mobilegpt.tools.sample.lessons import LESSONS, Lesson
from mobilegpt.tools.sample.logging import log_steps
from mobilegpt.tools.sample.ready import make_ready

STEP_TIME = timedelta(minutes=8)
_BREAK = timedelta(minutes=5)
_EARLY = timedelta(minutes=10)
_HIGH_PRIORITY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Made:
    """How many rows a run added; all zero when everything was there."""

    accounts: int = 0
    lectures: int = 0
    classes: int = 0
    rooms: int = 0


def make() -> Made:
    """Add what is missing of the sample: accounts by e-mail, lectures by title, the classes of a lecture as a whole."""
    with unit_of_work():
        accounts_before = User.objects.filter(email__in=SAMPLE_ACCOUNTS).count()
        instructor, *students = _accounts()
        lectures = classes = 0
        ready = make_ready(instructor)
        for lesson in LESSONS:
            lecture, created = _lecture(instructor, lesson)
            lectures += created
            past = [each for each in PAST_CLASSES if each.lesson is lesson]
            if not LectureSession.objects.filter(lecture=lecture).exists():
                classes += _History(lecture, instructor, students).write(past)
        _unlock(students)
        rooms = int(make_room(instructor, students))
        return Made(len(SAMPLE_ACCOUNTS) - accounts_before, ready + lectures, classes, rooms)


def remove() -> int:
    """Delete the sample accounts with everything that is theirs: lectures, classes with their guests, progress, help.

    What others made stays. Returns how many accounts there were.
    """
    with unit_of_work():
        users = list(User.objects.filter(email__in=SAMPLE_ACCOUNTS))
        lectures = Lecture.everything.filter(instructor__in=users)
        lecture_ids = list(lectures.values_list("pk", flat=True))
        delete_expired_guests(LectureSession.objects.filter(lecture__in=lecture_ids).values_list("pk", flat=True))
        lectures.delete()
        remove_rooms(users)
        for user in users:
            user.delete()
        for lecture_id in lecture_ids:
            emit(LectureChanged(lecture_id=lecture_id))
        return len(users)


# --- accounts and lectures


def _accounts() -> list[User]:
    """The instructor, then the students; those that exist stay as they are."""
    hashed = make_password(SAMPLE_PASSWORD)
    people = zip(SAMPLE_ACCOUNTS, (INSTRUCTOR, *STUDENTS), strict=True)
    wanted = [_account(email, person, hashed) for email, person in people]
    User.objects.bulk_create(wanted, ignore_conflicts=True)
    found = {user.email: user for user in User.objects.filter(email__in=SAMPLE_ACCOUNTS)}
    return [found[email] for email in SAMPLE_ACCOUNTS]


def _account(email: str, person: Person, hashed: str) -> User:
    return User(
        email=email,
        password=hashed,
        name=person.name,
        nickname=person.name,
        age=person.age,
        digital_level=person.digital_level,
        role=Role.INSTRUCTOR if person is INSTRUCTOR else Role.STUDENT,
    )


def _lecture(instructor: User, lesson: Lesson) -> tuple[Lecture, bool]:
    lecture, created = Lecture.objects.get_or_create(
        instructor=instructor, title=lesson.title, defaults={"description": lesson.description}
    )
    if not created:
        return lecture, False
    for task_index, part in enumerate(lesson.parts, start=1):
        task = Task.objects.create(
            lecture=lecture, title=part.title, description=part.description, order_index=task_index
        )
        Subtask.objects.bulk_create(
            Subtask(
                task=task,
                title=step.title,
                description=step.description,
                order_index=index,
                target_action=step.action,
                target_element_hint=step.hint,
                guide_text=step.guide,
                voice_guide_text=step.said or step.guide,
            )
            for index, step in enumerate(part.steps, start=1)
        )
    return lecture, True


# --- past classes


class _History:
    """The past classes of one lecture."""

    def __init__(self, lecture: Lecture, instructor: User, students: list[User]) -> None:
        self.lecture = lecture
        self.instructor = instructor
        self.students = students
        self.steps = dict(enumerate(ordered_subtasks(lecture.pk), start=1))

    def write(self, classes: list[PastClass]) -> int:
        """Returns how many classes were written: none when the lecture has been edited and lacks their steps."""
        if any(position not in self.steps for past in classes for position in past.positions):
            return 0
        moment = now()
        self._enroll(classes, moment)
        for past in classes:
            self._write_class(past, moment - past.ago)
        return len(classes)

    def _enroll(self, classes: list[PastClass], moment: datetime) -> None:
        first_class: dict[int, datetime] = {}
        for past in sorted(classes, key=lambda each: each.ago, reverse=True):
            for student in past.completed:
                first_class.setdefault(student, moment - past.ago - timedelta(days=1))
        rows = [Enrollment(user=self.students[student], lecture=self.lecture) for student in first_class]
        Enrollment.objects.bulk_create(rows, ignore_conflicts=True)
        enrolled = Enrollment.objects.filter(lecture=self.lecture).select_related("user")
        when = {self.students[student].pk: at for student, at in first_class.items()}
        _set_times([(row, {"enrolled_at": when[row.user_id]}) for row in enrolled if row.user_id in when])

    def _write_class(self, past: PastClass, started: datetime) -> None:
        timetable = _timetable(past, started)
        ended = timetable[past.last] + STEP_TIME
        session = LectureSession.objects.create(
            lecture=self.lecture,
            code=new_code(),
            title=past.title,
            status=SessionStatus.REVIEW_MODE,
            current_subtask=self.steps[past.last],
            scheduled_at=started,
            started_at=started,
            ended_at=ended,
            lecture_version=keep(self.lecture.pk),
        )
        _set_times([(session, {"created_at": started - _EARLY})])
        _insert_at(self._controls(past, session, timetable, ended))
        _insert_at(self._seats(past, session, started, ended))
        _insert_at(self._progress(past, timetable))
        self._log(past)
        for asked in past.help:
            self._write_help(past, session, timetable, asked)

    def _controls(
        self, past: PastClass, session: LectureSession, timetable: dict[int, datetime], ended: datetime
    ) -> Iterator[tuple[Model, dict[str, datetime]]]:
        for position in past.positions:
            begun = timetable[position]
            over = timetable.get(position + 1, ended)
            yield self._control(session, position, StepAction.START_STEP, begun)
            if position == past.paused_after:
                yield self._control(session, position, StepAction.PAUSE, over - _BREAK)
                yield self._control(session, position, StepAction.RESUME, over)
            yield self._control(session, position, StepAction.END_STEP, over)

    def _control(
        self, session: LectureSession, position: int, action: StepAction, at: datetime
    ) -> tuple[Model, dict[str, datetime]]:
        subtask = self.steps[position]
        row = StepControl(session=session, subtask=subtask, action=action, actor=self.instructor)
        return row, {"created_at": at}

    def _seats(
        self, past: PastClass, session: LectureSession, started: datetime, ended: datetime
    ) -> Iterator[tuple[Model, dict[str, datetime]]]:
        for student, done in past.completed.items():
            finished = past.first + done - 1 == len(self.steps)
            seat = SessionParticipant(
                session=session,
                user=self.students[student],
                status=ParticipantStatus.COMPLETED if finished else ParticipantStatus.DISCONNECTED,
                current_subtask=self.steps[past.last],
                is_present=False,
            )
            yield seat, {"joined_at": started - timedelta(minutes=8, seconds=-37 * student), "last_seen_at": ended}

    def _progress(self, past: PastClass, timetable: dict[int, datetime]) -> Iterator[tuple[Model, dict[str, datetime]]]:
        waiting = {(asked.student, asked.position) for asked in past.help if not asked.closed}
        for student, done in past.completed.items():
            for position in past.positions:
                begun = timetable[position]
                row = SubtaskProgress(
                    user=self.students[student],
                    subtask=self.steps[position],
                    status=ProgressStatus.IN_PROGRESS,
                    started_at=begun,
                )
                touched = begun
                if position < past.first + done:
                    touched = begun + _time_taken(student, position)
                    row.status, row.completed_at = ProgressStatus.COMPLETED, touched
                elif (student, position) in waiting:
                    row.status = ProgressStatus.HELP_NEEDED
                yield row, {"updated_at": touched}

    def _log(self, past: PastClass) -> None:
        steps = [self.steps[position] for position in past.positions]
        users = [self.students[student] for student in past.completed]
        done = SubtaskProgress.objects.filter(subtask__in=steps, user__in=users).select_related("subtask__task")
        log_steps(done, past.lesson.package)

    def _write_help(
        self, past: PastClass, session: LectureSession, timetable: dict[int, datetime], asked: Help
    ) -> None:
        at = timetable[asked.position] + timedelta(seconds=asked.stuck_seconds)
        answered = at + timedelta(seconds=40)
        request = HelpRequest.objects.create(
            user=self.students[asked.student],
            subtask=self.steps[asked.position],
            lecture=self.lecture,
            session=session,
            priority=Priority.HIGH if asked.stuck_seconds >= _HIGH_PRIORITY_SECONDS else Priority.NORMAL,
            status=RequestStatus.RESOLVED if asked.answer else RequestStatus.FAILED,
            context_data={"message": asked.said, "stuck_duration_seconds": asked.stuck_seconds},
            stuck_seconds=asked.stuck_seconds,
            resolved_at=answered if asked.answer else None,
            closed_at=timetable[asked.position] + STEP_TIME if asked.closed else None,
        )
        _set_times([(request, {"created_at": at})])
        if asked.answer:
            response = HelpResponse.objects.create(
                request=request,
                help_content=asked.answer,
                voice_guide_text=asked.answer,
                author=self.instructor,
                rating=asked.rating,
            )
            _set_times([(response, {"created_at": answered})])


def _timetable(past: PastClass, started: datetime) -> dict[int, datetime]:
    """When each step began."""
    begins, at = {}, started
    for position in past.positions:
        begins[position] = at
        at += STEP_TIME + (_BREAK if position == past.paused_after else timedelta())
    return begins


def _time_taken(student: int, position: int) -> timedelta:
    """Between one and seven minutes, different for everybody and the same in every run."""
    return timedelta(seconds=60 + (student * 97 + position * 53) % 360)


def _unlock(students: list[User]) -> None:
    """The milestones that their completed steps have earned, each at the moment of the step that reached it."""
    moments: defaultdict[int, list[datetime]] = defaultdict(list)
    done = SubtaskProgress.objects.filter(user__in=students, status=ProgressStatus.COMPLETED)
    for user_id, at in done.order_by("completed_at").values_list("user_id", "completed_at"):
        if at is not None:
            moments[user_id].append(at)
    held = set(Achievement.objects.filter(user__in=students).values_list("user_id", "milestone"))
    _insert_at(
        (Achievement(user_id=user_id, milestone=milestone), {"unlocked_at": times[milestone - 1]})
        for user_id, times in moments.items()
        for milestone in MILESTONES
        if milestone <= len(times) and (user_id, milestone) not in held
    )


# --- rows with times of their own


def _insert_at(rows: Iterable[tuple[Model, dict[str, datetime]]]) -> None:
    """Insert rows of one model, then set the times that the model would take from the clock."""
    timed = list(rows)
    if timed:
        type(timed[0][0])._default_manager.bulk_create([row for row, _ in timed])
        _set_times(timed)


def _set_times(timed: list[tuple[Any, dict[str, datetime]]]) -> None:
    """``bulk_update`` writes what it is given, where ``save`` would ask the clock again."""
    for row, times in timed:
        for field, at in times.items():
            setattr(row, field, at)
    if timed:
        fields = list(timed[0][1])
        type(timed[0][0])._default_manager.bulk_update([row for row, _ in timed], fields)
