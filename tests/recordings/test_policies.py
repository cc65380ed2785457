"""Who sees, changes and stops a recording, and how much is kept (contract 8.5; reliability, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures.models import Lecture
from mobilegpt.recordings import policies
from mobilegpt.recordings.models import Recording, RecordingStatus
from tests.refusals import code_of

pytestmark = pytest.mark.django_db  # whether somebody is a colleague is asked

KIM = Actor(1, Role.STUDENT, "김학생")
LEE = Actor(2, Role.STUDENT, "이학생")
PARK = Actor(3, Role.INSTRUCTOR, "박강사")
CHOI = Actor(4, Role.INSTRUCTOR, "최강사")
HAN = Actor(5, Role.ADMIN, "한관리")
EVERYBODY = (KIM, LEE, PARK, CHOI, HAN)


def of_kim(*, in_class: bool = True, status: RecordingStatus = RecordingStatus.RECORDING, events: int = 0) -> Recording:
    """김학생's, linked to 박강사's class or to none."""
    session = LectureSession(pk=7, lecture=Lecture(pk=8, instructor_id=PARK.user_id)) if in_class else None
    return Recording(pk=9, owner_id=KIM.user_id, session=session, status=status, event_count=events)


def allowed(ask: Callable[[Actor, Any], object], recording: Recording) -> list[str]:
    """Who may; everybody else is told that there is no such recording."""
    codes = {actor.name: code_of(partial(ask, actor, recording)) for actor in EVERYBODY}
    assert set(codes.values()) <= {None, ErrorCode.NOT_FOUND}
    return [name for name, code in codes.items() if code is None]


def test_a_linked_recording_is_seen_by_the_teacher_of_the_class() -> None:
    assert allowed(policies.require_sees, of_kim()) == ["김학생", "박강사", "한관리"]


def test_a_recording_of_ones_own_is_seen_by_nobody_else() -> None:
    assert allowed(policies.require_sees, of_kim(in_class=False)) == ["김학생", "한관리"]


def test_who_taught_the_class_and_became_a_student_sees_it_no_more() -> None:
    former = Actor(PARK.user_id, Role.STUDENT, "박강사")
    assert code_of(lambda: policies.require_sees(former, of_kim())) == ErrorCode.NOT_FOUND


def test_only_the_owner_writes_into_it() -> None:
    """Not even an admin: what is in it is what happened on one phone."""
    assert allowed(policies.require_own, of_kim()) == ["김학생"]


def test_the_owner_and_an_admin_stop_it() -> None:
    assert allowed(policies.require_may_stop, of_kim()) == ["김학생", "한관리"]


@pytest.mark.parametrize("status", [status for status in RecordingStatus if status is not RecordingStatus.RECORDING])
def test_what_does_not_record_cannot_be_stopped(status: RecordingStatus) -> None:
    stopped = of_kim(status=status)
    assert code_of(lambda: policies.require_may_stop(KIM, stopped)) == ErrorCode.INVALID_TRANSITION
    assert code_of(lambda: policies.require_may_stop(LEE, stopped)) == ErrorCode.NOT_FOUND


@pytest.mark.parametrize("ask", [policies.require_sees, policies.require_own, policies.require_may_stop])
def test_what_is_not_there_is_not_found(ask: Callable[[Actor, Any], object]) -> None:
    assert {code_of(partial(ask, actor, None)) for actor in EVERYBODY} == {ErrorCode.NOT_FOUND}


@pytest.mark.parametrize(
    ("kept", "more", "code"),
    [
        (0, 2000, None),
        (199_999, 1, None),
        (200_000, 0, None),
        (199_999, 2, ErrorCode.QUOTA_EXCEEDED),
        (200_000, 1, ErrorCode.QUOTA_EXCEEDED),
    ],
)
def test_a_recording_has_room_for_200_000_events(kept: int, more: int, code: ErrorCode | None) -> None:
    assert code_of(lambda: policies.require_space(of_kim(events=kept), more)) == code
