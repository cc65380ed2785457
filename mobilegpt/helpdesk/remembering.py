"""Answers that a teacher shares with everybody on a step (reliability X20).

Nothing that a learner wrote, tapped or showed is given to others: an answer is shared when a teacher approves it, in
the teacher's own words or after the teacher has read it. Ratings suggest answers to teachers, and three people's bad
ratings take one away until a teacher shares it again; they share and delete nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from mobilegpt.accounts.events import AccountErased
from mobilegpt.audit.trail import record
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Invalid, NotFound
from mobilegpt.core.text import paragraph, words
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk import policies, selectors
from mobilegpt.helpdesk.analysis import memory, reading
from mobilegpt.helpdesk.analysis.complaints import complaint_of
from mobilegpt.helpdesk.analysis.evidence import app_and_screen, is_package
from mobilegpt.helpdesk.analysis.repeating import repeats
from mobilegpt.helpdesk.commands import EditAnswer, ShareAnswer
from mobilegpt.helpdesk.models import AnswerSource, HelpAnalysis, HelpResponse, RememberedAnswer
from mobilegpt.language.redaction import NOBODY, names_pattern, without_people
from mobilegpt.language.safety import is_safe
from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.policies import teaches
from mobilegpt.lectures.step import Step

GOOD_RATING = 4
BAD_RATING = 2
TAKEN_AWAY_BY = 3
"""So many people whom an answer did not help take it away."""
_TEXT_LENGTH = 2000
_PROBLEM_LENGTH = 500
_SUGGESTED = 50
_GREETING = re.compile(rf"{NOBODY}(?:\s?(?:님|씨|학생))?+(?:[,.!~\s]+|\Z)")
# Who rates the rules' own answer changes nothing: they say it again by themselves.
_SHAREABLE = (AnswerSource.TEACHER, AnswerSource.MODEL, AnswerSource.LOCAL)
_SUGGESTED_SOURCES = (AnswerSource.TEACHER, AnswerSource.MODEL)


def share_answer(*, actor: Actor, response_id: int, command: ShareAnswer) -> tuple[RememberedAnswer, bool]:
    """Give an answer to everybody who is stuck at the same place of the step; whether it is shared for the first time.

    Shared again, it is as it is now. Names of the class are taken out. Raises ``Forbidden`` for students, ``NotFound``
    for others' lectures, ``Invalid`` ANSWER_NOT_SHAREABLE for what only a teacher may say in person, and for what
    repeats a learner's phone unless the teacher wrote it.
    """
    policies.require_teaching_role(actor)
    with unit_of_work():
        response = _responses().select_for_update(of=("self",)).filter(pk=response_id).first()
        if response is None or response.source not in _SHAREABLE or not teaches(actor, response.request.lecture):
            raise NotFound("Help response")
        content = _shared_text(response, command.help_content, response.help_content, "help_content")
        said = command.voice_guide_text
        if said is None and command.help_content is not None:  # the teacher's words are for the ear, too
            said = content
        spoken = _shared_text(response, said, response.voice_guide_text, "voice_guide_text")
        if not content:
            raise Invalid(message="help_content is empty", details={"field": "help_content"})
        if not is_safe(content, spoken):
            raise Invalid(ErrorCode.ANSWER_NOT_SHAREABLE, "Only a teacher may say this, in person")
        shared, created = RememberedAnswer.objects.update_or_create(
            response=response,
            defaults={
                **_place(response),
                "subtask_id": response.request.subtask_id,
                "problem": paragraph(command.problem, "problem", _PROBLEM_LENGTH),
                "step_words": words_of_step(selectors.step_of(response.request)),
                "help_content": content,
                "voice_guide_text": spoken or content,
                "rating": response.rating or GOOD_RATING,
                "approved_by_id": actor.user_id,
                "approved_at": now(),
                "withdrawn_at": None,
            },
        )
        HelpResponse.objects.filter(remembered=shared).update(remembered=None)  # bad ratings count anew
        record("help.answer_shared", subject=f"answer:{shared.pk}")
        return shared, created


def edit_answer(*, actor: Actor, answer_id: int, command: EditAnswer) -> RememberedAnswer:
    """New words, a pin, or word that it fits the step as it is now, which new words say, too (contract 11.19).

    Raises ``Forbidden`` for students, ``NotFound`` for others' lectures, ``Invalid`` for words that may not be shared.
    """
    policies.require_teaching_role(actor)
    with unit_of_work():
        answer = _taught_answer(actor, answer_id)
        if command.help_content is not None:
            said = words(command.help_content, "help_content", _TEXT_LENGTH)
            answer.help_content = answer.voice_guide_text = _without_class(answer, said)
        if command.voice_guide_text is not None:
            said = paragraph(command.voice_guide_text, "voice_guide_text", _TEXT_LENGTH)
            answer.voice_guide_text = _without_class(answer, said) or answer.help_content
        if command.problem is not None:
            answer.problem = paragraph(command.problem, "problem", _PROBLEM_LENGTH)
        if command.pinned is not None:
            answer.pinned = command.pinned
        if not is_safe(answer.help_content, answer.voice_guide_text):
            raise Invalid(ErrorCode.ANSWER_NOT_SHAREABLE, "Only a teacher may say this, in person")
        if command.help_content is not None or command.confirmed:
            answer.step_words = words_of_step(answer.subtask)
            answer.approved_by_id, answer.approved_at, answer.withdrawn_at = actor.user_id, now(), None
            HelpResponse.objects.filter(remembered=answer).update(remembered=None)  # bad ratings count anew
        answer.save()
        record("help.answer_edited", subject=f"answer:{answer.pk}", pinned=answer.pinned)
        return answer


def _without_class(answer: RememberedAnswer, text: str) -> str:
    """Without people of the class in which it was given, where that is known."""
    response = _responses().filter(memory=answer).first()
    return _impersonal(text, response) if response is not None else text


def words_of_step(step: Step | Subtask) -> str:
    """The version of what a step says and asks for; an answer that was made for another one is not given."""
    return memory.step_version(step.title, step.guide_text, step.voice_guide_text, step.target_action)


def is_outdated(answer: RememberedAnswer) -> bool:
    """Whether the step says something else than when the answer was shared; not known of those of earlier versions."""
    return bool(answer.step_words) and answer.step_words != words_of_step(answer.subtask)


def take_away(*, actor: Actor, answer_id: int) -> None:
    """Nobody gets it any more. Raises ``Forbidden`` for students, ``NotFound`` for others' lectures."""
    policies.require_teaching_role(actor)
    with unit_of_work():
        answer = _taught_answer(actor, answer_id)
        record("help.answer_deleted", subject=f"answer:{answer.pk}")
        answer.delete()


