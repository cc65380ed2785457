"""Staff pages of attendance: what the sheets keep of people."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.core.staff_pages import MachineMade


@admin.register(AttendanceRecord)
class AttendanceRecordAdmin(MachineMade):
    list_display = ("id", "session", "name", "first_in", "last_out", "present_seconds", "steps_done", "taken_at")
    search_fields = ("name", "session__code", "session__title")
    list_select_related = ("session",)
    date_hierarchy = "taken_at"
