"""Lessons' files for tests: good ones, and the parts to make bad ones of."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Any

from mobilegpt.files import sounds
from mobilegpt.lectures.step import PictureMark
from mobilegpt.packs.archive import write_pack
from mobilegpt.packs.format import PackAudio, PackImage, PackLesson, PackStep, PackTask
from tests.pictures import picture
from tests.sounds import voice, written


def lesson(**changed: Any) -> PackLesson:
    """Two tasks of two steps; the first has a picture and a clip."""
    first = PackStep(
        title="설정 열기",
        title_en="Open Settings",
        guide_text="톱니바퀴를 누르세요.",
        target_action="CLICK",
        target_element_hint="설정",
        image=PackImage(file="pictures/001.png", alt="홈 화면", marks=[PictureMark(kind="tap", x=0.5, y=0.25)]),
        audio=PackAudio(file="clips/001.m4a", duration_seconds=1.0),
    )
    tasks = [
        PackTask(title="찾기", title_en="Finding", subtasks=[first, PackStep(title="화면 누르기")]),
        PackTask(title="바꾸기", description="크기", subtasks=[PackStep(title="밀기"), PackStep(title="끝내기")]),
    ]
    given = {"title": "글자 크게 하기", "title_en": "Bigger letters", "description": "처음 하는 분", "tasks": tasks}
    return PackLesson(format=1, **{**given, **changed})


def files() -> dict[str, bytes]:
    return {"pictures/001.png": picture("PNG", (90, 160)), "clips/001.m4a": clip()}


@cache
def clip(seconds: float = 1.0) -> bytes:
    """A tone, as this server keeps one."""
    return sounds.make(io.BytesIO(written(voice(seconds), "wav"))).content


def packed(given: PackLesson | None = None, contents: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    write_pack(out, given or lesson(), (contents or files()).__getitem__)
    return out.getvalue()


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these, whatever they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()
