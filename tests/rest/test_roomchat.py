"""S4's REST family: rooms, history, members, and how they refuse (contract 3.6, 3.8, 4.1, 9.1, 9.4)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.database import idempotency
from tests import cast, classes, rooms
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
HERE = "/api/v1/chat/rooms"


def refusal(answer: Answer) -> tuple[int, str, str]:
    """Status, code and words of a refusal in this family's shape."""
    assert set(answer.body) == {"success", "error", "code"}
    assert answer.body["success"] is False
    return answer.status, answer.body["code"], answer.body["error"]


# --- refusals


def test_refusals_are_those_that_s4s_clients_expect(room: Room, kim: User) -> None:
    """Contract 9.1, 9.4."""
    park = cast.instructor_park()
    inside, outside, path = Api(kim), Api(park), f"{HERE}/{room.pk}"
    said = {"user_id": park.pk, "message": "안녕!"}
    no_room = (404, "NOT_FOUND", "Chat room not found")
    not_a_member = (403, "NOT_A_MEMBER", "User is not a member of this chat room")
    assert refusal(outside.post(f"{path}/messages", said)) == not_a_member
    assert refusal(outside.post(f"{path}/read", {})) == (404, "NOT_FOUND", "Membership not found")
    for path_of in (path, f"{HERE}/999999"):
        assert refusal(outside.get(path_of)) == no_room
        assert refusal(outside.get(f"{path_of}/messages")) == no_room
        assert refusal(outside.get(f"{path_of}/members")) == no_room
        assert refusal(outside.post(f"{path_of}/members", {"user_id": park.pk})) == no_room
        assert refusal(outside.delete(f"{path_of}/members/{kim.pk}")) == no_room
    assert refusal(inside.post(f"{HERE}/999999/messages", {"message": "가"})) == no_room
    twice = inside.post(f"{path}/members", {"user_id": kim.pk})
    assert refusal(twice) == (409, "ALREADY_MEMBER", "User is already a member")
    assert refusal(inside.delete(f"{path}/members/{park.pk}")) == (404, "NOT_FOUND", "Member not found")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": "  "},
        {"message": "가" * 2001},
        {"message": 5},
        {"message": "가", "message_type": "video"},
        {"message": "가", "file_url": "ftp://example.com/a"},
        {"message": "가", "user_id": "하나"},
        {"message": "가", "client_msg_id": "k" * 65},
    ],
)
def test_a_message_that_is_not_taken(room: Room, kim: User, body: dict[str, Any]) -> None:
    status, code, _ = refusal(Api(kim).post(f"{HERE}/{room.pk}/messages", body))
    assert (status, code) == (400, "INVALID_REQUEST")
    assert not Message.objects.exists()


def test_what_never_reaches_a_view_has_the_familys_shape_too(room: Room, kim: User) -> None:
    api = Api(kim)
    assert refusal(api.get("/api/v1/chat/nothing"))[:2] == (404, "NOT_FOUND")
    assert refusal(api.put(f"{HERE}/{room.pk}/messages", {}))[:2] == (405, "METHOD_NOT_ALLOWED")
    assert refusal(api.send("POST", f"{HERE}/{room.pk}/messages", raw=b"{"))[:2] == (400, "INVALID_JSON")
    assert refusal(Api(token="nonsense").get(HERE))[:2] == (401, "INVALID_TOKEN")
    assert refusal(Api().get(HERE))[:2] == (401, "UNAUTHENTICATED")
    assert refusal(api.get(f"{HERE}/{'9' * 30}"))[0] == 404


# --- who acts (contract 3.6; reliability X9)


