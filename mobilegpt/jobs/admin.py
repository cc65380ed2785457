"""Staff pages of background work: what waits, what failed for good, and a second chance for it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.jobs import work
from mobilegpt.jobs.models import Job, PeriodicRun


@admin.register(Job)
class JobAdmin(MachineMade):
    list_display = ("id", "name", "key", "state", "attempts", "created_at", "due_at", "finished_at", "error_start")
    list_filter = ("state", "name")
    search_fields = ("key", "error")
    date_hierarchy = "created_at"
    actions = ("revive",)

    @admin.display(description="error")
    def error_start(self, job: Job) -> str:
        return job.error[:80]

    @admin.action(description="Try dead jobs again", permissions=["view"])
    def revive(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        revived = sum(work.revive(job_id) for job_id in jobs.values_list("pk", flat=True))
        self.message_user(request, f"{revived} queued again")


@admin.register(PeriodicRun)
class PeriodicRunAdmin(MachineMade):
    list_display = ("name", "started_at", "finished_at")
    search_fields = ("name",)
