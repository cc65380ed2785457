"""Marks keep their place when a part of the picture is cut out (contract 11.11)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.errors import Invalid
from mobilegpt.core.locale import Language, speaking
from mobilegpt.files.step_pictures import WHOLE, Area
from mobilegpt.lectures.step import PictureMark
from mobilegpt.pictures import marks, messages
from mobilegpt.pictures.commands import SentMark

_FRACTIONS = st.floats(0, 1)
points: Any = st.builds(
    lambda kind, x, y: SentMark(kind=kind, x=x, y=y, direction="up" if kind == "swipe" else None),
    st.sampled_from(["tap", "long_tap", "swipe"]),
    _FRACTIONS,
    _FRACTIONS,
)
boxes: Any = st.builds(
    lambda kind, x, y, w, h: SentMark(kind=kind, x=x, y=y, w=min(w, 1 - x), h=min(h, 1 - y)),
    st.sampled_from(["box", "hidden"]),
    *[st.floats(0, 0.99)] * 2,
    *[st.floats(0.001, 1)] * 2,
)
parts = st.builds(
    lambda x, y, w, h: Area(x, y, min(w, 1 - x), min(h, 1 - y)),
    *[st.floats(0, 0.9)] * 2,
    *[st.floats(0.05, 1)] * 2,
)


def lies_within(mark: PictureMark) -> bool:
    right, bottom = mark.x + (mark.w or 0), mark.y + (mark.h or 0)
    return mark.x >= 0 and mark.y >= 0 and right <= 1 + 1e-9 and bottom <= 1 + 1e-9


@given(st.lists(points | boxes, max_size=marks.MAX_MARKS))
def test_each_mark_is_shown_or_hidden_and_keeps_its_place(sent: list[SentMark]) -> None:
    found = marks.checked(sent)
    assert len(found.shown) + len(found.hidden) == len(sent)
    wanted = [mark for mark in sent if mark.kind != "hidden"]
    for mark, shown in zip(wanted, found.shown, strict=True):
        assert (shown.kind, shown.direction) == (mark.kind, mark.direction)
        assert (shown.x, shown.y) == pytest.approx((mark.x, mark.y), abs=2e-4)
        assert lies_within(shown)
    assert all(area.is_usable for area in found.hidden)


@given(st.lists(points | boxes, max_size=8), parts)
def test_what_stays_of_a_crop_is_at_the_same_place(sent: list[SentMark], part: Area) -> None:
    shown = marks.checked(sent).shown
    assert marks.within(shown, WHOLE) == shown
    moved = marks.within(shown, part)
    assert all(lies_within(mark) for mark in moved)
    assert len(moved) <= len(shown)
    for mark in shown:
        inside = part.x < mark.x < part.x + part.w and part.y < mark.y < part.y + part.h
        if mark.w is None and inside:
            expected = ((mark.x - part.x) / part.w, (mark.y - part.y) / part.h)
            assert any((one.x, one.y) == pytest.approx(expected, abs=1e-4) for one in moved if one.kind == mark.kind)


@given(st.lists(points, min_size=marks.MAX_MARKS + 1, max_size=marks.MAX_MARKS + 3))
def test_more_than_there_may_be_are_refused(sent: list[SentMark]) -> None:
    with pytest.raises(Invalid) as refused:
        marks.checked(sent)
    assert refused.value.details == {"field": "marks"}


@given(st.text(max_size=200), st.text(max_size=200), st.none() | st.text(max_size=500), st.lists(points, max_size=2))
def test_words_are_proposed_in_both_languages_whatever_it_is_called(
    task: str, step: str, element: str | None, sent: list[SentMark]
) -> None:
    proposed = messages.alt_of(task=task, step=step, element=element, marks=marks.checked(sent).shown)
    for language in Language:
        with speaking(language):
            assert 0 < len(proposed.said()) <= messages.MAX_ALT


@pytest.mark.parametrize(
    ("x", "y", "korean", "english"),
    [
        (0.1, 0.1, "왼쪽 위", "at the top left"),
        (0.5, 0.5, "가운데", "in the middle"),
        (0.99, 0.99, "오른쪽 아래", "at the bottom right"),
        (1.0, 0.5, "오른쪽", "on the right"),
        (0.5, 1.0, "아래쪽 가운데", "at the bottom"),
    ],
)
def test_the_place_is_said_in_thirds(x: float, y: float, korean: str, english: str) -> None:
    tap = PictureMark(kind="tap", x=x, y=y)
    proposed = messages.alt_of(task="카카오톡", step="글 보내기", element="전송", marks=[tap])
    assert proposed == (f"카카오톡 화면, {korean} '전송'", f"카카오톡, a screen: '전송' {english}")


@pytest.mark.parametrize("element", [None, "com.kakao.talk", "com.kakao.talk:id/send", "send_button"])
def test_names_for_programs_are_not_said(element: str | None) -> None:
    tap = PictureMark(kind="tap", x=0.5, y=0.5)
    proposed = messages.alt_of(task="카카오톡", step="글 보내기", element=element, marks=[tap])
    assert proposed.ko == "카카오톡 화면, 가운데 '글 보내기'"
