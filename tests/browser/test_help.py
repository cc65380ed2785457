"""Help from the tap to the answer, on both sides; nobody gets help unasked without evidence; notifications count."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import (
    LAPTOP,
    NOT_FOUND,
    PHONE,
    SMALL_PHONE,
    Device,
    answer_otherwise,
    answered,
    ask_by_picture,
    enter,
    sign_in,
    the_teacher_looks,
)
from tests.browser.test_pages import looks_right
from tests.server.process import ROOT, Running, running

pytestmark = pytest.mark.browser

_COMMAND = [sys.executable, "manage.py", "serve", "--host", "0.0.0.0", "--port", "{port}"]

Start = Callable[[str], AbstractContextManager[Running]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A server of one's own: ``start(stuck_seconds)``. Without a key, the local analyser answers."""
    folder = tmp_path_factory.mktemp("help")
    pages = shutil.copytree(os.environ.get("WEB_DIST") or ROOT / "web" / "dist", folder / "dist")

    @contextmanager
    def one(stuck: str) -> Iterator[Running]:
        data = folder / f"data-{stuck}"
        more = {"WEB_DIST": str(pages), "STUCK_SECONDS": stuck, "OPENAI_API_KEY": ""}
        with running(_COMMAND, data, folder / f"log-{stuck}", **more) as server:
            yield server

    return one


@pytest.fixture(scope="module")
def calm(start: Start) -> Iterator[Running]:
    with start("0") as server:
        yield server


@pytest.fixture(scope="module")
def park(calm: Running) -> Iterator[Teacher]:
    made = Teacher(calm.url)
    yield made
    made.http.close()


def session_of(teacher: Teacher, code: str) -> int:
    return int(teacher.http.get(f"/api/sessions/{code}").json()["session_id"])


def open_live(laptop: Device, teacher: Teacher, code: str) -> None:
    sign_in(laptop)
    laptop.goto(f"/teach/sessions/{session_of(teacher, code)}")
    laptop.heading(teacher.steps()[0])


def bell(laptop: Device, unread: int) -> Locator:
    name = "알림$" if unread == 0 else rf"알림\s+읽지 않은 알림 {unread}개$"
    return laptop.page.get_by_role("button", name=re.compile(rf"^\s*{name}"))


def waiting(laptop: Device, name: str) -> Locator:
    """Somebody's entry in the queue."""
    return laptop.page.get_by_role("region", name=re.compile("^도움 요청")).get_by_role("button", name=re.compile(name))


def read_all(teacher: Teacher) -> None:
    for one in teacher.http.get("/api/notifications", params={"is_read": "false"}).json()["notifications"]:
        teacher.http.post(f"/api/notifications/{one['id']}/read").raise_for_status()


def test_two_ask_one_is_answered_by_itself_the_other_by_the_teacher(
    browser: Browser, calm: Running, pictures: Path, park: Teacher
) -> None:
    code, titles = park.open("도움 받는 수업"), park.steps()
    read_all(park)
    with (
        Device(browser, LAPTOP, calm.url, pictures) as laptop,
        Device(browser, PHONE, calm.url, pictures) as kim,
        Device(browser, SMALL_PHONE, calm.url, pictures) as lee,
    ):
        enter(kim, code, "김영희")
        enter(lee, code, "이철수")
        park.tell(code, "start")
        open_live(laptop, park, code)
        expect(bell(laptop, 0)).to_be_visible()

        kim.heading(titles[0])
        ask_by_picture(kim)
        looks_right(kim, "50-answer-390", senior=True)
        expect(waiting(laptop, "김영희")).to_contain_text("자동으로 답했어요", timeout=20_000)
        expect(bell(laptop, 1)).to_be_visible()
        kim.page.reload()
        kim.heading("이렇게 해 보세요")
        kim.press("해결됐어요")
        kim.heading("해결돼서 다행이에요")
        looks_right(kim, "50-rating-390", senior=True)
        kim.page.get_by_role("button", name="좋아요").click()
        expect(kim.page.get_by_role("heading", name="해결돼서 다행이에요")).to_have_count(0)
        expect(waiting(laptop, "김영희")).to_have_count(0)

        the_teacher_answers(laptop, lee, code, park)
        assert laptop.complaints + kim.complaints + lee.complaints == []
    notifications = park.http.get("/api/notifications").json()
    assert notifications["unread_count"] == 0


