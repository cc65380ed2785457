"""Whose report it is, and which steps it may name (contract 3.6, 3.9; reliability, section 3)."""

from __future__ import annotations

import pytest

from mobilegpt.activity import policies
from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import ErrorCode
from tests.refusals import code_of

KIM = Actor(3, Role.STUDENT, "김학생")
PARK = Actor(1, Role.INSTRUCTOR, "박강사")
GUEST = Actor(4, Role.STUDENT, "이웃", is_guest=True, guest_session_id=9)


@pytest.mark.parametrize("named", [None, 3, "3"])
def test_a_phone_may_say_whose_it_is(named: object) -> None:
    assert code_of(lambda: policies.require_own(KIM, named)) is None


@pytest.mark.parametrize("named", [4, "4", 0, "", True, 3.0, [3], {"id": 3}])
def test_a_report_in_somebody_elses_name_is_refused(named: object) -> None:
    assert code_of(lambda: policies.require_own(KIM, named)) == ErrorCode.USER_ID_MISMATCH


@pytest.mark.parametrize("actor", [KIM, PARK], ids=lambda actor: actor.name)
def test_an_account_names_any_step_that_exists(actor: Actor) -> None:
    assert code_of(lambda: policies.require_step(actor, 5, set())) is None
    assert code_of(lambda: policies.require_step(actor, None, set())) == ErrorCode.NOT_FOUND


@pytest.mark.parametrize(
    ("lecture", "own", "code"),
    [
        (5, {5}, None),
        (5, {4, 5}, None),
        (5, {6}, ErrorCode.GUEST_NOT_ALLOWED),
        (5, set(), ErrorCode.GUEST_NOT_ALLOWED),
        (None, {5}, ErrorCode.GUEST_NOT_ALLOWED),
        (None, set(), ErrorCode.GUEST_NOT_ALLOWED),
    ],
)
def test_a_guest_names_steps_of_its_own_lectures(lecture: int | None, own: set[int], code: ErrorCode | None) -> None:
    assert code_of(lambda: policies.require_step(GUEST, lecture, own)) == code
