"""What the apps read of an answer: every field that they need, with its type (contract 12)."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

Kinds = tuple[type, ...]
Fields = Mapping[str, Kinds]
TEXT: Kinds = (str,)
WHOLE: Kinds = (int,)
LIST: Kinds = (list,)
OBJECT: Kinds = (dict,)
YES: Kinds = (bool,)
NUMBER: Kinds = (int, float)
NOTHING: Kinds = (NoneType,)
MAYBE_TEXT, MAYBE_WHOLE, MAYBE_OBJECT = TEXT + NOTHING, WHOLE + NOTHING, OBJECT + NOTHING

N: Fields = {
    **dict.fromkeys(
        (
            "title", "description", "target_action", "guide_text", "voice_guide_text", "view_id", "text",
            "content_description", "target_package", "target_class", "bounds",
        ),
        TEXT,
    ),
    "id": WHOLE,
    "order_index": WHOLE,
    "time": MAYBE_WHOLE,
}  # fmt: skip
S: Fields = {
    "id": WHOLE,
    "title": TEXT,
    "session_code": TEXT,
    "status": TEXT,
    "lecture": OBJECT,
    "instructor": OBJECT,
    "current_subtask": MAYBE_OBJECT,
    "currentSubtaskDetail": MAYBE_OBJECT,
    "subtasks": LIST,
    "total_steps": WHOLE,
    "my_status": MAYBE_TEXT,
    "scheduled_at": MAYBE_TEXT,
    "started_at": MAYBE_TEXT,
    "ended_at": MAYBE_TEXT,
}


def lacks(body: Any, fields: Fields) -> list[str]:
    """What a client would miss in it; booleans are no numbers."""
    return [
        name
        for name, kinds in fields.items()
        if name not in body or not isinstance(body[name], kinds) or (isinstance(body[name], bool) and bool not in kinds)
    ]


def lacks_of_session(session: Any) -> list[str]:
    """As ``lacks``, of S with what is in it."""
    found = lacks(session, S)
    found += lacks(session["lecture"], {"id": WHOLE, "title": TEXT})
    found += lacks(session["instructor"], {"id": WHOLE, "name": TEXT})
    for step in session["subtasks"]:
        found += lacks(step, {"id": WHOLE, "title": TEXT, "order_index": WHOLE})
    if session["current_subtask"] is not None:
        found += lacks(session["current_subtask"], N)
    return found
