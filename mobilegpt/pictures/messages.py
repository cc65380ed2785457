"""What the pictures' part of the server says in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mobilegpt.core.locale import Words
from mobilegpt.lectures.step import PictureMark

MAX_ALT = 300
_MAX_NAME = 80
_FOR_PROGRAMS = re.compile(r"[A-Za-z0-9][.:/_][A-Za-z0-9]")
_SCREEN = Words("{task} 화면", "{task}, a screen")
_SCREEN_OF_STEP = Words("{task} 화면, {step}", "{task}, a screen: {step}")
_MARKED = Words("{task} 화면, {place} '{what}'", "{task}, a screen: '{what}' {place}")
_SWIPED = Words("{task} 화면, {place}에서 {direction} 밀기", "{task}, a screen: swipe {direction} {place}")
_STEP = Words("화면 {number}", "Screen {number}")
_TASK = Words("새 과제", "New task")
_PLACES = (
    (Words("왼쪽 위", "at the top left"), Words("위쪽 가운데", "at the top"), Words("오른쪽 위", "at the top right")),
    (Words("왼쪽", "on the left"), Words("가운데", "in the middle"), Words("오른쪽", "on the right")),
    (
        Words("왼쪽 아래", "at the bottom left"),
        Words("아래쪽 가운데", "at the bottom"),
        Words("오른쪽 아래", "at the bottom right"),
    ),
)
_DIRECTIONS = {
    "up": Words("위로", "up"),
    "down": Words("아래로", "down"),
    "left": Words("왼쪽으로", "to the left"),
    "right": Words("오른쪽으로", "to the right"),
}


def alt_of(*, task: str, step: str, element: str | None, marks: Sequence[PictureMark]) -> Words:
    """What a picture shows, in words: the screen, and what is marked first on it ("카카오톡 화면, 오른쪽 아래 '전송'").

    ``task`` and ``step`` are titles; ``element`` is what the step has one touch, which is said unless it is a name for
    programs ("com.kakao.talk:id/send").
    """
    task, step = task[:_MAX_NAME], step[:_MAX_NAME]
    if not marks:
        return _SCREEN.with_values(task=task) if step == task else _SCREEN_OF_STEP.with_values(task=task, step=step)
    first = marks[0]
    if first.direction is not None:
        return _SWIPED.with_values(task=task, place=_place_of(first), direction=_DIRECTIONS[first.direction])
    return _MARKED.with_values(task=task, place=_place_of(first), what=_called(element) or step)


def _called(element: str | None) -> str:
    return "" if element is None or _FOR_PROGRAMS.search(element) else element[:_MAX_NAME]


def step_title(number: int) -> str:
    """Of a step that was made of a picture alone."""
    return _STEP.said(number=number)


def task_title() -> str:
    """Of the task that such steps are put into, where the lecture has none."""
    return _TASK.said()


def _place_of(mark: PictureMark) -> Words:
    """Where the mark's middle is, in thirds of the picture."""
    across, down = mark.x + (mark.w or 0) / 2, mark.y + (mark.h or 0) / 2
    return _PLACES[min(2, int(down * 3))][min(2, int(across * 3))]
