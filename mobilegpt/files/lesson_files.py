"""Pictures and clips of lessons in the store: named by what is in them, so that a name means the same bytes for ever
(contract 11.11).

Whoever was shown a name may read it; nobody can guess one. Lessons that hold the same picture share its file.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings

from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.files import store

FOLDER = "lessons"
MIMES = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg", "m4a": "audio/mp4"}
PICTURES = tuple(ending for ending, mime in MIMES.items() if mime.startswith("image/"))
CLIPS = tuple(ending for ending, mime in MIMES.items() if mime.startswith("audio/"))
ADDRESS = "/media/lessons/"
_NAME = re.compile(r"[0-9a-f]{40}\.(\w+)")
_YOUNG = timedelta(hours=12)  # what nothing names may be removed after a day: what is kept again is made young


def keep(content: bytes, ending: str) -> str:
    """Store these bytes; returns the name under which they lie, which is the same every time.

    ``ending`` is one of ``MIMES``. Raises ``Unavailable`` when the storage is.
    """
    name = f"{_digest(content)}.{ending}"
    try:
        size, stored_at = store.facts_of(path_of(name))
    except NotFound:
        store.put(path_of(name), content)
    else:
        if size != len(content) or stored_at < now() - _YOUNG:
            store.put(path_of(name), content)
    return name


def open_file(name: str) -> BinaryIO:
    """The bytes under a name. Raises ``NotFound``, ``Unavailable``."""
    return store.open_stored(path_of(name))


def path_of(name: str) -> str:
    return f"{FOLDER}/{name}"


def url_of(name: str) -> str:
    """Where it is read, on this server."""
    return f"{ADDRESS}{name}"


def names_in(text: str) -> list[str]:
    """Every name of a lesson's file that a text (JSON, an address) has in it."""
    return [found[0] for found in _NAME.finditer(text)]


def is_picture_url(text: str) -> bool:
    """Whether it is ``url_of`` a picture, there or not."""
    found = _NAME.fullmatch(text.removeprefix(ADDRESS))
    return text.startswith(ADDRESS) and found is not None and found.group(1) in PICTURES


def mime_of(name: str) -> str | None:
    """``None`` for what is no name of a lesson's file."""
    found = _NAME.fullmatch(name)
    return MIMES.get(found.group(1)) if found else None


def _digest(content: bytes) -> str:
    """Keyed: who has a picture cannot ask whether it is here too."""
    return hmac.new(settings.SECRET_KEY.encode(), content, hashlib.sha256).hexdigest()[:40]
