"""Pictures and clips of lessons, by the address that every step names: an ``<img>`` sends no token (contract 11.11)."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from mobilegpt.core.errors import NotFound
from mobilegpt.files import lesson_files
from mobilegpt.files.store import facts_of
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.file_answers import StoredFile, file_answer
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both


class LessonFile(Endpoint):
    public = True
    guests = True
    content_negotiation_class = WhateverIsAsked

    @operation(
        "11.11",
        "A picture or a clip of a lesson",
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            (200, "audio/*"): OpenApiTypes.BINARY,
            404: OpenApiTypes.OBJECT,
        },
    )
    def get(self, request: Request, name: str) -> HttpResponseBase:
        """The file that a step's ``image`` or ``audio`` names. Whoever was shown the address may read it; the
        address is made of the content, so what it answers never changes."""
        mime = lesson_files.mime_of(name)
        if mime is None:
            raise NotFound("File")
        path = lesson_files.path_of(name)
        size, modified = facts_of(path)
        stored = StoredFile(path, size, mime, f'"{name}"', modified, cache="public, max-age=31536000, immutable")
        return file_answer(request, stored)


urlpatterns: list[URLPattern] = [*both("media/lessons/<str:name>", LessonFile)]
