"""The table, written in bulk: numbers of its own sequence, rows as Django reads them, each event once (P25)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import msgspec
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.selectors import existing_accounts
from mobilegpt.activity import queries, store
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.models import ActivityLog
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.queries import lectures_of_steps
from tests import cast, classes

pytestmark = pytest.mark.django_db

CAME = datetime(2026, 11, 30, 1, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_numbers_of_another_table() -> Iterator[None]:
    store.forget_kept_ids()
    yield
    store.forget_kept_ids()


def entry(user: User, number: int, **fields: object) -> Entry:
    made = Entry(number, user.pk, None, "CLICK", "{}", "{}", None, CAME, uuid4())
    return msgspec.structs.replace(made, **fields)


# --- rows


@pytest.mark.parametrize("count", [1, 12])
def test_rows_are_read_as_django_would_have_written_them(kim: User, step: Subtask, count: int) -> None:
    """A few, and as many as PostgreSQL takes by COPY."""
    seoul = timezone(timedelta(hours=9))
    odd = 'tab\t line\n back\\slash "quoted" \\N'
    wanted = [
        entry(
            kim,
            number,
            subtask_id=step.pk,
            event_type=odd,
            event_data=msgspec.json.encode({"t": odd, "n": [1, 2.5, None, True]}).decode(),
            screen_info='{"앱":"카카오톡"}',
            timestamp=datetime(2026, 11, 30, 9, 59, 59, tzinfo=seoul),
            sent_timestamp="754321",
        )
        for number in store.allocate(count)
    ]
    assert store.save(wanted) == {one.id for one in wanted}
    for row, one in zip(ActivityLog.objects.order_by("id"), wanted, strict=True):
        assert (row.pk, row.user_id, row.subtask_id, row.event_id) == (one.id, kim.pk, step.pk, one.event_id)
        assert (row.event_type, row.event_data) == (odd, {"t": odd, "n": [1, 2.5, None, True]})
        assert row.screen_info == {"앱": "카카오톡"}
        assert (row.timestamp, row.received_at) == (datetime(2026, 11, 30, 0, 59, 59, tzinfo=UTC), CAME)
        assert row.sent_timestamp == "754321"


def test_what_is_null_is_null(kim: User) -> None:
    (number,) = store.allocate(1)
    store.save([entry(kim, number)])
    row = ActivityLog.objects.get()
    assert (row.subtask_id, row.timestamp, row.sent_timestamp) == (None, None, None)
    assert (row.event_data, row.screen_info) == ({}, {})


def test_of_several_only_the_new_ones_are_told(kim: User, lee: User) -> None:
    first, second, third = store.allocate(3)
    kept = entry(kim, first)
    queries.insert([kept])
    again = msgspec.structs.replace(kept, id=second, event_type="SCROLL")
    of_lee = msgspec.structs.replace(kept, id=third, user_id=lee.pk)
    assert queries.insert([again, of_lee]) == {third}
    assert list(ActivityLog.objects.order_by("id").values_list("pk", "event_type")) == [
        (first, "CLICK"),
        (third, "CLICK"),
    ]


@pytest.mark.parametrize("count", [1, 20])
def test_one_row_of_nobody_keeps_all_of_them_out(kim: User, count: int) -> None:
    rows = [entry(kim, number) for number in store.allocate(count + 1)]
    rows[count // 2] = msgspec.structs.replace(rows[count // 2], user_id=999_999)
    with pytest.raises(IntegrityError), transaction.atomic():
        store.save(rows)
        connection.check_constraints()
    assert not ActivityLog.objects.exists()


def test_many_rows_are_written_in_parts(
    kim: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(queries, "_INSERTED_AT_ONCE", 4)
    rows = [entry(kim, number) for number in store.allocate(10)]
    with django_assert_num_queries(3):
        assert queries.insert(rows) == {row.id for row in rows}
    assert ActivityLog.objects.count() == 10


# --- numbers


def test_numbers_rise_and_never_come_again(kim: User) -> None:
    first, second = store.allocate(3), store.allocate(2)
    assert first == sorted(first)
    assert first[-1] < second[0]
    assert ActivityLog.objects.create(user=kim, event_type="CLICK").pk > second[-1]


def test_a_table_that_holds_rows_goes_on_after_them(kim: User) -> None:
    last = ActivityLog.objects.create(user=kim, event_type="CLICK").pk
    assert store.allocate(2) == [last + 1, last + 2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 30, 250])
def test_numbers_of_several_threads_are_all_different(count: int) -> None:
    """One at a time they come from a block that is kept, many have a block of their own."""
    gate, taken = threading.Barrier(4), list[int]()

    def take() -> None:
        gate.wait()
        try:
            taken.extend(store.allocate(count))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 4 * count


@pytest.mark.django_db(transaction=True)
def test_numbers_of_a_transaction_that_fails_are_not_kept_for_others(kim: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        store.allocate(5)
        raise RuntimeError
    numbers = store.allocate(3)
    store.save([entry(kim, number) for number in numbers])
    made = ActivityLog.objects.create(user=kim, event_type="CLICK").pk
    assert made not in numbers
    assert ActivityLog.objects.count() == 4


# --- what is there


def test_what_is_known_is_ones_own(kim: User, lee: User) -> None:
    own, foreign = (ActivityLog.objects.create(user=user, event_type="CLICK") for user in (kim, lee))
    assert queries.known(kim.pk, [own.event_id, foreign.event_id, uuid4()]) == {own.event_id: own.pk}
    assert queries.known(kim.pk, []) == {}


def test_the_lecture_of_a_step_is_that_of_its_task(lecture: Lecture, park: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    one, foreign = classes.steps(lecture)[0], classes.steps(other)[0]
    assert lectures_of_steps({one.pk, foreign.pk, 999_999}) == {one.pk: lecture.pk, foreign.pk: other.pk}
    assert lectures_of_steps(set()) == {}


def test_only_accounts_that_exist_are_told(kim: User, lee: User) -> None:
    lee.delete()
    assert existing_accounts({kim.pk, 999_999}) == {kim.pk}
