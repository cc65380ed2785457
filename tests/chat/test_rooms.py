"""Rooms and who is in them (contract 9.1, 9.4, 9.5)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.commands import ChangeRoom, OpenRoom
from mobilegpt.chat.events import MemberJoined, MemberLeft, MessageSent, UserExited
from mobilegpt.chat.models import Member, Room
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db


def test_who_opens_a_room_owns_and_runs_it(kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim, lee)
    member = services.open_room(
        actor=cast.actor(kim), command=OpenRoom(name="  복지관 \n 모임 ", post=7, member_ids=[lee.pk, lee.pk, kim.pk])
    )
    room = member.room
    assert (member.user_id, member.role) == (kim.pk, "admin")
    assert (room.name, room.owner, room.post, room.is_open) == ("복지관 모임", kim, 7, False)
    assert list(Member.objects.order_by("pk").values_list("user_id", "role")) == [
        (kim.pk, "admin"),
        (lee.pk, "member"),
    ]
    joined = classes.events_of(MemberJoined)
    assert [(event.user.id, event.role, event.streams()) for event in joined] == [
        (kim.pk, "admin", (f"room:{room.pk}",)),
        (lee.pk, "member", (f"room:{room.pk}",)),
    ]


def test_two_rooms_may_have_one_post(kim: User) -> None:
    """Contract 9.1: a reference of the client's, not unique."""
    made = {services.open_room(actor=cast.actor(kim), command=OpenRoom(name="가", post=1)).room_id for _ in range(2)}
    assert len(made) == 2


@pytest.mark.parametrize("name", ["", "   ", "ㅤ", "가" * 201, "a\x07b"])
def test_a_room_has_a_name_that_can_be_shown(kim: User, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.open_room(actor=cast.actor(kim), command=OpenRoom(name=name))
    assert refused.value.details["field"] == "name"
    assert not Room.objects.exists()


# --- joining


def test_an_open_room_is_joined_once(open_room: Room, kim: User) -> None:
    first = services.join_open_room(actor=cast.actor(kim), room_id=open_room.pk)
    classes.forget_events()
    again = services.join_open_room(actor=cast.actor(kim), room_id=open_room.pk)
    assert (again.pk, again.role) == (first.pk, "member")
    assert classes.events() == []


def test_a_closed_room_is_as_good_as_absent(room: Room, park: User, choi: User) -> None:
    for user in (park, choi, cast.admin_han()):
        with pytest.raises(NotFound) as closed:
            services.join_open_room(actor=cast.actor(user), room_id=room.pk)
        with pytest.raises(NotFound) as absent:
            services.join_open_room(actor=cast.actor(user), room_id=999_999)
        assert str(closed.value) == str(absent.value)
    assert Member.objects.filter(room=room).count() == 2


def test_what_was_said_before_is_not_unread_for_a_newcomer(open_room: Room, park: User, kim: User) -> None:
    rooms.fill(open_room, park, 5)
    member = services.join_open_room(actor=cast.actor(kim), room_id=open_room.pk)
    assert selectors.unread(member) == 0
    rooms.say(park, open_room)
    assert selectors.unread(rooms.member(kim, open_room)) == 1


# --- adding


def test_a_member_is_added_by_who_runs_the_room(room: Room, kim: User, park: User) -> None:
    rooms.acquaint(park, kim)
    classes.forget_events()
    member = services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
    assert isinstance(member, Member)
    assert (member.user_id, member.role, member.last_read_at) == (park.pk, "member", None)
    (joined,) = classes.events_of(MemberJoined)
    assert (joined.id, joined.user.id, joined.user.email) == (member.pk, park.pk, park.email)


def test_the_servers_admin_adds_from_outside(room: Room, park: User) -> None:
    han = cast.admin_han()
    rooms.acquaint(han, park)
    services.add_member(actor=cast.actor(han), room_id=room.pk, user_id=park.pk)
    assert rooms.member(park, room).role == "member"
    assert not Member.objects.filter(room=room, user=han).exists()


def test_adding_is_refused_in_the_words_of_s4(room: Room, kim: User, lee: User, park: User) -> None:
    """Contract 9.4."""
    add = services.add_member
    with pytest.raises(Conflict, match="User is already a member") as twice:
        add(actor=cast.actor(kim), room_id=room.pk, user_id=lee.pk)
    assert twice.value.code == ErrorCode.ALREADY_MEMBER
    with pytest.raises(Forbidden):
        add(actor=cast.actor(lee), room_id=room.pk, user_id=park.pk)
    with pytest.raises(NotFound, match="Chat room not found"):
        add(actor=cast.actor(park), room_id=room.pk, user_id=park.pk)
    with pytest.raises(NotFound, match="Chat room not found"):
        add(actor=cast.actor(kim), room_id=999_999, user_id=park.pk)
    assert Member.objects.filter(room=room).count() == 2


# --- removing and leaving


def test_a_member_is_removed_and_told_last(room: Room, kim: User, lee: User) -> None:
    Member.objects.filter(room=room, user=lee).update(is_online=True)
    classes.forget_events()
    rooms.remove(lee, room, by=kim)
    exited, left = classes.events()
    assert isinstance(exited, UserExited)
    assert isinstance(left, MemberLeft)
    closing = left.closes()
    assert closing is not None
    assert (closing.code, closing.user_id) == (4403, lee.pk)
    assert selectors.membership(lee.pk, room.pk) is None


def test_who_was_not_there_leaves_without_a_farewell(room: Room, lee: User) -> None:
    classes.forget_events()
    rooms.remove(lee, room)
    assert [type(event) for event in classes.events()] == [MemberLeft]


def test_removing_is_refused(room: Room, kim: User, lee: User, park: User) -> None:
    with pytest.raises(Forbidden):
        rooms.remove(kim, room, by=lee)
    with pytest.raises(NotFound, match="Chat room not found"):
        rooms.remove(lee, room, by=park)
    with pytest.raises(NotFound, match="Member not found"):
        rooms.remove(park, room, by=kim)
    with pytest.raises(Conflict) as last:
        rooms.remove(kim, room)
    assert last.value.code == ErrorCode.LAST_OWNER
    assert Member.objects.filter(room=room).count() == 2


def test_who_comes_back_starts_with_nothing_unread(room: Room, kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim, lee)
    rooms.say(kim, room)
    rooms.remove(lee, room)
    rooms.say(kim, room)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=lee.pk)
    assert selectors.unread(rooms.member(lee, room)) == 0


