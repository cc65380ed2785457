"""What clients say on each socket, and what they are answered: acknowledgements, answers, refusals, closes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from mobilegpt.realtime.runtime import runtime
from tests.contract.frames.broadcast import Frames
from tests.contract.frames.doors import DOORS, door, quiet
from tests.contract.world import World
from tests.sockets.client import Refused, SocketClient, refusal_of


@dataclass(frozen=True)
class Line:
    """A frame of a client. ``until`` is the type of the last frame that answers it."""

    who: str
    name: str
    sent: dict[str, Any] | str
    until: str = "error"


def _nonsense(who: str) -> tuple[Line, ...]:
    return (
        Line(who, "not JSON", "{"),
        Line(who, "not an object", "[]"),
        Line(who, "an unknown type", {"type": "dance", "client_msg_id": "m0"}),
        Line(who, "a frame of rt.v1", {"type": "resume", "streams": {}}),
    )


def _room(ids: dict[str, Any]) -> tuple[Line, ...]:
    here, next_one = ids["subtask"], ids["next_subtask"]
    done = {"type": "progress_update", "subtask_id": here, "status": "COMPLETED"}
    return (
        Line("teacher", "join", {"type": "join"}, "join_confirmed"),
        Line("teacher", "heartbeat", {"type": "heartbeat", "data": {"timestamp": 17}}, "heartbeat_ack"),
        Line("teacher", "next_step", {"type": "next_step"}, "step_changed"),
        Line("teacher", "pause_session", {"type": "pause_session"}, "session_status_changed"),
        Line("teacher", "resume_session", {"type": "resume_session", "client_msg_id": "m1"}, "ack"),
        Line("admin", "join", {"type": "join"}, "join_confirmed"),
        Line("admin", "next_step", {"type": "next_step"}),
        Line("student", "join", {"type": "join", "device_id": "test"}, "join_confirmed"),
        Line("student", "heartbeat", {"type": "heartbeat"}, "heartbeat_ack"),
        Line("student", "progress_update", {**done, "client_msg_id": "m2"}, "ack"),
        Line("student", "progress_update, sent again", {**done, "client_msg_id": "m2"}, "ack"),
        Line("student", "progress_update, another with its id", {**done, "status": "x", "client_msg_id": "m2"}),
        Line("student", "progress_update, no such status", {**done, "status": "DONE"}),
        Line("student", "progress_update, a wrong type", {**done, "subtask_id": "16"}),
        Line("student", "progress_update, no such step", {**done, "subtask_id": 999_999}),
        Line("student", "step_complete", {"type": "step_complete", "subtask_id": here}, "step_complete_confirmed"),
        Line("student", "step_complete, no such step", {"type": "step_complete", "subtask_id": 999_999}),
        Line("student", "help_request", {"type": "help_request", "subtask_id": next_one, "client_msg_id": "m3"}, "ack"),
        Line("student", "next_step", {"type": "next_step"}),
        Line("other_student", "join", {"type": "join"}, "join_confirmed"),
        Line("anonymous", "join, a guest's", {"type": "join", "device_id": "test", "name": "손님"}, "join_confirmed"),
        Line("teacher", "end_session", {"type": "end_session", "message": "수고했어요"}, "session_status_changed"),
        Line("teacher", "end_session, again", {"type": "end_session"}),
        *_nonsense("student"),
    )


def _progress(ids: dict[str, Any]) -> tuple[Line, ...]:
    done = {"type": "mark_complete", "subtask_id": ids["next_subtask"]}
    return (
        Line("student", "get_my_progress", {"type": "get_my_progress"}, "initial_progress"),
        Line("student", "mark_complete", done, "encouragement"),
        Line("student", "mark_complete, again", done, "subtask_completed"),
        Line("student", "mark_complete, with an id", {**done, "client_msg_id": "m4"}, "ack"),
        Line("student", "mark_complete, no such step", {"type": "mark_complete", "subtask_id": 999_999}),
        *_nonsense("student"),
    )


def _chat() -> tuple[Line, ...]:
    said = {"type": "chat.message", "message": "안녕하세요!"}
    return (
        Line("student", "chat.message", said, "chat.message"),
        Line("student", "chat.message, with an id", {**said, "client_msg_id": "m5"}, "ack"),
        Line("student", "chat.message, sent again", {**said, "client_msg_id": "m5"}, "ack"),
        Line("student", "chat.message, empty", {**said, "message": ""}),
        Line("student", "chat.message, too long", {**said, "message": "가" * 2001}),
        *_nonsense("student"),
    )


def script(ids: dict[str, Any]) -> dict[str, tuple[Line, ...]]:
    """By socket, in the order in which it is said: W1 ends the class. W11 takes nothing (contract 1)."""
    watched = {socket: _nonsense(DOORS[socket][1].split()[0]) for socket in ("W4", "W5", "W6", "W7", "W8", "W9")}
    return {
        "W2": (
            Line("teacher", "request_statistics", {"type": "request_statistics"}, "statistics_update"),
            Line("teacher", "request_student_list", {"type": "request_student_list"}, "student_list"),
            *_nonsense("teacher"),
        ),
        "W3": _progress(ids),
        **watched,
        "W10": _chat(),
        "W1": _room(ids),
    }


async def speak(world: World) -> dict[str, dict[str, Frames]]:
    """Say all of it; each socket is open for as long as its line takes."""
    answers: dict[str, dict[str, Frames]] = {}
    for socket, lines in script(world.ids).items():
        answers[socket] = {}
        for line in lines:
            async with door(world, socket, line.who) as client:
                await quiet()
                client.received()
                client.send(line.sent)
                answers[socket][f"{line.who}: {line.name}"] = await _heard(client, line.until)
    return answers


async def _heard(client: SocketClient, until: str) -> Frames:
    frames = [await client.frame()]
    while frames[-1]["type"] != until:
        assert frames[-1]["type"] != "error", frames
        frames.append(await client.frame())
    return frames


# --- how sockets end, and how they do not even begin


async def end(world: World) -> dict[str, dict[str, Frames]]:
    """Closes that no event causes. Every socket ends in these ways; one shows each."""
    visitor, newcomer = door(world, "W1", "anonymous"), door(world, "W1", "other_student")
    async with visitor, newcomer:
        room = {
            "student: nonsense, again and again": await _sent_again_and_again(world, "{", 20),
            "student: more than anybody sends": await _sent_again_and_again(world, '{"type": "heartbeat"}', 60),
            "anonymous: silence": [{"close": await visitor.closed()}],
            "other_student: silence": [{"close": await newcomer.closed()}],
        }
    return {"W1": room, "W6": {"teacher: one socket too many": await _opened_again_and_again(world)}}


async def _sent_again_and_again(world: World, frame: str, times: int) -> Frames:
    """The last frame before the close, and the close."""
    async with door(world, "W1", "student") as client:
        for _ in range(times):
            client.send(frame)
        last: dict[str, Any] = {}
        try:
            while True:
                last = await client.frame()
        except Refused as closed:
            return [last, {"close": closed.code}]


async def _opened_again_and_again(world: World) -> Frames:
    clients = [door(world, "W6", "teacher") for _ in range(11)]
    for client in clients:
        await client.__aenter__()
    code = await clients[-1].closed()
    for client in clients:
        await client.disconnect()
    return [{"close": code}]


async def knock(world: World) -> dict[str, dict[str, Frames]]:
    """One refusal of each socket; who is refused with what is the access matrix's."""
    found = {}
    for socket in DOORS:
        who = "other_teacher" if socket == "W1" else "anonymous"
        refused = await refusal_of(door(world, socket, who))
        assert refused is not None, socket
        found[socket] = {who: [_told(refused)]}
    return found


def _told(refused: Refused) -> dict[str, Any]:
    return {"close": refused.code} if refused.code else {"status": refused.status, "body": refused.body}


# --- what rt.v1 adds


async def opt_in(world: World) -> dict[str, dict[str, Any]]:
    """The control frames by type, each sent to who opted in and to nobody else."""
    said: dict[str, dict[str, Any]] = {}
    plain = door(world, "W1", "teacher")
    teacher, student = door(world, "W1", "teacher", rt=True), door(world, "W1", "student", rt=True)
    async with plain, teacher, student:
        said["hello"] = hello = await student.frame()
        student.send({"type": "resume", "streams": hello["streams"]})
        said["resumed"] = await student.until("resumed")
        stream = f"session:{world.ids['live']}"
        student.send({"type": "resume", "streams": {stream: {"epoch": "another", "seq": 1}}})
        said["resumed, not recovered"] = await student.until("resumed")
        said["snapshot"] = await student.until("snapshot")
        student.send({"type": "received", "stream": stream, "seq": hello["streams"][stream]["seq"]})
        said["delivery"] = await teacher.until("delivery")
        runtime.announce_restart()
        said["reconnect"] = await student.until("reconnect")
        await asyncio.sleep(0.02)
        assert plain.received() == []
    return said
