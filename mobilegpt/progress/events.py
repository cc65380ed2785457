"""What happens to a learner's progress."""

from __future__ import annotations

from datetime import datetime

from mobilegpt.accounts.person import Person
from mobilegpt.events import topics
from mobilegpt.events.event import Event
from mobilegpt.lectures.step import Step


class ProgressChanged(Event, frozen=True, kw_only=True):
    """A learner's status on one step changed. ``rate`` is 0 to 1 over the lecture's distinct steps.

    ``achievements`` are the milestones unlocked by it, ``encouragement`` the percent mark that the rate has crossed
    (contract 7.6). ``next_step`` runs across tasks and is null at the end (7.7). ``session_id`` is the class in which
    it was said, or taken back, null where nobody named one.
    """

    user: Person
    lecture_id: int
    instructor_id: int
    subtask_id: int
    subtask_title: str
    old_status: str
    new_status: str
    completed_at: datetime | None
    at: datetime
    completed_count: int
    total_count: int
    next_step: Step | None
    achievements: list[int] = []
    encouragement: int | None = None
    session_id: int | None = None

    @property
    def rate(self) -> float:
        return self.completed_count / self.total_count if self.total_count else 0.0

    def streams(self) -> tuple[str, ...]:
        return (topics.user(self.user.id),)

    def topics(self) -> tuple[str, ...]:
        return (topics.lecture(self.lecture_id),)


class CompletionRepeated(Event, frozen=True, kw_only=True):
    """Somebody says that they have done a step which they had COMPLETED before, perhaps in an earlier class.

    Their progress stays as it is; the class that they sit in now hears it for the first time (contract 11.1).
    """

    user_id: int
    lecture_id: int
    subtask_id: int
    at: datetime
    session_id: int | None = None
