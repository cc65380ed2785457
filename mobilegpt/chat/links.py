"""Addresses of uploaded files: signed, because an ``<img>`` sends no token (contract 9.4).

A link names the file, the member it was made for and a day on which it ends. Whether that member is still one is asked
at every read, so a removed member's links die with the membership. Links made for one member on one day are equal.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from django.core import signing
from django.utils.crypto import constant_time_compare

from mobilegpt.chat.models import Message

DAY = 86_400
_SALT = "mobilegpt.chat.links"
_PATH = re.compile(r"/api/v1/chat/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?")


def link_to(base: str, file_id: uuid.UUID, user_id: int) -> str:
    """An absolute address that holds for this member until the end of the next day (UTC)."""
    ends = (int(time.time()) // DAY + 2) * DAY
    query = urlencode({"u": user_id, "e": ends, "s": _signature(file_id, user_id, ends)})
    return f"{base}/api/v1/chat/files/{file_id}?{query}"


def url_for(message: Message, base: str, reader_id: int) -> str | None:
    """A message's file for one reader: an upload by a link of their own, anything else as it was sent."""
    return link_to(base, message.file_id, reader_id) if message.file_id is not None else message.file_url


def reader_of(file_id: uuid.UUID, query: Mapping[str, str]) -> int | None:
    """The member for whom a link was made; ``None`` when it is forged or over."""
    user, ends, signature = query.get("u", ""), query.get("e", ""), query.get("s", "")
    if not _is_number(user) or not _is_number(ends) or int(ends) < time.time():
        return None
    genuine = _signature(file_id, int(user), int(ends))
    return int(user) if constant_time_compare(signature, genuine) else None


def file_in(url: str) -> uuid.UUID | None:
    """The file that an address of ours names; ``None`` for every other address."""
    found = _PATH.fullmatch(urlsplit(url).path)
    return uuid.UUID(found.group(1)) if found else None


def _signature(file_id: uuid.UUID, user_id: int, ends: int) -> str:
    return signing.Signer(salt=_SALT).signature(f"{file_id}:{user_id}:{ends}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
