"""Writes of notifications. They are made by what happens elsewhere, in its transaction (``config/reactions.py``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings

from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.person import Person
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.core.locale import Words
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk.events import HelpCase, HelpRequested
from mobilegpt.helpdesk.models import RequestType
from mobilegpt.jobs.events import JobDied
from mobilegpt.lectures.models import ColleagueRole
from mobilegpt.lectures.queries import colleagues_in
from mobilegpt.notifications import messages
from mobilegpt.notifications.events import English, NotificationCreated, RelatedUser
from mobilegpt.notifications.models import Notification, NotificationType
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import ProgressStatus


def notify(
    *,
    user_id: int,
    type: str,
    title: Words,
    message: Words,
    data: dict[str, Any] | None = None,
    about: Person | None = None,
) -> Notification:
    """Tell somebody, who reads it in their language (contract 2.9).

    ``data`` holds ids for a page to link to, ``about`` is the person whom it concerns.
    Raises ``ValueError`` for a type that contract 8.7 does not have.
    """
    english = English(title=title.en, message=message.en)
    with unit_of_work():
        made = Notification.objects.create(
            user_id=user_id,
            type=NotificationType(type),
            title=title.ko,
            message=message.ko,
            english=msgspec.to_builtins(english),
            related_user_id=about.id if about else None,
            data=data or {},
            created_at=now(),
        )
        emit(
            NotificationCreated(
                notification_id=made.pk,
                user_id=user_id,
                notification_type=made.type,
                title=title.ko,
                message=message.ko,
                english=english,
                related_user=RelatedUser(id=about.id, name=about.name) if about else None,
                data=made.data,
                at=made.created_at,
            )
        )
        return made


def alert_admins(*, title: Words, message: Words, data: dict[str, Any] | None = None) -> int:
    """SYSTEM_ALERT to every admin who has not the same one unread already; returns to how many."""
    with unit_of_work():
        unread = Notification.objects.filter(type=NotificationType.SYSTEM_ALERT, title=title.ko, read_at__isnull=True)
        admins = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk__in=unread.values("user_id"))
        told = [
            notify(user_id=user_id, type=NotificationType.SYSTEM_ALERT, title=title, message=message, data=data)
            for user_id in list(admins.values_list("pk", flat=True))
        ]
        return len(told)


def mark_read(*, actor: Actor, notification_id: int) -> Notification:
    """R40. Reading again keeps the first moment. Raises ``NotFound`` for others' notifications."""
    with unit_of_work():
        mine = Notification.objects.filter(pk=notification_id, user_id=actor.user_id)
        mine.filter(read_at__isnull=True).update(read_at=now())
        notification = mine.first()
        if notification is None:
            raise NotFound("Notification")
        return notification


def tell_of_help(event: HelpRequested) -> None:
    """HELP_REQUEST to who teaches and helps there; STUDENT_STUCK, a guess, when nobody pressed a button."""
    case = event.case
    name = case.user.name
    if event.request_type == RequestType.AUTO:
        kind, title = NotificationType.STUDENT_STUCK, messages.STUCK_TITLE
        message = messages.STUCK.with_values(name=name, step=case.subtask_title)
    else:
        kind, title = NotificationType.HELP_REQUEST, messages.HELP_TITLE
        message = messages.HELP.with_values(name=name)
    helpers = colleagues_in(case.lecture_id, case.session_id).values_list("user_id", flat=True)
    for user_id in dict.fromkeys([case.instructor_id, *helpers.order_by("id")]):
        notify(
            user_id=user_id,
            type=kind,
            title=title,
            message=message,
            data={**_ids_of(case), "priority": event.priority},
            about=case.user,
        )


def tell_of_completion(event: ProgressChanged) -> None:
    """STUDENT_COMPLETED to who teaches the lecture, with the step that was the last one missing.

    Who takes it back and does it again is told of once; in a lecture that has more steps by then, once more.
    """
    finished = event.new_status == ProgressStatus.COMPLETED and event.completed_count == event.total_count
    if not finished:
        return
    teaching = colleagues_in(event.lecture_id).filter(role=ColleagueRole.CO_INSTRUCTOR).order_by("id")
    told = _told_of_completion(event)
    for user_id in dict.fromkeys([event.instructor_id, *teaching.values_list("user_id", flat=True)]):
        if user_id in told:
            continue
        notify(
            user_id=user_id,
            type=NotificationType.STUDENT_COMPLETED,
            title=messages.COMPLETED_TITLE,
            message=messages.COMPLETED.with_values(name=event.user.name),
            data={"lecture_id": event.lecture_id, "steps": event.total_count},
            about=event.user,
        )


def _told_of_completion(event: ProgressChanged) -> set[int]:
    """Who has a notification of it; those of older releases do not say of how many steps."""
    kept = Notification.objects.filter(type=NotificationType.STUDENT_COMPLETED, related_user_id=event.user.id)
    return {
        user_id
        for user_id, data in kept.values_list("user_id", "data")
        if data.get("lecture_id") == event.lecture_id and data.get("steps", event.total_count) >= event.total_count
    }


def tell_of_dead_job(event: JobDied) -> None:
    """SYSTEM_ALERT: background work gave up. One unread alert per kind of work is enough."""
    alert_admins(
        title=messages.DEAD_JOB_TITLE.with_values(job=event.name),
        message=messages.DEAD_JOB.with_values(number=event.job_id),
        data={"job_id": event.job_id, "job": event.name},
    )


def delete_old() -> int:
    """Notifications are kept for ``NOTIFICATION_RETENTION_DAYS``; returns how many went."""
    horizon = now() - timedelta(days=settings.NOTIFICATION_RETENTION_DAYS)
    deleted, _ = Notification.objects.filter(created_at__lt=horizon).delete()
    return deleted


def _ids_of(case: HelpCase) -> dict[str, Any]:
    return {
        "help_request_id": case.id,
        "subtask_id": case.subtask_id,
        "lecture_id": case.lecture_id,
        "session_id": case.session_id,
        "session_code": case.session_code,
    }