# --- changing


def test_only_admins_write_where_the_teacher_says_so(room: Room, kim: User, lee: User) -> None:
    change = services.change_room
    change(actor=cast.actor(kim), room_id=room.pk, command=ChangeRoom(teacher_only=True))
    (told,) = classes.events_of(MessageSent)
    assert (told.kind, told.author.id) == ("system", kim.pk)
    with pytest.raises(Forbidden) as quiet:
        rooms.say(lee, room)
    assert quiet.value.code == ErrorCode.ROOM_READ_ONLY
    rooms.say(kim, room)
    change(actor=cast.actor(kim), room_id=room.pk, command=ChangeRoom(teacher_only=True))
    assert len(classes.events_of(MessageSent)) == 2  # the same again is no news
    change(actor=cast.actor(kim), room_id=room.pk, command=ChangeRoom(teacher_only=False))
    rooms.say(lee, room)


def test_a_room_is_renamed_by_who_runs_it(room: Room, kim: User, lee: User, park: User) -> None:
    services.change_room(actor=cast.actor(kim), room_id=room.pk, command=ChangeRoom(name="새 이름"))
    for user, refusal in ((lee, Forbidden), (park, NotFound)):
        with pytest.raises(refusal):
            services.change_room(actor=cast.actor(user), room_id=room.pk, command=ChangeRoom(name="다른 이름"))
    room.refresh_from_db()
    assert (room.name, room.posting) == ("새 이름", "EVERYONE")


# --- lists


def test_the_room_with_the_latest_activity_comes_first(kim: User, park: User, choi: User) -> None:
    first, second = rooms.private(kim, name="가"), rooms.private(park, kim, name="나")
    foreign, open_one = rooms.private(choi, name="다"), rooms.open_to_all(choi, name="라")
    rooms.say(kim, first)
    own = [member.room_id for member in selectors.require_own_rooms(cast.actor(kim))]
    assert own == [first.pk, second.pk]
    joinable = [room.pk for room in selectors.joinable_rooms(cast.actor(kim))]
    assert joinable == [first.pk, open_one.pk, second.pk]
    assert foreign.pk not in joinable
