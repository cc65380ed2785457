"""The sample's activity logs: what the phones reported while their owners did a step (contract 8.10)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from mobilegpt.activity.models import ActivityLog
from mobilegpt.lectures.models import TargetAction
from mobilegpt.progress.models import SubtaskProgress

_NAMESPACE = uuid.UUID("6f4d1c2e-8f0a-4c52-9b56-0d9f5a1f2b7e")
_KINDS = {
    TargetAction.CLICK: "CLICK",
    TargetAction.LONG_CLICK: "LONG_CLICK",
    TargetAction.SCROLL: "SCROLL",
    TargetAction.INPUT: "TEXT_INPUT",
    TargetAction.NAVIGATE: "SCREEN_CHANGE",
}
_NETWORK_DELAY = timedelta(milliseconds=400)


def log_steps(done: Iterable[SubtaskProgress], package: str) -> int:
    """Each started step opens its screen; each finished one ends with what it asks for. Returns how many were written.

    The ids of the events follow from who and which step, so that a second run adds nothing.
    """
    rows = [row for progress in done for row in _of_step(progress, package)]
    ActivityLog.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _of_step(progress: SubtaskProgress, package: str) -> Iterator[ActivityLog]:
    subtask = progress.subtask
    screen = {"package": package, "screen": subtask.task.title}
    if progress.started_at is not None:
        yield _row(progress, "screen", "SCREEN_CHANGE", {}, screen, progress.started_at + timedelta(seconds=5))
    if progress.completed_at is not None:
        kind = _KINDS[TargetAction(subtask.target_action)] if subtask.target_action else "CLICK"
        element = {"element": subtask.target_element_hint or subtask.title}
        yield _row(progress, "act", kind, element, screen, progress.completed_at - timedelta(seconds=2))


def _row(
    progress: SubtaskProgress, part: str, event_type: str, data: dict[str, Any], screen: dict[str, Any], at: datetime
) -> ActivityLog:
    return ActivityLog(
        user_id=progress.user_id,
        subtask_id=progress.subtask_id,
        event_type=event_type,
        event_data=data,
        screen_info=screen,
        timestamp=at,
        received_at=at + _NETWORK_DELAY,
        event_id=uuid.uuid5(_NAMESPACE, f"{progress.user_id}/{progress.subtask_id}/{part}"),
    )
