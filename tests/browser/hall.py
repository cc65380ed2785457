"""A hall: an instructor's computer and phones, each a browser of its own, on a real server at the LAN address."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
LAPTOP = {"width": 1366, "height": 800}
KAKAOTALK = (
    "Mozilla/5.0 (Linux; Android 14; SM-A145) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0 Mobile Safari/537.36 KAKAOTALK/24.9.1 (INAPP)"
)
_SOCKETS = re.compile(r"/ws/")
NOT_FOUND = "못 찾겠어요"
"""One of the pictures of who has called for help."""


class Device:
    """One browser with storage of its own. ``cut`` takes its network away, ``mend`` gives it back."""

    def __init__(self, browser: Browser, size: dict[str, int], url: str, pictures: Path, **options: object) -> None:
        self.url = url
        self.pictures = pictures
        self.context: BrowserContext = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="ko-KR",
            has_touch=size["width"] < 800,
            **options,  # type: ignore[arg-type]
        )
        self.context.set_default_timeout(15_000)
        self._open: list[WebSocketRoute] = []
        self._ends: list[WebSocketRoute] = []
        self._is_cut = False
        self.context.route_web_socket(_SOCKETS, self._carry)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def _carry(self, route: WebSocketRoute) -> None:
        if self._is_cut:
            route.close(code=1001)
            return
        self._open.append(route)
        self._ends.append(route.connect_to_server())

    def cut(self) -> None:
        """``set_offline`` alone would leave open sockets alive. The server hears nothing of it."""
        self._is_cut = True
        self.context.set_offline(True)
        for route in self._open:
            route.close(code=1001)
        self._open.clear()

    def be_missed(self) -> None:
        """The server learns that what was cut is gone; until then its end of the sockets is open and answers pings.

        An offline browser cannot even close them. Everything else stays away from the server all the same.
        """
        self.context.route("**/*", lambda route: route.abort())
        self.context.set_offline(False)
        for end in self._ends:
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        self._is_cut = False
        self.context.unroute("**/*")
        self.context.set_offline(False)

    def is_back(self) -> None:
        """By the socket of its class again, no more by asking again and again."""
        for _ in range(400):
            if any("/ws/sessions/" in route.url for route in self._open):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("the phone has not come back to its socket")

    def goto(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", name=text).filter(visible=True).first).to_be_visible()

    def picture(self, name: str) -> None:
        self.page.wait_for_timeout(350)  # the step slides in
        self.page.screenshot(path=self.pictures / f"{name}.png")


def enter(phone: Device, code: str, name: str) -> None:
    """From the QR code to the seat: one field, one tap."""
    phone.goto(f"/join/{code}")
    phone.page.get_by_role("textbox").fill(name)
    phone.press("들어가기")
    phone.page.wait_for_url(f"**/class/{code}*")


def sign_in(laptop: Device, email: str = "instructor@test.com", password: str = "test1234") -> None:
    laptop.goto("/login")
    laptop.page.get_by_label("이메일").fill(email)
    laptop.page.get_by_label("비밀번호").fill(password)
    laptop.press("로그인")
    laptop.page.wait_for_url("**/teach")


def the_teacher_looks(phone: Device) -> None:
    """What is shown to who has called without a word: a browser tells of no taps to answer to (contract 11.17)."""
    words = phone.page.locator("main section").get_by_text(re.compile("^선생님이 보고 계세요"))
    expect(words).to_be_visible(timeout=20_000)
    expect(phone.page.get_by_role("heading", name="이렇게 해 보세요")).to_have_count(0)


def answered(phone: Device) -> None:
    expect(phone.page.get_by_role("heading", name="이렇게 해 보세요")).to_be_visible(timeout=20_000)


def answer_otherwise(dialog: Locator, words: str) -> None:
    """Instead of what was withheld, in the open case."""
    dialog.get_by_role("button", name="고쳐서 보내기", exact=True).click()
    dialog.get_by_label("화면에 나올 말").fill(words)
    dialog.get_by_role("button", name="고친 답 보내기", exact=True).click()


def ask_by_picture(phone: Device) -> None:
    """Call for help and say why, from the tap to the answer of a rule."""
    phone.press("도와주세요")
    the_teacher_looks(phone)
    phone.press(NOT_FOUND)
    answered(phone)
