"""Reading what is stored: the whole, a part, and what is not there (reliability F18)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.errors import NotFound, Unavailable
from mobilegpt.files.store import Part, facts_of, open_stored
from mobilegpt.files.texts import charset_of, looks_like_text

CONTENT = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def stored(settings: Any, folder: Path) -> str:
    """The path of ``CONTENT`` in the storage."""
    settings.MEDIA_ROOT = str(folder)
    if default_storage.exists("chat/a.bin"):
        return "chat/a.bin"
    return default_storage.save("chat/a.bin", ContentFile(CONTENT))


def test_the_whole_file(stored: str) -> None:
    with open_stored(stored) as file:
        assert file.read() == CONTENT


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (0, 1023), (1023, 1023), (1, 1022), (256, 511), (1000, 1023), (512, 512)]
)
def test_a_part_has_both_its_ends(stored: str, first: int, last: int) -> None:
    part = Part(first, last)
    with open_stored(stored, part) as file:
        read = b"".join(iter(lambda: file.read(7), b""))
    assert read == CONTENT[first : last + 1]
    assert part.size == len(read)


def test_what_is_known_of_a_file_without_reading_it(stored: str) -> None:
    size, moment = facts_of(stored)
    assert size == 1024
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("path", ["chat/absent.bin", "../secret", "/etc/passwd", "chat/../../secret"])
def test_what_is_not_there_or_not_ours_is_absent(stored: str, path: str) -> None:
    """Whoever asks cannot tell which."""
    for read in (open_stored, facts_of):
        with pytest.raises(NotFound, match="File not found"):
            read(path)


@pytest.mark.parametrize(
    "error", [PermissionError("/srv/media"), OSError(5, "disk sda1"), RuntimeError("the bucket's own")]
)
def test_a_storage_that_is_away_asks_for_patience(
    stored: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def away(*_: object) -> None:
        raise error

    monkeypatch.setattr(default_storage, "open", away)
    monkeypatch.setattr(default_storage, "size", away)
    for read in (open_stored, facts_of):
        with pytest.raises(Unavailable) as refusal:
            read(stored)
        assert refusal.value.retry_after == 30
        assert str(error) not in refusal.value.message


# --- texts, whatever they were written with


def charset(content: bytes) -> str | None:
    return charset_of(io.BytesIO(content))


@given(st.text("가각힣김이박하나둘셋 .,\nabc123", min_size=1, max_size=80))
def test_a_korean_text_is_read_as_it_was_written(text: str) -> None:
    for codec in ("utf-8", "utf-8-sig", "utf-16"):
        content = text.encode(codec)
        found = charset(content)
        assert found is not None
        assert content.decode(found).removeprefix("\ufeff") == text


@pytest.mark.parametrize("codec", ["utf-8", "euc-kr", "utf-16"])
def test_a_letter_that_is_cut_by_a_piece_is_whole_again(codec: str) -> None:
    """Files are read in pieces of 64 KiB."""
    for shift in range(3):
        content = ("a" * shift + "가나다라 " * 20_000).encode(codec)
        assert charset(content) == codec


@pytest.mark.parametrize("place", [0, 70_000, 139_999])
def test_one_byte_that_is_no_letter_makes_it_no_text(place: int) -> None:
    content = bytearray(b"a" * 140_000)
    content[place] = 0xFF
    assert charset(bytes(content)) is None


def test_a_letter_that_is_cut_off_at_the_end_is_none() -> None:
    for codec in ("utf-8", "euc-kr"):
        assert charset("하나 둘 셋".encode(codec)[:-1]) is None


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("안녕하세요\n".encode(), True),
        ("안녕하세요".encode("euc-kr"), True),
        ("안녕하세요, 여러분".encode("utf-16"), True),
        (b"a,b\r\n1,2\r\n", True),
        (b"", False),
        (b"abc\x00def", False),
        (b"abc\x07", False),
        (b"\x89PNG\r\n\x1a\n", False),
    ],
)
def test_what_begins_like_a_text_for_people(head: bytes, text: bool) -> None:
    assert looks_like_text(head) is text