def test_a_user_id_must_be_the_callers_own(room: Room, kim: User, lee: User) -> None:
    api, path = Api(lee), f"{HERE}/{room.pk}"
    attempts = [
        api.post(f"{path}/messages", {"user_id": kim.pk, "message": "가"}),
        api.post(f"{path}/read", {"user_id": kim.pk}),
        api.post(HERE, {"user_id": kim.pk, "name": "방"}),
        api.patch(path, {"user_id": kim.pk, "name": "방"}),
        api.get(path, user_id=kim.pk),
        api.get(f"{path}/messages", user_id=kim.pk),
        api.get(f"{path}/members", user_id=kim.pk),
        api.get(HERE, user_id=kim.pk),
    ]
    assert {refusal(answer)[:2] for answer in attempts} == {(403, "USER_ID_MISMATCH")}
    assert not Message.objects.exists()
    assert not Member.objects.exclude(last_read_at=None).exists()
    assert api.post(f"{path}/read", {"user_id": lee.pk}).status == 200
    assert api.get(f"{path}/messages", user_id=lee.pk).status == 200


# --- rooms


def _members_of(user: User, room_id: int) -> list[dict[str, Any]]:
    """As R59 shows them: without the presence of the list of members."""
    rows = Api(user).get(f"{HERE}/{room_id}/members").body["data"]["members"]
    return [{key: value for key, value in row.items() if key != "status"} for row in rows]


def test_a_room_as_s4s_own_client_opens_it(kim: User, lee: User) -> None:
    """Contract 12, last paragraph."""
    rooms.acquaint(kim, lee)
    body = {"name": "둘이서", "description": " 이야기해요 ", "room_type": "DIRECT", "member_ids": [lee.pk]}
    room = Api(kim).post(HERE, body).body["data"]
    assert (room["description"], room["room_type"], room["created_by"]) == ("이야기해요", "direct", kim.pk)
    assert [one["user_id"] for one in room["members"]] == [kim.pk, lee.pk]
    Api(lee).post(f"{HERE}/{room['id']}/messages", {"message": "네"})
    changed = Api(kim).patch(f"{HERE}/{room['id']}", {"description": "바꿨어요"}).body["data"]
    assert changed["description"] == "바꿨어요"
    assert changed["last_message_at"] == changed["last_message"]["created_at"]
    assert changed["updated_at"] == changed["last_activity_at"]


@pytest.mark.parametrize("fields", [{"room_type": "party"}, {"room_type": 5}, {"description": "가" * 2001}])
def test_what_no_room_can_be(kim: User, fields: dict[str, Any]) -> None:
    assert refusal(Api(kim).post(HERE, {"name": "방", **fields}))[:2] == (400, "INVALID_REQUEST")
    assert not Room.objects.exists()


def test_the_list_comes_in_pages_too(kim: User) -> None:
    for number in range(3):
        rooms.private(kim, name=f"{number}번")
    body = Api(kim).get(HERE, page=2, page_size=2).body
    assert (len(body["data"]), body["pagination"]["page"], body["pagination"]["total_pages"]) == (1, 2, 2)
    assert body["data"] == Api(kim).get(HERE, limit=2, offset=2).body["data"]


def test_a_list_names_the_first_people_of_a_large_room(kim: User) -> None:
    everyone = cast.students(25)
    rooms.acquaint(kim, *everyone)
    body = {"name": "모두", "member_ids": [user.pk for user in everyone]}
    Api(kim).post(HERE, body)
    (room,) = Api(kim).get(HERE).body["data"]
    assert room["member_count"] == 26
    assert [one["user_id"] for one in room["members"]] == [kim.pk, *[user.pk for user in everyone[:19]]]


def test_a_new_room_and_its_row_in_the_list(kim: User, lee: User) -> None:
    rooms.acquaint(kim, lee)
    body = {"name": "복지관", "member_ids": [lee.pk], "post": 3}
    answer = Api(kim).post(HERE, body)
    assert answer.status == 201
    room = answer.body["data"]
    assert room == {
        "id": Room.objects.get().pk,
        "name": "복지관",
        "description": "",
        "room_type": "group",
        "owner_id": kim.pk,
        "created_by": kim.pk,
        "creator": {"id": kim.pk, "email": kim.email, "name": "김학생"},
        "post": 3,
        "is_open": False,
        "session_id": None,
        "teacher_only": False,
        "read_only": False,
        "role": "admin",
        "member_count": 2,
        "members": [{**row, "unread_count": 0} for row in _members_of(kim, room["id"])],
        "unread_count": 0,
        "last_message": None,
        "last_message_at": None,
        "last_activity_at": room["created_at"],
        "created_at": room["created_at"],
        "updated_at": room["created_at"],
    }
    assert Api(kim).get(f"{HERE}/").body == {
        "success": True,
        "data": [room],
        "pagination": {
            "page": 1,
            "page_size": 50,
            "total_count": 1,
            "total_pages": 1,
            "total": 1,
            "limit": 50,
            "offset": 0,
        },
    }
    assert Api(lee).get(f"{HERE}/{room['id']}").body["data"]["role"] == "member"


