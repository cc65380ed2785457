"""Uploads and downloads: who, how much, what is shown and what is left (contract 9.4; reliability X10, X11, F18)."""

from __future__ import annotations

import errno
import json
import socket
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.conf import settings as ours
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.models import ChatFile, Message, Room
from mobilegpt.core.clock import now
from tests import cast, rooms
from tests.pictures import bomb, heic, photo_with_a_place, picture
from tests.rest.api import Answer, Api
from tests.rest.asgi import ask, over_asgi

pytestmark = pytest.mark.django_db
HERE = "/api/v1/chat/rooms"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder of each test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def upload(user: User, room: Room, content: bytes = b"hello", name: str = "memo.txt", **form: Any) -> Answer:
    file = SimpleUploadedFile("placeholder.txt", content)
    file._name = name  # type: ignore[attr-defined] # as a client may send it: Django's own class would tidy it
    response = Client(REMOTE_ADDR="198.51.100.7").post(
        f"{HERE}/{room.pk}/files", {"file": file, **form}, headers=cast.bearer(user)
    )
    return Answer(response)


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


class Download:
    """A response, read to its end: the test client closes it then."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.content = b"".join(response)


def fetch(url: str, user: User | None = None) -> Download:
    parts = urlsplit(url)
    headers = cast.bearer(user) if user is not None else {}
    return Download(Client().get(f"{parts.path}?{parts.query}", headers=headers))


# --- uploading


def test_an_upload_is_answered_with_an_address_for_an_img(room: Room, kim: User, media: Path) -> None:
    answer = upload(kim, room, photo_with_a_place(), "가족 사진.jpg")
    assert (answer.status, answer.body["success"]) == (201, True)
    data = answer.body["data"]
    assert set(data) == {"file_url", "name", "size", "mime"}
    assert (data["name"], data["mime"]) == ("가족 사진.jpg", "image/jpeg")
    (path,) = stored(media)
    assert path.stat().st_size == data["size"]
    file = ChatFile.objects.get()
    assert path == media / "chat" / str(room.pk) / f"{file.pk}.jpg"
    assert data["file_url"].startswith(f"http://testserver/api/v1/chat/files/{file.pk}?")
    response = fetch(data["file_url"])
    assert response.status == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "private" in response.headers["Cache-Control"]
    assert b"SecretCamera" not in response.content


def test_the_address_is_the_public_one(room: Room, kim: User, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://class.example"
    assert upload(kim, room).body["data"]["file_url"].startswith("https://class.example/api/v1/chat/files/")


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"", "memo.txt", 400, "INVALID_REQUEST"),
        (b"x" * 20_001, "memo.txt", 413, "TOO_LARGE"),
        (b"<svg onload='alert(1)'/>", "a.svg", 400, "UNSUPPORTED_FILE"),
        (b"<html>", "a.png", 400, "UNSUPPORTED_FILE"),
        (b"<html>", "a.html", 400, "UNSUPPORTED_FILE"),
        (bomb(), "a.png", 400, "UNSUPPORTED_FILE"),
        (b"hello", "a" * 300 + ".txt", 400, "INVALID_REQUEST"),
    ],
    ids=["empty", "too large", "svg", "a page called png", "a page", "bomb", "long name"],
)
def test_what_is_refused_leaves_nothing(
    room: Room, kim: User, media: Path, settings: Settings, content: bytes, name: str, status: int, code: str
) -> None:
    settings.CHAT_FILE_BYTES = 20_000
    answer = upload(kim, room, content, name)
    assert (answer.status, answer.body["code"], answer.body["success"]) == (status, code, False)
    assert stored(media) == []
    assert not ChatFile.objects.exists()


def test_the_largest_file_is_taken(room: Room, kim: User, settings: Settings) -> None:
    settings.CHAT_FILE_BYTES = 20_000
    assert upload(kim, room, b"x" * 20_000).status == 201


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("/etc/cron.d/evil.txt", "evil.txt"),
        ("a\u202egpj.txt", "agpj.txt"),
    ],
)
def test_a_name_is_no_path(room: Room, kim: User, media: Path, name: str, shown: str) -> None:
    answer = upload(kim, room, name=name)
    assert (answer.status, answer.body["data"]["name"]) == (201, shown)
    (path,) = stored(media)
    assert path.parent == media / "chat" / str(room.pk)


def test_a_form_without_a_file(room: Room, kim: User) -> None:
    path, headers = f"{HERE}/{room.pk}/files", cast.bearer(kim)
    empty = Answer(Client().post(path, {"name": "x"}, headers=headers))
    assert (empty.status, empty.body) == (
        400,
        {"success": False, "error": "file is missing", "code": "INVALID_REQUEST"},
    )
    no_form = Api(kim).post(path, {"file": "hello"})
    assert (no_form.status, no_form.body["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    broken = Client().generic("POST", path, b"xx", content_type="multipart/form-data; boundary=", headers=headers)
    assert broken.status_code == 400


def test_who_may_upload(room: Room, kim: User, lee: User, media: Path) -> None:
    park = cast.instructor_park()
    assert upload(park, room).status == 404
    assert upload(lee, room, user_id=kim.pk).body["code"] == "USER_ID_MISMATCH"
    assert upload(lee, room, user_id="me").status == 400
    Room.objects.update(posting="STAFF")
    assert upload(lee, room).body["code"] == "ROOM_READ_ONLY"
    assert Client().post(f"{HERE}/{room.pk}/files").status_code == 401
    assert stored(media) == []
    assert upload(kim, room, user_id=kim.pk).status == 201


def test_a_program_on_this_machine_uploads_as_whom_it_names(room: Room, kim: User) -> None:
    """Contract 3.8."""
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost:3000")
    form = {"file": SimpleUploadedFile("memo.txt", b"hello"), "user_id": kim.pk}
    assert client.post(f"{HERE}/{room.pk}/files/", form).status_code == 201
    assert ChatFile.objects.get().uploader == kim


def test_a_day_has_so_many_bytes(room: Room, kim: User, lee: User, settings: Settings) -> None:
    settings.CHAT_FILE_BYTES_PER_DAY = 10
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        assert upload(kim, room, b"x" * 6).status == 201
        refused = upload(kim, room, b"x" * 6)
        assert (refused.status, refused.body["code"]) == (429, "RATE_LIMITED")
        assert int(refused.headers["Retry-After"]) > 0
        assert upload(lee, room, b"x" * 6).status == 201
        clock.shift(timedelta(days=1, minutes=1))
        assert upload(kim, room, b"x" * 6).status == 201


# --- faults


def test_a_full_disk_leaves_nothing(room: Room, kim: User, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F18: half of the file is written when the space ends."""
    whole = File.chunks

    def until_the_disk_is_full(file: File[bytes], chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        assert stored(media) != []  # proof that the fault comes in the middle
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(File, "chunks", until_the_disk_is_full)
    answer = upload(kim, room)
    assert (answer.status, answer.body["code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert stored(media) == []
    assert not ChatFile.objects.exists()
    monkeypatch.setattr(File, "chunks", whole)
    assert upload(kim, room).status == 201


def test_a_row_that_is_not_written_leaves_no_bytes(
    room: Room, kim: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> ChatFile:
        assert stored(media) != []
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(ChatFile.objects, "create", refuse)
    assert upload(kim, room).status == 500
    assert stored(media) == []


def test_bytes_that_are_gone_are_absent(room: Room, kim: User, media: Path) -> None:
    url = upload(kim, room).body["data"]["file_url"]
    (path,) = stored(media)
    path.unlink()
    assert fetch(url).status == 404


@pytest.mark.django_db(transaction=True)
async def test_a_body_beyond_the_limit_is_cut_off_while_it_arrives() -> None:
    """Chunked, without a length: refused as soon as it is too much (X11)."""
    piece = b"x" * 1_000_000
    token = await sync_to_async(lambda: cast.bearer(cast.student_kim()))()
    headers = {"content-type": "multipart/form-data; boundary=b", "transfer-encoding": "chunked", **token}
    headers = {name.lower(): value for name, value in headers.items()}
    status, body = await ask("POST", f"{HERE}/1/files", *[piece] * 60, headers=headers)
    assert (status, body["code"], body["success"]) == (413, "TOO_LARGE", False)
    announced = {**headers, "content-length": str(ours.CHAT_MEDIA_BYTES + 100_000)}
    status, body = await ask("POST", f"{HERE}/1/files", b"x", headers=announced)
    assert (status, body["code"]) == (413, "TOO_LARGE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Bearer a.b.c", "Basic eDp5"])
async def test_a_stranger_is_refused_before_the_body_is_read(token: str) -> None:
    headers = {
        "content-type": "multipart/form-data; boundary=b",
        "content-length": "10000000",
        "x-request-id": "12345678",
    }
    headers |= {"authorization": token} if token else {}
    fields = {"host": "testserver", **headers}
    reply = await over_asgi("POST", f"{HERE}/1/files", b"x" * 1000, headers=fields, peer="198.51.100.7")
    assert (reply.status, reply.headers["connection"], reply.headers["www-authenticate"]) == (401, "close", "Bearer")
    assert reply.body["success"] is False
    assert reply.headers["x-request-id"] == "12345678"  # it has been through all that surrounds an answer


def test_words_have_the_common_limit(room: Room, kim: User) -> None:
    """The larger limit is for files."""
    answer = Api(kim).send("POST", f"{HERE}/{room.pk}/messages", raw=b'{"message":"' + b"x" * 1_100_000 + b'"}')
    assert (answer.status, answer.body["code"]) == (413, "TOO_LARGE")


# --- reading


def test_a_link_holds_while_its_member_is_one(room: Room, kim: User, lee: User) -> None:
    url = upload(lee, room).body["data"]["file_url"]
    assert fetch(url).content == b"hello"
    rooms.remove(lee, room)
    assert fetch(url).status == 404
    assert fetch(url, lee).status == 404
    assert fetch(url, kim).status == 200  # a token counts before a link


def test_a_link_ends_with_its_members_account(room: Room, lee: User) -> None:
    url = upload(lee, room).body["data"]["file_url"]
    lee.is_active = False
    lee.save()
    assert fetch(url).status == 404


def test_a_link_ends_with_the_next_day(room: Room, kim: User) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        url = upload(kim, room).body["data"]["file_url"]
        clock.shift(timedelta(days=1, hours=13))
        assert fetch(url).status == 200
        clock.shift(timedelta(hours=2))
        assert fetch(url).status == 404


def test_a_link_cannot_be_made_by_others(room: Room, kim: User, lee: User) -> None:
    url = upload(kim, room).body["data"]["file_url"]
    other = upload(lee, room).body["data"]["file_url"]
    path, query = url.partition("?")[0], dict(parse_qsl(urlsplit(url).query))
    forged = [
        {**query, "u": lee.pk},
        {**query, "e": int(query["e"]) + 86_400},
        {**query, "e": "9" * 30},
        {**query, "u": "-1"},
        {**query, "s": ""},
        {**query, "s": "한글"},
        {key: value for key, value in query.items() if key != "u"},
        dict(parse_qsl(urlsplit(other).query)),
    ]
    for one in forged:
        assert fetch(f"{path}?{urlencode(one)}").status == 404
    assert fetch(path).status == 401
    assert fetch(path, lee).status == 200
    park = cast.instructor_park()
    hidden, absent = fetch(path, park), fetch(f"/api/v1/chat/files/{uuid.uuid4()}", park)
    assert (hidden.status, hidden.content) == (absent.status, absent.content)


# --- in parts, for players


def part(url: str, method: str = "GET", **headers: str) -> Download:
    parts = urlsplit(url)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Download(Client().generic(method, f"{parts.path}?{parts.query}", headers=fields))


@pytest.fixture
def numbers(room: Room, kim: User) -> str:
    """Where a file of the bytes 0 to 249, four times over, is."""
    return str(upload(kim, room, b"".join(b"%04d" % number for number in range(250))).body["data"]["file_url"])


_NUMBERS = b"".join(b"%04d" % number for number in range(250))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 999),
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=999-", 999, 999),
        ("bytes=900-5000", 900, 999),
        ("bytes=-1", 999, 999),
        ("bytes=-100", 900, 999),
        ("bytes=-5000", 0, 999),
        ("Bytes = 4-7", 4, 7),
    ],
)
def test_a_part_of_a_file(numbers: str, asked: str, first: int, last: int) -> None:
    response = part(numbers, range=asked)
    assert response.status == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/1000"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content == _NUMBERS[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0", f"bytes={10**17}-"])
