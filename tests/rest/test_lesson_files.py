"""The door of lessons' pictures and clips: by their address alone, for ever the same (contract 11.11)."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from mobilegpt.core.clock import now
from mobilegpt.core.errors import Unavailable
from mobilegpt.files import lesson_files, store

_CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def name() -> str:
    return lesson_files.keep(_CONTENT, "webp")


def ask(name: str, method: str = "get", **headers: str) -> Any:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    response = getattr(Client(), method)(lesson_files.url_of(name), headers=sent)
    response.read = b"".join(response.streaming_content) if response.streaming else response.content
    return response


@pytest.mark.parametrize(("ending", "mime"), lesson_files.MIMES.items())
def test_a_file_is_served_as_what_it_is_and_may_be_kept_for_ever(ending: str, mime: str) -> None:
    response = ask(lesson_files.keep(_CONTENT, ending))
    assert (response.status_code, response["Content-Type"], response.read) == (200, mime, _CONTENT)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(_CONTENT))


def test_what_one_has_is_not_sent_again(name: str) -> None:
    etag = ask(name)["ETag"]
    assert name in etag
    unchanged = ask(name, If_None_Match=etag)
    assert (unchanged.status_code, unchanged.read, unchanged["ETag"]) == (304, b"", etag)
    assert ask(name, If_None_Match='"another"').status_code == 200


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-99", 206, _CONTENT[:100]),
        ("bytes=100-", 206, _CONTENT[100:]),
        ("bytes=-7", 206, _CONTENT[-7:]),
        ("bytes=0-1,5-6", 200, _CONTENT),
        ("lines=1-2", 200, _CONTENT),
    ],
)
def test_a_part_is_answered(name: str, wanted: str, status: int, part: bytes) -> None:
    response = ask(name, Range=wanted)
    assert (response.status_code, response.read) == (status, part)


def test_a_part_that_is_not_there_is_refused(name: str) -> None:
    response = ask(name, Range="bytes=99999-")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(_CONTENT)}")


def test_a_head_tells_the_size_and_sends_nothing(name: str) -> None:
    response = ask(name, "head")
    assert (response.status_code, response["Content-Length"], response.read) == (200, str(len(_CONTENT)), b"")
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "name",
    [
        f"{'0' * 40}.webp",
        f"{'0' * 40}.svg",
        f"{'0' * 39}.webp",
        "..%2f..%2fdb.sqlite3",
        "%2e%2e/secret.webp",
        f"{'0' * 40}.webp%00",
        "",
    ],
)
def test_nothing_else_is_served(media: Path, name: str) -> None:
    (media / "lessons").mkdir(parents=True)
    (media / "secret.webp").write_bytes(b"secret")
    response = ask(name)
    assert response.status_code == 404
    assert b"secret" not in response.read


def test_nothing_changes_through_this_door(name: str) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert ask(name, method).status_code == 405
    assert ask(name).read == _CONTENT


def test_a_name_cannot_be_guessed_from_the_content(name: str, settings: Settings) -> None:
    settings.SECRET_KEY = "another installation's"
    assert lesson_files.keep(_CONTENT, "webp") != name


def test_what_a_dead_process_left_half_written_is_made_whole(media: Path, name: str) -> None:
    (media / "lessons" / name).write_bytes(_CONTENT[:100])
    assert lesson_files.keep(_CONTENT, "webp") == name
    assert ask(name).read == _CONTENT


def test_a_full_disk_leaves_nothing_and_takes_nothing_away(
    media: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        write(path, content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    (media / "lessons" / name).chmod(0o600)
    with pytest.raises(Unavailable):
        lesson_files.keep(b"another", "webp")
    with time_machine.travel(now() + timedelta(days=1)), pytest.raises(Unavailable):
        lesson_files.keep(_CONTENT, "webp")  # to make it young
    assert [path.name for path in (media / "lessons").iterdir()] == [name]
    assert ask(name).read == _CONTENT


def test_many_who_keep_the_same_at_once_keep_one_whole_file(media: Path) -> None:
    content = bytes(range(256)) * 8_000
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: lesson_files.keep(content, "webp"), range(40)))
    assert len(names) == 1
    [path] = (media / "lessons").iterdir()
    assert (path.name, path.read_bytes()) == (names.pop(), content)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_kept_once(media: Path, name: str) -> None:
    assert lesson_files.keep(_CONTENT, "webp") == name
    assert [path.name for path in (media / "lessons").iterdir()] == [name]
    with store.open_stored(lesson_files.path_of(name)) as file:
        assert io.BytesIO(file.read()).getvalue() == _CONTENT
