"""Who may name itself without a token: ``CHAT_V3_TRUST_USER_ID`` in all its values (contract 3.8; reliability X9)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.chat.trust import may_name_itself
from tests import cast, rooms
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
HERE = "/api/v1/chat/rooms"
LOCAL = {"host": "localhost:3000"}


# --- the decision


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3000", "LOCALHOST", "127.0.0.1:8000", "[::1]:8000", "127.0.0.9"]
)
@pytest.mark.parametrize("origin", [None, "http://localhost:5173", "http://127.0.0.1", "http://[::1]:3000"])
def test_a_program_on_this_machine_is_believed(settings: Settings, host: str, origin: str | None) -> None:
    settings.CHAT_V3_TRUST_USER_ID = "loopback"
    headers = {"host": host, **({"origin": origin} if origin else {})}
    assert may_name_itself("127.0.0.1", headers)
    assert may_name_itself("::1", headers)


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.168.0.7", LOCAL),
        ("", LOCAL),
        ("unix:", LOCAL),
        ("127.0.0.1", {}),
        ("127.0.0.1", {"host": "class.example"}),
        ("127.0.0.1", {"host": "localhost.evil.example"}),
        ("127.0.0.1", {"host": "localhost@evil.example"}),
        ("127.0.0.1", {"host": "127.0.0.1.nip.io"}),
        ("127.0.0.1", {"host": "["}),
        ("127.0.0.1", {**LOCAL, "origin": "null"}),
        ("127.0.0.1", {**LOCAL, "origin": ""}),
        ("127.0.0.1", {**LOCAL, "origin": "https://evil.example"}),
        ("127.0.0.1", {**LOCAL, "origin": "http://localhost.evil.example"}),
        ("127.0.0.1", {**LOCAL, "origin": "http://localhost,http://evil.example"}),
        ("127.0.0.1", {**LOCAL, "origin": "http://["}),
        *(
            ("127.0.0.1", {**LOCAL, name: "127.0.0.1"})
            for name in ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host", "x-forwarded-proto")
        ),
        ("127.0.0.1", {**LOCAL, "x-forwarded-for": ""}),
    ],
)
def test_what_is_not_plainly_of_this_machine_is_not(settings: Settings, peer: str, headers: dict[str, str]) -> None:
    settings.CHAT_V3_TRUST_USER_ID = "loopback"
    assert not may_name_itself(peer, headers)


def test_a_list_believes_its_gateways_only(settings: Settings) -> None:
    settings.CHAT_V3_TRUST_USER_ID = ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"]
    forwarded = {"host": "class.example", "x-forwarded-for": "203.0.113.9", "origin": "https://class.example"}
    for peer in ("10.1.2.3", "192.0.2.7", "2001:db8::5"):
        assert may_name_itself(peer, forwarded)
    for peer in ("10.2.0.1", "127.0.0.1", "192.0.2.8", ""):
        assert not may_name_itself(peer, forwarded)


def test_off_believes_nobody(settings: Settings) -> None:
    settings.CHAT_V3_TRUST_USER_ID = "off"
    assert not may_name_itself("127.0.0.1", LOCAL)


def test_the_development_profile_trusts_this_machine() -> None:
    assert ours.CHAT_V3_TRUST_USER_ID == "loopback"


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, and print what they say."""
    line = "from django.conf import settings; print(settings.CHAT_V3_TRUST_USER_ID)"
    return subprocess.run(
        [sys.executable, "-c", line],
        cwd=Path(__file__).resolve().parents[2],
        env={
            "PATH": "/usr/bin:/bin",
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "a-key-that-is-long-enough-for-production-0123456789",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("", "off"), ("loopback", None), ("10.0.0.0/8, 192.0.2.1", "['10.0.0.0/8', '192.0.2.1']"), ("everybody", None)],
)
def test_what_production_takes(tmp_path: Path, value: str, outcome: str | None) -> None:
    """Contract 2.6, 3.8: off by default, never loopback, a list of gateways."""
    environment = {"CHAT_V3_TRUST_USER_ID": value} if value else {}
    run = start(tmp_path, APP_PROFILE="production", **environment)
    if outcome is None:
        assert run.returncode != 0
        assert "CHAT_V3_TRUST_USER_ID" in run.stderr
    else:
        assert run.stdout.strip() == outcome


# --- what it opens


class Program:
    """A program that sends no token; from this machine, unless it says otherwise."""

    def __init__(self, address: str = "127.0.0.1", host: str = "localhost:3000", **headers: str) -> None:
        self.api = Api(address=address)
        self.api.client.defaults["HTTP_HOST"] = host
        self.headers = headers

    def post(self, path: str, body: Any = None) -> Answer:
        return self.api.send("POST", path, body, headers=self.headers)

    def get(self, path: str, **query: Any) -> Answer:
        return self.api.send("GET", path, query=query, headers=self.headers)

    def delete(self, path: str) -> Answer:
        return self.api.send("DELETE", path, headers=self.headers)


