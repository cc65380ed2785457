"""A class whose time the test sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from time_machine import Traveller

from mobilegpt.accounts.models import User
from mobilegpt.attendance.selectors import reckoned
from mobilegpt.attendance.sheet import Attendance
from mobilegpt.classroom import services
from mobilegpt.classroom.models import LectureSession

START = datetime(2026, 11, 30, 1, tzinfo=UTC)  # ten in the morning in Seoul


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


class Hall:
    """Phones that come and go at seconds after ``START``, as presence tells the class of it."""

    def __init__(self, session: LectureSession, clock: Traveller) -> None:
        self.session = session
        self._clock = clock

    def turn_to(self, second: float) -> None:
        self._clock.move_to(at(second))

    def back(self, second: float, *users: User) -> None:
        self.turn_to(second)
        services.mark_present({self.session.pk: [user.pk for user in users]})

    def cut(self, noticed: float, lost: Mapping[User, float]) -> None:
        """The phones fell silent at their second, which is noticed later."""
        self.turn_to(noticed)
        services.mark_all_absent({self.session.pk: {user.pk: at(second) for user, second in lost.items()}})

    def line_of(self, user: User) -> Attendance:
        (line,) = reckoned([self.session.pk], person=user.pk)[self.session.pk]
        return line

    def seconds_of(self, user: User) -> int | None:
        return self.line_of(user).present_seconds