def test_a_part_that_is_not_there(numbers: str, asked: str) -> None:
    response = part(numbers, range=asked)
    assert (response.status, response.headers["Content-Range"]) == (416, "bytes */1000")
    assert json.loads(response.content) == {
        "success": False,
        "error": "The file has 1000 bytes",
        "code": "RANGE_NOT_SATISFIABLE",
    }


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,4-5",
        "bytes=5-4",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes",
        "",
        "bytes=０-１",
        "bytes=" + "9" * 30 + "-",
    ],
)
def test_what_is_no_part_is_the_whole(numbers: str, asked: str) -> None:
    response = part(numbers, range=asked)
    assert (response.status, response.headers["Content-Length"], response.headers["Accept-Ranges"]) == (
        200,
        "1000",
        "bytes",
    )
    assert response.content == _NUMBERS


def test_who_has_a_part_of_other_bytes_gets_the_whole(numbers: str) -> None:
    whole = part(numbers)
    tag, modified = whole.headers["ETag"], whole.headers["Last-Modified"]
    for known, status in [
        (tag, 206),
        (modified, 206),
        ('"another"', 200),
        (f"W/{tag}", 200),
        ("Mon, 30 Nov 2020 10:00:00 GMT", 200),
        ("nonsense", 200),
    ]:
        assert part(numbers, range="bytes=0-3", if_range=known).status == status, known


