"""Staff pages of accounts and logins."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest

from mobilegpt.accounts import policies, services
from mobilegpt.accounts.models import LoginFamily, RefreshToken, Role, User
from mobilegpt.core.errors import DomainError, Invalid
from mobilegpt.core.staff_pages import MachineMade, ModelAdmin
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import pictures

admin.site.unregister(Group)  # roles decide, groups would decide nothing


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role")


class PictureField(forms.FileField):
    """A picture from whatever phone, drawn anew as those of chats are: upright, and without a place."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile) or upload.file is None:
            return upload
        file = cast(BinaryIO, upload.file)
        format = pictures.format_of(file.read(64))
        if format is None:
            raise forms.ValidationError("This is no picture")
        try:
            picture = pictures.draw(file, format)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None
        return SimpleUploadedFile(
            f"{Path(upload.name or 'picture').stem}.{picture.extension}", picture.content, picture.mime
        )


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    profile_picture = PictureField(required=False, widget=AdminFileWidget)

    class Meta:
        model = User
        fields = "__all__"

    def clean_phone(self) -> str | None:
        """The number in the form in which everybody's is kept, so that nobody has it twice."""
        try:
            return policies.usable_phone(self.cleaned_data["phone"])
        except Invalid as refusal:
            raise ValidationError(refusal.message) from None


@admin.register(User)
class UserAdmin(ModelAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Accounts. The role decides who may use these pages; a new password, another role and a deactivation end every
    login of the account (see ``User.save``)."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", "role", "digital_level", "is_guest", "is_active", "created_at")
    list_filter = ("role", "is_active", "is_guest", "digital_level")
    search_fields = ("email", "name", "nickname", "phone")
    ordering = ("-id",)
    date_hierarchy = "created_at"
    readonly_fields = ("is_guest", "guest_session_id", "last_login", "created_at")
    filter_horizontal: ClassVar = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "role", "is_active", "awaits_confirmation")}),
        ("Person", {"fields": ("name", "nickname", "phone", "age", "digital_level", "profile_picture")}),
        ("Guest", {"fields": ("is_guest", "guest_session_id")}),
        ("Times", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "usable_password", "password1", "password2")}),)
    actions = ("end_logins", "deactivate")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = obj.is_superuser = obj.role == Role.ADMIN
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with an account may go, also what staff cannot delete on its own: its memberships in chat."""
        to_delete, counts, _, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        with unit_of_work():
            for user in queryset:  # one by one: each closes its sockets
                user.delete()

    @admin.action(description="Log out everywhere")
    def end_logins(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.revoke_all(user, reason="ended by staff")
        self.message_user(request, f"{len(queryset)} logged out", messages.SUCCESS)

    @admin.action(description="Deactivate")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            user.is_active = False
            user.save(update_fields=["is_active"])
        self.message_user(request, f"{len(queryset)} deactivated", messages.SUCCESS)


@admin.register(LoginFamily)
class LoginFamilyAdmin(MachineMade):
    list_display = ("id", "user", "created_at", "revoked_at", "revoked_reason")
    list_filter = ("revoked_reason",)
    search_fields = ("user__email", "user__name")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    exclude = ("session_key",)  # whoever reads it could use it

    def delete_model(self, request: HttpRequest, obj: LoginFamily) -> None:
        with unit_of_work():
            services.end_login(obj, reason="deleted by staff")
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[LoginFamily]) -> None:
        for family in queryset:
            self.delete_model(request, family)


@admin.register(RefreshToken)
class RefreshTokenAdmin(MachineMade):
    list_display = ("id", "family", "parent", "created_at", "expires_at", "used_at")
    search_fields = ("family__user__email",)
    list_select_related = ("family", "parent")
