"""Who is added and who is only invited, and what anybody learns of somebody by adding them (contract 9.6)."""

from __future__ import annotations

import gc
import statistics
import time
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import Role, User
from mobilegpt.chat.models import Member, Outsider, Room
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import LectureSession
from mobilegpt.database.models import FailureCount
from mobilegpt.lectures.services import enroll
from tests import cast, classes, rooms
from tests.rest.api import Answer, Api
from tests.rest.test_roomchat import HERE, refusal

pytestmark = pytest.mark.django_db
INVITATIONS = "/api/v1/chat/invitations"


def shown(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "email": "•••@•••", "name": f"회원 {user_id}"}


def own_room(api: Api, *member_ids: int) -> dict[str, Any]:
    answer = api.post(HERE, {"name": "모임", "member_ids": list(member_ids)})
    assert answer.status == 201, answer.body
    room: dict[str, Any] = answer.body["data"]
    return room


def members(api: Api, room_id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"{HERE}/{room_id}/members").body["data"]["members"]
    return rows


# --- who is known


def test_whom_one_knows_is_a_member_at_once(park: User, kim: User, lee: User, session: LectureSession) -> None:
    """Who shares a lecture, a class or a room with the caller, or is taught by them, either way round."""
    guest = classroom.take_guest_seat(
        session=session, name="홍길동", device_id="kX2vQ9fR7bLm4TzN8cYw1A", address="198.51.100.7"
    ).login.user
    choi, roommate = cast.instructor_choi(), cast.person("roommate@example.com", "방친구")
    rooms.private(kim, roommate)
    cast.enroll(cast.lecture(choi), kim)
    classes.seat(session, kim)
    classes.seat(session, lee)
    api = Api(kim)
    room = own_room(api, lee.pk, park.pk, choi.pk, roommate.pk)
    assert [row["user"]["name"] for row in members(api, room["id"])] == [
        "김학생",
        "이학생",
        "박강사",
        "최강사",
        "방친구",
    ]
    taught = own_room(Api(park), kim.pk, lee.pk)
    assert {row["status"] for row in members(Api(park), taught["id"])} == {"offline"}
    added = api.post(f"{HERE}/{room['id']}/members", {"user_id": guest.pk})
    assert refusal(added)[:2] == (403, "GUEST_NOT_ALLOWED")
    assert not Outsider.objects.exists()


def test_enrolling_oneself_makes_nobody_known(kim: User, lee: User, session: LectureSession) -> None:
    """Else one would read everybody's name by enrolling in what is open to all."""
    classes.seat(session, lee)
    enroll(actor=cast.actor(kim), lecture_id=session.lecture_id)
    room = own_room(Api(kim), lee.pk)
    assert lee.name not in str(members(Api(kim), room["id"]))
    classes.seat(session, kim)
    assert lee.name in str(members(Api(kim), own_room(Api(kim), lee.pk)["id"]))


def test_a_stranger_is_invited_without_a_name(kim: User, lee: User) -> None:
    api = Api(kim)
    room = own_room(api)
    path = f"{HERE}/{room['id']}"
    added = api.post(f"{path}/members", {"user_id": lee.pk})
    assert (added.status, added.body["message"]) == (201, "Member added successfully")
    data = added.body["data"]
    assert data == {
        "id": data["id"],
        "chat_room_id": room["id"],
        "user_id": lee.pk,
        "role": "member",
        "joined_at": data["joined_at"],
        "last_read_at": None,
        "unread_count": 0,
        "created_at": data["joined_at"],
        "user": shown(lee.pk),
    }
    listed = members(api, room["id"])[1]
    assert listed == {**data, "status": "invited"}
    assert api.get(path).body["data"]["members"][1] == data
    assert refusal(api.post(f"{path}/members", {"user_id": lee.pk}))[:2] == (409, "ALREADY_MEMBER")
    events = api.get(f"{path}/messages", after_seq=0).body["data"]["events"]
    assert events[-1]["type"] == "member_join"
    assert events[-1]["data"] == data
    assert api.get(HERE).body["data"][0]["member_count"] == 2