def test_the_list_has_only_the_callers_rooms_newest_activity_first(kim: User, lee: User) -> None:
    first, second = rooms.private(kim, name="가"), rooms.private(kim, name="나")
    rooms.open_to_all(lee)
    rooms.say(kim, first)
    data = Api(kim).get(HERE).body["data"]
    assert [room["id"] for room in data] == [first.pk, second.pk]
    page = Api(kim).get(HERE, limit=1, offset=1).body
    assert ([room["id"] for room in page["data"]], page["pagination"]["total"]) == ([second.pk], 2)
    assert refusal(Api(kim).get(HERE, limit=101))[0] == 400


def test_unread_counts_and_reading(room: Room, kim: User, lee: User) -> None:
    rooms.say(kim, room, "하나")
    rooms.say(kim, room, "둘")
    api = Api(lee)

    def shown() -> dict[str, Any]:
        row: dict[str, Any] = api.get(f"{HERE}/{room.pk}").body["data"]
        return row

    assert (shown()["unread_count"], shown()["last_message"]["message"]) == (2, "둘")
    assert not shown()["last_message"]["is_read"]
    assert api.post(f"{HERE}/{room.pk}/read/", {}).body == {"success": True, "message": "Messages marked as read"}
    assert (shown()["unread_count"], shown()["last_message"]["is_read"]) == (0, True)
    members = {one["user_id"]: one for one in api.get(f"{HERE}/{room.pk}/members").body["data"]["members"]}
    assert members[kim.pk]["last_read_at"] is None
    assert members[lee.pk]["last_read_at"].endswith("Z")


def test_the_list_costs_the_same_however_many(
    kim: User, lee: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    api = Api(kim)
    for number in range(15):
        rooms.fill(rooms.private(kim, lee, name=f"방 {number}"), lee, 20)
    # The caller; the rooms, their facts, who comes, last messages, people, and their number.
    with django_assert_max_num_queries(7):
        body = api.get(HERE).body
    assert [room["unread_count"] for room in body["data"]] == [20] * 15


# --- history


def test_history_by_place_and_by_message(room: Room, kim: User, lee: User) -> None:
    said = rooms.fill(room, kim, 12)
    api, path = Api(lee), f"{HERE}/{room.pk}/messages"

    def shown(**query: Any) -> list[str]:
        return [one["message"].removeprefix("글 ") for one in api.get(path, **query).body["data"]["messages"]]

    assert shown(limit=3) == ["12", "11", "10"]
    assert shown(limit=3, offset=3) == ["9", "8", "7"]
    assert shown(limit=3, before=said[4].pk) == ["4", "3", "2"]
    assert shown(limit=3, after=said[4].pk) == ["8", "7", "6"]
    data = api.get(path, limit=3, offset=3).body["data"]
    assert (data["total"], data["limit"], data["offset"]) == (12, 3, 3)
    for query in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"before": 999_999}, {"after": "x"}):
        assert refusal(api.get(path, **query))[0] == 400


def test_history_without_a_socket_has_what_was_missed(room: Room, kim: User, lee: User) -> None:
    """Contract 10.2, for networks that block WebSocket."""
    api, path = Api(lee), f"{HERE}/{room.pk}/messages"
    start = api.get(path, after_seq=0).body["data"]
    rooms.say(kim, room, "하나")
    rooms.read(kim, room)
    now = api.get(path, after_seq=start["seq"], epoch=start["epoch"]).body["data"]
    assert (now["recovered"], now["reason"], now["seq"]) == (True, None, start["seq"] + 2)
    assert [event["type"] for event in now["events"]] == ["message", "read"]
    assert [event["seq"] for event in now["events"]] == [start["seq"] + 1, start["seq"] + 2]
    lost = api.get(path, after_seq=start["seq"], epoch="another").body["data"]
    assert (lost["recovered"], lost["events"]) == (False, [])
    assert [one["message"] for one in lost["messages"]] == ["하나"]


