"""Pictures from the teacher's own phone: a link for ten minutes, by which one phone sends them without signing in
(contract 11.11).

The first phone that sends something has the link; what it sends is added as if whoever made the link had sent it.
Wrong, revoked and expired links look the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.db.models import QuerySet

from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.audit import trail
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Invalid, NotFound
from mobilegpt.core.network import counted_address
from mobilegpt.database.throttle import Limit, refuse_if_exceeded, take
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files.step_pictures import Size
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.services import locked_to_edit
from mobilegpt.pictures import services, tokens
from mobilegpt.pictures.commands import OpenUploadLink
from mobilegpt.pictures.models import UploadLink

LASTS = timedelta(minutes=10)
OPEN_LINKS = 20
"""So many of one lecture are open at most."""
WRONG_LINKS_A_MINUTE_PER_ADDRESS = 30
_KEPT_FOR = timedelta(days=1)
_PHONE_LENGTHS = range(16, 65)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new link; ``token`` is told this once."""

    link: UploadLink
    token: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a phone has sent just now, and how many more it may."""

    subtask_ids: list[int]
    pictures_left: int


def open_link(*, actor: Actor, lecture_id: int, command: OpenUploadLink) -> Opened:
    """Raises ``Forbidden``, ``NotFound`` also for a task or a step of another lecture, ``Invalid`` for both at once,
    ``Conflict`` QUOTA_EXCEEDED."""
    if command.task_id is not None and command.subtask_id is not None:
        raise Invalid(message="task_id or subtask_id, not both", details={"field": "subtask_id"})
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        _require_there(lecture, command)
        if _open().filter(lecture=lecture).count() >= OPEN_LINKS:
            raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"At most {OPEN_LINKS} upload links of a lecture are open")
        ends = now() + LASTS
        token = tokens.new_token(ends.timestamp())
        link = UploadLink.objects.create(
            lecture=lecture,
            task_id=command.task_id,
            subtask_id=command.subtask_id,
            made_by_id=actor.user_id,
            token_hash=_hash(token),
            expires_at=ends,
        )
        trail.record("upload_link.made", actor_id=actor.user_id, subject=f"lecture:{lecture.pk}", link=link.pk)
        return Opened(link, token)


def link_for(actor: Actor, lecture_id: int, link_id: int) -> UploadLink:
    """What has come by it, for who teaches the lecture. Raises ``Forbidden``, ``NotFound``."""
    services.may_edit_lecture(actor, lecture_id)
    link = UploadLink.objects.filter(pk=link_id, lecture_id=lecture_id).first()
    if link is None:
        raise NotFound("Upload link")
    return link


def revoke(*, actor: Actor, lecture_id: int, link_id: int) -> None:
    """Nothing more comes by it; what came stays. Again, it changes nothing. Raises ``Forbidden``, ``NotFound``."""
    link = link_for(actor, lecture_id, link_id)
    with unit_of_work():
        if UploadLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now()):
            trail.record("upload_link.revoked", actor_id=actor.user_id, subject=f"lecture:{lecture_id}", link=link.pk)


def found_by(*, token: str, address: str) -> UploadLink:
    """The link with its lecture, for whoever has its token. Raises ``NotFound``, ``RateLimited`` after many wrong ones.

    Call it outside of a transaction: a wrong one is counted whatever becomes of the request.
    """
    limit = Limit(f"upload-link:{counted_address(address)}", WRONG_LINKS_A_MINUTE_PER_ADDRESS, 60)
    refuse_if_exceeded(limit)
    link = None
    if tokens.is_genuine(token):
        link = _open().select_related("lecture").filter(token_hash=_hash(token)).first()
    if link is None or link.lecture.deleted_at is not None:
        take(limit)
        raise NotFound("Upload link")
    return link


def step_of(link: UploadLink) -> Subtask | None:
    """The step that the picture is for; ``None`` where each becomes a step, and when it was deleted."""
    return None if link.subtask_id is None else Subtask.objects.filter(pk=link.subtask_id).first()


def pictures_left(link: UploadLink) -> int:
    most = services.MAX_PICTURES if link.subtask_id is None else 1
    return most - len(link.received)


def state_of(link: UploadLink) -> str:
    """``open``, ``full``, ``revoked`` or ``expired``."""
    if link.revoked_at is not None:
        return "revoked"
    if pictures_left(link) <= 0:
        return "full"
    return "open" if link.expires_at > now() else "expired"


def drawn_for(link: UploadLink, *, phone: str, files: Sequence[BinaryIO]) -> list[list[Size]]:
    """The pictures that a phone sends, in their sizes; whether they may come is asked before they are read.

    Raises ``Conflict`` LINK_TAKEN for another phone than the first, QUOTA_EXCEEDED for more than are left, ``Invalid``,
    and what ``services.drawn`` raises.
    """
    _require_may_send(link, phone, len(files))
    return services.drawn(files, for_user=link.made_by_id)


def receive(link: UploadLink, *, phone: str, pictures: Sequence[Sequence[Size]]) -> Received:
    """Add them, all or none. Raises as ``drawn_for`` and the services do, ``NotFound`` when the link ended
    meanwhile."""
    with unit_of_work():
        locked = _open().select_for_update(of=("self",)).select_related("made_by").filter(pk=link.pk).first()
        if locked is None or not locked.made_by.is_active:
            raise NotFound("Upload link")
        _require_may_send(locked, phone, len(pictures))
        actor = actor_from_user(locked.made_by)
        if locked.subtask_id is None:
            made = services.add_steps(
                actor=actor, lecture_id=locked.lecture_id, task_id=locked.task_id, pictures=pictures
            )
        else:
            services.set_image(actor=actor, subtask_id=locked.subtask_id, sizes=pictures[0])
            made = [locked.subtask_id]
        locked.phone_hash = _hash(phone)
        locked.received = [*locked.received, *made]
        locked.save(update_fields=["phone_hash", "received"])
        subject = f"lecture:{locked.lecture_id}"
        trail.record("upload_link.used", actor_id=actor.user_id, subject=subject, link=locked.pk, pictures=len(made))
        return Received(made, pictures_left(locked))


def forget_links() -> int:
    """Those that ended a day ago. Returns how many."""
    return UploadLink.objects.filter(expires_at__lt=now() - _KEPT_FOR).delete()[0]


def _open() -> QuerySet[UploadLink]:
    return UploadLink.objects.filter(revoked_at__isnull=True, expires_at__gt=now())


def _require_there(lecture: Lecture, command: OpenUploadLink) -> None:
    if command.task_id is not None and not Task.objects.filter(lecture=lecture, pk=command.task_id).exists():
        raise NotFound("Task")
    steps = Subtask.objects.filter(task__lecture=lecture)
    if command.subtask_id is not None and not steps.filter(pk=command.subtask_id).exists():
        raise NotFound("Subtask")


def _require_may_send(link: UploadLink, phone: str, pictures: int) -> None:
    if len(phone) not in _PHONE_LENGTHS:
        raise Invalid(message="phone is a random word of 16 to 64 characters", details={"field": "phone"})
    if link.phone_hash is not None and link.phone_hash != _hash(phone):
        raise Conflict(ErrorCode.LINK_TAKEN, "Another phone has sent pictures by this link")
    if pictures > (left := pictures_left(link)):
        raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"This link takes {left} more pictures", details={"left": left})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
