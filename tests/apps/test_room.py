"""What W1 says to the apps besides the documents, and what it takes of them (contract 12)."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.classroom import services
from mobilegpt.classroom.commands import Announce
from mobilegpt.classroom.models import LectureSession, SeatStep
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.apps.needed import LIST, MAYBE_OBJECT, TEXT, WHOLE, N, lacks
from tests.rest.api import Api
from tests.sockets.client import SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "9774d56d682e549c"
SENT = {"action": "TAP", "source": "teacher", "where": {"apps": ["com.kakao.talk"]}, "target": {"id_suffix": "send"}}


def phone(session: LectureSession, **more: Any) -> SocketClient:
    return SocketClient(f"/ws/sessions/{session.code}/", **more)


async def teacher(session: LectureSession) -> SocketClient:
    token = await sync_to_async(cast.access_token)(session.lecture.instructor)
    return SocketClient(f"/ws/sessions/{session.code}/", token=token)


def expect(lecture: Lecture) -> None:
    Subtask.objects.update(expectation=SENT)
    Lecture.objects.filter(pk=lecture.pk).update(version=17)


async def test_a_step_has_what_the_apps_read_at_both_levels_of_data(session: LectureSession) -> None:
    await sync_to_async(expect)(session.lecture)
    async with serving(), phone(session) as app, phone(session, headers={"accept-extras": "none"}) as strict:
        for one in (app, strict):
            one.send({"type": "join", "device_id": PHONE, "name": "김영자"})
            await one.until("join_confirmed")
        await sync_to_async(classes.start)(session)
        told, plain = await app.until("step_changed"), await strict.until("step_changed")
    fields = {name: kinds for name, kinds in N.items() if name != "target_action"}
    assert lacks(told["data"], {**fields, "order": WHOLE, "instructor_message": TEXT}) == []
    assert lacks(told["data"]["subtask"], fields) == []
    assert told["data"]["view_id"] == told["data"]["subtask"]["view_id"] == "com.kakao.talk:id/send"
    assert told["data"]["id"] == told["subtask"]["id"]
    assert "view_id" not in told["subtask"]
    assert plain["data"] == {"subtask": plain["subtask"], "instructor_message": plain["instructor_message"]}
    assert plain["subtask"].keys() == told["subtask"].keys() - {"image", "audio"}


async def test_a_completed_step_is_confirmed_and_told_to_who_teaches(session: LectureSession) -> None:
    steps = await sync_to_async(classes.steps)(session.lecture)
    async with serving(), await teacher(session) as desk, phone(session) as app:
        app.send({"type": "join", "device_id": PHONE, "name": "김영자"})
        seat = (await app.until("join_confirmed"))["participant_id"]
        assert (await desk.until("participant_joined"))["data"]["username"] == "김영자"
        await sync_to_async(classes.start)(session)
        await app.until("step_changed")
        app.send({"type": "step_complete", "data": {"subtask_id": steps[0].pk, "device_id": PHONE}})
        confirmed = await app.until("step_complete_confirmed")
        shape = {"subtask_id": WHOLE, "next_subtask": MAYBE_OBJECT, "completed_subtasks": LIST}
        assert lacks(confirmed["data"], shape) == []
        assert lacks(confirmed["next_subtask"], N) == []
        assert (confirmed["next_subtask"]["id"], confirmed["completed_subtasks"]) == (steps[1].pk, [steps[0].pk])
        assert (await desk.until("progress_updated"))["status"] == "COMPLETED"
        told = (await desk.until("student_completion"))["data"]
    assert told == {
        "participant_id": seat,
        "user_name": "김영자",
        "subtask_id": steps[0].pk,
        "completed_subtasks": [steps[0].pk],
        "total_completed": 1,
    }


async def test_a_phone_that_joins_no_more_is_known_by_its_device(session: LectureSession, lecture: Lecture) -> None:
    body = {"session_code": session.code, "device_id": PHONE, "name": "김영자"}
    assert (await sync_to_async(Api().post)("/api/sessions/join", body)).status == 201
    await sync_to_async(classes.start)(session)
    step = (await sync_to_async(classes.steps)(lecture))[0]
    async with serving(), phone(session) as back, phone(session) as nobody:
        nobody.send({"type": "step_complete", "subtask_id": step.pk, "device_id": "1f2e3d4c5b6a7988"})
        assert (await nobody.until("error"))["code"] == "JOIN_REQUIRED"
        nobody.send({"type": "step_complete", "subtask_id": step.pk})
        assert (await nobody.until("error"))["code"] == "JOIN_REQUIRED"
        back.send({"type": "step_complete", "subtask_id": 999_999, "device_id": PHONE})
        assert (await back.until("error"))["code"] in ("NOT_FOUND", "WRONG_LECTURE")
        back.send({"type": "step_complete", "subtask_id": step.pk, "device_id": PHONE})
        assert (await back.until("step_complete_confirmed"))["subtask_id"] == step.pk
    assert await sync_to_async(SeatStep.objects.filter(done_at__isnull=False).count)() == 1


async def test_an_announcement_is_a_message_of_the_teacher_too(session: LectureSession) -> None:
    owner = await sync_to_async(classes.owner_of)(session)
    async with serving(), phone(session) as app:
        app.send({"type": "join", "device_id": PHONE, "name": "김영자"})
        await app.until("join_confirmed")
        command = Announce(message="천천히 하세요")
        await sync_to_async(services.announce)(actor=owner, session_ref=str(session.pk), command=command)
        assert (await app.until("session_status_changed"))["instructor_message"] == "천천히 하세요"
        said = await app.until("instructor_message")
    assert said["data"] == {"message": "천천히 하세요", "instructor_name": owner.name}
