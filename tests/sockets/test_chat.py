"""W10 and W11 as their clients meet them: the whole socket surface, over committed rows (contract 3.7, 3.8, 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.commands import OpenRoom
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.realtime import presence
from tests import cast, classes, rooms
from tests.rest.api import Answer, Api
from tests.sockets.client import Refused, SocketClient, refusal_of, serving

pytestmark = pytest.mark.django_db(transaction=True)
LOCAL = {"host": "localhost:3000"}
Frame = dict[str, Any]


@pytest.fixture
def room(kim: User, lee: User) -> Room:
    """An open room, as S3 makes it, with both in it."""
    made = rooms.open_to_all(kim)
    services.join_open_room(actor=cast.actor(lee), room_id=made.pk)
    return made


@pytest.fixture(autouse=True)
async def served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    settings.REALTIME = {**settings.REALTIME, "GRACE_SECONDS": 0.15}
    monkeypatch.setattr(presence, "_WRITE_SECONDS", 0.01)
    async with serving():
        yield


async def asked(work: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await sync_to_async(work)(*args, **named)


async def w10(user: User | None, room: Room | int, **options: Any) -> SocketClient:
    """S3's socket."""
    token = await asked(cast.access_token, user) if user is not None else None
    room_id = room if isinstance(room, int) else room.pk
    return SocketClient(f"/ws/chat/{room_id}/chat/", token=token, **options)


async def w11(user: User | None, room: Room | int, **options: Any) -> SocketClient:
    """S4's socket, with a token."""
    token = await asked(cast.access_token, user) if user is not None else None
    room_id = room if isinstance(room, int) else room.pk
    return SocketClient(f"/ws/chat/{room_id}", token=token, **options)


def kinds(frames: list[Frame]) -> list[str]:
    return [frame["type"] for frame in frames]


# --- W10: talking


async def test_what_is_said_reaches_everybody_the_sender_too(room: Room, kim: User, lee: User) -> None:
    async with await w10(kim, room) as first, await w10(lee, room) as second:
        first.send({"type": "chat.message", "message": "안녕하세요!"})
        said = {
            "type": "chat.message",
            "message": "안녕하세요!",
            "sender": kim.email,
            "nickname": "김학생",
            "profile_picture_url": None,
        }
        assert await first.until("chat.message") == said
        assert await second.until("chat.message") == said
    assert await Message.objects.acount() == 1


async def test_join_and_leave_are_told_once_per_user_and_not_to_oneself(room: Room, kim: User, lee: User) -> None:
    async with await w10(kim, room) as first:
        assert await first.settled(0.4) == []
        async with await w10(lee, room) as tab, await w10(lee, room):
            assert await first.settled(0.4) == [{"type": "chat.user.join", "username": "이학생"}]
            await tab.disconnect()
            assert await first.settled(0.4) == []
        assert await first.settled(0.5) == [{"type": "chat.user.leave", "username": "이학생"}]


async def test_a_tab_of_the_other_api_is_a_tab(room: Room, kim: User, lee: User) -> None:
    """One presence: who is on W11 already does not come again by W10."""
    async with await w10(kim, room) as first, await w11(lee, room):
        await first.until("chat.user.join")
        async with await w10(lee, room):
            assert await first.settled(0.4) == []
        assert await first.settled(0.4) == []


