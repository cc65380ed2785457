"""What a dashboard asks for."""

from __future__ import annotations

from typing import ClassVar

from mobilegpt.events.command import Command


class RequestStatistics(Command, frozen=True, kw_only=True):
    """The lecture's statistics as they are now."""

    keyed: ClassVar[bool] = False


class RequestStudentList(Command, frozen=True, kw_only=True):
    """The lecture's students as they are now."""

    keyed: ClassVar[bool] = False
