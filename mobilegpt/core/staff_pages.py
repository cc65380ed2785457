"""What the staff pages of all domains share."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.http import HttpRequest

from mobilegpt.core.text import is_blank, plain

if TYPE_CHECKING:  # generic for the type checker only
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _Base = BaseModelAdmin[Any]
else:
    _ModelAdmin, _TabularInline, _Base = admin.ModelAdmin, admin.TabularInline, object


class TextField(forms.CharField):
    """A text as every other door takes it: in one form, and empty when there is nothing to see (contract 11.10)."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.empty_value if not text or is_blank(text) else plain(text)


class PlainFields(_Base):
    """Staff type as everybody else does."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if type(db_field) in (models.CharField, models.TextField) and not db_field.choices:
            kwargs.setdefault("form_class", TextField)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ModelAdmin(PlainFields, _ModelAdmin):
    """What all staff pages are; they are searched as everything else is."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        wanted = "" if is_blank(search_term) else unicodedata.normalize("NFKC", plain(search_term))
        return super().get_search_results(request, queryset, wanted)


class TabularInline(PlainFields, _TabularInline):
    """Rows of another table within a page."""


class MachineMade(ModelAdmin):
    """Rows that the server writes for itself: to be looked at, and deleted perhaps, but never written by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
