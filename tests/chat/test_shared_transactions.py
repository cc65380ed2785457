"""Commands of many sockets in one transaction: each has its own answer, and what fails fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from django.db import OperationalError, connections
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.events import MessageSent
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, KeyReused
from mobilegpt.database.batching import do_batch
from mobilegpt.database.loop_batcher import LoopBatcher
from mobilegpt.events import topics
from mobilegpt.events.models import Stream, StreamEntry
from mobilegpt.events.shared_transaction import execute_shared
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.execution import Asked
from mobilegpt.realtime.route import Call, HandlerOfMany, Outcome, Reply
from mobilegpt.sockets.chat import LIVECHAT
from tests import classes, rooms

pytestmark = pytest.mark.django_db

SAY = LIVECHAT.shared_handlers[SendMessage]


@pytest.fixture
def room(park: User, kim: User, lee: User) -> Room:
    return rooms.private(kim, lee, park)


def asked(user: User, room: Room, text: str, key: str | None = None) -> Asked:
    call = Call(actor_from_user(user), room.pk, SendMessage(message=text), "198.51.100.7")
    return Asked(call, Decoded(call.command, key), "chat_s3", [topics.room(room.pk)])


def acks(result: Outcome | Exception) -> list[dict[str, Any]]:
    assert isinstance(result, Outcome), result
    told = [msgspec.to_builtins(frame) for frame in result.frames]
    assert {frame["type"] for frame in told} <= {"ack"}
    return [{name: frame[name] for name in ("id", "seq", "duplicate")} for frame in told]


def texts(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room).order_by("number").values_list("text", flat=True))


def test_every_message_is_stored_numbered_told_and_acknowledged(room: Room, kim: User, lee: User, park: User) -> None:
    other = rooms.private(park, kim)
    at = {one.name: one.seq for one in Stream.objects.all()}
    results = execute_shared(
        SAY,
        [
            asked(kim, room, "하나", "a"),
            asked(park, other, "둘", "a"),
            asked(kim, room, "셋"),
            asked(lee, room, "넷", "b"),
        ],
    )
    assert texts(room) == ["하나", "셋", "넷"]
    assert texts(other) == ["둘"]
    stored = {one.text: one for one in Message.objects.all()}
    in_room, in_other = at[topics.room(room.pk)], at[topics.room(other.pk)]
    assert [acks(result) for result in results] == [
        [{"id": stored["하나"].pk, "seq": in_room + 1, "duplicate": False}],
        [{"id": stored["둘"].pk, "seq": in_other + 1, "duplicate": False}],
        [],
        [{"id": stored["넷"].pk, "seq": in_room + 3, "duplicate": False}],
    ]
    for one in (room, other):
        one.refresh_from_db()
        newest = Message.objects.filter(room=one).order_by("number").last()
        assert newest is not None
        assert (one.message_count, one.last_message, one.last_activity_at) == (
            newest.number,
            newest,
            newest.created_at,
        )
    assert rooms.member(kim, room).sent_since_read == 2
    assert [event.text for event in classes.events_of(MessageSent)] == ["하나", "둘", "셋", "넷"]


def test_a_refusal_concerns_its_sender_alone(room: Room, kim: User, lee: User, park: User) -> None:
    Member.objects.filter(room=room, user=lee).delete()
    nothing = asked(kim, room, " ", "empty")
    results = execute_shared(SAY, [asked(kim, room, "앞"), nothing, asked(lee, room, "밖"), asked(park, room, "뒤")])
    assert [getattr(result, "code", None) for result in results] == [
        None,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.NOT_FOUND,
        None,
    ]
    assert texts(room) == ["앞", "뒤"]
    again = execute_shared(SAY, [asked(kim, room, "이제", "empty")])
    assert acks(again[0])[0]["duplicate"] is False


def test_a_retry_gets_the_first_answer_and_another_text_is_refused(room: Room, kim: User, lee: User) -> None:
    first = acks(execute_shared(SAY, [asked(kim, room, "안녕", "k"), asked(lee, room, "네", "k")])[0])
    results = execute_shared(
        SAY, [asked(kim, room, "안녕", "k"), asked(kim, room, "다른 말", "k2"), asked(lee, room, "아니요", "k")]
    )
    assert acks(results[0]) == [{**first[0], "duplicate": True}]
    assert acks(results[1])[0]["duplicate"] is False
    assert isinstance(results[2], KeyReused)
    assert texts(room) == ["안녕", "네", "다른 말"]


def test_the_same_key_twice_at_once_is_refused_the_second_time(room: Room, kim: User) -> None:
    results = execute_shared(SAY, [asked(kim, room, "안녕", "k"), asked(kim, room, "안녕", "k")])
    assert acks(results[0])[0]["duplicate"] is False
    assert isinstance(results[1], Conflict)
    assert results[1].code == ErrorCode.IDEMPOTENCY_IN_FLIGHT
    assert texts(room) == ["안녕"]


def test_who_joins_by_speaking_does_so_in_a_transaction_of_their_own(park: User, kim: User, lee: User) -> None:
    room = rooms.open_to_all(park)
    results = execute_shared(
        SAY,
        [
            asked(park, room, "어서 오세요"),
            asked(kim, room, "네", "k"),
            asked(lee, room, " "),
        ],
    )
    assert texts(room) == ["어서 오세요", "네"]
    assert acks(results[1])[0]["duplicate"] is False
    assert isinstance(results[2], DomainError)
    assert set(Member.objects.filter(room=room).values_list("user_id", flat=True)) == {park.pk, kim.pk}


def test_a_poisonous_command_harms_only_itself(room: Room, kim: User, lee: User) -> None:
    def poisoned(calls: Sequence[Call]) -> Sequence[Reply | DomainError | None]:
        replies = SAY(calls)
        if any(call.command.message == "독" for call in calls):
            raise ZeroDivisionError
        return replies

    results = do_batch(
        execute_shared,
        [poisoned],
        [
            asked(kim, room, "하나", "a"),
            asked(lee, room, "독"),
            asked(lee, room, "셋"),
        ],
    )
    assert [type(result) for result in results] == [Outcome, ZeroDivisionError, Outcome]
    assert texts(room) == ["하나", "셋"]
    assert StreamEntry.objects.filter(event_type="MessageSent").count() == 2
    with pytest.raises(ZeroDivisionError):
        execute_shared(poisoned, [asked(lee, room, "독")])


def test_a_database_that_is_down_is_not_asked_again_for_each(room: Room, kim: User) -> None:
    tries = []

    def down(calls: Sequence[Call]) -> Sequence[Reply | DomainError | None]:
        tries.append(len(calls))
        raise OperationalError("gone")

    pieces = [asked(kim, room, "하나"), asked(kim, room, "둘", "k")]
    with pytest.raises(OperationalError):
        execute_shared(down, pieces)
    assert tries == [2]
    assert [type(one) for one in do_batch(execute_shared, [down], pieces)] == [OperationalError] * 2
    assert tries == [2, 2]


def test_the_number_of_queries_does_not_depend_on_the_number_of_messages(
    park: User, kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [rooms.private(park, kim, lee) for _ in range(6)]
    execute_shared(SAY, [asked(kim, many[0], "먼저")])
    with django_assert_num_queries(10):  # with the beginning and the end of its transaction
        execute_shared(SAY, [asked(kim, many[0], "하나")])
    with django_assert_num_queries(10):
        execute_shared(SAY, [asked(user, room, "여럿") for room in many for user in (park, kim, lee)])


@pytest.mark.django_db(transaction=True)
def test_what_arrives_while_one_is_written_goes_together(room: Room, kim: User, lee: User) -> None:
    sizes: list[int] = []

    def counted(calls: Sequence[Call]) -> Sequence[Reply | DomainError | None]:
        sizes.append(len(calls))
        return SAY(calls)

    async def talk(handler: HandlerOfMany) -> list[Outcome | BaseException]:
        gatherer = LoopBatcher()
        first = asyncio.create_task(gatherer.run(execute_shared, asked(kim, room, "0"), handler))
        while not sizes:
            await asyncio.sleep(0.001)
        rest = [gatherer.run(execute_shared, asked(lee if n % 2 else kim, room, str(n)), handler) for n in range(1, 8)]
        rest.append(gatherer.run(execute_shared, asked(kim, room, " "), handler))
        results: list[Outcome | BaseException] = await asyncio.gather(first, *rest, return_exceptions=True)
        return results

    results = asyncio.run(talk(counted))
    connections.close_all()
    assert [type(result).__name__ for result in results] == ["Outcome"] * 8 + ["Invalid"]
    assert sum(sizes) == 9
    assert len(sizes) < 9
    assert texts(room) == [str(n) for n in range(8)]


@pytest.mark.parametrize(
    ("failure", "results", "tries"),
    [
        (ValueError("poison"), ["a!", ValueError, "c!"], [["a", "b", "c"], ["a"], ["b"], ["c"]]),
        (OperationalError("down"), [OperationalError] * 3, [["a", "b", "c"]]),
    ],
)
def test_what_breaks_for_one_breaks_for_all_only_when_the_database_is_down(
    failure: Exception, results: list[Any], tries: list[list[str]]
) -> None:
    tried = []

    def work(ending: str, given: Sequence[str]) -> list[str]:
        tried.append(list(given))
        if "b" in given:
            raise failure
        return [one + ending for one in given]

    found = do_batch(work, ["!"], ["a", "b", "c"])
    assert [type(one) if isinstance(one, Exception) else one for one in found] == results
    assert tried == tries
