"""The roster as those who run a class hear it: whole, right after a change, and when time alone changes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SeatStep
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.services import request_help
from mobilegpt.realtime.runtime import runtime
from tests import cast, classes
from tests.rest.api import Api
from tests.sockets.client import SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def served(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(runtime.wiring, "background", [])  # nobody answers for the teacher
    async with serving():
        yield


@pytest.fixture
def running(session: LectureSession, kim: User, lee: User) -> LectureSession:
    for pupil in (kim, lee):
        classes.seat(session, pupil)
    classes.start(session)
    return session


async def in_thread(work: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await sync_to_async(work)(*args, **named)


async def socket(session: LectureSession, user: User, *, rt: bool = True) -> SocketClient:
    token = await in_thread(cast.access_token, user)
    return SocketClient(f"/ws/sessions/{session.code}/", token=token, subprotocols=["rt.v1"] if rt else [])


async def roster_where(screen: SocketClient, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first roster from now on of which this is true."""
    while not holds(roster := (await screen.until("roster"))["data"]):
        pass
    return roster


def states(roster: dict[str, Any]) -> dict[int, str]:
    return {person["user_id"]: person["state"] for person in roster["people"]}


def _advance(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=AdvanceStep())


async def advance(session: LectureSession) -> None:
    await in_thread(_advance, session)


async def test_it_is_told_at_once_and_is_what_rest_answers(running: LectureSession, park: User) -> None:
    async with await socket(running, park) as screen:
        told = (await screen.until("roster"))["data"]
    asked = (await in_thread(lambda: Api(park).get(f"/api/sessions/{running.pk}/roster"))).body
    assert told == asked


async def test_a_phone_that_confirms_reads_and_one_that_is_cut_is_told_within_three_seconds(
    running: LectureSession, park: User, kim: User, lee: User
) -> None:
    async with (
        await socket(running, park) as screen,
        await socket(running, kim) as phone,
        await socket(running, lee) as _silent,
    ):
        await screen.until("roster")
        began = asyncio.get_running_loop().time()
        await advance(running)
        step = await phone.until("step_changed")
        phone.send({"type": "received", "stream": step["stream"], "seq": step["seq"]})
        first = await roster_where(screen, lambda roster: states(roster)[kim.pk] == "READING")
        assert states(first)[lee.pk] == "SENT"
        last = await roster_where(screen, lambda roster: states(roster)[lee.pk] == "NOT_RECEIVED")
        assert asyncio.get_running_loop().time() - began <= 3
    assert (last["counts"]["working"], last["counts"]["not_received"], last["counts"]["present"]) == (1, 1, 2)


async def test_a_client_that_cannot_confirm_has_what_was_written_to_its_open_socket(
    running: LectureSession, park: User, kim: User
) -> None:
    async with await socket(running, park) as screen, await socket(running, kim, rt=False) as phone:
        phone.send({"type": "join"})
        await roster_where(screen, lambda roster: states(roster)[kim.pk] == "READING")
        await advance(running)
        before = running.current_subtask_id
        await roster_where(screen, lambda now: now["step"]["id"] != before and states(now)[kim.pk] == "READING")


async def test_a_page_tells_that_it_is_hidden_and_that_it_has_the_step(
    running: LectureSession, park: User, kim: User
) -> None:
    async with await socket(running, park) as screen, await socket(running, kim) as phone:
        phone.send({"type": "page_state", "visible": False, "subtask_id": running.current_subtask_id})
        await roster_where(screen, lambda roster: states(roster)[kim.pk] == "TRYING")
        phone.send({"type": "page_state", "visible": True, "subtask_id": running.current_subtask_id})
        await roster_where(screen, lambda roster: states(roster)[kim.pk] == "READING")
        phone.send({"type": "leave"})
        await roster_where(screen, lambda roster: states(roster)[kim.pk] == "LEFT")


async def test_done_and_a_raised_hand_are_told(running: LectureSession, park: User, kim: User, lee: User) -> None:
    step = running.current_subtask_id
    assert step is not None
    async with await socket(running, park) as screen, await socket(running, kim) as phone:
        phone.send({"type": "progress_update", "subtask_id": step, "status": "COMPLETED"})
        done = await roster_where(screen, lambda roster: states(roster)[kim.pk] == "DONE")
        assert (done["counts"]["done_in_all"], done["done_by_step"]) == (1, [{"subtask_id": step, "people": 1}])
        command = RequestHelp(subtask_id=step)
        await in_thread(request_help, actor=cast.actor(lee), command=command, session=running)
        await roster_where(screen, lambda roster: states(roster)[lee.pk] == "HELP")


async def test_nobody_else_hears_it(running: LectureSession, park: User, kim: User) -> None:
    async with await socket(running, park, rt=False) as plain, await socket(running, kim) as phone:
        phone.send({"type": "page_state", "visible": False})
        heard = [*await plain.settled(0.8), *await phone.settled(0.2)]
    assert "roster" not in {frame["type"] for frame in heard}


async def test_receipts_of_a_moment_are_written_together_and_survive_a_stop(
    running: LectureSession, kim: User, lee: User
) -> None:
    async with await socket(running, kim) as one, await socket(running, lee) as other:
        await advance(running)
        for phone in (one, other):
            step = await phone.until("step_changed")
            phone.send({"type": "received", "stream": step["stream"], "seq": step["seq"]})
        await asyncio.sleep(0.02)
        assert await in_thread(SeatStep.objects.count) == 0
        await runtime.receipts.drain()
    assert await in_thread(SeatStep.objects.filter(received_at__isnull=False).count) == 2
