"""Staff pages of live sessions. A state changes through the services only: the room hears of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from mobilegpt.classroom import services
from mobilegpt.classroom.models import (
    LIVE,
    CodeLookup,
    GuestPhone,
    LectureSession,
    PresenceInterval,
    SeatStep,
    SessionParticipant,
    StepControl,
)
from mobilegpt.core.staff_pages import MachineMade, ModelAdmin
from mobilegpt.events.outbox import unit_of_work


@admin.register(LectureSession)
class LectureSessionAdmin(ModelAdmin):
    list_display = ("id", "code", "title", "lecture", "status", "seats", "scheduled_at", "started_at", "ended_at")
    list_filter = ("status",)
    search_fields = ("code", "title", "lecture__title", "lecture__instructor__name")
    list_select_related = ("lecture",)
    date_hierarchy = "created_at"
    fields = (
        "title",
        "scheduled_at",
        "lecture",
        "code",
        "status",
        "current_subtask",
        "instructor_message",
        "started_at",
        "ended_at",
        "created_at",
    )
    readonly_fields = fields[2:]
    actions = ("archive",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LectureSession]:
        rows: QuerySet[LectureSession] = super().get_queryset(request).annotate(seat_count=Count("participants"))
        return rows

    @admin.display(ordering="seat_count")
    def seats(self, session: Any) -> int:
        return int(session.seat_count)

    @admin.action(description="Archive: end the review, the code is dead")
    def archive(self, request: HttpRequest, sessions: QuerySet[LectureSession]) -> None:
        archived = sum(services.archive_session(session.pk) for session in sessions)
        self.message_user(request, f"{archived} archived")
        if archived < len(sessions):
            self.message_user(request, "Only sessions in review can be archived", messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A class is opened by its instructor."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LectureSession | None = None) -> bool:
        """A live class is ended first."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.status not in LIVE)

    def delete_model(self, request: HttpRequest, obj: LectureSession) -> None:
        with unit_of_work():
            services.archive_session(obj.pk)  # whoever still reviews it is told to leave
            super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deletion of many at once: it would pass by the rule above."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


@admin.register(SessionParticipant)
class SessionParticipantAdmin(MachineMade):
    list_display = ("id", "session", "user", "status", "is_present", "joined_at", "last_seen_at")
    list_filter = ("status", "is_present")
    search_fields = ("session__code", "user__name", "user__email")
    list_select_related = ("session", "user")
    exclude = ("device_hash",)


@admin.register(GuestPhone)
class GuestPhoneAdmin(MachineMade):
    list_display = ("id", "user")
    search_fields = ("user__name",)
    list_select_related = ("user",)
    exclude = ("device_hash",)


@admin.register(StepControl)
class StepControlAdmin(MachineMade):
    list_display = ("id", "session", "action", "subtask", "actor", "created_at")
    list_filter = ("action",)
    search_fields = ("session__code", "subtask__title", "actor__name")
    list_select_related = ("session", "subtask", "actor")
    date_hierarchy = "created_at"


@admin.register(CodeLookup)
class CodeLookupAdmin(MachineMade):
    list_display = ("id", "session", "user", "looked_up_at")
    search_fields = ("session__code", "user__name", "user__email")
    list_select_related = ("session", "user")


@admin.register(SeatStep)
class SeatStepAdmin(MachineMade):
    list_display = ("id", "session", "user", "subtask_id", "received_at", "done_at")
    search_fields = ("session__code", "user__name", "user__email")
    list_select_related = ("session", "user")


@admin.register(PresenceInterval)
class PresenceIntervalAdmin(MachineMade):
    list_display = ("id", "session", "user", "began_at", "ended_at")
    search_fields = ("session__code", "user__name", "user__email")
    list_select_related = ("session", "user")
