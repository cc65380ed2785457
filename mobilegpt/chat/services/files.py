"""Uploads: checked, stored, read by members only (contract 9.4; reliability X11, F18)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import Sum

from mobilegpt.chat import file_types, links, policies, selectors
from mobilegpt.chat.models import ChatFile, Member
from mobilegpt.chat.services.members import enter_room
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Invalid, NotFound, RateLimited, TooLarge, Unauthenticated, Unavailable
from mobilegpt.core.text import one_line
from mobilegpt.realtime.outbox import unit_of_work

log = structlog.get_logger(__name__)

_UNSENT_FOR = timedelta(days=1)
_DELETED_AT_ONCE = 200


def store_file(*, actor: Actor, room_id: int, name: str, content: bytes) -> ChatFile:
    """Keep an upload of a member who may write.

    Raises ``NotFound`` to outsiders, ``Forbidden`` ROOM_READ_ONLY, ``Invalid``, ``TooLarge``, ``RateLimited`` beyond a
    member's bytes of a day, ``Unavailable`` when the disk is full or the bucket away; then nothing is left behind.
    """
    member = enter_room(actor=actor, room_id=room_id)
    policies.require_may_write(member)
    if len(content) > settings.CHAT_FILE_BYTES:
        raise TooLarge(message=f"A file has at most {settings.CHAT_FILE_BYTES} bytes")
    if not content:
        raise Invalid(message="file is empty", details={"field": "file"})
    shown = _shown_name(name)
    cleaned = file_types.clean(shown, content)
    _count(actor.user_id, len(cleaned.content))
    return _stored(member, shown, cleaned)


def file_for(*, file_id: uuid.UUID, actor: Actor | None, query: Mapping[str, str]) -> ChatFile:
    """A file for somebody who shows a token, or a link that was made for a member; a member still, either way.

    Raises ``Unauthenticated`` without either, ``NotFound`` for everybody else and for what does not exist.
    """
    linked = links.reader_of(file_id, query)
    if actor is None and linked is None and "s" not in query:
        raise Unauthenticated(message="Sign in first")
    reader = actor.user_id if actor is not None else linked
    file = ChatFile.objects.filter(pk=file_id).first()
    member = selectors.membership(reader, file.room_id) if file is not None and reader is not None else None
    if file is None or member is None or not member.user.is_active:
        raise NotFound("File")
    return file


def content_of(file: ChatFile) -> File[bytes]:
    """The bytes, open for reading. Raises ``NotFound`` when they are gone, ``Unavailable`` when the storage is."""
    try:
        content = default_storage.open(file.stored_as)
        content.seek(0)  # a bucket's file is only fetched now
    except FileNotFoundError:
        raise NotFound("File") from None
    except Exception as error:  # a bucket's client has exceptions of its own
        log.error("download_failed", error=str(error) or type(error).__name__)
        raise Unavailable(message="The file cannot be read now", retry_after=30) from None
    return content


def delete_unsent_files() -> int:
    """Uploads that no message ever named, after a day. Returns how many."""
    unsent = ChatFile.objects.filter(created_at__lt=now() - _UNSENT_FOR, messages__isnull=True)
    return delete_files(list(unsent.values_list("pk", flat=True)[:_DELETED_AT_ONCE]))


def delete_files(keys: Sequence[uuid.UUID]) -> int:
    """The bytes first: of a storage that is away the row stays, and is tried again. Returns how many went."""
    gone = 0
    for file in ChatFile.objects.filter(pk__in=keys):
        try:
            default_storage.delete(file.stored_as)
        except Exception as error:  # a bucket's client has exceptions of its own
            log.error("delete_failed", file=str(file.pk), error=str(error) or type(error).__name__)
            continue
        with unit_of_work():
            file.delete()
        gone += 1
    return gone


def _stored(member: Member, name: str, cleaned: file_types.Cleaned) -> ChatFile:
    """The bytes first: a row without its bytes would be a promise that nobody keeps."""
    file_id = uuid.uuid4()
    path = f"chat/{member.room_id}/{file_id}.{cleaned.extension}"
    try:
        path = default_storage.save(path, ContentFile(cleaned.content))
    except Exception as error:  # a bucket's client has exceptions of its own
        log.error("upload_failed", error=str(error) or type(error).__name__)
        _forget(path)
        raise Unavailable(message="The file cannot be stored now", retry_after=30) from None
    try:
        with unit_of_work():
            return ChatFile.objects.create(
                id=file_id,
                room=member.room,
                uploader=member.user,
                name=name,
                mime=cleaned.mime,
                size=len(cleaned.content),
                stored_as=path,
            )
    except Exception:
        _forget(path)
        raise


def _forget(path: str) -> None:
    """A storage that is away keeps what nobody can find any more."""
    with suppress(Exception):
        default_storage.delete(path)


def _shown_name(name: str) -> str:
    """The last part of what may be a path, as one line. Raises ``Invalid``."""
    return one_line(name.replace("\\", "/").rpartition("/")[2], "file", 200)


def _count(user_id: int, size: int) -> None:
    since = now() - timedelta(days=1)
    used = ChatFile.objects.filter(uploader_id=user_id, created_at__gte=since).aggregate(bytes=Sum("size"))["bytes"]
    if (used or 0) + size > settings.CHAT_FILE_BYTES_PER_DAY:
        raise RateLimited(message="Too many files within a day", retry_after=3600)
