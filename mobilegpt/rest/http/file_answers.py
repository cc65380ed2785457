"""Stored files as answers: whole, in part for players and broken downloads, or not at all when nothing has changed
(RFC 9110, sections 13 and 14). Never as a page of ours: nosniff, and a sandbox for whoever opens them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from mobilegpt.core.errors import ErrorCode
from mobilegpt.files.store import Part, open_stored
from mobilegpt.rest.http.errors import plain_answer

_RANGE = re.compile(r"\s*bytes\s*=\s*(?P<first>[0-9]{0,18})\s*-\s*(?P<last>[0-9]{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is to be sent. ``etag`` names these very bytes; ``attached_as`` is the name to save them under, if any."""

    path: str
    size: int
    mime: str
    etag: str
    modified: datetime
    cache: str
    attached_as: str | None = None


def file_answer(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """200, 206, 304, 412 or 416. Several ranges at once get the whole. Raises what ``open_stored`` raises."""
    modified = int(file.modified.timestamp())
    unchanged = get_conditional_response(request, etag=file.etag, last_modified=modified)
    part = None if unchanged is not None else _wanted(request, file, modified)
    response: HttpResponseBase
    if unchanged is not None:
        response = unchanged
    elif part is not None and not part.size:
        message = f"The file has {file.size} bytes"
        response = plain_answer(ErrorCode.RANGE_NOT_SATISFIABLE, message, 416, request.path)
        response["Content-Range"] = f"bytes */{file.size}"
    else:
        response = _opened(file, part)
    response["ETag"] = file.etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = file.cache
    return response


def _opened(file: StoredFile, part: Part | None) -> FileResponse:
    response = FileResponse(
        open_stored(file.path, part),
        as_attachment=file.attached_as is not None,
        filename=file.attached_as or "",
        content_type=file.mime,
        status=200 if part is None else 206,
    )
    response["Content-Length"] = file.size if part is None else part.size
    if part is not None:
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{file.size}"
    return response


def _wanted(request: HttpRequest, file: StoredFile, modified: int) -> Part | None:
    """The part that is asked for; an empty one when the file has no such bytes, ``None`` for the whole."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.method != "GET" or not _is_the_same(request, file, modified):
        return None
    first, last = found["first"], found["last"]
    nothing = Part(0, -1)
    if not first:
        if not last:
            return None
        return Part(max(0, file.size - int(last)), file.size - 1) if int(last) and file.size else nothing
    if last and int(last) < int(first):
        return None
    if int(first) >= file.size:
        return nothing
    return Part(int(first), min(int(last), file.size - 1) if last else file.size - 1)


def _is_the_same(request: HttpRequest, file: StoredFile, modified: int) -> bool:
    """``If-Range``: who has a part of other bytes gets the whole."""
    known = request.headers.get("If-Range", "").strip()
    return (
        not known
        or known == file.etag
        or (not known.startswith(('"', "W/")) and parse_http_date_safe(known) == modified)
    )
