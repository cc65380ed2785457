"""Lessons that travel: from the library, as files, copied, moved, shared and restored, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import SMALL_PHONE, Device, sign_in
from tests.browser.test_colleagues import PASSWORD, registered
from tests.browser.test_pages import looks_right
from tests.packs.making import packed

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}


@pytest.fixture
def made(teacher: Teacher) -> Iterator[int]:
    """A lecture of two tasks that a file brought in."""
    answer = teacher.http.post("/api/lectures/import", files={"file": ("a.lesson.zip", packed(), "application/zip")})
    answer.raise_for_status()
    number = int(answer.json()["id"])
    yield number
    teacher.http.delete(f"/api/lectures/{number}")


def outline(teacher: Teacher, number: int | str) -> list[list[str]]:
    body = teacher.http.get(f"/api/lectures/{number}", params={"include": "subtasks"}).json()
    return [[step["title"] for step in task["subtasks"]] for task in body["tasks"]]


def in_english(device: Device) -> None:
    device.page.evaluate("localStorage.setItem('mgpt.lang', JSON.stringify('en'))")


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL_PHONE], ids=["1366", "360", "320"])
def test_a_ready_lesson_is_looked_at_and_made_one_s_own(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    with Device(browser, size, lan, pictures) as laptop:
        sign_in(laptop)
        laptop.page.get_by_role("link", name="강의 자료실").click()
        laptop.heading("준비된 강의")
        looks_right(laptop, f"70-library-{size['width']}")
        ready = teacher.http.get("/api/library").json()["ready"]
        assert ready, "the project comes with ready lessons"
        title = ready[0]["title"]
        laptop.press(f"미리 보기 {title}")
        shown = laptop.page.get_by_role("dialog", name=title)
        expect(shown.get_by_role("listitem")).to_have_count(ready[0]["total_subtasks"])
        expect(shown.get_by_role("img").first).to_be_visible()
        looks_right(laptop, f"70-preview-{size['width']}")
        shown.get_by_role("button", name="내 강의로 가져오기").click()
        laptop.page.wait_for_url("**/teach/lectures/*", timeout=60_000)
        laptop.heading(title)
        number = laptop.page.url.rsplit("/", 1)[1]
        assert sum(map(len, outline(teacher, number))) == ready[0]["total_subtasks"]
        assert laptop.complaints == []
    teacher.http.delete(f"/api/lectures/{number}")


def test_a_file_goes_out_and_comes_in_and_a_bad_one_is_explained(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, made: int, tmp_path: Path
) -> None:
    with Device(browser, WIDE, lan, pictures, accept_downloads=True) as laptop:
        sign_in(laptop)
        page = laptop.page
        card = page.get_by_role("article", name="글자 크게 하기").first
        with page.expect_download() as download:
            card.get_by_role("button", name="파일로 내보내기").click()
        assert download.value.suggested_filename == "글자 크게 하기.lesson.zip"
        file = tmp_path / "out.lesson.zip"
        download.value.save_as(file)
        bad = tmp_path / "bad.lesson.zip"
        bad.write_bytes(file.read_bytes()[:-40])

        laptop.press("파일에서 가져오기")
        looks_right(laptop, "71-import")
        with page.expect_file_chooser() as chooser:
            laptop.press("파일 고르기")
        chooser.value.set_files(bad)
        laptop.sees("파일이 망가졌거나 이 서버가 읽을 수 없어요. 파일을 다시 받아 보세요.")
        looks_right(laptop, "71-import-refused")
        with page.expect_file_chooser() as chooser:
            laptop.press("파일 고르기")
        chooser.value.set_files(file)
        page.wait_for_url("**/teach/lectures/*", timeout=60_000)
        number = page.url.rsplit("/", 1)[1]
        assert int(number) != made
        assert outline(teacher, number) == outline(teacher, made)
        assert laptop.complaints == []
    teacher.http.delete(f"/api/lectures/{number}")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1366", "360"])
def test_steps_are_copied_and_moved_and_the_lecture_goes_back(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, made: int, size: dict[str, int]
) -> None:
    before = outline(teacher, made)
    other = teacher.http.post("/api/lectures", json={"title": "다른 강의"}).json()["id"]
    teacher.http.post(f"/api/lectures/{other}/tasks", json={"title": "다른 과제"})
    with Device(browser, size, lan, pictures) as laptop:
        sign_in(laptop)
        laptop.goto(f"/teach/lectures/{made}")
        page = laptop.page

        choose_step(laptop, "설정 열기")
        laptop.press("이 단계 복사")
        laptop.sees("바로 아래에 복사했어요.")
        assert outline(teacher, made)[0] == ["설정 열기", "설정 열기", "화면 누르기"]

        choose_step(laptop, "화면 누르기")
        laptop.press("단계 옮기기")
        asked = page.get_by_role("dialog", name="단계 옮기기")
        asked.get_by_label("어느 강의로").select_option(label="다른 강의")
        expect(asked.get_by_label("어느 과제로")).to_have_value(last_task(teacher, other))
        looks_right(laptop, f"72-move-{size['width']}")
        asked.get_by_role("button", name="옮기기").click()
        laptop.sees("‘다른 강의’ 강의로 옮겼어요.")
        assert outline(teacher, other) == [["화면 누르기"]]
        assert outline(teacher, made)[0] == ["설정 열기", "설정 열기"]

        choose_lecture(laptop)
        looks_right(laptop, f"72-tools-{size['width']}")
        laptop.press("이전 내용 보기")
        history = page.get_by_role("dialog", name="이전 내용")
        expect(history.get_by_role("listitem")).to_have_count(2)
        expect(history.get_by_role("listitem").first).to_contain_text("지금 내용")
        looks_right(laptop, f"72-history-{size['width']}")
        history.get_by_role("button", name="내용 보기 1").click()
        history.get_by_role("button", name="이 내용으로 되돌리기").click()
        laptop.sees("되돌렸어요. 되돌리기 전 내용도 남아 있어요.")
        assert outline(teacher, made) == before
        assert outline(teacher, other) == [["화면 누르기"]]
        assert laptop.complaints == []


def last_task(teacher: Teacher, number: int) -> str:
    return str(teacher.http.get(f"/api/lectures/{number}").json()["tasks"][-1]["id"])


def choose_step(laptop: Device, title: str) -> None:
    show(laptop, "순서")
    laptop.page.locator("[data-row^=step]").filter(has_text=title).first.locator("[data-part=name]").click()


def choose_lecture(laptop: Device) -> None:
    show(laptop, "순서")
    laptop.page.get_by_role("button", name="강의 정보").click()


def show(laptop: Device, tab: str) -> None:
    found = laptop.page.get_by_role("tab", name=tab)
    if found.count():
        found.click()


def walk_to(page: Page, button: Locator) -> None:
    """By keys alone: without one between them, two presses of Enter may be one that was meant."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError("the button is not reached by keys")


