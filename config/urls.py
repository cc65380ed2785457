"""Every HTTP path: the REST families, the pages for staff, the pages for everyone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import path, re_path

from mobilegpt.rest.urls import urlpatterns as rest_paths
from mobilegpt.server.page_paths import page_pattern
from mobilegpt.server.pages import page

urlpatterns: list[Any] = [
    *rest_paths,
    path("admin/", admin.site.urls),
    re_path(page_pattern(), page, name="page"),
]
if settings.DEVELOPMENT:  # every component in every state
    urlpatterns.append(re_path(r"^ui/?$", page))

handler400 = "mobilegpt.server.pages.malformed_request"
handler404 = "mobilegpt.server.pages.unknown_route"
handler500 = "mobilegpt.rest.http.errors.server_error"
