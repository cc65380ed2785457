"""The dashboard: what it shows is what REST says, it moves when a student taps, and everything works by keyboard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, SMALL_PHONE, Device, enter, sign_in
from tests.browser.test_accessibility import tab_to
from tests.browser.test_pages import looks_right
from tests.server.process import Running

pytestmark = pytest.mark.browser

_WIDE = {"width": 1920, "height": 1080}
_CHARTS = ("진행률마다 몇 명인지", "도움을 많이 부른 단계", "평균 진행률과 도움 요청", "하루에 배운 수강생")
_PROGRESS = re.compile("진행률")


class Course:
    """A lecture of its own: two steps, nobody in it yet."""

    def __init__(self, teacher: Teacher, title: str, steps: tuple[str, ...] = ("사진기 열기", "사진 찍기")) -> None:
        self.teacher = teacher
        self.id = self._post("/api/lectures", title=title)["id"]
        if steps:
            task = self._post(f"/api/lectures/{self.id}/tasks", title="사진")["id"]
            for step in steps:
                self._post(f"/api/tasks/{task}/subtasks", title=step, target_action="CLICK")

    def _post(self, path: str, **body: object) -> dict[str, Any]:
        answer = self.teacher.http.post(path, json=body)
        answer.raise_for_status()
        return dict(answer.json())

    def get(self, path: str, **query: object) -> Any:
        answer = self.teacher.http.get(path, params=query)  # type: ignore[arg-type]
        answer.raise_for_status()
        return answer.json()

    def open(self) -> str:
        return str(self._post(f"/api/lectures/{self.id}/sessions", title="사진 수업")["session_code"])

    def statistics(self, days: int = 7) -> Any:
        return self.get(f"/api/dashboard/statistics/lecture/{self.id}", days=days)

    def students(self) -> Any:
        return self.get(f"/api/dashboard/lectures/{self.id}/students")["students"]

    def show(self, laptop: Device) -> None:
        laptop.goto(f"/teach/lectures/{self.id}/dashboard")
        laptop.heading("날짜마다")


@pytest.fixture
def sample(teacher: Teacher) -> Course:
    """The sample lecture: students, progress, requests of the last days."""
    found = Course.__new__(Course)
    found.teacher, found.id = teacher, teacher.lecture_id
    return found


@pytest.fixture
def laptop(browser: Browser, server: Running, pictures: Path) -> Iterator[Device]:
    with Device(browser, LAPTOP, server.url, pictures, accept_downloads=True) as device:
        sign_in(device)
        yield device
        assert device.complaints == []


def _fact(page: Page, name: str) -> Locator:
    return page.locator("dl > div").filter(has_text=name).locator("dd")


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="수강생", exact=True).get_by_role("row").filter(has_text=name)


def _cells(table: Locator) -> list[list[str]]:
    rows = table.locator("tbody tr").all()
    return [[re.sub(r"\s+", " ", cell).strip() for cell in row.locator("td").all_inner_texts()] for row in rows]


def _names(page: Page) -> list[str]:
    return page.locator("tbody tr td:first-child b").all_inner_texts()


def test_the_numbers_are_those_of_rest(laptop: Device, sample: Course) -> None:
    page = laptop.page
    sample.show(laptop)
    statistics, students = sample.statistics(), sample.students()
    waiting = sample.get("/api/dashboard/help-requests/pending", lecture_id=sample.id)["pagination"]["total_count"]
    expect(_fact(page, "수강생")).to_have_text(f"{statistics['total_students']}명")
    expect(_fact(page, "평균 진행률")).to_have_text(f"{int(statistics['average_progress_rate'] * 100 + 0.5)}%")
    expect(_fact(page, "지금까지 도움 요청")).to_have_text(f"{statistics['total_help_requests']}번")
    expect(_fact(page, "기다리는 도움 요청")).to_have_text(f"{waiting}번")
    expect(page.get_by_role("region", name="수강생", exact=True).locator("tbody tr")).to_have_count(len(students))
    for student in students:
        done = f"({student['completed_subtasks']} / {student['total_subtasks']})"
        step = student["current_subtask"]
        row = _row(page, student["email"] or student["name"])  # guests may be called alike
        row = row.filter(has_text=f"{int(student['progress_rate'] * 100 + 0.5)}% {done}")
        expect(row.filter(has_text=step["title"] if step else "모든 단계를 다 했어요").first).to_be_visible()


def test_the_tables_behind_the_charts(laptop: Device, sample: Course) -> None:
    page = laptop.page
    sample.show(laptop)
    for days in (7, 14):
        page.get_by_role("radio", name=f"{days}일", exact=True).check()
        statistics = sample.statistics(days)
        trend = sample.get("/api/dashboard/chart-data/progress-trend", lecture_id=sample.id, days=days)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        for button in page.get_by_role("button", name="표로 보기").all()[::-1]:
            button.click()
        daily = page.get_by_role("region", name="하루에 배운 수강생").locator("tbody tr")
        expect(daily).to_have_count(days)
        spread, hard, by_day, active = (
            _cells(page.get_by_role("region", name=name).last)
            for name in (
                "진행률마다 몇 명인지",
                "도움을 많이 부른 단계",
                "평균 진행률과 도움 요청",
                "하루에 배운 수강생",
            )
        )
        assert spread == [[part, f"{count}명"] for part, count in statistics["progress_distribution"].items()]
        assert [row[:2] for row in hard] == [
            [step["subtask_title"], f"{step['help_count']}번"] for step in statistics["common_difficulties"]
        ]
        rates, helps = (dataset["data"] for dataset in trend["datasets"])
        assert [row[1:] for row in by_day] == [[f"{rate}%", f"{n}번"] for rate, n in zip(rates, helps, strict=True)]
        assert [row[1:] for row in active] == [
            [f"{day['active_students']}명", f"{day['help_requests']}번"] for day in statistics["daily_activity"]
        ]
        for button in page.get_by_role("button", name="그림으로 보기").all()[::-1]:
            button.click()
    expect(page.locator("canvas")).to_have_count(4)
    expect(page.get_by_role("img", name=re.compile("평균 진행률과 도움 요청"))).to_be_visible()


def test_a_tap_changes_the_row_and_the_queue_at_once(
    browser: Browser, laptop: Device, lan: str, pictures: Path, teacher: Teacher
) -> None:
    course, page = Course(teacher, "사진 찍기 현황"), laptop.page
    laptop.goto(f"/teach/lectures/{course.id}/dashboard")
    laptop.heading("아직 수강생이 없어요")
    code = course.open()
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        row = _row(page, "김영희")
        expect(row).to_contain_text("0% (0 / 2)")
        teacher.tell(code, "start")
        kim.heading("사진기 열기")
        progress = page.get_by_role("button", name=_PROGRESS)
        progress.focus()
        kim.press("다 했어요")
        expect(row).to_contain_text("50% (1 / 2)")
        expect(_fact(page, "평균 진행률")).to_have_text("50%")
        teacher.tell(code, "next-step")
        kim.heading("사진 찍기")
        kim.press("도와주세요")
        expect(row).to_contain_text("1번 기다려요")
        expect(row).to_contain_text("사진 찍기")
        expect(page.get_by_role("heading", name="도움을 기다려요 1")).to_be_visible()
        expect(_fact(page, "기다리는 도움 요청")).to_have_text("1번")
        # Said once to who does not see it, by the notifications.
        expect(page.get_by_role("status").filter(has_text="김영희 님이 도움을 불렀어요.")).to_have_count(1)
        (asked,) = course.get("/api/dashboard/help-requests/pending", lecture_id=course.id)["pending_requests"]
        teacher.http.post(f"/api/help/request/{asked['help_request_id']}/close", json={}).raise_for_status()
        expect(row).to_contain_text("지난 요청 1번")
        expect(page.get_by_role("heading", name="도움을 기다려요 0")).to_be_visible()
        # The news have not taken the focus.
        expect(progress).to_be_focused()


def test_an_answer_from_the_queue_reaches_the_phone(
    browser: Browser, laptop: Device, lan: str, pictures: Path, teacher: Teacher
) -> None:
    course, page = Course(teacher, "도움 현황"), laptop.page
    code = course.open()
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        kim.heading("사진기 열기")
        kim.press("도와주세요")
        laptop.goto("/teach/dashboard")
        item = page.get_by_role("article", name="김영희").filter(has_text="도움 현황")
        item.get_by_role("button", name="답하기").click()
        field = item.get_by_label("답", exact=True)
        expect(field).to_be_focused()
        field.fill("아래의 동그란 그림을 누르세요.")
        item.get_by_role("button", name="답 보내기").click()
        kim.sees("아래의 동그란 그림을 누르세요.")
        expect(item).to_contain_text("답을 보냈어요")
        item.get_by_role("button", name="해결됐어요").click()
        expect(item).to_have_count(0)
        assert course.students()[0]["pending_help"] == 0


def test_the_overview_follows_all_lectures(
    browser: Browser, laptop: Device, lan: str, pictures: Path, teacher: Teacher
) -> None:
    course, page = Course(teacher, "한눈에 보는 강의"), laptop.page
    code = course.open()
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        laptop.goto("/teach/dashboard")
        row = page.get_by_role("row").filter(has_text="한눈에 보는 강의")
        expect(row).to_contain_text("0%")
        expect(row).to_contain_text("시작 전")
        teacher.tell(code, "start")
        expect(row).to_contain_text("수업 중")
        kim.heading("사진기 열기")
        kim.press("다 했어요")
        laptop.sees("김영희 님이 한 단계를 다 했어요. 진행률 50%")
        expect(row).to_contain_text("50%")
        row.get_by_role("link", name="한눈에 보는 강의").click()
        page.wait_for_url(f"**/teach/lectures/{course.id}/dashboard")
        expect(_row(page, "김영희")).to_contain_text("50% (1 / 2)")


def test_the_file_opens_in_a_spreadsheet(laptop: Device, sample: Course) -> None:
    sample.show(laptop)
    with laptop.page.expect_download() as waiting:
        laptop.press("CSV 파일로 저장")
    download = waiting.value
    assert re.fullmatch(r"유튜브 사용법 배우기 \d{4}-\d\d-\d\d\.csv", download.suggested_filename)
    content = Path(download.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert {int(row["번호"]): int(row["완료한 단계"]) for row in rows} == {
        student["user_id"]: student["completed_subtasks"] for student in sample.students()
    }
    laptop.sees("파일을 저장했어요. 엑셀에서 바로 열 수 있어요.")


def test_sorting_and_searching_by_keyboard(laptop: Device, sample: Course) -> None:
    page = laptop.page
    sample.show(laptop)
    table = page.get_by_role("region", name="수강생", exact=True)
    heads = table.locator("th")
    expect(heads.nth(3)).to_have_attribute("aria-sort", "descending")
    tab_to(page, "진행률")
    page.keyboard.press("Enter")
    expect(heads.nth(1)).to_have_attribute("aria-sort", "ascending")
    by_progress = sorted(student["completed_subtasks"] for student in sample.students())
    shown = [int(re.findall(r"\((\d+) /", row[1])[0]) for row in _cells(table)]
    assert shown == by_progress
    page.keyboard.press("Space")
    expect(heads.nth(1)).to_have_attribute("aria-sort", "descending")
    assert [int(re.findall(r"\((\d+) /", row[1])[0]) for row in _cells(table)] == by_progress[::-1]
    one = sample.students()[0]
    page.get_by_label("수강생 찾기").focus()
    page.keyboard.insert_text(one["email"])
    expect(table.locator("tbody tr")).to_have_count(1)
    assert _names(page) == [one["name"]]
    page.get_by_label("수강생 찾기").fill("아무도 아닌 사람")
    laptop.sees("찾는 수강생이 없어요.")


def test_a_lost_connection_is_said_and_what_was_missed_is_read(
    browser: Browser, laptop: Device, lan: str, pictures: Path, teacher: Teacher
) -> None:
    course, page = Course(teacher, "끊겼다 이어진 강의"), laptop.page
    code = course.open()
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        kim.heading("사진기 열기")
        course.show(laptop)
        expect(_row(page, "김영희")).to_contain_text("0% (0 / 2)")
        laptop.cut()
        laptop.sees(re.compile("서버와 연결이 끊겼어요"))
        looks_right(laptop, "52-dashboard-lost")
        kim.press("다 했어요")
        kim.sees(re.compile("잘하셨어요"))
        expect(_row(page, "김영희")).to_contain_text("0% (0 / 2)")
        laptop.mend()
        expect(_row(page, "김영희")).to_contain_text("50% (1 / 2)")
        expect(page.get_by_text(re.compile("서버와 연결이 끊겼어요"))).to_have_count(0)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(LAPTOP, id="1366"),
        pytest.param(_WIDE, id="1920", marks=pytest.mark.between),
        pytest.param(PHONE, id="390", marks=pytest.mark.between),
        pytest.param(SMALL_PHONE, id="320"),
    ],
)
def test_every_state_looks_right(
    browser: Browser, server: Running, pictures: Path, teacher: Teacher, sample: Course, size: dict[str, int]
) -> None:
    width = size["width"]
    nobody, nothing = Course(teacher, "학생 없는 강의"), Course(teacher, "빈 강의", ())
    with Device(browser, size, server.url, pictures) as laptop:
        sign_in(laptop)
        sample.show(laptop)
        laptop.page.locator("canvas").first.wait_for()
        looks_right(laptop, f"50-dashboard-{width}")
        for button in laptop.page.get_by_role("button", name="표로 보기").all()[::-1]:
            button.click()
        laptop.page.get_by_role("button", name="답하기").first.click()
        looks_right(laptop, f"50-dashboard-tables-{width}")
        laptop.goto("/teach/dashboard")
        laptop.heading("방금 일어난 일")
        looks_right(laptop, f"50-overview-{width}")
        laptop.goto(f"/teach/lectures/{nobody.id}/dashboard")
        laptop.heading("아직 수강생이 없어요")
        looks_right(laptop, f"50-nobody-{width}")
        laptop.goto(f"/teach/lectures/{nothing.id}/dashboard")
        laptop.heading("이 강의에는 단계가 없어요")
        looks_right(laptop, f"50-no-steps-{width}")
        laptop.goto("/teach/lectures/999999/dashboard")
        laptop.sees(re.compile("찾을 수 없어요"))
        looks_right(laptop, f"50-absent-{width}")
        assert laptop.complaints == []


_PIXEL = """() => {
  const canvas = document.querySelector('canvas');
  const pen = canvas.getContext('2d');
  const seen = new Map();
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255) continue;
    const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
    seen.set(colour, (seen.get(colour) ?? 0) + 1);
  }
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0];
}"""


def test_the_charts_take_the_colours_of_the_theme(laptop: Device, sample: Course) -> None:
    page = laptop.page
    sample.show(laptop)
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(_PIXEL) == "0,73,207"  # the bars
    laptop.press("보기 설정")
    page.get_by_role("dialog").get_by_text("또렷하게", exact=True).click()
    page.wait_for_timeout(500)
    assert page.evaluate(_PIXEL) == "255,230,0"
    page.keyboard.press("Escape")
    looks_right(laptop, "51-dashboard-contrast")