def test_what_has_not_changed_is_not_sent_again(numbers: str) -> None:
    whole = part(numbers)
    for headers in ({"if_none_match": whole.headers["ETag"]}, {"if_modified_since": whole.headers["Last-Modified"]}):
        response = part(numbers, **headers)
        assert (response.status, response.content) == (304, b"")
        assert response.headers["ETag"] == whole.headers["ETag"]
    assert part(numbers, if_match='"another"').status == 412
    assert part(numbers, if_none_match='"another"', range="bytes=0-3").status == 206


def test_head_tells_of_the_whole(numbers: str) -> None:
    response = part(numbers, "HEAD", range="bytes=0-3")
    assert (response.status, response.headers["Content-Length"], response.headers["Accept-Ranges"]) == (
        200,
        "1000",
        "bytes",
    )


def test_a_part_is_a_members_too(numbers: str, room: Room, lee: User) -> None:
    theirs = upload(lee, room).body["data"]["file_url"]
    assert part(theirs, range="bytes=0-3").status == 206
    rooms.remove(lee, room)
    assert part(theirs, range="bytes=0-3").status == 404
    assert part(numbers.partition("?")[0], range="bytes=0-3").status == 401


def test_a_film_may_be_larger_than_other_files(room: Room, kim: User, settings: Settings) -> None:
    settings.CHAT_FILE_BYTES, settings.CHAT_MEDIA_BYTES = 20_000, 60_000
    film = b"\0\0\0\x14ftypisom\0\0\0\0isom"
    answer = upload(kim, room, film.ljust(60_000, b"\0"), "나들이.mp4")
    assert (answer.status, answer.body["data"]["mime"]) == (201, "video/mp4")
    refused = upload(kim, room, film.ljust(60_001, b"\0"), "나들이.mp4")
    assert (refused.status, refused.body["code"]) == (413, "TOO_LARGE")
    assert upload(kim, room, b"x" * 20_001).status == 413


