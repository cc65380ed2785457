"""Answers that a teacher shares with everybody on a step, and those that helped and wait for it (reliability X20)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.helpdesk import remembering
from mobilegpt.helpdesk.commands import EditAnswer, ShareAnswer
from mobilegpt.helpdesk.models import HelpResponse, RememberedAnswer
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.policies import require_teacher
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.step import Titled


class AnswerStep(Titled, frozen=True, kw_only=True):
    pass


class SharedAnswer(Struct, frozen=True, kw_only=True):
    """``given``: how many got it; ``not_helped``: how many of them said that it was of no help.

    ``app``, ``screen`` and ``complaint`` say for what it counts (contract 11.19); ``outdated``: the step says something
    else since, and nobody is given it before a teacher has confirmed it. ``withdrawn_at``: since then nobody gets it,
    for three people were not helped.
    """

    id: int
    help_response_id: int | None
    subtask: AnswerStep
    help_content: str
    voice_guide_text: str
    problem: str
    app: str
    screen: str
    complaint: str
    pinned: bool
    outdated: bool
    given: int
    not_helped: int
    withdrawn_at: str | None
    approved_at: str | None


class SuggestedAnswer(Struct, frozen=True, kw_only=True):
    """An answer that helped somebody. ``source``: who made it, TEACHER or MODEL."""

    help_response_id: int
    subtask: AnswerStep
    source: str
    help_content: str
    voice_guide_text: str
    rating: int
    created_at: str


class LectureAnswers(Struct, frozen=True, kw_only=True):
    shared: list[SharedAnswer]
    suggested: list[SuggestedAnswer]


class AnswersOfLecture(Endpoint):
    @operation(
        "8.4 (added)",
        "Answers that everybody on a step gets, and those that helped and are not shared",
        responses={200: LectureAnswers, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The answers that everybody stuck on a step of this lecture is given, and those that helped somebody and could
        be. The lecture's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        require_teacher(self.actor, Lecture.objects.filter(pk=lecture_id).first())
        return Response(
            LectureAnswers(
                shared=[_shared(row) for row in remembering.shared_in(lecture_id)],
                suggested=[_suggested(row) for row in remembering.suggested_in(lecture_id)],
            )
        )


class Share(Endpoint):
    @operation(
        "8.4 (added)",
        "Share an answer with everybody who is stuck there",
        request=ShareAnswer,
        responses={201: SharedAnswer, 200: SharedAnswer, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, response_id: int) -> Response:
        """Gives an answer to everybody who is stuck at the same step from now on, in the words that are sent; 200 when
        it was shared before. The lecture's instructor and admins may. What only a teacher may say in person, or repeats
        somebody's phone, is ANSWER_NOT_SHAREABLE (400)."""
        shared, created = remembering.share_answer(
            actor=self.actor, response_id=response_id, command=self.body(ShareAnswer)
        )
        shown = remembering.shared_in(shared.subtask.task.lecture_id).get(pk=shared.pk)
        return Response(_shared(shown), status=201 if created else 200)


class SharedAnswers(Endpoint):
    @operation(
        "11.19",
        "Edit, pin or confirm a shared answer",
        request=EditAnswer,
        responses={200: SharedAnswer, **error_responses(400, 401, 403, 404)},
    )
    def patch(self, request: Request, answer_id: int) -> Response:
        """Changes a shared answer: its words, whether it comes before all others that fit, or that it fits the step as
        it is now. The lecture's instructors and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND
        (404). What only a teacher may say in person is ANSWER_NOT_SHAREABLE (400)."""
        changed = remembering.edit_answer(actor=self.actor, answer_id=answer_id, command=self.body(EditAnswer))
        return Response(_shared(remembering.shared_in(changed.subtask.task.lecture_id).get(pk=changed.pk)))

    @operation(
        "8.4 (added)",
        "Share an answer no more",
        responses={204: None, **error_responses(401, 403, 404)},
    )
    def delete(self, request: Request, answer_id: int) -> Response:
        """Gives a shared answer to nobody any more. The lecture's instructor and admins may; students get FORBIDDEN
        (403), other instructors NOT_FOUND (404)."""
        remembering.take_away(actor=self.actor, answer_id=answer_id)
        return Response(status=204)


def _shared(row: RememberedAnswer) -> SharedAnswer:
    counted: Any = row  # annotated by ``shared_in``
    return SharedAnswer(
        id=row.pk,
        help_response_id=row.response_id,
        subtask=AnswerStep.of(row.subtask),
        help_content=row.help_content,
        voice_guide_text=row.voice_guide_text,
        problem=row.problem,
        app=row.app,
        screen=row.screen,
        complaint=row.complaint,
        pinned=row.pinned,
        outdated=remembering.is_outdated(row),
        given=counted.given,
        not_helped=counted.not_helped,
        withdrawn_at=iso(row.withdrawn_at),
        approved_at=iso(row.approved_at),
    )


def _suggested(row: HelpResponse) -> SuggestedAnswer:
    step = row.request.subtask
    return SuggestedAnswer(
        help_response_id=row.pk,
        subtask=AnswerStep.of(step),
        source=row.source,
        help_content=row.help_content,
        voice_guide_text=row.voice_guide_text,
        rating=row.rating or 0,
        created_at=iso(row.created_at),
    )


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<int:lecture_id>/answers", AnswersOfLecture),
    *both("api/help/responses/<int:response_id>/share", Share),
    *both("api/help/answers/<int:answer_id>", SharedAnswers),
]
