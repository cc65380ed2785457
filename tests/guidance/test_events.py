"""What phones report, in the words of every client (contract 8.1, 8.5, 12)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.guidance.events import Kind, kind_of, phone_event


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("CLICK", Kind.TAP),
        ("touch", Kind.TAP),
        ("TYPE_VIEW_CLICKED", Kind.TAP),
        ("TYPE_VIEW_LONG_CLICKED", Kind.LONG_TAP),
        ("TYPE_VIEW_CONTEXT_CLICKED", Kind.LONG_TAP),
        ("TYPE_VIEW_SCROLLED", Kind.SCROLL),
        ("TYPE_VIEW_TEXT_CHANGED", Kind.INPUT),
        ("TYPE_WINDOW_STATE_CHANGED", Kind.SCREEN),
        ("app_open", Kind.SCREEN),
        ("BACK_PRESSED", Kind.BACK),
        ("HOME", Kind.HOME),
        ("TYPE_WINDOW_CONTENT_CHANGED", Kind.CONTENT),
        ("TYPE_WINDOWS_CHANGED", Kind.CONTENT),
        ("TYPE_NOTIFICATION_STATE_CHANGED", Kind.NOTICE),
        # What no finger does.
        ("TYPE_TOUCH_INTERACTION_START", Kind.OTHER),
        ("TYPE_VIEW_TEXT_SELECTION_CHANGED", Kind.OTHER),
        ("TYPE_VIEW_FOCUSED", Kind.OTHER),
        ("KEYBOARD_SHOWN", Kind.OTHER),
        ("app_background", Kind.OTHER),
        ("page.back", Kind.OTHER),
        ("HEARTBEAT", Kind.OTHER),
    ],
)
def test_every_client_has_its_words(event_type: str, kind: Kind) -> None:
    assert kind_of(event_type) is kind


def test_a_tap_of_the_native_app() -> None:
    node = {"view_id_resource_name": "com.kakao.talk:id/send", "class_name": "android.widget.ImageButton"}
    data = {"package_name": "com.kakao.talk", "text": ["", "보내기", "전송"], "bounds": "0 10 20 30", "node_info": node}
    event = phone_event("TYPE_VIEW_CLICKED", data)
    assert (event.app, event.element_id, event.label, event.role) == ("com.kakao.talk", "send", "보내기", "image")
    assert (event.texts, event.bounds) == (("보내기", "전송"), (0, 10, 20, 30))


def test_a_class_is_a_widgets_or_a_screens_by_the_kind_of_event() -> None:
    name = {"class_name": "com.kakao.talk.ChatRoomActivity", "text": ["딸", "사진"]}
    window = phone_event("TYPE_WINDOW_STATE_CHANGED", name)
    assert (window.screen, window.title, window.widget) == ("com.kakao.talk.ChatRoomActivity", "딸", "")
    tapped = phone_event("TYPE_VIEW_CLICKED", {"class_name": "android.widget.Button"})
    assert (tapped.screen, tapped.widget, tapped.role) == ("", "android.widget.Button", "button")
    assert phone_event("TYPE_WINDOW_STATE_CHANGED", {"class_name": "android.widget.FrameLayout"}).screen == ""


@pytest.mark.parametrize(
    ("screen", "window"),
    [
        ({"package_name": "com.samsung.android.honeyboard"}, "keyboard"),
        ({"package_name": "com.google.android.permissioncontroller"}, "permission"),
        ({"package_name": "com.samsung.android.incallui"}, "call"),
        ({"package_name": "com.wssyncmldm"}, "update"),
        ({"package_name": "com.android.systemui", "activity_name": "NotificationShadeWindowView"}, "shade"),
        ({"package_name": "com.mobilegpt.student"}, "ours"),
        ({"package_name": "com.android.chrome", "screen_title": "MobileGPT Classroom"}, "ours"),
        ({"package_name": "com.sec.android.app.launcher"}, "launcher"),
        ({"package_name": "android", "screen_title": "카카오톡이(가) 응답하지 않음"}, "error"),
        ({"package_name": "com.kakao.talk", "activity_name": "AlertDialog", "screen_title": "업데이트"}, "update"),
        ({"package_name": "com.kakao.talk", "activity_name": "AlertDialog"}, "dialog"),
        ({"package_name": "com.kakao.talk"}, ""),
    ],
)
def test_what_stands_on_the_phone(screen: dict[str, Any], window: str) -> None:
    assert phone_event("SCREEN_CHANGE", {}, screen).window == window


@pytest.mark.parametrize("odd", [None, 7, [], {}, [[]], [None], {"name": 3}, True, "", "\u3164", float("inf")])
def test_nothing_raises(odd: Any) -> None:
    names = ("text", "element", "class_name", "node_info", "parent_node_info", "bounds", "x", "package", "elements")
    data = dict.fromkeys(names, odd)
    event = phone_event("CLICK", data, data)
    assert (event.kind, event.label, event.x if odd != 7 else None) == (Kind.TAP, "", None)
