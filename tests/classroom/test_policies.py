"""Who runs, opens and attends a class, and what its state allows (contract 3.9, 6.1, 6.12; reliability, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from mobilegpt.classroom import messages, policies
from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.policies import leads
from tests.refusals import code_of

pytestmark = pytest.mark.django_db  # whether somebody is a colleague is asked

PARK = Actor(1, Role.INSTRUCTOR, "박강사")
CHOI = Actor(2, Role.INSTRUCTOR, "최강사")
KIM = Actor(3, Role.STUDENT, "김학생")
GUEST = Actor(4, Role.STUDENT, "이웃", is_guest=True, guest_session_id=7)
HAN = Actor(5, Role.ADMIN, "한관리")
EVERYBODY = (PARK, CHOI, KIM, GUEST, HAN)


def lecture_of_park(*, active: bool = True) -> Lecture:
    return Lecture(pk=10, title="카카오톡 기초", instructor_id=PARK.user_id, is_active=active)


def class_of_park(status: SessionStatus = SessionStatus.WAITING) -> LectureSession:
    return LectureSession(pk=7, lecture=lecture_of_park(), code="ABC234", status=status)


def refusals(ask: Callable[[Actor], object]) -> dict[str, ErrorCode]:
    """Who of the cast is refused, and how."""
    codes = {actor.name: code_of(partial(ask, actor)) for actor in EVERYBODY}
    return {name: code for name, code in codes.items() if code is not None}


def test_the_owner_of_the_lecture_and_admins_run_its_classes() -> None:
    assert [actor.name for actor in EVERYBODY if policies.runs(actor, class_of_park())] == ["박강사", "한관리"]
    assert [actor.name for actor in EVERYBODY if leads(actor, CHOI.user_id, None)] == ["최강사", "한관리"]


def test_a_student_with_the_owners_number_runs_nothing() -> None:
    assert not leads(Actor(PARK.user_id, Role.STUDENT, "박강사"), PARK.user_id, None)


def test_students_learn_nothing_and_other_instructors_find_nothing() -> None:
    students = {"김학생": ErrorCode.FORBIDDEN, "이웃": ErrorCode.FORBIDDEN}
    assert refusals(policies.require_staff_role) == students
    assert refusals(lambda actor: policies.require_runs(actor, class_of_park())) == {
        **students,
        "최강사": ErrorCode.NOT_FOUND,
    }


@pytest.mark.parametrize(("active", "other"), [(True, ErrorCode.FORBIDDEN), (False, ErrorCode.NOT_FOUND)])
def test_who_opens_a_class(active: bool, other: ErrorCode) -> None:
    lecture = lecture_of_park(active=active)
    assert policies.require_may_open(PARK, lecture) is lecture
    assert refusals(lambda actor: policies.require_may_open(actor, lecture)) == {
        "최강사": other,
        "김학생": ErrorCode.FORBIDDEN,
        "이웃": ErrorCode.FORBIDDEN,
    }


def test_on_no_lecture_nobody_opens_a_class() -> None:
    assert refusals(lambda actor: policies.require_may_open(actor, None)) == {
        "박강사": ErrorCode.NOT_FOUND,
        "최강사": ErrorCode.NOT_FOUND,
        "김학생": ErrorCode.FORBIDDEN,
        "이웃": ErrorCode.FORBIDDEN,
        "한관리": ErrorCode.NOT_FOUND,
    }


def test_who_teaches_takes_no_seat() -> None:
    assert refusals(policies.require_student) == dict.fromkeys(["박강사", "최강사", "한관리"], ErrorCode.FORBIDDEN)


def test_a_guest_is_kept_to_its_class() -> None:
    seat = SessionParticipant(session=class_of_park())
    assert refusals(lambda actor: policies.require_own_session(actor, seat)) == {}
    assert refusals(lambda actor: policies.require_own_session(actor, None)) == {"이웃": ErrorCode.GUEST_NOT_ALLOWED}


@pytest.mark.parametrize(
    ("removed", "may_return", "barred", "refused"),
    [(False, True, False, False), (True, True, False, True), (True, False, True, True)],
)
def test_who_was_removed_is_told_whether_they_may_return(
    removed: bool, may_return: bool, barred: bool, refused: bool
) -> None:
    seat = SessionParticipant(session=class_of_park(), removed_at=now() if removed else None, may_return=may_return)
    asked = [lambda: policies.require_not_barred(seat), lambda: policies.require_not_removed(seat)]
    codes = [ErrorCode.SEAT_REMOVED if expected else None for expected in (barred, refused)]
    assert [code_of(ask) for ask in asked] == codes


def test_a_refused_transition_says_where_the_class_stands_and_what_it_would_take() -> None:
    paused = class_of_park(SessionStatus.PAUSED)
    policies.require_status(paused, SessionStatus.WAITING, SessionStatus.PAUSED)
    with pytest.raises(Conflict) as refusal:
        policies.require_status(paused, SessionStatus.WAITING, SessionStatus.IN_PROGRESS)
    assert refusal.value.code == ErrorCode.INVALID_TRANSITION
    assert refusal.value.details == {"status": "PAUSED", "allowed": ["WAITING", "IN_PROGRESS"]}


@pytest.mark.parametrize("status", [status for status in SessionStatus if status is not SessionStatus.ENDED])
def test_whoever_comes_is_greeted_by_what_the_class_does(status: SessionStatus) -> None:
    """An archived class lets nobody in."""
    assert messages.welcome(status.value) != messages.welcome_back(status.value)
    assert messages.welcome(status.value).endswith((".", "요."))
    assert messages.welcome_back(status.value).startswith("수업방에 연결했어요.")
