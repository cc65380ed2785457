"""What a recorded event means: labels, roles, screens, directions, and what is nobody's business (contract 8.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mobilegpt.recordings.acts import Act, Kind, acts_of

START = datetime(2025, 10, 28, 10, 0, tzinfo=UTC)


def act(event_type: str = "click", **data: Any) -> Act:
    (found,) = acts_of([(event_type, START, data)])
    return found


# --- labels


@pytest.mark.parametrize(
    ("data", "label"),
    [
        ({"label": "보내기", "text": "전송"}, "보내기"),
        ({"text": "  사진\n 보내기 "}, "사진 보내기"),
        ({"contentDescription": "닫기"}, "닫기"),
        ({"text": "", "hint": "이름"}, "이름"),
        ({"text": {"text": "확인"}}, "확인"),
        ({"element": {"name": "검색"}}, "검색"),
        ({"element": "Button#보내기"}, "보내기"),
        ({"element": "com.kakao.talk:id/send"}, ""),
        ({"text": 7}, ""),
        ({"text": "가" * 100}, "가" * 40),
    ],
)
def test_a_thing_is_called_what_the_person_saw(data: dict[str, Any], label: str) -> None:
    assert act(**data).label == label


def test_typed_text_is_not_looked_at() -> None:
    found = act("text_input", text="비밀이야", hint="메시지", element_id="input")
    assert (found.kind, found.label, found.element) == (Kind.INPUT, "메시지", "input")


def test_a_masked_label_is_none() -> None:
    assert act(text="[이름]", element_id="row3").label == ""
    assert act(text="[이름]", hint="받는 사람").label == "받는 사람"


def test_elements_are_told_apart_by_id_before_label() -> None:
    assert act(text="확인", element_id="ok_1").target == "ok_1"
    assert act(text="확인").target == "확인"


# --- what it is


@pytest.mark.parametrize(
    ("data", "role"),
    [
        ({"class": "android.widget.EditText"}, "칸"),
        ({"role": "toggle"}, "스위치"),
        ({"class": "android.widget.CheckBox"}, "네모 칸"),
        ({"class": "TabLayout"}, "탭"),
        ({"element": "Chip#todo"}, "단추"),
        ({"element": "com.app:id/list_row"}, "항목"),
        ({"class": "FrameLayout"}, ""),
        ({}, ""),
    ],
)
def test_a_thing_is_of_a_kind_that_people_have_a_word_for(data: dict[str, Any], role: str) -> None:
    assert act(**data).role == role


@pytest.mark.parametrize(
    "data",
    [
        {"element": "com.app:id/back"},
        {"element": "toolbar.navigate_up"},
        {"text": "뒤로"},
        {"text": "뒤로 가기"},
        {"content_description": "Back"},
    ],
)
def test_a_tap_on_the_way_back_is_a_step_back(data: dict[str, Any]) -> None:
    assert act(**data).kind is Kind.BACK


@pytest.mark.parametrize(
    "data", [{"element": "com.app:id/background"}, {"text": "뒤로 미루기"}, {"element": "feedback"}]
)
def test_what_only_sounds_like_back_is_a_tap(data: dict[str, Any]) -> None:
    assert act(**data).kind is Kind.TAP


def test_a_long_tap_on_the_way_back_stays_one() -> None:
    assert act("long_click", text="뒤로").kind is Kind.LONG_TAP


# --- where


def test_an_app_and_a_screen_last_until_another_is_named() -> None:
    acts = acts_of(
        [
            ("click", START, {"text": "앞"}),
            ("app_open", START, {"package": "com.kakao.talk", "screen": "친구"}),
            ("click", START, {"text": "채팅", "screen": "채팅"}),
            ("battery", START, {"screen": "아무것도 아님"}),
            ("click", START, {"text": "뒤"}),
        ]
    )
    assert [(one.app, one.screen) for one in acts] == [
        ("", ""),
        ("com.kakao.talk", "친구"),
        ("com.kakao.talk", "채팅"),
        ("com.kakao.talk", "채팅"),
    ]


def test_a_keyboard_takes_the_person_nowhere() -> None:
    acts = acts_of(
        [
            ("screen_change", START, {"screen": "채팅", "package": "com.kakao.talk"}),
            ("screen_change", START, {"screen": "키보드", "package": "com.samsung.android.honeyboard"}),
            ("text_input", START, {"element": "message"}),
        ]
    )
    assert [(one.kind, one.screen) for one in acts] == [(Kind.SCREEN, "채팅"), (Kind.INPUT, "채팅")]


# --- where to


@pytest.mark.parametrize(
    ("data", "direction"),
    [
        ({"direction": "LEFT"}, "left"),
        ({"direction": "sideways"}, "up"),
        ({"start_y": 900, "end_y": 200}, "up"),
        ({"start_y": 200, "end_y": 900}, "down"),
        ({"start_x": 100, "end_x": 900}, "right"),
        ({"dy": -300}, "down"),
        ({"delta_x": 300}, "left"),
        ({"dx": 300, "dy": 300}, "up"),
        ({"start_y": True, "end_y": False}, "up"),
        ({"start_y": 900}, "up"),
    ],
)
def test_a_scroll_goes_where_the_finger_went(data: dict[str, Any], direction: str) -> None:
    assert act("scroll", **data).direction == direction


def test_a_tap_has_no_direction() -> None:
    assert act(direction="left").direction == ""


# --- whatever a phone sends

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
names = some.sampled_from(["text", "element", "hint", "class", "screen", "package", "direction", "start_y", "end_y"])


@settings(max_examples=50)
@given(
    some.lists(
        some.tuples(
            some.sampled_from(["click", "long_press", "scroll", "text_input", "screen", "back", "?"]),
            some.dictionaries(names, values, max_size=4),
        ),
        max_size=5,
    )
)
def test_no_data_of_any_phone_is_an_error(sent: list[tuple[str, dict[str, Any]]]) -> None:
    timed = [(kind, START + timedelta(seconds=at), data) for at, (kind, data) in enumerate(sent)]
    acts = acts_of(timed)
    assert [one.at for one in acts] == sorted({one.at for one in acts})
    assert all(len(one.label) <= 40 and len(one.screen) <= 200 for one in acts)
    assert all(bool(one.direction) == (one.kind is Kind.SCROLL) for one in acts)
