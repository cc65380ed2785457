"""Many who wait on one step of a class are one card for the teacher, and may all get one answer (contract 11.18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LIVE
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.core.text import paragraph, words
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import answers, claims, policies, selectors
from mobilegpt.helpdesk.commands import ANSWER_LENGTH, AnswerGroup
from mobilegpt.helpdesk.events import HelpGrouped
from mobilegpt.helpdesk.group import Group
from mobilegpt.helpdesk.models import AnswerSource, HelpRequest, HelpResponse

MANY = 5
WITHIN = timedelta(minutes=1)
"""So many people within so long are one group."""


class GroupAnswered(NamedTuple):
    """``left`` are requests that somebody else goes to help with; a supporter leaves them alone."""

    answered: list[int]
    left: list[HelpRequest]


class _Waiting(NamedTuple):
    session_id: int
    subtask_id: int
    id: int
    created_at: datetime


def groups_of(rows: QuerySet[HelpRequest]) -> list[Group]:
    """The groups among these requests, those who wait longest first; one query, and one for each group."""
    found = waiting(rows).order_by("session_id", "subtask_id", "created_at", "id")
    people = [_Waiting(*row) for row in found.values_list("session_id", "subtask_id", "id", "created_at")]
    by_step = groupby(people, key=lambda one: (one.session_id, one.subtask_id))
    groups = [_group(list(members)) for _, members in by_step]
    return sorted((group for group in groups if group is not None), key=lambda group: group.since)


def waiting(rows: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Of these, who asked in a class that runs, and has no answer of a person that helped."""
    newest = HelpResponse.objects.filter(request_id=OuterRef("pk")).order_by("-id")
    mine = rows.filter(selectors.ASKED, closed_at__isnull=True, session__status__in=LIVE).alias(
        last_source=Subquery(newest.values("source")[:1]), last_rating=Subquery(newest.values("rating")[:1])
    )
    by_person = Q(last_source=AnswerSource.TEACHER)
    useless = Q(last_rating__isnull=False, last_rating__lte=selectors.USELESS)
    return mine.filter(Q(last_source__isnull=True) | ~by_person | useless)


def tell_if_many(request: HelpRequest) -> None:
    """Once a request can be seen by all (its job runs): whether it makes a group, or lets one grow.

    Those who ask at the same moment do not see each other before; the last of them sees all.
    """
    if request.session_id is None:
        return
    rows = selectors.requests().filter(session_id=request.session_id, subtask_id=request.subtask_id)
    for group in groups_of(rows):
        if request.pk not in group.help_request_ids:
            continue
        with unit_of_work():
            emit(
                HelpGrouped(
                    case=selectors.case_of(request),
                    position=group.position,
                    help_request_ids=group.help_request_ids,
                    since=group.since,
                    at=now(),
                )
            )


def answer_group(*, actor: Actor, command: AnswerGroup) -> GroupAnswered:
    """One answer to everybody who waits on the step: to each as by ``services.answer_help``, all or none.

    Raises ``Forbidden`` for students, ``NotFound`` where nobody waits whom the caller helps, ``Invalid``.
    """
    content = words(command.help_content, "help_content", ANSWER_LENGTH)
    spoken = paragraph(command.voice_guide_text, "voice_guide_text", ANSWER_LENGTH) or content
    with unit_of_work():
        rows = selectors.for_writing().filter(
            session_id=command.session_id, subtask_id=command.subtask_id, closed_at__isnull=True
        )
        # Locked first: who has an answer is asked once nobody else can be giving one.
        list(rows.order_by("id").values_list("pk", flat=True))
        mine = [request for request in waiting(rows).order_by("id") if policies.helps(actor, request)]
        if not mine:
            policies.require_helping_role(actor)
            raise NotFound("Help request")
        left = [request for request in mine if claims.is_anothers(request, actor)]
        answered = [request for request in mine if request not in left]
        for request in answered:
            answers.deliver(
                request, source=AnswerSource.TEACHER, content=content, spoken=spoken, author_id=actor.user_id
            )
        return GroupAnswered([request.pk for request in answered], left)


def _group(members: list[_Waiting]) -> Group | None:
    """One card as long as enough of them wait who asked within a minute; whoever waits there is on it."""
    if not _came_together([each.created_at for each in members]):
        return None
    first = selectors.requests().get(pk=members[0].id)
    assert first.session is not None
    step = course_of_class(first.session).get(first.subtask_id)
    return Group(
        session_id=members[0].session_id,
        subtask_id=members[0].subtask_id,
        title=selectors.step_of(first).title,
        position=step.position if step is not None else None,
        help_request_ids=[each.id for each in members],
        since=members[0].created_at,
    )


def _came_together(moments: list[datetime]) -> bool:
    """``moments`` in order: whether enough of them lie within a minute."""
    return any(last - first <= WITHIN for first, last in _ends(moments))


def _ends(moments: list[datetime]) -> Iterable[tuple[datetime, datetime]]:
    return zip(moments, moments[MANY - 1 :], strict=False)
