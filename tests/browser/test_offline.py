"""The service worker keeps a page only when it is that page: without a server, and behind a network's sign-in page.
Browsers run it in a secure context only; 127.0.0.1 is one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.hall import PHONE, Device
from tests.server.process import ROOT, free_port, running

pytestmark = pytest.mark.browser

_PORTAL = b"<!doctype html><title>Hotel Wi-Fi</title><h1>Welcome, please sign in</h1>"
# Navigations to what is no page of the application: never answered with one.
_NOT_PAGES = [
    "/icons/icon.svg",
    "/icons/icon-192.png",
    "/manifest.webmanifest",
    "/sw.js",
    "/favicon.ico",
    "/robots.txt",
    "/assets/gone-12345678.js",
    "/api/health",
    "/qr/ABC234.png",
    "/admin/",
    "/docs",
    "/media/chat/1/photo.jpg",
    "/static/admin/css/base.css",
    "/chat/v1/room/",
    "/user/v1/login/",
    "/.well-known/assetlinks.json",
    "/nowhere",
]
_PAGES = ["/", "/join/ABC234", "/class/ABC234", "/join/ABC234/?from=qr"]
_KEPT = """async () => {
  const rows = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, {ignoreVary: true});
      const kind = answer.headers.get('content-type');
      rows.push([new URL(request.url).pathname, kind, (await answer.text()).slice(0, 200)]);
    }
  }
  return rows;
}"""


class Portal(BaseHTTPRequestHandler):
    """Says the same page to every question, or sends everybody to it."""

    sends_away = False

    def do_GET(self) -> None:
        away = self.sends_away and not self.path.startswith("/hotspot")
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", "/hotspot")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PORTAL)))
        self.end_headers()
        self.wfile.write(_PORTAL)

    def log_message(self, format: str, *args: object) -> None:
        pass


class PortalThatSendsAway(Portal):
    sends_away = True


class HalfOnline(Portal):
    """The built pages; but for what the service worker asks for, the sign-in page comes between."""

    dist = ROOT / "web" / "dist"

    def do_GET(self) -> None:
        file = self.dist / self.path.lstrip("/")
        if self.headers.get("Sec-Fetch-Mode") == "navigate":
            file = self.dist / "index.html"
        elif not file.is_file() or (self.path.startswith("/assets/") and "sw.js" in self.headers.get("Referer", "")):
            super().do_GET()
            return
        content = file.read_bytes()
        kinds = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
        self.send_response(200)
        self.send_header("Content-Type", kinds.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def keep_shell(phone: Device, folder: Path) -> int:
    """Visit once, with a server that is gone afterwards; returns the port where it was."""
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
    with running(command, folder / "data", folder / "log") as server:
        phone.url = server.url
        phone.goto("/join/ABC234")
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
        phone.goto("/class/ABC234")
        phone.page.wait_for_url("**/join/ABC234*")
        return server.port


def opens_as_a_page(phone: Device, path: str) -> bool:
    """What the browser itself still has of a file is that file, and no page."""
    try:
        answer = phone.page.goto(phone.url + path)
    except Error as error:
        if "ERR_CONNECTION_REFUSED" not in str(error):
            raise
        leave_the_error_page(phone.page)
        return False
    return answer is None or "html" in answer.headers["content-type"]


def leave_the_error_page(page: Page) -> None:
    """The browser goes to its own page on its own time, and would break off what comes next."""
    for _ in range(20):
        try:
            page.goto("about:blank")
            page.wait_for_timeout(100)
            if page.url == "about:blank":
                return
        except Error:
            page.wait_for_timeout(100)
    raise AssertionError(f"the page stays at {page.url}")


def shows_the_shell(page: Page) -> None:
    expect(page.locator("main h1").first).to_be_visible()
    expect(page.locator("link[rel=manifest]")).to_have_count(1)


def test_without_a_server_only_pages_open(browser: Browser, tmp_path: Path, pictures: Path) -> None:
    with Device(browser, PHONE, "", pictures) as phone:
        keep_shell(phone, tmp_path)
        for path in _PAGES:
            phone.goto(path)
            shows_the_shell(phone.page)
        phone.picture("41-without-a-server")
        for path in _NOT_PAGES:
            assert not opens_as_a_page(phone, path), path
        kept = phone_keeps(phone)
        assert [path for path, kind, _ in kept if "html" in kind] == ["/"]
        assert not {path for path, _, _ in kept} & set(_NOT_PAGES)


def phone_keeps(phone: Device) -> list[list[str]]:
    phone.goto("/join/ABC234")
    rows: list[list[str]] = phone.page.evaluate(_KEPT)
    return rows


@pytest.mark.parametrize("portal", [Portal, PortalThatSendsAway], ids=["answers", "redirects"])
def test_the_sign_in_page_of_a_network_is_shown_and_never_kept(
    browser: Browser, tmp_path: Path, pictures: Path, portal: type[Portal]
) -> None:
    with Device(browser, PHONE, "", pictures) as phone:
        port = keep_shell(phone, tmp_path)
        with answering(portal, port):
            for path in ["/", "/join/ABC234", "/manifest.webmanifest"]:
                phone.goto(path)
                phone.heading("Welcome, please sign in")
            # What a page asks for meanwhile is not that file either.
            got = phone.page.evaluate("fetch('/assets/LoginPage-12345678.js').then((answer) => answer.text())")
            assert "Hotel" in got
            phone.page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it?.update()).catch(() => 0)")
        for path in _PAGES:
            phone.goto(path)
            shows_the_shell(phone.page)
        kept = phone_keeps(phone)
        assert kept
        assert not [row for row in kept if "Hotel" in row[2]]
        assert [path for path, kind, _ in kept if "html" in kind] == ["/"]


def test_a_server_that_is_away_behind_its_gateway_is_no_reason_for_an_error_page(
    browser: Browser, tmp_path: Path, pictures: Path
) -> None:
    class Gateway(Portal):
        def do_GET(self) -> None:
            self.send_error(502)

    with Device(browser, PHONE, "", pictures) as phone:
        port = keep_shell(phone, tmp_path)
        with answering(Gateway, port):
            phone.goto("/join/ABC234")
            shows_the_shell(phone.page)
            answer = phone.page.goto(f"{phone.url}/manifest.webmanifest")
            assert answer is not None
            assert answer.status == 502


def test_nothing_is_kept_when_the_sign_in_page_comes_between(browser: Browser, pictures: Path) -> None:
    port = free_port()
    with answering(HalfOnline, port), Device(browser, PHONE, f"http://127.0.0.1:{port}", pictures) as phone:
        phone.goto("/join/ABC234")
        shows_the_shell(phone.page)
        state = phone.page.evaluate(
            """async () => {
              const it = await navigator.serviceWorker.register('/sw.js');
              const worker = it.installing ?? it.waiting ?? it.active;
              if (worker && worker.state === 'installing') {
                await new Promise((done) => worker.addEventListener('statechange', done, {once: true}));
              }
              return worker?.state ?? 'none';
            }"""
        )
        assert state in ("redundant", "none")
        assert phone.page.evaluate(_KEPT) == []