def the_teacher_answers(laptop: Device, lee: Device, code: str, park: Teacher) -> None:
    ask_by_picture(lee)
    looks_right(lee, "50-answer-320", senior=True)
    lee.press("아직이에요")
    the_teacher_looks(lee)  # to call again without a word is to want a person
    looks_right(lee, "50-again-320", senior=True)
    expect(waiting(laptop, "이철수")).to_contain_text("다시 불렀어요")
    laptop.sees("이철수 님이 도움을 기다려요.")
    looks_right(laptop, "50-queue-1366")
    laptop.page.keyboard.press("h")
    dialog = laptop.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="보내 볼 수 있는 답")).to_be_visible()
    looks_right(laptop, "50-case-1366")
    answer_otherwise(dialog, "화면 아래 빨간 단추를 누르세요.")
    lee.sees("화면 아래 빨간 단추를 누르세요.")
    lee.heading(re.compile("님의 답이에요$"))
    expect(lee.page.get_by_text("선생님께도 알려 드렸어요.")).to_have_count(0)
    looks_right(lee, "50-signed-320", senior=True)
    expect(waiting(laptop, "이철수")).to_contain_text("답을 보냈어요")
    lee.press("아직이에요")
    lee.heading("선생님께 알려 드렸어요")
    looks_right(lee, "50-coming-320", senior=True)
    # No event tells of a mark: the next look at the queue does.
    expect(waiting(laptop, "이철수")).to_contain_text("다시 불렀어요", timeout=25_000)

    bell(laptop, 3).click()
    expect(dialog.get_by_role("link")).to_have_count(3)
    expect(dialog.get_by_text("새 알림")).to_have_count(3)
    looks_right(laptop, "50-notices-1366")
    expect(bell(laptop, 0)).to_be_attached()
    dialog.get_by_role("link", name=re.compile("이철수")).first.click()
    expect(dialog.get_by_role("heading", name=re.compile("이철수 님의 도움 요청"))).to_be_visible()
    dialog.get_by_role("button", name="해결됐어요").click()
    expect(dialog).to_be_hidden()
    expect(waiting(laptop, "이철수")).to_have_count(0)
    expect(lee.page.get_by_role("heading", name="선생님께 알려 드렸어요")).to_have_count(0, timeout=30_000)


def test_a_call_without_a_connection_is_sent_once(
    browser: Browser, calm: Running, pictures: Path, park: Teacher
) -> None:
    code, titles = park.open("끊긴 수업"), park.steps()
    with Device(browser, PHONE, calm.url, pictures) as kim:
        enter(kim, code, "김영희")
        park.tell(code, "start")
        kim.heading(titles[0])
        kim.page.wait_for_timeout(1_000)  # what comes after the first step is loaded
        kim.cut()
        kim.sees(re.compile("인터넷이 끊겼어요"))
        kim.press("도와주세요")
        kim.heading("도움을 부르고 있어요")
        looks_right(kim, "51-calling-lost-390", senior=True)
        kim.mend()
        the_teacher_looks(kim)
        kim.press(NOT_FOUND)
        answered(kim)
        summary = park.http.get(f"/api/sessions/{code}/summary").json()
        assert summary["total_help_requests"] == 1


def native_phone(url: str, code: str, name: str) -> httpx.Client:
    """A client that tells of taps, by its own requests alone."""
    phone = httpx.Client(base_url=url, timeout=15)
    body = {"name": name, "device_id": f"native-phone-of-{code}"}
    seat = phone.post(f"/api/sessions/{code}/guest", json=body).raise_for_status().json()
    phone.headers["Authorization"] = f"Bearer {seat['access_token']}"
    return phone