def test_it_speaks_and_reads_as_whom_it_names(room: Room, kim: User, lee: User) -> None:
    program, path = Program(), f"{HERE}/{room.pk}"
    sent = program.post(f"{path}/messages", {"user_id": kim.pk, "message": "안녕!"})
    assert (sent.status, sent.body["data"]["user"]["name"]) == (201, "김학생")
    assert program.post(f"{path}/read", {"user_id": lee.pk}).status == 200
    assert rooms.member(lee, room).last_read_at is not None
    for route in (f"{path}/messages", f"{path}/members", path, HERE):
        assert program.get(route, user_id=lee.pk).status == 200
    made = program.post(HERE, {"user_id": lee.pk, "name": "새 방"})
    assert (made.status, made.body["data"]["owner_id"]) == (201, lee.pk)


def test_it_adds_and_removes_as_the_rooms_owner(room: Room, kim: User, lee: User) -> None:
    """Where S4 names no actor: R59, R60."""
    park, program, path = cast.instructor_park(), Program(), f"{HERE}/{room.pk}/members"
    rooms.acquaint(park, kim)
    assert program.post(path, {"user_id": park.pk}).status == 201
    assert program.delete(f"{path}/{lee.pk}").status == 200
    assert set(Member.objects.values_list("user_id", flat=True)) == {kim.pk, park.pk}
    assert program.delete(f"{path}/{kim.pk}").body["code"] == "LAST_OWNER"
    assert program.post(f"{HERE}/999999/members", {"user_id": park.pk}).body["error"] == "Chat room not found"
    Room.objects.update(owner=None)
    assert program.post(path, {"user_id": lee.pk}).status == 403


def test_membership_is_needed_all_the_same(room: Room) -> None:
    park, program, path = cast.instructor_park(), Program(), f"{HERE}/{room.pk}"
    for user_id in (park.pk, 999_999):
        sent = program.post(f"{path}/messages", {"user_id": user_id, "message": "안녕!"})
        assert (sent.status, sent.body["code"]) == (403, "NOT_A_MEMBER")
        read = program.post(f"{path}/read", {"user_id": user_id})
        assert (read.status, read.body["error"]) == (404, "Membership not found")
        assert program.get(f"{path}/messages", user_id=user_id).status == 404
    assert not Message.objects.exists()


def test_who_may_not_sign_in_cannot_be_named(room: Room, lee: User) -> None:
    lee.is_active = False
    lee.save()
    sent = Program().post(f"{HERE}/{room.pk}/messages", {"user_id": lee.pk, "message": "안녕!"})
    assert sent.status == 403
    assert not Message.objects.exists()


def test_nobody_is_named(room: Room) -> None:
    program = Program()
    for answer in (
        program.post(f"{HERE}/{room.pk}/messages", {"message": "안녕!"}),
        program.post(f"{HERE}/{room.pk}/read", {}),
        program.get(f"{HERE}/{room.pk}/messages"),
        program.get(HERE),
    ):
        assert (answer.status, answer.body["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "program",
    [
        Program(address="198.51.100.7"),
        Program(host="testserver"),
        Program(X_Forwarded_For="127.0.0.1"),
        Program(Origin="null"),
        Program(Origin="https://evil.example"),
    ],
    ids=["from elsewhere", "by another name", "forwarded", "a page from a file", "a foreign page"],
)
def test_others_are_nobody(room: Room, kim: User, program: Program) -> None:
    path, said = f"{HERE}/{room.pk}", {"user_id": kim.pk, "message": "안녕!"}
    for answer in (
        program.post(f"{path}/messages", said),
        program.post(f"{path}/read", {"user_id": kim.pk}),
        program.post(f"{path}/members", {"user_id": kim.pk}),
        program.delete(f"{path}/members/{kim.pk}"),
        program.get(f"{path}/messages", user_id=kim.pk),
        program.get(HERE, user_id=kim.pk),
    ):
        assert (answer.status, answer.body["code"]) == (401, "UNAUTHENTICATED")
    assert not Message.objects.exists()


def test_a_token_wins_over_trust(room: Room, kim: User, lee: User) -> None:
    """On this machine too the named user must be the token's own."""
    program = Program()
    program.headers = {"Authorization": f"Bearer {cast.access_token(lee)}"}
    sent = program.post(f"{HERE}/{room.pk}/messages", {"user_id": kim.pk, "message": "안녕!"})
    assert (sent.status, sent.body["code"]) == (403, "USER_ID_MISMATCH")
    added = program.post(f"{HERE}/{room.pk}/members", {"user_id": cast.instructor_park().pk})
    assert added.status == 403  # not as the owner
    program.headers = {"Authorization": "Bearer nonsense"}
    assert program.post(f"{HERE}/{room.pk}/messages", {"user_id": kim.pk, "message": "안녕!"}).status == 401


def test_keys_of_those_behind_one_address_are_their_own(room: Room, kim: User, lee: User) -> None:
    program, path = Program(), f"{HERE}/{room.pk}/messages"
    said = {"message": "안녕!", "client_msg_id": "m1"}
    first = program.post(path, {**said, "user_id": kim.pk})
    again = program.post(path, {**said, "user_id": kim.pk})
    other = program.post(path, {**said, "user_id": lee.pk})
    assert first.body == again.body
    assert other.status == 201
    assert list(Message.objects.order_by("pk").values_list("sender", flat=True)) == [kim.pk, lee.pk]


def test_the_other_family_trusts_nobody(kim: User) -> None:
    assert Program().get("/chat/v1/room/", user_id=kim.pk).status == 401
    assert Program().get("/api/auth/me", user_id=kim.pk).status == 401
