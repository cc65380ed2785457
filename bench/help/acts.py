"""What somebody does with a phone, and what the two kinds of app make of it on the wire.

Clients of S1 and S2 post ``event_type, event_data, screen_info, timestamp`` (contract 8.1). The student app that exists
posts accessibility events: ``event_type, event_data, screen_info, node_info, parent_node_info, view_id_resource_name,
content_description`` with the phone's uptime (contract 12). Both leave things out, and name them as they like.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal

from bench.help.phones import EDIT, KEYBOARD, ROW, Place, Thing, package
from bench.help.trace import DOCUMENTS, NATIVE

ActKind = Literal["screen", "tap", "long", "scroll", "type", "back", "key", "noise", "page"]


@dataclass(frozen=True, slots=True)
class Act:
    """``part``: what it is in the story (``right``, ``way``, ``astray``, ``between``, ``cover``: a screen of
    the app that came by itself, or the way back from a wrong one, ``noise``)."""

    kind: ActKind
    at: float
    place: Place
    thing: Thing | None = None
    part: str = "way"
    text: str = ""
    bare: bool = False
    """The client leaves out what would tell which element it was."""


_NATIVE_TYPES = {
    "screen": ("TYPE_WINDOW_STATE_CHANGED",),
    "tap": ("TYPE_VIEW_CLICKED",),
    "long": ("TYPE_VIEW_LONG_CLICKED",),
    "scroll": ("TYPE_VIEW_SCROLLED",),
    "type": ("TYPE_VIEW_TEXT_CHANGED",),
    "back": ("TYPE_VIEW_CLICKED",),
    "key": ("TYPE_VIEW_CLICKED", "TYPE_WINDOW_CONTENT_CHANGED"),
    "noise": ("TYPE_WINDOW_CONTENT_CHANGED", "TYPE_NOTIFICATION_STATE_CHANGED", "TYPE_VIEW_FOCUSED"),
}
_DOCUMENT_TYPES = {
    "tuning": {
        "screen": ("SCREEN_CHANGE", "screen_changed"), "tap": ("CLICK", "touch"), "long": ("LONG_CLICK", "long_press"),
        "scroll": ("SCROLL", "swipe"), "type": ("INPUT", "text_input"), "back": ("BACK", "back_pressed"),
        "key": ("CLICK",), "noise": ("HEARTBEAT", "APP_FOREGROUND"),
    },
    "unseen": {
        "screen": ("NAVIGATE", "WINDOW_CHANGED"), "tap": ("TAP", "TOUCH"), "long": ("LONG_TOUCH", "LONG_CLICK"),
        "scroll": ("FLING", "SCROLL"), "type": ("TEXT_CHANGED", "TYPE"), "back": ("BACK_PRESS", "BACK"),
        "key": ("KEY",), "noise": ("BATTERY", "heartbeat"),
    },
    "fresh": {
        "screen": ("SCREEN_CHANGED", "window_change"), "tap": ("click", "TAPPED"), "long": ("long_click", "LONG_PRESS"),
        "scroll": ("scroll", "SWIPE"), "type": ("INPUT_TEXT", "text_changed"), "back": ("back", "BACK_BUTTON"),
        "key": ("KEY_DOWN",), "noise": ("NETWORK", "screen_on"),
    },
}  # fmt: skip
_BACK = Thing("", "back", "android.widget.ImageView", "뒤로", (800, 2260, 1000, 2316))


def body(act: Act, client: str, half: str, make: str, uptime: int, rng: random.Random) -> dict[str, Any]:
    """What the client posts; ``uptime`` is the phone's, in milliseconds, when the step was shown."""
    if client == NATIVE:
        return _native(act, half, make, uptime + round(act.at * 1000), rng)
    assert client == DOCUMENTS
    return _documented(act, half, make, rng)


