"""Staff pages of the help desk: requests are looked at and closed here; answers come from instructors."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from mobilegpt.accounts.models import User
from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.helpdesk import services
from mobilegpt.helpdesk.models import (
    HelpAnalysis,
    HelpRequest,
    HelpResponse,
    RememberedAnswer,
    Silence,
)


@admin.register(HelpRequest)
class HelpRequestAdmin(MachineMade):
    list_display = ("id", "user", "subtask", "lecture", "session", "status", "priority", "created_at", "closed_at")
    list_filter = ("status", "priority", "request_type", "close_reason", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__email", "subtask__title", "lecture__title", "session__code")
    list_select_related = ("user", "subtask", "lecture", "session")
    date_hierarchy = "created_at"
    actions = ("close",)

    @admin.action(description="Close", permissions=["view"])
    def close(self, request: HttpRequest, requests: QuerySet[HelpRequest]) -> None:
        assert isinstance(request.user, User)
        actor = actor_from_user(request.user)
        for each in requests:
            services.close_help(actor=actor, request_id=each.pk)
        self.message_user(request, f"{len(requests)} closed")


@admin.register(HelpResponse)
class HelpResponseAdmin(MachineMade):
    list_display = ("id", "request", "source", "help_type", "help_content", "author", "rating", "created_at")
    list_filter = ("source", "help_type", "rating")
    search_fields = ("help_content", "request__user__name", "author__name")
    list_select_related = ("request", "author")
    date_hierarchy = "created_at"


@admin.register(HelpAnalysis)
class HelpAnalysisAdmin(MachineMade):
    list_display = ("request", "source", "problem_diagnosis", "confidence_score", "created_at")
    list_filter = ("source",)
    search_fields = ("problem_diagnosis",)
    list_select_related = ("request",)
    date_hierarchy = "created_at"


@admin.register(RememberedAnswer)
class RememberedAnswerAdmin(MachineMade):
    """What is given again; an answer that should not be is deleted here."""

    list_display = ("id", "subtask", "app", "screen", "help_content", "rating", "created_at")
    search_fields = ("help_content", "problem", "app", "screen")
    list_select_related = ("subtask",)


@admin.register(Silence)
class SilenceAdmin(MachineMade):
    list_display = ("session", "user", "subtask", "nudged_at", "requested_at", "dismissed_at")
    list_select_related = ("session", "user", "subtask")
    date_hierarchy = "nudged_at"
