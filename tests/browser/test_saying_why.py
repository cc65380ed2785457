"""Who has called for help says what is wrong: by a picture, in words, or not at all (contract 11.17)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import Device, enter, the_teacher_looks
from tests.browser.screens import Lesson, make_lesson, open_class
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser

USUAL = {"width": 360, "height": 740}
SMALL = {"width": 320, "height": 640}
PICTURES = ["못 찾겠어요", "눌렀는데 안 돼요", "다른 화면이 나왔어요", "글자를 못 쓰겠어요"]
IN_ENGLISH = ["I cannot find it", "I pressed, nothing happens", "Another screen came up", "I cannot type"]
# The dictation of a browser on a computer needs a server of its maker; phones have one of their own.
_HEARS = """
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  start() {
    window.dictation = this;
  }
  stop() {
    this.onend?.();
  }
  abort() {
    this.onend?.();
  }
};
"""
_IS_HEARD = """() => window.dictation.onresult({ results: [[{ transcript: '노란 그림이 두 개예요' }]] })"""
_SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('.sr-only'))
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.fixture(scope="module")
def lesson(teacher: Teacher) -> Lesson:
    return make_lesson(teacher.http, "무엇이 어려운가")


def requests_of(teacher: Teacher, code: str) -> list[dict[str, Any]]:
    session = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    rows = teacher.http.get("/api/dashboard/help-requests/pending", params={"session_id": session}).json()
    return list(rows["pending_requests"])


@pytest.mark.parametrize("size", [pytest.param(USUAL, id="360"), pytest.param(SMALL, id="320")])
def test_a_picture_is_answered(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: Lesson, size: dict[str, int]
) -> None:
    code, width = open_class(teacher.http, lesson, "그림"), size["width"]
    with Device(browser, size, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.press("도와주세요")
        the_teacher_looks(phone)
        for name in PICTURES:
            box: Any = phone.page.get_by_role("button", name=name).bounding_box()
            assert min(box["width"], box["height"]) >= 96, name
        assert phone.page.evaluate(_SMALLEST_TEXT) >= 20
        looks_right(phone, f"57-why-{width}", senior=True)
        (asked,) = requests_of(teacher, code)
        assert (asked["reason"], asked["request_type"], asked["answer_source"]) == (None, "MANUAL", "DEFERRED")
        phone.press("못 찾겠어요")
        phone.heading("이렇게 해 보세요")
        phone.sees(re.compile("위아래로 천천히"))
        expect(phone.page.locator("section [data-picture] img")).to_be_visible()
        looks_right(phone, f"57-answer-{width}", senior=True)
        (still,) = requests_of(teacher, code)
        assert (still["help_request_id"], still["reason"]) == (asked["help_request_id"], "CANNOT_FIND")
        phone.press("아직이에요")
        expect(phone.page.get_by_role("button", name=PICTURES[1])).to_be_visible()
        assert phone.complaints == []


def test_words_go_to_the_teacher_where_only_the_teacher_may_say_it(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: Lesson
) -> None:
    code = open_class(teacher.http, lesson, "다른 말")
    with Device(browser, SMALL, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.press("도와주세요")
        phone.press("다른 말로 할게요")
        # Over plain HTTP there is no microphone.
        expect(phone.page.get_by_role("button", name="말로 하기")).to_have_count(0)
        phone.press("선생님께 보내기")
        phone.sees("먼저 말하거나 써 주세요.")
        looks_right(phone, "57-words-320", senior=True)
        phone.page.get_by_label("무엇이 어려운지 써 주세요").fill("업데이트를 누르라는데 눌러도 돼요?")
        phone.press("선생님께 보내기")
        expect(phone.page.get_by_role("button", name="다른 말로 할게요")).to_have_count(0)
        the_teacher_looks(phone)
        phone.sees(re.compile("아무것도 누르지 말고"))
        for name in ("해결됐어요", "아직이에요", *PICTURES):
            expect(phone.page.get_by_role("button", name=name)).to_have_count(0)
        looks_right(phone, "57-teacher-looks-320", senior=True)
        phone.page.reload()
        the_teacher_looks(phone)
        (asked,) = requests_of(teacher, code)
        assert asked["message"] == "업데이트를 누르라는데 눌러도 돼요?"
        teacher.http.post(f"/api/help/request/{asked['help_request_id']}/suggestion/send", json={}).raise_for_status()
        phone.heading(re.compile("님의 답이에요$"))
        assert phone.complaints == []


def test_words_may_be_spoken(browser: Browser, server: Any, pictures: Path, teacher: Teacher, lesson: Lesson) -> None:
    code = open_class(teacher.http, lesson, "말로")
    with Device(browser, USUAL, server.url, pictures) as phone:
        phone.page.add_init_script(_HEARS)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.press("도와주세요")
        phone.press("다른 말로 할게요")
        phone.press("말로 하기")
        phone.sees("듣고 있어요. 말씀하세요.")
        looks_right(phone, "57-listening-360", senior=True)
        phone.page.evaluate(_IS_HEARD)
        phone.press("다 말했어요")
        expect(phone.page.get_by_label("무엇이 어려운지 써 주세요")).to_have_value("노란 그림이 두 개예요")
        phone.press("말로 하기")
        phone.press("다 말했어요")
        phone.sees(re.compile("말을 알아듣지 못했어요"))
        phone.press("선생님께 보내기")
        the_teacher_looks(phone)
        assert [row["message"] for row in requests_of(teacher, code)] == ["노란 그림이 두 개예요"]
        assert phone.complaints == []


def test_without_a_connection_both_are_sent_in_their_order(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: Lesson
) -> None:
    code = open_class(teacher.http, lesson, "끊긴 그림")
    with Device(browser, SMALL, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.page.wait_for_timeout(1_500)  # what comes after the first step is loaded
        phone.cut()
        phone.sees(re.compile("인터넷이 끊겼어요"))
        phone.press("도와주세요")
        phone.press("눌렀는데 안 돼요")
        phone.heading("도움을 부르고 있어요")
        looks_right(phone, "57-lost-320", senior=True)
        phone.mend()
        phone.heading("이렇게 해 보세요")
        phone.sees(re.compile("다섯까지 세며"))
        assert [row["reason"] for row in requests_of(teacher, code)] == ["NO_REACTION"]


@pytest.mark.parametrize("size", [pytest.param(USUAL, id="360"), pytest.param(SMALL, id="320")])
def test_in_english(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lesson: Lesson, size: dict[str, int]
) -> None:
    code = open_class(teacher.http, lesson, "English")
    with Device(browser, size, lan, pictures) as phone:
        phone.page.add_init_script("localStorage.setItem('mgpt.lang', JSON.stringify('en'))")
        phone.goto(f"/join/{code}")
        phone.page.get_by_role("textbox").fill("Kim")
        phone.page.get_by_role("button", name="Join", exact=True).click()
        teacher.tell(code, "start")
        phone.press("Help me")
        phone.heading("Your teacher is looking at it")
        for name in IN_ENGLISH:
            expect(phone.page.get_by_role("button", name=name)).to_be_visible()
        expect(phone.page.get_by_role("button", name=IN_ENGLISH[0])).to_be_in_viewport()
        looks_right(phone, f"57-english-{size['width']}", senior=True)
        phone.press("Say it in other words")
        looks_right(phone, f"57-english-words-{size['width']}", senior=True)
        phone.press("Choose from the pictures")
        phone.press("Another screen came up")
        phone.heading("Try this")
        looks_right(phone, f"57-english-answer-{size['width']}", senior=True)
        assert phone.complaints == []
