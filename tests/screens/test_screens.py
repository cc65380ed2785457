"""Screens are drawn from data: every icon shows something, every place lies on the picture, the font says Korean."""

from __future__ import annotations

import pytest

from mobilegpt.screens import icons
from mobilegpt.screens.apps import APPS, Apps
from mobilegpt.screens.canvas import INK, WHITE, Box, Canvas, length, where_on, wrapped
from mobilegpt.screens.parts import Bar, Button, Keyboard, Row, Rows, Window
from mobilegpt.screens.recorded import Thing, draw_recorded
from mobilegpt.screens.screen import HEIGHT, WIDTH, Gap, Screen


def inked(canvas: Canvas) -> int:
    """How many pixels are not paper."""
    return sum(count for count, colour in canvas.picture().getcolors(100_000) or [] if colour != (255, 255, 255))


@pytest.mark.parametrize("name", sorted(icons.NAMES))
def test_every_icon_shows_something_inside_of_its_square(name: str) -> None:
    canvas = Canvas(100, 100, WHITE)
    icons.draw(name, canvas, 50, 50, 60, INK)
    picture = canvas.picture().convert("L").point(lambda value: 255 - value)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert 40 < inked(canvas) < 3600
    assert min(left, top) >= 8
    assert max(right, bottom) <= 92


def test_every_app_has_its_own_icon() -> None:
    drawn = Screen("홈", (Apps(tuple(APPS)),)).draw()
    assert set(APPS) <= set(drawn.places)


def test_korean_is_drawn_and_not_as_empty_boxes() -> None:
    shapes = set()
    for letter in "가힣뷁온똠\uffff":
        canvas = Canvas(60, 60, WHITE)
        canvas.text(letter, (10, 30), 40)
        shapes.add(canvas.picture().tobytes())
    assert len(shapes) == 6


def test_lines_are_broken_between_words_and_cut_where_they_must() -> None:
    lines = wrapped("글자를 크게 하면 눈이 편해요", 40, 200)
    assert len(lines) > 1
    assert " ".join(lines) == "글자를 크게 하면 눈이 편해요"
    assert all(length(line, 40) <= 200 for line in lines)


def test_places_lie_on_the_picture_and_under_a_window_nothing_can_be_touched() -> None:
    parts = (Bar("문자", ("search",)), Rows((Row("딸"), Row("소리", end="on"))), Gap(), Keyboard())
    drawn = Screen("문자", parts).draw()
    assert {"back", "search", "title", "딸", "소리", "소리:switch", "enter", "ㅂ", "system_home"} <= set(drawn.places)
    for box in drawn.places.values():
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= WIDTH
        assert box.bottom <= HEIGHT
    asked = Screen("문자", parts, Window("지울까요?", buttons=(Button("네"), Button("아니요")))).draw()
    assert "딸" not in asked.places
    assert {"네", "아니요", "system_back"} <= set(asked.places)
    with pytest.raises(KeyError, match="아니요"):
        asked.place("없는 것")


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0.1, 0.1, "왼쪽 위"),
        (0.9, 0.9, "오른쪽 아래"),
        (0.5, 0.5, "한가운데"),
        (0.5, 0.9, "아래"),
        (0.9, 0.5, "가운데 오른쪽"),
    ],
)
def test_places_in_words(x: float, y: float, words: str) -> None:
    assert where_on(x, y) == words


def test_a_recorded_screen_shows_what_lies_on_it_whatever_its_shape() -> None:
    button = Thing(Box(0.1, 0.8, 0.8, 0.1), "보내기", "단추")
    with_it, without = draw_recorded([button], 2.2), draw_recorded([], 2.2)
    assert with_it.size == without.size
    assert with_it.getpixel((120, round(with_it.height * 0.85))) != without.getpixel(
        (120, round(with_it.height * 0.85))
    )
    for shape in (0.0001, 0.5, 50.0):
        tiny = [
            Thing(Box(0, 0, 0.006, 0.004), "가" * 40, role)
            for role in ("단추", "칸", "스위치", "그림", "탭", "항목", "")
        ]
        assert draw_recorded(tiny, shape, "제목").width == 720
