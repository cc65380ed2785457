"""A lesson's file: written, read back the same, and refused with a reason when anything is wrong (contract 11.11)."""

from __future__ import annotations

import io
import json
import random
import stat
import time
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.core.text import is_blank
from mobilegpt.lectures.step import PictureMark
from mobilegpt.packs import archive
from mobilegpt.packs.archive import read_pack
from mobilegpt.packs.format import PackAudio, PackImage, PackLesson, PackStep, PackTask
from tests.packs.making import clip, files, lesson, packed, zipped
from tests.pictures import picture

LESSON = msgspec.json.encode(lesson())
CONTENTS = list(files().items())


def reason(content: bytes) -> str:
    """Why a file is refused; nothing else than this refusal may come of one."""
    with pytest.raises(Invalid) as refusal:
        read_pack(io.BytesIO(content))
    assert refusal.value.code is ErrorCode.BAD_LESSON_FILE
    assert refusal.value.message
    return str(refusal.value.details["reason"])


# --- what is good


def test_what_was_written_is_read() -> None:
    pack = read_pack(io.BytesIO(packed()))
    assert pack.lesson == lesson()
    assert {name: pack.read(name) for name in files()} == files()


def test_the_same_lesson_gives_the_same_bytes() -> None:
    assert packed() == packed()


def test_files_of_other_programs_are_read_too() -> None:
    """Folders of their own, packed, and with what a program says to a name."""
    entries = [("pictures/", b""), *CONTENTS, ("clips/", b""), ("lesson.json", b"\xef\xbb\xbf\n" + LESSON)]
    assert read_pack(io.BytesIO(zipped(*entries))).lesson == lesson()


_words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
_titles = _words.filter(lambda text: not is_blank(text) and len(text.encode()) < 150)
_place, _side = st.floats(0, 0.5), st.floats(0.01, 0.5)
_marks = st.one_of(
    st.builds(PictureMark, kind=st.sampled_from(["tap", "long_tap"]), x=_place, y=_place),
    st.builds(PictureMark, kind=st.just("swipe"), x=_place, y=_place, direction=st.sampled_from(["up", "left"])),
    st.builds(PictureMark, kind=st.just("box"), x=_place, y=_place, w=_side, h=_side),
)
_images = st.builds(PackImage, file=st.just("pictures/001.png"), alt=_words, marks=st.lists(_marks, max_size=3))
_steps = st.builds(
    PackStep, title=_titles, title_en=st.none() | _titles, guide_text=_words, image=st.none() | _images,
    target_action=st.sampled_from([None, "CLICK", "SCROLL"]), target_element_hint=st.none() | _words,
)  # fmt: skip
_tasks = st.builds(PackTask, title=_titles, description=_words, subtasks=st.lists(_steps, max_size=4))
_lessons = st.builds(
    PackLesson, format=st.just(1), title=_titles, description=_words, tasks=st.lists(_tasks, max_size=3)
)


@given(_lessons)
@settings(max_examples=60, deadline=None)
def test_every_lesson_comes_back_as_it_was(made: PackLesson) -> None:
    content = packed(made, files())
    assert read_pack(io.BytesIO(content)).lesson == made


# --- what is not


def _entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


def _with(name: str | zipfile.ZipInfo, content: bytes = b"x") -> Callable[[], bytes]:
    return lambda: zipped(("lesson.json", LESSON), *CONTENTS, (name, content))


def _with_words(**changed: object) -> Callable[[], bytes]:
    return lambda: zipped(("lesson.json", json.dumps({**json.loads(LESSON), **changed}).encode()), *CONTENTS)


def _locked() -> bytes:
    content = bytearray(packed())
    directory = int.from_bytes(content[-6:-2], "little")
    content[directory + 8] |= 1
    return bytes(content)


