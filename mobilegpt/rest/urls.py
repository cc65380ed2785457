"""Every REST path. Static names stand before parameters (contract 2.3); each family lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from mobilegpt.rest import (
    accounts,
    chat_files,
    chat_s3,
    chat_s4,
    classroom,
    docs,
    helpdesk,
    lectures,
    operations,
    pictures,
    progress,
)

urlpatterns: list[URLPattern] = [
    *operations.urlpatterns,
    *accounts.urlpatterns,
    *lectures.urlpatterns,
    *classroom.urlpatterns,
    *progress.urlpatterns,
    *helpdesk.urlpatterns,
    *chat_files.urlpatterns,
    *chat_s3.urlpatterns,
    *chat_s4.urlpatterns,
    *pictures.urlpatterns,
    *docs.urlpatterns,
]