def _taught_answer(actor: Actor, answer_id: int) -> RememberedAnswer:
    """Locked; with its step. Raises ``NotFound``."""
    answers = RememberedAnswer.objects.select_for_update(of=("self",)).select_related("subtask__task__lecture")
    answer = answers.filter(pk=answer_id).first()
    if answer is None or not teaches(actor, answer.subtask.task.lecture):
        raise NotFound("Answer")
    return answer


def rated(response: HelpResponse) -> None:
    """After a rating: whom three people found of no help, nobody gets until a teacher shares it again.

    Inside a unit of work.
    """
    if response.remembered_id is None or response.rating is None or response.rating > BAD_RATING:
        return
    given = HelpResponse.objects.filter(remembered_id=response.remembered_id, rating__lte=BAD_RATING)
    people = given.aggregate(people=Count("request__user_id", distinct=True))["people"]
    if people >= TAKEN_AWAY_BY:
        RememberedAnswer.objects.filter(pk=response.remembered_id, pinned=False).update(withdrawn_at=now())


def erase_person(event: AccountErased) -> None:
    """What earlier versions remembered of somebody's requests; what a teacher has approved is the teacher's."""
    RememberedAnswer.objects.filter(response__request__user_id=event.user_id, approved_at__isnull=True).delete()


def shared_in(lecture_id: int) -> QuerySet[RememberedAnswer]:
    """What is given to everybody, and what three people have taken away; in the order of the steps.

    With ``given``, how many people got it, and ``not_helped``, to how many of them it was of no help.
    """
    rows = RememberedAnswer.objects.filter(subtask__task__lecture_id=lecture_id, approved_at__isnull=False)
    people, useless = "given_as__request__user_id", Q(given_as__rating__lte=BAD_RATING)
    rows = rows.annotate(given=Count(people, distinct=True), not_helped=Count(people, distinct=True, filter=useless))
    return rows.select_related("subtask").order_by("subtask__task__order_index", "subtask__order_index", "id")


def suggested_in(lecture_id: int) -> list[HelpResponse]:
    """Answers of teachers and models that helped and that nobody has shared yet, newest first, each text once."""
    rows = _responses().filter(
        request__lecture_id=lecture_id, rating__gte=GOOD_RATING, source__in=_SUGGESTED_SOURCES, memory__isnull=True
    )
    return list(_each_once(rows.order_by("-id")[: _SUGGESTED * 4]))[:_SUGGESTED]


def _each_once(responses: Iterable[HelpResponse]) -> Iterable[HelpResponse]:
    seen: set[tuple[int, str]] = set()
    for response in responses:
        what = (response.request.subtask_id, response.help_content)
        if what not in seen:
            seen.add(what)
            yield response


def _responses() -> QuerySet[HelpResponse]:
    return HelpResponse.objects.select_related(
        "request__user", "request__subtask", "request__lecture", "request__session"
    )


def _shared_text(response: HelpResponse, written: str | None, given: str, field: str) -> str:
    """``written`` by the teacher now, else what was ``given``; without people of the class."""
    text = paragraph(written if written is not None else given, field, _TEXT_LENGTH)
    by_teacher = written is not None or response.source == AnswerSource.TEACHER
    if not by_teacher and repeats(text, reading.read(response.request)):
        raise Invalid(
            ErrorCode.ANSWER_NOT_SHAREABLE, "It repeats what stood on a learner's phone; say it in your own words"
        )
    return _impersonal(text, response)


def _impersonal(text: str, response: HelpResponse) -> str:
    known = names_pattern(reading.names_around(response.request))
    return without_greeting(without_people(text, known)).strip()


def without_greeting(text: str) -> str:
    """``○○님, 눌러보세요`` speaks to one person; ``○○님의 화면`` is about one, and stays as it is."""
    greeting = _GREETING.match(text)
    return text[greeting.end() :] if greeting else text


def _place(response: HelpResponse) -> dict[str, str]:
    """Where it helped and with what kind of trouble: names of programs and of our own rules, no words of a learner."""
    context = response.request.context_data
    message = context.get("message")
    analysis = HelpAnalysis.objects.filter(request_id=response.request_id).first()
    app, screen = (
        (analysis.app, analysis.screen) if analysis else app_and_screen(str(context.get("current_screen") or ""))
    )
    return {
        "app": app[:200] if is_package(app) else "",
        "screen": screen[:200] if screen.isascii() and screen.isidentifier() else "",
        "complaint": complaint_of(message) if isinstance(message, str) else "",
    }
