"""Profile pictures, as S3's frames name them: ``/media/profiles/…``, for anybody who was shown the address."""

from __future__ import annotations

import re

from django.http.response import HttpResponseBase
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from mobilegpt.core.errors import NotFound
from mobilegpt.files.store import facts_of
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.file_answers import StoredFile, file_answer
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both

_NAME = re.compile(r"[\w-][\w.-]*\.(\w+)")  # as the storage names what it keeps
_MIMES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


class ProfilePicture(Endpoint):
    """Nothing else of the storage is served this way: the files of rooms are their members'."""

    public = True
    guests = True
    content_negotiation_class = WhateverIsAsked

    @operation(
        "9.3",
        "A profile picture",
        responses={(200, "image/*"): OpenApiTypes.BINARY, 404: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, name: str) -> HttpResponseBase:
        """The picture of an account, by the address that other answers name. Anybody may ask; only pictures of profiles
        are served here, all else is NOT_FOUND (404)."""
        found = _NAME.fullmatch(name)
        mime = _MIMES.get(found.group(1).lower()) if found else None
        if mime is None:
            raise NotFound("Picture")
        path = f"profiles/{name}"
        size, modified = facts_of(path)
        etag = f'"{int(modified.timestamp() * 1000):x}-{size:x}"'
        stored = StoredFile(path, size, mime, etag, modified, cache="public, max-age=3600")
        return file_answer(request, stored)


urlpatterns: list[URLPattern] = [*both("media/profiles/<str:name>", ProfilePicture)]
