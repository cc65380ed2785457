"""Snapshot + events == fresh state, for every service that emits: by name, and in any order that hypothesis finds."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    Announce,
    EndSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.core.errors import DomainError
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.services import answer_help, close_help, request_help
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.realtime.route import Handshake
from mobilegpt.sockets.class_room import open_room
from mobilegpt.sockets.classes import open_instructor, open_student
from mobilegpt.sockets.dashboard import open_lecture
from mobilegpt.sockets.own_affairs import open_progress
from tests import cast, classes
from tests.sockets.state import DashboardMirror, InstructorMirror, Mirror, ProgressMirror, RoomMirror, StudentMirror

pytestmark = pytest.mark.django_db


class Rehearsal:
    """A class of three with everybody's sockets open, and everything that can happen to it."""

    def __init__(self) -> None:
        self.park = cast.instructor_park()
        self.lecture = cast.lecture(self.park)
        self.session = classes.open_class(self.lecture)
        self.steps = classes.steps(self.lecture)
        self.pupils = [cast.student_kim(), cast.student_lee(), *cast.students(1)]
        self.kim = self.pupils[0]
        self.teacher = cast.actor(self.park)
        self.ref = str(self.session.pk)
        for pupil in self.pupils:
            cast.enroll(self.lecture, pupil)
        self.mirrors = self._open()

    def _open(self) -> list[Mirror]:
        kim, code = cast.actor(self.kim), self.session.code
        student = open_student(Handshake({"session_ref": self.ref}, {}, kim, "::1"))
        staff = open_instructor(Handshake({"session_ref": self.ref}, {}, self.teacher, "::1"))
        teaching = open_room(Handshake({"code": code}, {}, self.teacher, "::1"))
        own = open_progress(Handshake({"user_id": str(self.kim.pk)}, {}, kim, "::1"))
        watching = open_lecture(Handshake({"lecture_id": str(self.lecture.pk)}, {}, self.teacher, "::1"))
        return [
            StudentMirror(kim, student),
            InstructorMirror(self.teacher, staff),
            RoomMirror(self.teacher, teaching),
            ProgressMirror(kim, own),
            DashboardMirror(self.teacher, watching),
        ]

    def do(self, action: str, who: int = 0, which: int = 0) -> None:
        """Try it; a refusal must leave everything as it was."""
        pupil, step = self.pupils[who], self.steps[which]
        with suppress(DomainError):
            getattr(self, f"_{action}")(pupil, step.pk)
        self.check()

    def check(self) -> None:
        for mirror in self.mirrors:
            mirror.catch_up()
            assert mirror.state == mirror.read(), type(mirror).__name__

    def _start(self, pupil: User, step: int) -> None:
        services.start_session(actor=self.teacher, session_ref=self.ref, command=StartSession(message="시작해요"))

    def _next(self, pupil: User, step: int) -> None:
        services.advance_step(actor=self.teacher, session_ref=self.ref, command=AdvanceStep())

    def _jump(self, pupil: User, step: int) -> None:
        command = AdvanceStep(subtask_id=step, message="여기로 가요")
        services.advance_step(actor=self.teacher, session_ref=self.ref, command=command)

    def _pause(self, pupil: User, step: int) -> None:
        services.pause_session(actor=self.teacher, session_ref=self.ref, command=PauseSession(message="쉬어요"))

    def _resume(self, pupil: User, step: int) -> None:
        services.resume_session(actor=self.teacher, session_ref=self.ref, command=ResumeSession())

    def _end(self, pupil: User, step: int) -> None:
        services.end_session(actor=self.teacher, session_ref=self.ref, command=EndSession(message="수고했어요"))

    def _announce(self, pupil: User, step: int) -> None:
        # S1's student socket has no frame for words in the waiting room; they come with its snapshot.
        if LectureSession.objects.get(pk=self.session.pk).status != SessionStatus.WAITING:
            services.announce(actor=self.teacher, session_ref=self.ref, command=Announce(message="천천히"))

    def _come(self, pupil: User, step: int) -> None:
        services.take_seat(actor=cast.actor(pupil), session=LectureSession.objects.get(pk=self.session.pk))

    def _leave(self, pupil: User, step: int) -> None:
        services.mark_absent(self.session.pk, pupil.pk)

    def _return(self, pupil: User, step: int) -> None:
        services.mark_present({self.session.pk: [pupil.pk]})

    def _guest(self, pupil: User, step: int) -> None:
        session = LectureSession.objects.get(pk=self.session.pk)
        services.take_guest_seat(
            session=session, name="홍길동", device_id=f"f3b0c44298fc1c149afbf4c8{pupil.pk}", address="192.0.2.1"
        )

    def _begin(self, pupil: User, step: int) -> None:
        self._report(pupil, step, "IN_PROGRESS")

    def _complete(self, pupil: User, step: int) -> None:
        self._report(pupil, step, "COMPLETED")

    def _report(self, pupil: User, step: int, status: str) -> None:
        update_progress(actor=cast.actor(pupil), command=UpdateProgress(subtask_id=step, status=status))

    def _ask(self, pupil: User, step: int) -> None:
        request_help(actor=cast.actor(pupil), command=RequestHelp(subtask_id=step))

    def _answer(self, pupil: User, step: int) -> None:
        for request in HelpRequest.objects.filter(user=pupil, subtask_id=step):
            answer_help(actor=self.teacher, request_id=request.pk, command=AnswerHelp(help_content="이렇게 해요"))

    def _close(self, pupil: User, step: int) -> None:
        for request in HelpRequest.objects.filter(user=pupil, subtask_id=step):
            close_help(actor=self.teacher, request_id=request.pk)


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal()


def test_a_whole_class(rehearsal: Rehearsal) -> None:
    for action in (
        "come", "guest", "start", "begin", "ask", "answer", "close", "pause", "announce", "resume", "leave", "next",
        "return", "complete", "jump", "announce", "end", "announce", "leave", "come",
    ):  # fmt: skip
        rehearsal.do(action)
    seen = rehearsal.mirrors[2].state
    assert seen["status"] == "REVIEW_MODE"
    assert seen["instructor_message"] == "천천히"


ACTIONS = [
    "start", "next", "jump", "pause", "resume", "end", "announce", "come", "leave", "return", "guest",
    "begin", "complete", "ask", "answer", "close",
]  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 2)), min_size=3, max_size=14),
    st.booleans(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_of_things(things: list[tuple[str, int, int]], started: bool) -> None:
    with transaction.atomic():
        cache.clear()
        rehearsal = Rehearsal()
        for action, who, which in [("start", 0, 0)] * started + things:
            rehearsal.do(action, who, which)
        transaction.set_rollback(True)
