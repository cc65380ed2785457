"""What a recording becomes: the steps that matter, in words that help (contract 8.5's drafts)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mobilegpt.recordings.acts import Kind, acts_of
from mobilegpt.recordings.draft import MOST_STEPS, Draft, draft_of
from mobilegpt.recordings.segmenter import segments_of

START = datetime(2025, 10, 28, 10, 0, tzinfo=UTC)
Recorded = tuple[str, float, dict[str, Any]]


def draft(*events: Recorded) -> Draft:
    return draft_of("연습", [(kind, START + timedelta(seconds=at), data) for kind, at, data in events])


def acted(*events: Recorded) -> list[str]:
    """The steps as ``KIND label``."""
    timed = [(kind, START + timedelta(seconds=at), data) for kind, at, data in events]
    return [f"{step.act.kind} {step.act.label}".strip() for step in segments_of(acts_of(timed))]


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("touch", Kind.TAP),
        ("CLICK", Kind.TAP),
        ("TYPE_VIEW_CLICKED", Kind.TAP),
        ("TYPE_VIEW_TEXT_CHANGED", Kind.INPUT),
        ("TYPE_WINDOW_STATE_CHANGED", Kind.SCREEN),
        ("tap", Kind.TAP),
        ("long_press", Kind.LONG_TAP),
        ("LONG_CLICK", Kind.LONG_TAP),
        ("scroll", Kind.SCROLL),
        ("swipe", Kind.SCROLL),
        ("text_input", Kind.INPUT),
        ("screen_change", Kind.SCREEN),
        ("WINDOW_STATE_CHANGED", Kind.SCREEN),
        ("navigation", Kind.SCREEN),
        ("back", Kind.BACK),
    ],
)
def test_phones_have_many_words_for_an_act(event_type: str, kind: Kind) -> None:
    (act,) = acts_of([(event_type, START, {})])
    assert act.kind is kind


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("battery_low", {}),
        ("click", {"package": "com.samsung.android.honeyboard", "text": "ㅎ"}),
        ("click", {"package": "com.google.android.inputmethod.latin"}),
    ],
)
def test_what_is_no_act_of_the_lesson_is_left_out(event_type: str, data: dict[str, Any]) -> None:
    assert acts_of([(event_type, START, data)]) == []


def test_an_act_happens_on_the_screen_named_last() -> None:
    acts = acts_of(
        [
            ("screen_change", START, {"screen": "친구", "package": "com.kakao.talk"}),
            ("click", START, {"text": "채팅"}),
        ]
    )
    assert (acts[1].screen, acts[1].app) == ("친구", "com.kakao.talk")


def test_double_taps_scrolls_and_letters_are_one_step_each() -> None:
    assert acted(
        ("click", 0, {"text": "검색", "element_id": "search"}),
        ("click", 0.3, {"text": "검색", "element_id": "search"}),
        ("scroll", 3, {"delta_y": 300}),
        ("scroll", 4, {"delta_y": 900}),
        ("text_input", 8, {"element_id": "query", "hint": "검색어"}),
        ("text_input", 9, {"element_id": "query", "hint": "검색어"}),
    ) == ["TAP 검색", "SCROLL", "INPUT 검색어"]


def test_a_second_tap_later_is_a_step_of_its_own() -> None:
    assert acted(("click", 0, {"text": "더하기"}), ("click", 2, {"text": "더하기"})) == ["TAP 더하기", "TAP 더하기"]


def test_a_tap_into_a_field_is_part_of_writing_in_it() -> None:
    assert acted(
        ("click", 0, {"element_id": "query", "class": "android.widget.EditText"}),
        ("text_input", 2, {"element_id": "query", "hint": "검색어"}),
    ) == ["INPUT 검색어"]


def test_a_screen_tells_where_the_tap_led() -> None:
    steps = draft(
        ("click", 0, {"text": "설정"}),
        ("screen_change", 1, {"screen": "화면 설정"}),
        ("click", 5, {"text": "글자 크기"}),
    ).steps
    assert [step.title for step in steps] == ["설정 누르기", "글자 크기 누르기"]
    assert steps[0].guide_text == "'설정' 단추를 누르세요. '화면 설정' 화면이 나오면 잘하신 거예요."


def test_a_way_taken_and_gone_back_is_no_step() -> None:
    assert acted(
        ("screen_change", 0, {"screen": "처음", "app": "com.kakao.talk"}),
        ("click", 2, {"text": "쇼핑"}),
        ("screen_change", 3, {"screen": "쇼핑"}),
        ("back", 6, {}),
        ("screen_change", 6.5, {"screen": "처음"}),
        ("click", 9, {"text": "채팅"}),
    ) == ["SCREEN", "TAP 채팅"]


def test_going_back_after_a_stay_is_a_step() -> None:
    assert acted(
        ("click", 0, {"text": "사진"}),
        ("screen_change", 1, {"screen": "사진"}),
        ("click", 10, {"text": "저장"}),
        ("back", 15, {}),
    ) == ["TAP 사진", "TAP 저장", "BACK"]


def test_another_app_is_opened() -> None:
    (step,) = draft(("app_open", 0, {"package": "com.google.android.youtube"})).steps
    assert (step.title, step.target_action) == ("유튜브 열기", "NAVIGATE")
    assert step.guide_text == "'유튜브'를 여세요."


@pytest.mark.parametrize(
    ("data", "title", "guide"),
    [
        ({"direction": "up"}, "화면 올리기", "화면을 위로 올리세요."),
        ({"start_y": 200, "end_y": 900}, "화면 내리기", "화면을 아래로 내리세요."),
        ({"delta_y": 500}, "화면 올리기", "화면을 위로 올리세요."),
        ({"start_x": 900, "end_x": 100, "start_y": 5, "end_y": 9}, "왼쪽으로 넘기기", "화면을 왼쪽으로 넘기세요."),
        ({}, "화면 올리기", "화면을 위로 올리세요."),
    ],
)
def test_a_scroll_says_where_to(data: dict[str, Any], title: str, guide: str) -> None:
    (step,) = draft(("scroll", 0, data)).steps
    assert (step.title, step.guide_text, step.target_action) == (title, guide, "SCROLL")


@pytest.mark.parametrize(
    ("data", "guide"),
    [
        ({"text": "검색", "class": "ImageButton"}, "'검색' 그림을 누르세요."),
        ({"text": "와이파이", "class": "android.widget.Switch"}, "'와이파이' 스위치를 누르세요."),
        ({"text": "동의", "class": "CheckBox"}, "'동의' 네모 칸을 누르세요."),
        ({"text": "확인", "class": "Button"}, "'확인' 단추를 누르세요."),
        ({"element": "Button#submit"}, "표시된 단추를 누르세요."),
        ({}, "표시된 단추를 누르세요."),
    ],
)
def test_a_thing_is_called_what_it_is(data: dict[str, Any], guide: str) -> None:
    (step,) = draft(("click", 0, data)).steps
    assert step.guide_text == guide


def test_what_was_typed_or_masked_is_never_told() -> None:
    told = draft(
        ("text_input", 0, {"text": "영희야 보고 싶다", "hint": "메시지"}),
        ("click", 5, {"text": "[전화번호]", "element_id": "com.app:id/call"}),
    )
    words = " ".join(f"{step.title} {step.guide_text} {step.voice_guide_text}" for step in told.steps)
    assert "영희" not in words
    assert "[전화번호]" not in words
    assert told.steps[0].guide_text == "'메시지' 칸에 글자를 적으세요."
    assert told.steps[1].target_element_hint == "com.app:id/call"


def test_a_recording_without_acts_makes_no_steps() -> None:
    assert draft().steps == []
    assert draft(("battery", 0, {})).steps == []


def test_a_long_recording_says_what_was_left_out() -> None:
    made = draft(*(("click", 2.0 * number, {"text": f"{number}번"}) for number in range(MOST_STEPS + 5)))
    assert (len(made.steps), made.left_out) == (MOST_STEPS, 5)


def test_odd_data_is_survived() -> None:
    odd: list[Any] = [
        None,
        1,
        [],
        {"text": 7},
        {"text": {"id": 3}},
        {"element": ["a"]},
        {"start_y": "x", "end_y": True},
    ]
    events = [("click", START, data if isinstance(data, dict) else {}) for data in odd]
    assert len(draft_of("x", events).steps) >= 1