def test_another_s_change_is_taken_back_by_keyboard(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, made: int
) -> None:
    before = outline(teacher, made)
    colleague = beside(teacher, made)
    tasks = teacher.http.get(f"/api/lectures/{made}").json()["tasks"]
    colleague.delete(f"/api/tasks/{tasks[1]['id']}").raise_for_status()
    colleague.close()
    assert outline(teacher, made) == before[:1]
    with Device(browser, WIDE, lan, pictures) as laptop:
        sign_in(laptop)
        laptop.goto(f"/teach/lectures/{made}")
        page = laptop.page
        page.get_by_role("button", name="이전 내용 보기").focus()
        page.keyboard.press("Enter")
        history = page.get_by_role("dialog", name="이전 내용")
        expect(history.get_by_role("listitem")).to_have_count(2)
        expect(history.get_by_role("listitem").first).to_contain_text("2단계를 지웠어요")
        expect(history.get_by_role("listitem").first).to_contain_text("강동료")
        page.wait_for_timeout(700)  # a press on what is new is not taken
        walk_to(page, history.get_by_role("button", name="내용 보기 1"))
        page.keyboard.press("Enter")
        expect(history.get_by_text("끝내기")).to_be_visible()
        looks_right(laptop, "73-version")
        back = history.get_by_role("button", name="이 내용으로 되돌리기")
        expect(back).to_be_enabled()
        page.wait_for_timeout(700)
        walk_to(page, back)
        page.keyboard.press("Enter")
        laptop.sees("되돌렸어요. 되돌리기 전 내용도 남아 있어요.")
        assert outline(teacher, made) == before
        assert [task["id"] for task in teacher.http.get(f"/api/lectures/{made}").json()["tasks"]] == [
            task["id"] for task in tasks
        ]
        assert laptop.complaints == []


