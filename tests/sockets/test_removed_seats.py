"""What the class's sockets say to whom the instructor has removed, and where nobody new is let in (contract 11.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import ChangeSettings
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from tests import cast, classes
from tests.sockets.client import SocketClient, refusal_of, serving

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "9774d56d682e549c"


@pytest.fixture(autouse=True)
async def served() -> AsyncIterator[None]:
    async with serving():
        yield


async def in_thread(work: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await sync_to_async(work)(*args, **named)


def room(session: LectureSession, user: User | None = None, **named: Any) -> SocketClient:
    token = cast.access_token(user) if user is not None else None
    return SocketClient(f"/ws/sessions/{session.code}/", token=token, **named)


def remove(seat: SessionParticipant, *, may_return: bool) -> None:
    services.remove_seat(
        actor=classes.owner_of(seat.session),
        session_ref=str(seat.session_id),
        participant_id=seat.pk,
        may_return=may_return,
    )


async def test_both_sockets_of_the_seat_close_for_good_and_nobody_elses(
    session: LectureSession, kim: User, lee: User, park: User
) -> None:
    seat = await in_thread(classes.seat, session, kim)
    await in_thread(classes.seat, session, lee)
    clients = [await in_thread(room, session, user) for user in (kim, lee)]
    teacher = await in_thread(room, session, park, subprotocols=["rt.v1"])
    other_door = SocketClient(f"/ws/session/{session.pk}/student/", token=await in_thread(cast.access_token, kim))
    async with clients[0] as gone, clients[1] as stays, teacher, other_door:
        await in_thread(remove, seat, may_return=True)
        assert (await gone.closed(), await other_door.closed()) == (4403, 4403)
        heard = await stays.settled()
        assert "removed" not in str(heard)
        changed = await teacher.until("seat_changed")
        assert (changed["user_id"], changed["removed"], changed["may_return"]) == (kim.pk, True, True)


async def test_who_may_return_comes_by_joining_and_not_by_an_open_page(session: LectureSession, kim: User) -> None:
    seat = await in_thread(classes.seat, session, kim)
    await in_thread(remove, seat, may_return=True)
    other_door = SocketClient(f"/ws/session/{session.pk}/student/", token=await in_thread(cast.access_token, kim))
    refused = await refusal_of(other_door)
    assert refused is not None
    assert refused.status == 403
    async with await in_thread(room, session, kim) as client:
        assert await client.settled(0.1) == []
        client.send({"type": "join"})
        assert (await client.until("join_confirmed"))["participant_id"] == seat.pk
    await seat.arefresh_from_db()
    assert seat.removed_at is None


async def test_who_may_not_return_is_refused_with_a_token_and_by_the_phone(session: LectureSession, kim: User) -> None:
    seat = await in_thread(classes.seat, session, kim)
    await in_thread(remove, seat, may_return=False)
    refused = await refusal_of(await in_thread(room, session, kim))
    assert refused is not None
    assert refused.status == 403

    async with await in_thread(room, session) as phone:
        phone.send({"type": "join", "device_id": PHONE, "name": "이순자"})
        guest = await SessionParticipant.objects.select_related("session__lecture__instructor").aget(
            pk=(await phone.until("join_confirmed"))["participant_id"]
        )
        await in_thread(remove, guest, may_return=False)
        assert await phone.closed() == 4403
    async with await in_thread(room, session) as phone:
        for frame in (
            {"type": "join", "device_id": PHONE, "name": "이순자"},
            {"type": "help_request", "device_id": PHONE, "subtask_id": 1},
        ):
            phone.send(frame)
            assert (await phone.until("error"))["code"] == "SEAT_REMOVED"


async def test_a_locked_class_refuses_a_join_and_lets_who_was_there_in(
    session: LectureSession, kim: User, lee: User
) -> None:
    await in_thread(classes.seat, session, kim)
    await in_thread(
        services.change_settings,
        actor=classes.owner_of(session),
        session_ref=str(session.pk),
        command=ChangeSettings(locked=True),
    )
    for user, fields in ((lee, {}), (None, {"device_id": PHONE, "name": "이순자"})):
        async with await in_thread(room, session, user) as client:
            client.send({"type": "join", **fields})
            assert (await client.until("error"))["code"] == "CLASS_LOCKED"
    async with await in_thread(room, session, kim) as client:
        client.send({"type": "join"})
        assert (await client.until("join_confirmed"))["user_id"] == kim.pk
