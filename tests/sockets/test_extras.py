"""``Accept-Extras: none``: the documents' keys alone, on every door (contract 11.7)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core import extras
from mobilegpt.lectures.models import Subtask
from tests import cast, classes
from tests.rest.api import Answer, Api
from tests.sockets.client import SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)
_FILE = {"file": f"{'a' * 40}.webp", "width": 720, "height": 1560}
_NONE = {"accept-extras": "none"}


@pytest.fixture
async def served() -> AsyncIterator[None]:
    async with serving():
        yield


@pytest.fixture
def pictured(session: LectureSession, kim: User) -> LectureSession:
    """A class whose every step has a picture and a clip, with a student."""
    clip = {"file": f"{'b' * 40}.m4a", "duration_seconds": 3.5, "source": "clip"}
    image = {"alt": "화면", "marks": [{"kind": "tap", "x": 0.5, "y": 0.5}], "sizes": [_FILE]}
    Subtask.objects.filter(task__lecture=session.lecture).update(image=image, audio=clip)
    cache.clear()
    cast.enroll(session.lecture, kim)
    classes.start(session)
    return session


def extras_in(shown: Any) -> int:
    """How many objects carry any."""
    if isinstance(shown, dict):
        return ("image" in shown or "audio" in shown) + sum(extras_in(value) for value in shown.values())
    return sum(extras_in(value) for value in shown) if isinstance(shown, list) else 0


@pytest.mark.parametrize(
    "path",
    [
        "/api/lectures/{lecture}?include=subtasks",
        "/api/tasks/{task}",
        "/api/sessions/{session}/current",
        "/api/sessions/{session}/lesson",
        "/api/sessions/{session}/events?epoch=&after=0",
    ],
)
def test_an_answer_has_none_for_who_wants_none(path: str, pictured: LectureSession) -> None:
    lecture = pictured.lecture
    task = lecture.tasks.all()[0]
    address = path.format(lecture=lecture.pk, task=task.pk, session=pictured.pk)
    teacher = Api(lecture.instructor)
    whole, plain = (teacher.send("GET", address, headers=headers) for headers in ({}, {"Accept-Extras": "None "}))
    assert (whole.status, plain.status) == (200, 200)
    assert extras_in(whole.body) > 0
    assert extras_in(plain.body) == 0
    assert comparable(plain) == comparable(whole)
    assert "Accept-Extras" in plain.headers["Vary"]
    assert "Accept-Extras" in whole.headers["Vary"]


def comparable(answer: Answer) -> Any:
    """But for the extras, and for the time at which it was asked."""
    found = extras.without_extras(answer.body)
    return {key: value for key, value in found.items() if key != "server_time"}


def test_a_kept_answer_is_given_to_each_as_they_want_it(pictured: LectureSession) -> None:
    task = pictured.lecture.tasks.all()[0]
    teacher = Api(pictured.lecture.instructor)
    path, key = f"/api/tasks/{task.pk}/subtasks", {"Idempotency_Key": "once"}
    first = teacher.post(path, {"title": "새 단계"}, **key)
    again = teacher.post(path, {"title": "새 단계"}, **key, Accept_Extras="none")
    assert first.body == {**again.body, "image": None, "audio": None}


@pytest.mark.parametrize("rt", [False, True])
async def test_sockets_of_one_class_get_each_what_they_want(
    served: None, pictured: LectureSession, kim: User, rt: bool
) -> None:
    token = await sync_to_async(cast.access_token)(kim)
    query = {"rt": "1"} if rt else {}
    path = f"/ws/sessions/{pictured.code}/"
    async with (
        SocketClient(path, token=token, query=query) as whole,
        SocketClient(path, token=token, query=query, headers=_NONE) as plain,
    ):
        for phone in (whole, plain):
            phone.send({"type": "join", "device_id": "a-device", "name": "김영자"})
        welcomes = [await phone.until("join_confirmed") for phone in (whole, plain)]
        assert [extras_in(frame) > 0 for frame in welcomes] == [True, False]
        await sync_to_async(_advance)(pictured)
        changes = [await phone.until("step_changed") for phone in (whole, plain)]
        assert [extras_in(frame) > 0 for frame in changes] == [True, False]
        flat = extras.without_extras({key: value for key, value in changes[0].items() if key != "data"})
        fields = {key: flat[key] for key in ("subtask", "instructor_message")}
        assert changes[1] == {**flat, "data": fields}


async def test_what_was_missed_is_told_without_them(served: None, pictured: LectureSession, kim: User) -> None:
    token = await sync_to_async(cast.access_token)(kim)
    await sync_to_async(_advance)(pictured)
    async with SocketClient(f"/ws/sessions/{pictured.code}/", token=token, query={"rt": "1"}, headers=_NONE) as phone:
        phone.send({"type": "join", "device_id": "a-device", "name": "김영자"})
        await phone.until("join_confirmed")
        phone.send({"type": "resume", "streams": {f"session:{pictured.pk}": {"epoch": "", "seq": 0}}})
        assert extras_in(await phone.until("step_changed")) == 0


def _advance(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=AdvanceStep())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["guide_text", "image", "audio", "title", "next"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_nothing_else_is_left_out(shown: Any) -> None:
    plain = extras.without_extras(shown)
    assert plain == extras.without_extras(plain)
    if isinstance(shown, dict) and "guide_text" not in shown:
        assert set(plain) == set(shown)
    assert json.dumps(shown).count('"title"') >= json.dumps(plain).count('"title"')
