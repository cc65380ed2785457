"""Who of several is in control of a class (contract 11.8)."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep, PauseSession, StartSession
from mobilegpt.classroom.events import ControlChanged
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.events.models import SocketLease
from mobilegpt.lectures.models import Colleague
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def choi(session: LectureSession) -> User:
    """Teaches the lecture beside 박강사."""
    made = cast.instructor_choi()
    Colleague.objects.create(lecture=session.lecture, user=made, role="co_instructor")
    return made


def has_opened(user: User, session: LectureSession) -> None:
    """A socket of the class, in some process."""
    SocketLease.objects.create(
        topic=f"session-staff:{session.pk}",
        user_id=user.pk,
        process="elsewhere",
        expires_at=now() + timedelta(minutes=1),
    )


def start(actor: Actor, session: LectureSession) -> None:
    services.start_session(actor=actor, session_ref=str(session.pk), command=StartSession())


def go_on(actor: Actor, session: LectureSession) -> None:
    services.advance_step(actor=actor, session_ref=str(session.pk), command=AdvanceStep())


def controller_of(session: LectureSession) -> int | None:
    return LectureSession.objects.values_list("controller_id", flat=True).get(pk=session.pk)


def test_whoever_moves_a_class_is_in_control_of_it(session: LectureSession, choi: User) -> None:
    start(cast.actor(choi), session)
    assert controller_of(session) == choi.pk
    go_on(classes.owner_of(session), session)
    assert controller_of(session) == session.lecture.instructor_id
    told = classes.events_of(ControlChanged)
    assert [event.controller.id for event in told] == [choi.pk, session.lecture.instructor_id]


def test_a_co_instructor_waits_while_the_other_is_there(session: LectureSession, choi: User) -> None:
    start(classes.owner_of(session), session)
    has_opened(session.lecture.instructor, session)
    with refused(ErrorCode.CLASS_IN_OTHER_HANDS, LectureSession) as refusal:
        go_on(cast.actor(choi), session)
    assert refusal.value.details == {"user_id": session.lecture.instructor_id, "name": "박강사"}


def test_who_is_gone_holds_nothing(session: LectureSession, choi: User) -> None:
    start(classes.owner_of(session), session)
    go_on(cast.actor(choi), session)
    assert controller_of(session) == choi.pk


def test_the_owner_is_never_refused(session: LectureSession, choi: User) -> None:
    start(cast.actor(choi), session)
    has_opened(choi, session)
    services.pause_session(actor=classes.owner_of(session), session_ref=str(session.pk), command=PauseSession())
    assert controller_of(session) == session.lecture.instructor_id


def test_taking_over_is_one_step_and_is_audited(session: LectureSession, choi: User) -> None:
    start(classes.owner_of(session), session)
    has_opened(session.lecture.instructor, session)
    has_opened(choi, session)
    classes.forget_events()
    control = services.take_control(actor=cast.actor(choi), session_ref=str(session.pk))
    assert control.controller is not None
    assert (control.controller.id, control.is_here) == (choi.pk, True)
    (told,) = classes.events_of(ControlChanged)
    assert (told.controller.id, told.is_here) == (choi.pk, True)
    assert AuditEntry.objects.get(action="class.taken_over").subject == f"session:{session.pk}"
    go_on(cast.actor(choi), session)
    services.take_control(actor=cast.actor(choi), session_ref=str(session.pk))
    assert len(classes.events_of(ControlChanged)) == 1


def test_an_admin_moves_a_class_and_is_not_in_control(session: LectureSession, choi: User) -> None:
    start(cast.actor(choi), session)
    has_opened(choi, session)
    go_on(cast.actor(cast.admin_han()), session)
    assert controller_of(session) == choi.pk


def test_who_teaches_alone_hears_nothing_of_it(session: LectureSession) -> None:
    start(classes.owner_of(session), session)
    services.tell_who_came({session.pk: {session.lecture.instructor_id}})
    services.tell_who_left({session.pk: {session.lecture.instructor_id: now()}})
    assert classes.events_of(ControlChanged) == []


def test_coming_and_going_of_who_is_in_control_is_told(session: LectureSession, choi: User) -> None:
    start(cast.actor(choi), session)
    classes.forget_events()
    services.tell_who_left({session.pk: {session.lecture.instructor_id: now()}})  # not in control
    services.tell_who_left({session.pk: {choi.pk: now()}})
    services.tell_who_came({session.pk: {choi.pk, session.lecture.instructor_id}})
    assert [event.is_here for event in classes.events_of(ControlChanged)] == [False, True]


@pytest.mark.parametrize("who", ["student", "stranger", "supporter"])
def test_nobody_else_takes_over(session: LectureSession, kim: User, who: str) -> None:
    choi = cast.instructor_choi()
    if who == "supporter":
        Colleague.objects.create(lecture=session.lecture, user=choi, role="supporter")
    actor = cast.actor(kim if who == "student" else choi)
    with refused(ErrorCode.FORBIDDEN if who == "student" else ErrorCode.NOT_FOUND, LectureSession):
        services.take_control(actor=actor, session_ref=str(session.pk))


def test_a_class_that_is_over_is_nobodys_to_take(session: LectureSession, choi: User) -> None:
    classes.start(session)
    classes.end(session)
    with refused(ErrorCode.INVALID_TRANSITION, LectureSession):
        services.take_control(actor=cast.actor(choi), session_ref=str(session.pk))


@pytest.mark.django_db(transaction=True)
def test_of_two_instructors_who_go_on_at_once_one_moves_the_class(session: LectureSession, choi: User) -> None:
    classes.start(session)
    gate, ends = threading.Barrier(2), Counter[str]()

    def run(actor: Actor) -> None:
        try:
            gate.wait()
            go_on(actor, session)
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in (classes.owner_of(session), cast.actor(choi))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One after the other is two steps by two people; at the same moment one of them is refused.
    assert ends in ({"done": 1, "INVALID_TRANSITION": 1}, {"done": 2})
    assert controller_of(session) in (choi.pk, session.lecture.instructor_id)
