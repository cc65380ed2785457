"""Recordings below the REST door: started, written into, stopped, read, drafted from, deleted (contract 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.recordings import drafting, policies, selectors, services
from mobilegpt.recordings.batch import read_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.recordings.models import RecordedEvent, Recording, RecordingStatus
from mobilegpt.recordings.services import Saved
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

KEPT = (Recording, RecordedEvent)
BEGUN = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


def started(user: User, title: str = "녹화", **fields: Any) -> Recording:
    return services.start_recording(actor=cast.actor(user), command=StartRecording(title=title, **fields))


def send(user: User, recording: Recording, *events: dict[str, Any]) -> Saved:
    batch = read_batch([{"event_type": "click", **event} for event in events])
    rows = services.rows_of(recording.pk, batch)
    return services.save_events(actor=cast.actor(user), recording_id=recording.pk, batch=batch, rows=rows)


@pytest.fixture
def recording(kim: User) -> Recording:
    with time_machine.travel(BEGUN, tick=False):
        return started(kim)


# --- starting


def test_a_recording_begins_empty_and_is_ones_own(kim: User) -> None:
    made = started(kim, title=" 카톡\t보내기 ", description="첫 줄\r\n둘째 줄\n")
    made.refresh_from_db()
    assert (made.owner_id, made.title, made.description) == (kim.pk, "카톡 보내기", "첫 줄\n둘째 줄")
    assert (made.status, made.event_count, made.session_id, made.draft) == ("RECORDING", 0, None, None)
    assert (made.ended_at, made.last_saved_at, made.clocks) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"title": "\u200b"}, "title"), ({"title": "녹화", "description": "가" * 2001}, "description")],
)
def test_what_cannot_be_shown_starts_nothing(kim: User, fields: dict[str, Any], field: str) -> None:
    with refused(ErrorCode.INVALID_REQUEST, *KEPT) as refusal:
        started(kim, **fields)
    assert refusal.value.details == {"field": field}


def test_it_is_linked_to_a_class_in_which_one_sits_or_which_one_runs(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    assert started(kim, session_id=session.pk).session_id == session.pk
    assert started(session.lecture.instructor, session_id=session.pk).session_id == session.pk
    assert started(cast.admin_han(), session_id=session.pk).session_id == session.pk


def test_nobody_links_it_to_a_class_of_others(session: LectureSession, lee: User) -> None:
    for user in (lee, cast.instructor_choi()):
        for session_id in (session.pk, 999_999):
            with refused(ErrorCode.NOT_FOUND, *KEPT):
                started(user, session_id=session_id)


def test_what_one_keeps_has_an_end_for_each_person(kim: User, lee: User, settings: Any) -> None:
    settings.RECORDINGS_PER_USER = 1
    first = started(kim)
    with refused(ErrorCode.QUOTA_EXCEEDED, *KEPT):
        started(kim)
    started(lee)
    services.delete_recording(actor=cast.actor(kim), recording_id=first.pk)
    started(kim)


# --- writing


def test_a_batch_counts_what_is_new(recording: Recording, kim: User) -> None:
    with time_machine.travel(BEGUN + timedelta(seconds=30), tick=False):
        saved = send(kim, recording, {"data": {"x": 1}}, {"data": {"x": 2}})
    recording.refresh_from_db()
    assert (saved.new, recording.event_count) == (2, 2)
    assert recording.last_saved_at == BEGUN + timedelta(seconds=30)


def test_an_event_that_came_before_is_not_kept_again(recording: Recording, kim: User) -> None:
    named = {"event_id": str(uuid4()), "data": {"x": 1}}
    assert send(kim, recording, named, named).new == 1
    assert send(kim, recording, named, {"data": {"x": 2}}).new == 1
    assert send(kim, recording, {**named, "data": {"x": 9}}).new == 0
    assert [row.data for row in RecordedEvent.objects.order_by("id")] == [{"x": 1}, {"x": 2}]


def test_the_same_event_id_in_another_recording_is_another_event(recording: Recording, kim: User) -> None:
    named = {"event_id": str(uuid4())}
    assert [send(kim, one, named).new for one in (recording, started(kim))] == [1, 1]


def test_nobody_else_writes_into_it(recording: Recording, lee: User, park: User) -> None:
    for user in (lee, park, cast.admin_han()):
        with refused(ErrorCode.NOT_FOUND, *KEPT):
            send(user, recording, {})


def test_a_batch_that_does_not_fit_is_not_kept_in_part(
    recording: Recording, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(kim, recording, {})
    monkeypatch.setattr(policies, "EVENTS_OF_A_RECORDING", 2)
    with refused(ErrorCode.QUOTA_EXCEEDED, *KEPT):
        send(kim, recording, {}, {})
    assert send(kim, recording, {}).new == 1


def test_personal_data_is_masked_before_any_transaction(recording: Recording) -> None:
    batch = read_batch([{"event_type": "click", "data": {"text": "010-1234-5678"}}])
    (row,) = services.rows_of(recording.pk, batch)
    assert row.pk is None
    assert row.data == {"text": "[전화번호]"}


def test_a_large_batch_costs_as_much_as_a_small_one(
    recording: Recording, kim: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        send(kim, recording, *[{"event_id": str(uuid4())} for _ in range(400)])


events = some.lists(some.tuples(some.integers(0, 7), some.integers(0, 600)), min_size=1, max_size=8)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.lists(events, max_size=4))
def test_however_often_a_phone_sends_each_event_is_there_once_and_in_order(
    recording: Recording, kim: User, batches: list[list[tuple[int, int]]]
) -> None:
    RecordedEvent.objects.all().delete()
    Recording.objects.update(event_count=0, clocks=None, last_saved_at=None)
    first: dict[UUID, str] = {}
    with time_machine.travel(BEGUN + timedelta(seconds=600), tick=False):
        for number, batch in enumerate(batches):
            sent = [
                {"event_id": str(UUID(int=one)), "timestamp": (BEGUN + timedelta(seconds=second)).isoformat()}
                for one, second in batch
            ]
            fresh = {UUID(int=one) for one, _ in batch} - set(first)
            for event in sent:
                first.setdefault(UUID(event["event_id"]), event["timestamp"])
            assert send(kim, recording, *sent).new == len(fresh), number
    rows = list(selectors.events_of(recording))
    assert {row.event_id: row.timestamp.isoformat() for row in rows} == first
    assert [row.timestamp for row in rows] == sorted(row.timestamp for row in rows)
    assert Recording.objects.get().event_count == len(first)


# --- stopping and deleting


def test_it_is_stopped_once_by_its_owner(recording: Recording, kim: User, lee: User, park: User) -> None:
    for user in (lee, park):
        with refused(ErrorCode.NOT_FOUND, *KEPT):
            services.stop_recording(actor=cast.actor(user), recording_id=recording.pk)
    with time_machine.travel(BEGUN + timedelta(seconds=90), tick=False):
        stopped = services.stop_recording(actor=cast.actor(kim), recording_id=recording.pk)
    assert (stopped.status, stopped.ended_at) == ("COMPLETED", BEGUN + timedelta(seconds=90))
    with refused(ErrorCode.INVALID_TRANSITION, *KEPT):
        services.stop_recording(actor=cast.actor(kim), recording_id=recording.pk)


def test_an_admin_stops_what_was_left_running(recording: Recording) -> None:
    services.stop_recording(actor=cast.actor(cast.admin_han()), recording_id=recording.pk)
    recording.refresh_from_db()
    assert recording.status == "COMPLETED"


def test_only_the_owner_deletes_it_with_everything_in_it(recording: Recording, kim: User, lee: User) -> None:
    send(kim, recording, {})
    for user in (lee, cast.admin_han()):
        with refused(ErrorCode.NOT_FOUND, *KEPT):
            services.delete_recording(actor=cast.actor(user), recording_id=recording.pk)
    services.delete_recording(actor=cast.actor(kim), recording_id=recording.pk)
    assert not Recording.objects.exists()
    assert not RecordedEvent.objects.exists()


def test_it_outlives_its_class_and_not_its_owner(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    linked = started(kim, session_id=session.pk)
    classes.end(session)
    session.delete()
    linked.refresh_from_db()
    assert linked.session_id is None
    kim.delete()
    assert not Recording.objects.exists()


# --- time


@pytest.mark.parametrize(("hours", "finished"), [(23, 0), (25, 1)])
def test_a_day_without_an_event_ends_it(recording: Recording, hours: int, finished: int) -> None:
    with time_machine.travel(BEGUN + timedelta(hours=hours), tick=False):
        assert services.finish_left_behind() == finished
        assert services.finish_left_behind() == 0
    recording.refresh_from_db()
    assert recording.status == ("FAILED" if finished else "RECORDING")


def test_an_event_keeps_an_old_recording_going_for_a_day(recording: Recording, kim: User) -> None:
    with time_machine.travel(BEGUN + timedelta(hours=30), tick=False):
        send(kim, recording, {})
    with time_machine.travel(BEGUN + timedelta(hours=53), tick=False):
        assert services.finish_left_behind() == 0
    with time_machine.travel(BEGUN + timedelta(hours=55), tick=False):
        assert services.finish_left_behind() == 1
    recording.refresh_from_db()
    assert (recording.status, recording.ended_at) == ("COMPLETED", BEGUN + timedelta(hours=55))


def test_what_was_stopped_is_left_alone(recording: Recording, kim: User) -> None:
    with time_machine.travel(BEGUN, tick=False):
        services.stop_recording(actor=cast.actor(kim), recording_id=recording.pk)
    with time_machine.travel(BEGUN + timedelta(days=9), tick=False):
        assert services.finish_left_behind() == 0
    recording.refresh_from_db()
    assert recording.ended_at == BEGUN


@pytest.mark.parametrize(("days", "deleted"), [(29, 0), (31, 1)])
def test_recordings_are_kept_for_their_days(recording: Recording, days: int, deleted: int, settings: Any) -> None:
    settings.RECORDING_DAYS = 30
    with time_machine.travel(BEGUN + timedelta(days=days), tick=False):
        assert services.delete_old() == deleted
    assert Recording.objects.count() == 1 - deleted


# --- reading


def test_who_is_shown_which(recording: Recording, session: LectureSession, kim: User, lee: User, park: User) -> None:
    classes.seat(session, kim)
    linked, of_park = started(kim, "수업", session_id=session.pk), started(park, "강사")
    people: dict[str, Callable[[], User]] = {"최강사": cast.instructor_choi, "한관리": cast.admin_han}
    found = {
        user.name: [one.pk for one in selectors.visible(cast.actor(user))]
        for user in (kim, lee, park, *(make() for make in people.values()))
    }
    assert found == {
        "김학생": [linked.pk, recording.pk],
        "이학생": [],
        "박강사": [of_park.pk, linked.pk],
        "최강사": [],
        "한관리": [of_park.pk, linked.pk, recording.pk],
    }


def test_a_list_is_one_query_with_owners_classes_and_lengths(
    recording: Recording, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(BEGUN + timedelta(seconds=60), tick=False):
        for seconds in (10, 20, 30):
            times = [(BEGUN + timedelta(seconds=at)).isoformat() for at in (0, seconds)]
            send(kim, started(kim), *[{"timestamp": time} for time in times])
        with django_assert_num_queries(1):
            rows = list(selectors.visible(cast.actor(kim)))
            assert [(row.owner.name, row.session) for row in rows] == [("김학생", None)] * 4
            assert [selectors.duration_of(row) for row in rows] == [30, 20, 10, 60]


def test_a_recording_lasts_from_its_first_event_to_its_last(recording: Recording, kim: User) -> None:
    with time_machine.travel(BEGUN + timedelta(seconds=60), tick=False):
        send(kim, recording, *[{"timestamp": (BEGUN + timedelta(seconds=at)).isoformat()} for at in (50, 8, 20.9)])
    found = selectors.find(recording.pk)
    assert found is not None
    assert selectors.duration_of(found) == 42


def test_an_empty_one_lasts_until_now_or_its_end(recording: Recording, kim: User) -> None:
    with time_machine.travel(BEGUN + timedelta(seconds=12), tick=False):
        found = selectors.find(recording.pk)
        assert found is not None
        assert selectors.duration_of(found) == 12
        services.stop_recording(actor=cast.actor(kim), recording_id=recording.pk)
    with time_machine.travel(BEGUN + timedelta(days=1), tick=False):
        found = selectors.find(recording.pk)
        assert found is not None
        assert selectors.duration_of(found) == 12


# --- drafting


def test_who_writes_lessons_drafts_from_what_they_see(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    linked = started(kim, session_id=session.pk)
    send(kim, linked, {"data": {"text": "채팅"}})
    for user in (park, cast.admin_han()):
        made = drafting.make_draft(actor=cast.actor(user), recording_id=linked.pk)
        assert [step.title for step in drafting.draft_in(made).steps] == ["채팅 누르기"]
        assert (made.status, made.draft) == (
            "RECORDING",
            drafting.last_draft(actor=cast.actor(user), recording_id=linked.pk).draft,
        )


def test_a_student_drafts_no_lesson_not_even_from_their_own(recording: Recording, kim: User) -> None:
    send(kim, recording, {})
    for ask in (drafting.make_draft, drafting.last_draft):
        with refused(ErrorCode.FORBIDDEN, *KEPT):
            ask(actor=cast.actor(kim), recording_id=recording.pk)


def test_another_instructor_does_not_know_of_it(recording: Recording) -> None:
    choi = cast.actor(cast.instructor_choi())
    for ask in (drafting.make_draft, drafting.last_draft):
        for recording_id in (recording.pk, 999_999):
            with refused(ErrorCode.NOT_FOUND, *KEPT):
                ask(actor=choi, recording_id=recording_id)


def test_a_draft_is_made_anew_with_what_came_since(park: User) -> None:
    own = started(park)
    send(park, own, {"data": {"text": "하나"}, "timestamp": now().isoformat()})
    drafting.make_draft(actor=cast.actor(park), recording_id=own.pk)
    send(park, own, {"data": {"text": "둘"}, "timestamp": (now() + timedelta(seconds=3)).isoformat()})
    made = drafting.make_draft(actor=cast.actor(park), recording_id=own.pk)
    assert [step.title for step in drafting.draft_in(made).steps] == ["하나 누르기", "둘 누르기"]


def test_a_draft_that_is_being_worded_is_not_made_again(park: User) -> None:
    own = started(park)
    drafting.make_draft(actor=cast.actor(park), recording_id=own.pk)
    send(park, own, {"data": {"text": "하나"}})
    Recording.objects.update(status=RecordingStatus.PROCESSING)
    made = drafting.make_draft(actor=cast.actor(park), recording_id=own.pk)
    assert drafting.draft_in(made).steps == []
