"""Read state, unread counts, receipts and pages of history (contract 9.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.events import MessagesRead
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Invalid, NotFound
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db


def unread(user: User, room: Room) -> int:
    return selectors.unread(rooms.member(user, room))


def is_read(message: Message) -> bool:
    return selectors.receipts(message.room_id).is_read(message)


# --- unread counts


def test_what_others_say_is_unread_until_it_is_read(room: Room, kim: User, lee: User) -> None:
    rooms.say(kim, room)
    rooms.say(lee, room)
    rooms.say(kim, room)
    assert (unread(kim, room), unread(lee, room)) == (1, 2)
    rooms.read(lee, room)
    assert (unread(kim, room), unread(lee, room)) == (1, 0)
    rooms.say(lee, room)
    assert (unread(kim, room), unread(lee, room)) == (2, 0)
    rooms.read(kim, room)
    rooms.say(kim, room)
    assert (unread(kim, room), unread(lee, room)) == (0, 1)


def test_reading_is_noted_and_told(room: Room, kim: User, lee: User) -> None:
    rooms.say(kim, room)
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        rooms.read(lee, room)
        member = rooms.member(lee, room)
        assert member.last_read_at == now()
    (told,) = classes.events_of(MessagesRead)
    assert (told.user_id, told.last_read_at, told.streams()) == (lee.pk, member.last_read_at, (f"room:{room.pk}",))


def test_only_a_member_reads(room: Room, park: User) -> None:
    with pytest.raises(NotFound, match="Membership not found"):
        rooms.read(park, room)
    room.pk = 999_999
    with pytest.raises(NotFound, match="Chat room not found"):
        rooms.read(park, room)


# --- receipts


def test_a_message_is_read_once_every_other_member_has_read_it(room: Room, kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
    message = rooms.say(kim, room)
    assert not is_read(message)
    rooms.read(lee, room)
    assert not is_read(message)
    rooms.read(park, room)
    assert is_read(message)
    later = rooms.say(park, room)
    for reader in (park, kim):
        rooms.read(reader, room)
    assert not is_read(later)
    rooms.read(lee, room)
    assert is_read(later)


def test_nobody_reads_where_nobody_else_is(kim: User) -> None:
    alone = rooms.private(kim)
    message = rooms.say(kim, alone)
    rooms.read(kim, alone)
    assert not is_read(message)


def test_who_leaves_is_not_waited_for(room: Room, kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
    message = rooms.say(kim, room)
    rooms.read(lee, room)
    rooms.remove(park, room)
    assert is_read(message)


# --- history


def texts(room: Room, **page: Any) -> list[int]:
    room.refresh_from_db()
    given = {"limit": 50, "offset": 0, "before": None, "after": None, **page}
    return [message.number for message in selectors.history(room, **given)]


@pytest.fixture
def messages(room: Room, kim: User) -> list[Message]:
    return rooms.fill(room, kim, 12)


def test_pages_are_newest_first(room: Room, messages: list[Message]) -> None:
    assert texts(room, limit=5) == [12, 11, 10, 9, 8]
    assert texts(room, limit=5, offset=5) == [7, 6, 5, 4, 3]
    assert texts(room, limit=5, offset=10) == [2, 1]
    assert texts(room, offset=12) == texts(room, offset=10**9) == []


def test_pages_by_what_one_has_seen(room: Room, messages: list[Message]) -> None:
    seventh = messages[6].pk
    assert texts(room, before=seventh, limit=3) == [6, 5, 4]
    assert texts(room, before=seventh, limit=3, offset=3) == [3, 2, 1]
    assert texts(room, after=seventh, limit=3) == [10, 9, 8]
    assert texts(room, after=seventh, limit=3, offset=3) == [12, 11]
    assert texts(room, before=messages[0].pk) == texts(room, after=messages[-1].pk) == []


def test_a_page_that_is_walked_while_others_speak_has_no_gap(room: Room, messages: list[Message], lee: User) -> None:
    page = selectors.history(room, limit=5, offset=0, before=None, after=None)
    rooms.say(lee, room)
    assert texts(room, before=page[-1].pk, limit=5) == [7, 6, 5, 4, 3]


@pytest.mark.parametrize("cursor", ["before", "after"])
def test_the_message_of_another_room_is_no_place(room: Room, open_room: Room, park: User, cursor: str) -> None:
    elsewhere = rooms.say(park, open_room)
    for place in (elsewhere.pk, 999_999):
        with pytest.raises(Invalid):
            texts(room, **{cursor: place})


def test_the_latest_messages_of_rooms(room: Room, open_room: Room, kim: User, messages: list[Message]) -> None:
    room.refresh_from_db()
    found = selectors.latest([room, open_room], 3)
    assert [message.number for message in found[room.pk]] == [10, 11, 12]
    assert found[open_room.pk] == []


# --- costs


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as context:
        work()
    return len(context)


def test_the_room_list_costs_the_same_for_any_number_of_rooms_and_messages(
    kim: User, lee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = cast.actor(kim)

    def listed() -> list[selectors.RoomView]:
        return selectors.viewed(list(selectors.require_own_rooms(actor)[:50]))

    rooms.fill(rooms.private(kim, lee), lee, 1)
    first = queries_of(listed)
    for number in range(20):
        rooms.fill(rooms.private(kim, lee, name=f"방 {number}"), lee, 30)
    with django_assert_num_queries(first):
        views = listed()
    assert first <= 5
    assert [selectors.unread(view.member) for view in views] == [30] * 20 + [1]
    assert {view.members for view in views} == {2}
    assert not any(view.is_read for view in views)


def test_a_row_of_the_list_tells_whether_its_last_message_is_read(room: Room, kim: User, lee: User) -> None:
    def shown() -> selectors.RoomView:
        (view,) = selectors.viewed(list(selectors.require_own_rooms(cast.actor(kim))))
        return view

    assert (shown().last_message, shown().is_read) == (None, False)
    said = rooms.say(kim, room)
    assert (shown().last_message, shown().is_read) == (said, False)
    rooms.read(lee, room)
    assert shown().is_read


def test_a_page_of_history_costs_the_same_wherever_it_is(room: Room, kim: User) -> None:
    def page(offset: int) -> int:
        return queries_of(lambda: selectors.history(room, limit=20, offset=offset, before=None, after=None))

    rooms.fill(room, kim, 10)
    few = page(0)
    rooms.fill(room, kim, 500)
    assert few == page(0) == page(480) == 1
    assert queries_of(lambda: selectors.receipts(room.pk)) == 1


def test_reading_costs_the_same_for_any_number_of_messages(room: Room, kim: User, lee: User) -> None:
    rooms.fill(room, kim, 1)
    one = queries_of(lambda: rooms.read(lee, room))
    rooms.fill(room, kim, 300)
    Member.objects.bulk_create(Member(room=room, user=user, joined_at=now()) for user in cast.students(30))
    assert queries_of(lambda: rooms.read(lee, room)) == one
    assert one <= 8
