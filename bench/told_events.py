"""What a phone of a simulated class tells while it does a step: one event a second, in the formats of both apps."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

APP, ELSEWHERE = "com.kakao.talk", "com.android.settings"
MOST_SECONDS = 10
"""Within so many a phone has done its step."""
_READING, _STRAYS = 4, 0.2


def screen(place: int) -> str:
    """The screen on which the step of this place, from 1, is done; the next one's is where it leads."""
    return f"화면 {place}"


def button(place: int) -> str:
    return f"단추 {place}"


class Told(NamedTuple):
    """``completes``: after it the step is seen to be done."""

    event_type: str
    app: str
    title: str
    text: str = ""
    completes: bool = False


def story(place: int, dice: Random) -> list[Told]:
    """The screen, a while of scrolling, for some a way into another app and back, the button, the next screen."""
    here = Told("SCREEN_CHANGE", APP, screen(place))
    read = [Told("SCROLL", APP, screen(place))] * dice.randint(0, _READING)
    away = [Told("SCREEN_CHANGE", ELSEWHERE, "설정"), here] if dice.random() < _STRAYS else []
    done = Told("SCREEN_CHANGE", APP, screen(place + 1), completes=True)
    return [here, *read, *away, Told("CLICK", APP, screen(place), button(place)), done]


def rest(place: int) -> Told:
    """What a phone tells when it is done."""
    return Told("SCROLL", APP, screen(place + 1))


def documented(told: Told, subtask_id: int) -> dict[str, Any]:
    """As the documents' app sends it (contract 8.1): single, or one of a batch."""
    return {
        "event_type": told.event_type,
        "subtask_id": subtask_id,
        "event_data": {"text": told.text, "element": "Button", "x": 150, "y": 300},
        "screen_info": {"package_name": told.app, "activity_name": "MainActivity", "screen_title": told.title},
    }


_NATIVE = {
    "CLICK": "TYPE_VIEW_CLICKED",
    "SCROLL": "TYPE_VIEW_SCROLLED",
    "SCREEN_CHANGE": "TYPE_WINDOW_STATE_CHANGED",
}


def native(told: Told, subtask_id: int, code: str, device_id: str) -> dict[str, Any]:
    """As the native app sends it, by its device alone (contract 12)."""
    window = {"text": [told.title]} if told.event_type == "SCREEN_CHANGE" else {}
    node = {"text": told.text, "className": "android.widget.Button"} if told.event_type == "CLICK" else {}
    return {
        "device_id": device_id,
        "session": code,
        "subtask": subtask_id,
        "event_type": _NATIVE[told.event_type],
        "event_data": {"package_name": told.app, **window},
        "screen_info": {"package_name": told.app, "screen_title": told.title},
        "node_info": node,
        "parent_node_info": {},
        "view_id_resource_name": "",
        "content_description": "",
        "is_sensitive_data": False,
    }
