"""Every REST path. Static names stand before parameters (contract 2.3); each family lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from mobilegpt.rest import accounts, classroom, docs, helpdesk, lectures, operations, progress

urlpatterns: list[URLPattern] = [
    *operations.urlpatterns,
    *accounts.urlpatterns,
    *lectures.urlpatterns,
    *classroom.urlpatterns,
    *progress.urlpatterns,
    *helpdesk.urlpatterns,
    *docs.urlpatterns,
]
