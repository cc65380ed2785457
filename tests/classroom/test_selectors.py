"""Reads of live classes: who finds which, what they are shown of it, and what it costs (contract 6.4–6.6, 6.12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import queries, selectors, services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.own_class import OwnClass
from mobilegpt.classroom.selectors import Visit
from mobilegpt.classroom.summary import summary
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.services import ensure_enrolled
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def complete(user: User, *steps: Any) -> None:
    for step in steps:
        update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))


def archive(session: LectureSession) -> None:
    classes.end(session)
    services.archive_session(session.pk)
    session.refresh_from_db()


def guest_of(session: LectureSession, name: str = "이웃") -> User:
    return services.take_guest_seat(session=session, name=name, device_id=name, address="192.0.2.1").login.user


# --- finding


def test_a_class_is_found_by_its_number_and_its_code(session: LectureSession) -> None:
    for ref in (str(session.pk), session.code, session.code.lower(), f" {session.code} "):
        assert selectors.find(ref) == session


@pytest.mark.parametrize("ref", ["", "0", "-1", "999999", "9" * 30, "NOSUCH", "수업"])
def test_what_names_no_class_finds_none(session: LectureSession, ref: str) -> None:
    assert selectors.find(ref) is None


def test_a_class_is_found_with_its_lecture_and_the_name_of_its_teacher(
    session: LectureSession, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = selectors.find(session.code)
        assert found is not None
        room = selectors.room_of(found)
        assert (found.lecture.title, found.lecture.instructor.name) == ("카카오톡 기초", "박강사")
    assert (room.id, room.code, room.lecture_id) == (session.pk, session.code, session.lecture_id)
    assert room.instructor_id == session.lecture.instructor_id


def test_only_who_runs_it_finds_it_to_run(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    for user in (park, cast.admin_han()):
        assert selectors.run_by(cast.actor(user), session.code) == session
        assert selectors.session_step_of(cast.actor(user), session.code) == (session.pk, None, None)
    choi = cast.actor(cast.instructor_choi())
    for find in (selectors.run_by, selectors.session_step_of):
        for ref in (session.code, str(session.pk), "NOSUCH"):
            with refused(ErrorCode.NOT_FOUND):
                find(choi, ref)
            with refused(ErrorCode.FORBIDDEN):
                find(cast.actor(kim), ref)


def test_where_a_class_stands_is_one_query(
    session: LectureSession, park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    classes.start(session)
    with django_assert_num_queries(1):
        standing = selectors.session_step_of(cast.actor(park), str(session.pk))
    assert standing == (session.pk, classes.steps(session.lecture)[0].pk, None)


# --- belonging


def test_who_belongs_to_a_class(session: LectureSession, kim: User, lee: User, park: User) -> None:
    seat = classes.seat(session, kim)
    assert selectors.belongs(cast.actor(park), Visit(session))
    assert selectors.belongs(cast.actor(cast.admin_han()), Visit(session))
    assert not selectors.belongs(cast.actor(cast.instructor_choi()), Visit(session))
    assert selectors.belongs(cast.actor(kim), Visit(session, seat))
    assert selectors.belongs(cast.actor(lee), Visit(session, entitled=True))
    assert not selectors.belongs(cast.actor(lee), Visit(session))


def test_an_archived_class_is_there_for_who_runs_it_alone(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    archive(session)
    assert selectors.visit_of_member(cast.actor(park), str(session.pk)).session == session
    for ref in (str(session.pk), session.code):
        with refused(ErrorCode.NOT_FOUND):
            selectors.visit_of_member(cast.actor(kim), ref)


def test_who_was_brought_to_the_lecture_may_come_to_every_class(lecture: Lecture, kim: User, lee: User) -> None:
    ensure_enrolled([kim.pk], lecture.pk)
    session = classes.open_class(lecture)
    found = selectors.visit_of_member(cast.actor(kim), session.code)
    assert (found.seat, found.entitled) == (None, True)
    with refused(ErrorCode.NOT_FOUND):
        selectors.visit_of_member(cast.actor(lee), session.code)


def test_who_has_a_seat_needs_no_other_right(session: LectureSession, kim: User) -> None:
    seat = classes.seat(session, kim)
    found = selectors.visit_of_member(cast.actor(kim), str(session.pk))
    assert (found.seat, found.entitled) == (seat, False)


@pytest.mark.parametrize(("minutes", "counts"), [(0, True), (59, True), (61, False)])
def test_a_code_that_was_looked_up_opens_the_class_for_an_hour(
    session: LectureSession, kim: User, minutes: int, counts: bool
) -> None:
    services.look_up(actor=cast.actor(kim), ref=session.code, address="192.0.2.1")
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        assert selectors.has_looked_up(cast.actor(kim), session) == counts


def test_looking_up_one_class_opens_no_other(session: LectureSession, kim: User, lee: User) -> None:
    services.look_up(actor=cast.actor(kim), ref=session.code, address="192.0.2.1")
    assert not selectors.has_looked_up(cast.actor(kim), classes.open_class(session.lecture))
    assert not selectors.has_looked_up(cast.actor(lee), session)
    archive(session)
    assert not selectors.has_looked_up(cast.actor(kim), session)


def test_a_guest_of_another_class_is_told_so(session: LectureSession) -> None:
    guest = guest_of(classes.open_class(session.lecture))
    with refused(ErrorCode.GUEST_NOT_ALLOWED):
        selectors.visit_of_member(cast.actor(guest), session.code)


# --- what they are shown


def test_the_code_is_shown_to_who_has_joined_and_who_runs_it(
    session: LectureSession, kim: User, lee: User, park: User
) -> None:
    seat = classes.seat(session, kim)
    ensure_enrolled([lee.pk], session.lecture_id)
    shown = {user.name: selectors.viewed_by(cast.actor(user), str(session.pk)) for user in (kim, lee, park)}
    assert {name: view.code for name, view in shown.items()} == {
        "김학생": session.code,
        "이학생": None,
        "박강사": session.code,
    }
    assert [view.seat for view in shown.values()] == [seat, None, None]


def test_a_class_is_seen_with_its_step_and_how_many_are_active(session: LectureSession, kim: User, lee: User) -> None:
    for user in (kim, lee):
        classes.seat(session, user)
    view = selectors.viewed_by(cast.actor(kim), session.code)
    assert (view.step, view.total_steps, view.active_participants) == (None, 3, 0)
    classes.start(session)
    services.mark_absent(session.pk, lee.pk)
    view = selectors.viewed_by(cast.actor(kim), session.code)
    assert view.step is not None
    assert (view.step.position, view.active_participants) == (1, 1)


def test_seats_are_counted_whether_or_not_somebody_sits_there(session: LectureSession, kim: User, lee: User) -> None:
    for user in (kim, lee):
        classes.seat(session, user)
    services.mark_absent(session.pk, lee.pk)
    assert (selectors.participant_count(session.pk), selectors.active_count(session.pk)) == (2, 0)
    seats, taken = selectors.places_in(session, [kim.pk, 999_999])
    assert ({user_id: seat.user_id for user_id, seat in seats.items()}, taken) == ({kim.pk: kim.pk}, 2)


def test_an_empty_class_has_all_its_places(session: LectureSession, kim: User) -> None:
    assert selectors.places_in(session, [kim.pk]) == ({}, 0)


# --- the newest class


def test_the_class_one_sits_in_now_comes_before_newer_ones(lecture: Lecture, kim: User) -> None:
    first, second = classes.open_class(lecture), classes.open_class(lecture)
    for session in (first, second):
        classes.seat(session, kim)
    found = selectors.active_seat(cast.actor(kim))
    assert found is not None
    assert found.session == second
    services.mark_absent(second.pk, kim.pk)
    found = selectors.active_seat(cast.actor(kim))
    assert found is not None
    assert found.session == first


def test_a_class_that_is_over_is_nobodys_active_one(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classes.end(session)
    assert selectors.active_seat(cast.actor(kim)) is None
    with refused(ErrorCode.FORBIDDEN):
        selectors.active_seat(cast.actor(park))


def test_the_live_step_of_each_lecture_is_the_newest_classes(lecture: Lecture, park: User, kim: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    first, second, third = classes.open_class(lecture), classes.open_class(lecture), classes.open_class(other)
    for session in (first, second, third):
        classes.seat(session, kim)
    assert selectors.steps_of(selectors.live_classes(kim.pk)) == {}
    for session in (first, second, third):
        classes.start(session)
    command = AdvanceStep()
    services.advance_step(actor=cast.actor(park), session_ref=str(second.pk), command=command)
    assert selectors.steps_of(selectors.live_classes(kim.pk)) == {
        lecture.pk: classes.steps(lecture)[1].pk,
        other.pk: classes.steps(other)[0].pk,
    }
    classes.end(second)
    assert selectors.steps_of(selectors.live_classes(kim.pk))[lecture.pk] == classes.steps(lecture)[0].pk


def test_the_live_room_is_the_newest_of_this_lecture(lecture: Lecture, kim: User, lee: User) -> None:
    step = classes.steps(lecture)[0].pk

    def live_room(user: User, lecture_id: int) -> tuple[int, str, str] | None:
        return queries.live_room(OwnClass(user.pk, lecture_id, step))

    first, second = classes.open_class(lecture), classes.open_class(lecture)
    for session in (first, second):
        classes.seat(session, kim)
    assert live_room(kim, lecture.pk) == (second.pk, second.code, "")
    classes.end(second)
    assert live_room(kim, lecture.pk) == (first.pk, first.code, "")
    assert live_room(lee, lecture.pk) is None
    assert live_room(kim, 999_999) is None


# --- lists


def test_the_classes_of_a_lecture_come_newest_first_with_their_seats(
    session: LectureSession, park: User, kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    classes.open_class(cast.lecture(park, (1,)))
    newer = classes.open_class(session.lecture)
    for user in (kim, lee):
        classes.seat(session, user)
    with django_assert_num_queries(1):
        rows: list[Any] = list(selectors.sessions_of_lecture(session.lecture_id))
        assert [(row.pk, row.seats, row.lecture.instructor.name) for row in rows] == [
            (newer.pk, 0, "박강사"),
            (session.pk, 2, "박강사"),
        ]


def test_the_roster_says_how_each_stands_on_the_step_of_now(
    session: LectureSession, kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, two, _ = classes.steps(session.lecture)
    for user in (lee, kim):
        classes.seat(session, user)
    with django_assert_num_queries(1):
        waiting: list[Any] = list(selectors.roster(session))
        assert [(row.user.name, row.step_status) for row in waiting] == [
            ("이학생", "NOT_STARTED"),
            ("김학생", "NOT_STARTED"),
        ]
    classes.start(session)
    complete(kim, one, two)
    rows: list[Any] = list(selectors.roster(session))
    assert [row.step_status for row in rows] == ["IN_PROGRESS", "COMPLETED"]


def test_classmates_are_those_of_ones_classes_and_their_teachers(
    session: LectureSession, kim: User, lee: User, park: User
) -> None:
    guest, choi = guest_of(session), cast.instructor_choi()
    classes.seat(session, kim)
    classes.seat(classes.open_class(cast.lecture(choi, (1,))), lee)
    everybody = [user.pk for user in (kim, lee, park, choi, guest)]
    assert selectors.classmates(kim.pk, everybody) == {kim.pk, guest.pk, park.pk}
    assert selectors.classmates(park.pk, everybody) == {kim.pk, guest.pk}
    assert selectors.classmates(lee.pk, everybody) == {lee.pk, choi.pk}
    assert selectors.classmates(kim.pk, [lee.pk]) == set()


# --- at the end


def test_a_summary_counts_those_who_sat_there_and_nobody_else(
    session: LectureSession, kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, two, three = classes.steps(session.lecture)
    stranger = cast.person("stranger@example.com", "정학생")
    cast.enroll(session.lecture, stranger)
    for user in (kim, lee):
        classes.seat(session, user)
    began = now()
    with time_machine.travel(began, tick=False):
        classes.start(session)
    complete(kim, one, two, three)
    complete(lee, one)
    complete(stranger, one, two, three)
    with time_machine.travel(began + timedelta(minutes=49, seconds=59), tick=False):
        classes.end(session)
    found = selectors.find(session.code)
    assert found is not None
    with django_assert_num_queries(3):  # the steps are known by now
        shown = summary(found)
    assert [(step.id, count) for step, count in shown.steps] == [(one.pk, 2), (two.pk, 1), (three.pk, 1)]
    assert (shown.total_participants, shown.completed_participants, shown.duration_minutes) == (2, 1, 49)


def test_who_was_removed_is_in_none_of_the_counts_of_a_summary(session: LectureSession, kim: User, lee: User) -> None:
    steps = classes.steps(session.lecture)
    for user in (kim, lee):
        classes.seat(session, user)
    classes.start(session)
    for user in (kim, lee):
        complete(user, *steps)
    classes.end(session)
    SessionParticipant.objects.filter(user=lee).update(removed_at=now())
    shown = summary(session)
    assert (shown.total_participants, shown.completed_participants) == (1, 1)
    assert {count for _, count in shown.steps} == {1}


def test_a_class_that_never_started_lasted_no_minute(session: LectureSession) -> None:
    assert selectors.minutes_of(session) == 0
    classes.end(session)
    shown = summary(session)
    assert (shown.duration_minutes, shown.total_participants) == (0, 0)
    assert [count for _, count in shown.steps] == [0, 0, 0]


def test_a_seat_that_is_deleted_with_its_account_is_counted_no_more(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    kim.delete()
    assert selectors.participant_count(session.pk) == 0
    assert not SessionParticipant.objects.exists()
