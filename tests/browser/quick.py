"""How long after a change of the page a press came, by the page's own clock: a program on a busy machine is as slow as
a person, and what a person presses half a second later is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import pytest
from playwright.sync_api import Page

T = TypeVar("T")
SETTLED_MS = 500
"""What has stood so long is meant by who presses it (``SETTLE_MS`` in web/src/press/places.ts)."""
_WATCH = """([looks, value]) => {
  window.changedAt = window.pressedAt = 0;
  addEventListener('pointerdown', () => { window.pressedAt = performance.now(); }, {capture: true, once: true});
  const changed = {
    heading: () => document.querySelector('#main h1')?.textContent === value,
    button: () => [...document.querySelectorAll('button')].some((one) => one.textContent.trim() === value),
    elsewhere: () => !document.elementFromPoint(...value[0])?.closest('button')?.textContent.includes(value[1]),
  }[looks];
  const look = () => {
    if (changed()) window.changedAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""


def watch(page: Page, looks: str, value: object) -> None:
    """Note when the page changes: its ``heading`` is this text, a ``button`` of this text comes, or at a point there is
    no button of a text any more (``elsewhere``, with the point and the text)."""
    page.evaluate(_WATCH, [looks, value])


def wait_for_change(page: Page) -> None:
    page.wait_for_function("() => window.changedAt")


def until_quick(page: Page, tries: Iterable[T], quick: Callable[[Page], bool]) -> Iterator[T]:
    """One try after another, until one was ``quick`` enough to tell something."""
    for one in tries:
        yield one
        if quick(page):
            return
    pytest.fail("not one of the tries was quick enough")


def pressed_at_once(page: Page) -> bool:
    """Whether the first press since ``watch`` came before the change had settled."""
    return bool(0 <= page.evaluate("window.pressedAt - window.changedAt") < SETTLED_MS)


def watch_keys(page: Page) -> None:
    """Note when keys go down, from now on."""
    page.evaluate(
        """() => {
          if (!window.keysAt) addEventListener('keydown', () => window.keysAt.push(performance.now()), true);
          window.keysAt = [];
        }"""
    )


def doubled(page: Page) -> bool:
    """Whether the two keys since ``watch_keys`` came so soon after each other that they may be one."""
    first, second = page.evaluate("window.keysAt")
    return bool(second - first < SETTLED_MS)
