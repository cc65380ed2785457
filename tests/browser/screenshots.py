"""Screenshots as a teacher has them, a lecture for them, and the hand that puts them into the editor and marks them."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Teacher

SMALL = {"width": 360, "height": 740}
WIDTH, HEIGHT = 540, 1170


def screenshot(number: int, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """A phone's screen: a bar on top, rows, one button at the bottom right; each number has a colour of its own."""
    image = Image.new("RGB", size, "#fafafa")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width, height // 14), fill=colour(number))
    for row in range(2, 10):
        top = height * row // 12
        draw.ellipse((20, top, 80, top + 60), fill="#c8d4e8")
        draw.rectangle((100, top + 18, width - 60 - 30 * ((row + number) % 4), top + 42), fill="#666666")
    draw.rectangle((width * 7 // 10, height * 11 // 12, width - 20, height - 20), fill="#0b5fff")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def colour(number: int) -> tuple[int, int, int]:
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


def paste(page: Page, file: FilePayload) -> None:
    page.evaluate(
        """({ name, mimeType, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type: mimeType }));
          const event = { clipboardData: data, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new ClipboardEvent('paste', event));
        }""",
        {"name": file["name"], "mimeType": file["mimeType"], "bytes": _base64(file["buffer"])},
    )