# --- retries (contract 10.3; reliability F2)


def test_a_retry_is_one_message(room: Room, kim: User, lee: User) -> None:
    api, path = Api(kim), f"{HERE}/{room.pk}/messages"
    keyed = {"message": "가", "client_msg_id": "m1"}
    first, again = api.post(path, keyed), api.post(f"{path}/", keyed)
    assert (first.status, first.body) == (again.status, again.body)
    other = api.post(path, {**keyed, "message": "나"})
    assert refusal(other)[:2] == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Api(lee).post(path, keyed).body["data"]["id"] != first.body["data"]["id"]  # keys are the caller's own
    by_header = [api.post(path, {"message": "다"}, Idempotency_Key="h1") for _ in range(2)]
    assert by_header[0].body == by_header[1].body
    assert Message.objects.count() == 3


def test_a_retry_while_the_first_try_runs_is_409(room: Room, kim: User) -> None:
    path = f"{HERE}/{room.pk}/messages"
    running = idempotency.Attempt(f"user:{kim.pk}", f"POST {path}", "client_msg_id:m1", b"")
    with idempotency.in_flight(running):
        answer = Api(kim).post(path, {"message": "가", "client_msg_id": "m1"})
    assert refusal(answer)[:2] == (409, "IDEMPOTENCY_IN_FLIGHT")
    assert not Message.objects.exists()


