"""W9: an instructor's notifications, live, for clients of ``rt.v1`` only (contract 8.7, 10)."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.services import request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.notifications.services import alert_admins
from tests import cast, classes
from tests.rest.api import Api
from tests.sockets.client import SocketClient, serving

PATH = "/ws/dashboard/"
OFFERED = ["rt.v1"]


def ask(kim: User, lecture: Lecture) -> None:
    request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=classes.steps(lecture)[0].pk))


@pytest.mark.django_db(transaction=True)
async def test_a_new_one_is_shown_as_the_list_has_it(lecture: Lecture, park: User, kim: User) -> None:
    choi = await sync_to_async(cast.instructor_choi)()
    await sync_to_async(cast.enroll)(lecture, kim)
    token, others = [await sync_to_async(cast.access_token)(user) for user in (park, choi)]
    async with (
        serving(),
        SocketClient(PATH, token=token, subprotocols=OFFERED) as page,
        SocketClient(PATH, token=token) as documented,
        SocketClient(PATH, token=others, subprotocols=OFFERED) as other,
    ):
        await sync_to_async(ask)(kim, lecture)
        frame = await page.until("notification")
        listed = (await sync_to_async(Api(token=token).get)("/api/notifications")).body["notifications"]
        assert frame["notification"] == listed[0]
        assert frame["notification"]["related_user"] == {"id": kim.pk, "name": "김학생"}
        told = [shown["type"] for shown in await documented.settled()]
        assert "help_request" in told
        assert "notification" not in told
        assert "notification" not in [shown["type"] for shown in await other.settled()]


@pytest.mark.django_db(transaction=True)
async def test_each_page_is_told_in_its_language(lecture: Lecture, park: User, kim: User) -> None:
    await sync_to_async(cast.enroll)(lecture, kim)
    token = await sync_to_async(cast.access_token)(park)
    async with (
        serving(),
        SocketClient(PATH, token=token, subprotocols=OFFERED) as korean,
        SocketClient(PATH, token=token, subprotocols=OFFERED, query={"lang": "en"}) as english,
    ):
        await sync_to_async(ask)(kim, lecture)
        told = [(await page.until("notification"))["notification"] for page in (korean, english)]
    assert [one["title"] for one in told] == ["도움 요청", "Help wanted"]
    assert [one["message"] for one in told] == ["김학생님이 도움을 요청했습니다", "김학생 asks for help"]


@pytest.mark.django_db(transaction=True)
async def test_admins_see_alerts() -> None:
    han = await sync_to_async(cast.admin_han)()
    token = await sync_to_async(cast.access_token)(han)
    async with serving(), SocketClient(PATH, token=token, subprotocols=OFFERED) as page:
        await sync_to_async(alert_admins)(
            title=Words("점검", "Maintenance"), message=Words("밤에 점검해요", "It is tonight")
        )
        frame = await page.until("notification")
        assert (frame["notification"]["type"], frame["notification"]["related_user"]) == ("SYSTEM_ALERT", None)
