"""Answers that were rated well are kept for others on the same step; without the names of those they were given to."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from mobilegpt.core.anonymity import NOBODY, names_pattern, without_people
from mobilegpt.core.masking import mask_text
from mobilegpt.core.safety import is_safe
from mobilegpt.helpdesk.analysis.complaints import is_generic
from mobilegpt.helpdesk.analysis.evidence import app_and_screen
from mobilegpt.helpdesk.analysis.reading import names_around
from mobilegpt.helpdesk.models import AnswerSource, HelpAnalysis, HelpResponse, RememberedAnswer

GOOD_RATING = 4
BAD_RATING = 2
_KEPT = (AnswerSource.TEACHER, AnswerSource.MODEL, AnswerSource.LOCAL)
_GREETING = re.compile(rf"^{NOBODY}\s?(?:님|씨|학생)?[,!~\s]*")


def learn_from(response: HelpResponse) -> None:
    """After a rating: keep the answer, or forget it. ``response.request`` is loaded. Inside a unit of work."""
    assert response.rating is not None
    if response.source == AnswerSource.MEMORY:
        if response.rating <= BAD_RATING:
            _given_again(response).delete()
        return
    if response.rating < GOOD_RATING or response.source not in _KEPT:
        RememberedAnswer.objects.filter(response=response).delete()
        return
    content, spoken = _nameless(response, response.help_content), _nameless(response, response.voice_guide_text)
    if not content or not is_safe(content, spoken):
        return
    RememberedAnswer.objects.update_or_create(
        response=response,
        defaults={
            **_place(response),
            "subtask_id": response.request.subtask_id,
            "problem": _problem(response),
            "help_content": content,
            "voice_guide_text": spoken,
            "rating": response.rating,
        },
    )


def _given_again(response: HelpResponse) -> QuerySet[RememberedAnswer]:
    return RememberedAnswer.objects.filter(subtask_id=response.request.subtask_id, help_content=response.help_content)


def _place(response: HelpResponse) -> dict[str, str]:
    """Where it helped, as the analysis saw it; a rule's own answer is kept for what the rule found."""
    analysis = HelpAnalysis.objects.filter(request_id=response.request_id).first()
    if analysis is None:
        app, screen = app_and_screen(str(response.request.context_data.get("current_screen") or ""))
        return {"app": app[:200], "screen": screen[:200], "finding": ""}
    finding = analysis.finding if response.source == AnswerSource.LOCAL else ""
    return {"app": analysis.app, "screen": analysis.screen, "finding": finding}


def _problem(response: HelpResponse) -> str:
    message = response.request.context_data.get("message")
    if not isinstance(message, str) or is_generic(message):
        return ""
    return _nameless(response, " ".join(message.split()))[:500]


def _nameless(response: HelpResponse, text: str) -> str:
    known = names_pattern(names_around(response.request))
    return _GREETING.sub("", mask_text(without_people(text, known))).strip()
