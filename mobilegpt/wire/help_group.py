"""Many who wait on one step of a class, as REST and sockets show them (contract 11.18)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.core.clock import iso
from mobilegpt.helpdesk.events import HelpGrouped
from mobilegpt.helpdesk.group import Group
from mobilegpt.wire.step import Titled


class HelpGroup(Struct, frozen=True, kw_only=True):
    """``count`` people asked on this step and wait; ``since``: when the first of them asked. ``position`` is null for a
    step that the class teaches no more."""

    session_id: int
    subtask: Titled
    position: int | None
    count: int
    help_request_ids: list[int]
    since: str


def group_body(group: Group) -> HelpGroup:
    """R36."""
    return _shape(group.session_id, Titled(id=group.subtask_id, title=group.title), group)


def group_of_event(event: HelpGrouped) -> HelpGroup:
    """W5, W7."""
    case = event.case
    assert case.session_id is not None
    return _shape(case.session_id, Titled(id=case.subtask_id, title=case.subtask_title), event)


def _shape(session_id: int, step: Titled, told: Group | HelpGrouped) -> HelpGroup:
    return HelpGroup(
        session_id=session_id,
        subtask=step,
        position=told.position,
        count=len(told.help_request_ids),
        help_request_ids=told.help_request_ids,
        since=iso(told.since),
    )
