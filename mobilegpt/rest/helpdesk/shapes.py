"""Shapes of the help requests' REST family (contract 8.3)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.choices import AnswerSourceChoice, HelpStatusChoice, PriorityChoice, RequestTypeChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import Titled


class HelpAskedBody(Struct, frozen=True, kw_only=True):
    """R32's answer."""

    help_request_id: int
    status: HelpStatusChoice
    message: str = "분석 중입니다. 잠시만 기다려주세요."


class HelpResponseBody(Struct, frozen=True, kw_only=True):
    id: int
    help_type: str
    help_content: str
    voice_guide_text: str
    created_at: str


class HelpAnalysisBody(Struct, frozen=True, kw_only=True):
    """``suggestion`` and ``evidence`` are the teacher's: what the analysis would say, and what it saw."""

    problem_diagnosis: str
    confidence_score: float
    suggestion: str | None = None
    evidence: list[str] | None = None


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
    message: str = "의견을 보내주셔서 감사합니다"


class PendingRequest(Struct, frozen=True, kw_only=True):
    """A row of R36. ``message`` is what the student wrote; ``answer_source`` whose answer they got last, if any,
    ``answer_rating`` what they think of it.

    ``asked_again``: an answer on this step was of no help to them within two hours (rated 1 or 2). ``claimed_by`` goes
    to help, ``helps_so_far`` is how often somebody has answered them in this class.
    """

    help_request_id: int
    id: int
    user: HelpUser
    subtask: HelpSubtask
    lecture: HelpLecture
    session_id: int | None
    request_type: RequestTypeChoice
    priority: PriorityChoice
    message: str
    stuck_duration_seconds: int | None
    analysis: HelpAnalysisBody | None
    answer_source: AnswerSourceChoice | None
    answer_rating: int | None
    asked_again: bool
    claimed_by: Named | None
    helps_so_far: int
    created_at: str
    status: HelpStatusChoice


class PendingList(Struct, frozen=True, kw_only=True):
    """R36's answer, most urgent first, then oldest; ``results`` is ``pending_requests``."""

    pending_requests: list[PendingRequest]
    results: list[PendingRequest]
    count: int
    pagination: Pagination