def _bent(old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: packed().replace(old, new)


@pytest.mark.parametrize(
    ("expected", "make"),
    [
        ("NOT_A_ZIP", lambda: b""),
        ("NOT_A_ZIP", lambda: picture("PNG")),
        ("NOT_A_ZIP", lambda: picture("PNG") + packed()),
        ("BROKEN", lambda: packed()[:-1]),
        ("BROKEN", lambda: packed() + b"x"),
        ("BROKEN", lambda: packed()[: len(packed()) // 2]),
        ("BROKEN", lambda: packed()[:4] + packed()),
        ("BROKEN", _bent(picture("PNG", (90, 160))[-40:], b"\0" * 40)),
        ("NO_LESSON", lambda: zipped(*CONTENTS)),
        ("NO_LESSON", lambda: zipped(("pictures/", b""))),
        ("UNKNOWN_FILE", _with("readme.txt")),
        ("UNKNOWN_FILE", _with("__MACOSX/._lesson.json")),
        ("UNKNOWN_FILE", _with("inner.lesson.zip", packed())),
        ("UNKNOWN_FILE", _with("pictures/inner.zip", packed())),
        ("UNKNOWN_FILE", _with("pictures/002.png", picture("PNG"))),
        ("UNSAFE_NAME", _with("../lesson.json")),
        ("UNSAFE_NAME", _with("pictures/../../x.png")),
        ("UNSAFE_NAME", _with("/etc/passwd")),
        ("UNSAFE_NAME", _with("C:/x.png")),
        ("UNSAFE_NAME", _with("pictures\\x.png")),
        ("UNSAFE_NAME", _with(_entry("pictures/002.png", stat.S_IFLNK | 0o777), b"/etc/passwd")),
        ("UNSAFE_NAME", _with(_entry("pictures/002.png", stat.S_IFIFO))),
        ("DUPLICATE", _with("pictures/001.PNG", picture("PNG"))),
        ("ENCRYPTED", _locked),
        ("BROKEN", lambda: zipped(("lesson.json", LESSON), *CONTENTS, how=zipfile.ZIP_LZMA)),
        ("BROKEN", lambda: zipped(("lesson.json", LESSON), *CONTENTS, how=zipfile.ZIP_BZIP2)),
        ("MISSING_FILE", lambda: zipped(("lesson.json", LESSON), CONTENTS[0])),
        ("WRONG_TYPE", lambda: packed(contents={**files(), "pictures/001.png": picture("JPEG")})),
        ("WRONG_TYPE", lambda: packed(contents={**files(), "pictures/001.png": b"<svg onload=alert(1)>"})),
        ("WRONG_TYPE", lambda: packed(contents={**files(), "clips/001.m4a": b"ID3" + clip()})),
        ("NEWER_FORMAT", _with_words(format=2)),
        ("BAD_LESSON", _with_words(format="1")),
        ("BAD_LESSON", _with_words(title="")),
        ("BAD_LESSON", _with_words(title="\u3164\u200b")),
        ("BAD_LESSON", _with_words(title="x" * 201)),
        ("BAD_LESSON", _with_words(title="a\u0000b")),
        ("BAD_LESSON", _with_words(description="\u0007")),
        ("BAD_LESSON", _with_words(titel="x")),
        ("BAD_LESSON", _with_words(tasks=[{"title": "x", "subtasks": [{"title": "y", "target_action": "FLY"}]}])),
        ("BAD_LESSON", _with_words(thumbnail="../../etc/passwd")),
        ("BAD_LESSON", _with_words(thumbnail="https://example.org/x.png")),
        ("BAD_LESSON", _with_words(tasks=[{"title": "x"}] * 1001)),
        ("BAD_LESSON", lambda: zipped(("lesson.json", b"[" * 200_000))),
        ("BAD_LESSON", lambda: zipped(("lesson.json", b'{"x":' * 100_000))),
        ("BAD_LESSON", lambda: zipped(("lesson.json", b"\xff\xfe{}"))),
        ("BAD_LESSON", lambda: zipped(("lesson.json", LESSON.replace(b'"x":0.5', b'"x":NaN')), *CONTENTS)),
        ("BAD_LESSON", lambda: zipped(("lesson.json", LESSON.replace(b'"x":0.5', b'"x":1.5')), *CONTENTS)),
        ("BAD_LESSON", lambda: zipped(("lesson.json", LESSON.replace(b'"tap"', b'"box"')), *CONTENTS)),
        ("BAD_LESSON", lambda: zipped(("lesson.json", LESSON.replace(b'"tap"', b'"swipe"')), *CONTENTS)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(expected: str, make: Callable[[], bytes]) -> None:
    assert reason(make()) == expected


def test_the_place_of_a_wrong_word_is_said() -> None:
    tasks = [{"title": "x", "subtasks": [{"title": "y"}, {"title": " "}]}]
    with pytest.raises(Invalid) as refusal:
        read_pack(io.BytesIO(_with_words(tasks=tasks)()))
    assert refusal.value.details["field"] == "$.tasks[0].subtasks[1].title"


def test_two_files_of_one_name() -> None:
    with warnings.catch_warnings(action="ignore"):
        assert reason(_with("lesson.json", LESSON)()) == "DUPLICATE"


def test_all_clips_together_last_an_hour_at_most() -> None:
    audio = PackAudio(file="clips/001.m4a", duration_seconds=61)
    steps = [
        PackStep(title="x", audio=msgspec.structs.replace(audio, file=f"clips/{number:03}.m4a")) for number in range(60)
    ]
    words = msgspec.json.encode(PackLesson(format=1, title="x", tasks=[PackTask(title="y", subtasks=steps)]))
    assert (
        reason(zipped(("lesson.json", words), *((f"clips/{number:03}.m4a", b"") for number in range(60))))
        == "TOO_LARGE"
    )


def test_a_lesson_of_very_many_steps_is_refused() -> None:
    tasks = [PackTask(title="y", subtasks=[PackStep(title="x")] * 251)] * 4
    words = msgspec.json.encode(PackLesson(format=1, title="x", tasks=tasks))
    assert reason(zipped(("lesson.json", words))) == "TOO_LARGE"


def test_a_number_of_thousands_of_digits_is_not_repeated() -> None:
    with pytest.raises(Invalid) as refusal:
        read_pack(io.BytesIO(zipped(("lesson.json", b'{"format":' + b"9" * 4_000 + b"}"))))
    assert refusal.value.details["reason"] == "NEWER_FORMAT"
    assert len(refusal.value.message) < 200


# --- what wants to cost more than it weighs


def _quickly(content: bytes) -> str:
    began = time.process_time()
    why = reason(content)
    assert time.process_time() - began < 2
    return why


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(("lesson.json", b" " * (archive.MAX_LESSON_BYTES + 1)))
    assert len(bomb) < 20_000
    assert _quickly(bomb) == "TOO_LARGE"


def test_many_small_bombs_are_not_unpacked() -> None:
    entries = [(f"pictures/{number}.png", b"\0" * 10_000_000) for number in range(12)]
    assert _quickly(zipped(("lesson.json", LESSON), *entries)) == "TOO_LARGE"


def test_a_bomb_that_lies_about_its_size_is_cut() -> None:
    content = bytearray(zipped(("lesson.json", b" " * 50_000_000)))
    directory = int.from_bytes(content[-6:-2], "little")
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    assert _quickly(bytes(content)) == "BROKEN"


def test_a_file_of_very_many_files_is_not_read() -> None:
    entries = [(f"pictures/{number}", b"") for number in range(archive.MAX_FILES + 10)]
    assert _quickly(zipped(*entries)) == "TOO_MANY_FILES"


def test_a_directory_that_says_less_than_it_holds_is_not_read() -> None:
    content = bytearray(zipped(*[(f"pictures/{number}", b"") for number in range(5_000)]))
    content[-12:-10] = content[-14:-12] = (3).to_bytes(2, "little")
    assert _quickly(bytes(content)) == "TOO_MANY_FILES"


def test_a_file_beyond_the_limit_is_not_looked_at() -> None:
    class Endless(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return archive.MAX_PACK_BYTES + 1 if whence == io.SEEK_END else super().seek(offset, whence)

    with pytest.raises(Invalid) as refusal:
        read_pack(Endless(packed()))
    assert refusal.value.details["reason"] == "TOO_LARGE"


def test_files_that_lie_over_one_another_are_refused() -> None:
    """As in a bomb whose entries share one packed stream."""
    content = bytearray(
        zipped(("pictures/1.png", b"\0" * 1000), ("pictures/2.png", b"\0" * 1000), ("lesson.json", b"{}"))
    )
    directory = int.from_bytes(content[-6:-2], "little")
    second = content.index(b"PK\x01\x02", directory + 4)
    content[second + 42 : second + 46] = (0).to_bytes(4, "little")
    assert reason(bytes(content)) in ("BROKEN", "BAD_LESSON")


def test_bent_bytes_give_a_lesson_or_a_refusal_and_nothing_else() -> None:
    """Two thousand files, each bent at random: where the sums hold, what is read is whole."""
    good, chance = packed(), random.Random(17)
    directory = int.from_bytes(good[-6:-2], "little")
    for number in range(2_000):
        content = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(directory if number % 2 else 0, len(content))
            content[at] = chance.randrange(256)
        if number % 5 == 0:
            del content[chance.randrange(len(content)) :]
        with suppress(Invalid):
            assert read_pack(io.BytesIO(bytes(content))).lesson == lesson()
