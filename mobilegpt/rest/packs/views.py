"""Lessons as files, and the library (contract 11.11)."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.core.errors import Invalid
from mobilegpt.lectures import selectors, sharing
from mobilegpt.lectures.models import Lecture
from mobilegpt.packs import exporting, importing, library
from mobilegpt.packs.importing import Drawn
from mobilegpt.packs.shelf import shelf
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.multipart import FormParser
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.paging import page_of, search_from_query
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.lectures.answers import lecture_body
from mobilegpt.rest.lectures.shapes import LectureBody
from mobilegpt.rest.packs import answers, shapes

_FORM: dict[str, Any] = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}
_QUERY = [
    OpenApiParameter("search", str, description="A part of a lesson's title, in either language, or description"),
    OpenApiParameter("page", int),
    OpenApiParameter("page_size", int),
]


class LectureExport(Endpoint):
    content_negotiation_class = WhateverIsAsked

    @operation(
        "11.11",
        "A lecture as a file",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, **error_responses(400, 401, 403, 404, 503)},
    )
    def get(self, request: Request, lecture_id: int) -> FileResponse:
        """A lecture with its pictures and clips as one `.lesson.zip`, which another server takes. Nothing of its people
        or classes is in it. Who teaches the lecture may, others get FORBIDDEN (403)."""
        name, file = exporting.export_lecture(actor=self.actor, lecture_id=lecture_id)
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        response["X-Content-Type-Options"] = "nosniff"
        return response


class LectureImport(Endpoint):
    costly = True
    parser_classes = [FormParser]
    _drawn: Drawn

    def prepare(self) -> None:
        upload = self.request.FILES.get("file")
        if not isinstance(upload, UploadedFile) or upload.file is None:
            raise Invalid(message="file is missing", details={"field": "file"})
        with upload:
            self._drawn = importing.draw_file(actor=self.actor, file=cast(BinaryIO, upload.file))

    @operation(
        "11.11",
        "Make a lecture of a file",
        request=_FORM,
        responses={201: LectureBody, **error_responses(400, 401, 403, 413, 415, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Makes a lecture of the caller's own out of a `.lesson.zip`, inactive until they open it: all of it or
        nothing. Instructors and admins may, students get FORBIDDEN (403). A file that is no lesson's, is broken, too
        large or hostile is BAD_LESSON_FILE (400), with ``details.reason`` and where it is."""
        lecture = importing.import_lesson(actor=self.actor, drawn=self._drawn)
        return _in_full(self, lecture)


class LectureShare(Endpoint):
    @operation(
        "11.11",
        "Show a lecture in the library",
        responses={200: shapes.SharedLecture, **error_responses(401, 403, 404)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Shows a lecture to all who teach, in the library, where they can copy it; again changes nothing. Its owner
        and admins may, others get FORBIDDEN (403)."""
        return self._answer(lecture_id, shared=True)

    @operation(
        "11.11",
        "Take a lecture out of the library",
        responses={200: shapes.SharedLecture, **error_responses(401, 403, 404)},
    )
    def delete(self, request: Request, lecture_id: int) -> Response:
        """Takes a lecture out of the library; copies that others have made stay theirs. Its owner and admins may,
        others get FORBIDDEN (403)."""
        return self._answer(lecture_id, shared=False)

    @operation(
        "11.11",
        "Whether a lecture is in the library",
        responses={200: shapes.SharedLecture, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """Whether a lecture is shown in the library, and since when. Its owner and admins may ask, others get
        FORBIDDEN (403)."""
        return Response(_shared(sharing.owned(actor=self.actor, lecture_id=lecture_id)))

    def _answer(self, lecture_id: int, *, shared: bool) -> Response:
        return Response(_shared(sharing.share(actor=self.actor, lecture_id=lecture_id, shared=shared)))


class Library(Endpoint):
    @operation(
        "11.11",
        "The library",
        responses={200: shapes.Library, **error_responses(400, 401, 403)},
        parameters=_QUERY,
    )
    def get(self, request: Request) -> Response:
        """Lessons to copy: all that lie ready on this server, and, a page at a time, those that colleagues share; with
        ``search`` only those in whose title or description it is found, as names are found in the dashboard.
        Instructors and admins may, students get FORBIDDEN (403)."""
        search = search_from_query(request.query_params)
        ready = [answers.ready_row(lesson) for lesson in library.ready_lessons(self.actor, search)]
        page = page_of(sharing.shared_lectures(search), request.query_params, "shared", answers.shared_row)
        del page["results"]
        return Response(shapes.Library(ready=ready, **page))


class LibraryLesson(Endpoint):
    @operation(
        "11.11",
        "A lesson of the library, to look at",
        responses={200: shapes.LibraryLesson, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, key: str) -> Response:
        """One lesson of the library with all of its steps. Instructors and admins may, students get FORBIDDEN (403);
        one that is not there any more is NOT_FOUND (404)."""
        found = library.find(self.actor, key)
        if isinstance(found, Lecture):
            return Response(answers.shared_lesson(found))
        return Response(answers.ready_lesson(found))


class LibraryCopy(Endpoint):
    costly = True
    _drawn: Drawn | None

    def prepare(self, key: str) -> None:
        self._drawn = library.draw_ready(actor=self.actor, key=key)

    @operation(
        "11.11",
        "Copy a lesson of the library",
        responses={201: LectureBody, **error_responses(401, 403, 404, 503)},
    )
    def post(self, request: Request, key: str) -> Response:
        """Makes a lecture of the caller's own out of a lesson of the library, inactive until they open it. Instructors
        and admins may, students get FORBIDDEN (403); one that is not there any more is NOT_FOUND (404)."""
        return _in_full(self, library.copy(actor=self.actor, key=key, drawn=self._drawn))


class LibraryFile(Endpoint):
    public = True
    guests = True
    content_negotiation_class = WhateverIsAsked

    @operation(
        "11.11",
        "A picture or a clip of a ready lesson",
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            (200, "audio/*"): OpenApiTypes.BINARY,
            **error_responses(404),
        },
    )
    def get(self, request: Request, address: str, folder: str, name: str) -> HttpResponse:
        """The file that a step of a ready lesson names. Whoever was shown the address may read it; another file has
        another address, so what it answers never changes."""
        content, mime = shelf().file(address, f"{folder}/{name}")
        response = HttpResponse(content, content_type=mime)
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _in_full(view: Endpoint, lecture: Lecture) -> Response:
    return Response(lecture_body(selectors.lecture_for(view.actor, lecture.pk), with_subtasks=True), status=201)


def _shared(lecture: Lecture) -> shapes.SharedLecture:
    shared_at = iso(lecture.shared_at) if lecture.shared_at else None
    return shapes.SharedLecture(lecture_id=lecture.pk, shared_at=shared_at)


urlpatterns: list[URLPattern] = [
    *both("api/lectures/import", LectureImport),
    *both("api/lectures/<id:lecture_id>/export", LectureExport),
    *both("api/lectures/<id:lecture_id>/share", LectureShare),
    *both("api/library", Library),
    *both("api/library/<str:key>", LibraryLesson),
    *both("api/library/<str:key>/copy", LibraryCopy),
    *both("media/library/<str:address>/<str:folder>/<str:name>", LibraryFile),
]
