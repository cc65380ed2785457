"""One step of a lecture, as everything above the tables reads it. Imports no Django."""

from __future__ import annotations

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What events carry: everything that a phone may show.

    ``order_index`` is the place within the task, ``position`` the one in the lecture, from 1 (contract 5.2).
    """

    id: int
    task_id: int
    title: str
    order_index: int
    position: int
    target_action: str | None
    guide_text: str
    voice_guide_text: str


class SubtaskOutline(Step, frozen=True, kw_only=True):
    """A step in full, as it is edited, cached and analysed."""

    description: str
    target_element_hint: str | None