def test_the_invited_receive_and_count_nothing_before(kim: User, lee: User) -> None:
    api, stranger = Api(kim), Api(lee)
    room = own_room(api, lee.pk)
    sent = api.post(f"{HERE}/{room['id']}/messages", {"message": "안녕!"}).body["data"]
    api.post(f"{HERE}/{room['id']}/read", {})
    assert stranger.get(HERE).body["data"] == []
    assert stranger.get("/chat/v1/room/").body == []
    assert members(api, room["id"])[1]["unread_count"] == 0
    shown_to_kim = api.get(f"{HERE}/{room['id']}/messages").body["data"]["messages"]
    assert [(one["id"], one["is_read"]) for one in shown_to_kim] == [(sent["id"], False)]
    assert stranger.get(f"{HERE}/{room['id']}").body["data"]["unread_count"] == 0


def test_an_invitation_is_found_and_accepted_by_opening(kim: User, lee: User) -> None:
    api, stranger = Api(kim), Api(lee)
    room = own_room(api, lee.pk)
    found = stranger.get(INVITATIONS).body["data"]
    (invitation,) = found["invitations"]
    assert (found["total"], found["limit"], found["offset"]) == (1, 50, 0)
    assert invitation == {
        "room_id": room["id"],
        "name": "모임",
        "inviter": {"id": kim.pk, "name": "김학생"},
        "invited_at": invitation["invited_at"],
    }
    assert api.get(INVITATIONS).body["data"]["invitations"] == []
    before = members(api, room["id"])[1]
    assert stranger.get(f"{HERE}/{room['id']}").status == 200
    after = members(api, room["id"])[1]
    assert (after["id"], after["user"], after["status"]) == (
        before["id"],
        {"id": lee.pk, "email": lee.email, "name": "이학생"},
        "offline",
    )
    events = api.get(f"{HERE}/{room['id']}/messages", after_seq=0).body["data"]["events"]
    assert [event["data"]["user"]["name"] for event in events] == ["김학생", f"회원 {lee.pk}", "이학생"]
    assert stranger.get(INVITATIONS).body["data"]["invitations"] == []
    assert not Outsider.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/chat/rooms/{}", None),
        ("GET", "/api/v1/chat/rooms/{}/messages", None),
        ("GET", "/api/v1/chat/rooms/{}/members", None),
        ("POST", "/api/v1/chat/rooms/{}/messages", {"message": "왔어요"}),
        ("POST", "/api/v1/chat/rooms/{}/read", {}),
        ("GET", "/chat/v1/room/{}", None),
        ("POST", "/chat/v1/message", {"message": "왔어요"}),
    ],
)
def test_every_operation_of_the_room_opens_it(kim: User, lee: User, method: str, path: str, body: Any) -> None:
    room = own_room(Api(kim), lee.pk)
    body = {**body, "room": room["id"]} if path.endswith("/message") else body
    assert Api(lee).send(method, path.format(room["id"]), body).status in (200, 201)
    assert Member.objects.filter(room_id=room["id"], user=lee).exists()


@pytest.mark.parametrize("door", [f"{INVITATIONS}/{{room}}", f"{HERE}/{{room}}/members/{{user}}"])
def test_an_invitation_is_declined(kim: User, lee: User, door: str) -> None:
    api, stranger = Api(kim), Api(lee)
    room = own_room(api, lee.pk)
    assert stranger.delete(door.format(room=room["id"], user=lee.pk)).status == 200
    assert stranger.get(INVITATIONS).body["data"]["invitations"] == []
    assert [row["user_id"] for row in members(api, room["id"])] == [kim.pk]
    assert api.get(f"{HERE}/{room['id']}/messages", after_seq=0).body["data"]["events"][-1]["type"] == "member_leave"
    assert refusal(stranger.get(f"{HERE}/{room['id']}"))[0] == 404
    assert refusal(stranger.delete(f"{INVITATIONS}/{room['id']}")) == (404, "NOT_FOUND", "Invitation not found")
    assert api.post(f"{HERE}/{room['id']}/members", {"user_id": lee.pk}).status == 201


def test_an_invitation_is_taken_back(kim: User, lee: User) -> None:
    api = Api(kim)
    room = own_room(api, lee.pk, 999_999)
    for user_id in (lee.pk, 999_999):
        assert api.delete(f"{HERE}/{room['id']}/members/{user_id}").status == 200
        assert refusal(api.delete(f"{HERE}/{room['id']}/members/{user_id}"))[:2] == (404, "NOT_FOUND")
    assert Api(lee).get(INVITATIONS).body["data"]["invitations"] == []
    assert refusal(Api(lee).get(f"{HERE}/{room['id']}"))[0] == 404


