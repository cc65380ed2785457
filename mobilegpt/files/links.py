"""Signed links to files: an ``<img>`` sends no token, so its address says for whom it was made (contract 9.4).

A link names the file, the person it was made for and a day on which it ends. Links made for one person on one day are
equal, so that browsers keep what they fetched. Whether the person may still read is asked at every read, by the domain.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from django.core import signing
from django.utils.crypto import constant_time_compare

DAY = 86_400
_SALT = "mobilegpt.chat.links"  # its old place: links that were given away hold


def signed_query(file_id: uuid.UUID, user_id: int) -> str:
    """``u``, ``e`` and ``s`` of a link that holds for this person until the end of the next day (UTC)."""
    ends = (int(time.time()) // DAY + 2) * DAY
    return urlencode({"u": user_id, "e": ends, "s": _signature(file_id, user_id, ends)})


def reader_of(file_id: uuid.UUID, query: Mapping[str, str]) -> int | None:
    """The person for whom a link was made; ``None`` when it is forged or over."""
    user, ends, signature = query.get("u", ""), query.get("e", ""), query.get("s", "")
    if not _is_number(user) or not _is_number(ends) or int(ends) < time.time():
        return None
    genuine = _signature(file_id, int(user), int(ends))
    return int(user) if constant_time_compare(signature, genuine) else None


def _signature(file_id: uuid.UUID, user_id: int, ends: int) -> str:
    return signing.Signer(salt=_SALT).signature(f"{file_id}:{user_id}:{ends}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
