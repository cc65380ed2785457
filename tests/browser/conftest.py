"""One server and one Chromium for all browser tests; pictures go to ``artifacts/browser/``."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Error, Locator, Playwright, sync_playwright

from mobilegpt.core.network import own_addresses
from tests.browser.hall import LAPTOP, Device, sign_in
from tests.server.process import ROOT, Running, running

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A press is not taken while what it lands on is new (web/src/press). A program is quicker than any person: like one, it
# presses again when the page has let go of the finger and no click has come.
_COUNT_PRESSES = """() => {
  if (window.presses) return;
  window.presses = {released: 0, clicked: 0};
  window.addEventListener('pointerup', () => { window.presses.released += 1; }, true);
  document.addEventListener('click', () => { window.presses.clicked += 1; }, true);
}"""
_SETTLED_MS = 600
_TRIES = 3


def _choose_like_a_person(check: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(check)
    def choose(self: Locator, **options: Any) -> None:
        for left in reversed(range(_TRIES)):
            try:
                return check(self, **options)
            except Error:
                if not left:
                    raise
                self.page.wait_for_timeout(_SETTLED_MS)
        return None

    return choose


def _press_like_a_person(click: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(click)
    def press(self: Locator, **options: Any) -> None:
        for _ in range(_TRIES):
            self.page.evaluate(_COUNT_PRESSES)
            before = self.page.evaluate("window.presses")
            click(self, **options)
            try:
                after = self.page.evaluate("window.presses")
            except Error:  # the press has led to another page
                return
            if not after or after["released"] == before["released"] or after["clicked"] > before["clicked"]:
                return
            self.page.wait_for_timeout(_SETTLED_MS)

    return press


@pytest.fixture(scope="session", autouse=True)
def persons_pace() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", _press_like_a_person(Locator.click))
        patch.setattr(Locator, "check", _choose_like_a_person(Locator.check))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("browser")
    command = [sys.executable, "manage.py", "serve", "--host", "0.0.0.0", "--port", "{port}"]
    # A copy: a build that is made meanwhile would pull the files from under the pages.
    pages = shutil.copytree(os.environ.get("WEB_DIST") or ROOT / "web" / "dist", folder / "dist")
    with running(command, folder / "data", folder / "log", WEB_DIST=str(pages)) as started:
        yield started


@pytest.fixture(scope="session")
def lan(server: Running) -> str:
    """The address that phones in a hall use: plain HTTP, no secure context."""
    addresses = own_addresses()
    return f"http://{addresses[0]}:{server.port}" if addresses else server.url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running_playwright:
        yield running_playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium fonts-nanum)")
    launched = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    folder = ROOT / "artifacts" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Teacher:
    """The sample instructor over REST: for tests about phones, which need a class but no laptop."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15)
        body = {"email": "instructor@test.com", "password": "test1234"}
        answer = self.http.post("/api/auth/login", json=body)
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.http.cookies.clear()
        lectures = self.http.get("/api/lectures").json()["lectures"]
        self.lecture_id = next(one["id"] for one in lectures if one["title"] == "유튜브 사용법 배우기")

    def open(self, title: str) -> str:
        """Open a class; returns its code."""
        answer = self.http.post(f"/api/lectures/{self.lecture_id}/sessions", json={"title": title})
        answer.raise_for_status()
        return str(answer.json()["session_code"])

    def tell(self, code: str, command: str, **body: object) -> None:
        self.http.post(f"/api/sessions/{code}/{command}", json=body).raise_for_status()

    def steps(self) -> list[str]:
        lecture = self.http.get(f"/api/lectures/{self.lecture_id}", params={"include": "subtasks"}).json()
        return [step["title"] for task in lecture["tasks"] for step in task["subtasks"]]


@pytest.fixture(scope="session")
def teacher(server: Running) -> Iterator[Teacher]:
    made = Teacher(server.url)
    yield made
    made.http.close()


@pytest.fixture
def laptop(browser: Browser, lan: str, pictures: Path) -> Iterator[Device]:
    """The sample instructor's, signed in; nothing may have broken on it in the end."""
    with Device(browser, LAPTOP, lan, pictures) as made:
        sign_in(made)
        yield made
        assert made.complaints == []
