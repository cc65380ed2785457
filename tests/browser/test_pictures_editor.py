"""A lesson made of screenshots in the editor: by mouse, by keyboard alone, from a phone; and what goes wrong on the way."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, Device, sign_in
from tests.browser.test_accessibility import tab_to
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 740}
WIDTH, HEIGHT = 540, 1170
_SENDS = ["그림", "친구 목록", "대화방", "글 쓰는 칸", "전송"]


def screenshot(number: int, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """A phone's screen: a bar on top, rows, one button at the bottom right; each number has a colour of its own."""
    image = Image.new("RGB", size, "#fafafa")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width, height // 14), fill=_colour(number))
    for row in range(2, 10):
        top = height * row // 12
        draw.ellipse((20, top, 80, top + 60), fill="#c8d4e8")
        draw.rectangle((100, top + 18, width - 60 - 30 * ((row + number) % 4), top + 42), fill="#666666")
    draw.rectangle((width * 7 // 10, height * 11 // 12, width - 20, height - 20), fill="#0b5fff")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _colour(number: int) -> tuple[int, int, int]:
    return (40 + 20 * number, 220 - 18 * number, 120)


def payload(number: int) -> FilePayload:
    return {"name": f"screen-{number}.png", "mimeType": "image/png", "buffer": screenshot(number)}


class Lesson:
    """A lecture of the sample instructor, as the server has it."""

    def __init__(self, teacher: Teacher, title: str) -> None:
        self.http = teacher.http
        self.id: int = teacher.http.post("/api/lectures", json={"title": title}).json()["id"]
        self.page = f"/teach/lectures/{self.id}"

    def with_step(self, task: str, step: str, **more: str) -> int:
        made = self.http.post(f"/api/lectures/{self.id}/tasks", json={"title": task}).json()["id"]
        return int(self.http.post(f"/api/tasks/{made}/subtasks", json={"title": step, **more}).json()["id"])

    def steps(self) -> list[dict[str, Any]]:
        lecture = self.http.get(f"/api/lectures/{self.id}", params={"include": "subtasks"}).json()
        return [step for task in lecture["tasks"] for step in task["subtasks"]]

    def picture(self, step: int = 0) -> Image.Image:
        answer = self.http.get(self.steps()[step]["image"]["url"])
        return Image.open(io.BytesIO(answer.content)).convert("RGB")


@pytest.fixture
def laptop(browser: Browser, lan: str, pictures: Path) -> Iterator[Device]:
    with Device(browser, LAPTOP, lan, pictures) as made:
        sign_in(made)
        yield made
        assert made.complaints == []


def drop(page: Page, selector: str, files: list[FilePayload]) -> None:
    """As the browser tells of files that are let go over an element."""
    data = page.evaluate_handle(
        """(files) => {
          const data = new DataTransfer();
          for (const { name, mimeType, bytes } of files) {
            data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type: mimeType }));
          }
          return data;
        }""",
        [{"name": one["name"], "mimeType": one["mimeType"], "bytes": _base64(one["buffer"])} for one in files],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(selector, event, {"dataTransfer": data})


def _base64(content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()


def choose_step(page: Page, title: str) -> None:
    page.locator('[data-part="name"]').filter(has_text=title).first.click()


def open_marks(page: Page) -> None:
    page.get_by_role("button", name="표시하고 가리기").click()
    expect(page.get_by_role("dialog", name="그림에 표시하기")).to_be_visible()
    expect(page.locator("[data-stage] img")).to_be_visible()


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the picture, in fractions, is on the screen."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    page.mouse.move(*at(page, *end))
    page.mouse.up()


def near(mark: dict[str, Any], **places: float) -> bool:
    return all(abs(mark[name] - value) < 0.02 for name, value in places.items())


def test_ten_pictures_become_a_lesson_by_mouse(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "그림으로 만든 강의")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    drop(page, "section[aria-labelledby=many-title]", [payload(number) for number in range(10)])
    expect(page.locator("[data-row^=step-]")).to_have_count(10, timeout=60_000)
    laptop.sees("10 / 10")
    steps = lesson.steps()
    assert [step["position"] for step in steps] == list(range(1, 11))
    for number in range(10):
        top = lesson.picture(number).getpixel((100, 20))
        assert isinstance(top, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(top, _colour(number), strict=True)), number
    looks_right(laptop, "70-editor-ten-pictures")

    choose_step(page, steps[0]["title"])
    open_marks(page)
    page.mouse.click(*at(page, 0.85, 0.95))
    page.get_by_role("radio", name="밀기").check()
    drag(page, (0.5, 0.7), (0.5, 0.4))
    page.get_by_role("radio", name="네모").check()
    drag(page, (0.1, 0.2), (0.9, 0.3))
    looks_right(laptop, "71-marks-mouse")
    page.get_by_role("button", name=re.compile("^1. 누르기")).click()
    drag(page, (0.85, 0.95), (0.8, 0.9))
    laptop.press("되돌리기")
    laptop.press("되돌리기")
    expect(page.locator("[data-mark]")).to_have_count(2)
    laptop.press("다시 하기")
    laptop.press("다시 하기")
    proposed = page.get_by_label("그림 설명").input_value()
    laptop.press("휴대폰에 보이는 모습")
    expect(page.locator("dialog [data-phone] [data-marks]")).to_be_visible()
    looks_right(laptop, "72-marks-as-a-phone")
    laptop.press("저장하기")
    laptop.sees("그림을 저장했어요.")
    image = lesson.steps()[0]["image"]
    tap, swipe, box = image["marks"]
    assert (tap["kind"], swipe["kind"], swipe["direction"], box["kind"]) == ("tap", "swipe", "up", "box")
    assert near(tap, x=0.8, y=0.9)
    assert near(swipe, x=0.5, y=0.7)
    assert near(box, x=0.1, y=0.2, w=0.8, h=0.1)
    assert image["alt"] == proposed, "what was proposed is what the server says"
