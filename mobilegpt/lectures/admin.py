"""Staff pages of lectures. They keep the services' rules: caches end with a change, a live class is not cut off."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import Conflict, Invalid
from mobilegpt.core.staff_pages import MachineMade, ModelAdmin, TabularInline
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import policies, services
from mobilegpt.lectures.models import (
    Colleague,
    ColleagueInvitation,
    Enrollment,
    Lecture,
    LectureRevision,
    Subtask,
    Task,
)


class DeletedFilter(admin.SimpleListFilter):
    """What was deleted is not in the list, unless it is asked for."""

    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() != "yes":
            return queryset
        return queryset.model.everything.filter(deleted_at__isnull=False)


class ContentAdmin(ModelAdmin):
    """A part of a lecture: saving it raises the lecture's version, deleting it asks whether a class stands on it.

    Deleting takes it out of the lecture, and leaves it to the classes that taught it (contract 11.5). What is deleted
    already (the filter) is deleted for good, with all that is known of it.
    """

    owner_fields: ClassVar[tuple[str, ...]] = ()  # what it belongs to, fixed once it is made

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), DeletedFilter)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            return self.model.everything.get(pk=object_id)
        except (self.model.DoesNotExist, ValueError, ValidationError):
            return None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What only leaves its lecture takes nothing along."""
        if any(row.deleted_at for row in objs):
            return super().get_deleted_objects(objs, request)
        return [str(row) for row in objs], {}, set(), []

    def lecture_id_of(self, row: Any) -> int:
        raise NotImplementedError

    def remove(self, row: Any) -> None:
        raise NotImplementedError

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *self.owner_fields) if obj else fields

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with unit_of_work():
            super().save_related(request, form, formsets, change)
            services.lecture_changed(self.lecture_id_of(form.instance))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with unit_of_work():
            if obj.deleted_at is None:
                self.remove(obj)
            elif isinstance(obj, Lecture):
                services.erase_lecture(obj.pk)
            else:
                super().delete_model(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Conflict as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            opts = self.opts
            return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id]))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deletion of many at once: each may be refused."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


class LectureForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_thumbnail_url(self) -> str | None:
        try:
            return policies.usable_thumbnail(self.cleaned_data["thumbnail_url"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from None


class OneAtEachPlace(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Django compares rows of one form by constraints without a condition only."""

    def clean(self) -> None:
        super().clean()
        places = [form.cleaned_data.get("order_index") for form in self.forms if form.is_valid()]
        twice = {place for place in places if place is not None and places.count(place) > 1}
        if twice:
            raise forms.ValidationError("order_index %(place)s is taken", params={"place": min(twice)})


class TaskInline(TabularInline):
    model = Task
    formset = OneAtEachPlace
    fields = ("order_index", "title")
    extra = 0
    can_delete = False
    show_change_link = True


class SubtaskInline(TabularInline):
    model = Subtask
    formset = OneAtEachPlace
    fields = ("order_index", "title", "target_action")
    extra = 0
    can_delete = False
    show_change_link = True


@admin.register(Lecture)
class LectureAdmin(ContentAdmin):
    form = LectureForm
    list_display = ("id", "title", "instructor", "is_active", "created_at", "updated_at")
    list_filter = ("is_active",)
    search_fields = ("title", "instructor__name", "instructor__email")
    list_select_related = ("instructor",)
    autocomplete_fields = ("instructor",)
    date_hierarchy = "created_at"
    readonly_fields = ("version", "created_at", "updated_at")
    inlines = (TaskInline,)

    def lecture_id_of(self, row: Lecture) -> int:
        return row.pk

    def save_model(self, request: HttpRequest, obj: Lecture, form: Any, change: bool) -> None:
        """Who owned the lecture and does not any more is told so by the end of their sockets."""
        with unit_of_work():
            former = User.objects.filter(lectures=obj.pk).first() if change else None
            super().save_model(request, obj, form, change)
            if former is not None and former.pk != obj.instructor_id:
                services.handed_over(obj.pk, former)

    def remove(self, row: Lecture) -> None:
        services.remove_lecture(row.pk)


@admin.register(Task)
class TaskAdmin(ContentAdmin):
    list_display = ("id", "title", "lecture", "order_index")
    search_fields = ("title", "lecture__title")
    list_select_related = ("lecture",)
    autocomplete_fields = ("lecture",)
    owner_fields = ("lecture",)
    inlines = (SubtaskInline,)

    def lecture_id_of(self, row: Task) -> int:
        return row.lecture_id

    def remove(self, row: Task) -> None:
        services.remove_task(row.lecture_id, row.pk)


@admin.register(Subtask)
class SubtaskAdmin(ContentAdmin):
    list_display = ("id", "title", "task", "order_index", "target_action")
    list_filter = ("target_action",)
    search_fields = ("title", "task__title", "task__lecture__title")
    list_select_related = ("task",)
    autocomplete_fields = ("task",)
    owner_fields = ("task",)

    def lecture_id_of(self, row: Subtask) -> int:
        return row.task.lecture_id

    def remove(self, row: Subtask) -> None:
        services.remove_subtask(row.task.lecture_id, row.pk)


@admin.register(Enrollment)
class EnrollmentAdmin(ModelAdmin):
    list_display = ("id", "user", "lecture", "enrolled_at")
    search_fields = ("user__email", "user__name", "lecture__title")
    list_select_related = ("user", "lecture")
    autocomplete_fields = ("user", "lecture")
    date_hierarchy = "enrolled_at"


@admin.register(LectureRevision)
class LectureRevisionAdmin(MachineMade):
    list_display = ("id", "lecture", "version", "created_at")
    search_fields = ("lecture__title",)
    list_select_related = ("lecture",)


@admin.register(Colleague)
class ColleagueAdmin(MachineMade):
    list_display = ("id", "lecture", "session_id", "user", "role", "created_at")
    list_filter = ("role",)
    search_fields = ("lecture__title", "user__name", "user__email")
    list_select_related = ("lecture", "user")


@admin.register(ColleagueInvitation)
class ColleagueInvitationAdmin(MachineMade):
    list_display = ("id", "lecture", "session_id", "role", "invited_by", "accepted_by", "expires_at")
    search_fields = ("lecture__title", "invited_by__name", "accepted_by__name")
    list_select_related = ("lecture", "invited_by", "accepted_by")
    exclude = ("token_hash",)
