"""The rules of one socket's conversation, without a server: what comes, and what is to be done about it."""

from __future__ import annotations

import json

import pytest

from mobilegpt.core.errors import Conflict
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.protocol import HeartbeatAck, Hello, Received, Resume
from mobilegpt.realtime.route import Opening, Outcome
from mobilegpt.realtime.session import (
    Admit,
    Close,
    CommandStep,
    Count,
    Enter,
    Hold,
    Listen,
    Refused,
    Run,
    Settle,
    Tell,
    TellAnswer,
    TellMissed,
    Work,
)
from tests.realtime.sample import Press, TickFrame
from tests.realtime.talk import (
    AT,
    DIALECT,
    HERS,
    IGNORING,
    LATER,
    LISTENING,
    MAY_LISTEN,
    NOBODYS,
    PLACE,
    WITH_PICTURES,
    Ask,
    Talk,
    actor,
    closes,
    told,
)

# --- its beginning


def test_the_state_is_told_first_and_events_go_out_after_it() -> None:
    assert Talk().session.entered(AT, [TickFrame(number=5)]) == (Tell((TickFrame(number=5),)), Enter(AT))
    assert Talk().session.entered(AT, []) == (Enter(AT),)


def test_a_client_of_rt_is_told_where_its_streams_stand_and_what_it_may_do() -> None:
    tell, enter = Talk(rt=True).session.entered(AT, [TickFrame(number=5)])
    assert isinstance(tell, Tell)
    hello, state = tell.frames
    assert isinstance(hello, Hello)
    assert (hello.connection_id, hello.heartbeat_interval, hello.streams) == ("c1", 30, AT)
    assert hello.limits == {"frame_bytes": 200, "frames_per_second": 20, "unsent_bytes": 1_048_576}
    assert (hello.resume.events, hello.resume.seconds) == (1000, 86_400)
    assert (state, enter) == (TickFrame(number=5), Enter(AT))


@pytest.mark.parametrize("rt", [True, False])
def test_a_place_named_in_the_address_is_resumed_from_by_clients_of_rt(rt: bool) -> None:
    resume = Resume(streams=AT)
    talk = Talk(Opening(actor=actor(), topics=("room:1",), resume=resume), rt=rt)
    assert (talk.session.entered(AT, [])[-1] == Work()) is rt
    if rt:
        assert talk.run() == [Hold(), TellMissed(resume), Settle(LATER)]
    assert talk.session.begin() is None


# --- frames


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "INVALID_JSON"),
        ("not json", "INVALID_JSON"),
        ("[]", "INVALID_JSON"),
        ('{"type": "dance"}', "UNKNOWN_TYPE"),
        ('{"type": "press"}', "INVALID_REQUEST"),
        ('{"type": "press", "number": 1, "client_msg_id": ""}', "INVALID_REQUEST"),
        ('{"type": "received", "stream": "room:1", "seq": 1}', "UNKNOWN_TYPE"),  # of rt.v1 only
    ],
)
def test_a_bad_frame_is_refused_and_noted_and_nothing_waits(text: str | None, code: str) -> None:
    talk = Talk()
    refused, tell = talk.send(text)
    assert refused == Refused(code)
    assert told([tell])[0]["code"] == code
    assert talk.session.begin() is None
    assert talk.say("press", number=1) == (Work(),)


def test_a_bad_frame_with_a_readable_id_is_refused_with_it() -> None:
    (frame,) = told(Talk().say("dance", client_msg_id="a"))
    assert frame["client_msg_id"] == "a"


def test_the_twentieth_bad_frame_is_the_last() -> None:
    talk = Talk()
    for _ in range(19):
        assert closes(talk.send("x")) == []
        talk.say("heartbeat")
    last = talk.send("x")
    assert [type(step) for step in last] == [Refused, Tell, Close]
    assert closes(last) == [(4400, "too many bad frames")]
    assert talk.send("x") == talk.say("heartbeat") == ()


@pytest.mark.parametrize(
    ("size", "opening", "listening", "code"),
    [
        (200, HERS, False, None),
        (201, HERS, False, None),
        (1000, HERS, False, None),
        (1001, HERS, False, 1009),
        (200, NOBODYS, False, None),
        (201, NOBODYS, False, 1009),
        (201, MAY_LISTEN, False, 1009),
        (1000, MAY_LISTEN, True, None),
    ],
)
def test_a_picture_may_be_large_of_somebody_who_is_there(
    size: int, opening: Opening, listening: bool, code: int | None
) -> None:
    talk = Talk(opening, WITH_PICTURES)
    if listening:
        talk.session.listener_counted(fits=True)
    picture = "x" * (size - len(json.dumps({"type": "show", "picture": ""})))
    found = talk.say("show", picture=picture)
    assert closes(found) == ([] if code is None else [(code, "message too big")])
    assert (found == (Work(),)) is (code is None)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "show", "picture": "x" * 150, "note": "y" * 250}),  # what is not the picture
        json.dumps({"type": "press", "number": 1, "note": "y" * 200}),
        json.dumps({"type": "press", "number": 1, "note": "가" * 60}, ensure_ascii=False),  # 180 bytes of 60 letters
        "x" * 500,
    ],
)
def test_whatever_else_is_large_closes_with_1009(text: str) -> None:
    talk = Talk(HERS, WITH_PICTURES)
    assert closes(talk.send(text)) == [(1009, "message too big")]
    assert talk.session.begin() is None


