"""People at the help desk: they ask, tap, get an answer, and say how much it helped."""

from __future__ import annotations

from typing import Any

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.helpdesk import services
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse
from mobilegpt.lectures.models import Subtask
from tests import cast

TALK = "com.kakao.talk"


def ask(user: User, step: Subtask, message: str | None = None, **context: Any) -> HelpRequest:
    command = RequestHelp(subtask_id=step.pk, message=message, context_data=context)
    return services.request_help(actor=cast.actor(user), command=command).request


def answer(teacher: User, request: HelpRequest, content: str) -> HelpResponse:
    command = AnswerHelp(help_content=content)
    return services.answer_help(actor=cast.actor(teacher), request_id=request.pk, command=command)


def rate(user: User, request: HelpRequest, rating: int) -> None:
    services.give_feedback(actor=cast.actor(user), command=GiveFeedback(help_request_id=request.pk, rating=rating))


def answered(request: HelpRequest) -> tuple[str, HelpResponse]:
    request.refresh_from_db()
    return request.status, HelpResponse.objects.get(request=request)


def tap(user: User, step: Subtask | None, text: str, app: str = TALK, screen: str = "친구 목록") -> None:
    ActivityLog.objects.create(
        user=user,
        subtask=step,
        event_type="CLICK",
        event_data={"x": 150, "y": 300, "element": "Button", "text": text},
        screen_info={"package_name": app, "screen_title": screen},
    )
