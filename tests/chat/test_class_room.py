"""The room of a live class: seats are members, the teacher runs it, it stays readable (contract 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.commands import ChangeRoom, OpenRoom
from mobilegpt.chat.events import MemberCame, RoomArchived
from mobilegpt.chat.models import Member, Room
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, Forbidden, NotFound
from mobilegpt.events import topics
from mobilegpt.events.models import SocketLease
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import services as lectures
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db
DEVICE = "f3b0c44298fc1c149afbf4c8"


@pytest.fixture
def session(park: User) -> LectureSession:
    return classes.open_class(cast.lecture(park))


@pytest.fixture
def chat(session: LectureSession) -> Room:
    return Room.objects.get(session_id=session.pk)


def take_guest_seat(session: LectureSession) -> User:
    return classroom.take_guest_seat(session=session, name="홍길동", device_id=DEVICE, address="192.0.2.1").login.user


def test_a_class_has_a_room_of_its_own_from_the_start(chat: Room, park: User) -> None:
    assert (chat.name, chat.owner, chat.is_open, chat.posting) == ("오전반", park, False, "EVERYONE")
    assert [(member.user_id, member.role) for member in chat.members.all()] == [(park.pk, "admin")]


def test_a_seat_is_a_membership(session: LectureSession, chat: Room, kim: User) -> None:
    classes.seat(session, kim)
    classes.seat(session, kim)
    guest = take_guest_seat(session)
    assert set(chat.members.values_list("user_id", "role")) >= {(kim.pk, "member"), (guest.pk, "member")}
    assert chat.members.count() == 3
    rooms.say(guest, chat)
    assert selectors.room_of_class(kim.pk, session.pk) == chat.pk


def test_whose_socket_is_open_already_comes_online(session: LectureSession, chat: Room, kim: User, lee: User) -> None:
    soon = now() + timedelta(minutes=1)
    SocketLease.objects.create(topic=topics.room(chat.pk), user_id=kim.pk, process="another", expires_at=soon)
    SocketLease.objects.create(topic=topics.session(session.pk), user_id=lee.pk, process="another", expires_at=soon)
    assert services.seat_in_class_room(session.pk, [kim.pk, lee.pk, lee.pk + 1000])
    members = Member.objects.filter(room=chat, role="member")
    assert dict(members.values_list("user_id", "is_online")) == {kim.pk: True, lee.pk: False}
    assert [event.user_id for event in classes.events_of(MemberCame)] == [kim.pk]


def test_who_is_away_for_a_while_keeps_the_room(session: LectureSession, chat: Room, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classroom.mark_absent(session.pk, kim.pk)
    rooms.say(park, chat)
    assert selectors.unread(rooms.member(kim, chat)) == 1
    classes.seat(session, kim)
    assert Member.objects.filter(room=chat, user=kim).count() == 1


def test_who_was_removed_from_the_chat_does_not_come_back_with_the_seat(
    session: LectureSession, chat: Room, kim: User, park: User
) -> None:
    classes.seat(session, kim)
    rooms.remove(kim, chat, by=park)
    classroom.mark_absent(session.pk, kim.pk)
    classes.seat(session, kim)
    assert selectors.membership(kim.pk, chat.pk) is None


def test_a_class_without_a_room_gets_one_with_the_next_seat(session: LectureSession, chat: Room, kim: User) -> None:
    """Classes that were opened before classes had rooms."""
    chat.delete()
    classes.seat(session, kim)
    made = Room.objects.get(session_id=session.pk)
    assert set(made.members.values_list("user_id", flat=True)) == {session.lecture.instructor_id, kim.pk}


def test_the_teacher_may_keep_the_floor(session: LectureSession, chat: Room, kim: User, park: User) -> None:
    classes.seat(session, kim)
    services.change_room(actor=cast.actor(park), room_id=chat.pk, command=ChangeRoom(teacher_only=True))
    with pytest.raises(Forbidden):
        rooms.say(kim, chat)
    rooms.say(park, chat)


def test_after_the_class_it_is_read_and_not_written(session: LectureSession, chat: Room, kim: User, park: User) -> None:
    classes.seat(session, kim)
    said = rooms.say(kim, chat)
    classes.end(session)
    for user in (kim, park):
        with pytest.raises(Forbidden):
            rooms.say(user, chat)
        member = selectors.require_membership(cast.actor(user), chat.pk)
        assert selectors.history(member.room, limit=1, offset=0, before=None, after=None) == [said]
        rooms.read(user, chat)
    with pytest.raises(Conflict):
        services.change_room(actor=cast.actor(park), room_id=chat.pk, command=ChangeRoom(teacher_only=False))


def test_after_the_review_only_the_teacher_sees_it(session: LectureSession, chat: Room, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classes.end(session)
    classroom.archive_session(session.pk)
    (archived,) = classes.events_of(RoomArchived)
    closing = archived.closes()
    assert closing is not None
    assert (closing.code, closing.user_id) == (4410, None)
    with pytest.raises(NotFound):
        selectors.require_membership(cast.actor(kim), chat.pk)
    with pytest.raises(NotFound):
        rooms.read(kim, chat)
    assert list(selectors.require_own_rooms(cast.actor(kim))) == []
    assert selectors.room_of_class(kim.pk, session.pk) is None
    assert selectors.require_membership(cast.actor(park), chat.pk).role == "admin"


def test_a_class_whose_lecture_goes_leaves_its_words_to_the_teacher(
    session: LectureSession, chat: Room, kim: User, park: User
) -> None:
    classes.seat(session, kim)
    classes.end(session)
    lectures.delete_lecture(actor=cast.actor(park), lecture_id=session.lecture_id)
    chat.refresh_from_db()
    assert chat.archived_at is None, "the class is reviewed still"
    with unit_of_work():
        lectures.erase_lecture(session.lecture_id)
    chat.refresh_from_db()
    assert chat.archived_at is not None
    assert selectors.membership(kim.pk, chat.pk) is None
    assert selectors.membership(park.pk, chat.pk) is not None


# --- guests (contract 3.9)


def test_a_guest_is_in_the_chat_of_its_own_class_only(session: LectureSession, chat: Room, park: User) -> None:
    guest = take_guest_seat(session)
    elsewhere = rooms.open_to_all(park)
    refused: list[Callable[[], object]] = [
        lambda: services.open_room(actor=cast.actor(guest), command=OpenRoom(name="방")),
        lambda: services.join_open_room(actor=cast.actor(guest), room_id=elsewhere.pk),
        lambda: rooms.say(guest, elsewhere),
        lambda: rooms.say(guest, elsewhere, joins=True),
        lambda: rooms.read(guest, elsewhere),
        lambda: services.add_member(actor=cast.actor(park), room_id=elsewhere.pk, user_id=guest.pk),
        lambda: selectors.require_membership(cast.actor(guest), elsewhere.pk),
    ]
    for attempt in refused:
        with pytest.raises(Forbidden) as refusal:
            attempt()
        assert refusal.value.code == "GUEST_NOT_ALLOWED"
    assert [member.room_id for member in selectors.require_own_rooms(cast.actor(guest))] == [chat.pk]
    with pytest.raises(Forbidden):
        services.open_room(actor=cast.actor(park), command=OpenRoom(name="방", member_ids=[guest.pk]))
