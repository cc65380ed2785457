"""W7: requests of an instructor's lectures, live (S1; contract 7), and W1's word to one student (contract 10)."""

from __future__ import annotations

import pytest
import time_machine
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.events import EnglishNudge, Nudged
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.services import answer_help, close_help, request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.sockets.dialects import help_desk
from tests import cast, classes
from tests.sockets.client import SocketClient, serving

NOW = "2025-10-28T10:20:00Z"
PATH = "/ws/dashboard/help-requests/"


def ask(kim: User, lecture: Lecture, **context: object) -> HelpRequest:
    command = RequestHelp(subtask_id=classes.steps(lecture)[0].pk, context_data=dict(context))
    return request_help(actor=cast.actor(kim), command=command).request


@pytest.mark.django_db
def test_the_frames(lecture: Lecture, park: User, kim: User) -> None:
    cast.enroll(lecture, kim)
    with time_machine.travel(NOW, tick=False):
        request = ask(kim, lecture, stuck_duration_seconds=75)
        response = answer_help(
            actor=cast.actor(park), request_id=request.pk, command=AnswerHelp(help_content="여기예요")
        )
        close_help(actor=cast.actor(park), request_id=request.pk)
    asked = {
        "type": "new_help_request",
        "data": {
            "help_request_id": request.pk,
            "lecture": {"id": lecture.pk, "title": "카카오톡 기초"},
            "user": {"id": kim.pk, "name": "김학생"},
            "subtask": {"id": request.subtask_id, "title": "카카오톡 앱 열기"},
            "priority": "HIGH",
            "timestamp": NOW,
        },
    }
    place = {"help_request_id": request.pk, "timestamp": NOW}
    opted_in = [
        asked,
        {"type": "help_answered", "data": {**place, "source": "TEACHER"}},
        {"type": "help_closed", "data": place},
    ]
    assert response.request_id == request.pk
    events = classes.events()
    assert [frame for event in events for frame in help_desk.DIALECT.encode(event)] == [asked]
    assert [frame for event in events for frame in help_desk.DIALECT.encode(event, rt=True)] == opted_in


@pytest.mark.django_db(transaction=True)
async def test_each_instructor_hears_of_their_own_lectures_and_admins_of_all(
    lecture: Lecture, park: User, kim: User
) -> None:
    choi, han = await sync_to_async(cast.instructor_choi)(), await sync_to_async(cast.admin_han)()
    await sync_to_async(cast.enroll)(lecture, kim)
    tokens = [await sync_to_async(cast.access_token)(user) for user in (park, han, choi)]
    async with (
        serving(),
        SocketClient(PATH, token=tokens[0]) as own,
        SocketClient(PATH, token=tokens[1]) as admin,
        SocketClient(PATH, token=tokens[2]) as other,
    ):
        request = await sync_to_async(ask)(kim, lecture)
        for socket in (own, admin):
            assert (await socket.frame())["data"]["help_request_id"] == request.pk
        assert await other.settled() == []
        await sync_to_async(_hand_over)(lecture, choi)
        await sync_to_async(close_help)(actor=await sync_to_async(cast.actor)(kim), request_id=request.pk)
        again = await sync_to_async(ask)(kim, lecture)
        assert (await other.frame())["data"]["help_request_id"] == again.pk
        assert [frame for frame in await own.settled() if frame["type"] == "new_help_request"] == []


def _hand_over(lecture: Lecture, to: User) -> None:
    Lecture.objects.filter(pk=lecture.pk).update(instructor=to)


@pytest.mark.django_db(transaction=True)
async def test_a_nudge_is_one_students_and_needs_rt(session: LectureSession, kim: User, lee: User) -> None:
    for user in (kim, lee):
        await sync_to_async(classes.seat)(session, user)
    tokens = [await sync_to_async(cast.access_token)(user) for user in (kim, lee)]
    path, offered = f"/ws/sessions/{session.code}/", ["rt.v1"]
    async with (
        serving(),
        SocketClient(path, token=tokens[0], subprotocols=offered) as opted_in,
        SocketClient(path, token=tokens[0], subprotocols=offered, query={"lang": "en"}) as in_english,
        SocketClient(path, token=tokens[0]) as plain,
        SocketClient(path, token=tokens[1], subprotocols=offered) as neighbour,
    ):
        await sync_to_async(_nudge)(session, kim)
        frame = await opted_in.until("nudge")
        assert (frame["message"], frame["data"]["subtask_id"]) == ("천천히 하세요", 7)
        frame = await in_english.until("nudge")
        assert (frame["message"], frame["voice_guide_text"]) == ("Take your time", "Take all your time")
        assert "nudge" not in [frame["type"] for frame in await plain.settled()]
        assert "nudge" not in [frame["type"] for frame in await neighbour.settled()]


@pytest.mark.django_db(transaction=True)
async def test_a_phone_hears_that_its_class_wants_no_automatic_help(session: LectureSession, kim: User) -> None:
    await sync_to_async(classes.seat)(session, kim)
    await sync_to_async(classes.start)(session)
    await sync_to_async(LectureSession.objects.update)(auto_help=False)
    token = await sync_to_async(cast.access_token)(kim)
    async with serving(), SocketClient(f"/ws/sessions/{session.code}/", token=token, subprotocols=["rt.v1"]) as phone:
        phone.send({"type": "help_request", "request_type": "AUTO"})
        assert (await phone.until("error"))["code"] == "AUTO_HELP_OFF"
    assert not await HelpRequest.objects.aexists()


def _nudge(session: LectureSession, user: User) -> None:
    with unit_of_work():
        emit(
            Nudged(
                user_id=user.pk,
                session_id=session.pk,
                subtask_id=7,
                message="천천히 하세요",
                voice_guide_text="천천히 하세요",
                at=now(),
                english=EnglishNudge(message="Take your time", voice_guide_text="Take all your time"),
            )
        )
