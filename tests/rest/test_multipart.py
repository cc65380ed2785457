"""The names of uploaded files, as clients of all kinds send them."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import ChatFile, Room
from mobilegpt.rest.http.multipart import Readable, readable_name
from tests import cast

BOUNDARY = "----x7"


def form(disposition: bytes, content: bytes = b"hello") -> bytes:
    edge = b"--" + BOUNDARY.encode()
    header = b"Content-Disposition: form-data; " + disposition + b"\r\nContent-Type: text/plain"
    return edge + b"\r\n" + header + b"\r\n\r\n" + content + b"\r\n" + edge + b"--\r\n"


def named(name: bytes) -> bytes:
    return b'name="file"; filename="' + name + b'"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("disposition", "charset"),
    [
        (named("회의록.txt".encode()), ""),
        (named("회의록.txt".encode("euc-kr")), ""),
        (named("회의록.txt".encode("euc-kr")), "; charset=EUC-KR"),
        (named("회의록.txt".encode()), "; charset=EUC-KR"),
        (named(unicodedata.normalize("NFD", "회의록.txt").encode()), ""),
        (named(b"%ED%9A%8C%EC%9D%98%EB%A1%9D.txt"), ""),
        (named(b"%C8%B8%C0%C7%B7%CF.txt"), ""),
        (named(b"=?UTF-8?B?7ZqM7J2Y66GdLnR4dA==?="), ""),
        (named(b"&#54924;&#51032;&#47197;.txt"), ""),
        (named("C:\\문서\\회의록.txt".encode("cp949")), ""),
        (b"name=\"file\"; filename*=UTF-8''%ED%9A%8C%EC%9D%98%EB%A1%9D.txt", ""),
        (b"name=\"file\"; filename*=euc-kr'ko'%C8%B8%C0%C7%B7%CF.txt", ""),
    ],
)
def test_a_file_name_arrives_readable(
    room: Room, kim: User, settings: Settings, tmp_path: Path, disposition: bytes, charset: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    answer: Any = Client().generic(
        "POST",
        f"/api/v1/chat/rooms/{room.pk}/files",
        form(disposition),
        content_type=f"multipart/form-data; boundary={BOUNDARY}{charset}",
        headers=cast.bearer(kim),
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["data"]["name"] == ChatFile.objects.get().name == "회의록.txt"


def test_letters_that_only_cp949_has_arrive() -> None:
    assert (
        b"\xec\x8b\x9c\xeb\xa2\xb0"
        in Readable(io.BytesIO(form(named("시뢰.txt".encode("cp949")))), BOUNDARY.encode()).read()
    )


@given(st.binary(max_size=300), st.integers(1, 400))
def test_the_content_of_a_file_is_left_alone(content: bytes, size: int) -> None:
    whole = form(named("가.bin".encode()), content.replace(b"--" + BOUNDARY.encode(), b""))
    read = Readable(io.BytesIO(whole), BOUNDARY.encode())
    assert b"".join(iter(lambda: read.read(size), b"")) == whole


@given(st.binary(max_size=400), st.integers(1, 50))
def test_whatever_comes_in_can_be_read(body: bytes, size: int) -> None:
    read = Readable(io.BytesIO(b"--x\r\n" + body), b"x")
    assert (not body) or b"".join(iter(lambda: read.read(size), b""))


@given(st.text(max_size=60))
def test_whatever_a_file_is_called_its_name_is_read_once(name: str) -> None:
    shown = readable_name(name)
    assert shown == unicodedata.normalize("NFC", shown)


@pytest.mark.parametrize("name", ["100%.txt", "50%25.txt", "a+b.txt", "=?x?.txt", "=?none?B?AAAA?=.txt", "🏴.png"])
def test_a_name_that_only_looks_encoded_stays(name: str) -> None:
    assert readable_name(name) == name
