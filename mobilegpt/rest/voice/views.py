"""POST and DELETE of a step's clip (contract 11.11)."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.errors import Invalid
from mobilegpt.core.fields import Id
from mobilegpt.rest.http.codec import JsonParser
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.multipart import FormParser
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.voice import services
from mobilegpt.wire.step import AudioBody, audio_body


class ClipOfAnother(Struct, frozen=True, kw_only=True):
    """The step whose clip is taken."""

    from_subtask: Id


_BODIES: dict[str, Any] = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    },
    "application/json": ClipOfAnother,
}


class SubtaskClip(Endpoint):
    """A retry keeps the same clip again."""

    idempotent = False
    parser_classes = [FormParser, JsonParser]

    @operation(
        "11.11",
        "Give a step a clip",
        request=_BODIES,
        responses={201: AudioBody, **error_responses(400, 401, 403, 404, 413, 415, 503)},
    )
    def post(self, request: Request, subtask_id: int) -> Response:
        """Keeps a sound of at most 60 seconds and 15 MB as the step's clip, made into AAC, or takes the clip of another
        step (``from_subtask``). Who teaches the lecture may, others get FORBIDDEN (403). Refused: UNSUPPORTED_FILE
        (400) for what cannot be read or heard, INVALID_REQUEST (400) for what is too long, TOO_LARGE (413), NOT_FOUND
        (404) for a step without a clip, UNAVAILABLE (503) while it cannot be stored."""
        if isinstance(request.data, bytes):
            source = self.body(ClipOfAnother).from_subtask
            audio = services.copy_clip(actor=self.actor, subtask_id=subtask_id, from_subtask=source)
        else:
            upload = request.FILES.get("file")
            if not isinstance(upload, UploadedFile) or upload.file is None:
                raise Invalid(message="file is missing", details={"field": "file"})
            with upload:
                content = cast(BinaryIO, upload.file)
                audio = services.keep_clip(actor=self.actor, subtask_id=subtask_id, content=content)
        return Response(audio_body(audio), status=201)

    @operation("11.11", "Delete a step's clip", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Takes the clip from a step; where the server makes speech, it makes some of the words again. Who teaches the
        lecture may, others get FORBIDDEN (403); a step without a clip is NOT_FOUND (404)."""
        services.delete_clip(actor=self.actor, subtask_id=subtask_id)
        return Response(status=204)


urlpatterns: list[URLPattern] = [*both("api/subtasks/<id:subtask_id>/audio", SubtaskClip)]