def test_no_phone_gets_an_answer_unasked_and_a_guess_stands_apart(
    browser: Browser, start: Start, pictures: Path
) -> None:
    with (
        start("5") as server,
        Device(browser, LAPTOP, server.url, pictures) as laptop,
        Device(browser, PHONE, server.url, pictures) as kim,
        Device(browser, SMALL_PHONE, server.url, pictures) as lee,
    ):
        teacher = Teacher(server.url)
        code, titles = teacher.open("조용한 수업"), teacher.steps()
        read_all(teacher)
        enter(kim, code, "김영희")
        enter(lee, code, "이철수")
        teacher.tell(code, "start")
        lee.heading(titles[0])
        kim.press("다 했어요")
        nudge = lee.page.get_by_role("heading", name="도움이 필요하세요?")
        expect(nudge).to_be_visible(timeout=30_000)
        looks_right(lee, "52-nudge-320", senior=True)
        for button in ("도와주세요", "다 했어요"):
            expect(lee.page.get_by_role("button", name=button, exact=True)).to_be_visible()
        lee.page.wait_for_timeout(20_000)  # four times as long as a request on time alone would take
        expect(lee.page.get_by_role("heading", name="이렇게 해 보세요")).to_have_count(0)
        assert requests_in(teacher, code) == []

        with closing(native_phone(server.url, code, "박순자")) as native:
            native.post("/api/logs/activity", json={"event_type": "CLICK", "event_data": {}}).raise_for_status()
            open_live(laptop, teacher, code)
            guess = laptop.page.get_by_role("region", name=re.compile("^어려워 보여요"))
            expect(guess.get_by_role("button", name=re.compile("박순자"))).to_be_visible(timeout=45_000)
        expect(laptop.page.get_by_text("박순자 님이 도움을 기다려요.")).to_have_count(0)
        expect(bell(laptop, 1)).to_be_visible()
        assert [(one["request_type"], one["priority"]) for one in requests_in(teacher, code)] == [("AUTO", "LOW")]
        looks_right(laptop, "52-guess-1366")
        guess.get_by_role("button", name=re.compile("박순자")).click()
        send = laptop.page.get_by_role("dialog").get_by_role("button", name="보내기", exact=True)
        expect(send).to_be_in_viewport(ratio=1)
        looks_right(laptop, "52-case-1366")
        laptop.page.keyboard.press("Escape")

        lee.press("도와주세요")
        expect(waiting(laptop, "이철수")).to_be_visible()
        teacher.tell(code, "next-step")
        expect(guess).to_have_count(0)
        teacher.tell(code, "end")
        expect(waiting(laptop, "이철수")).to_have_count(0)
        assert requests_in(teacher, code) == []
        teacher.http.close()
        assert laptop.complaints + kim.complaints + lee.complaints == []


def requests_in(teacher: Teacher, code: str) -> list[dict[str, Any]]:
    """Those that are open."""
    session = session_of(teacher, code)
    answer = teacher.http.get("/api/dashboard/help-requests/pending", params={"session_id": session})
    found: list[dict[str, Any]] = answer.json()["pending_requests"]
    return found


def test_one_tap_puts_a_nudge_away(browser: Browser, start: Start, pictures: Path) -> None:
    with start("4") as server, Device(browser, PHONE, server.url, pictures) as kim:
        teacher = Teacher(server.url)
        code = teacher.open("멈춘 수업")
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        nudge = kim.page.get_by_role("heading", name="도움이 필요하세요?")
        expect(nudge).to_be_visible(timeout=30_000)
        looks_right(kim, "52-nudge-390", senior=True)
        kim.page.reload()
        expect(nudge).to_be_visible()
        kim.press("괜찮아요")
        expect(nudge).to_have_count(0)
        teacher.http.close()
        assert kim.complaints == []


def test_an_empty_list_of_notifications_says_what_will_be_in_it(
    browser: Browser, calm: Running, pictures: Path, park: Teacher
) -> None:
    email = "empty@example.com"
    body = {"email": email, "password": "test1234!", "name": "새 선생님", "role": "INSTRUCTOR"}
    park.http.post("/api/auth/register", json=body).raise_for_status()
    with Device(browser, SMALL_PHONE, calm.url, pictures) as laptop:
        sign_in(laptop, email, "test1234!")
        bell(laptop, 0).click()
        laptop.sees(re.compile("아직 알림이 없어요"))
        looks_right(laptop, "53-notices-empty-320")
