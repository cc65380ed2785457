"""What can be asked of the help desk."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from mobilegpt.core.fields import Id, MessageText
from mobilegpt.events.command import Command

PICTURE = "screenshot"
ANSWER_LENGTH = 2000
Answer = Annotated[str, Meta(extra_json_schema={"maxLength": ANSWER_LENGTH})]
"""As ``MessageText``, longer."""
ReasonChoice = Literal["CANNOT_FIND", "NO_REACTION", "OTHER_SCREEN", "CANNOT_TYPE"]


class RequestHelp(Command, frozen=True, kw_only=True):
    """R32 and W1 ``help_request``/``request_help``.

    ``reason`` is the picture that was pressed (contract 11.17); ``context_data.reason`` is taken, too.

    In a session the subtask may be left out: its current one. ``message`` is kept as ``context_data.message``;
    ``context_data.stuck_duration_seconds`` decides the priority (contract 7.8). ``screenshot``, the phone's screen in
    base64, is accepted and not kept: it may show what nobody has agreed to show. ``device_id`` says who asks where the
    socket has not joined (contract 3.9, 12).
    """

    subtask_id: Id | None = None
    session_id: Id | None = None
    user_id: int | None = None
    request_type: str = "MANUAL"
    message: MessageText | None = None
    reason: ReasonChoice | None = None
    context_data: dict[str, Any] | None = None
    screenshot: str | None = None
    device_id: str | None = None

    @property
    def picture_bytes(self) -> int:
        """How much of the request is its picture."""
        return len(self.screenshot or "") + len(str((self.context_data or {}).get(PICTURE) or ""))


class AnswerHelp(Command, frozen=True, kw_only=True):
    """The teacher's own answer."""

    help_content: Answer
    voice_guide_text: Answer | None = None
    help_type: str = "TEXT"


class SendSuggestion(Command, frozen=True, kw_only=True):
    """What the analysis would say, as it is or in other words."""

    help_content: Answer | None = None
    voice_guide_text: Answer | None = None


class AnswerGroup(Command, frozen=True, kw_only=True):
    """One answer for everybody who waits on a step of a class (contract 11.18)."""

    session_id: Id
    subtask_id: Id
    help_content: Answer
    voice_guide_text: Answer | None = None


class EditAnswer(Command, frozen=True, kw_only=True):
    """A shared answer, changed by a teacher (contract 11.19). ``confirmed``: it fits the step as it is now."""

    help_content: Answer | None = None
    voice_guide_text: Answer | None = None
    problem: Annotated[str, Meta(extra_json_schema={"maxLength": 500})] | None = None
    pinned: bool | None = None
    confirmed: bool | None = None


class DismissNudge(Command, frozen=True, kw_only=True):
    """ "괜찮아요" under a nudge: nothing comes by itself on this step of the class any more."""

    subtask_id: Id
    session_id: Id | None = None


class ShareAnswer(Command, frozen=True, kw_only=True):
    """Give an answer to everybody who is stuck there, as it was or in other words.

    ``problem`` is how people say it, in the teacher's words: who asks in like words gets the answer first.
    """

    help_content: Answer | None = None
    voice_guide_text: Answer | None = None
    problem: Annotated[str, Meta(extra_json_schema={"maxLength": 500})] | None = None


class GiveFeedback(Command, frozen=True, kw_only=True):
    """R34. The response is named, or the request whose newest response is meant."""

    rating: Annotated[int, Meta(ge=1, le=5)]
    help_response_id: Id | None = None
    help_request_id: Id | None = None
    feedback_text: Answer | None = None
