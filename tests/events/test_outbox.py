"""The outbox: what is committed is numbered and published, what is rolled back never was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from pytest_django import DjangoAssertNumQueries, Settings

from mobilegpt.core.clock import now
from mobilegpt.database.statements import Statement
from mobilegpt.events import outbox, streams
from mobilegpt.events.event import Envelope, Position, decode_event, react, react_once
from mobilegpt.events.models import Stream, StreamEntry
from mobilegpt.events.outbox import emit, unit_of_work, write_with_events
from mobilegpt.realtime.replay import missed_events
from tests.realtime.sample import Noted, Ticked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def published() -> Iterator[list[Envelope]]:
    envelopes: list[Envelope] = []
    outbox.set_publisher(envelopes.extend)
    yield envelopes
    outbox.set_publisher(None)


def test_events_are_numbered_without_gaps_and_published_after_the_commit(published: list[Envelope]) -> None:
    with unit_of_work():
        emit(Ticked(room=1, number=10))
        emit(Ticked(room=2, number=20))
        emit(Ticked(room=1, number=11))
        assert published == []
    assert [(e.stream, e.seq) for e in published] == [("room:1", 1), ("room:2", 1), ("room:1", 2)]
    stored = StreamEntry.objects.order_by("pk")
    assert [(row.stream, row.seq) for row in stored] == [("room:1", 1), ("room:2", 1), ("room:1", 2)]
    assert [decode_event(row.event_type, bytes(row.payload)) for row in stored] == [e.event for e in published]


def test_a_rolled_back_unit_sends_nothing_and_takes_no_number(published: list[Envelope]) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work() as unit:
        emit(Ticked(room=1, number=1))
        unit.flush()
        raise ZeroDivisionError
    assert published == []
    assert StreamEntry.objects.count() == 0
    with unit_of_work():
        emit(Ticked(room=1, number=2))
    assert published[0].seq == 1


def test_a_nested_unit_joins_the_outer_one(published: list[Envelope]) -> None:
    with unit_of_work():
        emit(Ticked(room=1, number=1))
        with unit_of_work():
            emit(Ticked(room=1, number=2))
        assert published == []
    assert [envelope.seq for envelope in published] == [1, 2]


def test_a_failure_in_a_nested_unit_takes_everything_back(published: list[Envelope]) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        emit(Ticked(room=1, number=1))
        with unit_of_work():
            emit(Ticked(room=1, number=2))
            raise ZeroDivisionError
    assert published == []


def test_an_unnumbered_event_is_stored_once_with_its_topics(published: list[Envelope]) -> None:
    with unit_of_work():
        emit(Noted(room=1, about=7))
    row = StreamEntry.objects.get()
    assert (row.stream, row.seq, row.topics) == (None, None, "room:1 lecture:1")
    assert published[0].topics == ("room:1", "lecture:1")


def test_emitting_outside_of_a_unit_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="outside"):
        emit(Ticked(room=1, number=1))


def renaming(stream: str, to: str) -> Statement:
    return "UPDATE realtime_stream SET name = %s WHERE name = %s", [to, stream]


@pytest.mark.parametrize("events", [0, 1, 70])
def test_writes_go_with_the_events_in_one_trip_to_postgresql(
    published: list[Envelope], events: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Stream.objects.bulk_create([Stream(name=name, epoch="e", seq=0) for name in ("a", "b")])
    in_one_trip = connection.vendor == "postgresql"
    inserts = -(-events // 64)
    numbering = 1 if events else 0
    with django_assert_num_queries(2 + numbering + ((inserts or 1) if in_one_trip else inserts + 2)), unit_of_work():
        write_with_events(renaming("a", "c"), renaming("b", "d"))
        for number in range(events):
            emit(Ticked(room=1, number=number))
    assert {"c", "d"} <= set(Stream.objects.values_list("name", flat=True))
    assert [envelope.seq for envelope in published] == list(range(1, events + 1))
    assert StreamEntry.objects.count() == events


def test_writes_of_the_same_rows_are_done_one_after_the_other(published: list[Envelope]) -> None:
    Stream.objects.create(name="a", epoch="e", seq=0)
    with unit_of_work():
        for stream, to in (("a", "b"), ("b", "c"), ("c", "d")):
            write_with_events(renaming(stream, to))
    assert list(Stream.objects.values_list("name", flat=True)) == ["d"]


def test_writes_that_go_with_the_events_are_taken_back_with_them(published: list[Envelope]) -> None:
    Stream.objects.create(name="a", epoch="e", seq=0)
    with pytest.raises(ZeroDivisionError), unit_of_work() as unit:
        write_with_events(renaming("a", "b"))
        emit(Ticked(room=1, number=1))
        unit.flush()
        assert Stream.objects.filter(name="b").exists()
        raise ZeroDivisionError
    assert list(Stream.objects.values_list("name", flat=True)) == ["a"]
    assert published == []
    with pytest.raises(RuntimeError):
        write_with_events(renaming("a", "b"))


def test_a_reaction_runs_inside_the_transaction(published: list[Envelope]) -> None:
    class Rung(Ticked, frozen=True, kw_only=True):
        pass

    def echo(event: Rung) -> None:
        emit(Ticked(room=event.room + 1, number=event.number))

    react(Rung, echo)
    with unit_of_work():
        emit(Rung(room=1, number=5))
    assert [(e.stream, e.seq) for e in published] == [("room:1", 1), ("room:2", 1)]


def test_a_joint_reaction_gets_all_of_its_events_once_at_the_end(published: list[Envelope]) -> None:
    class Arrived(Ticked, frozen=True, kw_only=True):
        pass

    heard: list[list[int]] = []

    def count(events: list[Arrived]) -> None:
        heard.append([event.number for event in events])
        emit(Ticked(room=9, number=len(events)))

    react_once(Arrived, count)
    with unit_of_work() as unit:
        emit(Arrived(room=1, number=5))
        emit(Arrived(room=2, number=6))
        assert heard == []
        unit.flush()
        assert heard == [[5, 6]]
        emit(Arrived(room=1, number=7))
    assert heard == [[5, 6], [7]]
    assert [(e.stream, e.seq) for e in published] == [
        ("room:1", 1),
        ("room:2", 1),
        ("room:9", 1),
        ("room:1", 2),
        ("room:9", 2),
    ]


def test_a_joint_reaction_that_refuses_takes_everything_back(published: list[Envelope]) -> None:
    class Held(Ticked, frozen=True, kw_only=True):
        pass

    def refuse(events: list[Held]) -> None:
        raise ZeroDivisionError

    react_once(Held, refuse)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        emit(Held(room=1, number=5))
    assert published == []
    assert Stream.objects.count() == 0


def test_a_reaction_that_refuses_takes_everything_back(published: list[Envelope]) -> None:
    class Vetoed(Ticked, frozen=True, kw_only=True):
        pass

    def refuse(event: Vetoed) -> None:
        raise ZeroDivisionError

    react(Vetoed, refuse)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        emit(Vetoed(room=1, number=5))
    assert published == []
    assert Stream.objects.count() == 0


def test_many_writers_leave_no_gap_and_lose_nothing(published: list[Envelope]) -> None:
    failures: list[BaseException] = []

    def write(worker: int) -> None:
        try:
            for number in range(10):
                with unit_of_work():
                    emit(Ticked(room=1, number=worker * 100 + number))
                    emit(Ticked(room=2, number=number))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert failures == []
    for room in (1, 2):
        stored = StreamEntry.objects.filter(stream=f"room:{room}").order_by("seq").values_list("seq", flat=True)
        assert list(stored) == list(range(1, 81))
    assert len(published) == 160


def test_positions_and_reading_a_stream() -> None:
    with unit_of_work():
        for number in range(5):
            emit(Ticked(room=1, number=number))
    stream = Stream.objects.get()
    assert streams.positions(["room:1", "room:9"]) == {
        "room:1": Position(epoch=stream.epoch, seq=5),
        "room:9": streams.BEGINNING,
    }
    assert [envelope.seq for envelope in streams.read("room:1", 1, 4)] == [2, 3]


def everything(stream: str | None, seq: int | None, topics: list[str]) -> bool:
    return True


def test_positions_for_many_are_read_by_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with unit_of_work():
        emit(Ticked(room=1, number=1))
        emit(Ticked(room=2, number=1))
        emit(Ticked(room=2, number=2))
    with django_assert_num_queries(1):
        each = streams.positions_of_each([["room:2"], ["room:1", "room:2"], [], ["room:3", "room:1"]])
    assert [{name: position.seq for name, position in one.items()} for one in each] == [
        {"room:2": 2},
        {"room:1": 1, "room:2": 2},
        {},
        {"room:3": 0, "room:1": 1},
    ]
    assert each[0] == streams.positions(["room:2"])


def test_a_follower_hears_other_processes_only_and_asks_again_for_what_was_not_visible() -> None:
    follower = streams.Follower()
    with unit_of_work():
        emit(Ticked(room=1, number=1))
    assert follower.poll(everything) == ([], False)
    first = StreamEntry.objects.get().pk

    def foreign(pk: int) -> StreamEntry:
        return StreamEntry(pk=pk, topics="x", event_id=str(pk), event_type="Ticked", payload=b"{}", origin="other")

    foreign(first + 2).save(force_insert=True)
    rows, others = follower.poll(everything)
    assert ([row.pk for row in rows], others) == ([first + 2], True)
    foreign(first + 1).save(force_insert=True)  # its transaction took longer
    assert [row.pk for row in follower.poll(everything)[0]] == [first + 1]
    assert follower.poll(everything) == ([], False)
    foreign(first + 3).save(force_insert=True)
    assert follower.poll(lambda stream, seq, topics: topics != ["x"]) == ([], True)


def test_an_event_of_a_newer_version_is_skipped(caplog: pytest.LogCaptureFixture) -> None:
    row = StreamEntry(
        stream="room:1", epoch="e", seq=1, topics="", event_id="1", event_type="FromTheFuture", payload=b"{}"
    )
    assert streams.envelope_of(row) is None


def test_what_is_too_old_or_too_far_behind_is_deleted(settings: Settings) -> None:
    settings.REALTIME = {**django_settings.REALTIME, "RESUME_EVENTS": 3}
    with unit_of_work():
        for number in range(5):
            emit(Ticked(room=1, number=number))
        emit(Ticked(room=2, number=0))
    StreamEntry.objects.filter(stream="room:1", seq=5).update(created_at=now() - timedelta(days=2))
    assert streams.trim() == 3
    left = StreamEntry.objects.order_by("stream", "seq").values_list("stream", "seq")
    assert list(left) == [("room:1", 3), ("room:1", 4), ("room:2", 1)]


def test_after_a_restore_nobody_goes_on_from_where_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    """F4: the numbers that a client has seen belong to other events now."""
    with unit_of_work():
        for number in range(5):
            emit(Ticked(room=1, number=number))
    seen = streams.positions(["room:1"])["room:1"]
    Stream.objects.filter(name="room:1").update(seq=2)  # as the copy had it
    StreamEntry.objects.filter(seq__gt=2).delete()
    call_command("database_restored")
    assert capsys.readouterr().out == "1 streams begin anew\n"
    with unit_of_work():
        for number in range(9):
            emit(Ticked(room=1, number=number))
    ours = streams.positions(["room:1"])["room:1"]
    assert ours.seq == 11
    assert missed_events("room:1", seen, ours) == "epoch changed"
    events = missed_events("room:1", Position(epoch=ours.epoch, seq=2), ours)
    assert [event.seq for event in events if not isinstance(event, str)] == list(range(3, 12))
