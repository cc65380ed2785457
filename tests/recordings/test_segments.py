"""Which acts are steps: what repeats, what leads where, what was gone back from (contract 8.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mobilegpt.recordings.acts import Act, Kind
from mobilegpt.recordings.draft import app_name, draft_of
from mobilegpt.recordings.segmenter import Segment, segments_of

START = datetime(2025, 10, 28, 10, 0, tzinfo=UTC)


def at(seconds: float, kind: Kind, label: str = "", **fields: Any) -> Act:
    return Act(kind=kind, at=START + timedelta(seconds=seconds), label=label, **fields)


def tap(seconds: float, label: str, **fields: Any) -> Act:
    return at(seconds, Kind.TAP, label, **fields)


def screen(seconds: float, name: str = "", **fields: Any) -> Act:
    return at(seconds, Kind.SCREEN, screen=name, **fields)


def told(*acts: Act) -> list[tuple[str, str]]:
    """Each step's label (or kind), and the screen that it leads to."""
    return [(step.act.label or step.act.kind.value, step.leads_to) for step in segments_of(acts)]


# --- the same again


def test_a_finger_that_trembles_taps_once() -> None:
    assert told(tap(0, "확인"), tap(0.7, "확인")) == [("확인", "")]
    assert told(tap(0, "확인"), tap(0.8, "확인")) == [("확인", ""), ("확인", "")]


def test_quick_taps_on_two_things_are_two_steps() -> None:
    assert told(tap(0, "하나"), tap(0.2, "둘")) == [("하나", ""), ("둘", "")]


def test_back_twice_at_once_is_once() -> None:
    assert told(at(0, Kind.BACK), at(0.5, Kind.BACK), at(3, Kind.BACK)) == [("BACK", ""), ("BACK", "")]


def test_scrolls_of_one_way_are_one_and_of_the_other_another() -> None:
    ways = [at(seconds, Kind.SCROLL, direction=way) for seconds, way in enumerate(["up", "up", "down", "up"])]
    assert [step.act.direction for step in segments_of(ways)] == ["up", "down", "up"]


def test_scrolls_of_two_screens_are_two_steps() -> None:
    acts = [at(0, Kind.SCROLL, direction="up", screen="친구"), at(9, Kind.SCROLL, direction="up", screen="채팅")]
    assert len(segments_of(acts)) == 2


def test_letters_into_one_field_are_one_step_with_the_first_name_that_is_known() -> None:
    letters = [at(seconds, Kind.INPUT, label, element="query") for seconds, label in enumerate(["", "검색어", "다른"])]
    assert told(*letters) == [("검색어", "")]


def test_letters_into_two_fields_are_two_steps() -> None:
    assert len(segments_of([at(0, Kind.INPUT, element="name"), at(1, Kind.INPUT, element="phone")])) == 2


# --- what leads where


def test_a_screen_within_five_seconds_was_caused_by_the_act_before() -> None:
    assert told(tap(0, "채팅"), screen(5, "채팅 목록")) == [("채팅", "채팅 목록")]
    assert told(tap(0, "채팅"), screen(6, "채팅 목록")) == [("채팅", "")]


def test_where_the_screen_has_no_name_its_app_is_told() -> None:
    assert told(tap(0, "공유"), screen(1, app="com.kakao.talk")) == [("공유", "com.kakao.talk")]


def test_a_scroll_causes_no_screen() -> None:
    assert told(at(0, Kind.SCROLL, direction="up"), screen(1, "광고")) == [("SCROLL", "")]


def test_another_app_that_came_by_itself_is_a_step() -> None:
    steps = told(screen(0, app="com.kakao.talk"), tap(2, "사진", app="com.kakao.talk"), screen(20, app="com.camera"))
    assert steps == [("SCREEN", ""), ("사진", ""), ("SCREEN", "")]


def test_the_same_app_again_is_no_step() -> None:
    acts = [tap(0, "사진", app="com.kakao.talk"), screen(20, "사진", app="com.kakao.talk")]
    assert told(*acts) == [("사진", "")]


def test_a_first_screen_without_any_name_is_no_step() -> None:
    assert told(screen(0)) == []


# --- gone back from


def test_a_way_that_was_gone_back_within_eight_seconds_is_forgotten_with_what_was_looked_at() -> None:
    acts = [tap(0, "쇼핑"), screen(1, "쇼핑"), at(3, Kind.SCROLL, direction="up"), at(8, Kind.BACK), tap(12, "채팅")]
    assert told(*acts) == [("채팅", "")]


def test_who_stayed_longer_meant_it() -> None:
    acts = [tap(0, "쇼핑"), screen(1, "쇼핑"), at(8.1, Kind.BACK)]
    assert told(*acts) == [("쇼핑", "쇼핑"), ("BACK", "")]


