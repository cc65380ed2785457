"""Server texts in the language of each socket and each request, Korean where nobody says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.rest.api import Api
from tests.sockets.client import SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def served() -> AsyncIterator[None]:
    async with serving():
        yield


@pytest.mark.parametrize(
    ("query", "headers", "says"),
    [
        ({}, {}, "대기실에 입장했습니다"),
        ({"lang": "en"}, {}, "You are in the waiting room"),
        ({}, {"accept-language": "en-US,en;q=0.9"}, "You are in the waiting room"),
        ({"lang": "ko"}, {"accept-language": "en"}, "대기실에 입장했습니다"),
    ],
)
async def test_who_joins_is_welcomed_in_their_language(
    served: None, session: LectureSession, query: dict[str, str], headers: dict[str, str], says: str
) -> None:
    async with SocketClient(f"/ws/sessions/{session.code}/", query=query, headers=headers) as phone:
        phone.send({"type": "join", "device_id": "a-device", "name": "김영자"})
        assert says in (await phone.until("join_confirmed"))["message"]


async def test_one_event_is_told_in_both_languages(served: None, session: LectureSession, kim: User) -> None:
    await sync_to_async(cast.enroll)(session.lecture, kim)
    token = await sync_to_async(cast.access_token)(kim)
    path = f"/ws/progress/{kim.pk}/"
    async with (
        SocketClient(path, token=token) as korean,
        SocketClient(path, token=token, query={"lang": "en"}) as english,
    ):
        await korean.until("initial_progress")
        await english.until("initial_progress")
        await sync_to_async(_complete)(kim, session)
        assert (await korean.until("progress_updated"))["message"] == "단계를 완료했습니다!"
        assert (await english.until("progress_updated"))["message"] == "You have done this step!"


def test_a_request_is_answered_in_its_language(session: LectureSession, kim: User) -> None:
    def joined(**headers: str) -> Any:
        return Api(kim).post(f"/api/sessions/{session.pk}/join", {"session_code": session.code}, **headers).body

    assert "기다려" in joined()["message"]
    assert joined(Accept_Language="en")["message"] == "You are in the waiting room. The class starts soon."
    assert "기다려" in joined(Accept_Language="fr")["message"]


def _complete(user: User, session: LectureSession) -> None:
    step = classes.steps(session.lecture)[0]
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
