"""Uploads: checked, stored, read by members only (contract 9.4; reliability X11, F18)."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db.models import Sum

from mobilegpt.chat import policies, selectors
from mobilegpt.chat.models import ChatFile, Member
from mobilegpt.chat.services.members import enter_room
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Invalid, NotFound, RateLimited, TooLarge, Unauthenticated
from mobilegpt.core.text import one_line
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import store, types
from mobilegpt.files.links import reader_of

_UNSENT_FOR = timedelta(days=1)
_DELETED_AT_ONCE = 200


def store_file(*, actor: Actor, room_id: int, name: str, content: BinaryIO) -> ChatFile:
    """Keep an upload of a member who may write; ``content`` can be read from any place.

    Raises ``NotFound`` to outsiders, ``Forbidden`` ROOM_READ_ONLY, ``Invalid``, ``TooLarge``, ``RateLimited`` beyond a
    member's bytes of a day, ``Unavailable`` when the disk is full or the bucket away; then nothing is left behind.
    """
    member = enter_room(actor=actor, room_id=room_id)
    policies.require_may_write(member)
    size = content.seek(0, io.SEEK_END)
    if not size:
        raise Invalid(message="file is empty", details={"field": "file"})
    _require_size(size, max(settings.CHAT_FILE_BYTES, settings.CHAT_MEDIA_BYTES))
    shown = _shown_name(name)
    kind = types.kind_of(shown, content)
    _require_size(size, _limit_of(kind))
    left = _left_today(actor.user_id)
    _require_left(size, left)
    cleaned = types.clean(shown, content, kind)
    _require_left(cleaned.size, left)
    return _stored(member, cleaned)


def file_for(*, file_id: uuid.UUID, actor: Actor | None, query: Mapping[str, str]) -> ChatFile:
    """A file for somebody who shows a token, or a link that was made for a member; a member still, either way.

    Raises ``Unauthenticated`` without either, ``NotFound`` for everybody else and for what does not exist.
    """
    linked = reader_of(file_id, query)
    if actor is None and linked is None and "s" not in query:
        raise Unauthenticated(message="Sign in first")
    reader = actor.user_id if actor is not None else linked
    file = ChatFile.objects.filter(pk=file_id).first()
    member = selectors.membership(reader, file.room_id) if file is not None and reader is not None else None
    if file is None or member is None or not member.user.is_active:
        raise NotFound("File")
    return file


def delete_unsent_files() -> int:
    """Uploads that no message ever named, after a day. Returns how many."""
    unsent = ChatFile.objects.filter(created_at__lt=now() - _UNSENT_FOR, messages__isnull=True)
    return delete_files(list(unsent.values_list("pk", flat=True)[:_DELETED_AT_ONCE]))


def delete_files(keys: Sequence[uuid.UUID]) -> int:
    """The bytes first: of a storage that is away the row stays, and is tried again. Returns how many went."""
    gone = 0
    for file in ChatFile.objects.filter(pk__in=keys):
        if not store.remove(file.stored_as, file=str(file.pk)):
            continue
        with unit_of_work():
            file.delete()
        gone += 1
    return gone


def _stored(member: Member, cleaned: types.Cleaned) -> ChatFile:
    """The bytes first: a row without its bytes would be a promise that nobody keeps."""
    file_id = uuid.uuid4()
    path = store.keep(f"chat/{member.room_id}/{file_id}.{cleaned.extension}", cleaned.content)
    try:
        with unit_of_work():
            return ChatFile.objects.create(
                id=file_id,
                room=member.room,
                uploader=member.user,
                name=cleaned.name,
                mime=cleaned.mime,
                size=cleaned.size,
                stored_as=path,
            )
    except Exception:
        store.forget(path)
        raise


def _shown_name(name: str) -> str:
    """The last part of what may be a path, as one line. Raises ``Invalid``."""
    return one_line(name.replace("\\", "/").rpartition("/")[2], "file", 200)


def _limit_of(kind: types.Kind) -> int:
    """The most bytes of such a file."""
    return settings.CHAT_MEDIA_BYTES if kind.is_media else settings.CHAT_FILE_BYTES


def _require_size(size: int, most: int) -> None:
    if size > most:
        raise TooLarge(message=f"A file of this kind has at most {most} bytes", details={"max_bytes": most})


def _left_today(user_id: int) -> int:
    since = now() - timedelta(days=1)
    used = ChatFile.objects.filter(uploader_id=user_id, created_at__gte=since).aggregate(bytes=Sum("size"))["bytes"]
    return settings.CHAT_FILE_BYTES_PER_DAY - (used or 0)


def _require_left(size: int, left: int) -> None:
    if size > left:
        raise RateLimited(message="Too many files within a day", retry_after=3600)