def test_a_seat_in_class_is_a_membership_whoever_was_invited(session: LectureSession, park: User, kim: User) -> None:
    chat = Room.objects.get(session_id=session.pk)
    assert Api(park).post(f"{HERE}/{chat.pk}/members", {"user_id": kim.pk}).body["data"]["user"] == shown(kim.pk)
    classes.seat(session, kim)
    assert [row["user"]["name"] for row in members(Api(park), chat.pk)] == ["박강사", "김학생"]


# --- limits


def test_at_most_so_many_invitations_a_day(kim: User, park: User, lee: User, settings: Settings) -> None:
    """By rooms and by members alike; taking one back gives none back, and whom one knows never counts."""
    settings.CHAT_INVITATIONS_PER_DAY = 5
    rooms.acquaint(park, kim, lee)
    api = Api(kim)
    room = own_room(api, 1001, 1002, 1003)
    path = f"{HERE}/{room['id']}/members"
    assert api.delete(f"{path}/1003").status == 200
    too_many = api.post(HERE, {"name": "또", "member_ids": [2001, 2002, 2003]})
    assert refusal(too_many)[:2] == (429, "RATE_LIMITED")
    assert 0 < int(too_many.headers["Retry-After"]) <= 90_000
    assert Room.objects.count() == 1
    assert [api.post(path, {"user_id": user_id}).status for user_id in (2001, 2002, 2003)] == [201, 201, 429]
    assert api.post(path, {"user_id": lee.pk}).status == 201
    assert Outsider.objects.filter(standing="INVITED").count() == 4
    assert sum(FailureCount.objects.filter(bucket=f"chat:invitations:{kim.pk}").values_list("count", flat=True)) == 5
    other = Api(park)
    assert other.post(HERE, {"name": "방", "member_ids": [3001]}).status == 201


def test_rooms_have_a_quota_and_an_end(kim: User, park: User, lee: User, settings: Settings) -> None:
    settings.CHAT_ROOMS_PER_DAY, settings.CHAT_ROOM_MEMBERS = 3, 2
    rooms.acquaint(park, kim, lee)
    api = Api(kim)
    full = own_room(api, lee.pk)
    assert refusal(api.post(f"{HERE}/{full['id']}/members", {"user_id": park.pk}))[:2] == (409, "QUOTA_EXCEEDED")
    assert refusal(api.post(HERE, {"name": "셋", "member_ids": [lee.pk, park.pk]}))[:2] == (409, "QUOTA_EXCEEDED")
    open_one = api.post("/chat/v1/room/", {"name": "누구나"}).body
    assert Api(lee).get(f"/chat/v1/room/{open_one['id']}").status == 200
    refused = Api(park).get(f"/chat/v1/room/{open_one['id']}")
    assert (refused.status, refused.body["code"]) == (409, "QUOTA_EXCEEDED")
    assert api.post(HERE, {"name": "넷"}).status == 201
    too_many = api.post("/chat/v1/room/", {"name": "다섯"})
    assert (too_many.status, too_many.body["code"]) == (429, "RATE_LIMITED")
    assert int(too_many.headers["Retry-After"]) > 0
    assert Room.objects.count() == 3


def test_a_person_says_so_much_a_minute_in_all_rooms_together(kim: User, lee: User, settings: Settings) -> None:
    settings.CHAT_MESSAGES_PER_MINUTE, settings.CHAT_MESSAGES_PER_10_SECONDS = 6, 4
    here = [rooms.private(kim, lee), rooms.private(lee, kim), rooms.open_to_all(kim)]

    def say(user: User, room: Room) -> int:
        return Api(user).post(f"{HERE}/{room.pk}/messages", {"message": "가"}).status

    assert [say(kim, here[0]) for _ in range(5)] == [201] * 4 + [429]
    assert [say(kim, here[1]) for _ in range(3)] == [201, 201, 429]
    assert Api(kim).post("/chat/v1/message/", {"room": here[2].pk, "message": "가"}).status == 429
    assert say(lee, here[0]) == 201


# --- nobody is told apart (reliability X19)


