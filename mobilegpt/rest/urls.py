"""Every REST path. Static names stand before parameters (contract 2.3); each family lists its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from mobilegpt.rest import (
    accounts,
    activity,
    chat_files,
    chat_s3,
    chat_s4,
    classroom,
    dashboard,
    docs,
    helpdesk,
    lectures,
    notifications,
    operations,
    pictures,
    progress,
    recordings,
    shared_answers,
)
from mobilegpt.rest.routing import by_family

_families: list[URLPattern] = [
    *operations.urlpatterns,
    *accounts.urlpatterns,
    *lectures.urlpatterns,
    *recordings.urlpatterns,
    *classroom.urlpatterns,
    *progress.urlpatterns,
    *activity.urlpatterns,
    *helpdesk.urlpatterns,
    *shared_answers.urlpatterns,
    *dashboard.urlpatterns,
    *notifications.urlpatterns,
    *chat_files.urlpatterns,
    *chat_s3.urlpatterns,
    *chat_s4.urlpatterns,
    *pictures.urlpatterns,
    *docs.urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = by_family(_families)