def test_a_file_is_served_as_what_it_is(room: Room, kim: User) -> None:
    data = upload(kim, room, "안녕하세요".encode("cp949"), "메모").body["data"]
    assert (data["name"], data["mime"]) == ("메모.txt", "text/plain; charset=euc-kr")
    response = part(data["file_url"])
    assert response.headers["Content-Type"] == "text/plain; charset=euc-kr"
    assert response.headers["Content-Disposition"].startswith("attachment")
    photo = upload(kim, room, heic(), "IMG_0001.HEIC").body["data"]
    assert (photo["name"], photo["mime"]) == ("IMG_0001.jpg", "image/jpeg")


# --- files in messages


def test_each_reader_gets_a_link_of_their_own(room: Room, kim: User, lee: User) -> None:
    url = upload(kim, room, picture(), "a.png").body["data"]["file_url"]
    path = f"{HERE}/{room.pk}/messages"
    sent = Api(kim).post(path, {"message_type": "image", "file_url": url})
    assert (sent.status, sent.body["data"]["file_url"]) == (201, url)
    message = Message.objects.get()
    assert (message.file, message.text) == (ChatFile.objects.get(), "")
    (shown,) = Api(lee).get(path).body["data"]["messages"]
    assert f"u={lee.pk}&" in shown["file_url"]
    assert fetch(shown["file_url"]).status == 200
    by_s3 = Api(lee).get(f"/chat/v1/room/{room.pk}/").body["chat_messages"][0]["message"]
    assert f"u={lee.pk}&" in by_s3
    rooms.remove(lee, room)
    assert fetch(shown["file_url"]).status == 404