@pytest.fixture
def crowd(db: None) -> list[int]:
    """Ids of another centre's people, one after another; every third is nobody's any more."""
    roles = [Role.STUDENT, Role.INSTRUCTOR, Role.STUDENT, Role.ADMIN, Role.STUDENT]
    people = User.objects.bulk_create(
        User(
            email=f"secret{number}@centre.example",
            name=f"비밀{number}",
            nickname=f"별명{number}",
            password="!",
            role=roles[number % 5],
        )
        for number in range(199)
    )
    ids = sorted(user.pk for user in people)
    User.objects.filter(pk__in=ids[::3]).delete()
    return ids


def _harvest(api: Api, ids: list[int]) -> list[Answer]:
    room = own_room(api)
    path = f"{HERE}/{room['id']}"
    answers = [api.post(f"{path}/members", {"user_id": user_id}) for user_id in ids]
    answers += [api.get(f"{path}/members"), api.get(f"{path}/messages", after_seq=0), api.get(HERE)]
    answers += [api.post(HERE, {"name": "한꺼번에", "member_ids": ids})]
    return answers


@pytest.mark.parametrize(
    ("role", "limit"),
    [(Role.STUDENT, 20), (Role.STUDENT, 10_000), (Role.INSTRUCTOR, 10_000), (Role.ADMIN, 20)],
)
def test_names_are_not_harvested(crowd: list[int], settings: Settings, role: Role, limit: int) -> None:
    """With the limit, and were there none: 0 names, 0 e-mails, and equal answers for who exists and who does not."""
    settings.CHAT_INVITATIONS_PER_DAY = limit
    somebody = cast.person("curious@example.com", "궁금이", role)
    answers = _harvest(Api(somebody), crowd)
    told = "".join(str(answer.body) for answer in answers)
    assert "비밀" not in told
    assert "별명" not in told
    assert "@centre.example" not in told
    each = [(answer.status, _shape(answer.body, user_id)) for user_id, answer in zip(crowd, answers, strict=False)]
    assert each[: min(limit, 199)] == [each[0]] * min(limit, 199)
    assert {status for status, _ in each[limit:]} <= {429}


def _shape(body: Any, user_id: int) -> Any:
    """Without what every answer has of its own."""
    if "data" not in body:
        return body
    own = {"id": 0, "user_id": 0, "joined_at": "", "created_at": ""}
    return {**body["data"], **own, "user": body["data"]["user"] == shown(user_id)}


def test_existing_and_absent_take_the_same_time(crowd: list[int], kim: User, settings: Settings) -> None:
    settings.CHAT_INVITATIONS_PER_DAY = 10_000
    api = Api(kim)
    path = f"{HERE}/{own_room(api)['id']}/members"
    times: dict[bool, list[float]] = {True: [], False: []}
    gc.collect()
    for place, user_id in enumerate(crowd):
        begun = time.perf_counter()
        assert api.post(path, {"user_id": user_id}).status == 201
        times[place % 3 != 0].append(time.perf_counter() - begun)
    apart = abs(statistics.median(times[True]) - statistics.median(times[False]))
    assert apart <= 0.010


def test_a_guest_adds_nobody(crowd: list[int], session: LectureSession) -> None:
    seat = {"name": "홍길동", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
    guest = Api(token=Api().post(f"/api/sessions/{session.code}/guest", seat).body["access_token"])
    room_id = Room.objects.get(session_id=session.pk).pk
    answers = [guest.post(f"{HERE}/{room_id}/members", {"user_id": user_id}) for user_id in crowd]
    assert {(answer.status, str(answer.body)) for answer in answers} == {(403, str(answers[0].body))}
    assert guest.post(HERE, {"name": "방", "member_ids": crowd[:1]}).status == 403
    assert guest.get(INVITATIONS).body["data"]["invitations"] == []


@pytest.mark.parametrize("case", ["deactivated", "elsewhere's guest", "absent"])
def test_who_cannot_come_seems_invited_all_the_same(kim: User, session: LectureSession, case: str) -> None:
    user_id = 999_999
    if case == "deactivated":
        user_id = cast.person("gone@example.com", "간학생", is_active=False).pk
    elif case == "elsewhere's guest":
        seat = classroom.take_guest_seat(
            session=session, name="홍길동", device_id="kX2vQ9fR7bLm4TzN8cYw1A", address="198.51.100.7"
        )
        user_id = seat.login.user.pk
    added = Api(kim).post(f"{HERE}/{own_room(Api(kim))['id']}/members", {"user_id": user_id})
    assert (added.status, added.body["data"]["user"]) == (201, shown(user_id))
