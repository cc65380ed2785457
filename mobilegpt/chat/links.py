"""Addresses of uploaded files of a room: links of ``files.links``, one for each reader (contract 9.4).

Whether the reader is a member is asked at every read, so a removed member's links die with the membership.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from mobilegpt.chat.models import Message
from mobilegpt.files.links import signed_query

_PATH = re.compile(r"/api/v1/chat/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?")


def link_to(base: str, file_id: uuid.UUID, user_id: int) -> str:
    """An absolute address that holds for this member until the end of the next day (UTC)."""
    return f"{base}/api/v1/chat/files/{file_id}?{signed_query(file_id, user_id)}"


def url_for(message: Message, base: str, reader_id: int) -> str | None:
    """A message's file for one reader: an upload by a link of their own, anything else as it was sent."""
    return link_to(base, message.file_id, reader_id) if message.file_id is not None else message.file_url


def file_in(url: str) -> uuid.UUID | None:
    """The file that an address of ours names; ``None`` for every other address."""
    found = _PATH.fullmatch(urlsplit(url).path)
    return uuid.UUID(found.group(1)) if found else None
