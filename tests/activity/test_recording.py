"""Taking in what phones report, without Kafka: each event once, a bad one beside good ones (contract 8.1, 8.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.activity import services
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def report(user: User, *events: LogEvent) -> list[int | DomainError]:
    actor = cast.actor(user)
    recorded = services.record(actor=actor, reports=services.read(actor=actor, events=events))
    assert not recorded.queued
    return recorded.outcomes


def told(user: User, *events: LogEvent) -> list[str]:
    """Of each event ``kept``, or the code of its refusal."""
    return [one.code.value if isinstance(one, DomainError) else "kept" for one in report(user, *events)]


def click(**fields: Any) -> LogEvent:
    return LogEvent(event_type="CLICK", **fields)


# --- what is kept


def test_a_report_becomes_a_row(kim: User, step: Subtask) -> None:
    event = click(event_data={"x": 3}, screen_info={"app": "카카오톡"}, subtask_id=step.pk, user_id=kim.pk)
    with time_machine.travel("2026-11-30T01:00:00Z", tick=False):
        (number,) = report(kim, event)
        row = ActivityLog.objects.get()
        assert (row.pk, row.user_id, row.subtask_id) == (number, kim.pk, step.pk)
        assert (row.event_type, row.event_data, row.screen_info) == ("CLICK", {"x": 3}, {"app": "카카오톡"})
        assert (row.timestamp, row.received_at, row.sent_timestamp) == (None, now(), None)
        assert row.event_id.version == 4


def test_the_long_name_of_a_field_counts_more_than_the_short_one(kim: User, lecture: Lecture) -> None:
    one, two, _ = classes.steps(lecture)
    report(kim, click(event_data={}, data={"x": 1}, subtask_id=one.pk, subtask=two.pk))
    report(kim, click(data={"x": 1}, subtask=two.pk))
    rows = ActivityLog.objects.order_by("id")
    assert [(row.event_data, row.subtask_id) for row in rows] == [({}, one.pk), ({"x": 1}, two.pk)]


def test_everybody_with_an_account_reports_and_nobody_is_told(kim: User, park: User, step: Subtask) -> None:
    for user in (kim, park, cast.admin_han()):
        assert told(user, click(subtask_id=step.pk)) == ["kept"]
    assert classes.events() == []
    assert not SubtaskProgress.objects.exists()


def test_a_batch_is_received_at_one_moment_in_the_order_in_which_it_was_sent(kim: User) -> None:
    numbers = report(kim, *[LogEvent(event_type=kind) for kind in "다가나"])
    rows = ActivityLog.objects.order_by("id")
    assert [row.pk for row in rows] == numbers
    assert [row.event_type for row in rows] == list("다가나")
    assert len({row.received_at for row in rows}) == 1


def test_an_empty_report_keeps_nothing(kim: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert report(kim) == []


def test_masking_asks_nothing_of_the_database(kim: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    actor = cast.actor(kim)
    with django_assert_num_queries(0):
        (read,) = services.read(actor=actor, events=[click(data={"text": "010-1234-5678"})])
    assert read.kept == ('{"text":"[전화번호]"}', "{}")


# --- what is refused


def test_one_event_in_somebody_elses_name_refuses_all(kim: User, lee: User) -> None:
    with refused(ErrorCode.USER_ID_MISMATCH, ActivityLog):
        report(kim, click(), click(user_id=lee.pk), click(user_id=kim.pk))


def test_a_bad_event_leaves_the_others(kim: User, step: Subtask) -> None:
    answers = told(
        kim,
        click(subtask_id=step.pk),
        click(subtask_id=999_999),
        click(timestamp="어제"),
        click(data={"text": "a" * 70_000}),
        click(screen_info={"text": "a" * 70_000}),
        click(data={"number": 10**5000}),
        click(),
    )
    assert answers == ["kept", "NOT_FOUND", "INVALID_REQUEST", "TOO_LARGE", "TOO_LARGE", "INVALID_REQUEST", "kept"]
    assert ActivityLog.objects.count() == 2


def test_a_report_without_a_good_event_writes_nothing(kim: User) -> None:
    assert told(kim, click(subtask_id=999_999), click(timestamp="어제")) == ["NOT_FOUND", "INVALID_REQUEST"]
    assert not ActivityLog.objects.exists()


def test_a_guest_reports_on_the_steps_of_its_class(session: LectureSession, park: User) -> None:
    (guest,) = create_guests(["이웃"], session_id=session.pk)
    SessionParticipant.objects.create(session=session, user=guest)
    own, foreign = classes.steps(session.lecture)[0], classes.steps(cast.lecture(park, (1,)))[0]
    answers = told(guest, click(subtask_id=own.pk), click(subtask_id=foreign.pk), click(subtask_id=999_999), click())
    assert answers == ["kept", "GUEST_NOT_ALLOWED", "GUEST_NOT_ALLOWED", "kept"]


def test_a_guest_whose_class_is_gone_names_no_step(step: Subtask) -> None:
    (guest,) = create_guests(["이웃"], session_id=999_999)
    assert told(guest, click(subtask_id=step.pk), click()) == ["GUEST_NOT_ALLOWED", "kept"]


# --- once


def test_an_event_that_is_sent_again_has_its_first_number(kim: User) -> None:
    named = click(event_id=uuid4(), data={"x": 1})
    (first,) = report(kim, named)
    other, again = report(kim, click(), LogEvent(event_type="SCROLL", event_id=named.event_id))
    assert again == first != other
    assert sorted(ActivityLog.objects.values_list("event_type", flat=True)) == ["CLICK", "CLICK"]


def test_an_event_twice_in_one_report_is_one_row(kim: User) -> None:
    named = click(event_id=uuid4())
    first, between, second = report(kim, named, click(), named)
    assert first == second != between
    assert ActivityLog.objects.count() == 2


def test_the_same_id_of_two_people_is_two_events(kim: User, lee: User) -> None:
    named = click(event_id=uuid4())
    assert report(kim, named) != report(lee, named)
    assert ActivityLog.objects.count() == 2


def test_what_was_refused_may_be_sent_again_and_is_kept_then(kim: User, step: Subtask) -> None:
    name = uuid4()
    assert told(kim, click(event_id=name, subtask_id=999_999)) == ["NOT_FOUND"]
    assert told(kim, click(event_id=name, subtask_id=step.pk)) == ["kept"]


def test_a_repetition_takes_no_number_of_the_table(kim: User) -> None:
    named = click(event_id=uuid4())
    (first,) = report(kim, named)
    for _ in range(3):
        report(kim, named)
    (following,) = report(kim, click())
    assert isinstance(first, int)
    assert following == first + 1


batches = some.lists(some.lists(some.none() | some.integers(0, 5), max_size=6), max_size=5)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches)
def test_however_a_phone_retries_each_event_is_one_row_with_one_number(kim: User, sent: list[list[int | None]]) -> None:
    ActivityLog.objects.all().delete()
    answered: dict[int, int | DomainError] = {}
    nameless = 0
    for batch in sent:
        names = [None if one is None else UUID(int=one) for one in batch]
        for one, number in zip(batch, report(kim, *[click(event_id=name) for name in names]), strict=True):
            if one is None:
                nameless += 1
            else:
                assert answered.setdefault(one, number) == number
    rows = dict(ActivityLog.objects.values_list("event_id", "pk"))
    assert len(rows) == len(answered) + nameless
    assert {UUID(int=one): number for one, number in answered.items()}.items() <= rows.items()


# --- what it costs


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_events_with_steps_is_as_many_questions(
    lecture: Lecture, kim: User, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Their lectures, which of them are known, their numbers, and the insert between the savepoint's two."""
    steps = classes.steps(lecture)
    events = [click(subtask_id=steps[number % 3].pk, event_id=uuid4()) for number in range(count)]
    with django_assert_max_num_queries(8):
        report(kim, *events)


def test_a_report_that_was_kept_before_writes_nothing(
    kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    named = [click(event_id=uuid4()) for _ in range(5)]
    first = report(kim, *named)
    with django_assert_num_queries(1):
        assert report(kim, *named) == first


# --- what becomes of it


def test_a_log_outlives_its_step(kim: User, step: Subtask) -> None:
    report(kim, click(subtask_id=step.pk))
    step.delete()
    assert ActivityLog.objects.get().subtask_id is None
