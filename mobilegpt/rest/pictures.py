"""Profile pictures, as S3's frames name them: ``/media/profiles/…``, for anybody who was shown the address."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from mobilegpt.core.errors import NotFound
from mobilegpt.rest.endpoint import Endpoint
from mobilegpt.rest.negotiation import WhateverIsAsked
from mobilegpt.rest.routing import both

_NAME = re.compile(r"[\w-][\w.-]*\.(\w+)")  # as the storage names what it keeps
_MIMES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


class ProfilePicture(Endpoint):
    """Nothing else of the storage is served this way: the files of rooms are their members'."""

    public = True
    guests = True
    content_negotiation_class = WhateverIsAsked

    @extend_schema(
        summary="A profile picture",
        description="Contract 9.3.",
        responses={(200, "image/*"): OpenApiTypes.BINARY, 404: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, name: str) -> FileResponse:
        found = _NAME.fullmatch(name)
        mime = _MIMES.get(found.group(1).lower()) if found else None
        if mime is None:
            raise NotFound("Picture")
        try:
            content = default_storage.open(f"profiles/{name}")
        except OSError:
            raise NotFound("Picture") from None
        response = FileResponse(content, content_type=mime)
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "public, max-age=3600"
        return response


urlpatterns: list[URLPattern] = [*both("media/profiles/<str:name>", ProfilePicture)]
