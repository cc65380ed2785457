"""The golden files: what was heard, in the order in which a reader looks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

from mobilegpt.events.event import Event
from tests.contract.frames import script
from tests.contract.frames.broadcast import Frames, Hall, Heard
from tests.contract.frames.doors import DOORS, nobody_seen
from tests.contract.frames.normal import normal
from tests.contract.world import World
from tests.sockets.client import serving

GOLDEN = Path(__file__).parent / "golden"
COMMAND = "python -m tests.contract.frames"


OPTED_IN = "rt.v1"
_OF_REQUESTS = {
    "help_answered",
    "help_claimed",
    "help_closed",
    "help_grouped",
    "help_suggested",
    "help_suggestion_decided",
}
ONLY_OPTED_IN = {
    "W1": {
        "break_changed",
        "control_changed",
        "lesson_refreshed",
        "nudge",
        "seat_changed",
        "settings_changed",
        "whereabouts",
    },
    "W2": {"help_answered", "help_closed"},
    "W5": {"class_changed", "control_changed", *_OF_REQUESTS},
    "W7": _OF_REQUESTS,
    "W9": {"notification", *_OF_REQUESTS},
}
"""Frames that no document has: for clients of ``rt.v1`` (contract 10)."""


@dataclass
class Said:
    """Everything that the server said. ``files`` are the golden ones: a socket's is what clients get that did not opt
    in, the last is what the others get besides. The rest is as it was heard, by socket and whether they opted in."""

    files: dict[str, Any]
    published: dict[str, Event]
    events: dict[tuple[str, bool], Heard]
    openings: dict[tuple[str, bool], dict[str, Frames]]


async def listen(world: World) -> Said:
    hasty = {**settings.REALTIME, "JOIN_WITHIN_SECONDS": 0.5}
    with nobody_seen(), override_settings(REALTIME=hasty):
        async with serving():
            hall = Hall(world)
            await hall.hear_everything()
            refusals, ends = await script.knock(world), await script.end(world)
            control = await script.opt_in(world)
            answers = await script.speak(world)
    files = {socket: _file(hall, socket, answers) | {"refusal": refusals[socket]} for socket in DOORS}
    files["W2"]["after progress"] = hall.sums[:1]
    for socket, ways in ends.items():
        files[socket]["ends"] = ways
    files[OPTED_IN] = {"control": control, **_only_opted_in(hall)}
    return Said(normal(files), hall.published, hall.events, hall.openings)


def _file(hall: Hall, socket: str, answers: dict[str, dict[str, Frames]]) -> dict[str, Any]:
    return {
        "path": DOORS[socket][0],
        "opening": _together(hall.openings[socket, False]),
        "answers": answers.get(socket, {}),
        "events": {name: _together(heard) for name, heard in hall.events[socket, False].items()},
    }


def _only_opted_in(hall: Hall) -> dict[str, Any]:
    return {
        socket: {
            name: _together(only)
            for name, heard in hall.events[socket, True].items()
            if (only := {who: told for who, frames in heard.items() if (told := _of_kinds(frames, kinds))})
        }
        for socket, kinds in ONLY_OPTED_IN.items()
    }


def _of_kinds(frames: Frames, kinds: set[str]) -> Frames:
    return [frame for frame in frames if frame.get("type") in kinds]


def _together(heard: dict[str, Frames]) -> dict[str, Frames]:
    """Those who heard the same share an entry."""
    groups: list[tuple[list[str], Frames]] = []
    for who, frames in heard.items():
        for names, same in groups:
            if same == frames:
                names.append(who)
                break
        else:
            groups.append(([who], frames))
    return {", ".join(names): frames for names, frames in groups}


def text(golden: Any) -> str:
    return json.dumps(golden, ensure_ascii=False, indent=2) + "\n"


def written(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def write(said: Said) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name, golden in said.files.items():
        (GOLDEN / f"{name}.json").write_text(text(golden), encoding="utf-8")


def frames_in(golden: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every frame of a file, with the place where it stands."""
    if isinstance(golden, dict) and isinstance(golden.get("type"), str):
        yield place, golden
    elif isinstance(golden, dict):
        for name, part in golden.items():
            yield from frames_in(part, f"{place} / {name}" if place else name)
    elif isinstance(golden, list):
        for part in golden:
            yield from frames_in(part, place)
