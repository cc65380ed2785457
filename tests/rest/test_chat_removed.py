"""Whoever was removed from a room stays out of it by every door (contract 9.1); whoever leaves may come back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, Outsider, Room
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import LectureSession
from tests import cast, classes, rooms
from tests.rest.api import Api
from tests.rest.test_roomchat import HERE

pytestmark = pytest.mark.django_db
DOORS = [
    ("GET", "/chat/v1/room/{}", None, 404),
    ("POST", "/chat/v1/message", {"message": "저예요"}, 404),
    ("GET", HERE + "/{}", None, 404),
    ("GET", HERE + "/{}/messages", None, 404),
    ("GET", HERE + "/{}/messages?after_seq=0", None, 404),
    ("GET", HERE + "/{}/members", None, 404),
    ("POST", HERE + "/{}/messages", {"message": "저예요"}, 403),
    ("POST", HERE + "/{}/read", {}, 404),
    ("PATCH", HERE + "/{}", {"name": "내 방"}, 404),
    ("POST", HERE + "/{}/members", {"user_id": 1}, 404),
    ("DELETE", HERE + "/{}/members/{user}", None, 404),
    ("DELETE", "/api/v1/chat/invitations/{}", None, 404),
]


@pytest.fixture
def room(park: User, kim: User, lee: User) -> Room:
    """An open room of 박강사's that 김학생 joined and was removed from."""
    rooms.acquaint(park, kim)
    made = rooms.open_to_all(park)
    for user in (kim, lee):
        Api(user).get(f"/chat/v1/room/{made.pk}/")
    assert Api(park).delete(f"{HERE}/{made.pk}/members/{kim.pk}").status == 200
    return made


@pytest.mark.parametrize(("method", "path", "body", "status"), DOORS)
def test_the_removed_stay_out(room: Room, kim: User, method: str, path: str, body: Any, status: int) -> None:
    """As a stranger to a closed room, in the very same words."""
    closed = rooms.private(cast.instructor_choi())

    def knock(room_id: int) -> Any:
        filled = {**body, "room": room_id} if path.endswith("/message") else body
        answer = Api(kim).send(method, path.format(room_id, user=kim.pk), filled)
        return answer.status, answer.body

    assert knock(room.pk) == knock(closed.pk)
    assert knock(room.pk)[0] == status
    assert not Member.objects.filter(room=room, user=kim).exists()


def test_the_list_has_not_the_room(room: Room, kim: User, lee: User) -> None:
    assert [one["id"] for one in Api(kim).get("/chat/v1/room/").body] == []
    assert [one["id"] for one in Api(lee).get("/chat/v1/room/").body] == [room.pk]


def test_an_upload_of_the_removed_is_refused_and_their_links_end(room: Room, kim: User) -> None:
    form = {"file": SimpleUploadedFile("memo.txt", b"hello")}
    api = Api(kim)
    assert api.client.post(f"{HERE}/{room.pk}/files", form, headers=cast.bearer(kim)).status_code == 404


def test_they_come_back_when_they_are_added(room: Room, park: User, kim: User) -> None:
    assert Api(park).post(f"{HERE}/{room.pk}/members", {"user_id": kim.pk}).status == 201
    assert Api(kim).get(f"/chat/v1/room/{room.pk}").status == 200
    assert not Outsider.objects.exists()


def test_a_stranger_who_was_removed_comes_back_by_an_invitation(room: Room, park: User, lee: User) -> None:
    assert Api(park).delete(f"{HERE}/{room.pk}/members/{lee.pk}").status == 200
    assert Api(lee).get(f"/chat/v1/room/{room.pk}").status == 404
    assert Api(park).post(f"{HERE}/{room.pk}/members", {"user_id": lee.pk}).status == 201
    assert not Member.objects.filter(room=room, user=lee).exists()
    assert Api(lee).get(f"/chat/v1/room/{room.pk}").status == 200
    assert Member.objects.filter(room=room, user=lee).exists()


def test_who_leaves_an_open_room_may_come_back(room: Room, lee: User) -> None:
    assert Api(lee).delete(f"{HERE}/{room.pk}/members/{lee.pk}").status == 200
    assert Api(lee).get(f"{HERE}/{room.pk}").status == 404
    assert Api(lee).get(f"/chat/v1/room/{room.pk}").status == 200


def test_who_leaves_a_closed_room_is_a_stranger_to_it(park: User, kim: User) -> None:
    closed = rooms.private(park, kim)
    assert Api(kim).delete(f"{HERE}/{closed.pk}/members/{kim.pk}").status == 200
    assert Api(kim).get(f"/chat/v1/room/{closed.pk}").status == 404


def test_the_room_of_a_class_is_not_gone_round_by_a_new_seat(session: LectureSession, park: User, kim: User) -> None:
    """Neither by taking the seat up again, nor by taking another one after the first was given up."""
    chat = Room.objects.get(session_id=session.pk)
    classes.seat(session, kim)
    assert Api(park).delete(f"{HERE}/{chat.pk}/members/{kim.pk}").status == 200
    classroom.mark_absent(session.pk, kim.pk)
    classes.seat(session, kim)
    session.participants.filter(user=kim).delete()
    assert Api(kim).post(f"/api/sessions/{session.pk}/join", {"session_code": session.code}).status == 201
    assert Api(kim).get(f"/api/sessions/{session.code}").body["chat_room_id"] is None
    assert not Member.objects.filter(room=chat, user=kim).exists()


def test_a_removed_guest_stays_out_of_the_chat(session: LectureSession, park: User) -> None:
    chat = Room.objects.get(session_id=session.pk)
    seat = {"name": "홍길동", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
    body = Api().post(f"/api/sessions/{session.code}/guest", seat).body
    guest = Api(token=body["access_token"])
    assert guest.get(f"{HERE}/{chat.pk}").status == 200
    assert Api(park).delete(f"{HERE}/{chat.pk}/members/{body['user']['id']}").status == 200
    assert Api().post(f"/api/sessions/{session.code}/guest", seat).status == 200
    assert guest.get(f"{HERE}/{chat.pk}/messages").status == 403
    assert guest.post(f"{HERE}/{chat.pk}/messages", {"message": "저예요"}).status == 403
    assert Api(park).post(f"{HERE}/{chat.pk}/members", {"user_id": body["user"]["id"]}).status == 201
    assert guest.get(f"{HERE}/{chat.pk}/messages").status == 200
