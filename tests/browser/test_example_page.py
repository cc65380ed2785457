"""``examples/chat_test.html`` from the disk, in two browsers, against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.process import ROOT, Running

pytestmark = pytest.mark.browser

PAGE = ROOT / "examples" / "chat_test.html"
PASSWORD = "securePassword123"


class Visitor:
    """The page in a browser of its own."""

    def __init__(self, browser: Browser, server: str, name: str) -> None:
        self.context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR")
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(PAGE.as_uri())
        self.page.get_by_label("서버 주소").fill(server)
        self.page.get_by_label("이메일").fill(f"{name}@page.example.com")
        self.page.get_by_label("비밀번호").fill(PASSWORD)
        self.page.get_by_label("별명").fill(name)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def says(self, text: str) -> None:
        self.page.get_by_label("보낼 글").fill(text)
        self.page.get_by_label("보낼 글").press("Enter")

    def status(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("status")).to_contain_text(text)

    def reads(self, *texts: str) -> None:
        """In this order, with whatever else between them."""
        pattern = re.compile(".*".join(re.escape(text) for text in texts), re.DOTALL)
        expect(self.page.get_by_role("log")).to_contain_text(pattern)


@pytest.fixture
def visitors(browser: Browser, server: Running) -> Iterator[tuple[Visitor, Visitor]]:
    both = Visitor(browser, server.url, "bora"), Visitor(browser, server.url, "nari")
    yield both
    for each in both:
        each.context.close()
        assert each.complaints == []


def test_two_people_talk(visitors: tuple[Visitor, Visitor], pictures: Path) -> None:
    bora, nari = visitors
    bora.press("로그인")
    bora.status("이메일이나 비밀번호가 맞지 않아요")
    bora.press("새로 가입하고 로그인")
    bora.status("안녕하세요")
    bora.page.get_by_label("새 채팅방 이름").fill("<i>우리</i> 방")
    bora.press("새 방 만들기")
    bora.status("연결됐어요")
    room = bora.page.get_by_label("채팅방 번호").input_value()
    bora.says("먼저 왔어요")
    bora.reads("먼저 왔어요")

    nari.press("새로 가입하고 로그인")
    nari.status("안녕하세요")
    nari.page.get_by_label("채팅방 번호").fill(room)
    nari.press("연결")
    nari.reads("먼저 왔어요")
    nari.status("연결됐어요")
    bora.reads("nari 님이 들어왔어요")
    nari.says("<img src=x onerror=alert(1)>")
    bora.reads("nari", "<img src=x onerror=alert(1)>")
    bora.says("반가워요")
    nari.reads("먼저 왔어요", "<img src=x onerror=alert(1)>", "bora", "반가워요")
    expect(bora.page.get_by_role("heading", name="<i>우리</i> 방")).to_be_visible()
    assert bora.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bora.page.screenshot(path=pictures / "example-chat.png", full_page=True)


def test_a_room_that_is_not_there_is_named(visitors: tuple[Visitor, Visitor]) -> None:
    bora, _ = visitors
    bora.page.get_by_label("이메일").fill("chun@page.example.com")
    bora.press("새로 가입하고 로그인")
    bora.status("안녕하세요")
    bora.page.get_by_label("채팅방 번호").fill("999999")
    bora.press("연결")
    bora.status("그 번호의 채팅방이 없거나")
