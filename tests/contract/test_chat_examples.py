"""Every JSON example of S3 and S4, compared with what the server really said (contract 1, 2.8, 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.comparison import additions, differences, example, example_names
from tests.contract.conversation import hold_conversation
from tests.contract.lesson import Transcript

pytestmark = pytest.mark.django_db

NAMES = [name for name in example_names() if name.startswith(("s3/", "s4/"))]
ANSWERS = [name for name in NAMES if name.endswith(("200", "201"))]
REQUESTS = [name for name in NAMES if name.endswith(".request") or ".client." in name]
FRAMES = [name for name in NAMES if ".server." in name]
# Both logins answer with both generations' names (contract 3.3).
GOLDEN = {"R52.200": {"access_token", "refresh_token", "user"}}


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Transcript]:
    """Everything the server said in both conversations. Commits for real; cleans up at the end."""
    quick = {**settings.REALTIME, "GRACE_SECONDS": 0.1}
    with django_db_blocker.unblock(), override_settings(REALTIME=quick):
        try:
            yield asyncio.run(hold_conversation())
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()


def test_every_example_is_compared() -> None:
    assert {*ANSWERS, *REQUESTS, *FRAMES} == set(NAMES)
    assert len(NAMES) == 26


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_what_its_document_shows(said: Transcript, name: str) -> None:
    row = name.split("/")[1]
    assert row in said.answers, sorted(said.answers)
    body = said.answers[row].body
    assert list(differences(example(name), body)) == []
    assert additions(example(name), body) == GOLDEN.get(row, set())
    assert body.get("message") == example(name).get("message")


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_of_the_documents_is_taken(said: Transcript, name: str) -> None:
    assert name in said.taken, {row: answer.body for row, answer in said.answers.items() if answer.status >= 400}


def _heard(said: Transcript, name: str) -> list[dict[str, Any]]:
    url, _, kind = name.split("/")[1].split(".", 2)
    return said.frames[f"{url}.{kind}"]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_what_its_document_shows_and_nothing_else(said: Transcript, name: str) -> None:
    """Contract 10: a client that did not opt in gets nothing else."""
    heard = _heard(said, name)
    assert heard, sorted(said.frames)
    for frame in heard:
        empty = {"$.profile_picture_url is null (None), documented as string ('/media/profile.jpg')"}
        assert set(differences(example(name), frame)) <= empty
        assert additions(example(name), frame) == set()


def test_the_first_guide_is_answered_as_the_contract_says(said: Transcript) -> None:
    """Its own answers are not in the guide (contract 3.4, 9.2)."""
    registered = said.answers["R51.201"].body
    assert set(registered) == {"id", "email", "nickname", "message", "profile"}
    assert (registered["email"], registered["nickname"]) == ("user@example.com", "사용자명")
    room, created = said.answers["R55.200"].body, said.answers["R54.201"].body
    keys = {"id", "name", "post", "owner", "chat_url", "chat_messages", "created_at"}
    assert set(room) == set(created) == keys
    assert (created["name"], created["post"], created["owner"]) == ("채팅방 이름", 1, registered["id"])
    assert created["chat_url"] == f"testserver/ws/chat/{created['id']}/chat/"
    message = said.answers["R56.201"].body
    assert set(message) == {"id", "sender", "room", "message", "created_at", "parent_chat"}
    assert (message["sender"], message["parent_chat"]) == ("user@example.com", None)
    assert room["chat_messages"][-1] == message
    assert [one["message"] for one in room["chat_messages"]] == ["안녕하세요!", "안녕하세요!"]
    assert isinstance(said.answers["R53.200"].body, list)
    assert all(set(one) == keys for one in said.answers["R53.200"].body)


def test_who_spoke_is_told_by_the_token(said: Transcript) -> None:
    for frame in said.frames["W10.chat.message"]:
        assert (frame["sender"], frame["nickname"]) == ("user@example.com", "사용자명")
    assert [frame["username"] for frame in said.frames["W10.chat.user.join"]] == ["사용자명"]
    assert [frame["username"] for frame in said.frames["W10.chat.user.leave"]] == ["사용자명"]


def test_what_the_second_guide_cannot_do_without(said: Transcript) -> None:
    """Contract 1, "implied by the documents": rooms, history, members."""
    history = said.answers["messages.200"].body
    assert set(history) == {"success", "data"}
    assert set(history["data"]) == {"messages", "total", "limit", "offset"}
    assert (history["data"]["total"], history["data"]["limit"], history["data"]["offset"]) == (2, 50, 0)
    assert [one["message"] for one in history["data"]["messages"]] == ["안녕!", "안녕하세요!"]
    newest, first = history["data"]["messages"]
    assert (newest["is_read"], first["is_read"]) == (False, True)
    shown = example("s4/R57.201")["data"]
    assert list(differences(shown, first)) == []
    assert set(first) == set(shown)
    members = said.answers["members.200"].body["data"]["members"]
    assert additions(example("s4/R59.201")["data"], members[0]) == {"status"}
    assert [one["role"] for one in members] == ["admin", "member"]
    (room,) = said.answers["rooms.200"].body["data"]
    assert room == said.answers["room.200"].body["data"]
    assert (room["unread_count"], room["member_count"], room["last_message"]["message"]) == (1, 2, "안녕!")


def test_frames_follow_the_order_of_what_was_done(said: Transcript) -> None:
    """S4's flows: each write is told on the socket; online once per user, also to oneself (contract 9.5)."""
    kinds = [kind for kind, frames in said.frames.items() if kind.startswith("W11.") for _ in frames]
    assert sorted(kinds) == sorted(
        ["W11.member_online"] * 2
        + ["W11.message"] * 2
        + ["W11.read", "W11.member_join", "W11.member_leave", "W11.member_offline"]
    )
    (read,) = said.frames["W11.read"]
    assert read["user_id"] == read["data"]["user_id"]
