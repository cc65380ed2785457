"""The session of a socket in any order of what may happen, also in those that no connection takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilegpt.core.errors import Conflict
from mobilegpt.realtime.route import Opening, Outcome
from mobilegpt.realtime.session import (
    Close,
    CommandStep,
    Run,
    Tell,
    TellAnswer,
    Work,
)
from tests.realtime.sample import TickFrame
from tests.realtime.talk import (
    AT,
    HERS,
    LIMITS,
    MAY_LISTEN,
    NOBODYS,
    Talk,
    closes,
)

ORDERS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(["press", "ask", "heartbeat", "dance", "resume", "received"])),
        st.tuples(st.just("pause"), st.just("")),
        st.tuples(st.just("begin"), st.just("")),
        st.tuples(st.sampled_from(["answered", "admitting", "refused"]), st.just("")),
        st.tuples(st.sampled_from(["finished", "finished", "stopped"]), st.just("")),
        st.tuples(st.sampled_from(["join time", "listeners", "closed", "ended"]), st.just("")),
    ),
    max_size=80,
)


class Record:
    """Plays the part of the connection in any order, also in those that it never takes, and keeps what came of it."""

    def __init__(self, opening: Opening, rt: bool) -> None:
        limits = msgspec.structs.replace(LIMITS, queued_commands=3)
        self.talk = Talk(opening, rt=rt, limits=limits)
        self.session = self.talk.session
        self.sent = 0
        self.runs: list[Any] = []
        self.running = False

    def do(self, input_: str, what: str) -> Sequence[CommandStep]:
        session = self.session
        match input_:
            case "say":
                return self.say(what)
            case "pause":
                self.talk.moment += 2.0
            case "begin":
                return self.begin()
            case "answered":
                return session.answered(Outcome(frames=[TickFrame(number=1)], positions=AT))
            case "admitting" if session.opening.actor is None:
                steps = session.answered(Outcome(frames=[TickFrame(number=1)], positions=AT, admit=HERS))
                session.admitted(HERS)
                return steps
            case "refused":
                return session.refused(Conflict())
            case "finished":
                self.running = False
                return session.finished()
            case "stopped":
                self.running = False
                session.stopped()
            case "join time":
                return session.join_time_over()
            case "listeners":
                session.listener_counted(fits=True)
                return session.listener_settled(AT)
            case "closed":
                session.closed()
            case "ended":
                session.ended()
        return ()

    def say(self, what: str) -> Sequence[CommandStep]:
        fields: dict[str, dict[str, Any]] = {
            "press": {"number": self.sent},
            "ask": {"number": self.sent},
            "resume": {"streams": {}},
        }
        fields["received"] = {"stream": "room:1", "seq": self.sent}
        steps = self.talk.say(what, **fields.get(what, {}))
        if Work() in steps and what != "resume":
            self.sent += 1
        return steps

    def begin(self) -> Sequence[CommandStep]:
        steps = self.session.begin()
        if self.running:
            assert steps is None, "two commands at a time"
        if steps is None:
            return ()
        self.running = True
        self.runs += [step.decoded.command for step in steps if isinstance(step, Run)]
        return steps


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(ORDERS, st.sampled_from([HERS, NOBODYS, MAY_LISTEN]), st.booleans())
def test_in_any_order_nothing_is_told_after_the_close_and_commands_keep_theirs(
    order: list[tuple[str, str]], opening: Opening, rt: bool
) -> None:
    record = Record(opening, rt)
    over = False
    closings = 0
    for input_, what in order:
        for step in record.do(input_, what):
            assert not (over and isinstance(step, Tell | TellAnswer | Close)), "told after the close"
            if isinstance(step, Close):
                over = True
                closings += 1
        over = over or input_ in ("closed", "ended")
    assert closings <= 1
    numbers = [command.number for command in record.runs]
    assert numbers == sorted(set(numbers))
    record.session.stopped()
    record.running = False
    while record.begin():
        record.session.stopped()
        record.running = False
    ran = {command.number for command in record.runs}
    kept = set(range(record.sent)) - ran
    assert not kept or record.session.is_ended, "a command was lost"


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(["press", "dance", "x"]), st.sampled_from([0.0, 0.04, 0.3])), max_size=90))
def test_frames_are_counted_right_whatever_comes(frames: list[tuple[str, float]]) -> None:
    """Against the rule in its plainest words: 40 saved up at most, 20 a second, 20 bad ones, 64 that wait."""
    talk = Talk()
    left, bad, waiting = 40.0, 0, 0
    for what, pause in frames:
        steps = talk.say(what, after=pause, number=1)
        left = min(40.0, left + pause * 20)
        if left < 1:
            assert closes(steps) == [(4429, "too many frames")]
            return
        left -= 1
        bad += what != "press"
        if bad == 20:
            assert closes(steps) == [(4400, "too many bad frames")]
            return
        if what == "press":
            assert (steps == (Work(),)) is (waiting < 64)
            waiting = min(64, waiting + 1)
        assert closes(steps) == []
