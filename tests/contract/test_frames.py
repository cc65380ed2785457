"""Clients that do not opt in to ``rt.v1`` see the documents' keys and the contract's additions, nothing else
(contract 10). ``frames/golden`` has every frame that the server sends; ``python -m tests.contract.frames`` writes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from mobilegpt.core.errors import Invalid
from mobilegpt.events.event import event_types
from mobilegpt.realtime.protocol import RT_FRAMES
from mobilegpt.sockets.dialects import class_room
from tests.contract.frames import golden
from tests.contract.frames.broadcast import Frames
from tests.contract.frames.doors import DOORS
from tests.contract.frames.golden import COMMAND, ONLY_OPTED_IN, OPTED_IN, Said, frames_in, text, written
from tests.contract.frames.keys import ADDITIONS, NAMED, SHOWN, allowed, keys_of
from tests.contract.frames.script import script
from tests.contract.frames.writing import WRITES
from tests.contract.world import build_world

# The database is the fixture's; the mark makes the runner set it up.
pytestmark = pytest.mark.django_db

PLACE = {"stream", "epoch", "seq", "event_id"}
CONTROL = {str(msgspec.inspect.type_info(frame).tag) for frame in RT_FRAMES}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def said(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Said]:
    """Everything that the server said. Commits for real, so that sockets hear of it; cleans up at the end."""
    with django_db_blocker.unblock():
        try:
            heard = asyncio.run(golden.listen(build_world()))
            if request.config.stash.get(WRITES, False):
                golden.write(heard)
            yield heard
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()


@pytest.mark.parametrize("name", [*DOORS, OPTED_IN])
def test_the_server_says_what_is_written_down(said: Said, name: str) -> None:
    said_now, before = text(said.files[name]).splitlines(), text(written(name)).splitlines()
    assert said_now == before, f"if this is meant, run {COMMAND}"


def test_every_event_is_published(said: Said) -> None:
    """A new event needs an instance in ``frames/events.py``."""
    ours = {name for name, kind in event_types().items() if kind.__module__.startswith("mobilegpt.")}
    assert {type(event).__name__ for event in said.published.values()} == ours


# --- who did not opt in


@pytest.mark.parametrize("socket", DOORS)
def test_a_frame_has_only_keys_of_its_document_and_of_the_contract(socket: str) -> None:
    assert list(_leaks(socket, written(socket))) == []


def _leaks(socket: str, file: Any) -> Iterator[str]:
    for place, frame in frames_in(file):
        try:
            more = keys_of(frame) - allowed(socket, frame["type"])
        except KeyError:
            yield f"{socket} / {place}: nobody knows {frame['type']}"
        else:
            yield from (f"{socket} / {place}: {frame['type']} has {key}" for key in sorted(more))


def test_a_key_too_many_is_found() -> None:
    step = {"id": 1, "title": "", "order": 1, "target_action": None, "guide_text": "", "voice_guide_text": ""}
    shown = {"type": "step_changed", "subtask": {**step, "order_index": 1, "position": 1}, "instructor_message": None}
    assert list(_leaks("W1", {"a": [shown]})) == []
    assert list(_leaks("W1", {"a": [{**shown, "seq": 1}]})) == ["W1 / a: step_changed has seq"]
    deep = {**shown, "subtask": {**shown["subtask"], "task_id": 1}}  # type: ignore[dict-item]
    assert list(_leaks("W1", {"a": [deep]})) == ["W1 / a: step_changed has subtask.task_id"]
    other_copy = {**shown, "data": {"step": 1}}
    assert list(_leaks("W1", {"a": [other_copy]})) == ["W1 / a: step_changed has data.step"]
    assert list(_leaks("W3", {"a": [shown]})) == ["W3 / a: nobody knows step_changed"]


@pytest.mark.parametrize("frame", SHOWN)
def test_a_frame_of_the_documents_is_sent(frame: str) -> None:
    socket, _, kind = frame.partition(".")
    assert kind in {one["type"] for _, one in frames_in(written(socket))}


def test_every_allowed_key_is_sent_somewhere() -> None:
    """What the contract names and nobody sends would hide a leak."""
    sent: dict[str, set[str]] = {}
    for socket in DOORS:
        for _, frame in frames_in(written(socket)):
            for name in (f"{socket}.{frame['type']}", frame["type"]):
                sent.setdefault(name, set()).update(keys_of(frame))
    expected = {
        name: [*ADDITIONS.get(name, ()), *NAMED.get(name, {"keys": ()})["keys"]] for name in {*ADDITIONS, *NAMED}
    }
    assert {name: unsent for name, keys in expected.items() if (unsent := set(keys) - sent.get(name, set()))} == {}


def test_who_gives_no_id_gets_no_acknowledgement() -> None:
    """An ``ack``, and the id in a refusal, answer a ``client_msg_id``; no client of the documents sends one."""
    for socket, lines in script({"subtask": 1, "next_subtask": 2}).items():
        answers = written(socket)["answers"]
        for line in lines:
            asked = isinstance(line.sent, dict) and "client_msg_id" in line.sent
            told = any("client_msg_id" in frame for frame in answers[f"{line.who}: {line.name}"])
            assert asked == told, (socket, line)


# --- who did


@pytest.mark.parametrize("socket", DOORS)
def test_who_opts_in_gets_the_same_and_the_place_of_every_event(said: Said, socket: str) -> None:
    """Contract 10.1: numbered where the socket follows a stream of the event, ``event_id`` otherwise."""
    plain, opted = said.events[socket, False], said.events[socket, True]
    assert set(plain) <= set(opted)
    for name, heard in opted.items():
        streams = set(said.published[name].streams())
        for who, frames in heard.items():
            followed = said.openings[socket, True][who][0]["streams"]
            expected = PLACE if streams & set(followed) else {"event_id"}
            assert [set(frame) & PLACE for frame in frames if "type" in frame] == [expected] * len(_typed(frames))
            assert _without_place(frames, socket) == plain.get(name, {}).get(who, [])


def _typed(frames: Frames) -> Frames:
    return [frame for frame in frames if "type" in frame]


def _without_place(frames: Frames, socket: str) -> Frames:
    besides = {"position", *ONLY_OPTED_IN.get(socket, ())}
    shared = [_without_more(frame) for frame in frames if frame.get("type") not in besides]
    return [{key: value for key, value in frame.items() if key not in PLACE} for frame in shared]


def _without_more(frame: dict[str, Any]) -> dict[str, Any]:
    """Without what an answer says besides to who opts in (contract 11.17)."""
    if frame.get("type") != "HELP_AVAILABLE":
        return frame
    answer = frame["help_response"]
    assert {"help_response_id", "source", "deferred", "image"} < set(answer)
    more = ("help_response_id", "source", "deferred", "image")
    return {**frame, "help_response": {key: value for key, value in answer.items() if key not in more}}


@pytest.mark.parametrize("socket", DOORS)
def test_who_opts_in_is_greeted_first_and_told_the_same_state(said: Said, socket: str) -> None:
    for who, (hello, *state) in said.openings[socket, True].items():
        assert set(hello) - {"data"} == {"type", "connection_id", "heartbeat_interval", "streams", "limits", "resume"}
        assert state == said.openings[socket, False][who]


def test_control_frames_are_for_who_opts_in(said: Said) -> None:
    """Contract 10.2, 10.3, 10.4."""
    silent = {frame["type"] for (_, rt), heard in said.events.items() if rt for frame in _all(heard)} & CONTROL
    assert silent == {"position"}
    assert {frame["type"] for frame in written(OPTED_IN)["control"].values()} | silent == CONTROL
    elsewhere = CONTROL | {kind for kinds in ONLY_OPTED_IN.values() for kind in kinds}
    for socket in DOORS:
        assert {frame["type"] for _, frame in frames_in(written(socket))} & elsewhere == set()


def test_details_of_a_refusal_are_for_who_opts_in() -> None:
    """Contract 4.4 names the keys of a refusal."""
    refusal = Invalid(message="message is empty", details={"field": "message"})
    plain, opted = class_room.DIALECT.error(refusal), class_room.DIALECT.error(refusal, rt=True)
    assert opted == {**plain, "details": {"field": "message"}}


def _all(heard: dict[str, dict[str, Frames]]) -> Iterator[dict[str, Any]]:
    for told in heard.values():
        for frames in told.values():
            yield from _typed(frames)
