"""What colleagues hear, of which lectures and classes, and that it ends with their role (contract 11.8)."""

from __future__ import annotations

import time

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import Role, User
from mobilegpt.classroom import services
from mobilegpt.classroom.models import LectureSession
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.services import request_help
from mobilegpt.lectures.models import Colleague
from tests import cast, classes
from tests.sockets.client import Refused, SocketClient, refusal_of, serving

pytestmark = pytest.mark.django_db(transaction=True)

W7, W9 = "/ws/dashboard/help-requests/", "/ws/dashboard/"


def w1(session: LectureSession) -> str:
    return f"/ws/sessions/{session.code}/"


def w5(session: LectureSession) -> str:
    return f"/ws/session/{session.pk}/instructor/"


async def socket(path: str, user: User, *, rt: bool = False) -> SocketClient:
    token = await sync_to_async(cast.access_token)(user)
    return SocketClient(path, token=token, subprotocols=["rt.v1"] if rt else [])


@pytest.fixture
def other(session: LectureSession) -> LectureSession:
    """Another class of the same lecture."""
    made = classes.open_class(session.lecture)
    classes.start(made)
    return made


@pytest.fixture
def running(session: LectureSession) -> LectureSession:
    classes.start(session)
    return session


def colleague(session: LectureSession, role: str, *, of_class: bool, account: Role = Role.INSTRUCTOR) -> User:
    user = cast.person(f"{role}.{of_class}@example.com", f"{role} 동료", account)
    Colleague.objects.create(lecture=session.lecture, session_id=session.pk if of_class else None, user=user, role=role)
    return user


def asks(user: User, session: LectureSession) -> HelpRequest:
    classes.seat(session, user)
    command = RequestHelp(subtask_id=session.current_subtask_id, message="어려워요")
    return request_help(actor=cast.actor(user), command=command, session=session).request


@pytest.mark.parametrize("of_class", [False, True])
@pytest.mark.parametrize(("role", "account"), [("co_instructor", Role.INSTRUCTOR), ("supporter", Role.STUDENT)])
async def test_requests_of_their_own_classes_are_heard_and_no_others(
    running: LectureSession, other: LectureSession, kim: User, lee: User, role: str, account: Role, of_class: bool
) -> None:
    user = await sync_to_async(colleague)(running, role, of_class=of_class, account=account)
    foreign = await sync_to_async(lambda: classes.open_class(cast.lecture(cast.instructor_choi())))()
    await sync_to_async(classes.start)(foreign)
    async with serving(), await socket(W7, user) as desk:
        await sync_to_async(asks)(lee, foreign)
        elsewhere = await sync_to_async(asks)(lee, other)
        here = await sync_to_async(asks)(kim, running)
        frames = [frame for frame in await desk.settled(0.5) if frame["type"] == "new_help_request"]
    heard = [frame["data"]["help_request_id"] for frame in frames]
    assert heard == ([here.pk] if of_class else [elsewhere.pk, here.pk])


@pytest.mark.parametrize("of_class", [False, True])
async def test_a_co_instructor_hears_on_all_lectures_what_the_owner_hears(
    running: LectureSession, park: User, kim: User, of_class: bool
) -> None:
    user = await sync_to_async(colleague)(running, "co_instructor", of_class=of_class)
    owner = park
    async with serving(), await socket(W9, owner) as own, await socket(W9, user) as theirs:
        await sync_to_async(asks)(kim, running)
        await sync_to_async(classes.end)(running)
        heard = [await own.settled(0.5), await theirs.settled(0.5)]
    kinds = [[frame["type"] for frame in frames] for frames in heard]
    # Of one class they come by other topics: each in its order, not all in one.
    assert sorted(kinds[0]) == sorted(kinds[1])
    assert {"help_request", "session_status_changed", "progress_update"} <= set(kinds[0])