def test_a_retry_does_not_count_as_a_message(room: Room, kim: User) -> None:
    api, path = Api(kim), f"{HERE}/{room.pk}/messages"
    answers = [api.post(path, {"message": "가", "client_msg_id": "m1"}) for _ in range(15)]
    assert {answer.status for answer in answers} == {201}
    assert len(rooms.member(kim, room).recent_sends) == 1


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tries_store_one_message_each(room: Room, kim: User) -> None:
    token, path = cast.access_token(kim), f"{HERE}/{room.pk}/messages"
    ready = threading.Barrier(8)

    def attempt(number: int) -> Answer:
        try:
            ready.wait(5)
            return Api(token=token).post(path, {"message": "가", "client_msg_id": f"m{number % 2}"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert {answer.status for answer in answers} <= {201, 409}
    stored = {answer.body["data"]["id"] for answer in answers if answer.status == 201}
    assert stored == set(Message.objects.values_list("pk", flat=True))
    assert len(stored) == 2


# --- limits, members, changes


def test_the_eleventh_message_waits(room: Room, kim: User) -> None:
    api, path = Api(kim), f"{HERE}/{room.pk}/messages"
    answers = [api.post(path, {"message": "가"}) for _ in range(11)]
    assert [answer.status for answer in answers] == [201] * 10 + [429]
    assert refusal(answers[-1])[1] == "RATE_LIMITED"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 11


def test_members_come_and_go_by_who_runs_the_room(room: Room, kim: User, lee: User) -> None:
    park, path = cast.instructor_park(), f"{HERE}/{room.pk}/members"
    rooms.acquaint(park, kim)
    added = Api(kim).post(f"{path}/", {"user_id": park.pk})
    assert (added.status, added.body["data"]["user"]["name"]) == (201, "박강사")
    assert refusal(Api(lee).post(path, {"user_id": park.pk}))[0] == 403
    assert refusal(Api(kim).post(path, {}))[0] == 400
    assert refusal(Api(lee).delete(f"{path}/{park.pk}"))[0] == 403
    assert Api(park).delete(f"{path}/{park.pk}/").body == {"success": True, "message": "Member removed successfully"}
    assert Api(kim).delete(f"{path}/{lee.pk}").status == 200
    assert refusal(Api(kim).delete(f"{path}/{kim.pk}"))[1] == "LAST_OWNER"


def test_the_teacher_keeps_the_floor(room: Room, kim: User, lee: User) -> None:
    path = f"{HERE}/{room.pk}"
    changed = Api(kim).patch(path, {"teacher_only": True})
    assert (changed.status, changed.body["data"]["teacher_only"]) == (200, True)
    assert changed.body["data"]["last_message"]["message_type"] == "system"
    said = changed.body["data"]["last_message"]["message"]
    english = Api(lee).send("GET", f"{path}/messages", headers={"Accept_Language": "en"}).body["data"]["messages"]
    assert (said, english[-1]["message"]) == ("이제 선생님만 글을 쓸 수 있어요", "Only the teacher can write now")
    assert refusal(Api(lee).post(f"{path}/messages", {"message": "가"}))[:2] == (403, "ROOM_READ_ONLY")


def test_masked_addresses_keep_their_key(room: Room, kim: User, lee: User, settings: Settings) -> None:
    settings.CHAT_SHOW_EMAIL = False
    path = f"{HERE}/{room.pk}"
    sent = Api(kim).post(f"{path}/messages", {"message": "가"}).body["data"]
    assert sent["user"] == {"id": kim.pk, "email": "s***@example.com", "name": "김학생"}
    for answer in (Api(lee).get(f"{path}/messages"), Api(lee).get(f"{path}/members"), Api(lee).get(HERE)):
        assert kim.email not in str(answer.body)
        assert "s***@example.com" in str(answer.body)


# --- guests (contract 3.9)


def test_a_guest_talks_in_the_room_of_its_class_and_nowhere_else(kim: User) -> None:
    park = cast.instructor_park()
    session = classes.open_class(cast.lecture(park))
    seat = {"name": "홍길동", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
    guest = Api(token=Api().post(f"/api/sessions/{session.code}/guest", seat).body["access_token"])
    room_id = guest.get(f"/api/sessions/{session.code}").body["chat_room_id"]
    assert room_id == Room.objects.get(session_id=session.pk).pk
    path = f"{HERE}/{room_id}"
    sent = guest.post(f"{path}/messages", {"message": "안녕하세요"})
    assert (sent.status, sent.body["data"]["user"]["email"]) == (201, None)
    assert [room["id"] for room in guest.get(HERE).body["data"]] == [room_id]
    assert guest.get(f"{path}/messages").status == guest.post(f"{path}/read", {}).status == 200
    elsewhere = rooms.open_to_all(kim)
    for answer in (
        guest.get(f"{HERE}/{elsewhere.pk}/messages"),
        guest.post(f"{HERE}/{elsewhere.pk}/messages", {"message": "가"}),
        guest.get(f"{HERE}/999999/messages"),
        guest.post(HERE, {"name": "방"}),
    ):
        assert refusal(answer)[:2] == (403, "GUEST_NOT_ALLOWED")
    assert guest.get("/chat/v1/room/").status == 403


def test_who_takes_a_seat_is_told_its_room(kim: User) -> None:
    """Contract 9.4: in R12 and R20, for those who are in it."""
    session = classes.open_class(cast.lecture(cast.instructor_park()))
    assert Api(kim).get(f"/api/sessions/{session.code}").body["chat_room_id"] is None
    classes.seat(session, kim)
    classes.start(session)
    room_id = Room.objects.get(session_id=session.pk).pk
    assert Api(kim).get(f"/api/sessions/{session.code}").body["chat_room_id"] == room_id
    assert Api(kim).get(f"/api/sessions/{session.pk}/current").body["chat_room_id"] == room_id


def test_an_archived_room_is_gone_for_who_sat_in_it(kim: User) -> None:
    session = classes.open_class(cast.lecture(cast.instructor_park()))
    classes.seat(session, kim)
    room = Room.objects.get(session_id=session.pk)
    services.archive_class_room(session.pk)
    assert refusal(Api(kim).get(f"{HERE}/{room.pk}"))[0] == 404
    assert refusal(Api(kim).post(f"{HERE}/{room.pk}/read", {}))[2] == "Membership not found"
    assert refusal(Api(kim).post(f"{HERE}/{room.pk}/messages", {"message": "가"}))[1] == "NOT_A_MEMBER"
