"""A Chromium with windows, on a screen that nobody sees (Xvfb): a tab behind another is hidden there, as on a phone.

Playwright keeps every page that it looks at visible. So it looks, goes away, and comes back to read what the page has
written down meanwhile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright

from tests.server.process import free_port

_SCREEN = "1400x900x24"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
    "--mute-audio",
]
_START_SECONDS = 30.0


class Headed:
    """A running Chromium; ``page`` of its first tab while somebody looks."""

    def __init__(self, playwright: Playwright, port: int) -> None:
        self._playwright = playwright
        self._address = f"http://127.0.0.1:{port}"
        self._browser: Browser | None = None

    def look(self, at: str = "") -> Page:
        """The tab whose address has this in it; the only one at the beginning."""
        end = time.monotonic() + _START_SECONDS
        while self._browser is None:
            try:
                self._browser = self._playwright.chromium.connect_over_cdp(self._address)
            except Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)
        return next(page for page in self._browser.contexts[0].pages if at in page.url)

    def look_away(self) -> None:
        """From here on the tab is what its window makes of it."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def open_another_tab(self) -> None:
        """In front of all others."""
        urllib.request.urlopen(urllib.request.Request(f"{self._address}/json/new?about:blank", method="PUT")).close()


@contextmanager
def headed(playwright: Playwright, folder: Path) -> Iterator[Headed]:
    """Skips where there is no Xvfb or no Chromium."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    screen = shutil.which("Xvfb")
    if chromium is None or screen is None:
        pytest.skip("Chromium or Xvfb is not installed (Debian: apt-get install chromium xvfb)")
    reading, writing = os.pipe()
    with subprocess.Popen(
        [screen, "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as numbers:
            display = numbers.readline().strip()
        port = free_port()
        command = [chromium, *_FLAGS, f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "about:blank"]
        with subprocess.Popen(command, env=os.environ | {"DISPLAY": f":{display}"}, stderr=subprocess.DEVNULL) as tabs:
            looking = Headed(playwright, port)
            try:
                yield looking
            finally:
                with suppress(Error):
                    looking.look_away()
                tabs.terminate()
                with suppress(subprocess.TimeoutExpired):
                    tabs.wait(10)
                tabs.kill()
                server.terminate()
