"""What is left in rooms of somebody whose account is erased, and what the others see of it (reliability X22)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.events import MemberLeft, UserExited
from mobilegpt.chat.models import ChatFile, Member, Message, Outsider, Room
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db

GONE = "탈퇴한 회원"
GONE_TEXT = "탈퇴한 회원의 글입니다"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def upload(user: User, room: Room, name: str = "사진.png") -> ChatFile:
    stored = default_storage.save(f"chat/{room.pk}/{name}", ContentFile(b"x"))
    return ChatFile.objects.create(room=room, uploader=user, name=name, mime="image/png", size=1, stored_as=stored)


def send_file(user: User, room: Room, file: ChatFile, text: str = "") -> Message:
    message = rooms.say(user, room, text or "-")
    Message.objects.filter(pk=message.pk).update(file=file, file_url="https://x/y.png", kind="image", text=text)
    return message


def shown(message: Message) -> tuple[str, str, str | None, Any, Any]:
    message.refresh_from_db()
    return message.text, message.kind, message.file_url, message.file_id, message.sender_id


def test_words_go_and_their_places_stay(room: Room, kim: User, lee: User) -> None:
    said = [rooms.say(user, room, text) for user, text in ((kim, "안녕"), (lee, "비밀 이야기"), (kim, "네"))]
    lee.delete()
    room.refresh_from_db()
    assert (room.message_count, room.last_message_id) == (3, said[2].pk)
    texts = list(Message.objects.order_by("number").values_list("number", "text"))
    assert texts == [(1, "안녕"), (2, GONE_TEXT), (3, "네")]


def test_what_was_unread_stays_unread(room: Room, kim: User, lee: User) -> None:
    """Counts are arithmetic on the places, and not one of them moves."""
    rooms.say(lee, room)
    rooms.say(lee, room)
    before = selectors.unread(rooms.member(kim, room))
    lee.delete()
    assert selectors.unread(rooms.member(kim, room)) == before == 2
    rooms.read(kim, room)
    assert selectors.unread(rooms.member(kim, room)) == 0


def test_nobody_waits_for_who_is_gone_to_read(room: Room, kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
    said = rooms.say(kim, room)
    rooms.read(park, room)
    assert not selectors.receipts(room.pk).is_read(said)
    lee.delete()
    assert selectors.receipts(room.pk).is_read(said)


def test_files_go_from_every_message_that_has_them(room: Room, kim: User, lee: User) -> None:
    file = upload(lee, room)
    own, passed_on, commented = (
        send_file(lee, room, file, "보세요"),
        send_file(kim, room, file),
        send_file(kim, room, file, "이학생의 사진"),
    )
    lee.delete()
    assert shown(own) == (GONE_TEXT, "text", None, None, None)
    assert shown(passed_on) == (GONE_TEXT, "text", None, None, kim.pk)
    assert shown(commented) == ("이학생의 사진", "text", None, None, kim.pk)
    file.refresh_from_db()
    assert (file.name, file.uploader) == (GONE, None)


def test_others_files_and_words_are_theirs(room: Room, kim: User, lee: User) -> None:
    file = upload(kim, room)
    message = send_file(kim, room, file, "우리 집")
    lee.delete()
    assert shown(message) == ("우리 집", "image", "https://x/y.png", file.pk, kim.pk)
    file.refresh_from_db()
    assert file.name == "사진.png"


@pytest.mark.django_db(transaction=True)
def test_the_bytes_go_once_the_account_has_gone(room: Room, lee: User, media: Path) -> None:
    upload(lee, room)
    assert [path for path in media.rglob("*") if path.is_file()]
    lee.delete()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert not ChatFile.objects.exists()


def test_every_room_hears_that_they_have_left_and_those_where_they_were_that_they_went(
    room: Room, kim: User, lee: User
) -> None:
    elsewhere = rooms.private(kim, lee, name="다른 방")
    Member.objects.filter(room=elsewhere, user=lee).update(is_online=True)
    classes.forget_events()
    lee_id = lee.pk
    lee.delete()
    assert [(event.room_id, event.user_id) for event in classes.events_of(MemberLeft)] == [
        (room.pk, lee_id),
        (elsewhere.pk, lee_id),
    ]
    (exited,) = classes.events_of(UserExited)
    assert (exited.room_id, exited.username) == (elsewhere.pk, GONE)
    assert not Member.objects.filter(user_id=lee_id).exists()


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("이학생의 방", f"{GONE}의 방"),
        ("student2@example.com 과 함께", f"{GONE} 과 함께"),
        ("이할머니네 이학생", f"{GONE}네 {GONE}"),
        ("복지관", "복지관"),
    ],
)
def test_their_names_go_from_the_rooms_that_they_own(lee: User, name: str, left: str) -> None:
    lee.nickname = "이할머니"
    lee.save()
    room = rooms.private(lee, name=name)
    lee.delete()
    room.refresh_from_db()
    assert (room.name, room.owner) == (left, None)


def test_a_room_of_somebody_else_is_called_what_they_call_it(kim: User, lee: User) -> None:
    room = rooms.private(kim, lee, name="이학생과 나")
    lee.delete()
    room.refresh_from_db()
    assert room.name == "이학생과 나"


def test_a_name_of_many_that_grew_too_long_is_cut(lee: User) -> None:
    room = rooms.private(lee, name="이학생 " * 49)
    lee.delete()
    room.refresh_from_db()
    assert len(room.name) == 200
    assert "이학생" not in room.name


def test_a_removal_is_forgotten_and_an_open_invitation_is_not(kim: User, lee: User) -> None:
    """Whoever invited a number does not learn that there was somebody behind it."""
    removed, invited = rooms.private(kim, lee), rooms.private(kim)
    rooms.remove(lee, removed, by=kim)
    invited_by_kim = services.add_member(actor=cast.actor(kim), room_id=invited.pk, user_id=cast.instructor_choi().pk)
    assert isinstance(invited_by_kim, Outsider)
    choi = User.objects.get(pk=invited_by_kim.user_id)
    lee.delete()
    choi.delete()
    (left,) = Outsider.objects.all()
    assert (left.pk, left.standing, left.inviter) == (invited_by_kim.pk, "INVITED", kim)


def test_an_inviter_who_is_gone_leaves_the_invitation(kim: User, lee: User) -> None:
    room = rooms.private(kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=lee.pk)
    kim.delete()
    (invitation,) = selectors.invitations(cast.actor(lee))
    assert invitation.inviter is None
    assert services.enter_room(actor=cast.actor(lee), room_id=room.pk).user_id == lee.pk


def test_who_was_in_no_room_leaves_nothing_to_tell(park: User) -> None:
    classes.forget_events()
    park.delete()
    assert not [event for event in classes.events() if isinstance(event, MemberLeft | UserExited)]
