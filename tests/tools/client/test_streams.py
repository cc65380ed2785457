"""Numbered events reach the screen once, in order, without holes, whatever the network does (contract 10.1, 10.2)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.tools.client.streams import Frame, Position, StreamOrder

ROOM = "session:5"


def event(seq: int, epoch: str = "e1", kind: str = "step_changed") -> Frame:
    return {"type": kind, "stream": ROOM, "epoch": epoch, "seq": seq}


class Screen:
    """A client's view: what it was shown, what it asked for."""

    def __init__(self) -> None:
        self.shown: list[tuple[Any, bool]] = []
        self.asked: list[dict[str, Position]] = []
        self.snapshots = 0
        self.given_up = 0
        self.order = StreamOrder(
            deliver=lambda frame, replayed: self.shown.append((frame.get("seq", frame["type"]), replayed)),
            resume=self.asked.append,
            snapshot=lambda frame: self._count_snapshot(),
            give_up=self._count_given_up,
        )

    def _count_snapshot(self) -> None:
        self.snapshots += 1

    def _count_given_up(self) -> None:
        self.given_up += 1

    @property
    def seqs(self) -> list[Any]:
        return [seq for seq, _ in self.shown]


def screen_at(seq: int, epoch: str = "e1") -> Screen:
    screen = Screen()
    screen.order.hello({ROOM: Position(epoch, seq)})
    return screen


def test_events_in_order_are_shown_and_repeated_ones_are_not() -> None:
    screen = screen_at(3)
    for seq in (4, 5, 5, 4, 6):
        screen.order.take(event(seq))
    assert screen.shown == [(4, False), (5, False), (6, False)]
    assert screen.asked == []


def test_events_without_a_number_are_shown_as_they_come() -> None:
    screen = screen_at(3)
    screen.order.take({"type": "participant_joined", "event_id": "x"})
    assert screen.seqs == ["participant_joined"]


def test_what_is_told_about_an_event_is_none() -> None:
    screen = screen_at(3)
    screen.order.take({"type": "delivery", "stream": ROOM, "seq": 3, "received": 1, "total": 2})
    screen.order.take(event(4))
    assert screen.seqs == [3, 4]
    assert screen.asked == []


def test_the_first_event_of_a_stream_that_stood_at_its_beginning() -> None:
    screen = screen_at(0, epoch="")
    screen.order.take(event(1))
    screen.order.take(event(2))
    assert screen.seqs == [1, 2]
    assert screen.asked == []


def test_a_hole_is_asked_for_and_what_comes_meanwhile_waits() -> None:
    screen = screen_at(3)
    screen.order.take(event(6))
    screen.order.take(event(7))
    assert screen.shown == []
    assert screen.asked == [{ROOM: Position("e1", 3)}]
    for seq in (4, 5):
        screen.order.take(event(seq))
    screen.order.resumed({"type": "resumed", "stream": ROOM, "recovered": True, "count": 2})
    assert screen.shown == [(4, True), (5, True), (6, True), (7, False)]
    assert not screen.order.waiting


def test_after_a_reconnect_exactly_the_missed_is_asked_for() -> None:
    screen = screen_at(3)
    screen.order.take(event(4))
    screen.order.pause()
    screen.order.hello({ROOM: Position("e1", 4)})
    assert screen.asked == []
    screen.order.pause()
    screen.order.hello({ROOM: Position("e1", 9)})
    assert screen.asked == [{ROOM: Position("e1", 4)}]


def test_a_resume_that_the_connection_did_not_survive_is_asked_for_again() -> None:
    screen = screen_at(3)
    screen.order.pause()
    screen.order.hello({ROOM: Position("e1", 5)})
    screen.order.pause()
    screen.order.hello({ROOM: Position("e1", 5)})
    assert len(screen.asked) == 2


def test_another_epoch_asks_and_a_snapshot_settles_it() -> None:
    screen = screen_at(3)
    screen.order.take(event(1, epoch="e2"))
    assert screen.asked == [{ROOM: Position("e1", 3)}]
    screen.order.resumed({"type": "resumed", "stream": ROOM, "recovered": False, "reason": "epoch changed"})
    screen.order.take(event(3, epoch="e2"))
    screen.order.snapshot(
        {
            "type": "snapshot",
            "streams": {ROOM: {"epoch": "e2", "seq": 2}},
            "frames": [{"type": "join_confirmed"}],
        }
    )
    assert screen.snapshots == 1
    assert screen.seqs == ["join_confirmed", 3]
    assert screen.order.positions == {ROOM: Position("e2", 3)}


def test_an_event_that_this_socket_does_not_show_moves_the_place_on() -> None:
    screen = screen_at(3)
    screen.order.take(event(4, kind="position"))
    screen.order.take(event(5))
    assert screen.seqs == [5]
    assert screen.asked == []


def test_a_hole_that_no_resume_fills_ends_in_a_new_connection() -> None:
    screen = screen_at(3)
    for _ in range(3):
        screen.order.take(event(6))
        screen.order.resumed({"type": "resumed", "stream": ROOM, "recovered": True, "count": 0})
    assert screen.given_up == 1
    assert screen.shown == []


@given(st.lists(st.sampled_from(["ok", "lost", "twice", "cut"]), max_size=40))
def test_whatever_is_lost_or_repeated_the_screen_shows_each_once_in_order(fates: list[str]) -> None:
    screen = screen_at(0, epoch="")
    sent: list[Frame] = []

    def answer() -> None:
        while screen.asked:
            after = screen.asked.pop()[ROOM].seq
            for frame in sent[after:]:
                screen.order.take(frame)
            screen.order.resumed({"type": "resumed", "stream": ROOM, "recovered": True, "count": len(sent) - after})

    for seq, fate in enumerate(fates, start=1):
        sent.append(event(seq))
        if fate == "cut":
            screen.order.pause()
            screen.order.hello({ROOM: Position("e1", seq)})
        for _ in range({"ok": 1, "twice": 2}.get(fate, 0)):
            screen.order.take(sent[-1])
        answer()
    screen.order.pause()
    screen.order.hello({ROOM: Position("e1", len(sent)) if sent else Position("", 0)})
    answer()
    assert screen.seqs == list(range(1, len(sent) + 1))
