"""What the consumer makes of messages before and after the table, without a broker (contract 8.2; reliability F11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest
from confluent_kafka import Message
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity import store
from mobilegpt.activity.consumer import MOST_BYTES, Dead, checked, store_batch
from mobilegpt.activity.dead_letters import origin_of
from mobilegpt.activity.models import ActivityLog
from mobilegpt.lectures.models import Subtask

database = pytest.mark.django_db
CAME = 1_764_464_400_000  # milliseconds


@dataclass
class Sent:
    """A message as librdkafka hands it over."""

    body: bytes
    place: int = 0
    partition_number: int = 0
    headers_sent: dict[str, bytes] = field(default_factory=dict)
    came: int = CAME

    def value(self) -> bytes:
        return self.body

    def timestamp(self) -> tuple[int, int]:
        return 1, self.came

    def topic(self) -> str:
        return "activity_logs"

    def partition(self) -> int:
        return self.partition_number

    def offset(self) -> int:
        return self.place

    def headers(self) -> list[tuple[str, bytes]] | None:
        return list(self.headers_sent.items()) or None


def sent(body: bytes | dict[str, Any], place: int = 0, **fields: Any) -> Message:
    value = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return cast(Message, Sent(value, place, **fields))


def click(user: User, **fields: Any) -> dict[str, Any]:
    return {"user_id": user.pk, "event_type": "CLICK", **fields}


@pytest.fixture(autouse=True)
def _no_numbers_of_another_table() -> None:
    store.forget_kept_ids()


# --- before the table


def test_good_and_bad_are_told_apart_in_the_order_in_which_they_came() -> None:
    messages = [sent({"user_id": 1, "event_type": "A"}), sent(b"{"), sent({"user_id": 1, "event_type": "B"}), sent(b"")]
    batch = checked(messages)
    assert batch.messages == messages
    assert [arrival.entry.event_type for arrival in batch.arrivals] == ["A", "B"]
    assert [(dead.message, dead.reason) for dead in batch.dead] == [(messages[1], "invalid"), (messages[3], "invalid")]


@pytest.mark.parametrize(("more", "reason"), [(0, "invalid"), (1, "too_large")])
def test_what_is_too_large_is_not_even_read(more: int, reason: str) -> None:
    (dead,) = checked([sent(b"x" * (MOST_BYTES + more))]).dead
    assert dead.reason == reason


def test_a_message_without_a_name_has_the_same_one_whenever_it_is_read() -> None:
    first, again, other = (checked([sent({"user_id": 1, "event_type": "A"}, place)]).arrivals[0] for place in (5, 5, 6))
    assert first.entry.event_id == again.entry.event_id != other.entry.event_id
    assert first.entry.received_at == datetime.fromtimestamp(CAME / 1000, UTC)


def test_two_partitions_have_places_of_their_own() -> None:
    names = {
        checked([sent({"user_id": 1, "event_type": "A"}, 5, partition_number=number)]).arrivals[0].entry.event_id
        for number in range(3)
    }
    assert len(names) == 3


# --- after the table


@database
def test_every_row_is_there_and_the_others_are_named(kim: User, step: Subtask) -> None:
    messages = [
        sent(click(kim, subtask_id=step.pk), 1),
        sent({"user_id": 999_999, "event_type": "CLICK"}, 2),
        sent(click(kim, subtask_id=999_999), 3),
        sent(b"?", 4),
        sent(click(kim), 5),
    ]
    dead = store_batch(checked(messages))
    assert [(one.reason, one.message) for one in dead] == [
        ("invalid", messages[3]),
        ("unknown_user", messages[1]),
        ("unknown_subtask", messages[2]),
    ]
    assert [one.detail for one in dead[1:]] == ["999999", "999999"]
    assert list(ActivityLog.objects.order_by("id").values_list("subtask_id", flat=True)) == [step.pk, None]


@database
def test_a_batch_that_is_read_again_is_stored_once(kim: User) -> None:
    messages = [sent(click(kim), place) for place in range(5)]
    assert store_batch(checked(messages)) == []
    before = list(ActivityLog.objects.values())
    assert store_batch(checked([*messages, *messages])) == []
    assert list(ActivityLog.objects.values()) == before


@database
def test_a_batch_of_nothing_but_bad_ones_is_answered_for(kim: User) -> None:
    (dead,) = store_batch(checked([sent(b"?")]))
    assert isinstance(dead, Dead)
    assert store_batch(checked([])) == []
    assert not ActivityLog.objects.exists()


@database
def test_a_large_batch_costs_as_much_as_a_small_one(
    kim: User, step: Subtask, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    messages = [sent(click(kim, subtask_id=step.pk), place) for place in range(500)]
    with django_assert_max_num_queries(8):  # PostgreSQL has a savepoint more
        assert store_batch(checked(messages)) == []


# --- where a message was first


def test_a_message_of_the_topic_is_where_it_is() -> None:
    assert origin_of(sent(b"", 7, partition_number=2)) == "activity_logs:2:7"


def test_a_dead_letter_is_where_it_was() -> None:
    headers = {"reason": b"invalid", "topic": b"activity_logs", "partition": b"1", "offset": b"40"}
    assert origin_of(sent(b"", 7, headers_sent=headers)) == "activity_logs:1:40"


def test_what_was_brought_back_remembers_its_first_place() -> None:
    headers = {"origin": b"activity_logs:1:40", "reason": b"invalid", "topic": b"activity_logs"}
    assert origin_of(sent(b"", 7, headers_sent=headers)) == "activity_logs:1:40"


@database
def test_what_was_brought_back_meets_its_own_row(kim: User) -> None:
    store_batch(checked([sent(click(kim), 40, partition_number=1)]))
    back = sent(click(kim), 99, headers_sent={"origin": b"activity_logs:1:40"})
    assert store_batch(checked([back])) == []
    assert ActivityLog.objects.count() == 1
