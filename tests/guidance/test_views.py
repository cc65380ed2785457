"""The fields of the apps that exist, as views of what a step expects (contract 12)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mobilegpt.core.errors import Invalid
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.guidance.views import NAMES, Views, views_of, with_views

WHOLE: dict[str, str | int | None] = {
    "view_id": "com.kakao.talk:id/send",
    "text": "전송",
    "content_description": "보내기",
    "target_package": "com.kakao.talk",
    "target_class": "android.widget.Button",
    "bounds": "10 20 110 90",
    "time": 1732924800000,
}
LESSON = Expectation(
    action="TAP",
    source="recording",
    where=State(apps=["com.kakao.talk", "com.kakao.talk.lite"], screens=["ChatRoomActivity"]),
    target=Target(id_suffix="send", labels=["전송", "보내기"]),
    after=State(texts=["보냈어요"]),
    alternatives=[Alternative(action="INPUT")],
)
SCREEN = Expectation(action="OPEN", source="app", where=State(apps=["com.kakao.talk"], screens=["ChatRoomActivity"]))


@pytest.mark.parametrize("action", ["CLICK", "LONG_CLICK", "SCROLL", "INPUT", "NAVIGATE", None])
def test_what_is_written_is_read(action: str | None) -> None:
    expected = with_views(None, WHOLE, action)
    assert expected is not None
    assert msgspec.structs.asdict(views_of(expected)) == WHOLE
    assert expected.source == "app"
    assert msgspec.convert(msgspec.to_builtins(expected), Expectation) == expected


@pytest.mark.parametrize("known", [LESSON, with_views(None, WHOLE, "CLICK"), SCREEN])
def test_what_is_read_and_written_again_changes_nothing(known: Expectation) -> None:
    action = "NAVIGATE" if known.action == "OPEN" else "CLICK"
    assert with_views(known, msgspec.structs.asdict(views_of(known)), action) == known


def test_nothing_is_expected_of_nothing() -> None:
    assert views_of(None) == Views()
    assert with_views(None, {}, "CLICK") is None
    assert with_views(None, dict.fromkeys(NAMES, ""), "CLICK") is None
    assert with_views(with_views(None, WHOLE, "CLICK"), dict.fromkeys(NAMES), "CLICK") is None


def test_what_the_apps_do_not_see_stays() -> None:
    changed = with_views(LESSON, {"text": "보내 주세요", "target_package": "com.kakao.talk"}, "CLICK")
    assert changed is not None
    assert changed.where == LESSON.where
    assert changed.target.labels == ["보내 주세요", "보내기"]
    assert (changed.after, changed.alternatives) == (LESSON.after, LESSON.alternatives)


def test_an_id_of_another_package_is_kept_whole() -> None:
    expected = with_views(None, {"view_id": "android:id/button1", "target_package": "com.kakao.talk"}, "CLICK")
    assert expected is not None
    assert expected.target.id_suffix == "android:id/button1"
    assert views_of(expected).view_id == "android:id/button1"


def test_an_id_tells_its_app_where_nothing_else_does() -> None:
    expected = with_views(None, {"view_id": "com.kakao.talk:id/send"}, "CLICK")
    assert expected is not None
    assert (expected.where.apps, expected.target.id_suffix) == (["com.kakao.talk"], "send")


def test_the_class_is_a_screen_where_the_step_is_to_come_to_one() -> None:
    screen = with_views(None, {"target_class": "com.kakao.talk.ChatRoomActivity"}, "NAVIGATE")
    widget = with_views(None, {"target_class": "android.widget.Button"}, "CLICK")
    assert screen is not None
    assert widget is not None
    assert (screen.action, screen.where.screens, screen.target.widget) == (
        "OPEN",
        ["com.kakao.talk.ChatRoomActivity"],
        "",
    )
    assert (widget.action, widget.where.screens, widget.target.widget) == ("TAP", [], "android.widget.Button")


def test_to_navigate_by_an_element_is_to_touch_it() -> None:
    """A screen that nobody names would be come to by anything."""
    by_icon = with_views(None, {"text": "설정", "target_package": "com.android.settings"}, "NAVIGATE")
    nowhere = with_views(None, {"bounds": "1 2 3 4"}, "NAVIGATE")
    assert by_icon is not None
    assert nowhere is not None
    assert (by_icon.action, nowhere.action) == ("TAP", "TAP")


def test_the_class_changes_places_with_the_act_and_is_read_the_same() -> None:
    name = "com.kakao.talk.ChatRoomActivity"
    screen = with_views(None, {"target_class": name}, "NAVIGATE")
    touched = with_views(screen, {}, "CLICK")
    back = with_views(touched, {}, "NAVIGATE")
    assert screen is not None
    assert touched is not None
    assert (touched.action, touched.where.screens, touched.target.widget) == ("TAP", [], name)
    assert [views_of(one).target_class for one in (screen, touched, back)] == [name] * 3
    assert back == screen


def test_what_a_recording_said_is_done_stays() -> None:
    assert with_views(LESSON, {}, "SCROLL") == LESSON
    changed = with_views(LESSON, {"text": "보내 주세요"}, "SCROLL")
    assert changed is not None
    assert changed.action == "TAP"


def test_a_label_that_differs_by_phone_is_one_text_once_an_app_says_so() -> None:
    friend = Expectation(action="TAP", source="lesson", target=Target(label_class="person"))
    assert views_of(friend).text == ""
    changed = with_views(friend, {"text": "김영자"}, "CLICK")
    assert changed is not None
    assert (changed.target.label_class, changed.target.labels) == ("", ["김영자"])


@pytest.mark.parametrize(
    ("sent", "kept"), [("1732924800000", 1732924800000), (" 5 ", 5), ("", None), (None, None), (0, 0)]
)
def test_a_time_in_any_form(sent: Any, kept: int | None) -> None:
    expected = with_views(None, {"text": "전송", "time": sent}, "CLICK")
    assert expected is not None
    assert expected.time == kept


@pytest.mark.parametrize(("name", "value"), [("text", "가" * 201), ("bounds", "1\x002"), ("time", "1.5"), ("time", -1)])
def test_what_no_view_can_hold(name: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        with_views(None, {name: value}, "CLICK")
    assert refused.value.details == {"field": name}
