"""What people do in classes, by the real services, on a clock that the test sets; what only their phones know."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from time_machine import Traveller

from mobilegpt.accounts.models import User
from mobilegpt.attendance import services as attendance
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    ChangeSeat,
    EndSession,
    MergeSeat,
    OpenSession,
    PauseSession,
    ReportPage,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.events import StepChanged
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.events import streams, topics
from mobilegpt.events.event import decode_event
from mobilegpt.events.models import StreamEntry
from mobilegpt.helpdesk import analysing
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.lectures import services as lectures
from mobilegpt.lectures.commands import CreateSubtask, Reorder, TaskOrder, UpdateSubtask
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.recount.recount import Held, Line, Recount

SWEPT_AFTER = timedelta(seconds=45)
TAKEN_AGAIN_AFTER = timedelta(seconds=120)


class Script:
    """One lecture of two tasks, its instructor, three people, and everything that they do.

    ``sheets`` are the attendance sheets as they were taken last; ``recount`` says how everything should stand.
    """

    def __init__(self, instructor: User, people: list[User], lecture: Lecture, clock: Traveller) -> None:
        self.instructor, self.people, self.lecture, self.clock = instructor, people, lecture, clock
        self.actor = cast.actor(instructor)
        self.recount = Recount(self._lesson())
        self.sheets: dict[int, dict[int, Line]] = {}
        self._devices: dict[int, str] = {}
        self._silent: set[int] = set()
        self._taken_again: set[int] = set()
        self._heard = StreamEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    @property
    def classes(self) -> list[Held]:
        return list(self.recount.classes.values())

    @property
    def live(self) -> list[Held]:
        return [held for held in self.classes if not held.is_over]

    @property
    def running(self) -> list[Held]:
        return [held for held in self.live if held.step is not None]

    def do(self, act: Callable[[], object]) -> bool:
        """Half a second later, and half a second before anybody looks. Returns whether it was allowed."""
        self.wait(0.5)
        try:
            act()
        except DomainError:
            return False
        finally:
            self.listen()
            self.clock.shift(timedelta(seconds=0.5))
        return True

    def listen(self) -> None:
        rows = list(StreamEntry.objects.filter(pk__gt=self._heard).order_by("pk"))
        for row in {row.event_id: row for row in rows}.values():
            self.recount.hear(decode_event(row.event_type, bytes(row.payload)))
        if rows:
            self._heard = rows[-1].pk

    # --- time

    def wait(self, seconds: float) -> None:
        """Every phone that did not fall silent says meanwhile that it is there."""
        self.clock.shift(timedelta(seconds=seconds))
        self._live_on()
        for held in self.classes:
            over = held.ended_at is not None and now() >= held.ended_at + TAKEN_AGAIN_AFTER
            if over and held.id not in self._taken_again:
                self._taken_again.add(held.id)
                self._take(held)

    def _live_on(self) -> None:
        alive = {user.pk for user in self.people} - self._silent
        services.touch(alive, now())
        self.recount.shows_life(alive, now())

    def _take(self, held: Held) -> None:
        attendance.take(held.id)
        self.sheets[held.id] = self.recount.sheet(held, now())

    def fall_silent(self, user: User) -> None:
        self._silent.add(user.pk)

    def sweep(self) -> None:
        self.do(lambda: services.mark_absent_if_silent(now() - SWEPT_AFTER))

    def by(self, user: User, act: Callable[[], object]) -> bool:
        """Somebody does something: their phone is alive."""
        self._silent.discard(user.pk)
        return self.do(act)

    # --- the class

    def open(self) -> None:
        command = OpenSession(title="오전반")
        self.do(lambda: services.open_session(actor=self.actor, lecture_id=self.lecture.pk, command=command))

    def start(self, held: Held) -> None:
        self.do(lambda: services.start_session(actor=self.actor, session_ref=f"{held.id}", command=StartSession()))

    def move(self, held: Held, step: int | None) -> None:
        command = AdvanceStep(subtask_id=step)
        self.do(lambda: services.advance_step(actor=self.actor, session_ref=f"{held.id}", command=command))

    def pause_or_resume(self, held: Held) -> None:
        if held.status == "PAUSED":
            resume = ResumeSession()
            self.do(lambda: services.resume_session(actor=self.actor, session_ref=f"{held.id}", command=resume))
        else:
            pause = PauseSession()
            self.do(lambda: services.pause_session(actor=self.actor, session_ref=f"{held.id}", command=pause))

    def end(self, held: Held) -> None:
        self.do(lambda: services.end_session(actor=self.actor, session_ref=f"{held.id}", command=EndSession()))
        self._take(held)

    def refresh(self, held: Held) -> None:
        self.do(lambda: services.refresh_lesson(actor=self.actor, session_ref=f"{held.id}"))

    # --- people and their phones

    def join(self, held: Held, user: User) -> None:
        if user.is_guest:
            self.by(user, lambda: self._seat_guest(held, self._devices[user.pk]))
        else:
            self.by(user, lambda: classes.seat(LectureSession.objects.get(pk=held.id), user))

    def join_with(self, held: Held, device: str) -> None:
        """A phone without an account. It is the same person in every class, and whom others were merged into."""
        self.do(lambda: self._seat_guest(held, device))

    def _seat_guest(self, held: Held, device: str) -> None:
        seating = services.join_as_guest(
            ref=held.code, name=f"손님 {device[0]}", device_id=device, address="198.51.100.7"
        )
        user = User.objects.get(pk=seating.seating.seat.user_id)
        if user not in self.people:
            self.people.append(user)
        self._devices.setdefault(user.pk, device)

    def remove(self, held: Held, user: User, *, may_return: bool) -> None:
        seat = self._seat_of(held, user)
        self.do(
            lambda: services.remove_seat(
                actor=self.actor, session_ref=f"{held.id}", participant_id=seat, may_return=may_return
            )
        )

    def change(self, held: Held, user: User, command: ChangeSeat) -> None:
        """Another name, or the seat is given back."""
        seat = self._seat_of(held, user)
        self.do(
            lambda: services.change_seat(
                actor=self.actor, session_ref=f"{held.id}", participant_id=seat, command=command
            )
        )

    def merge(self, held: Held, gone: User, kept: User) -> None:
        seat, command = self._seat_of(held, gone), MergeSeat(into=self._seat_of(held, kept))
        if not self.do(
            lambda: services.merge_seat(
                actor=self.actor, session_ref=f"{held.id}", participant_id=seat, command=command
            )
        ):
            return
        self.people.remove(gone)
        for session, sheet in self.sheets.items():
            if (line := sheet.pop(gone.pk, None)) is not None:
                both = kept.pk in sheet
                sheet[kept.pk] = self.recount.sheet(self.recount.classes[session], now())[kept.pk] if both else line

    def _seat_of(self, held: Held, user: User) -> int:
        return SessionParticipant.objects.get(session_id=held.id, user=user).pk

    def cut(self, held: Held, user: User, seconds: float) -> None:
        """The phone lost its network so long before it is noticed."""
        self.do(lambda: services.mark_absent(held.id, user.pk, now() - timedelta(seconds=seconds)))

    def come_back(self, held: Held, user: User) -> None:
        self.by(user, lambda: services.mark_present({held.id: [user.pk]}))

    def goodbye(self, held: Held, user: User) -> None:
        if self.do(lambda: services.say_goodbye(actor=cast.actor(user), session_id=held.id)):
            held.seats[user.pk].said_goodbye = True

    def receive(self, held: Held, user: User) -> None:
        """The phone says that it has come to the end of the stream."""
        newest = streams.newest(topics.session(held.id), StepChanged)
        if self.by(user, lambda: services.note_received({held.id: {user.pk: newest}})):
            self.recount.has_received(held.id, user.pk, now())

    def show(self, held: Held, user: User, *, visible: bool) -> None:
        """The page says whether it is to be seen, with the step of the class on it."""
        command = ReportPage(visible=visible, subtask_id=held.step)
        if self.by(user, lambda: services.report_page(actor=cast.actor(user), session_id=held.id, command=command)):
            held.seats[user.pk].hidden = not visible
            self.recount.has_received(held.id, user.pk, now())

    def says(self, user: User, step: int, status: str) -> None:
        command = UpdateProgress(subtask_id=step, status=status)
        self.by(user, lambda: update_progress(actor=cast.actor(user), command=command))

    # --- help

    def ask(self, held: Held, user: User, step: int, kind: str) -> None:
        command = RequestHelp(subtask_id=step, request_type=kind)
        session = LectureSession.objects.get(pk=held.id)
        self.by(user, lambda: helpdesk.request_help(actor=cast.actor(user), command=command, session=session))

    def answer(self, request: int) -> None:
        command = AnswerHelp(help_content="초록색 단추를 눌러 보세요.")
        self.do(lambda: helpdesk.answer_help(actor=self.actor, request_id=request, command=command))

    def analyse(self, request: int) -> None:
        self.do(lambda: analysing.finish({"request_id": request}))

    def comfort(self, request: int) -> None:
        """No analysis was ready in time."""
        self.do(lambda: analysing.give_up(request))

    def rate(self, request: int, rating: int) -> None:
        call = self.recount.calls[request]
        user = next(one for one in self.people if one.pk == call.user)
        command = GiveFeedback(help_request_id=request, rating=rating)
        if self.by(user, lambda: helpdesk.give_feedback(actor=cast.actor(user), command=command)):
            self.recount.rated(request, rating)

    def close(self, request: int) -> None:
        self.do(lambda: helpdesk.close_help(actor=self.actor, request_id=request))

    # --- the lecture

    def add_step(self, place: int) -> None:
        tasks = list(Task.objects.filter(lecture=self.lecture).order_by("order_index"))
        with suppress(IndexError):
            command = CreateSubtask(title=f"새 단계 {len(self._lesson()) + 1}")
            self._edit(lambda: lectures.create_subtask(actor=self.actor, task_id=tasks[place].pk, command=command))

    def reword(self, step: int) -> None:
        command = UpdateSubtask(title=f"{step}번 단계, {now():%H:%M:%S}에 고침")
        self._edit(lambda: lectures.update_subtask(actor=self.actor, subtask_id=step, command=command))

    def delete_step(self, step: int) -> None:
        self._edit(lambda: lectures.delete_subtask(actor=self.actor, subtask_id=step))

    def delete_task(self, place: int) -> None:
        tasks = list(Task.objects.filter(lecture=self.lecture).order_by("order_index"))
        if place < len(tasks):
            self._edit(lambda: lectures.delete_task(actor=self.actor, task_id=tasks[place].pk))

    def reverse(self) -> None:
        """Tasks and steps in the opposite order."""
        tasks = Task.objects.filter(lecture=self.lecture).order_by("-order_index")
        order = [
            TaskOrder(
                id=task.pk, subtasks=[step.pk for step in Subtask.objects.filter(task=task).order_by("-order_index")]
            )
            for task in tasks
        ]
        self._edit(lambda: lectures.reorder(actor=self.actor, lecture_id=self.lecture.pk, command=Reorder(tasks=order)))

    def delete_lecture(self) -> None:
        if self.do(lambda: lectures.delete_lecture(actor=self.actor, lecture_id=self.lecture.pk)):
            self.recount.lecture = None

    def _edit(self, act: Callable[[], object]) -> None:
        if self.do(act):
            self.recount.lecture = self._lesson()

    def _lesson(self) -> list[tuple[int, str]]:
        return [(step.pk, step.title) for step in classes.steps(self.lecture)]


def stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None
