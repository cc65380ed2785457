"""Shapes of the help requests' REST family (contract 8.3)."""

from __future__ import annotations

from msgspec import Struct, field

from mobilegpt.core.locale import Words
from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.choices import (
    AnswerSourceChoice,
    DecisionChoice,
    HelpStatusChoice,
    PriorityChoice,
    ReasonChoice,
    RequestTypeChoice,
    WithheldChoice,
)
from mobilegpt.wire.help_group import HelpGroup
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import ImageBody, Titled

_ANALYSING = Words("분석 중입니다. 잠시만 기다려주세요.", "We are looking at it. One moment, please.")  # S1
_THANKS = Words("의견을 보내주셔서 감사합니다", "Thank you for telling us")  # S1


class HelpAskedBody(Struct, frozen=True, kw_only=True):
    """R32's answer."""

    help_request_id: int
    status: HelpStatusChoice
    message: str = field(default_factory=_ANALYSING.said)


class HelpResponseBody(Struct, frozen=True, kw_only=True):
    """``author`` is the teacher who wrote it; null where the server did, or the account is gone. ``source`` is whose it
    is, ``DEFERRED`` for word that the teacher was asked; ``image`` the step's picture (contract 11.17)."""

    id: int
    help_type: str
    help_content: str
    voice_guide_text: str
    source: AnswerSourceChoice
    image: ImageBody | None
    author: Named | None
    created_at: str


class HelpAnalysisBody(Struct, frozen=True, kw_only=True):
    """All but the first two are the teacher's: what the analysis would say (``suggestion``), what it saw (``evidence``)
    and what it rests on, why nobody was given it (``withheld``), and what a teacher made of that (contract 11.17)."""

    problem_diagnosis: str
    confidence_score: float
    suggestion: str | None = None
    suggestion_voice: str | None = None
    evidence: list[str] | None = None
    rests_on: list[str] | None = None
    withheld: WithheldChoice | None = None
    decision: DecisionChoice | None = None
    decided_by: Named | None = None


class HelpUser(Named, frozen=True, kw_only=True):
    pass


class HelpSubtask(Titled, frozen=True, kw_only=True):
    pass


class HelpLecture(Titled, frozen=True, kw_only=True):
    pass


class HelpRequestBody(Struct, frozen=True, kw_only=True):
    """R33's answer. ``help_response`` and ``analysis`` are null before there is one."""

    help_request_id: int
    status: HelpStatusChoice
    help_response: HelpResponseBody | None
    analysis: HelpAnalysisBody | None
    user: HelpUser
    subtask: HelpSubtask
    session_id: int | None
    request_type: RequestTypeChoice
    priority: PriorityChoice
    created_at: str
    resolved_at: str | None
    closed_at: str | None


class ClaimBody(Struct, frozen=True, kw_only=True):
    """Who goes to help, and since when; null when nobody does."""

    help_request_id: int
    claimed_by: Named | None
    claimed_at: str | None


class FeedbackBody(Struct, frozen=True, kw_only=True):
    """R34's answer."""

    help_response_id: int
    message: str = field(default_factory=_THANKS.said)


class PendingRequest(Struct, frozen=True, kw_only=True):
    """A row of R36. ``message`` is what the student wrote, ``reason`` the picture that they pressed; ``answer_source``
    whose answer they got last, if any, ``answer_rating`` what they think of it.

    ``same_name_number`` tells those of one name in the class apart, as the roster does.

    ``past_step``: the class has left the step. ``asked_again``: an answer on this step was of no help to them in this
    class (rated 1 or 2), or within two hours where there is none. ``claimed_by`` goes to help, ``helps_so_far`` is how
    often somebody has answered them in this class.
    """

    help_request_id: int
    id: int
    user: HelpUser
    same_name_number: int | None
    subtask: HelpSubtask
    lecture: HelpLecture
    session_id: int | None
    request_type: RequestTypeChoice
    priority: PriorityChoice
    message: str
    reason: ReasonChoice | None
    stuck_duration_seconds: int | None
    analysis: HelpAnalysisBody | None
    past_step: bool
    answer_source: AnswerSourceChoice | None
    answer_rating: int | None
    asked_again: bool
    claimed_by: Named | None
    helps_so_far: int
    created_at: str
    status: HelpStatusChoice


class GroupAnsweredRow(Struct, frozen=True, kw_only=True):
    help_request_id: int
    claimed_by: Named | None


class GroupAnsweredBody(Struct, frozen=True, kw_only=True):
    """Who got the answer, and whom somebody else goes to help (to a supporter)."""

    session_id: int
    subtask_id: int
    answered: list[int]
    left: list[GroupAnsweredRow]


class PendingList(Struct, frozen=True, kw_only=True):
    """R36's answer: those who asked, then what the server noticed, of each the most urgent and oldest first.

    ``count`` is how many asked, ``auto_count`` how often it noticed something (contract 11.3); ``pagination`` has both.
    ``results`` is ``pending_requests``. ``groups`` are many who wait on one step, on all pages (contract 11.18).
    """

    pending_requests: list[PendingRequest]
    results: list[PendingRequest]
    count: int
    auto_count: int
    groups: list[HelpGroup]
    pagination: Pagination