def beside(teacher: Teacher, number: int) -> httpx.Client:
    """Somebody who teaches the lecture beside its owner."""
    url = str(teacher.http.base_url)
    registered(url, "travel@test.com", "강동료", "INSTRUCTOR")
    client = httpx.Client(base_url=url, timeout=15)
    answer = client.post("/api/auth/login", json={"email": "travel@test.com", "password": PASSWORD})
    answer.raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    client.cookies.clear()
    role = {"role": "co_instructor"}
    token = teacher.http.post(f"/api/lectures/{number}/invitations", json=role).json()["token"]
    client.post(f"/api/invitations/{token}/accept").raise_for_status()
    return client


def test_a_lecture_is_shared_and_taken_out_again(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, made: int
) -> None:
    with Device(browser, WIDE, lan, pictures) as laptop:
        sign_in(laptop)
        card = laptop.page.get_by_role("article", name="글자 크게 하기").first
        card.get_by_role("button", name="자료실에 나누기").click()
        laptop.page.get_by_role("dialog").get_by_role("button", name="자료실에 나누기").click()
        laptop.sees("자료실에 나눴어요. 다른 선생님들이 보고 가져갈 수 있어요.")
        looks_right(laptop, "74-shared")
        shared = teacher.http.get("/api/library").json()["shared"]
        assert [row["key"] for row in shared] == [f"lecture-{made}"]
        card.get_by_role("button", name="자료실에서 빼기").click()
        laptop.sees("자료실에서 뺐어요. 이미 가져간 강의는 그대로 있어요.")
        assert teacher.http.get("/api/library").json()["shared"] == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1366", "360"])
def test_it_is_all_there_in_english(
    browser: Browser, lan: str, pictures: Path, made: int, size: dict[str, int]
) -> None:
    with Device(browser, size, lan, pictures) as laptop:
        sign_in(laptop)
        in_english(laptop)
        laptop.goto("/teach")
        laptop.heading("My lectures")
        looks_right(laptop, f"75-lectures-en-{size['width']}")
        laptop.goto("/teach/library")
        laptop.heading("Ready lessons")
        looks_right(laptop, f"75-library-en-{size['width']}")
        assert laptop.complaints == []


def test_a_lecture_of_the_library_is_found_by_its_words(laptop: Device) -> None:
    laptop.goto("/teach/library")
    lessons = laptop.page.get_by_role("article")
    expect(lessons.filter(has_text="와이파이 연결하기")).to_have_count(1)
    before = lessons.count()
    search = laptop.page.get_by_label("강의 찾기")
    search.fill("연결  와이파이")
    expect(lessons.filter(has_text="와이파이 연결하기")).to_have_count(1)
    assert lessons.count() < before
    looks_right(laptop, "74-library-search")
    search.fill("없는 강의")
    laptop.sees("그런 강의가 없어요")
    search.fill("")
    expect(lessons).to_have_count(before)
