"""One socket: state first, commands in order, heartbeats at once, refusals in band, limits with their codes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import Conflict, Forbidden
from mobilegpt.database.threads import in_database
from mobilegpt.events.command import Command
from mobilegpt.events.models import StreamEntry
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.realtime import writer
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Decoder, Dialect, Frame
from mobilegpt.realtime.protocol import Heartbeat
from mobilegpt.realtime.route import Call, Opening, Reply, SocketRoute
from mobilegpt.realtime.runtime import Runtime
from tests.realtime.asgi import AsgiSocket
from tests.realtime.sample import Noted, NoteFrame, Press, Shut, Ticked, TickFrame, note, shut, tick

pytestmark = pytest.mark.django_db(transaction=True)

ROOM = "room:1"


class Ask(Command, frozen=True, kw_only=True):
    keyed: ClassVar[bool] = False


class Join(Command, frozen=True, kw_only=True):
    keyed: ClassVar[bool] = False
    name: str


class Sleep(Command, frozen=True, kw_only=True):
    seconds: float


class Refuse(Command, frozen=True, kw_only=True):
    pass


class Crash(Command, frozen=True, kw_only=True):
    pass


def actor(user_id: int = 1) -> Actor:
    return Actor(user_id=user_id, role=Role.STUDENT, name="김학생", family_id="f1")


def ticks() -> int:
    return StreamEntry.objects.filter(stream=ROOM).count()


def press(call: Call) -> Reply:
    with unit_of_work():
        emit(Ticked(room=1, number=call.command.number))
    return Reply(id=call.command.number)


def ask(call: Call) -> Reply:
    return Reply(frames=[TickFrame(number=1000 + ticks())])


def join(call: Call) -> Reply:
    return Reply(frames=[NoteFrame(about=5)], admit=Opening(actor=actor(5), topics=(ROOM,), presence=ROOM))


def sleep(call: Call) -> None:
    time.sleep(call.command.seconds)


def refuse(call: Call) -> None:
    with unit_of_work():
        emit(Ticked(room=1, number=1))
        raise Conflict(message="Not now")


def crash(call: Call) -> None:
    raise KeyError("a bug")


DIALECT = Dialect(
    "test",
    encoders={Ticked: tick, Noted: note, Shut: shut},
    decoders={
        "press": Decoder(Press, aliases={"n": "number"}),
        "ask": Decoder(Ask),
        "join": Decoder(Join),
        "sleep": Decoder(Sleep),
        "refuse": Decoder(Refuse),
        "crash": Decoder(Crash),
        "heartbeat": Decoder(Heartbeat),
    },
    data_copy=True,
)
ROUTE = SocketRoute(
    name="test",
    pattern="ws/test",
    dialect=DIALECT,
    open=lambda handshake: Opening(actor=None),
    handlers={Press: press, Ask: ask, Join: join, Sleep: sleep, Refuse: refuse, Crash: crash},
)


Opener = Callable[..., AsgiSocket]


@pytest.fixture
def socket(runtime: Runtime) -> Opener:
    def opened(**options: Any) -> AsgiSocket:
        opening = options.pop("opening", None) or Opening(
            actor=actor(options.pop("user_id", 1)), topics=(ROOM,), snapshot=options.pop("snapshot", None)
        )
        return AsgiSocket(runtime, ROUTE, opening, **options)

    return opened


async def publish(number: int) -> None:
    def work() -> None:
        with unit_of_work():
            emit(Ticked(room=1, number=number))

    await in_database(work)


@pytest.mark.parametrize("prepared", [True, False])
async def test_an_event_reaches_the_socket_by_both_ways_of_writing(socket: Opener, prepared: bool) -> None:
    async with socket(prepared=prepared) as phone:
        await publish(7)
        assert await phone.frame() == {"type": "tick", "number": 7, "data": {"number": 7}}


async def test_the_snapshot_comes_first_and_events_after_it(socket: Opener) -> None:
    await publish(1)
    async with socket(snapshot=lambda: [TickFrame(number=500)]) as phone:
        await publish(2)
        assert [frame["number"] for frame in await phone.frames(2)] == [500, 2]


async def test_hello_is_the_first_frame_of_rt_and_names_the_streams(socket: Opener) -> None:
    await publish(1)
    async with socket(rt=True, snapshot=lambda: [TickFrame(number=500)]) as phone:
        hello = await phone.frame()
        assert hello["type"] == "hello"
        assert hello["streams"][ROOM]["seq"] == 1
        assert hello["heartbeat_interval"] == 30
        assert hello["resume"] == {"events": 1000, "seconds": 86_400}
        assert (await phone.frame())["number"] == 500


async def test_flat_fields_fields_under_data_and_aliases_are_one_command(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "press", "number": 1})
        phone.send({"type": "press", "data": {"number": 2}})
        phone.send({"type": "press", "n": 3})
        assert [frame["number"] for frame in await phone.frames(3)] == [1, 2, 3]


async def test_a_keyed_write_is_acknowledged_after_the_commit_and_done_once(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "press", "number": 4, "client_msg_id": "a"})
        first = await phone.frames(2)
        assert first[1] == {
            "type": "ack",
            "client_msg_id": "a",
            "id": 4,
            "seq": 1,
            "duplicate": False,
            "data": {"client_msg_id": "a", "id": 4, "seq": 1, "duplicate": False},
        }
        phone.send({"type": "press", "number": 4, "client_msg_id": "a"})
        again = await phone.frame()
        assert (again["id"], again["seq"], again["duplicate"]) == (4, 1, True)
        assert await in_database(ticks) == 1


async def test_a_key_used_with_another_body_is_refused(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "press", "number": 4, "client_msg_id": "a"})
        await phone.frames(2)
        phone.send({"type": "press", "number": 5, "client_msg_id": "a"})
        error = await phone.frame()
        assert (error["code"], error["client_msg_id"]) == ("IDEMPOTENCY_KEY_REUSED", "a")
        assert await in_database(ticks) == 1


async def test_a_refusal_is_an_error_frame_and_leaves_no_trace(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "refuse", "client_msg_id": "r"})
        error = await phone.frame()
        assert error == {
            "type": "error",
            "code": "INVALID_TRANSITION",
            "message": "Not now",
            "error": "Not now",
            "data": {"code": "INVALID_TRANSITION", "message": "Not now"},
            "client_msg_id": "r",
        }
        assert await in_database(ticks) == 0
        phone.send({"type": "press", "number": 1})
        assert (await phone.frame())["number"] == 1


async def test_a_bug_is_an_error_frame_and_the_socket_stays(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "crash"})
        assert (await phone.frame())["code"] == "INTERNAL_ERROR"
        phone.send({"type": "press", "number": 1})
        assert (await phone.frame())["number"] == 1


async def test_an_answer_with_state_never_falls_behind_an_event(socket: Opener) -> None:
    """An answer counts the stored ticks; an event that it covers already is not sent after it."""
    async with socket() as phone:
        for number in range(1, 11):
            phone.send({"type": "ask"})
            await publish(number)
        shown: list[int] = []
        answers = 0
        while answers < 10 or shown[-1] < 10:
            number = (await phone.frame())["number"]
            answers += number >= 1000
            shown.append(number % 1000)
    assert shown == sorted(shown)


async def test_heartbeats_are_answered_while_a_command_is_slow(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "sleep", "seconds": 0.5})
        phone.send({"type": "heartbeat", "data": {"timestamp": "t1"}})
        began = time.monotonic()
        frame = await phone.frame()
        assert time.monotonic() - began < 0.3
        assert (frame["type"], frame["timestamp"]) == ("heartbeat_ack", "t1")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "INVALID_JSON"),
        ("[1]", "INVALID_JSON"),
        ("[" * 10_000, "INVALID_JSON"),
        ('{"type": "press", "number": NaN}', "INVALID_JSON"),
        ('{"type": "press", "number": "1"}', "INVALID_REQUEST"),
        ('{"type": "press"}', "INVALID_REQUEST"),
        ('{"type": "press", "number": 1e400}', "INVALID_JSON"),
        ('{"type": "press", "number": ' + "9" * 10_000 + "}", "INVALID_JSON"),
        ('{"type": "press", "number": 1, "client_msg_id": 7}', "INVALID_REQUEST"),
        ('{"type": "dance"}', "UNKNOWN_TYPE"),
        ('{"type": ["press"]}', "UNKNOWN_TYPE"),
        ("{}", "UNKNOWN_TYPE"),
        ('{"type": "press", "number": 1, "note": "\\u0000"}', "INVALID_REQUEST"),
    ],
)
async def test_a_bad_frame_is_named_and_the_socket_stays(socket: Opener, text: str, code: str) -> None:
    async with socket() as phone:
        phone.send(text)
        error = await phone.frame()
        assert (error["type"], error["code"]) == ("error", code)
        phone.send({"type": "press", "number": 1})
        assert (await phone.frame())["number"] == 1


async def test_twenty_bad_frames_close_with_4400(socket: Opener) -> None:
    async with socket() as phone:
        for _ in range(19):
            phone.send("x")
        assert {frame["code"] for frame in await phone.frames(19)} == {"INVALID_JSON"}
        phone.send_bytes(b"binary")
        assert await phone.closed() == 4400


async def test_too_many_frames_close_with_4429(socket: Opener) -> None:
    async with socket() as phone:
        for _ in range(60):
            phone.send({"type": "heartbeat"})
        assert await phone.closed() == 4429


async def test_a_socket_that_does_not_read_is_dropped_with_4428(
    socket: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME = {**django_settings.REALTIME, "MAX_UNSENT_BYTES": 300}
    async with socket() as phone:
        stuck = asyncio.Event()
        send = phone._send

        async def slow(message: Any) -> None:
            if message["type"] == "websocket.send":
                await stuck.wait()
            await send(message)

        monkeypatch.setattr(phone.connection._writer, "_send", slow)
        for number in range(20):
            await publish(number)
        assert await phone.closed() == 4428
        stuck.set()


async def test_a_provisional_socket_hears_nothing_until_it_joins(socket: Opener, runtime: Runtime) -> None:
    async with socket(opening=Opening(actor=None, topics=(ROOM,))) as phone:
        await publish(1)
        assert await phone.silent()
        phone.send({"type": "join", "name": "이학생"})
        assert await phone.frame() == {"type": "note", "about": 5, "data": {"about": 5}}
        await publish(2)
        assert (await phone.frame())["number"] == 2
        assert phone.connection.user_id == 5
        assert runtime.presence.users_on(ROOM) == {5}


async def test_a_provisional_socket_that_does_anything_else_is_closed_with_4401(socket: Opener) -> None:
    async with socket(opening=Opening(actor=None, topics=(ROOM,))) as phone:
        phone.send({"type": "ask"})
        assert await phone.closed() == 4401


async def test_a_provisional_socket_that_stays_silent_is_closed_with_4401(socket: Opener, settings: Settings) -> None:
    settings.REALTIME = {**django_settings.REALTIME, "JOIN_WITHIN_SECONDS": 0.1}
    async with socket(opening=Opening(actor=None, topics=(ROOM,))) as phone:
        assert await phone.closed() == 4401


@pytest.mark.parametrize("prepared", [True, False])
async def test_a_replay_is_sent_no_faster_than_it_is_read(
    socket: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    """Contract 10.5: it does not count as unsent, or whoever missed much would be cut off at every return."""
    settings.REALTIME = {**django_settings.REALTIME, "MAX_UNSENT_BYTES": 1500}
    monkeypatch.setattr(writer, "_PIECE_BYTES", 300)
    for number in range(20):
        await publish(number)
    async with socket(rt=True, prepared=prepared) as phone:
        epoch = (await phone.frame())["streams"][ROOM]["epoch"]
        phone.reads.clear()
        phone.send({"type": "resume", "streams": {ROOM: {"epoch": epoch, "seq": 0}}})
        if prepared:
            assert (await phone.frame())["seq"] == 1
            assert await phone.silent() or (await phone.frame())["seq"] == 2
            assert await phone.silent()
        phone.reads.set()
        while (told := await phone.frame())["type"] != "resumed":
            pass
        assert (told["recovered"], told["count"]) == (True, 20)


async def test_resume_replays_exactly_what_was_missed(socket: Opener) -> None:
    for number in range(1, 6):
        await publish(number)
    async with socket(rt=True) as phone:
        epoch = (await phone.frame())["streams"][ROOM]["epoch"]
        phone.send({"type": "resume", "streams": {ROOM: {"epoch": epoch, "seq": 2}}})
        replayed = await phone.frames(4)
        assert [frame.get("seq") for frame in replayed] == [3, 4, 5, None]
        assert replayed[3]["type"] == "resumed"
        assert (replayed[3]["recovered"], replayed[3]["count"]) == (True, 3)
        await publish(6)
        assert (await phone.frame())["seq"] == 6


@pytest.mark.parametrize(
    ("epoch", "seq", "reason"),
    [("other", 2, "epoch changed"), (None, 99, "ahead of the stream"), (None, 1, "events are gone")],
)
async def test_what_cannot_be_replayed_whole_is_a_snapshot(
    socket: Opener, epoch: str | None, seq: int, reason: str
) -> None:
    for number in range(1, 4):
        await publish(number)
    await in_database(lambda: StreamEntry.objects.filter(stream=ROOM, seq=2).delete())
    async with socket(rt=True, snapshot=lambda: [TickFrame(number=500)]) as phone:
        hello = await phone.frame()
        await phone.frame()
        theirs = {"epoch": epoch or hello["streams"][ROOM]["epoch"], "seq": seq}
        phone.send({"type": "resume", "streams": {ROOM: theirs}})
        resumed, snapshot = await phone.frames(2)
        assert (resumed["recovered"], resumed["reason"]) == (False, reason)
        assert snapshot["frames"] == [{"type": "tick", "number": 500, "data": {"number": 500}}]
        assert snapshot["streams"][ROOM]["seq"] == 3


@pytest.mark.parametrize(
    ("failure", "code"), [(Forbidden(), CloseCode.GAP), (RuntimeError("a mistake"), CloseCode.INTERNAL)]
)
async def test_a_state_that_is_not_told_any_more_closes_the_socket(
    socket: Opener, failure: Exception, code: CloseCode
) -> None:
    def state() -> list[Frame]:
        raise failure

    opening = Opening(actor=actor(1), topics=(ROOM,), state=state)
    async with socket(rt=True, opening=opening) as phone:
        await phone.frame()
        phone.send({"type": "resume", "streams": {ROOM: {"epoch": "another", "seq": 9}}})
        assert await phone.closed() == code


async def test_a_socket_that_ignores_its_client_still_knows_the_frames_of_rt(runtime: Runtime) -> None:
    """W11: a page has to notice a dead connection there as well."""
    quiet = Dialect("quiet", encoders={Ticked: tick, Noted: note, Shut: shut})
    route = SocketRoute(name="quiet", pattern="ws/quiet", dialect=quiet, open=ROUTE.open, ignores_input=True)
    opening = Opening(actor=actor(), topics=(ROOM,))
    await publish(1)
    async with AsgiSocket(runtime, route, opening, rt=True) as page, AsgiSocket(runtime, route, opening) as plain:
        at = (await page.frame())["streams"][ROOM]
        for client in (page, plain):
            client.send("not json")
            client.send({"type": "press", "number": 1})
            client.send({"type": "heartbeat", "timestamp": "t1"})
            client.send({"type": "resume", "streams": {ROOM: {**at, "seq": 0}}})
        answers = await page.frames(3)
        assert [frame["type"] for frame in answers] == ["heartbeat_ack", "tick", "resumed"]
        assert await plain.silent()


async def test_instructors_learn_how_many_phones_have_the_step(runtime: Runtime) -> None:
    def seat(user_id: int) -> AsgiSocket:
        opening = Opening(actor=actor(user_id), topics=("session:9",), presence="session:9")
        return AsgiSocket(runtime, ROUTE, opening, rt=True)

    staff = AsgiSocket(runtime, ROUTE, Opening(actor=actor(50), topics=("session:9", "session-staff:9")), rt=True)

    class Step(Ticked, frozen=True, kw_only=True):
        def streams(self) -> tuple[str, ...]:
            return ("session:9",)

    def step() -> None:
        with unit_of_work():
            emit(Step(room=9, number=1))

    async with staff, seat(1) as first, seat(2) as second:
        for one in (staff, first, second):
            assert (await one.frame())["type"] == "hello"
        await in_database(step)
        for one in (staff, first, second):
            assert (await one.frame())["type"] == "position"
        first.send({"type": "received", "stream": "session:9", "seq": 1})
        delivery = await staff.frame()
        assert (delivery["received"], delivery["total"], delivery["seq"]) == (1, 2, 1)
        second.send({"type": "received", "stream": "session:9", "seq": 1})
        assert (await staff.frame())["received"] == 2


async def test_revoked_credentials_close_that_login_only(socket: Opener, runtime: Runtime) -> None:

    async with socket() as phone:
        runtime.end_login(1, "another")
        runtime.end_login(2, None)
        await publish(1)
        assert (await phone.frame())["number"] == 1
        runtime.end_login(1, "f1")
        assert await phone.closed() == 4401


async def test_a_login_that_ends_while_its_socket_opens_closes_it(socket: Opener, runtime: Runtime) -> None:
    """Its end was told before anybody could know of the socket."""
    async with socket() as earlier:
        runtime.end_login(1, "f1")
        assert await earlier.closed() == 4401
    async with socket(asked_ago=5.0) as late:
        assert await late.closed() == 4401
    async with socket(asked_ago=5.0, user_id=2) as other, socket() as again:
        await publish(1)
        for phone in (other, again):
            assert (await phone.frame())["number"] == 1


async def test_a_closing_event_goes_out_before_the_close(socket: Opener) -> None:
    def work() -> None:
        with unit_of_work():
            emit(Shut(room=1))

    async with socket() as phone:
        await in_database(work)
        assert (await phone.frame())["type"] == "shut"
        assert await phone.closed() == 4410


async def test_what_was_sent_before_leaving_is_done_all_the_same(socket: Opener) -> None:
    async with socket() as phone:
        phone.send({"type": "sleep", "seconds": 0.2})
        phone.send({"type": "press", "number": 1, "client_msg_id": "last"})
        await asyncio.sleep(0.05)
    for _ in range(30):
        if await in_database(ticks) == 1:
            break
        await asyncio.sleep(0.05)
    assert await in_database(ticks) == 1


async def test_a_socket_that_leaves_while_it_is_admitted_is_not_there(socket: Opener, runtime: Runtime) -> None:
    phone = socket(opening=Opening(actor=None, topics=(ROOM,)))
    async with phone:
        phone.send({"type": "join", "name": "이학생"})
        await asyncio.sleep(0)
    await asyncio.sleep(0.3)
    assert runtime.presence.users_on(ROOM) == set()
    assert not runtime.hub.follows(ROOM)
    assert runtime.connections_on(ROOM) == []
