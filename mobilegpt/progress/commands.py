"""What a learner may ask for about their progress."""

from __future__ import annotations

from typing import ClassVar

from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command


class UpdateProgress(Command, frozen=True, kw_only=True):
    """R28 and W1 ``progress_update``. ``status`` in any case (contract 7.3); ``user_id``, if sent, is the caller's."""

    subtask_id: Id
    status: str
    user_id: int | None = None


class MarkComplete(Command, frozen=True, kw_only=True):
    """W3 ``mark_complete``."""

    subtask_id: Id


class GetMyProgress(Command, frozen=True, kw_only=True):
    """W3 ``get_my_progress``."""

    keyed: ClassVar[bool] = False
