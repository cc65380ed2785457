"""Who writes and reads progress (contract 3.6, 5.3; reliability, section 3)."""

from __future__ import annotations

import pytest

from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress import policies
from tests.refusals import code_of

pytestmark = pytest.mark.django_db  # whether somebody is a colleague is asked

PARK = Actor(1, Role.INSTRUCTOR, "박강사")
CHOI = Actor(2, Role.INSTRUCTOR, "최강사")
KIM = Actor(3, Role.STUDENT, "김학생")
GUEST = Actor(4, Role.STUDENT, "이웃", is_guest=True, guest_session_id=9)
HAN = Actor(5, Role.ADMIN, "한관리")


@pytest.mark.parametrize("actor", [KIM, GUEST], ids=lambda actor: actor.name)
def test_students_and_guests_have_progress(actor: Actor) -> None:
    assert code_of(lambda: policies.require_student(actor)) is None


@pytest.mark.parametrize("actor", [PARK, HAN], ids=lambda actor: actor.name)
def test_who_teaches_has_none(actor: Actor) -> None:
    assert code_of(lambda: policies.require_student(actor)) == ErrorCode.FORBIDDEN


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (None, None),
        (3, None),
        (4, ErrorCode.USER_ID_MISMATCH),
        (0, ErrorCode.USER_ID_MISMATCH),
        (-3, ErrorCode.USER_ID_MISMATCH),
    ],
)
def test_a_number_in_a_request_is_nobodys_identity(named: int | None, code: ErrorCode | None) -> None:
    assert code_of(lambda: policies.require_same_user(KIM, named)) == code


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("actor", [KIM, GUEST], ids=lambda actor: actor.name)
def test_who_is_enrolled_goes_on_although_the_lecture_is_hidden(actor: Actor, active: bool) -> None:
    assert code_of(lambda: policies.require_enrolled(actor, enrolled=True, active=active)) is None


@pytest.mark.parametrize(
    ("actor", "active", "code"),
    [
        (KIM, True, ErrorCode.NOT_ENROLLED),
        (KIM, False, ErrorCode.NOT_FOUND),
        (GUEST, True, ErrorCode.GUEST_NOT_ALLOWED),
        (GUEST, False, ErrorCode.GUEST_NOT_ALLOWED),
    ],
)
def test_who_is_not_enrolled_is_told_no_more_than_they_may_know(actor: Actor, active: bool, code: ErrorCode) -> None:
    assert code_of(lambda: policies.require_enrolled(actor, enrolled=False, active=active)) == code


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (PARK, None),
        (HAN, None),
        (CHOI, ErrorCode.NOT_FOUND),
        (KIM, ErrorCode.FORBIDDEN),
        (GUEST, ErrorCode.FORBIDDEN),
    ],
)
def test_the_lectures_teacher_reads_its_students_progress(actor: Actor, code: ErrorCode | None) -> None:
    lecture = Lecture(pk=10, instructor_id=PARK.user_id, is_active=False)
    assert code_of(lambda: policies.require_teacher(actor, lecture)) == code


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (PARK, ErrorCode.NOT_FOUND),
        (HAN, ErrorCode.NOT_FOUND),
        (KIM, ErrorCode.FORBIDDEN),
    ],
)
def test_an_absent_lecture_looks_like_somebody_elses(actor: Actor, code: ErrorCode) -> None:
    assert code_of(lambda: policies.require_teacher(actor, None)) == code