def _native(act: Act, half: str, make: str, uptime: int, rng: random.Random) -> dict[str, Any]:
    place, thing = (KEYBOARD if act.kind == "key" else act.place), act.thing
    name = package("shade" if act.kind == "back" else place.app, make)
    data: dict[str, Any] = {"package_name": name, "timestamp": uptime}
    screen = {
        "package_name": package(place.app, make),
        "class_name": _activity(place, make),
        "screen_title": place.title,
    }
    posted = {
        "event_type": rng.choice(_NATIVE_TYPES[act.kind]),
        "event_data": data,
        "screen_info": screen,
        "node_info": {},
        "parent_node_info": {},
        "view_id_resource_name": "",
        "content_description": "",
        "is_sensitive_data": thing is not None and thing.widget == EDIT and "비밀번호" in thing.label,
    }
    if act.kind == "screen":
        data |= {"class_name": _activity(place, make), "text": [place.title, *place.texts][: rng.randint(1, 4)]}
        if rng.random() < 0.3:
            screen.pop("screen_title")
        return posted
    if act.kind == "noise":
        data |= {"class_name": "android.widget.FrameLayout", "text": rng.choice(([], ["오후 2:31"], ["새 메시지 1개"]))}
        data["package_name"] = package(rng.choice(("shade", "band", place.app)), make)
        posted["screen_info"] = {} if rng.random() < 0.5 else screen
        return posted
    thing = _BACK if act.kind == "back" else thing or Thing("", "", "android.view.View")
    _describe(posted, act, thing, name, half, rng)
    if rng.random() < 0.25:
        screen.pop("screen_title")
    if rng.random() < 0.1:
        posted["screen_info"] = {"package_name": screen["package_name"]}
    return posted


def _describe(posted: dict[str, Any], act: Act, thing: Thing, name: str, half: str, rng: random.Random) -> None:
    """The element, as accessibility services see it: at its own level, in ``node_info``, or only in its parent's."""
    shown = act.text if act.kind == "type" else thing.label
    words = [shown] if shown else []
    resource = f"{name}:id/{thing.id}" if thing.id else ""
    described = thing.description
    if act.bare:
        words, resource, described = [], "", ""
    data = posted["event_data"]
    data |= {"class_name": thing.widget, "text": words if rng.random() < 0.75 else " ".join(words)}
    bounds = " ".join(map(str, thing.box))
    node: dict[str, Any] = {
        "class_name": thing.widget,
        "text": " ".join(words),
        "content_description": described,
        "view_id_resource_name": resource,
        "bounds": bounds,
        "is_clickable": True,
        "is_enabled": True,
        "is_password": posted["is_sensitive_data"],
    }
    if thing.widget == EDIT and thing.label and not act.bare and rng.random() < 0.6:
        node["hint_text"] = thing.label
    if act.kind == "scroll":
        data |= {"scroll_x": rng.randint(0, 900), "scroll_y": rng.randint(0, 2000), "direction": act.text or "up"}
    if thing.widget == ROW and half == "unseen" and rng.random() < 0.5:
        # Rows of lists: the row is what is clicked, the words stand on its child.
        posted["parent_node_info"] = {
            "class_name": "androidx.recyclerview.widget.RecyclerView",
            "bounds": "0 200 1080 2200",
        }
    posted |= {"node_info": node, "view_id_resource_name": resource, "content_description": described}
    if rng.random() < 0.2 and words:
        posted["node_info"] = {}
    if rng.random() < 0.2 and (words or described):
        posted["view_id_resource_name"] = ""
        node["view_id_resource_name"] = ""


def _documented(act: Act, half: str, make: str, rng: random.Random) -> dict[str, Any]:
    place = KEYBOARD if act.kind == "key" else act.place
    screen: dict[str, Any] = {
        "package_name": package(place.app, make),
        "activity_name": place.activity,
        "screen_title": place.title,
    }
    data: dict[str, Any] = {}
    if act.kind in ("tap", "long", "scroll", "type", "key") and act.thing is not None:
        data = _touched(act, act.thing, half, rng)
    if rng.random() < 0.25:
        screen.pop(rng.choice(("activity_name", "screen_title")))
    if act.kind in ("tap", "type") and rng.random() < 0.08:
        screen = {}
    return {"event_type": rng.choice(_DOCUMENT_TYPES[half][act.kind]), "event_data": data, "screen_info": screen}


def _touched(act: Act, thing: Thing, half: str, rng: random.Random) -> dict[str, Any]:
    left, top, right, bottom = thing.box
    data: dict[str, Any] = {"x": rng.randint(left + 5, right - 5), "y": rng.randint(top + 5, bottom - 5)}
    if act.kind == "scroll":
        return data | {"direction": act.text or "up"}
    if act.bare:
        return data
    names = ("element_id", "element") if half == "tuning" else ("resource_id", "view_id", "element")
    if thing.id:
        data[rng.choice(names)] = thing.id
    elif rng.random() < 0.5:
        data["element"] = thing.widget.rpartition(".")[2]
    shown = act.text if act.kind == "type" else thing.label
    if shown:
        data["text"] = shown
    if thing.description:
        data["content_description"] = thing.description
    return data


def _activity(place: Place, make: str) -> str:
    if place.app == "keyboard":
        return "android.inputmethodservice.SoftInputWindow"
    return place.activity if place.activity.startswith("com.") else f"{package(place.app, make)}.{place.activity}"