@pytest.mark.parametrize(
    ("pauses", "frames"),
    [
        ([0.0] * 50, 40),  # twice a second's worth at once
        ([0.0] * 40 + [1.0] + [0.0] * 30, 60),
        ([0.0] * 40 + [9.0] + [0.0] * 50, 80),  # no more is saved up
        ([0.05] * 500, 500),  # 20 a second, for ever
    ],
)
def test_twenty_frames_a_second_may_come_and_forty_at_once(pauses: list[float], frames: int) -> None:
    talk = Talk()
    answers = [talk.say("heartbeat", after=pause) for pause in pauses]
    taken = [found for found in answers if found and isinstance(told(found)[0], HeartbeatAck)]
    assert len(taken) == frames
    if frames < len(pauses):
        last = answers[frames]
        assert [type(step) for step in last] == [Refused, Tell, Close]
        assert told(last)[0]["code"] == "RATE_LIMITED"
        assert closes(last) == [(4429, "too many frames")]
        assert set(answers[frames + 1 :]) <= {()}


def test_heartbeats_are_answered_at_once_whatever_runs() -> None:
    talk = Talk()
    talk.say("press", number=1)
    talk.session.begin()
    (ack,) = told(talk.say("heartbeat", timestamp="t1"))
    assert (ack.timestamp, ack.server_time) == ("t1", "2026-03-02T01:30:59Z")


def test_a_confirmed_step_is_counted_and_no_command() -> None:
    talk = Talk(rt=True)
    assert talk.say("received", stream="room:1", seq=3) == (Count(Received(stream="room:1", seq=3)),)
    assert talk.session.begin() is None


def test_a_socket_that_ignores_its_client_neither_answers_nor_counts() -> None:
    talk = Talk(route=IGNORING)
    for text in ["x", json.dumps({"type": "heartbeat"})] * 40:
        assert talk.send(text, after=0.0) == ()


def test_a_socket_that_ignores_its_client_knows_the_frames_of_rt() -> None:
    talk = Talk(route=IGNORING, rt=True)
    for _ in range(25):
        assert talk.send("x") == ()
    assert len(told(talk.say("heartbeat"))) == 1
    assert talk.say("resume", streams={}) == (Work(),)
    answers = [talk.send("x", after=0.0) for _ in range(50)]
    assert closes([step for answer in answers for step in answer]) == [(4429, "too many frames")]


# --- commands


def test_commands_run_one_after_the_other_in_their_order() -> None:
    talk = Talk()
    for number in (1, 2, 3):
        talk.say("press", number=number)
    for number in (1, 2, 3):
        assert talk.session.begin() == (Run(Decoded(Press(number=number), None)),)
        assert talk.session.begin() is None
        talk.session.answered(Outcome())
        assert talk.session.begin() is None
        talk.session.finished()
    assert talk.session.begin() is None


def test_events_are_held_back_while_an_answer_with_state_is_made() -> None:
    talk = Talk()
    talk.say("ask")
    answer = [TickFrame(number=1)]
    assert talk.run(Outcome(frames=answer, positions=LATER)) == [
        Hold(),
        Run(Decoded(Ask(), None)),
        TellAnswer(answer),
        Settle(LATER),
    ]
    talk.say("press", number=1)
    assert talk.run(Outcome(frames=answer)) == [Run(Decoded(Press(number=1), None)), TellAnswer(answer)]


def test_what_is_refused_is_told_with_its_id_and_the_next_command_runs() -> None:
    talk = Talk(rt=True)
    talk.say("ask", client_msg_id="a")
    talk.say("press", number=2)
    assert talk.session.begin() == (Hold(), Run(Decoded(Ask(), "a")))
    refused, tell = talk.session.refused(Conflict(message="Not now", details={"why": "x"}))
    (frame,) = told([tell])
    assert refused == Refused(frame["code"])
    assert (frame["message"], frame["client_msg_id"], frame["details"]) == ("Not now", "a", {"why": "x"})
    assert talk.session.finished() == (Settle({}),)
    assert talk.session.begin() == (Run(Decoded(Press(number=2), None)),)


def test_sixty_four_commands_wait_and_the_next_is_refused() -> None:
    talk = Talk()
    for number in range(64):
        assert talk.say("press", number=number) == (Work(),)
    refused, tell = talk.say("press", number=64, client_msg_id="a")
    (frame,) = told([tell])
    assert (refused, frame["code"], frame["client_msg_id"]) == (Refused("RATE_LIMITED"), "RATE_LIMITED", "a")
    assert talk.session.begin() is not None  # one that runs does not wait
    assert talk.say("press", number=65) == (Work(),)


def test_after_a_command_that_broke_down_the_next_one_runs() -> None:
    talk = Talk()
    talk.say("ask")
    talk.say("press", number=1)
    talk.session.begin()
    talk.session.stopped()
    assert talk.run() == [Run(Decoded(Press(number=1), None))]