async def test_a_supporter_is_told_no_address_and_what_happens_to_requests(
    running: LectureSession, park: User, kim: User
) -> None:
    user = await sync_to_async(colleague)(running, "supporter", of_class=True, account=Role.STUDENT)
    async with (
        serving(),
        await socket(w5(running), user, rt=True) as desk,
        await socket(w5(running), park) as own,
    ):
        await sync_to_async(asks)(kim, running)
        told, owners = await desk.settled(0.5), await own.settled(0.5)
    joined = [next(frame for frame in frames if frame["type"] == "student_joined") for frames in (told, owners)]
    assert [frame["data"]["email"] for frame in joined] == [None, kim.email]
    assert "student_help_request" in {frame["type"] for frame in told}
    assert kim.email not in str(told)


async def test_who_is_removed_hears_nothing_more(running: LectureSession, park: User, kim: User) -> None:
    """X2: within five seconds, and there is no way back in."""
    user = await sync_to_async(colleague)(running, "co_instructor", of_class=False)
    paths = (w1(running), w5(running), f"/ws/dashboard/lectures/{running.lecture_id}/", W7, W9)
    async with serving():
        open_sockets = [await socket(path, user, rt=True) for path in paths]
        for one in open_sockets:
            await one.__aenter__()
        row = await sync_to_async(Colleague.objects.get)(user=user)
        owner = await sync_to_async(cast.actor)(park)
        began = time.monotonic()
        await sync_to_async(services.remove_colleague)(actor=owner, lecture_id=running.lecture_id, colleague_id=row.pk)
        assert [await one.closed() for one in open_sockets] == [1012] * len(paths)
        assert time.monotonic() - began < 5
        for path in paths[:3]:
            refused = await refusal_of(await socket(path, user))
            assert refused is not None, path
        async with await socket(W7, user) as desk:
            await sync_to_async(asks)(kim, running)
            assert await desk.settled(0.4) == []


async def test_who_accepts_is_asked_to_come_back_and_hears(running: LectureSession, park: User, kim: User) -> None:
    choi = await sync_to_async(cast.instructor_choi)()
    owner = await sync_to_async(cast.actor)(park)
    async with serving():
        async with await socket(W9, choi) as before:
            made = await sync_to_async(services.invite)(
                actor=owner, lecture_id=running.lecture_id, role="co_instructor", session_id=None
            )
            await sync_to_async(services.accept)(
                actor=await sync_to_async(cast.actor)(choi), token=made.token, address="192.0.2.1"
            )
            assert await before.closed() == 1012
        async with await socket(W9, choi) as after:
            await sync_to_async(asks)(kim, running)
            assert "help_request" in {frame["type"] for frame in await after.settled(0.5)}


async def test_a_co_instructor_moves_the_class_by_the_socket_and_everybody_sees_who(
    running: LectureSession, park: User
) -> None:
    user = await sync_to_async(colleague)(running, "co_instructor", of_class=True)
    owner = park
    async with (
        serving(),
        await socket(w1(running), owner, rt=True) as own,
        await socket(w1(running), user, rt=True) as theirs,
    ):
        await own.settled(0.5)  # their lease is written
        theirs.send({"type": "next_step"})
        assert (await theirs.until("error"))["code"] == "CLASS_IN_OTHER_HANDS"
        actor = await sync_to_async(cast.actor)(user)
        await sync_to_async(services.take_control)(actor=actor, session_ref=str(running.pk))
        told = await own.until("control_changed")
        assert (told["controller"]["id"], told["is_here"]) == (user.pk, True)
        theirs.send({"type": "next_step"})
        await own.until("step_changed")
        own.send({"type": "next_step"})  # the owner is never refused
        assert (await theirs.until("control_changed"))["controller"]["id"] == user.pk
        assert (await theirs.until("control_changed"))["controller"]["id"] == owner.pk


@pytest.mark.parametrize("account", [Role.INSTRUCTOR, Role.STUDENT])
async def test_a_supporter_opens_nothing_else(running: LectureSession, account: Role) -> None:
    user = await sync_to_async(colleague)(running, "supporter", of_class=False, account=account)
    lecture = running.lecture_id
    closed = (
        f"/ws/sessions/{running.pk}/",
        f"/ws/session/{running.pk}/student/",
        f"/ws/dashboard/lectures/{lecture}/",
        f"/ws/dashboard/lecture/{lecture}/",
    )
    async with serving():
        for path in closed:
            refused = await refusal_of(await socket(path, user))
            assert isinstance(refused, Refused), path
            assert refused.status in (403, 404)
