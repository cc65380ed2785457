"""What is kept, for how long, and what is read back (contract 8.1, 8.4, 8.6)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity import selectors, services, store
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.models import ActivityLog
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.queries import lectures_of_steps
from tests import cast
from tests.classes import steps

pytestmark = pytest.mark.django_db


def at(user: User, seconds_ago: float, event_type: str = "CLICK") -> ActivityLog:
    return ActivityLog.objects.create(
        user=user, event_type=event_type, received_at=now() - timedelta(seconds=seconds_ago)
    )


def entry(user: User, number: int) -> Entry:
    return Entry(number, user.pk, None, "CLICK", "{}", "{}", None, now(), uuid4())


def test_recent_is_what_somebody_did_within_minutes_newest_first(
    kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [at(kim, seconds) for seconds in (250, 10, 400, 100)]
    at(lee, 5)
    with django_assert_num_queries(1):
        found = selectors.recent(kim.pk)
    assert found == [rows[1], rows[3], rows[0]]
    assert selectors.recent(kim.pk, since_seconds=60) == [rows[1]]
    assert selectors.recent(kim.pk, limit=2) == [rows[1], rows[3]]


def test_recent_follows_the_distances_of_a_batch_whatever_the_phones_clock_shows(kim: User) -> None:
    """A phone that was offline, and whose clock is a year behind: what is older than five minutes is not recent."""
    came, wrong = now(), now() - timedelta(days=365)
    rows = [
        ActivityLog.objects.create(
            user=kim, event_type="CLICK", received_at=came, timestamp=wrong - timedelta(seconds=seconds)
        )
        for seconds in (20, 3600, 0, 200)
    ]
    found = selectors.recent(kim.pk)
    assert found == [rows[2], rows[0], rows[3]]
    assert [round((came - moment).total_seconds()) for moment in selectors.moments_of(found)] == [0, 20, 200]


def test_when_somebody_was_last_heard_of(
    kim: User, lee: User, park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at(kim, 100)
    latest = [at(kim, 10), at(park, 20)]
    with django_assert_num_queries(1):
        found = selectors.last_at([kim.pk, lee.pk, park.pk])
    assert found == {row.user_id: row.received_at for row in latest}


@override_settings(ACTIVITY_DAYS=30)
def test_old_logs_are_forgotten(kim: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_DELETED_AT_ONCE", 2)
    day = 24 * 3600
    for days in (31, 32, 33, 34, 35):
        at(kim, days * day)
    kept = at(kim, 29 * day)
    assert services.forget_old() == 5
    assert ActivityLog.objects.get() == kept
    with override_settings(ACTIVITY_DAYS=0):
        assert services.forget_old() == 0


def test_ids_come_from_the_table_s_own_sequence(kim: User) -> None:
    first = at(kim, 1).pk
    allocated = store.allocate(3)
    assert allocated == [first + 1, first + 2, first + 3]
    assert at(kim, 1).pk == first + 4


def test_a_person_s_logs_go_with_the_account(kim: User) -> None:
    actor, events = cast.actor(kim), [LogEvent(event_type="A"), LogEvent(event_type="B")]
    services.record(actor=actor, reports=services.read(actor=actor, events=events))
    kim.delete()
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize("others", [0, 100])
def test_the_lectures_of_few_and_of_many_steps_are_one_question(
    lecture: Lecture, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expected = {step.pk: lecture.pk for step in steps(lecture)}
    unknown = {10**6 + number for number in range(others)}
    with django_assert_num_queries(1):
        assert lectures_of_steps({*expected, *unknown}) == expected


@pytest.mark.parametrize("count", [1, 30])
def test_what_is_saved_twice_is_kept_once(kim: User, count: int) -> None:
    """A few, and as many as PostgreSQL takes by COPY."""
    entries = [entry(kim, number) for number in store.allocate(count)]
    assert store.save(entries) == {one.id for one in entries}
    assert store.save(entries) == set()
    assert ActivityLog.objects.count() == count
