"""Pictures of steps and lectures, by who teaches them (contract 11.11)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.files.step_pictures import Size
from mobilegpt.lectures import selectors
from mobilegpt.lectures.step import StepImage
from mobilegpt.pictures import services
from mobilegpt.pictures.commands import ChangeImage, CopyImage
from mobilegpt.rest.http.codec import JsonParser
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.multipart import FormParser
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.pictures import shapes
from mobilegpt.rest.pictures.forms import files_in, form, id_in
from mobilegpt.wire.step import ImageBody, file_url, image_body, subtask_body


class StepPicture(Endpoint):
    parser_classes = [FormParser, JsonParser]
    costly = True
    _sizes: list[Size] | None = None

    def get_parsers(self) -> list[BaseParser]:
        """Forms bring pictures; what changes one is JSON."""
        parsers = super().get_parsers()
        return parsers if self.request is None or self.request.method == "POST" else parsers[1:]

    def prepare(self, subtask_id: int) -> None:
        services.may_edit_step(self.actor, subtask_id)  # before the form is read
        if self._is_copy:
            return
        with files_in(self.request, most=1) as files:
            [self._sizes] = services.drawn(files, for_user=self.actor.user_id)

    @operation(
        "11.11",
        "Give a step a picture",
        request={**form(), "application/json": CopyImage},
        responses={201: ImageBody, **error_responses(400, 401, 403, 404, 413, 429, 503)},
    )
    def post(self, request: Request, subtask_id: int) -> Response:
        """Gives a step the picture that is sent (PNG, JPEG, WebP, HEIC, up to 15 MB), instead of the one that it
        had, or another step's picture with its marks (``from_subtask``). Who teaches the lecture may, others get
        FORBIDDEN (403). What is no such picture is UNSUPPORTED_FILE (400), a larger one TOO_LARGE (413)."""
        return Response(image_body(self._given(subtask_id)), status=201)

    def _given(self, subtask_id: int) -> StepImage:
        if self._sizes is not None:
            return services.set_image(actor=self.actor, subtask_id=subtask_id, sizes=self._sizes)
        return services.copy_image(actor=self.actor, subtask_id=subtask_id, command=self.body(CopyImage))

    @operation(
        "11.11",
        "Change a step's picture: its words, its marks, a part of it",
        request=ChangeImage,
        responses={200: ImageBody, **error_responses(400, 401, 403, 404, 429, 503)},
    )
    def patch(self, request: Request, subtask_id: int) -> Response:
        """Changes the alternative text, the marks, or cuts a part out; what is absent stays. Marks of the kind
        ``hidden`` are painted over for good and do not come back. Places are those before the crop, which moves the
        marks along. Who teaches the lecture may, others get FORBIDDEN (403); without a picture it is NOT_FOUND
        (404)."""
        changed = services.change_image(actor=self.actor, subtask_id=subtask_id, command=self.body(ChangeImage))
        return Response(image_body(changed))

    @operation("11.11", "Take a step's picture away", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Takes the picture of a step away; classes that run keep it. Again, it changes nothing. Who teaches the
        lecture may, others get FORBIDDEN (403)."""
        services.remove_image(actor=self.actor, subtask_id=subtask_id)
        return Response(status=204)

    @property
    def _is_copy(self) -> bool:
        return isinstance(self.request.data, bytes)


class LecturePicture(Endpoint):
    parser_classes = [FormParser]
    costly = True
    _sizes: list[Size]

    def prepare(self, lecture_id: int) -> None:
        services.may_edit_lecture(self.actor, lecture_id)
        with files_in(self.request, most=1) as files:
            [self._sizes] = services.drawn(files, for_user=self.actor.user_id)

    @operation(
        "11.11",
        "Give a lecture a picture of its own",
        request=form(),
        responses={201: shapes.Thumbnail, **error_responses(400, 401, 403, 404, 413, 429, 503)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Makes the picture that is sent the lecture's ``thumbnail_url``; R8 takes it away again. Who teaches the
        lecture may, others get FORBIDDEN (403). What is no picture is UNSUPPORTED_FILE (400), a larger one TOO_LARGE
        (413)."""
        shown = services.set_thumbnail(actor=self.actor, lecture_id=lecture_id, sizes=self._sizes)
        body = shapes.Thumbnail(thumbnail_url=file_url(shown.file), width=shown.width, height=shown.height)
        return Response(body, status=201)


class LecturePictures(Endpoint):
    parser_classes = [FormParser]
    costly = True
    _pictures: list[list[Size]]

    def prepare(self, lecture_id: int) -> None:
        services.may_edit_lecture(self.actor, lecture_id)
        with files_in(self.request, services.MAX_PICTURES) as files:
            self._pictures = services.drawn(files, for_user=self.actor.user_id)

    @operation(
        "11.11",
        "Make steps of pictures",
        request=form(many=True, task_id={"type": "integer"}),
        responses={201: shapes.StepsOfPictures, **error_responses(400, 401, 403, 404, 413, 429, 503)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Makes a step of each picture, in the order in which they are sent, at the end of the task that ``task_id``
        names or of the last one: all of them, or none (``details.index`` says which was refused). Up to 40 at once. Who
        teaches the lecture may, others get FORBIDDEN (403); what is no picture is UNSUPPORTED_FILE (400)."""
        made = services.add_steps(
            actor=self.actor, lecture_id=lecture_id, task_id=id_in(request, "task_id"), pictures=self._pictures
        )
        steps = selectors.subtasks_of(lecture_id, made)
        return Response(shapes.StepsOfPictures(subtasks=[subtask_body(step) for step in steps]), status=201)


urlpatterns: list[URLPattern] = [
    *both("api/subtasks/<id:subtask_id>/image", StepPicture),
    *both("api/lectures/<id:lecture_id>/image", LecturePicture),
    *both("api/lectures/<id:lecture_id>/pictures", LecturePictures),
]