async def test_who_is_back_within_the_grace_never_left(room: Room, kim: User, lee: User) -> None:
    async with await w10(kim, room) as first:
        async with await w10(lee, room):
            await first.until("chat.user.join")
        async with await w10(lee, room):
            assert await first.settled(0.4) == []


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "chat.message", "message": ""}, "INVALID_REQUEST"),
        ({"type": "chat.message", "message": "  \n"}, "INVALID_REQUEST"),
        ({"type": "chat.message"}, "INVALID_REQUEST"),
        ({"type": "chat.message", "message": "가" * 2001}, "INVALID_REQUEST"),
        ({"type": "chat.message", "message": 5}, "INVALID_REQUEST"),
        ({"type": "chat.dance", "message": "가"}, "UNKNOWN_TYPE"),
        ({"message": "가"}, "UNKNOWN_TYPE"),
        ("{", "INVALID_JSON"),
        ("[]", "INVALID_JSON"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_not_taken_is_told_and_the_socket_stays(
    room: Room, kim: User, lee: User, frame: Frame | str, code: str
) -> None:
    async with await w10(kim, room) as first, await w10(lee, room) as second:
        first.send(frame)
        error = await first.until("error")
        assert error["code"] == error["data"]["code"] == code
        assert error["message"] == error["error"] == error["data"]["message"]
        assert set(error) == {"type", "code", "message", "error", "data"}
        first.send({"type": "chat.message", "message": "가" * 2000})
        assert len((await second.until("chat.message"))["message"]) == 2000
        assert "error" not in kinds(await second.settled(0.1))
    assert await Message.objects.acount() == 1


async def test_the_eleventh_message_is_refused_and_the_socket_stays(room: Room, kim: User) -> None:
    async with await w10(kim, room) as socket:
        for _ in range(11):
            socket.send({"type": "chat.message", "message": "가"})
        assert (await socket.until("error"))["code"] == "RATE_LIMITED"
        assert socket.code is None
    assert await Message.objects.acount() == 10


async def test_twenty_frames_of_nonsense_are_enough(room: Room, kim: User) -> None:
    async with await w10(kim, room) as socket:
        for _ in range(20):
            socket.send("{")
        assert await socket.closed() == 4400


async def test_a_retry_is_acknowledged_and_not_said_again(room: Room, kim: User, lee: User) -> None:
    """Contract 10.3."""
    said = {"type": "chat.message", "message": "가", "client_msg_id": "m1"}
    async with await w10(kim, room) as first, await w10(lee, room) as second:
        first.send(said)
        ack = await first.until("ack")
        first.send(said)
        again = await first.until("ack")
        assert (ack["client_msg_id"], ack["duplicate"], again["duplicate"]) == ("m1", False, True)
        assert (again["id"], again["seq"]) == (ack["id"], ack["seq"])
        assert kinds(await second.settled(0.3)).count("chat.message") == 1
    assert (await Message.objects.aget()).pk == ack["id"]


# --- W10: who may open it


async def test_an_open_room_is_joined_by_connecting(room: Room) -> None:
    park = await asked(cast.instructor_park)
    async with await w10(park, room):
        assert await Member.objects.filter(room=room, user=park).aexists()


async def test_refusals_come_before_the_socket_opens(kim: User, lee: User) -> None:
    """Contract 3.7: HTTP 401, 403, 404; in band for ``rt.v1``."""
    closed = await asked(rooms.private, kim)
    refused = {
        "stranger": await refusal_of(await w10(lee, closed)),
        "absent": await refusal_of(await w10(kim, 999_999)),
        "nobody": await refusal_of(await w10(None, closed)),
        "no number": await refusal_of(SocketClient("/ws/chat/abc/chat/", token=await asked(cast.access_token, kim))),
    }
    assert {name: one and one.status for name, one in refused.items()} == {
        "stranger": 404,
        "absent": 404,
        "nobody": 401,
        "no number": 404,
    }
    modern = await refusal_of(await w10(lee, closed, subprotocols=["rt.v1"]))
    assert modern is not None
    assert modern.code == 4404
    assert await Member.objects.filter(user=lee).acount() == 0


async def test_trust_is_s4s_alone(room: Room, kim: User) -> None:
    path = f"/ws/chat/{room.pk}/chat/"
    refused = await refusal_of(SocketClient(path, query={"user_id": str(kim.pk)}, address="127.0.0.1", headers=LOCAL))
    assert refused is not None
    assert refused.status == 401


# --- W11: who may open it


async def test_w11_is_accepted_and_then_closed_with_a_code(room: Room, kim: User) -> None:
    park = await asked(cast.instructor_park)

    async def code(socket: SocketClient) -> int | None:
        async with socket:  # accepted
            return await socket.closed()

    assert await code(await w11(kim, 999_999)) == 4404
    assert await code(await w11(park, room)) == 4403
    assert await code(await w11(None, room)) == 4401
    assert await code(await w11(kim, room, query={"user_id": str(park.pk)})) == 4403
    assert await code(await w11(kim, room, query={"user_id": "me"})) == 4403
    assert await code(SocketClient(f"/ws/chat/{room.pk}", token="nonsense")) == 4401
    assert not await Member.objects.filter(user=park).aexists()


@pytest.mark.parametrize("path", ["/ws/chat/{room}", "/ws/chat/{room}/"])
async def test_a_program_on_this_machine_names_itself(room: Room, kim: User, lee: User, path: str) -> None:
    """Contract 2.1, 3.8."""
    query = {"user_id": str(kim.pk)}
    async with SocketClient(path.format(room=room.pk), query=query, address="127.0.0.1", headers=LOCAL) as socket:
        online = await socket.frame()
        assert online == {
            "type": "member_online",
            "room_id": room.pk,
            "user_id": kim.pk,
            "data": {"user_id": kim.pk, "status": "online"},
        }


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"address": "198.51.100.7", "headers": LOCAL}, 4401),
        ({"address": "127.0.0.1", "headers": {"host": "class.example"}}, 4401),
        ({"address": "127.0.0.1", "headers": {**LOCAL, "origin": "null"}}, 4401),
        ({"address": "127.0.0.1", "headers": {**LOCAL, "origin": "https://evil.example"}}, 4401),
        ({"address": "127.0.0.1", "headers": {**LOCAL, "x-forwarded-for": "127.0.0.1"}}, 4401),
    ],
    ids=["from elsewhere", "by another name", "a page from a file", "a foreign page", "forwarded"],
)
async def test_others_are_nobody(room: Room, kim: User, settings: Settings, options: Any, code: int) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "class.example"]
    refused = await refusal_of(SocketClient(f"/ws/chat/{room.pk}", query={"user_id": str(kim.pk)}, **options))
    assert refused is not None
    assert refused.code == code


