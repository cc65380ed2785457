"""Reads of the logs: what is recent, when it happened, when somebody was last heard of (contract 8.4, 8.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity import selectors
from mobilegpt.activity.models import ActivityLog
from tests import cast

database = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


def moment(seconds_ago: float) -> datetime:
    return NOW - timedelta(seconds=seconds_ago)


def log(user: User, received: float, happened: float | None = None, event_type: str = "CLICK") -> ActivityLog:
    """Received, and by the phone's clock happened, so many seconds ago."""
    at = None if happened is None else moment(happened)
    return ActivityLog.objects.create(user=user, event_type=event_type, received_at=moment(received), timestamp=at)


def recent(user: User, **limits: int) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        return [row.event_type for row in selectors.recent(user.pk, **limits)]


# --- what is recent


@database
def test_nothing_is_recent_of_who_reports_nothing(kim: User) -> None:
    assert recent(kim) == []


@database
def test_what_was_received_five_minutes_ago_is_still_recent(kim: User) -> None:
    log(kim, 300, event_type="그때")
    log(kim, 301, event_type="전에")
    assert recent(kim) == ["그때"]


@database
def test_within_a_batch_the_newest_comes_first_whatever_the_order_of_sending(kim: User) -> None:
    for happened, name in ((5, "둘"), (9, "셋"), (1, "하나")):
        log(kim, 0, happened, name)
    assert recent(kim) == ["하나", "둘", "셋"]


@database
def test_of_a_late_batch_only_what_happened_lately_is_recent(kim: User) -> None:
    log(kim, 10, 10, "새것")
    log(kim, 10, 3600, "한 시간 전")
    assert recent(kim) == ["새것"]


@database
def test_what_a_phone_does_not_date_happened_when_it_came(kim: User) -> None:
    log(kim, 20, event_type="먼저")
    log(kim, 10, event_type="나중")
    assert recent(kim) == ["나중", "먼저"]


@database
def test_a_limit_keeps_the_newest(kim: User) -> None:
    for seconds in range(5):
        log(kim, seconds, event_type=str(seconds))
    assert recent(kim, limit=2) == ["0", "1"]


# --- when it happened


def test_batches_are_dated_each_by_its_own_newest() -> None:
    logs = [
        ActivityLog(received_at=moment(0), timestamp=moment(1000)),
        ActivityLog(received_at=moment(0), timestamp=moment(1007)),
        ActivityLog(received_at=moment(60), timestamp=moment(0)),
        ActivityLog(received_at=moment(60), timestamp=None),
    ]
    assert selectors.moments_of(logs) == [moment(0), moment(7), moment(60), moment(60)]


@given(some.lists(some.tuples(some.integers(0, 3), some.none() | some.integers(0, 5000)), max_size=10))
def test_nothing_happened_after_it_came_and_distances_are_the_phones(sent: list[tuple[int, int | None]]) -> None:
    logs = [
        ActivityLog(received_at=moment(100 * batch), timestamp=None if at is None else moment(at)) for batch, at in sent
    ]
    found = selectors.moments_of(logs)
    assert all(at <= row.received_at for at, row in zip(found, logs, strict=True))
    for one, at in zip(logs, found, strict=True):
        for other, then in zip(logs, found, strict=True):
            if one.received_at == other.received_at and one.timestamp and other.timestamp:
                assert at - then == one.timestamp - other.timestamp


# --- last heard of


@database
def test_when_each_of_a_hall_was_last_heard_of_is_one_question(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    crowd = cast.students(20)
    for number, user in enumerate(crowd[:15]):
        log(user, 100 + number)
        log(user, number)
    with django_assert_num_queries(1):
        found = selectors.last_at(user.pk for user in crowd)
    assert found == {user.pk: moment(number) for number, user in enumerate(crowd[:15])}


@database
def test_people_may_be_chosen_by_a_query(
    kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    log(kim, 5)
    log(lee, 7)
    with django_assert_num_queries(1):
        assert selectors.last_at(User.objects.filter(name="이학생").values("pk")) == {lee.pk: moment(7)}


@database
def test_the_phones_own_clock_does_not_count(kim: User) -> None:
    log(kim, 50, happened=0)
    log(kim, 20, happened=9999)
    assert selectors.last_at([kim.pk]) == {kim.pk: moment(20)}


@database
def test_nobody_was_heard_of_when_nobody_is_asked_about(kim: User) -> None:
    log(kim, 5)
    assert selectors.last_at([]) == {}


# --- the staff page


@database
def test_staff_look_at_logs_and_write_none(kim: User, lee: User) -> None:
    staff = Client()
    staff.force_login(cast.admin_han())
    row = log(kim, 5, event_type="CLICK")
    log(lee, 5, event_type="CLICK_LONG")
    pages = reverse("admin:activity_activitylog_changelist")
    shown = {word: staff.get(pages, {"q": word}).context["cl"].queryset.count() for word in ("김학생", "CLICK", "없음")}
    assert shown == {"김학생": 1, "CLICK": 1, "없음": 0}
    change = reverse("admin:activity_activitylog_change", args=[row.pk])
    assert staff.get(change).status_code == 200
    assert staff.post(change, {"event_type": "SCROLL"}).status_code == 403
    assert staff.post(reverse("admin:activity_activitylog_add"), {"event_type": "SCROLL"}).status_code == 403
    row.refresh_from_db()
    assert row.event_type == "CLICK"
