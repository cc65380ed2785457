"""Saying something: what is taken, what is refused, how often (contract 9.2, 9.4)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.chat.events import MessageSent
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db


def test_a_message_is_stored_numbered_and_told(room: Room, kim: User, lee: User) -> None:
    first, second = rooms.say(kim, room, "  안녕하세요!\r\n반가워요 "), rooms.say(lee, room, "네")
    assert (first.number, second.number) == (1, 2)
    assert (first.text, first.kind, first.file_url, first.sender) == ("안녕하세요!\n반가워요", "text", None, kim)
    room.refresh_from_db()
    assert (room.message_count, room.last_message, room.last_activity_at) == (2, second, second.created_at)
    told = classes.events_of(MessageSent)
    assert [(event.id, event.text, event.author.id) for event in told] == [
        (first.pk, first.text, kim.pk),
        (second.pk, "네", lee.pk),
    ]
    assert {event.streams() for event in told} == {(f"room:{room.pk}",)}


def test_a_room_survives_its_last_message(room: Room, kim: User) -> None:
    rooms.say(kim, room, "지울 말").delete()
    room.refresh_from_db()
    assert (room.message_count, room.last_message) == (1, None)


@pytest.mark.parametrize(
    ("text", "fields", "field"),
    [
        ("", {}, "message"),
        (None, {}, "message"),
        (" \n ", {}, "message"),
        ("가" * 2001, {}, "message"),
        ("a\x07b", {}, "message"),
        ("가", {"message_type": "video"}, "message_type"),
        ("가", {"file_url": "javascript:alert(1)"}, "file_url"),
        ("가", {"file_url": "file:///etc/passwd"}, "file_url"),
        ("가", {"file_url": "//evil.example/x"}, "file_url"),
        ("가", {"file_url": "https://example.com/" + "a" * 2000}, "file_url"),
        ("가", {"parent_chat": 999_999}, "parent_chat"),
    ],
)
def test_what_is_not_taken(room: Room, kim: User, text: str | None, fields: dict[str, Any], field: str) -> None:
    classes.forget_events()
    with pytest.raises(Invalid) as refused:
        rooms.say(kim, room, text, **fields)
    assert refused.value.details["field"] == field
    assert not Message.objects.exists()
    assert classes.events() == []
    assert rooms.member(kim, room).recent_sends == []


def test_what_is_taken(room: Room, kim: User) -> None:
    assert len(rooms.say(kim, room, "가" * 2000).text) == 2000
    assert rooms.say(kim, room, "가", message_type="IMAGE").kind == "image"
    assert rooms.say(kim, room, "가", file_url="").file_url is None
    alone = rooms.say(kim, room, None, message_type="file", file_url="https://example.com/a.pdf")
    assert (alone.text, alone.file_url, alone.file) == ("", "https://example.com/a.pdf", None)
    assert rooms.say(kim, room, "답", parent_chat=alone.pk).parent == alone


def test_an_answer_answers_a_message_of_its_own_room(room: Room, open_room: Room, kim: User, park: User) -> None:
    elsewhere = rooms.say(park, open_room)
    with pytest.raises(Invalid):
        rooms.say(kim, room, "답", parent_chat=elsewhere.pk)


def test_from_outside_nothing_is_said(room: Room, park: User, kim: User) -> None:
    with pytest.raises(Forbidden, match="User is not a member of this chat room") as outsider:
        rooms.say(park, room)
    assert outsider.value.code == ErrorCode.NOT_A_MEMBER
    with pytest.raises(NotFound, match="Chat room not found"):
        rooms.say(park, room, joins=True)
    room.pk = 999_999
    with pytest.raises(NotFound, match="Chat room not found"):
        rooms.say(kim, room)
    assert not Message.objects.exists()


def test_an_open_room_is_joined_by_speaking_in_it_as_s3_does(open_room: Room, kim: User) -> None:
    with pytest.raises(Forbidden):
        rooms.say(kim, open_room)
    rooms.say(kim, open_room, joins=True)
    assert Member.objects.filter(room=open_room, user=kim).count() == 1


def test_nothing_joins_when_what_is_said_is_refused(open_room: Room, kim: User) -> None:
    classes.forget_events()
    with pytest.raises(Invalid):
        rooms.say(kim, open_room, "", joins=True)
    assert not Member.objects.filter(room=open_room, user=kim).exists()
    assert classes.events() == []


def test_ten_messages_within_ten_seconds(room: Room, kim: User, lee: User) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        for _ in range(10):
            rooms.say(kim, room)
        with pytest.raises(RateLimited) as refused:
            rooms.say(kim, room)
        assert refused.value.retry_after in (10, 11)
        rooms.say(lee, room)  # each member has ten of their own
        clock.shift(9)
        with pytest.raises(RateLimited):
            rooms.say(kim, room)
        clock.shift(2)
        rooms.say(kim, room)
    assert Message.objects.filter(sender=kim).count() == 11


def test_the_limit_slides(room: Room, kim: User) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        for _ in range(20):
            rooms.say(kim, room)
            clock.shift(1.05)
    assert Message.objects.count() == 20


def test_the_place_of_a_message_outlives_its_sender(room: Room, kim: User, lee: User) -> None:
    """Its number stays, so that nothing changes of what is read; its words do not (reliability X22)."""
    said = rooms.say(lee, room)
    lee.delete()
    said.refresh_from_db()
    assert (said.sender, said.number, said.text) == (None, 1, "탈퇴한 회원의 글입니다")


def test_sending_costs_the_same_in_every_room(
    room: Room, kim: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Whatever lies in the room, and however many are in it."""
    rooms.say(kim, room)
    with django_assert_max_num_queries(12) as few:
        rooms.say(kim, room)
    rooms.fill(room, kim, 300)
    Member.objects.bulk_create(Member(room=room, user=user, joined_at=room.created_at) for user in cast.students(40))
    with django_assert_max_num_queries(12) as many:
        rooms.say(kim, room)
    assert len(few) == len(many)
