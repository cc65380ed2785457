"""Uploads to a room, and their download by its members (contract 9.4)."""

from __future__ import annotations

import uuid
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.chat import services
from mobilegpt.chat.links import link_to
from mobilegpt.core.errors import Invalid
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.file_answers import StoredFile, file_answer
from mobilegpt.rest.http.multipart import FormParser
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.roomchat import shapes
from mobilegpt.rest.roomchat.shapes import refusals
from mobilegpt.rest.roomchat.views import ChatEndpoint

_FORM: dict[str, Any] = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, "user_id": {"type": "integer"}},
        "required": ["file"],
    }
}


class ChatFiles(ChatEndpoint):
    """A retry stores the file again; one that no message names is deleted after a day."""

    idempotent = False
    parser_classes = [FormParser]

    @operation(
        "9.4",
        "Upload a file; a message names it by its file_url",
        request=_FORM,
        responses={201: shapes.FileAnswer, **refusals(400, 401, 403, 404, 413, 415, 429, 503)},
    )
    def post(self, request: Request, room_id: int) -> Response:
        """Uploads a file to a room and gives the address by which a message names it; one that no message names is
        deleted after a day. Members who may write may. Refused: UNSUPPORTED_FILE (400), ROOM_READ_ONLY (403), NOT_FOUND
        (404) for others, TOO_LARGE (413), RATE_LIMITED (429), UNAVAILABLE (503) while it cannot be stored."""
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile) or upload.file is None:
            raise Invalid(message="file is missing", details={"field": "file"})
        with upload:
            actor = self.acting(_user_in(request.data.get("user_id")))
            content = cast(BinaryIO, upload.file)
            file = services.store_file(actor=actor, room_id=room_id, name=upload.name or "", content=content)
        url = link_to(own_base(request), file.pk, actor.user_id)
        data = shapes.FileData(file_url=url, name=file.name, size=file.size, mime=file.mime)
        return Response(shapes.FileAnswer(message="File uploaded successfully", data=data), status=201)


class ChatFileDownload(Endpoint):
    """By its signed address or with a token; always as an attachment, never as a page of ours. Parts are answered."""

    public = True
    guests = True
    content_negotiation_class = WhateverIsAsked

    @operation(
        "9.4",
        "Download a file of a room",
        parameters=[OpenApiParameter("u", int), OpenApiParameter("e", int), OpenApiParameter("s", str)],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            **refusals(401, 404, 416, 503),
        },
    )
    def get(self, request: Request, file_id: uuid.UUID) -> HttpResponseBase:
        """A file of a room, as an attachment, and any part of it that ``Range`` asks for. By its signed address, or
        with a member's token; without either UNAUTHENTICATED (401), for others NOT_FOUND (404), for a part that it does
        not have RANGE_NOT_SATISFIABLE (416)."""
        file = services.file_for(file_id=file_id, actor=self.caller, query=request.query_params)
        stored = StoredFile(
            path=file.stored_as,
            size=file.size,
            mime=file.mime,
            etag=f'"{file.pk}"',
            modified=file.created_at,
            cache="private, max-age=3600",
            attached_as=file.name,
        )
        return file_answer(request, stored)


def _user_in(text: Any) -> int | None:
    if text in (None, ""):
        return None
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid(message="user_id is a whole number", details={"field": "user_id"})
    return int(text)


urlpatterns: list[URLPattern] = [
    *both("api/v1/chat/rooms/<id:room_id>/files", ChatFiles),
    *both("api/v1/chat/files/<uuid:file_id>", ChatFileDownload),
]
