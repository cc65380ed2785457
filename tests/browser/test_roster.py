"""The live page's numbers are those of the database, whoever raises a hand, is cut, in another app, or done."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import PHONE, Device, enter, sign_in
from tests.server.process import Running

pytestmark = pytest.mark.browser

SCREEN = {"width": 1366, "height": 768}
_RECOUNT = """
SELECT
  SUM(NOT left_ AND NOT hand AND NOT present) AS OFFLINE,
  SUM(NOT left_ AND NOT hand AND present AND NOT done AND NOT received) AS NOT_RECEIVED,
  SUM(hand) AS HELP,
  SUM(NOT left_ AND NOT hand AND present AND NOT done AND received AND hidden) AS TRYING,
  SUM(NOT left_ AND NOT hand AND present AND NOT done AND received AND NOT hidden) AS READING,
  SUM(NOT left_ AND NOT hand AND present AND done) AS DONE
FROM (
  SELECT seat.is_present AS present, seat.left_at IS NOT NULL AS left_, seat.hidden_since IS NOT NULL AS hidden,
         step.done_at IS NOT NULL AS done, step.received_at IS NOT NULL AS received,
         EXISTS (
           SELECT 1 FROM helpdesk_helprequest request WHERE request.session_id = class.id
             AND request.user_id = seat.user_id AND request.subtask_id = class.current_subtask_id
             AND request.request_type = 'MANUAL' AND request.closed_at IS NULL AND NOT EXISTS (
               SELECT 1 FROM helpdesk_helpresponse answer
               WHERE answer.request_id = request.id AND answer.source <> 'FALLBACK')
         ) AS hand
  FROM classroom_lecturesession class
  JOIN classroom_sessionparticipant seat ON seat.session_id = class.id AND seat.removed_at IS NULL
  LEFT JOIN classroom_seatstep step ON step.session_id = class.id AND step.user_id = seat.user_id
    AND step.subtask_id = class.current_subtask_id
  WHERE class.code = ?
)
"""


def recount(server: Running, code: str) -> dict[str, int]:
    """By hand, from the rows alone."""
    (file,) = (server.log.parent / "data").glob("*.sqlite3")
    with closing(sqlite3.connect(file, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        return {state: int(number) for state, number in dict(database.execute(_RECOUNT, [code]).fetchone()).items()}


def shown(page: Page) -> dict[str, int]:
    texts = page.eval_on_selector_all(
        "[data-count]", "all => all.map(one => [one.dataset.count, one.innerText.match(/\\d+/)[0]])"
    )
    return {state: int(number) for state, number in texts}


def until_shown(page: Page, expected: dict[str, int], within: float = 5) -> None:
    deadline = time.monotonic() + within
    while (now := shown(page)) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert now == expected


@contextmanager
def hall(browser: Browser, lan: str, pictures: Path, code: str) -> Iterator[list[Device]]:
    phones = [Device(browser, PHONE, lan, pictures) for _ in range(4)]
    try:
        for phone, name in zip(phones, ("김영희", "이순자", "이순자", "박순자"), strict=True):
            enter(phone, code, name)
            phone.sees("곧 시작해요")
        yield phones
    finally:
        for phone in phones:
            phone.context.close()


def look_away(phone: Device) -> None:
    """Chromium without a window never hides a page by itself."""
    phone.page.evaluate("""() => {
        Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")


def test_the_numbers_are_those_of_the_database(
    browser: Browser, lan: str, server: Running, pictures: Path, teacher: Teacher
) -> None:
    titles = teacher.steps()
    code = teacher.open("숫자가 맞는 수업")
    with Device(browser, SCREEN, lan, pictures) as laptop, hall(browser, lan, pictures, code) as phones:
        hand, away, done, cut = phones
        sign_in(laptop)
        laptop.goto(f"/teach/sessions/{teacher.http.get(f'/api/sessions/{code}').json()['session_id']}")
        laptop.sees("숫자가 맞는 수업")
        laptop.sees("들어온 사람 4명")
        laptop.sees("이순자 · 2")
        laptop.press("수업 시작")
        for phone in phones:
            phone.heading(titles[0])
        nobody = dict.fromkeys(("HELP", "NOT_RECEIVED", "OFFLINE", "TRYING", "READING", "DONE"), 0)
        until_shown(laptop.page, {**nobody, "READING": 4})
        assert recount(server, code) == shown(laptop.page)

        look_away(away)
        done.press("다 했어요")
        until_shown(laptop.page, {**nobody, "READING": 2, "TRYING": 1, "DONE": 1})
        laptop.sees("아직 3명이 하고 있어요.")
        assert recount(server, code) == shown(laptop.page)

        cut.cut()
        laptop.press("다음 단계")
        sent = time.monotonic()
        expect(laptop.page.locator("[data-count=NOT_RECEIVED]")).to_contain_text("1", timeout=3_000)
        assert time.monotonic() - sent <= 3.2  # with what the press itself takes
        for phone in (hand, away, done):
            phone.heading(titles[1])
        until_shown(laptop.page, {**nobody, "READING": 2, "TRYING": 1, "NOT_RECEIVED": 1})
        laptop.sees("아직 3명이 하고 있어요.")
        assert recount(server, code) == shown(laptop.page)

        for phone in (hand, away, done):
            phone.press("다 했어요")
        laptop.sees(re.compile("이어진 사람은 모두 다 했어요"))
        # The grace of a cut is over by now, or soon: it is gone, and nobody waits for it.
        until_shown(laptop.page, {**nobody, "DONE": 3, "OFFLINE": 1}, within=20)
        assert recount(server, code) == shown(laptop.page)
        laptop.picture("live-numbers")

        everything = laptop.page.locator("[data-count]")
        for place in range(everything.count()):
            expect(everything.nth(place)).to_be_in_viewport(ratio=1)
        expect(laptop.page.get_by_role("button", name="수업 끝내기")).to_be_in_viewport(ratio=1)

        laptop.press("한눈에")
        expect(laptop.page.get_by_role("button", name="이순자 · 2, 다 함")).to_be_visible()
        laptop.picture("live-wall")
        assert laptop.complaints == []
