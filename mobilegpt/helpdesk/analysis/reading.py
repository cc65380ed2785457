"""From rows to evidence: the step, the last five minutes of the phone, and what the request itself says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mobilegpt.activity.models import ActivityLog
from mobilegpt.activity.page_events import PAGE_EVENTS, PageEvidence, page_evidence
from mobilegpt.activity.selectors import happened_since, match_of, page_report
from mobilegpt.classroom.lesson import kept_lesson, lesson_of_class
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.guidance.events import TOUCHES, PhoneEvent, kind_of, phone_event
from mobilegpt.guidance.matcher import Match
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts, place_now
from mobilegpt.helpdesk.analysis.hints import expectation_by_hint
from mobilegpt.helpdesk.analysis.memory import Remembered
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse, RememberedAnswer
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.outline import subtask_outline
from mobilegpt.lectures.revisions import Lesson, lesson_of
from mobilegpt.lectures.step import SubtaskOutline
from mobilegpt.progress.models import SubtaskProgress

_RECENTLY = timedelta(minutes=5)
_A_CLASS = timedelta(hours=3)
_EVENTS = 50
_REMEMBERED = 50
_ACTIONS = 20
_TRIED, _TRIED_MINUTES = 5, 30
_CLASS = 500


def read(request: HelpRequest) -> Evidence:
    """The evidence of a request as of now; ``request`` is loaded as by ``requests``."""
    context = request.context_data if isinstance(request.context_data, dict) else {}
    user_id, subtask_id = request.user_id, request.subtask_id
    phone = _phone(user_id, subtask_id, class_began=_class_began(request), step_began=_begun_at(request))
    events = phone.events or _from_actions(context)
    app, screen = place_now(_text(context.get("current_screen")), events)
    return Evidence(
        step=_step_of(request),
        level=request.user.digital_level,
        events=tuple(events),
        reports_taps=phone.reports_taps,
        page=phone.page,
        message=_text(context.get("message")),
        reason=_text(context.get("reason")),
        app=app,
        screen=screen,
        stuck_seconds=_seconds(context.get("stuck_duration_seconds")),
        tried=_tried(request),
        followed=_followed(user_id, request.session_id, subtask_id),
    )


def read_watched(
    user_id: int, session: LectureSession, subtask_id: int, *, class_began: datetime, step_began: datetime
) -> Evidence:
    """What is known of somebody who has not asked, in a session that is loaded with its lecture. ``class_began`` is
    when they came to the class, or it started."""
    phone = _phone(user_id, subtask_id, class_began=class_began, step_began=step_began)
    app, screen = place_now("", phone.events)
    return Evidence(
        step=_step(lesson_of_class(session), subtask_id) or StepFacts(title=""),
        events=tuple(phone.events),
        reports_taps=phone.reports_taps,
        page=phone.page,
        app=app,
        screen=screen,
        followed=_followed(user_id, session.pk, subtask_id),
    )


def remembered(subtask_id: int) -> list[Remembered]:
    """The newest answers that a teacher shares on this step."""
    rows = RememberedAnswer.objects.filter(
        subtask_id=subtask_id, approved_at__isnull=False, withdrawn_at__isnull=True
    ).order_by("-pinned", "-id")[:_REMEMBERED]
    return [
        Remembered(
            id=row.pk,
            app=row.app,
            screen=row.screen,
            problem=row.problem,
            complaint=row.complaint,
            help_content=row.help_content,
            voice_guide_text=row.voice_guide_text,
            rating=row.rating,
            step_words=row.step_words,
            pinned=row.pinned,
        )
        for row in rows
    ]


def names_around(request: HelpRequest) -> set[str]:
    """Names that nobody outside is told: the asker's, the teacher's, and those of the people of the class."""
    names = {request.user.name, request.user.nickname}
    names |= set(Lecture.everything.filter(pk=request.lecture_id).values_list("instructor__name", flat=True))
    if request.session_id is not None:
        people = SessionParticipant.objects.filter(session_id=request.session_id)
        for row in people.values_list("user__name", "user__nickname", "name")[:_CLASS]:
            names |= set(row)
    return names - {""}


def _step_of(request: HelpRequest) -> StepFacts:
    """As the class of the request teaches it (contract 11.5); alone, what is known of one that has left the lecture."""
    lesson = (kept_lesson(request.session) if request.session is not None else None) or lesson_of(request.lecture)
    return _step(lesson, request.subtask_id) or _facts(lesson, subtask_outline(request.subtask, 1), [])


def _step(lesson: Lesson, subtask_id: int) -> StepFacts | None:
    steps = [step for task in lesson.tasks for step in task.subtasks]
    place = next((index for index, step in enumerate(steps) if step.id == subtask_id), None)
    return None if place is None else _facts(lesson, steps[place], steps[:place])


def _facts(lesson: Lesson, step: SubtaskOutline, before: list[SubtaskOutline]) -> StepFacts:
    hints = tuple(each.target_element_hint or "" for each in before)
    hint = step.target_element_hint or ""
    return StepFacts(
        title=step.title,
        guide=step.guide_text,
        spoken=step.voice_guide_text,
        description=step.description,
        action=step.target_action,
        hint=hint,
        lecture=lesson.title,
        previous_title=before[-1].title if before else "",
        expectation=step.expectation or expectation_by_hint(step.title, step.guide_text, hint, hints),
        by_hint=step.expectation is None,
    )


def _tried(request: HelpRequest) -> tuple[str, ...]:
    """What was said to the same learner on this step within the last minutes, newest first."""
    since = request.created_at - timedelta(minutes=_TRIED_MINUTES)
    given = HelpResponse.objects.filter(
        request__user_id=request.user_id, request__subtask_id=request.subtask_id, created_at__gte=since
    ).exclude(request_id=request.pk)
    return tuple(given.order_by("-id").values_list("help_content", flat=True)[:_TRIED])


class _Phone(NamedTuple):
    """What a phone has told: the last minutes on the step, oldest first, whether it tells of taps at all, and what the
    class's page knows of the step."""

    events: list[PhoneEvent]
    reports_taps: bool
    page: PageEvidence


