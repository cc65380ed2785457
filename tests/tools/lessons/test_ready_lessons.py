"""The ready lessons (contract 11.11): ten, in plain words, a picture and a mark each; packs are as their source."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image, ImageChops, ImageStat

from mobilegpt.lectures import expecting
from mobilegpt.packs.archive import read_pack
from mobilegpt.tools.lessons.authoring import ReadyLesson
from mobilegpt.tools.lessons.expected import EXPECTED
from mobilegpt.tools.lessons.packing import FOLDER, Drawing, file_name, lesson_of
from mobilegpt.tools.lessons.ready import READY
from mobilegpt.tools.lessons.ready.home import HOME

_TITLES = (
    "글자 크게 하기", "와이파이 연결하기", "전화와 문자", "사진 찍고 찾아보기", "메신저로 글 보내기",
    "메신저로 사진 보내기", "영상 찾아보기", "지도에서 길 찾기", "무인 주문기(키오스크) 연습", "수상한 문자와 전화",
)  # fmt: skip
# What a step asks for may show itself as a screen that comes.
_ACTS = {"CLICK": {"TAP", "OPEN", "BACK"}, "LONG_CLICK": {"LONG_TAP"}, "SCROLL": {"SCROLL", "OPEN"}, "INPUT": {"INPUT"}}
_BRANDS = re.compile(
    r"카카오|유튜브|네이버|구글|삼성|애플|갤럭시|아이폰|kakao|youtube|naver|google|samsung|apple|galaxy|iphone",
    re.IGNORECASE,
)
_LOANWORDS = re.compile(r"클릭|터치|스텝|네트워크|버튼|아이콘|메뉴")

every_lesson = pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.key)


def test_there_are_the_ten_of_them_and_they_are_small() -> None:
    assert tuple(lesson.title for lesson in READY) == _TITLES
    packs = sorted(FOLDER.glob("*.lesson.zip"))
    assert [pack.name for pack in packs] == [file_name(lesson) for lesson in READY]
    assert sum(pack.stat().st_size for pack in packs) < 6_000_000


@every_lesson
def test_six_to_fourteen_steps_in_plain_words(lesson: ReadyLesson) -> None:
    assert 6 <= len(lesson.steps) <= 14
    for step in lesson.steps:
        assert re.search(r"[A-Za-z]", step.title_en)
        for words in (step.guide, step.voice):
            assert re.search(r"(요|세요)\.$", words), words
            assert not _BRANDS.search(words)
            assert not _LOANWORDS.search(words), words
        assert len(step.guide) <= 40
        assert step.voice != step.guide
        assert not _BRANDS.search(step.title)
    assert len({step.title for step in lesson.steps}) == len(lesson.steps)


@every_lesson
def test_the_pack_is_what_the_source_makes(lesson: ReadyLesson) -> None:
    """Words and marks to the letter. Of the pictures the first and the last, nearly: another release of the drawing
    library may smooth an edge otherwise."""
    drawing = Drawing()
    made = lesson_of(lesson, drawing)
    with (FOLDER / file_name(lesson)).open("rb") as file:
        pack = read_pack(file)
        assert pack.lesson == made, "run: manage.py make_lessons"
        for step in made.steps:
            assert step.image is not None
            assert "화면, " in step.image.alt
            assert len(step.image.marks) == 1
        for name in (made.pictures[0], made.pictures[-1]):
            committed = Image.open(io.BytesIO(pack.read(name))).convert("RGB")
            difference = ImageStat.Stat(ImageChops.difference(committed, drawing.pictures[name]))
            assert max(difference.mean) < 1.0, f"{name}: run manage.py make_lessons"


def test_the_same_source_makes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        call_command("make_lessons", to=tmp_path / folder, only=[READY[3].key], stdout=io.StringIO())
    (one,), (two,) = (list((tmp_path / folder).iterdir()) for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_the_sample_of_the_pages_is_the_home_screen() -> None:
    """What a teacher without a lecture sees on the page: the same picture, and the same place marked."""
    teach = FOLDER.parent / "web" / "src" / "teach"
    with Image.open(teach / "sample" / "home.webp") as sample:
        drawn = HOME.draw()
        difference = ImageChops.difference(sample.convert("RGB"), drawn.picture.convert("RGB").resize(sample.size))
    assert max(ImageStat.Stat(difference).mean) < 2
    x, y = drawn.place("메신저").middle
    assert f"x: {x:.3f}, y: {y:.3f} }}" in (teach / "SampleLecture.svelte").read_text()


@pytest.mark.parametrize("key", EXPECTED)
def test_what_is_expected_belongs_to_a_step_and_can_be_known(key: str) -> None:
    steps = next(lesson for lesson in READY if lesson.key == key).steps
    for title, expectation in EXPECTED[key].items():
        step = next(step for step in steps if step.title == title)
        assert expecting.checked(expectation) == expectation, step.title
        assert expectation.where.apps, step.title
        assert _ACTS[step.does] >= {expectation.action}, step.title


def test_what_is_only_looked_at_and_what_a_machine_asks_for_is_not_expected() -> None:
    assert not EXPECTED["09-kiosk"]
    for lesson in READY:
        looked_at = {step.title for step in lesson.steps if step.does == "NAVIGATE"}
        assert not looked_at & set(EXPECTED[lesson.key])


def test_the_packs_say_what_is_expected() -> None:
    for lesson in READY:
        told = lesson_of(lesson, Drawing())
        steps = [step for task in told.tasks for step in task.subtasks]
        found = {step.title: step.expectation for step in steps if step.expectation}
        assert found == EXPECTED[lesson.key]
