"""Lectures that their owners show to all who teach, in the library (contract 11.11)."""

from __future__ import annotations

from django.db.models import QuerySet

from mobilegpt.audit import trail
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.core.text import finder
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture


def share(*, actor: Actor, lecture_id: int, shared: bool) -> Lecture:
    """Into the library, or out of it; again changes nothing. For the owner and admins.

    Raises ``Forbidden``, ``NotFound``.
    """
    with unit_of_work():
        lecture = _owned(actor, Lecture.objects.select_for_update(no_key=True), lecture_id)
        if (lecture.shared_at is not None) != shared:
            lecture.shared_at = now() if shared else None
            lecture.save(update_fields=["shared_at"])
            action = "lecture.shared" if shared else "lecture.unshared"
            trail.record(action, actor_id=actor.user_id, subject=f"lecture:{lecture.pk}")
        return lecture


def owned(*, actor: Actor, lecture_id: int) -> Lecture:
    """For who may share it. Raises ``Forbidden``, ``NotFound``."""
    return _owned(actor, Lecture.objects.all(), lecture_id)


def _owned(actor: Actor, rows: QuerySet[Lecture], lecture_id: int) -> Lecture:
    policies.require_teacher_role(actor)
    lecture = rows.filter(pk=lecture_id, is_drawer=False).first()
    if lecture is None:
        raise NotFound("Lecture")
    policies.require_owns(actor, lecture)
    return lecture


def shared_lectures(search: str = "") -> QuerySet[Lecture]:
    """The newest first, with their owners: all, or those in whose title or description ``search`` is found."""
    rows = Lecture.objects.filter(shared_at__isnull=False)
    if search:
        is_found = finder(search)  # not by the database: it knows neither width nor initials
        words = rows.values_list("pk", "title", "description")
        rows = rows.filter(pk__in=[pk for pk, *texts in words if any(map(is_found, texts))])
    return rows.select_related("instructor").order_by("-shared_at", "-id")
