"""Two conversations, held with the requests of S3's and S4's guides; everything that the server says is kept.

As ``lesson`` does for the class: the tests compare each example of the documents with what was said here.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from tests import cast
from tests.contract.comparison import example
from tests.contract.lesson import Transcript
from tests.rest.api import Answer, Api
from tests.sockets.client import SocketClient, serving

LOCAL = {"host": "localhost:3000"}
"""Where S4's guide finds its server: a program on the same machine, without a token (contract 3.8)."""


def on_this_machine(user: User | None = None) -> Api:
    api = Api(user, address="127.0.0.1")
    api.client.defaults["HTTP_HOST"] = LOCAL["host"]
    return api


class Conversation:
    """Two people who follow S3's guide, and three who follow S4's."""

    def __init__(self) -> None:
        self.said = Transcript()
        self.tokens: list[str] = []
        self.kim, self.lee, self.han = cast.student_kim(), cast.student_lee(), cast.admin_han()
        self.app = on_this_machine()

    def send(self, row: str, api: Api, path: str, request: str, **changes: Any) -> Answer:
        """The document's own request, with the ids that are real here."""
        answer = api.post(path, {**example(request), **changes})
        if answer.status < 300:
            self.said.taken.add(request)
        self.said.keep(row, answer)
        return answer

    # --- S3

    def follow_the_first_guide(self) -> None:
        """Once as its reference shows, once with its curl lines."""
        for form in ("", "-curl"):
            visitor = Api()
            self.send("R51", visitor, "/user/v1/register/", f"s3/R51{form}.request")
            login = self.send("R52", visitor, "/user/v1/login/", f"s3/R52{form}.request")
            self.tokens.append(login.body["access"])
            room = self.send("R54", Api(token=self.tokens[-1]), "/chat/v1/room/", f"s3/R54{form}.request")
        self.open_room = int(room.body["id"])

    def read_by_rest(self) -> None:
        api = Api(token=self.tokens[0])
        self.send("R56", api, "/chat/v1/message/", "s3/R56.request", room=self.open_room)
        self.said.keep("R53", api.get("/chat/v1/room/"))
        self.said.keep("R55", api.get(f"/chat/v1/room/{self.open_room}/"))

    async def talk(self) -> None:
        """Both in one room by W10; the second comes later and leaves earlier."""
        path = f"/ws/chat/{self.open_room}/chat/"
        async with SocketClient(path, token=self.tokens[1]) as first:
            async with SocketClient(path, token=self.tokens[0]) as second:
                self.said.heard("W10", await first.until("chat.user.join"))
                second.send(example("s3/W10.client.chat.message"))
                for socket in (first, second):
                    self.said.heard("W10", await socket.until("chat.message"))
                self.said.taken.add("s3/W10.client.chat.message")
            self.said.heard("W10", await first.until("chat.user.leave"))

    # --- S4

    def open_a_room(self) -> None:
        body = {"name": "복지관", "user_id": self.kim.pk, "member_ids": [self.lee.pk]}
        answer = self.app.post("/api/v1/chat/rooms", body)
        self.said.keep("rooms", answer)
        self.room = int(answer.body["data"]["id"])
        assert self.app.get(self.here, user_id=self.lee.pk).status == 200  # an invitation is accepted by opening

    @property
    def here(self) -> str:
        return f"/api/v1/chat/rooms/{self.room}"

    def socket(self, user: User) -> SocketClient:
        query = {"user_id": str(user.pk)}
        return SocketClient(f"/ws/chat/{self.room}", query=query, address="127.0.0.1", headers=LOCAL)

    async def follow_the_second_guide(self) -> None:
        post, delete = sync_to_async(self.send), sync_to_async(self.app.delete)
        app, here = self.app, self.here
        async with self.socket(self.kim) as kim:
            self.said.heard("W11", await kim.frame())
            async with self.socket(self.lee):
                self.said.heard("W11", await kim.frame())
                await post("R57", app, f"{here}/messages", "s4/R57.request", user_id=self.kim.pk)
                await post("R58", app, f"{here}/read", "s4/R58.request", user_id=self.lee.pk)
                await post("R59", app, f"{here}/members", "s4/R59.request", user_id=self.han.pk)
                self.said.keep("R60", await delete(f"{here}/members/{self.han.pk}"))
                await post("R57-flow", app, f"{here}/messages", "s4/R57-flow.request", user_id=self.lee.pk)
                self.said.heard("W11", *await kim.settled())
            self.said.heard("W11", await kim.until("member_offline"))

    def look_around(self) -> None:
        query = {"user_id": self.kim.pk}
        for name in ("messages", "members"):
            self.said.keep(name, self.app.get(f"{self.here}/{name}", **query))
        self.said.keep("rooms", self.app.get("/api/v1/chat/rooms", **query))
        self.said.keep("room", self.app.get(self.here, **query))


async def hold_conversation() -> Transcript:
    """The database is empty before."""
    talk = await sync_to_async(Conversation)()
    await sync_to_async(talk.follow_the_first_guide)()
    await sync_to_async(talk.open_a_room)()
    async with serving():
        await talk.talk()
        await talk.follow_the_second_guide()
    await sync_to_async(talk.read_by_rest)()
    await sync_to_async(talk.look_around)()
    return talk.said
