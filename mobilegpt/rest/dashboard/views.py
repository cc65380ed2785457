"""R35, R37, R38 and the list as a file: an instructor's view of one lecture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import StreamingHttpResponse
from django.urls import URLPattern
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core import spreadsheet
from mobilegpt.core.clock import now, seoul_day
from mobilegpt.core.errors import Invalid
from mobilegpt.core.event_times import moment
from mobilegpt.dashboard import export, figures, selectors
from mobilegpt.progress.policies import require_teaching_role
from mobilegpt.rest.dashboard import answers, shapes
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.paging import Pagination, id_from_query, search_from_query, whole_number
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses

DEFAULT_DAYS = 7
_DAYS = [
    OpenApiParameter("days", int, description=f"How many days, 1 to {figures.MOST_DAYS} ({DEFAULT_DAYS})"),
    OpenApiParameter("until", OpenApiTypes.DATE, description="The last of them, a day in Seoul (today)"),
]


class DashboardStudents(Endpoint):
    audited = "read.students"

    @operation(
        "R35",
        "The students of a lecture and how they stand",
        parameters=[
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
            OpenApiParameter("search", str, description="A part of a name or an e-mail"),
            OpenApiParameter("sort", str, description=f"{', '.join(selectors.SORTS)}; with - the other way round"),
        ],
        responses={200: shapes.DashboardStudents, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The students of a lecture: how far they are, where they stand, how often they asked for help; all of them
        unless a page is asked for. The lecture's instructor and admins may; students get FORBIDDEN (403), other
        instructors NOT_FOUND (404)."""
        query = request.query_params
        board = selectors.board_of(self.actor, lecture_id)
        page, size = whole_number(query, "page", 1, 1, None), whole_number(query, "page_size", 20, 1, 100)
        whole = "page" not in query and "page_size" not in query
        found, total = selectors.list_students(
            board,
            search=search_from_query(query),
            sort=query.get("sort", ""),
            window=None if whole else slice((page - 1) * size, page * size),
        )
        size = max(total, 1) if whole else size
        rows = [answers.student_row(standing) for standing in found]
        pagination = Pagination(page=page, page_size=size, total_count=total, total_pages=-(-total // size))
        return Response(
            shapes.DashboardStudents(
                lecture_id=lecture_id, students=rows, results=rows, count=total, pagination=pagination
            )
        )


class DashboardStudentsFile(Endpoint):
    """For spreadsheets: UTF-8 with a mark, so that a Korean Excel opens it; no cell is a formula."""

    content_negotiation_class = WhateverIsAsked
    audited = "export.students"

    @operation(
        "R35",
        "The students of a lecture as a CSV file",
        parameters=[OpenApiParameter("lang", str, enum=list(export.HEADINGS), description="Of the headings (ko)")],
        responses={(200, "text/csv"): OpenApiTypes.STR, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> StreamingHttpResponse:
        """The same students as a file for spreadsheets, in which no cell is a formula. The lecture's instructor and
        admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        board = selectors.board_of(self.actor, lecture_id)
        language = request.query_params.get("lang", "ko")
        if language not in export.HEADINGS:
            raise Invalid(message=f"lang is one of {', '.join(export.HEADINGS)}", details={"field": "lang"})
        lines = export.lines(selectors.every_student(board), language)
        response = StreamingHttpResponse(lines, content_type=spreadsheet.content_type("csv"))
        name = spreadsheet.file_name(board.lecture.title, seoul_day(now()))
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class DashboardStatistics(Endpoint):
    @operation(
        "R37",
        "The statistics of a lecture",
        parameters=_DAYS,
        responses={200: shapes.LectureStatistics, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """A lecture in figures: mean progress, help requests, hard steps, activity day by day. The lecture's instructor
        and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        board = selectors.board_of(self.actor, lecture_id)
        found = selectors.statistics(board, **_window(request.query_params))
        return Response(answers.statistics_body(board.lecture, found))


class DashboardTrend(Endpoint):
    @operation(
        "R38",
        "The progress of a lecture day by day, for a chart",
        parameters=[OpenApiParameter("lecture_id", int, required=True), *_DAYS],
        responses={200: shapes.ProgressTrend, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Mean progress and help requests of a lecture day by day, as Chart.js takes them; days without any are zero.
        The lecture's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        query = request.query_params
        require_teaching_role(self.actor)
        lecture_id = id_from_query(query, "lecture_id")
        if lecture_id is None:
            raise Invalid(message="lecture_id is missing", details={"field": "lecture_id"})
        board = selectors.board_of(self.actor, lecture_id)
        return Response(answers.trend_body(selectors.trend(board, **_window(query))))


def _window(query: Mapping[str, str]) -> dict[str, Any]:
    """The days that are asked for. Raises ``Invalid``."""
    return {"days": whole_number(query, "days", DEFAULT_DAYS, 1, figures.MOST_DAYS), "until": _day(query, "until")}


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:  # a moment is taken as its day in Seoul
        day = seoul_day(moment(text, name))
    today = seoul_day(now())
    if not today - timedelta(days=3650) <= day <= today:
        raise Invalid(message=f"{name} is a day of the last ten years", details={"field": name})
    return day


urlpatterns: list[URLPattern] = [
    *both("api/dashboard/lectures/<id:lecture_id>/students", DashboardStudents),
    *both("api/dashboard/lectures/<id:lecture_id>/students.csv", DashboardStudentsFile),
    *both("api/dashboard/statistics/lecture/<id:lecture_id>", DashboardStatistics),
    *both("api/dashboard/chart-data/progress-trend", DashboardTrend),
]