async def test_trust_follows_the_setting(room: Room, kim: User, lee: User, settings: Settings) -> None:
    path, query = f"/ws/chat/{room.pk}", {"user_id": str(kim.pk)}
    settings.CHAT_V3_TRUST_USER_ID = "off"
    off = await refusal_of(SocketClient(path, query=query, address="127.0.0.1", headers=LOCAL))
    settings.CHAT_V3_TRUST_USER_ID = ["10.0.0.0/8"]
    gateway = await refusal_of(SocketClient(path, query=query, address="10.1.2.3"))
    other = await refusal_of(SocketClient(path, query=query, address="127.0.0.1", headers=LOCAL))
    stranger = await refusal_of(SocketClient(path, query={"user_id": "999999"}, address="10.1.2.3"))
    assert [one and one.code for one in (off, gateway, other, stranger)] == [4401, None, 4401, 4403]


# --- W11: listening


async def test_w11_takes_no_word(room: Room, kim: User, lee: User) -> None:
    async with await w11(kim, room) as socket, await w11(lee, room) as other:
        await socket.settled(0.3)
        for frame in ("{", "[]", {"type": "message", "message": "가"}, {"type": "chat.message", "message": "가"}):
            for _ in range(15):
                socket.send(frame)
        assert await socket.settled(0.3) == []
        assert socket.code is None
        await asked(rooms.say, lee, room)
        assert (await socket.until("message"))["user_id"] == lee.pk
        assert "error" not in kinds(await other.settled(0.1))
    assert await Message.objects.acount() == 1


async def test_online_and_offline_once_per_user_and_also_to_oneself(room: Room, kim: User, lee: User) -> None:
    async with await w11(kim, room) as first:
        assert [frame["user_id"] for frame in await first.settled(0.4)] == [kim.pk]
        async with await w11(lee, room) as tab, await w11(lee, room) as second:
            online = await first.settled(0.4)
            assert [(frame["type"], frame["data"]["user_id"]) for frame in online] == [("member_online", lee.pk)]
            assert kinds(await second.settled(0.1)) == ["member_online"]
            await tab.disconnect()
            assert await first.settled(0.4) == []
        offline = await first.settled(0.5)
        assert [(frame["type"], frame["data"]) for frame in offline] == [
            ("member_offline", {"user_id": lee.pk, "status": "offline"})
        ]