def _phone(user_id: int, subtask_id: int, *, class_began: datetime, step_began: datetime | None) -> _Phone:
    """One query. Events that name no step count from its beginning."""
    everything, moment = happened_since(user_id, class_began, _EVENTS), now()
    told = [(at, log) for at, log in reversed(everything) if log.event_type not in PAGE_EVENTS]
    reports = [page_report(at, log) for at, log in reversed(everything) if log.event_type in PAGE_EVENTS]
    events = [
        _event(log, at) for at, log in told if moment - at <= _RECENTLY and _belongs(log, at, subtask_id, step_began)
    ]
    reports_taps = any(kind_of(log.event_type) in TOUCHES for _, log in told)
    return _Phone(events, reports_taps, page_evidence(reports, subtask_id))


def _class_began(request: HelpRequest) -> datetime:
    """From when on what the phone tells says something about this request."""
    session = request.session
    earliest = request.created_at - _A_CLASS
    return max(session.started_at, earliest) if session is not None and session.started_at is not None else earliest


def _begun_at(request: HelpRequest) -> datetime | None:
    rows = SubtaskProgress.objects.filter(user_id=request.user_id, subtask_id=request.subtask_id)
    begun = rows.values_list("started_at", flat=True).first()
    # A step that began with the cry for help says nothing of when it really began.
    return None if begun is None or begun > request.created_at - timedelta(seconds=2) else begun


def _belongs(log: ActivityLog, at: datetime, subtask_id: int, begun: datetime | None) -> bool:
    if log.subtask_id is not None:
        return log.subtask_id == subtask_id
    return begun is None or at >= begun


def _event(log: ActivityLog, at: datetime) -> PhoneEvent:
    data, screen = (value if isinstance(value, dict) else {} for value in (log.event_data, log.screen_info))
    return phone_event(log.event_type, data, screen, at)


def _from_actions(context: dict[str, Any]) -> list[PhoneEvent]:
    """A phone that sends no logs may still say what was done last: ``recent_actions: ["CLICK", "SCROLL"]``."""
    actions = context.get("recent_actions")
    if not isinstance(actions, list):
        return []
    return [PhoneEvent(kind=kind_of(action)) for action in actions[-_ACTIONS:] if isinstance(action, str)]


def _followed(user_id: int, session_id: int | None, subtask_id: int) -> Match | None:
    """What was kept of following the phone on this step of a running class."""
    match = Match() if session_id is None else match_of(user_id, session_id, subtask_id)
    return None if match == Match() else match


def _text(value: Any) -> str:
    return " ".join(value.split())[:500] if isinstance(value, str) else ""


def _seconds(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**9:
        return None
    return int(value)
