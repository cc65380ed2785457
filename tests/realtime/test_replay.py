"""A long answer to a resume: in pieces, whole or not at all, in the middle of what goes on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.db import OperationalError

from mobilegpt.core.actor import Actor, Role
from mobilegpt.database.threads import in_database
from mobilegpt.events import streams
from mobilegpt.events.event import Position
from mobilegpt.events.models import StreamEntry
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.realtime import replay
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.protocol import Resume
from mobilegpt.realtime.replay import EventsGone, Replay
from mobilegpt.realtime.route import Opening, SocketRoute
from mobilegpt.realtime.runtime import Runtime
from tests.realtime.asgi import AsgiSocket
from tests.realtime.sample import Noted, Shut, Ticked, note, shut, tick

pytestmark = pytest.mark.django_db(transaction=True)

ROOM = "room:1"
DIALECT = Dialect("replayed", encoders={Ticked: tick, Noted: note, Shut: shut})
OPENING = Opening(actor=Actor(user_id=1, role=Role.STUDENT, name="김학생", family_id="f1"), topics=(ROOM,))
ROUTE = SocketRoute(name="replayed", pattern="ws/replayed", dialect=DIALECT, open=lambda handshake: OPENING)


def publish(*numbers: int) -> None:
    for number in numbers:
        with unit_of_work():
            emit(Ticked(room=1, number=number))


def lose(seq: int) -> None:
    StreamEntry.objects.filter(stream=ROOM, seq=seq).delete()


@pytest.fixture(autouse=True)
def three_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "_AT_ONCE", 3)


def asked(after: int) -> Replay:
    epoch = streams.positions([ROOM])[ROOM].epoch
    return Replay(OPENING, DIALECT, Resume(streams={ROOM: Position(epoch=epoch, seq=after)}))


def frames_of(piece: Any) -> list[dict[str, Any]]:
    return [msgspec.json.decode(payload) for payload in piece.payloads]


def test_it_comes_in_pieces_in_order() -> None:
    publish(*range(1, 9))
    answer = asked(1)
    pieces = [frames_of(answer.piece()) for _ in range(3)]
    assert [[frame.get("seq") for frame in piece] for piece in pieces] == [[2, 3, 4], [5, 6, 7], [8, None]]
    assert pieces[-1][-1] == {"type": "resumed", "stream": ROOM, "recovered": True, "count": 7}
    assert answer.piece() is None
    assert answer.positions[ROOM].seq == 8


@pytest.mark.parametrize("after", [5, 8])
def test_a_short_one_is_one_piece(after: int) -> None:
    publish(*range(1, 9))
    answer = asked(after)
    assert frames_of(answer.piece())[-1]["count"] == 8 - after
    assert answer.piece() is None


def test_what_is_gone_at_the_beginning_is_a_snapshot_and_no_event() -> None:
    publish(*range(1, 9))
    lose(2)
    resumed, snapshot = frames_of(asked(0).piece())
    assert (resumed["recovered"], resumed["reason"]) == (False, "events are gone")
    assert snapshot["streams"][ROOM]["seq"] == 8


def test_what_goes_half_way_is_an_error() -> None:
    publish(*range(1, 9))
    answer = asked(0)
    assert [frame["seq"] for frame in frames_of(answer.piece())] == [1, 2, 3]
    lose(7)
    with pytest.raises(EventsGone):
        answer.piece()


async def resume(phone: AsgiSocket, after: int) -> None:
    epoch = (await phone.frame())["streams"][ROOM]["epoch"]
    phone.send({"type": "resume", "streams": {ROOM: {"epoch": epoch, "seq": after}}})


@pytest.mark.parametrize("prepared", [True, False])
async def test_what_happens_meanwhile_follows(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    await in_database(publish, *range(1, 9))
    read = streams.read

    def busy_read(*place: Any) -> Any:
        events = read(*place)
        publish(100)
        return events

    monkeypatch.setattr(streams, "read", busy_read)
    async with AsgiSocket(runtime, ROUTE, OPENING, rt=True, prepared=prepared) as phone:
        await resume(phone, 0)
        frames = await phone.frames(12)
    assert [frame.get("seq") for frame in frames] == [*range(1, 9), None, 9, 10, 11]
    assert frames[8]["count"] == 8


async def test_a_socket_whose_answer_cannot_go_on_comes_back(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not be left deaf, waiting for the rest."""
    await in_database(publish, *range(1, 9))
    read = streams.read

    def failing(stream: str, after: int, before: int) -> Any:
        if after >= 3:
            raise OperationalError("the database is away")
        return read(stream, after, before)

    monkeypatch.setattr(streams, "read", failing)
    async with AsgiSocket(runtime, ROUTE, OPENING, rt=True) as phone:
        await resume(phone, 0)
        assert await phone.closed() == 4440
