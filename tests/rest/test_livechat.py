"""S3's REST family: accounts, rooms, messages, and how they refuse (contract 3.2–3.4, 4.1, 9.1, 9.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, Message, Room
from tests import rooms
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
NEW = {
    "email": "user@example.com",
    "password1": "password123",
    "password2": "password123",
    "nickname": "사용자명",
}


def register(**changes: Any) -> Answer:
    body = {**NEW, **changes}
    return Api().post("/user/v1/register", {key: value for key, value in body.items() if value is not None})


# --- accounts


def test_a_new_account_is_the_one_of_every_api() -> None:
    body = register(nickname="  김  철수 ").body
    user = User.objects.get()
    assert body == {
        "id": user.pk,
        "email": "user@example.com",
        "nickname": "김 철수",
        "message": "회원가입이 완료되었습니다",
        "profile": {"nickname": "김 철수", "phone": None, "age": None, "profile_picture_url": None},
    }
    assert (user.name, user.nickname, user.role, user.is_staff) == ("김 철수", "김 철수", "STUDENT", False)
    login = Api().post("/user/v1/login/", {"email": NEW["email"], "password": NEW["password1"]}).body
    assert login["access"] == login["access_token"]
    assert Api(token=login["access"]).get("/api/auth/me").body["id"] == user.pk
    assert Api().post("/api/auth/login", {"email": NEW["email"], "password": NEW["password1"]}).status == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password2": "password124"}, "password2"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"nickname": None}, "nickname"),
        ({"nickname": ""}, "nickname"),
        ({"email": 5}, "email"),
    ],
)
def test_a_field_is_blamed_in_the_guides_shape(changes: dict[str, Any], field: str) -> None:
    answer = register(**changes)
    assert answer.status == 400
    assert list(answer.body) == [field]
    assert isinstance(answer.body[field][0], str)
    assert not User.objects.exists()


def test_a_taken_e_mail_is_a_fault_of_the_field() -> None:
    register()
    answer = register(email="USER@example.com")
    assert (answer.status, list(answer.body)) == (400, ["email"])


def test_nothing_sets_what_is_not_asked_for() -> None:
    register(role="ADMIN", is_staff=True, is_superuser=True, id=77)
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_superuser) == ("STUDENT", False, False)
    assert user.pk != 77


def test_a_wrong_password_has_a_detail_and_a_code(kim: User) -> None:
    answer = Api().post("/user/v1/login/", {"email": kim.email, "password": "wrong-password"})
    assert (answer.status, set(answer.body), answer.body["code"]) == (401, {"detail", "code"}, "INVALID_CREDENTIALS")


# --- rooms


def test_the_list_is_a_plain_array_of_own_and_open_rooms(kim: User, lee: User) -> None:
    """Contract 4.3, 9.1; the one with the latest activity first."""
    own, open_one = rooms.private(kim, name="내 방"), rooms.open_to_all(lee, name="누구나")
    rooms.private(lee, name="남의 방")
    rooms.say(kim, own)
    answer = Api(kim).get("/chat/v1/room/")
    assert [room["id"] for room in answer.body] == [own.pk, open_one.pk]
    assert answer.headers["X-Total-Count"] == "2"
    page = Api(kim).get("/chat/v1/room", limit=1, offset=1)
    assert ([room["id"] for room in page.body], page.headers["X-Total-Count"]) == ([open_one.pk], "2")
    assert Api(kim).get("/chat/v1/room", limit=0).body == {"limit": ["limit is a whole number from 1 to 100"]}


def test_a_room_shows_its_latest_fifty_messages_oldest_first(kim: User) -> None:
    room = rooms.open_to_all(kim)
    rooms.fill(room, kim, 60)
    body = Api(kim).get(f"/chat/v1/room/{room.pk}/").body
    assert [message["message"] for message in body["chat_messages"]] == [f"글 {number}" for number in range(11, 61)]
    assert (body["owner"], body["chat_messages"][0]["sender"]) == (kim.pk, kim.email)
    assert body["created_at"].endswith("Z")


def test_rooms_cost_the_same_however_many(kim: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    api = Api(kim)
    for number in range(15):
        rooms.fill(rooms.private(kim, name=f"방 {number}"), kim, 10)
    with django_assert_max_num_queries(4):  # the caller, the rooms, which are own, their messages
        assert len(api.get("/chat/v1/room/").body) == 15


def test_a_list_shows_what_is_said_to_members_only(kim: User, lee: User) -> None:
    """Contract 9.6: names and numbers before joining, words after it."""
    room = rooms.open_to_all(lee)
    rooms.say(lee, room, "우리끼리 하는 말")
    (before,) = Api(kim).get("/chat/v1/room/").body
    assert (before["id"], before["name"], before["chat_messages"]) == (room.pk, "누구나", [])
    assert Api(kim).get(f"/chat/v1/room/{room.pk}").body["chat_messages"][0]["message"] == "우리끼리 하는 말"
    (after,) = Api(kim).get("/chat/v1/room/").body
    assert [one["message"] for one in after["chat_messages"]] == ["우리끼리 하는 말"]


def test_a_list_stays_small_however_much_is_said(kim: User, lee: User, settings: Settings) -> None:
    """120 rooms of long messages; the newest rooms show most, and every room is on some page."""
    settings.CHAT_ROOMS_PER_DAY = 200
    made = [rooms.open_to_all(kim if number % 2 else lee) for number in range(120)]
    for room in made:
        rooms.fill(room, room.owner or kim, 50)
    Message.objects.update(text="가" * 2_000)
    api = Api(kim)
    first = api.get("/chat/v1/room/")
    assert first.headers["X-Total-Count"] == "120"
    assert len(first.body) == 100
    assert len(json.dumps(first.body, ensure_ascii=False).encode()) < 1_000_000
    own = [len(room["chat_messages"]) for room in first.body if room["owner"] == kim.pk]
    assert own[0] > 0
    assert own == sorted(own, reverse=True)
    second = api.get("/chat/v1/room/", page=2)
    assert len({room["id"] for room in [*first.body, *second.body]}) == 120
    assert api.get("/chat/v1/room/", page=0).status == 400


def test_a_new_room_is_open_unless_it_says_otherwise(kim: User, lee: User) -> None:
    api = Api(kim)
    first = api.post("/chat/v1/room/", {"name": "채팅방 이름", "post": 1})
    second = api.post("/chat/v1/room/", {"name": "우리끼리", "is_open": False})
    assert (first.status, second.status, second.body["post"]) == (201, 201, None)
    assert Api(lee).get(f"/chat/v1/room/{first.body['id']}").status == 200
    assert Api(lee).get(f"/chat/v1/room/{second.body['id']}").status == 404
    assert api.post("/chat/v1/room/", {"name": "", "post": 1}).body == {"name": ["name is empty"]}
    assert list(api.post("/chat/v1/room/", {"name": "방", "post": "하나"}).body) == ["post"]
    assert list(api.post("/chat/v1/room/", {"name": "방", "post": 2**63}).body) == ["post"]


# --- messages


def test_the_sender_is_who_the_token_says(kim: User, lee: User) -> None:
    room = rooms.open_to_all(kim)
    body = {"message": "안녕하세요!", "room": room.pk, "sender": kim.email, "user_id": kim.pk}
    answer = Api(lee).post("/chat/v1/message/", body)
    assert (answer.status, answer.body["sender"]) == (201, lee.email)
    assert Message.objects.get().sender == lee
    assert Member.objects.filter(room=room, user=lee).exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": "", "room": "{room}"}, "message"),
        ({"message": "가" * 2001, "room": "{room}"}, "message"),
        ({"room": "{room}"}, "message"),
        ({"message": "가"}, "room"),
        ({"message": "가", "room": "하나"}, "room"),
        ({"message": "가", "room": "{room}", "parent_chat": 999_999}, "parent_chat"),
        ({"message": "가", "room": "{room}", "client_msg_id": ""}, "client_msg_id"),
    ],
)
def test_a_message_that_is_not_taken(kim: User, body: dict[str, Any], field: str) -> None:
    room = rooms.open_to_all(kim)
    body = {key: room.pk if value == "{room}" else value for key, value in body.items()}
    answer = Api(kim).post("/chat/v1/message/", body)
    assert (answer.status, list(answer.body)) == (400, [field])
    assert not Message.objects.exists()


def test_refusals_without_a_field_have_a_detail_and_a_code(kim: User, lee: User) -> None:
    room = rooms.private(lee)
    hidden = Api(kim).post("/chat/v1/message/", {"message": "가", "room": room.pk})
    absent = Api(kim).post("/chat/v1/message/", {"message": "가", "room": 999_999})
    assert hidden.status == absent.status == 404
    assert hidden.body == absent.body == {"detail": "Chat room not found", "code": "NOT_FOUND"}
    assert set(Api().get("/chat/v1/room/").body) == {"detail", "code"}
    assert set(Api(kim).get("/chat/v1/nothing").body) == {"detail", "code"}
    assert Api(kim).delete("/chat/v1/room/").body["code"] == "METHOD_NOT_ALLOWED"
    broken = Api(kim).send("POST", "/chat/v1/message/", raw=b"{")
    assert (broken.status, broken.body["code"]) == (400, "INVALID_JSON")


def test_the_eleventh_message_waits(kim: User) -> None:
    room = rooms.open_to_all(kim)
    api, body = Api(kim), {"message": "가", "room": room.pk}
    answers = [api.post("/chat/v1/message/", body) for _ in range(11)]
    assert [answer.status for answer in answers] == [201] * 10 + [429]
    assert (answers[-1].body["code"], set(answers[-1].body)) == ("RATE_LIMITED", {"detail", "code"})
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 11
    assert Message.objects.count() == 10


def test_a_retry_is_one_message(kim: User) -> None:
    """Contract 10.3, by the header and by the client's own key."""
    room = rooms.open_to_all(kim)
    api, body = Api(kim), {"message": "가", "room": room.pk}
    by_header = [api.post(path, body, Idempotency_Key="k1") for path in ("/chat/v1/message/", "/chat/v1/message")]
    assert by_header[0].body == by_header[1].body
    keyed = {**body, "client_msg_id": "m1"}
    assert api.post("/chat/v1/message", keyed).body == api.post("/chat/v1/message", keyed).body
    other = api.post("/chat/v1/message", {**keyed, "message": "나"})
    assert (other.status, other.body["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Message.objects.count() == 2


def test_masked_addresses_keep_their_key(kim: User, lee: User, settings: Settings) -> None:
    room = rooms.open_to_all(kim)
    settings.CHAT_SHOW_EMAIL = False
    sent = Api(lee).post("/chat/v1/message/", {"message": "가", "room": room.pk}).body
    assert sent["sender"] == "s***@example.com"
    (shown,) = Api(kim).get(f"/chat/v1/room/{room.pk}").body["chat_messages"]
    assert shown["sender"] == "s***@example.com"


def test_who_is_gone_has_no_address(kim: User, lee: User) -> None:
    room = rooms.open_to_all(kim)
    rooms.say(lee, room, joins=True)
    lee.delete()
    (shown,) = Api(kim).get(f"/chat/v1/room/{room.pk}").body["chat_messages"]
    assert shown["sender"] is None
    Room.objects.filter(pk=room.pk).update(owner=None)
    assert Api(kim).get(f"/chat/v1/room/{room.pk}").body["owner"] is None
