"""Where the events of a room go, what they close, and what they keep of somebody who is erased (contract 9.3, 9.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mobilegpt.chat.events import (
    GONE,
    Author,
    MemberCame,
    MemberJoined,
    MemberLeft,
    MemberWent,
    MessageSent,
    MessagesRead,
    RoomArchived,
    UserEntered,
    UserExited,
)
from mobilegpt.events.event import Event, decode_event, encode_event

NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)
KIM, LEE = 7, 8
AUTHOR = Author(id=KIM, name="김학생", nickname="김할머니", email="student1@example.com", picture_url="/media/kim.png")

SENT = MessageSent(
    room_id=5,
    id=11,
    author=AUTHOR,
    text="우리 딸이 왔어요",
    kind="image",
    file_url="https://example.com/딸.png",
    parent_id=None,
    created_at=NOON,
)
JOINED = MemberJoined(room_id=5, id=21, user=AUTHOR, role="member", joined_at=NOON)
LEFT = MemberLeft(room_id=5, user_id=KIM)
READ = MessagesRead(room_id=5, user_id=KIM, last_read_at=NOON)
CAME, WENT = MemberCame(room_id=5, user_id=KIM), MemberWent(room_id=5, user_id=KIM)
ENTERED = UserEntered(room_id=5, user_id=KIM, username="김할머니")
EXITED = UserExited(room_id=5, user_id=KIM, username="김할머니")
ARCHIVED = RoomArchived(room_id=5, at=NOON)

NUMBERED = (SENT, JOINED, LEFT, READ, ARCHIVED)
MOMENTARY = (CAME, WENT, ENTERED, EXITED)


@pytest.mark.parametrize("event", [*NUMBERED, *MOMENTARY], ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_the_table_as_it_was(event: Event) -> None:
    assert decode_event(type(event).__name__, encode_event(event)) == event


@pytest.mark.parametrize("event", NUMBERED, ids=lambda event: type(event).__name__)
def test_what_changes_the_room_is_numbered(event: Event) -> None:
    """Their order tells who has read what."""
    assert (event.streams(), event.topics()) == (("room:5",), ())


@pytest.mark.parametrize("event", MOMENTARY, ids=lambda event: type(event).__name__)
def test_who_is_there_right_now_is_not(event: Event) -> None:
    assert (event.streams(), event.topics()) == ((), ("room:5",))


def test_coming_and_going_of_one_api_is_hidden_from_oneself_and_of_the_other_is_not() -> None:
    assert [event.hidden_from() for event in MOMENTARY] == [None, None, KIM, KIM]


def test_only_leaving_and_archiving_close_sockets_of_one_and_of_all() -> None:
    closing = {type(event): event.closes() for event in (*NUMBERED, *MOMENTARY) if event.closes() is not None}
    assert {kind: (one.code, one.user_id) for kind, one in closing.items() if one is not None} == {
        MemberLeft: (4403, KIM),
        RoomArchived: (4410, None),
    }


def test_words_wait_for_nobody_and_what_a_crowd_does_waits_a_little() -> None:
    assert [event.linger() for event in (SENT, LEFT, ARCHIVED)] == [0.0, 0.0, 0.0]
    assert {event.linger() for event in (JOINED, READ, *MOMENTARY)} == {0.1}


# --- erased


@pytest.mark.parametrize("event", [SENT, JOINED, ENTERED, EXITED], ids=lambda event: type(event).__name__)
def test_nothing_of_an_erased_person_is_kept(event: Event) -> None:
    kept = encode_event(event.forgetting(KIM)).decode()
    for trace in ("김", "student1", "딸", "kim.png"):
        assert trace not in kept
    assert "탈퇴한 회원" in kept


@pytest.mark.parametrize("event", [*NUMBERED, *MOMENTARY], ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("another", [LEE, 5, 11, 21])
def test_another_persons_erasure_changes_nothing(event: Event, another: int) -> None:
    """The numbers of rooms and messages are no people's."""
    assert event.forgetting(another) == event


def test_an_erased_persons_message_is_still_a_message() -> None:
    """Its place and moment stay: what others have read does not change."""
    kept = SENT.forgetting(KIM)
    assert (kept.id, kept.room_id, kept.created_at, kept.author, kept.file_url) == (11, 5, NOON, GONE, None)


def test_an_erased_member_keeps_the_number_that_others_removed_them_by() -> None:
    kept = JOINED.forgetting(KIM)
    assert (kept.id, kept.user.id, kept.user.email, kept.user.picture_url) == (21, KIM, None, None)
