"""One phone in Chromium: how long after a step's heading its picture is decoded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

_PACE_MS = 6_000  # the next picture is asked for within five seconds
_WAITING_MS = 11_000
_TRIES = 5
# The heading and the picture come in one change of the page; decode() ends when the picture can be painted.
_WATCH = """
(() => {
  window.seen = [];
  let last = '', picture = null;
  const look = () => {
    const title = document.querySelector('h1')?.textContent ?? '';
    if (!/번째 단계$/.test(title) || title === last) return;
    last = title;
    const at = performance.now();
    const step = { title, ahead: false, decoded_ms: null };
    window.seen.push(step);
    const find = () => {
      const found = document.querySelector('img[src*="/media/lessons/"]');
      if (!found || found === picture) return requestAnimationFrame(find);
      picture = found;
      found.decode().then(() => {
        step.decoded_ms = performance.now() - at;
        const came = performance.getEntriesByName(found.currentSrc, 'resource')[0];
        step.ahead = !!came && came.responseEnd < at;
      });
    };
    find();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
})();
"""


def watch(url: str, code: str, steps: int, move: Callable[[int], None]) -> list[dict[str, Any]]:
    """Take a seat, let ``move(number)`` bring each step; returns ``{title, ahead, decoded_ms}`` of each step seen.

    ``ahead``: the file had come before the heading. Raises ``RuntimeError`` where there is no browser, or a picture
    does not come.
    """
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise RuntimeError("not installed: chromium")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise RuntimeError("not installed: playwright") from None
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        try:
            size = {"width": 360, "height": 740}
            page = browser.new_page(viewport=size, device_scale_factor=3, has_touch=True, locale="ko-KR")  # type: ignore[arg-type]
            page.add_init_script(_WATCH)
            _sit_down(page, url, code)
            page.wait_for_timeout(_WAITING_MS)
            for number in range(steps):
                move(number)
                page.wait_for_timeout(_PACE_MS)
            seen: list[dict[str, Any]] = page.evaluate("window.seen")
        except Error as error:
            raise RuntimeError(f"in the browser: {error.message.splitlines()[0]}") from None
        finally:
            browser.close()
    if len(seen) != steps or any(step["decoded_ms"] is None for step in seen):
        raise RuntimeError(f"of {steps} steps the page showed {seen}")
    return seen


def _sit_down(page: Any, url: str, code: str) -> None:
    """One field, one press; a page does not take a press on what is new to the eye."""
    page.goto(f"{url}/join/{code}")
    page.get_by_role("textbox").fill("학생")
    for _ in range(_TRIES):
        page.wait_for_timeout(1_000)
        if "/class/" in page.url:
            return
        page.get_by_role("button", name="들어가기", exact=True).click()
    page.wait_for_url("**/class/**")
