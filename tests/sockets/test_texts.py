"""What people type, on sockets: as at the REST doors (``tests/rest/test_texts.py``)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Message, Room
from mobilegpt.classroom.models import LectureSession
from tests import cast
from tests.rest.test_texts import UNSEEN, spellings
from tests.sockets.client import SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def served() -> AsyncIterator[None]:
    async with serving():
        yield


async def test_every_spelling_of_the_code_opens_the_room(session: LectureSession, park: User) -> None:
    token = await sync_to_async(cast.access_token)(park)
    for typed in spellings(session.code):
        for path in (f"/ws/sessions/{typed}", f"/ws/sessions/{typed}/", f"/ws/session/{typed}/instructor/"):
            async with SocketClient(path, token=token):
                pass


@pytest.mark.parametrize("name", UNSEEN, ids=ascii)
async def test_who_joins_without_a_name_that_can_be_seen_is_a_student(session: LectureSession, name: str) -> None:
    async with SocketClient(f"/ws/sessions/{session.code}/") as phone:
        phone.send({"type": "join", "device_id": "test", "name": name})
        joined = await phone.until("join_confirmed")
    assert (await User.objects.aget(pk=joined["user_id"])).name == "학생"


async def test_a_message_without_anything_to_see_is_refused(room: Room, kim: User) -> None:
    async with SocketClient(f"/ws/chat/{room.pk}/chat/", token=await sync_to_async(cast.access_token)(kim)) as first:
        for text in UNSEEN:
            first.send({"type": "chat.message", "message": text})
            assert (await first.until("error"))["code"] == "INVALID_REQUEST"
        first.send("\ufeff" + json.dumps({"type": "chat.message", "message": unicodedata.normalize("NFD", "각 ❤️")}))
        assert (await first.until("chat.message"))["message"] == "각 ❤️"
    assert await Message.objects.acount() == 1