def test_an_old_message_has_a_fresh_link(room: Room, kim: User) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        url = upload(kim, room).body["data"]["file_url"]
        rooms.say(kim, room, None, file_url=url)
        clock.shift(timedelta(days=30))
        assert fetch(url).status == 404
        for link in (
            Api(kim).get(f"{HERE}/{room.pk}/messages").body["data"]["messages"][0]["file_url"],
            Api(kim).get(f"/chat/v1/room/{room.pk}").body["chat_messages"][0]["message"],
            Api(kim).get(HERE).body["data"][0]["last_message"]["file_url"],
        ):
            assert fetch(link).status == 200


def test_the_file_of_another_room_is_not_passed_on(room: Room, kim: User, lee: User) -> None:
    elsewhere = rooms.private(kim, name="다른 방")
    url = upload(kim, elsewhere).body["data"]["file_url"]
    answer = Api(kim).post(f"{HERE}/{room.pk}/messages", {"file_url": url})
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/admin/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://rebind.example/redirect?to=http://localhost/",
        "https://example.com/사진.png",
        f"https://evil.example/api/v1/chat/files/{uuid.UUID(int=5)}?u=1&e=2&s=3",
    ],
)
def test_a_foreign_address_is_kept_and_never_fetched(
    room: Room, kim: User, lee: User, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """Reliability X10."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the server looked something up")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    answer = Api(kim).post(f"{HERE}/{room.pk}/messages", {"message_type": "image", "file_url": url})
    assert (answer.status, answer.body["data"]["file_url"]) == (201, url)
    (shown,) = Api(lee).get(f"{HERE}/{room.pk}/messages").body["data"]["messages"]
    assert shown["file_url"] == url
    assert Message.objects.get().file is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://x/", "data:text/html,x", "javascript:alert(1)"])
def test_what_is_no_web_address_is_refused(room: Room, kim: User, url: str) -> None:
    assert Api(kim).post(f"{HERE}/{room.pk}/messages", {"file_url": url}).status == 400


# --- tidying up


def test_what_no_message_names_is_deleted_after_a_day(room: Room, kim: User, media: Path) -> None:
    url = upload(kim, room).body["data"]["file_url"]
    rooms.say(kim, room, None, file_url=url)
    upload(kim, room)
    assert services.delete_unsent_files() == 0
    ChatFile.objects.update(created_at=now() - timedelta(days=1, minutes=1))
    assert services.delete_unsent_files() == 1
    assert len(stored(media)) == 1
    assert fetch(url).status == 200
