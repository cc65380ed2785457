"""Who may send a large body: known from the head of the request, before its body is read (contract 3.3, 3.8)."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from mobilegpt.accounts.tokens import user_of_access_token
from mobilegpt.chat.trust import may_name_itself
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.files import sounds
from mobilegpt.files.step_pictures import MAX_BYTES
from mobilegpt.packs.archive import MAX_PACK_BYTES
from mobilegpt.pictures import tokens

# Routes that take files; each refuses callers whom it does not know, also without a body.
UPLOAD_PATHS = re.compile(
    r"(?P<chat>/api/v1/chat/rooms/[0-9]+/files/?)"
    r"|(?P<pictures>/api/subtasks/[0-9]+/image/?"
    r"|/api/lectures/[0-9]+/(?:image|pictures)/?"
    r"|/api/upload-links/(?P<link>[^/]+)/pictures/?)"
    r"|(?P<sound>/api/subtasks/[0-9]+/audio/?)"
    r"|(?P<pack>/api/lectures/import/?)"
)
_FORM_BYTES = 64 * 1024  # what a form puts around its files
_LARGEST = {
    "chat": max(settings.CHAT_FILE_BYTES, settings.CHAT_MEDIA_BYTES),
    "pictures": max(settings.LESSON_PICTURES_BYTES, MAX_BYTES),
    "sound": sounds.MAX_BYTES,
    "pack": MAX_PACK_BYTES,
}


def largest_upload(path: str) -> int:
    """The most bytes of a body that one of ``UPLOAD_PATHS`` takes."""
    found = UPLOAD_PATHS.fullmatch(path)
    return _FORM_BYTES + max((size for kind, size in _LARGEST.items() if found and found[kind]), default=0)


def uploading_caller(environ: dict[str, Any]) -> str | None:
    """The account that a token names, or the upload link by which a phone sends pictures (contract 11.11), "" for a
    gateway that speaks for many, ``None`` for nobody.

    Signature, kind and time of the token are looked at, the database is not: whether the login still holds is asked
    once the body is there, as for every request.
    """
    path = UPLOAD_PATHS.fullmatch(environ.get("PATH_INFO", ""))
    if path is not None and (link := path["link"]) is not None:
        return f"link:{link}" if tokens.is_genuine(link) else None
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        try:
            return str(user_of_access_token(token.strip()))
        except Unauthenticated:
            return None
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return "" if may_name_itself(environ["REMOTE_ADDR"], headers) else None
