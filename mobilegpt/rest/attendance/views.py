"""Who was there, for how long, and what they did (contract 11.6): a class, and a lecture over its classes."""

from __future__ import annotations

from datetime import datetime

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.http import content_disposition_header
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.attendance import files, selectors
from mobilegpt.attendance.messages import Language, text
from mobilegpt.attendance.tables import Table, table_of_lecture, table_of_session
from mobilegpt.core import spreadsheet
from mobilegpt.core.clock import now, seoul_day
from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.rest.attendance import answers, shapes
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses

_FORMATS = ("json", *files.FORMATS)
_FORMAT = OpenApiParameter("format", str, enum=list(_FORMATS), description="A file for spreadsheets instead of JSON")
_LANGUAGE = OpenApiParameter(
    "Accept-Language", str, OpenApiParameter.HEADER, description="Of the words in a file: ko (default) or en"
)
_FILES = {
    (200, spreadsheet.content_type("csv").partition(";")[0]): OpenApiTypes.STR,
    (200, spreadsheet.content_type("xlsx")): OpenApiTypes.BINARY,
}
_REFUSALS = error_responses(400, 401, 403, 404)


class _AttendanceEndpoint(Endpoint):
    """The format is a matter of the query, so the answer's form is not negotiated."""

    content_negotiation_class = WhateverIsAsked
    audited = "read.attendance"

    def wanted(self, request: Request) -> str:
        """Which format is asked for. Raises ``Invalid`` BAD_FORMAT."""
        wanted = request.query_params.get("format", "json")
        if wanted not in _FORMATS:
            message = f"format is one of {', '.join(_FORMATS)}"
            raise Invalid(ErrorCode.BAD_FORMAT, message, details={"field": "format"})
        return wanted

    def file(self, table: Table, kind: str, day: datetime, language: Language) -> StreamingHttpResponse:
        """Streamed, and written down as an export (X18)."""
        self.audited = "export.attendance"  # type: ignore[misc] # of this request
        pieces = files.pieces(table, kind, language)
        response = StreamingHttpResponse(pieces, content_type=spreadsheet.content_type(kind))
        name = spreadsheet.file_name(f"{text('title', language)} {table.title}", seoul_day(day), kind)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class SessionAttendance(_AttendanceEndpoint):
    @operation(
        "11.6",
        "Who was in a class, and for how long",
        parameters=[_FORMAT, _LANGUAGE],
        responses={
            (200, "application/json"): shapes.SessionAttendance,
            **_FILES,
            **_REFUSALS,
        },
    )
    def get(self, request: Request, session_ref: str) -> HttpResponseBase:
        """The attendance sheet of a class, with everybody who ever had a seat: first in, last out, seconds present,
        steps done, hands raised, answers. As it stands while the class runs, as it was taken once it is over. The
        session's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404), another
        format BAD_FORMAT (400)."""
        kind = self.wanted(request)
        sheet = selectors.sheet_of_session(self.actor, session_ref)
        if kind == "json":
            return Response(answers.session_body(sheet))
        language = _language_of(request)
        day = sheet.session.started_at or sheet.session.created_at
        return self.file(table_of_session(sheet, language), kind, day, language)


class LectureAttendance(_AttendanceEndpoint):
    @operation(
        "11.6",
        "Who was in the classes of a lecture",
        parameters=[_FORMAT, _LANGUAGE],
        responses={
            (200, "application/json"): shapes.LectureAttendance,
            **_FILES,
            **_REFUSALS,
        },
    )
    def get(self, request: Request, lecture_id: int) -> HttpResponseBase:
        """Attendance over all classes of a lecture that were held: one row for each person, with a place for each
        class. The lecture's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404),
        another format BAD_FORMAT (400)."""
        kind = self.wanted(request)
        sheet = selectors.sheet_of_lecture(self.actor, lecture_id)
        if kind == "json":
            return Response(answers.lecture_body(sheet))
        language = _language_of(request)
        return self.file(table_of_lecture(sheet, language), kind, now(), language)


def _language_of(request: Request) -> Language:
    """What the reader likes best of the two."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if tag.startswith("en"):
            return "en"
        if tag.startswith("ko"):
            break
    return "ko"


urlpatterns: list[URLPattern] = [
    *both("api/sessions/<ref:session_ref>/attendance", SessionAttendance),
    *both("api/lectures/<id:lecture_id>/attendance", LectureAttendance),
]
