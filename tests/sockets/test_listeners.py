"""A native app that has not joined stays and listens (contract 3.9): it hears of the class, and nothing of people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep, Announce
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.events.models import SocketLease
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.realtime.runtime import runtime
from mobilegpt.sockets.dialects.class_room import DIALECT, LISTENER
from tests import cast, classes
from tests.sockets.client import Refused, SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "9774d56d682e549c"
BROWSER = {"origin": "http://testserver"}
SOON = 0.15


@pytest.fixture(autouse=True)
async def served(settings: Settings) -> AsyncIterator[None]:
    settings.REALTIME = {**django_settings.REALTIME, "JOIN_WITHIN_SECONDS": SOON}
    async with serving():
        yield


async def in_thread(work: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await sync_to_async(work)(*args, **named)


def app(session: LectureSession, **named: Any) -> SocketClient:
    return SocketClient(f"/ws/sessions/{session.code}/", **named)


async def until_it_listens(*phones: SocketClient, number: int | None = None) -> None:
    for _ in range(200):
        if len(runtime.presence._listeners) >= (number or len(phones)):
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


def leases() -> list[int]:
    return list(SocketLease.objects.filter(topic__startswith="listeners:").values_list("user_id", flat=True))


def test_it_is_shown_what_the_others_are_but_for_people() -> None:
    about_people = {event.__name__ for event in DIALECT.encoders.keys() - LISTENER.encoders.keys()}
    assert about_people == {
        "CompletionReported",
        "HelpRequested",
        "ParticipantJoined",
        "ParticipantLeft",
        "ScreenshotUpdated",
        "SessionProgress",
    }
    assert not LISTENER.rt_encoders
    assert LISTENER.decoders == DIALECT.decoders


async def test_it_hears_steps_states_and_announcements_and_nothing_of_people(
    session: LectureSession, kim: User
) -> None:
    teacher = classes.owner_of(session)
    async with app(session) as phone:
        await in_thread(classes.start, session)  # while it is provisional: told as soon as it listens
        assert await phone.settled(SOON / 2) == []
        await until_it_listens(phone)
        await in_thread(classes.seat, session, kim)
        await in_thread(services.announce, actor=teacher, session_ref=session.code, command=Announce(message="천천히"))
        await in_thread(services.advance_step, actor=teacher, session_ref=session.code, command=AdvanceStep())
        await in_thread(services.mark_absent, session.pk, kim.pk)
        await in_thread(classes.end, session)
        frames = await phone.settled()
    told = [(frame["type"], frame.get("status")) for frame in frames]
    assert told == [
        ("session_status_changed", "IN_PROGRESS"),
        ("step_changed", None),
        ("session_status_changed", "IN_PROGRESS"),
        ("instructor_message", None),
        ("step_changed", None),
        ("session_status_changed", "REVIEW_MODE"),
    ]
    assert frames[0]["data"]["status"] == "IN_PROGRESS"
    assert "김학생" not in str(frames)


async def test_it_may_join_at_any_time_and_is_then_a_participant_like_any(session: LectureSession, kim: User) -> None:
    await in_thread(classes.start, session)
    async with app(session) as phone:
        await until_it_listens(phone)
        phone.send({"type": "join", "device_id": PHONE, "name": "손님"})
        confirmed = await phone.frame()
        assert confirmed["type"] == "join_confirmed"
        assert {"access_token", "refresh_token"} <= confirmed.keys()
        await in_thread(classes.seat, session, kim)
        assert (await phone.frame())["type"] == "participant_joined"
        phone.send({"type": "progress_update", "subtask_id": (await first_step(session)), "status": "COMPLETED"})
        assert "error" not in {frame["type"] for frame in await phone.settled()}
        assert runtime.presence._listeners == set()
    # The same phone by another door: the same seat.
    async with app(session) as again:
        again.send({"type": "join", "device_id": PHONE.upper() + "\n", "name": "다른 이름"})
        assert (await again.frame())["participant_id"] == confirmed["participant_id"]
    assert await in_thread(SessionParticipant.objects.count) == 2
    assert await in_thread(leases) == []


async def first_step(session: LectureSession) -> int:
    return int(await in_thread(lambda: classes.steps(session.lecture)[0].pk))


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "next_step"},
        {"type": "end_session"},
        {"type": "progress_update", "subtask_id": 1, "status": "COMPLETED"},
        {"type": "help_request", "subtask_id": 1},
        {"type": "request_help", "message": "도와주세요"},
        {"type": "request_help", "device_id": "f" * 32},
    ],
)
@pytest.mark.parametrize("listens", [True, False])
async def test_other_frames_get_an_error_and_it_stays(
    session: LectureSession, frame: dict[str, Any], listens: bool
) -> None:
    async with app(session) as phone:
        if listens:
            await until_it_listens(phone)
        phone.send(frame)
        refused = await phone.frame()
        assert (refused["type"], refused["code"]) == ("error", "JOIN_REQUIRED")
        phone.send({"type": "heartbeat", "timestamp": 17})
        assert (await phone.frame())["type"] == "heartbeat_ack"
        if not listens:
            await until_it_listens(phone)
        await in_thread(classes.start, session)
        await phone.until("step_changed")
    assert await in_thread(HelpRequest.objects.count) == 0


@pytest.mark.parametrize("listens", [True, False])
async def test_a_join_that_is_refused_leaves_it_as_it_was(
    session: LectureSession, settings: Settings, listens: bool
) -> None:
    settings.SESSION_MAX_SEATS = 0
    async with app(session) as phone:
        if listens:
            await until_it_listens(phone)
        phone.send({"type": "join", "device_id": PHONE, "name": "손님"})
        assert (await phone.frame())["code"] == "SESSION_FULL"
        phone.send({"type": "join"})
        assert (await phone.frame())["code"] == "UNAUTHENTICATED"
        await until_it_listens(phone)
        settings.SESSION_MAX_SEATS = 300
        await in_thread(classes.start, session)
        await phone.until("step_changed")
        phone.send({"type": "join", "device_id": PHONE, "name": "손님"})
        assert (await phone.frame())["type"] == "join_confirmed"


async def test_a_browser_is_closed_and_so_is_who_shows_a_credential(session: LectureSession, lee: User) -> None:
    token = await in_thread(cast.access_token, lee)
    async with app(session, headers=BROWSER) as page, app(session, token=token) as signed_in:
        assert await page.closed() == 4401
        assert await signed_in.closed() == 4403
    async with app(session, headers=BROWSER) as page:
        page.send({"type": "progress_update", "subtask_id": 1, "status": "COMPLETED"})
        assert await page.closed() == 4401
    assert await in_thread(leases) == []


async def test_nobody_listens_where_guests_are_unwelcome(session: LectureSession, settings: Settings) -> None:
    settings.GUEST_JOIN = False
    with pytest.raises(Refused) as refused:
        async with app(session):
            pass
    assert refused.value.status == 401


async def test_it_is_counted_as_a_listener_and_as_nothing_else(
    session: LectureSession, settings: Settings, kim: User
) -> None:
    settings.SESSION_MAX_LISTENERS = 2
    other = await in_thread(lambda: classes.open_class(session.lecture))
    await in_thread(classes.seat, session, kim)
    async with app(session) as first, app(session) as second:
        await until_it_listens(first, second)
        async with app(session) as third:
            assert await third.closed() == 1013
        async with app(other) as elsewhere:
            await until_it_listens(elsewhere, number=3)
            assert elsewhere.code is None
        assert await in_thread(SessionParticipant.objects.count) == 1
        assert runtime.presence.users_on(f"session:{session.pk}") == set()
        await runtime.presence.renew()
        assert len(await in_thread(leases)) == 2
    await runtime.presence.drain()
    assert await in_thread(leases) == []
    async with app(session) as free:
        await until_it_listens(free)
        assert free.code is None


async def test_listeners_of_other_processes_count_while_those_live(session: LectureSession, settings: Settings) -> None:
    settings.SESSION_MAX_LISTENERS = 3
    topic = f"listeners:{session.pk}"

    def elsewhere(number: int, seconds: int) -> None:
        expires = timezone.now() + timedelta(seconds=seconds)
        SocketLease.objects.create(topic=topic, user_id=-number, process="another", expires_at=expires)

    await in_thread(elsewhere, 1, 60)
    await in_thread(elsewhere, 2, 60)
    await in_thread(elsewhere, 3, -60)  # of a process that was killed
    async with app(session) as third:
        await until_it_listens(third)
        async with app(session) as fourth:
            assert await fourth.closed() == 1013
        assert third.code is None
    await runtime.presence.sweep()


async def test_the_end_of_the_code_is_the_end_of_its_listeners(session: LectureSession) -> None:
    await in_thread(classes.start, session)
    async with app(session) as phone:
        await until_it_listens(phone)
        await in_thread(classes.end, session)
        assert (await phone.frame())["status"] == "REVIEW_MODE"
        phone.send({"type": "join", "device_id": PHONE, "name": "손님"})
        assert (await phone.frame())["code"] == "SESSION_OVER"
        await in_thread(services.archive_session, session.pk)
        assert await phone.closed() == 4410
    with pytest.raises(Refused) as refused:
        async with app(session):
            pass
    assert refused.value.status == 404


async def test_wrong_codes_of_listeners_count(session: LectureSession) -> None:
    """X14: by the client's network, as everywhere."""
    statuses = []
    for number in range(62):
        try:
            async with SocketClient("/ws/sessions/WRONG2/", address=f"2001:db8:1:2::{number:x}"):
                pass
        except Refused as refusal:
            statuses.append((refusal.status, refusal.body["error"]["code"]))
    assert statuses == [(404, "NOT_FOUND")] * 60 + [(429, "RATE_LIMITED")] * 2
    with pytest.raises(Refused) as refused:
        async with app(session, address="2001:db8:1:2:ffff::1"):
            pass
    assert refused.value.status == 429
    async with app(session, address="2001:db8:1:3::1"):
        pass


