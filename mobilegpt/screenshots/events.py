"""What happens to screens. Imports no Django."""

from __future__ import annotations

from datetime import datetime

from mobilegpt.accounts.person import Person
from mobilegpt.classroom.events import SessionRef
from mobilegpt.events import topics
from mobilegpt.events.event import Event


class ScreenshotUpdated(Event, frozen=True, kw_only=True):
    """Somebody's newest screen, for those who teach and help in the class; the picture itself is asked for.

    ``has_picture`` is false where it is ``withheld`` (``models.Withheld``), or was taken back: then that is empty.
    """

    room: SessionRef
    screenshot_id: int
    participant_id: int
    user: Person
    has_picture: bool
    withheld: str
    captured_at: datetime
    at: datetime

    def topics(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),)
