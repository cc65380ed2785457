"""Enrolling: by oneself, by a seat, and what either opens (contract 5.3, 6.4)."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.lectures import selectors, services
from mobilegpt.lectures.models import Enrollment, Lecture
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def opened() -> dict[int, bool]:
    """Who is enrolled, and whether that opens the classes."""
    return dict(Enrollment.objects.values_list("user_id", "opens_classes"))


def test_enrolling_oneself_opens_the_lecture_alone(lecture: Lecture, kim: User) -> None:
    made = services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    assert (made.user_id, made.lecture_id, opened()) == (kim.pk, lecture.pk, {kim.pk: False})
    assert selectors.is_enrolled(kim.pk, lecture.pk)


def test_a_second_time_is_refused_and_keeps_the_first(lecture: Lecture, kim: User) -> None:
    services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    with refused(ErrorCode.ALREADY_ENROLLED, Enrollment):
        services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)


def test_who_was_brought_by_a_class_cannot_enrol_again(lecture: Lecture, kim: User) -> None:
    services.ensure_enrolled([kim.pk], lecture.pk)
    with refused(ErrorCode.ALREADY_ENROLLED, Enrollment):
        services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    assert opened() == {kim.pk: True}


@pytest.mark.parametrize("make", [cast.instructor_choi, cast.admin_han])
def test_only_students_enrol(lecture: Lecture, make: type[User]) -> None:
    with refused(ErrorCode.FORBIDDEN, Enrollment):
        services.enroll(actor=cast.actor(make()), lecture_id=lecture.pk)


def test_the_role_is_asked_for_before_the_lecture(park: User, kim: User) -> None:
    with refused(ErrorCode.FORBIDDEN, Enrollment):
        services.enroll(actor=cast.actor(park), lecture_id=999_999)
    with refused(ErrorCode.NOT_FOUND, Enrollment):
        services.enroll(actor=cast.actor(kim), lecture_id=999_999)


def test_an_inactive_lecture_takes_nobody_new(lecture: Lecture, kim: User, lee: User) -> None:
    services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    Lecture.objects.update(is_active=False)
    with refused(ErrorCode.NOT_FOUND, Enrollment):
        services.enroll(actor=cast.actor(lee), lecture_id=lecture.pk)
    with refused(ErrorCode.ALREADY_ENROLLED, Enrollment):
        services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)


def test_a_guest_enrols_in_nothing(lecture: Lecture) -> None:
    (guest,) = create_guests(["이웃"], session_id=1)
    with refused(ErrorCode.GUEST_NOT_ALLOWED, Enrollment):
        services.enroll(actor=cast.actor(guest), lecture_id=lecture.pk)


# --- by a seat


def test_a_hall_is_enrolled_at_once(lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    crowd = [user.pk for user in cast.students(40)]
    with django_assert_num_queries(3):  # the statement, between the savepoint's two
        assert services.ensure_enrolled(crowd, lecture.pk) == 40
    assert opened() == dict.fromkeys(crowd, True)


def test_a_seat_opens_what_one_enrolled_in_oneself(lecture: Lecture, kim: User, lee: User) -> None:
    made = services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    assert services.ensure_enrolled([kim.pk, lee.pk], lecture.pk) == 2
    assert opened() == {kim.pk: True, lee.pk: True}
    assert Enrollment.objects.get(user=kim).enrolled_at == made.enrolled_at


def test_only_what_is_new_is_counted(lecture: Lecture, kim: User, lee: User) -> None:
    services.ensure_enrolled([kim.pk], lecture.pk)
    assert services.ensure_enrolled([kim.pk, lee.pk], lecture.pk) == 1
    assert services.ensure_enrolled([kim.pk, lee.pk], lecture.pk) == 0


def test_who_is_no_account_is_not_enrolled(lecture: Lecture, kim: User) -> None:
    assert services.ensure_enrolled([kim.pk, 999_999], lecture.pk) == 1
    assert opened() == {kim.pk: True}


def test_the_moment_is_the_servers(lecture: Lecture, kim: User) -> None:
    with time_machine.travel("2027-03-01T00:00:00Z", tick=False):
        services.ensure_enrolled([kim.pk], lecture.pk)
        assert Enrollment.objects.get().enrolled_at == now()


def test_enrolling_changes_nothing_of_the_content(lecture: Lecture, kim: User) -> None:
    services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    lecture.refresh_from_db()
    assert (lecture.version, classes.events()) == (0, [])


def test_lectures_are_enrolled_in_one_by_one(lecture: Lecture, park: User, kim: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    services.ensure_enrolled([kim.pk], lecture.pk)
    assert selectors.is_enrolled(kim.pk, lecture.pk)
    assert not selectors.is_enrolled(kim.pk, other.pk)
    services.enroll(actor=cast.actor(kim), lecture_id=other.pk)
    assert Enrollment.objects.filter(user=kim).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_button_that_is_pressed_twice_enrols_once(park: User, kim: User) -> None:
    lecture, student = cast.lecture(park), cast.actor(kim)
    gate, ends = threading.Barrier(2), Counter[str]()

    def press() -> None:
        gate.wait()
        try:
            services.enroll(actor=student, lecture_id=lecture.pk)
            ends["done"] += 1
        except DomainError as refusal:
            ends[refusal.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {"done": 1, "ALREADY_ENROLLED": 1}
    assert opened() == {kim.pk: False}