async def test_reading_and_membership_are_told(room: Room, kim: User, lee: User) -> None:
    park = await asked(cast.instructor_park)
    async with await w11(kim, room) as socket:
        await socket.until("member_online")
        await asked(rooms.read, lee, room)
        read = await socket.frame()
        assert (read["type"], read["user_id"], set(read["data"])) == ("read", lee.pk, {"user_id", "last_read_at"})
        await asked(rooms.acquaint, park, kim)
        await asked(services.add_member, actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
        joined = await socket.frame()
        assert (joined["type"], joined["data"]["user"]["name"]) == ("member_join", "박강사")
        await asked(rooms.remove, park, room, by=kim)
        assert await socket.frame() == {
            "type": "member_leave",
            "room_id": room.pk,
            "user_id": park.pk,
            "data": {"user_id": park.pk},
        }


async def test_who_is_removed_hears_it_last(room: Room, kim: User, lee: User) -> None:
    """Contract 9.5: member_leave, then 4403 on all their sockets, and nothing more."""
    async with await w10(kim, room) as s3, await w11(kim, room) as s4:
        sockets = [await w11(lee, room), await w11(lee, room), await w10(lee, room)]
        for socket in sockets:
            await socket.__aenter__()
        await s3.until("chat.user.join")
        for socket in sockets:
            await socket.settled(0.2)
        await asked(rooms.remove, lee, room, by=kim)
        await asked(rooms.say, kim, room, "이제 우리끼리")
        last = [await _rest_of(socket) for socket in sockets]
        assert [(kinds(frames), code) for frames, code in last] == [
            (["member_leave"], 4403),
            (["member_leave"], 4403),
            ([], 4403),
        ]
        assert kinds(await s4.settled(0.3))[-2:] == ["member_leave", "message"]
        assert kinds(await s3.settled(0.3)) == ["chat.user.leave", "chat.message"]
        again = await refusal_of(await w11(lee, room))
        assert again is not None
        assert again.code == 4403
        for socket in sockets:
            await socket.disconnect()


async def _rest_of(socket: SocketClient) -> tuple[list[Frame], int | None]:
    """The frames up to the close, and its code."""
    frames: list[Frame] = []
    while True:
        try:
            frames.append(await socket.frame())
        except Refused as closed:
            return frames, closed.code


async def test_after_the_review_the_sockets_of_a_class_close(kim: User) -> None:
    session = await asked(lambda: classes.open_class(cast.lecture(cast.instructor_park())))
    await asked(classes.seat, session, kim)
    room = await Room.objects.aget(session_id=session.pk)
    async with await w11(kim, room) as socket:
        await asked(services.archive_class_room, session.pk)
        assert await socket.closed() == 4410


async def test_a_guest_listens_in_its_own_class_only(room: Room) -> None:
    session = await asked(lambda: classes.open_class(cast.lecture(cast.instructor_park())))
    seat = {"name": "홍길동", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
    answer: Answer = await asked(Api().post, f"/api/sessions/{session.code}/guest", seat)
    guest, own = await User.objects.aget(is_guest=True), await Room.objects.aget(session_id=session.pk)
    async with await w11(guest, own) as socket:
        token = answer.body["access_token"]
        await asked(Api(token=token).post, f"/api/v1/chat/rooms/{own.pk}/messages", {"message": "안녕하세요"})
        said = await socket.until("message")
        assert said["data"]["user"] == {"id": guest.pk, "email": None, "name": "홍길동"}
    elsewhere = await refusal_of(await w11(guest, room))
    by_s3 = await refusal_of(await w10(guest, own))
    assert elsewhere is not None
    assert by_s3 is not None
    assert (elsewhere.code, by_s3.status) == (4403, 403)


# --- both APIs, one room


async def test_a_message_by_each_door_is_stored_once_and_reaches_both_sockets(room: Room, kim: User, lee: User) -> None:
    """Contract 9.1: S3's REST, S3's socket, S4's REST, and the page, which retries."""
    api = await asked(Api, kim)
    here = f"/api/v1/chat/rooms/{room.pk}/messages"
    async with await w10(kim, room) as door, await w10(lee, room) as s3, await w11(lee, room) as s4:
        await asked(api.post, "/chat/v1/message/", {"message": "하나", "room": room.pk})
        door.send({"type": "chat.message", "message": "둘"})
        await door.until("chat.message")
        await s3.until("chat.message")
        assert (await s3.until("chat.message"))["message"] == "둘"
        await asked(api.post, here, {"user_id": kim.pk, "message": "셋"})
        for _ in range(2):
            await asked(api.post, here, {"message": "넷", "client_msg_id": "m1"})
        seen = [frame for frame in await s3.settled(0.4) if frame["type"] == "chat.message"]
        assert [frame["message"] for frame in seen] == ["셋", "넷"]
        shown = [frame for frame in await s4.settled(0.1) if frame["type"] == "message"]
        assert [frame["data"]["message"] for frame in shown] == ["하나", "둘", "셋", "넷"]
        assert {frame["user_id"] for frame in shown} == {kim.pk}
        stored = [message async for message in Message.objects.order_by("number")]
        assert [(one.pk, one.text) for one in stored] == [
            (frame["data"]["id"], frame["data"]["message"]) for frame in shown
        ]


async def test_what_was_missed_comes_back_whole(room: Room, kim: User, lee: User) -> None:
    """Contract 10.2: W11 takes its place in its address."""
    async with await w11(kim, room, query={"rt": "1"}) as socket:
        hello = await socket.frame()
    ((stream, place),) = hello["streams"].items()
    for text in ("하나", "둘"):
        await asked(rooms.say, lee, room, text)
    resume = {"rt": "1", "resume": f"{stream}:{place['epoch']}:{place['seq']}"}
    async with await w11(kim, room, query=resume) as socket:
        first, second = await socket.until("message"), await socket.until("message")
        assert [first["data"]["message"], second["data"]["message"]] == ["하나", "둘"]
        assert [first["seq"], second["seq"]] == [place["seq"] + 1, place["seq"] + 2]
        resumed = await socket.until("resumed")
        assert (resumed["recovered"], resumed["count"]) == (True, 2)
    lost = {"rt": "1", "resume": f"{stream}:another:{place['seq']}"}
    async with await w11(kim, room, query=lost) as socket:
        assert not (await socket.until("resumed"))["recovered"]
        snapshot = await socket.until("snapshot")
        assert "하나" in str(snapshot)


# --- removed, invited, and guests (contract 9.1, 9.6)


async def test_who_was_removed_opens_neither_socket_of_an_open_room(room: Room, kim: User, lee: User) -> None:
    await asked(rooms.remove, lee, room, by=kim)
    by_s3, by_s4 = await refusal_of(await w10(lee, room)), await refusal_of(await w11(lee, room))
    assert by_s3 is not None
    assert by_s4 is not None
    assert (by_s3.status, by_s4.code) == (404, 4403)
    assert not await asked(Member.objects.filter(room=room, user=lee).exists)


async def test_a_removed_member_does_not_come_back_by_what_the_open_socket_says(
    room: Room, kim: User, lee: User
) -> None:
    async with await w10(lee, room) as socket:
        await asked(rooms.remove, lee, room, by=kim)
        socket.send({"type": "chat.message", "message": "저예요"})
        await socket.closed()
    assert not await asked(Member.objects.filter(room=room, user=lee).exists)


@pytest.mark.parametrize("door", [w10, w11])
async def test_connecting_accepts_an_invitation(kim: User, lee: User, door: Any) -> None:
    command = OpenRoom(name="모임", member_ids=[lee.pk])
    room_id = (await asked(services.open_room, actor=cast.actor(kim), command=command)).room_id
    async with await w11(kim, room_id) as watcher, await door(lee, room_id) as socket:
        joined = await watcher.until("member_join")
        assert joined["data"]["user"] == {"id": lee.pk, "email": lee.email, "name": "이학생"}
        assert socket.code is None


async def test_a_guest_is_shown_nobodys_address(kim: User, park: User, lee: User) -> None:
    """By frames, by what it resumes, and by REST; everybody else sees them where the server is set so."""
    session = await asked(lambda: classes.open_class(cast.lecture(park)))
    seat = {"name": "홍길동", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
    token = (await asked(Api().post, f"/api/sessions/{session.code}/guest", seat)).body["access_token"]
    chat = await asked(Room.objects.get, session_id=session.pk)
    guest = SocketClient(f"/ws/chat/{chat.pk}", token=token, query={"rt": "1"})
    async with guest, await w11(park, chat) as teacher:
        await asked(classes.seat, session, kim)
        await asked(rooms.say, kim, chat, "안녕")
        ((stream, at),) = (await guest.until("hello"))["streams"].items()
        frames = [await guest.until("member_join"), await guest.until("message")]
        assert frames[-1]["data"]["user"] == {"id": kim.pk, "email": "s***@example.com", "name": "김학생"}
        assert (await teacher.until("message"))["data"]["user"]["email"] == kim.email
    back = SocketClient(f"/ws/chat/{chat.pk}", token=token, query={"rt": "1", "resume": f"{stream}:{at['epoch']}:0"})
    async with back:
        frames += await back.settled()
    assert "resumed" in kinds(frames)
    api = Api(token=token)
    here = f"/api/v1/chat/rooms/{chat.pk}"
    answers = [(await asked(api.get, path)).body for path in (here, f"{here}/messages", f"{here}/members")]
    answers.append((await asked(api.get, f"{here}/messages", after_seq=0)).body)
    told = str([frames, answers])
    assert "s***@example.com" in told
    assert not [user.email for user in (kim, park, lee) if user.email in told]


@pytest.mark.parametrize("kind", ["system", "SYSTEM", " System "])
async def test_no_client_speaks_as_the_system(room: Room, kim: User, kind: str) -> None:
    async with await w10(kim, room) as socket:
        socket.send({"type": "chat.message", "message": "관리자입니다", "message_type": kind})
        assert (await socket.until("error"))["code"] == "INVALID_REQUEST"
    api = await asked(Api, kim)
    body = {"message": "관리자입니다", "message_type": kind}
    answer = await asked(api.post, f"/api/v1/chat/rooms/{room.pk}/messages", body)
    assert (answer.status, answer.body["success"], answer.body["code"]) == (400, False, "INVALID_REQUEST")
    said = await asked(api.post, "/chat/v1/message/", {"room": room.pk, "message": "저예요", "message_type": kind})
    assert said.status == 201  # S3 has no types: what it does not know it ignores
    assert [row.kind for row in await asked(list, Message.objects.all())] == ["text"]