# --- admission


@pytest.mark.parametrize("rt", [True, False])
def test_who_is_admitted_is_greeted_and_answered_before_any_event(rt: bool) -> None:
    talk = Talk(MAY_LISTEN, rt=rt)
    assert talk.session.dialect is LISTENING
    talk.say("ask")
    answer = [TickFrame(number=1)]
    steps = talk.run(Outcome(frames=answer, positions=AT, admit=HERS))
    greeting = told(steps)
    assert [type(step) for step in steps] == [Hold, Run, Admit, *([Tell] if rt else []), TellAnswer, Enter, Settle]
    assert [frame.streams for frame in greeting] == ([AT] if rt else [])
    assert (talk.session.opening, talk.session.dialect) == (HERS, DIALECT)
    assert not talk.session.is_provisional


@pytest.mark.parametrize("code", [CloseCode.TOKEN, CloseCode.FORBIDDEN])
@pytest.mark.parametrize("refused", [True, False])
def test_who_does_anything_else_than_join_is_closed(code: CloseCode, refused: bool) -> None:
    talk = Talk(Opening(actor=None, topics=("room:1",), unadmitted=code))
    talk.say("press", number=1)
    talk.session.begin()
    if refused:
        assert len(told(talk.session.refused(Conflict()))) == 1
    else:
        talk.session.answered(Outcome())
    assert closes(talk.session.finished()) == [(int(code), "join first")]


def test_who_may_listen_may_try_again_to_join() -> None:
    talk = Talk(MAY_LISTEN)
    talk.say("ask")
    assert talk.run() == [Hold(), Run(Decoded(Ask(), None))]
    assert not talk.session.is_closed


@pytest.mark.parametrize(("opening", "code"), [(NOBODYS, [(4401, "join first")]), (MAY_LISTEN, [])])
def test_nobody_resumes_before_joining(opening: Opening, code: list[tuple[int, str]]) -> None:
    talk = Talk(opening, rt=True)
    talk.say("resume", streams={}, client_msg_id=None)
    steps = talk.run()
    assert told(steps)[0]["code"] == "JOIN_REQUIRED"
    assert steps[0] == Refused("JOIN_REQUIRED")
    assert closes(steps) == code


def test_a_listener_resumes_as_others_do() -> None:
    talk = Talk(MAY_LISTEN, rt=True)
    talk.session.listener_counted(fits=True)
    talk.say("resume", streams={})
    assert talk.run() == [Hold(), TellMissed(Resume(streams={})), Settle(LATER)]


@pytest.mark.parametrize(
    ("opening", "fits", "steps"),
    [
        (HERS, True, []),
        (NOBODYS, True, [Close(CloseCode.TOKEN, "join first")]),
        (MAY_LISTEN, True, [Listen(PLACE), Enter(AT)]),
        (MAY_LISTEN, False, [Listen(PLACE), Close(CloseCode.OVERLOAD, "too many listeners")]),
    ],
)
def test_when_the_time_to_join_is_over(opening: Opening, fits: bool, steps: list[CommandStep]) -> None:
    session = Talk(opening).session
    found = [*session.join_time_over()]
    if Listen(PLACE) in found:
        session.listener_counted(fits=fits)
    assert [*found, *session.listener_settled(AT)] == steps


def test_who_joins_while_listeners_are_counted_is_no_listener() -> None:
    session = Talk(MAY_LISTEN).session
    assert session.join_time_over() == (Listen(PLACE),)
    session.admitted(HERS)
    session.listener_counted(fits=True)
    assert session.listener_settled(AT) == ()
    assert not session.is_listening


# --- its end


def test_what_was_sent_before_leaving_still_counts_and_nobody_hears_of_it() -> None:
    talk = Talk()
    talk.say("ask")
    talk.say("press", number=1, client_msg_id="a")
    talk.say("ask")
    talk.say("press", number=2, client_msg_id="b")
    talk.session.ended()
    assert talk.run(Outcome(frames=[TickFrame(number=1)])) == [Run(Decoded(Press(number=1), "a"))]
    assert talk.session.begin() == (Run(Decoded(Press(number=2), "b")),)
    assert talk.session.refused(Conflict()) == talk.session.finished() == ()
    assert talk.session.begin() is None


def test_who_never_joined_leaves_nothing_to_do() -> None:
    talk = Talk(NOBODYS)
    talk.say("press", number=1)
    talk.session.ended()
    assert talk.session.begin() is None


def test_a_refusal_that_comes_after_its_client_left_is_noted_and_not_told() -> None:
    talk = Talk()
    talk.say("ask")
    talk.session.begin()
    talk.session.ended()
    assert talk.session.refused(Conflict()) == (Refused(Conflict().code),)
    assert talk.session.finished() == ()


def test_an_admission_that_comes_after_its_client_left_is_none() -> None:
    talk = Talk(NOBODYS, rt=True)
    talk.say("ask")
    talk.session.begin()
    talk.session.ended()
    assert talk.session.answered(Outcome(frames=[TickFrame(number=1)], admit=HERS)) == ()
    assert talk.session.finished() == ()
