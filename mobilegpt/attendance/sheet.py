"""The shapes of attendance: one person in one class, a class, and a lecture over its classes (contract 11.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.models import Lecture


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one class. ``person``: the number of their account, which may be gone.

    ``same_name_number`` tells those of one name apart, as the class's roster does.

    ``last_out`` is null while they are there (``is_present``), or when it is not known; ``present_seconds`` and
    ``steps_done`` are null for classes from before they were written down.
    """

    person: int
    name: str
    first_in: datetime
    last_out: datetime | None
    present_seconds: int | None
    steps_done: int | None
    hands_raised: int
    answers: int
    is_present: bool = False
    same_name_number: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A class and everybody who ever had a seat in it, in order of arrival.

    ``taken_at``: when the sheet was written for good; null while it is reckoned anew at every look.
    """

    session: LectureSession
    people: list[Attendance]
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person over the classes of a lecture; ``classes`` has a place for each of them, null where they were not."""

    person: int
    name: str
    same_name_number: int | None
    classes: list[Attendance | None]

    @property
    def attended(self) -> int:
        """In how many classes they had a seat."""
        return sum(one is not None for one in self.classes)

    @property
    def present_seconds(self) -> int | None:
        return total(one.present_seconds for one in self.classes if one is not None)

    @property
    def steps_done(self) -> int | None:
        return total(one.steps_done for one in self.classes if one is not None)

    @property
    def hands_raised(self) -> int:
        return sum(one.hands_raised for one in self.classes if one is not None)

    @property
    def answers(self) -> int:
        return sum(one.answers for one in self.classes if one is not None)


@dataclass(frozen=True, slots=True)
class LectureSheet:
    """A lecture, its classes that were held, oldest first, and everybody who came to one of them."""

    lecture: Lecture
    sessions: list[LectureSession]
    people: list[Attendee]


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is known; null when nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
