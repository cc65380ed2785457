"""The dashboard's rows of the access matrix: the lecture's instructor and admins; a lecture in a query is one, too."""

from __future__ import annotations

from tests.contract.rows import row, socket

_OWN = "401 403 403 403 200 404 200"
_STUDENTS = "/api/dashboard/lectures/{lecture}/students"
_TREND = "/api/dashboard/chart-data/progress-trend"

DASHBOARD = [
    row("GET", _STUDENTS, _OWN),
    row("GET", f"{_STUDENTS}?page=1&page_size=5&sort=-progress_rate&search=a", _OWN, note="a part of them"),
    row("GET", f"{_STUDENTS}.csv", _OWN),
    row("GET", "/api/dashboard/statistics/lecture/{lecture}", _OWN),
    row("GET", _TREND + "?lecture_id={lecture}&days=7", _OWN),
    row("GET", _TREND + "?lecture_id={inactive}", _OWN, note="inactive"),
    row("GET", "/api/me/learning", "401 200 200 200 403 403 403", note="students and guests, their own"),
]
DASHBOARD_SOCKETS = [
    socket("/ws/dashboard/lectures/{lecture}/", _OWN),
    socket("/ws/dashboard/lectures/999999/", "401 403 403 403 404 404 404"),
    socket("/ws/dashboard/lecture/{lecture}/", _OWN),
    socket("/ws/dashboard/", "401 403 403 403 200 200 200"),
]