async def test_a_phone_that_joins_no_more_can_still_call_for_help(session: LectureSession) -> None:
    """Contract 12: its device_id is its credential within the session in which it sits."""
    await in_thread(classes.start, session)
    async with app(session) as phone:
        phone.send({"type": "join", "device_id": PHONE, "name": "손님"})
        user_id = (await phone.frame())["user_id"]
    other = await in_thread(lambda: classes.open_class(session.lecture))
    async with app(session) as phone, app(other) as elsewhere:
        await until_it_listens(phone, elsewhere)
        elsewhere.send({"type": "request_help", "device_id": PHONE})
        assert (await elsewhere.frame())["code"] == "JOIN_REQUIRED"
        phone.send({"type": "request_help", "device_id": PHONE, "message": "도와주세요", "screenshot": "/9j/4AAQ"})
        assert await phone.settled() == []
    (request,) = await in_thread(lambda: list(HelpRequest.objects.all()))
    assert (request.user_id, request.session_id) == (user_id, session.pk)
    assert request.context_data == {"message": "도와주세요"}


async def test_a_listener_of_rt_is_told_where_it_stands_and_can_resume(session: LectureSession, kim: User) -> None:
    async with app(session, subprotocols=["rt.v1"]) as phone:
        phone.send({"type": "resume", "streams": {f"session:{session.pk}": {"epoch": "", "seq": 0}}})
        assert (await phone.frame())["code"] == "JOIN_REQUIRED"  # it is told nothing yet
        await until_it_listens(phone)
        hello = await phone.frame()
        assert hello["type"] == "hello"
        await in_thread(classes.seat, session, kim)
        await in_thread(classes.start, session)
        frames = await phone.settled()
        seqs = [frame["seq"] for frame in frames]
        first = hello["streams"][f"session:{session.pk}"]["seq"] + 1
        assert seqs == list(range(first, first + len(seqs)))
        assert {"session_status_changed", "step_changed"} <= {frame["type"] for frame in frames}
        phone.send({"type": "resume", "streams": hello["streams"]})
        again = await phone.settled()
        assert [frame["type"] for frame in again] == [*[frame["type"] for frame in frames], "resumed"]
        assert "김학생" not in str(frames) + str(again)
