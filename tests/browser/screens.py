"""A lesson with pictures: a phone's screens, drawn here, with what is to be touched marked on them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image, ImageDraw

SCREEN = (1080, 2340)
PART = (1200, 900)

TITLES = ["메신저 열기", "친구 고르기", "글 쓰기", "보내기", "사진 고르기", "사진 보내기"]
GUIDES = [
    "노란 말풍선 그림을 한 번 누르세요.",
    "친구 목록에서 글을 보낼 친구의 이름을 누르세요.",
    "아래 빈칸을 누르고 안부를 적으세요.",
    "오른쪽 아래의 종이비행기 그림을 누르세요.",
    "목록을 위로 밀어 올려 사진을 찾으세요.",
    "사진을 길게 누르세요.",
]
MARKS: list[dict[str, Any]] = [
    {"kind": "tap", "x": 0.17, "y": 0.3},
    {"kind": "box", "x": 0.05, "y": 0.25, "w": 0.9, "h": 0.09},
    {"kind": "tap", "x": 0.45, "y": 0.93},
    {"kind": "tap", "x": 0.92, "y": 0.93},
    {"kind": "swipe", "x": 0.5, "y": 0.7, "direction": "up"},
    {"kind": "long_tap", "x": 0.3, "y": 0.5},
]


def screen(number: int, size: tuple[int, int] = SCREEN) -> bytes:
    """A screen of a phone as a JPEG; each ``number`` is another file. Even ones are dark."""
    width, height = size
    dark = number % 2 == 0
    paper, ink, line = ("#1c1c1e", "#f2f2f2", "#3a3a3c") if dark else ("#ffffff", "#222222", "#dddddd")
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height * 0.08), "#ffe812" if number % 3 else "#5b9bd5")
    for row in range(8):
        top = height * (0.14 + row * 0.1)
        draw.ellipse(
            (width * 0.06, top, width * 0.06 + height * 0.06, top + height * 0.06), ("#7a9", "#a79", "#97a")[row % 3]
        )
        draw.rectangle((width * 0.3, top + height * 0.01, width * (0.6 + 0.04 * (row % 3)), top + height * 0.025), ink)
        draw.rectangle((width * 0.3, top + height * 0.035, width * 0.9, top + height * 0.045), line)
    draw.rectangle((0, height * 0.9, width, height), line)
    draw.rounded_rectangle((width * 0.04, height * 0.91, width * 0.84, height * 0.95), 30, paper, ink, 4)
    draw.ellipse((width * 0.87, height * 0.908, width * 0.97, height * 0.908 + width * 0.1), "#ffe812")
    draw.rectangle((number, number, number + 3, number + 3), "#ff0000")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


@dataclass
class Lesson:
    """A lecture of which every step has a picture."""

    id: int
    steps: list[int]
    images: list[dict[str, Any]]

    def files_of(self, step: int) -> set[str]:
        return {one["url"] for one in self.images[step]["variants"]}


def make_lesson(http: httpx.Client, title: str, wide: bool = False) -> Lesson:
    """``http`` is an instructor's. ``wide``: parts of screens, lying."""
    lecture = _made(http.post("/api/lectures", json={"title": title, "description": ""}))["id"]
    task_body = {"title": "글 보내기", "description": "", "order_index": 0}
    task = _made(http.post(f"/api/lectures/{lecture}/tasks", json=task_body))["id"]
    steps, images = [], []
    for number, (name, guide, mark) in enumerate(zip(TITLES, GUIDES, MARKS, strict=True)):
        body = {"title": name, "guide_text": guide, "description": "", "order_index": number}
        step = _made(http.post(f"/api/tasks/{task}/subtasks", json=body))["id"]
        path = f"/api/subtasks/{step}/image"
        content = screen(number + (10 if wide else 0), PART if wide else SCREEN)
        _made(http.post(path, files={"file": ("screen.jpg", content, "image/jpeg")}))
        changed = http.patch(path, json={"alt": f"{name}: 휴대폰 화면", "marks": [mark]})
        changed.raise_for_status()
        steps.append(step)
        images.append(changed.json())
    return Lesson(lecture, steps, images)


def open_class(http: httpx.Client, lesson: Lesson, title: str) -> str:
    return str(_made(http.post(f"/api/lectures/{lesson.id}/sessions", json={"title": title}))["session_code"])


def _made(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    return dict(answer.json())