def test_who_did_something_there_meant_it() -> None:
    acts = [tap(0, "설정"), screen(1, "설정"), tap(2, "글자 크게"), at(5, Kind.BACK)]
    assert told(*acts) == [("설정", "설정"), ("글자 크게", ""), ("BACK", "")]


def test_a_step_back_that_no_tap_led_to_is_a_step() -> None:
    assert told(screen(0, "알림"), at(2, Kind.BACK)) == [("SCREEN", ""), ("BACK", "")]
    assert told(at(0, Kind.BACK)) == [("BACK", "")]


def test_two_detours_in_a_row_are_both_forgotten() -> None:
    acts = [tap(0, "첫째"), screen(1, "첫째"), at(2, Kind.BACK), tap(4, "둘째"), screen(5, "둘째"), at(6, Kind.BACK)]
    assert told(*acts, tap(9, "셋째")) == [("셋째", "")]


# --- writing


def test_a_tap_elsewhere_before_writing_is_a_step() -> None:
    acts = [tap(0, "메뉴", element="menu"), at(2, Kind.INPUT, "이름", element="name")]
    assert told(*acts) == [("메뉴", ""), ("이름", "")]


def test_a_tap_into_a_field_of_this_screen_is_part_of_writing() -> None:
    acts = [tap(0, "여기", role="칸", screen="검색"), at(2, Kind.INPUT, "검색어", screen="검색")]
    assert told(*acts) == [("검색어", "")]


acts = some.lists(
    some.builds(
        lambda kind, seconds, label, name, way: (kind, seconds, label, name, way),
        some.sampled_from(list(Kind)),
        some.floats(0, 12),
        some.sampled_from(["", "하나", "둘"]),
        some.sampled_from(["", "처음", "다음"]),
        some.sampled_from(["up", "down"]),
    ),
    max_size=12,
)


@given(acts)
def test_steps_are_acts_in_order_and_never_more(sent: list[tuple[Kind, float, str, str, str]]) -> None:
    moment, timed = 0.0, []
    for kind, seconds, label, name, way in sent:
        moment += seconds
        timed.append(at(moment, kind, label, screen=name, direction=way if kind is Kind.SCROLL else ""))
    steps: list[Segment] = segments_of(timed)
    assert len(steps) <= len(timed)
    assert all(step.act in timed for step in steps)
    assert [step.act.at for step in steps] == sorted(step.act.at for step in steps)


# --- their words


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("com.kakao.talk", "카카오톡"),
        ("com.android.settings", "설정"),
        ("kr.co.example.bus", "bus"),
        ("우리 은행", "우리 은행"),
        ("", ""),
    ],
)
def test_an_app_is_called_what_people_call_it(app: str, name: str) -> None:
    assert app_name(app) == name


@pytest.mark.parametrize(
    ("name", "guide"),
    [
        ("사진", "'사진'을 여세요."),
        ("카메라", "'카메라'를 여세요."),
        ("앱 1", "'앱 1'을 여세요."),
        ("앱 2", "'앱 2'를 여세요."),
        ("Gmail", "'Gmail'을 여세요."),
        ("YouTube", "'YouTube'를 여세요."),
        ("(사진)", "'(사진)'을 여세요."),
    ],
)
def test_the_particle_follows_the_last_sound(name: str, guide: str) -> None:
    (step,) = draft_of("연습", [("app_open", START, {"app": name})]).steps
    assert step.guide_text == guide


@pytest.mark.parametrize(
    ("event_type", "data", "title", "guide"),
    [
        ("long_click", {"text": "김밥"}, "김밥 길게 누르기", "'김밥' 단추를 길게 누르세요."),
        ("long_click", {}, "여기 길게 누르기", "표시된 단추를 길게 누르세요."),
        ("text_input", {}, "글자 적기", "칸에 글자를 적으세요."),
        ("text_input", {"hint": "이름"}, "이름 적기", "'이름' 칸에 글자를 적으세요."),
        ("back", {}, "뒤로 가기", "뒤로 가기를 누르세요."),
        ("click", {"class": "Switch"}, "스위치 누르기", "표시된 스위치를 누르세요."),
    ],
)
def test_every_kind_of_act_has_its_words(event_type: str, data: dict[str, Any], title: str, guide: str) -> None:
    (step,) = draft_of("연습", [(event_type, START, data)]).steps
    assert (step.title, step.guide_text) == (title, guide)


def test_the_name_of_a_programs_class_is_not_told() -> None:
    first, *_ = draft_of(
        "연습", [("click", START, {"text": "설정"}), ("screen_change", START, {"screen": "com.app.SettingsActivity"})]
    ).steps
    assert "Activity" not in f"{first.guide_text} {first.voice_guide_text}"


def test_a_hint_says_what_and_on_which_screen() -> None:
    events = [("click", START, {"text": "보내기", "element_id": "send", "screen": "채팅"}), ("back", START, {})]
    send, back = draft_of("연습", events).steps
    assert (send.target_element_hint, back.target_element_hint) == ("send @ 채팅", "채팅")
