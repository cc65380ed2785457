"""What somebody has learned, for themselves (contract 11.14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.helpdesk.models import HelpRequest, RequestType
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    made = cast.lecture(park, shape=(2, 2))
    cast.enroll(made, kim)
    return made


def complete(user: User, *steps: Subtask) -> None:
    SubtaskProgress.objects.bulk_create(
        SubtaskProgress(user=user, subtask=step, status=ProgressStatus.COMPLETED) for step in steps
    )


def learned(user: User) -> Any:
    answer = Api(user).get("/api/me/learning")
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("slash", ["", "/"])
def test_steps_done_and_the_first_that_is_not(lecture: Lecture, kim: User, slash: str) -> None:
    one, two, three, four = classes.steps(lecture)
    complete(kim, one, three)
    complete(cast.student_lee(), two, four)
    body = Api(kim).get(f"/api/me/learning{slash}").body
    (mine,) = body["lectures"]
    assert (mine["title"], mine["instructor_name"]) == ("카카오톡 기초", "박강사")
    assert (mine["completed_subtasks"], mine["total_subtasks"]) == (2, 4)
    practice = mine["practice"]
    assert (practice["step"]["id"], practice["step"]["position"], practice["asked_for_help"]) == (two.pk, 2, False)
    assert practice["step"]["guide_text"] == two.guide_text
    assert (mine["classes"], body["achievements"]) == ([], [])


def test_when_all_is_done_the_step_with_which_help_was_asked_for(lecture: Lecture, kim: User) -> None:
    steps = classes.steps(lecture)
    complete(kim, *steps)
    assert learned(kim)["lectures"][0]["practice"] is None
    for step, kind in ((steps[1], RequestType.AUTO), (steps[2], RequestType.MANUAL), (steps[3], RequestType.MANUAL)):
        HelpRequest.objects.create(user=kim, subtask=step, lecture=lecture, request_type=kind)
    practice = learned(kim)["lectures"][0]["practice"]
    assert (practice["step"]["id"], practice["asked_for_help"]) == (steps[2].pk, True)


def test_what_was_deleted_counts_neither_as_done_nor_in_the_total(lecture: Lecture, park: User, kim: User) -> None:
    one, two, three, _ = classes.steps(lecture)
    gone = cast.lecture(park, (1,), title="지운 강의")
    cast.enroll(gone, kim)
    complete(kim, one, three)
    Subtask.objects.filter(pk=one.pk).update(deleted_at=now())
    Lecture.objects.filter(pk=gone.pk).update(deleted_at=now())
    (mine,) = learned(kim)["lectures"]
    assert (mine["completed_subtasks"], mine["total_subtasks"]) == (1, 3)
    assert mine["practice"]["step"]["id"] == two.pk


def test_classes_that_began_while_one_was_there(lecture: Lecture, kim: User) -> None:
    ended, running, waiting, missed = (classes.open_class(lecture) for _ in range(4))
    for session in (ended, running, waiting, missed):
        classes.seat(session, kim)
    SessionParticipant.objects.filter(session=missed).update(left_at=now() - timedelta(minutes=1))
    for session in (ended, running, missed):
        classes.start(session)
    classes.end(ended)
    (mine,) = learned(kim)["lectures"]
    assert [row["session_id"] for row in mine["classes"]] == [running.pk, ended.pk]
    assert [row["status"] for row in mine["classes"]] == ["IN_PROGRESS", "REVIEW_MODE"]
    assert [row["session_code"] for row in mine["classes"]] == [running.code, ended.code]


def test_who_was_removed_before_the_start_did_not_attend(lecture: Lecture, kim: User) -> None:
    before, later = classes.open_class(lecture), classes.open_class(lecture)
    for session in (before, later):
        classes.seat(session, kim)
    SessionParticipant.objects.filter(session=before).update(removed_at=now() - timedelta(minutes=1))
    for session in (before, later):
        classes.start(session)
    SessionParticipant.objects.filter(session=later).update(removed_at=now())
    assert [row["session_id"] for row in learned(kim)["lectures"][0]["classes"]] == [later.pk]


def test_the_code_of_an_archived_class_opens_nothing_and_is_not_told(lecture: Lecture, kim: User) -> None:
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    classes.start(session)
    session.status = "ENDED"
    session.save(update_fields=["status"])
    (row,) = learned(kim)["lectures"][0]["classes"]
    assert (row["status"], row["session_code"]) == ("ENDED", None)


def test_the_code_of_a_class_that_one_was_removed_from_is_told_to_who_may_return(lecture: Lecture, kim: User) -> None:
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    classes.start(session)
    seats = SessionParticipant.objects.filter(session=session)
    for may_return, code in ((True, session.code), (False, None)):
        seats.update(removed_at=now(), may_return=may_return)
        (row,) = learned(kim)["lectures"][0]["classes"]
        assert (row["session_id"], row["session_code"]) == (session.pk, code)


def test_achievements_are_one_s_own(lecture: Lecture, kim: User) -> None:
    Achievement.objects.create(user=kim, milestone=25)
    Achievement.objects.create(user=kim, milestone=10)
    Achievement.objects.create(user=cast.student_lee(), milestone=50)
    assert [row["milestone"] for row in learned(kim)["achievements"]] == [10, 25]


def test_a_guest_s_phone_finds_what_it_did(lecture: Lecture) -> None:
    session = classes.open_class(lecture)
    classes.start(session)
    seat = Api().post(f"/api/sessions/{session.code}/guest", {"name": "손님", "device_id": "phone-of-a-guest-00001"})
    (mine,) = Api(token=seat.body["access_token"]).get("/api/me/learning").body["lectures"]
    assert (mine["id"], mine["total_subtasks"]) == (lecture.pk, 4)
    assert [row["session_id"] for row in mine["classes"]] == [session.pk]


def test_the_newest_lecture_first_in_as_many_queries_for_ten_as_for_one(
    lecture: Lecture, park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api = Api(kim)
    with django_assert_num_queries(8):
        api.get("/api/me/learning")
    for number in range(9):
        more = cast.lecture(park, (1,), title=f"강의 {number}")
        cast.enroll(more, kim)
    with django_assert_num_queries(8):
        body = api.get("/api/me/learning").body
    assert [row["title"] for row in body["lectures"]] == [*(f"강의 {n}" for n in reversed(range(9))), "카카오톡 기초"]
