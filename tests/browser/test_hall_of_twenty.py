"""A class of twenty phones for twelve minutes: whatever the instructor reads is what the database has, and the script.

Fifteen work, two raise a hand, one loses its network, one falls behind, one goes home. The minutes are the server's:
its clock is moved forward (``tests/server/moved_clock.py``), so that 120 s without a sign of life are 120 s, as in any
class. What a network takes is measured by the wall.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import NOT_FOUND, Device, answer_otherwise, answered, sign_in, the_teacher_looks
from tests.browser.test_during_class import both_are_there
from tests.server.moved_clock import MovedClock
from tests.server.process import ROOT, running

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 640}
WORKERS = [
    "김영자", "이순자", "박정숙", "최영희", "정말순", "강복순", "조명자", "윤춘자",
    "장옥순", "임정자", "한금자", "오경자", "서병철", "신동수", "이순자",
]  # fmt: skip
FIRST_HAND, SECOND_HAND, CUT, BEHIND, HOME = "권말례", "황점례", "안칠성", "송갑순", "전봉남"
NAMES = [*WORKERS, FIRST_HAND, SECOND_HAND, CUT, BEHIND, HOME]
DONE, HELP, NEXT = "다 했어요", "도와주세요", "다음 단계"
NUDGE = "도움이 필요하세요?"
AWAY = "away"
"""A phone that is gone: the server knows of it at once, or when it has waited for it long enough."""
LOST_AT_MOST_SECONDS = 3.0
# What twenty-one browsers on one machine take to draw.
DRAWN_WITHIN_SECONDS = 0.5
STILL_SECONDS = 120
SHEET_AT_MOST_SECONDS = 10.0
# Longer leases than twelve minutes: time leaps for them, while their renewal goes on by the wall.
SETTINGS = {"OPENAI_API_KEY": "", "PRESENCE_LEASE_SECONDS": "1800", "PRESENCE_ABSENT_AFTER_SECONDS": "1800"}
ALWAYS_COUNTED = ("HELP", "NOT_RECEIVED", "OFFLINE", "TRYING", "READING", "DONE")
STATES = {
    "도움 요청": "HELP", "받지 못함": "NOT_RECEIVED", "연결 끊김": "OFFLINE", "보내는 중": "SENT",
    "다른 앱에서 하는 중": "TRYING", "보고 있음": "READING", "기다림": "WAITING", "다 함": "DONE", "나감": "LEFT",
}  # fmt: skip

T = TypeVar("T")

# Every heading of the phone's own words, also one that was there for a moment between two looks.
_REMEMBER = """
window.everShown = [];
new MutationObserver(() => {
  for (const one of document.querySelectorAll('main h2, section h2')) {
    const words = one.textContent.trim();
    if (!window.everShown.includes(words)) window.everShown.push(words);
  }
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
# What stands on the live page: everybody with the word of their state, the counts, and how many have done each step.
_SHOWN = r"""() => ({
  people: [...document.querySelectorAll('li.tile button')].map((one) =>
    [one.querySelector('b').textContent.trim(), one.lastElementChild.textContent.trim()]),
  counts: Object.fromEntries([...document.querySelectorAll('[data-count]')].map((one) =>
    [one.dataset.count, Number(one.textContent.match(/\d+/)[0])])),
  done: [...document.querySelectorAll('[data-step]')].map((one) =>
    one.textContent.match(/(\d+)\s*\/\s*(\d+)/).slice(1).map(Number)),
})"""
_PEOPLE = """
SELECT COALESCE(NULLIF(seat.name, ''), account.name) AS name,
  CASE
    WHEN EXISTS (
      SELECT 1 FROM helpdesk_helprequest request
      WHERE request.session_id = class.id AND request.user_id = seat.user_id
        AND request.subtask_id = class.current_subtask_id AND request.request_type = 'MANUAL'
        AND request.closed_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM helpdesk_helpresponse answer WHERE answer.request_id = request.id AND (
            answer.source = 'TEACHER' OR (answer.source <> 'FALLBACK' AND NOT EXISTS (
              SELECT 1 FROM helpdesk_helpresponse useless
              JOIN helpdesk_helprequest before ON before.id = useless.request_id
              WHERE before.session_id = class.id AND before.user_id = seat.user_id
                AND before.subtask_id = class.current_subtask_id AND useless.rating <= 2))))
    ) THEN 'HELP'
    WHEN seat.left_at IS NOT NULL THEN 'LEFT'
    WHEN NOT seat.is_present THEN 'OFFLINE'
    WHEN step.done_at IS NOT NULL THEN 'DONE'
    WHEN step.received_at IS NULL OR step.received_at < (
      SELECT MAX(move.created_at) FROM classroom_stepcontrol move
      WHERE move.session_id = class.id AND move.action IN ('START_STEP', 'SKIP')
    ) THEN 'NOT_RECEIVED'
    WHEN seat.hidden_since IS NOT NULL THEN 'TRYING'
    ELSE 'READING'
  END AS state
FROM classroom_lecturesession class
JOIN classroom_sessionparticipant seat ON seat.session_id = class.id AND seat.removed_at IS NULL
JOIN accounts_user account ON account.id = seat.user_id
LEFT JOIN classroom_seatstep step ON step.session_id = class.id AND step.user_id = seat.user_id
  AND step.subtask_id = class.current_subtask_id
WHERE class.code = ? ORDER BY seat.id
"""
_STEPS = """
SELECT step.id, (
  SELECT COUNT(*) FROM classroom_seatstep mine JOIN classroom_lecturesession class ON class.id = mine.session_id
  WHERE class.code = ? AND mine.subtask_id = step.id AND mine.done_at IS NOT NULL
) FROM lectures_subtask step JOIN lectures_task task ON task.id = step.task_id
WHERE task.lecture_id = (SELECT lecture_id FROM classroom_lecturesession WHERE code = ?)
ORDER BY task.order_index, step.order_index
"""
_REQUESTS = """
SELECT account.name, request.request_type, request.subtask_id, request.closed_at IS NULL, (
  SELECT COUNT(*) FROM helpdesk_helpresponse answer
  WHERE answer.request_id = request.id AND answer.source <> 'DEFERRED'
) FROM helpdesk_helprequest request
JOIN accounts_user account ON account.id = request.user_id
JOIN classroom_lecturesession class ON class.id = request.session_id
WHERE class.code = ? ORDER BY request.id
"""
_HELP_BY_STEP = """
SELECT step.title, (
  SELECT COUNT(*) FROM helpdesk_helprequest request
  WHERE request.subtask_id = step.id AND request.session_id = class.id AND request.request_type = 'MANUAL'
) FROM classroom_lecturesession class JOIN lectures_task task ON task.lecture_id = class.lecture_id
JOIN lectures_subtask step ON step.task_id = task.id
WHERE class.code = ? ORDER BY task.order_index, step.order_index
"""
_NUDGED = """
SELECT account.name, silence.nudged_at, (
  SELECT MAX(move.created_at) FROM classroom_stepcontrol move
  WHERE move.session_id = silence.session_id AND move.created_at <= silence.nudged_at
) FROM helpdesk_silence silence JOIN accounts_user account ON account.id = silence.user_id
JOIN classroom_lecturesession class ON class.id = silence.session_id
WHERE class.code = ?
"""
_LOOKED = "SELECT MAX(started_at) FROM jobs_periodicrun WHERE name = 'watch_the_stuck' AND finished_at IS NOT NULL"


@dataclass
class Hall:
    """The class, and what the script has done in it."""

    laptop: Device
    phones: dict[str, Device]
    clock: MovedClock
    teacher: Teacher
    database: Path
    titles: list[str]
    code: str = ""
    session: int = 0
    measured: dict[str, float] = field(default_factory=dict)
    """In seconds, by the wall."""
    gone: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    asked: list[str] = field(default_factory=list)
    """Whose hand was raised, once for each press."""
    there: dict[str, list[list[datetime]]] = field(default_factory=dict)
    """From when to when each phone was in the class, by the server's clock."""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def press_done(self, names: list[str]) -> None:
        for name in names:
            self.phones[name].press(DONE)
            self.done[name] += 1

    def here(self) -> list[str]:
        return [key for key in KEYS if key not in self.gone]

    def goes(self, key: str) -> None:
        self.gone.add(key)
        self.there[key][-1].append(self.clock.now())

    def comes(self, key: str) -> None:
        self.gone.discard(key)
        self.there.setdefault(key, []).append([self.clock.now()])


def numbered(names: list[str]) -> list[str]:
    """As the page tells those of one name apart: "이순자 · 2"."""
    seen: Counter[str] = Counter()
    several = {name for name, count in Counter(names).items() if count > 1}
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} · {seen[name]}" if name in several else name)
    return found


KEYS = numbered(NAMES)


@pytest.fixture
def hall(browser: Browser, tmp_path: Path, pictures: Path) -> Iterator[Hall]:
    clock = MovedClock(tmp_path / "clock")
    pages = shutil.copytree(os.environ.get("WEB_DIST") or ROOT / "web" / "dist", tmp_path / "dist")
    command = clock.command("serve", "--host", "127.0.0.1", "--port", "{port}")
    with ExitStack() as opened:
        server = opened.enter_context(
            running(command, tmp_path / "data", tmp_path / "log", WEB_DIST=str(pages), **SETTINGS)
        )
        laptop = opened.enter_context(Device(browser, SCREEN, server.url, pictures))
        phones = {key: opened.enter_context(Device(browser, PHONE, server.url, pictures)) for key in KEYS}
        teacher = Teacher(server.url)
        opened.callback(teacher.http.close)
        (database,) = (tmp_path / "data").glob("*.sqlite3")
        yield Hall(laptop, phones, clock, teacher, database, teacher.steps())


# --- what is compared


def read(hall: Hall) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page says, and what the rows say."""
    page = hall.laptop.page.evaluate(_SHOWN)
    page["people"] = sorted([name, STATES[word]] for name, word in page["people"])
    rows = hall.rows(_PEOPLE, hall.code)
    names, states = [name for name, _ in rows], [state for _, state in rows]
    counts = Counter(states)
    return page, {
        "people": sorted([key, state] for key, state in zip(numbered(names), states, strict=True)),
        "counts": {state: counts[state] for state in STATES.values() if counts[state] or state in ALWAYS_COUNTED},
        "done": [[number, len(rows)] for _, number in hall.rows(_STEPS, hall.code, hall.code)],
    }


def is_so(people: list[list[str]], expected: dict[str, str], otherwise: str) -> bool:
    wanted = {key: expected.get(key, otherwise) for key in KEYS}
    return [key for key, _ in people] == sorted(KEYS) and all(
        state in ("NOT_RECEIVED", "OFFLINE") if wanted[key] == AWAY else state == wanted[key] for key, state in people
    )


def all_is_true(hall: Hall, expected: dict[str, str], otherwise: str = "READING") -> None:
    """The page, the rows and the script say the same of everybody; ``otherwise`` is how those stand who are not in
    ``expected``. Nobody was answered unasked, and nobody's hand was raised by anybody but themselves."""

    def fits(found: tuple[dict[str, Any], dict[str, Any]]) -> bool:
        return found[0] == found[1] and is_so(found[1]["people"], expected, otherwise)

    page, rows = until(lambda: read(hall), fits)
    assert page == rows
    assert is_so(rows["people"], expected, otherwise), rows["people"]
    working = sum(state in ("READING", "TRYING", "SENT") for _, state in rows["people"])
    if working:
        hall.laptop.sees(re.compile(f"아직 {working}명이 하고 있어요"))
    asked = [(name, kind) for name, kind, *_ in hall.rows(_REQUESTS, hall.code)]
    assert asked == [(name, "MANUAL") for name in hall.asked]
    nudged = who_was_nudged(hall)
    for key in hall.here():
        phone = hall.phones[key]
        both_are_there(phone, f"the step of {key}")
        if key not in hall.asked:
            assert set(phone.page.evaluate("window.everShown")) <= ({NUDGE} if key in nudged else set()), key


def who_was_nudged(hall: Hall) -> set[str]:
    """Never before the time is over."""
    rows = hall.rows(_NUDGED, hall.code)
    for name, at, moved in rows:
        still = datetime.fromisoformat(at) - datetime.fromisoformat(moved)
        assert still >= timedelta(seconds=STILL_SECONDS), f"{name} after {still}"
    return {name for name, *_ in rows}


def until(look: Callable[[], T], fits: Callable[[T], bool], within: float = 12) -> T:
    """The last look, whether it fits or not."""
    deadline = time.monotonic() + within
    while not fits(found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def the_watch_has_looked(hall: Hall) -> None:
    """A whole round over who seems stuck, begun from now on, is over."""
    begun = hall.clock.now().strftime("%Y-%m-%d %H:%M:%S")
    found = until(lambda: hall.rows(_LOOKED)[0][0], lambda at: at is not None and at > begun, within=20)
    assert found > begun


# --- the script


def come_in(hall: Hall) -> None:
    hall.code = hall.teacher.open("스무 명의 수업")
    hall.session = hall.teacher.http.get(f"/api/sessions/{hall.code}").json()["session_id"]
    for phone in hall.phones.values():
        phone.context.add_init_script(_REMEMBER)
        phone.page.goto(f"{phone.url}/join/{hall.code}", wait_until="commit")
    for key, name in zip(KEYS, NAMES, strict=True):
        page = hall.phones[key].page
        page.get_by_role("textbox").fill(name)
        hall.phones[key].press("들어가기")
        page.wait_for_url(f"**/class/{hall.code}*")
        hall.comes(key)
    for phone in hall.phones.values():
        phone.sees("곧 시작해요")


def go_on(hall: Hall, place: int) -> None:
    """To the step at ``place``, from 0."""
    hall.laptop.press("수업 시작" if place == 0 else "다음 단계")
    for key in hall.here():
        hall.phones[key].heading(hall.titles[place])


def work(hall: Hall, place: int, seconds: float, others: list[str], standing: dict[str, str]) -> None:
    """Those who work get done in three waves, each after its share of the time; ``others`` with the last of them."""
    workers = KEYS[: len(WORKERS)]
    turned = workers[place * 4 :] + workers[: place * 4]
    done: dict[str, str] = {}
    for wave in (turned[:4], turned[4:11], [*turned[11:], *others]):
        hall.clock.forward(seconds / 3)
        hall.press_done(wave)
        done |= dict.fromkeys(wave, "DONE")
        all_is_true(hall, {**done, **standing})


def raises_a_hand(hall: Hall, key: str) -> None:
    """What the server finds by itself is no help: now a person is waited for."""
    phone = hall.phones[key]
    phone.press("도와주세요")
    hall.asked.append(key)
    the_teacher_looks(phone)
    phone.press(NOT_FOUND)
    answered(phone)
    phone.press("아직이에요")
    hall.asked.append(key)
    the_teacher_looks(phone)
    all_is_true(hall, {**dict.fromkeys(hall.gone, AWAY), key: "HELP"})
    hall.laptop.sees(re.compile(f"{key} 님이 도움을 기다려요"))


def is_answered(hall: Hall, key: str) -> None:
    hall.laptop.page.keyboard.press("h")
    dialog = hall.laptop.page.get_by_role("dialog")
    answer_otherwise(dialog, "화면 아래 빨간 단추를 누르세요.")
    phone = hall.phones[key]
    phone.heading(re.compile("님의 답이에요$"))
    phone.sees("화면 아래 빨간 단추를 누르세요.")
    expect(dialog).to_be_hidden()
    all_is_true(hall, {})


def is_lost(hall: Hall, key: str, place: int) -> None:
    """Cut just before the class goes on: the page says so at once, and waits for nobody who is not there."""
    hall.phones[key].cut()
    hall.goes(key)
    hall.laptop.press("다음 단계")
    pressed = time.monotonic()
    expect(hall.laptop.page.locator("[data-count=NOT_RECEIVED]")).to_contain_text("1", timeout=10_000)
    took = time.monotonic() - pressed
    assert took <= LOST_AT_MOST_SECONDS + DRAWN_WITHIN_SECONDS
    for one in hall.here():
        hall.phones[one].heading(hall.titles[place])
    all_is_true(hall, {key: "NOT_RECEIVED"})
    hall.phones[key].be_missed()
    hall.measured["a phone that was cut is told of"] = took


def long_on_a_step(hall: Hall, standing: dict[str, str], seconds: float) -> None:
    """So long that the one who has pressed nothing is asked once whether help is wanted, and nothing more."""
    behind = hall.phones[BEHIND]
    nudge = behind.page.get_by_role("heading", name=NUDGE)
    others = {key: "DONE" for key in KEYS if key not in standing and key != BEHIND}
    all_is_true(hall, {**others, **standing})
    hall.clock.forward(STILL_SECONDS)
    the_watch_has_looked(hall)
    expect(nudge).to_be_visible()
    words = behind.page.locator("section").filter(has=nudge).inner_text()
    assert "잘 안 되시면 '도와주세요'를 눌러주세요." in words
    assert not re.search("않으(셨|시)|아무것도|멈춰|어려우신", words)
    assert who_was_nudged(hall) == {BEHIND}
    all_is_true(hall, {**others, **standing})
    behind.picture("60-hall-nudge")
    # Once more as long, and longer: in former times an answer came now, and a request in their name.
    hall.clock.forward(seconds - STILL_SECONDS)
    the_watch_has_looked(hall)
    the_watch_has_looked(hall)
    all_is_true(hall, {**others, **standing})


def test_a_class_of_twenty(hall: Hall) -> None:
    laptop = hall.laptop
    come_in(hall)
    sign_in(laptop)
    laptop.goto(f"/teach/sessions/{hall.session}")
    laptop.sees("들어온 사람 20명")
    laptop.picture("60-hall-before")
    started = hall.clock.now()

    go_on(hall, 0)
    all_is_true(hall, {})
    work(hall, 0, 75, [FIRST_HAND, SECOND_HAND, CUT, HOME], {})
    laptop.sees("아직 1명이 하고 있어요.")

    go_on(hall, 1)
    raises_a_hand(hall, FIRST_HAND)
    laptop.picture("60-hall-hand")
    is_answered(hall, FIRST_HAND)
    work(hall, 1, 75, [FIRST_HAND, SECOND_HAND, CUT, HOME], {})

    is_lost(hall, CUT, 2)
    work(hall, 2, 75, [FIRST_HAND, SECOND_HAND, HOME], {CUT: AWAY})
    laptop.picture("60-hall-lost")

    hall.phones[HOME].page.close()
    hall.goes(HOME)
    gone = {CUT: AWAY, HOME: AWAY}
    go_on(hall, 3)
    raises_a_hand(hall, SECOND_HAND)
    work(hall, 3, 75, [FIRST_HAND], {**gone, SECOND_HAND: "HELP"})
    long_on_a_step(hall, {CUT: "OFFLINE", HOME: "OFFLINE", SECOND_HAND: "HELP"}, 270)
    laptop.picture("60-hall-long")

    go_on(hall, 4)  # with a hand that nobody has answered: it stays, apart
    laptop.sees(re.compile("지난 단계"))
    hall.phones[CUT].mend()
    hall.phones[CUT].heading(hall.titles[4])
    hall.comes(CUT)
    hall.phones[CUT].is_back()  # the clock leaps: who asks every half minute by the wall would be silent for minutes
    all_is_true(hall, {HOME: AWAY})
    work(hall, 4, 75, [FIRST_HAND, SECOND_HAND, CUT], {HOME: AWAY})

    go_on(hall, 5)
    work(hall, 5, 75, [FIRST_HAND, SECOND_HAND, CUT], {HOME: AWAY})
    assert (hall.clock.now() - started).total_seconds() >= 12 * 60
    laptop.picture("60-hall-end")

    the_sheet_is_true(hall, ends(hall))
    the_summary_is_true(hall)
    for device in (laptop, *hall.phones.values()):
        assert device.complaints == []
    (laptop.pictures / "60-hall-measured.json").write_text(json.dumps(hall.measured))


# --- afterwards


def ends(hall: Hall) -> float:
    """When it was asked for, by the wall."""
    hall.laptop.press("수업 끝내기")
    hall.laptop.page.get_by_role("dialog").get_by_role("button", name="끝내기").click()
    asked = time.monotonic()
    hall.laptop.page.wait_for_url("**/summary")
    for key in hall.here():
        hall.phones[key].sees("수업이 끝났어요")
        hall.goes(key)
    return asked


NUMBERED = re.compile(r" · \d+$")
"""How the page tells those of one name apart."""


def the_sheet_is_true(hall: Hall, ended: float) -> None:
    path = f"/api/sessions/{hall.session}/attendance"
    sheet = until(lambda: hall.teacher.http.get(path).json(), lambda found: found["taken_at"], SHEET_AT_MOST_SECONDS)
    took = time.monotonic() - ended
    assert sheet["taken_at"]
    assert took <= SHEET_AT_MOST_SECONDS
    hall.measured["the sheet is there"] = took
    answers = Counter({FIRST_HAND: 2, SECOND_HAND: 1})  # that the teacher looks is none
    assert answers == Counter(
        {name: sum(one[4] for one in hall.rows(_REQUESTS, hall.code) if one[0] == name) for name in set(hall.asked)}
    )
    hall.laptop.goto(f"/teach/sessions/{hall.session}/attendance")
    hall.laptop.heading("출석부")
    expect(hall.laptop.page.get_by_role("row").filter(has_text=HOME).first).to_be_visible()
    lines = table(hall)
    namesakes = sorted(line[0] for line in lines if NUMBERED.search(line[0]))
    assert [NUMBERED.sub("", name) for name in namesakes] == sorted(name for name in NAMES if NAMES.count(name) > 1)
    lines = [[NUMBERED.sub("", line[0]), *line[1:]] for line in lines]
    assert sorted(line[0] for line in lines) == sorted(NAMES)
    truth = sorted(
        [NAMES[place], hall.done[key], hall.asked.count(key), answers[key]] for place, key in enumerate(KEYS)
    )
    assert sorted([line[0], *map(int, line[4:])] for line in lines) == truth
    for key, one in zip(KEYS, sorted(sheet["participants"], key=lambda row: int(row["user_id"])), strict=True):
        seconds = sum((end - begin).total_seconds() for begin, end in hall.there[key])
        assert abs(one["present_seconds"] - seconds) <= 5, key
        assert [one["name"], str((one["present_seconds"] + 30) // 60)] in [[line[0], line[3]] for line in lines]
    hall.laptop.picture("60-hall-sheet")


def the_summary_is_true(hall: Hall) -> None:
    laptop = hall.laptop
    laptop.goto(f"/teach/sessions/{hall.session}/summary")
    laptop.press("표로 보기")
    done = [number for _, number in hall.rows(_STEPS, hall.code, hall.code)]
    assert sum(done) == hall.done.total()
    helps = hall.rows(_HELP_BY_STEP, hall.code)
    assert [line[1:] for line in table(hall)] == [
        [title, str(number), str(asked)] for number, (title, asked) in zip(done, helps, strict=True)
    ]
    facts = dict(zip(*[laptop.page.locator(f"main {kind}").all_inner_texts() for kind in ("dt", "dd")], strict=True))
    assert facts["참여한 사람"] == f"{len(NAMES)}명"
    assert facts["끝까지 한 사람"] == "0명"
    assert facts["도움 요청"] == f"{len(hall.asked)}번"
    assert "부르지 않았지만 어려워 보임" not in facts
    laptop.picture("60-hall-summary")


def table(hall: Hall) -> list[list[str]]:
    """The lines of the table that is to be seen."""
    lines: list[list[str]] = hall.laptop.page.evaluate(
        """() => [...document.querySelectorAll('table')].filter((one) => one.checkVisibility()).flatMap((one) =>
          [...one.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())))"""
    )
    return lines
