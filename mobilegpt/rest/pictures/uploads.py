"""Upload links: made, watched and revoked in the editor, used by the teacher's phone (contract 11.11)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso, now
from mobilegpt.files.step_pictures import MAX_BYTES, Size
from mobilegpt.pictures import services, uploads
from mobilegpt.pictures.commands import OpenUploadLink
from mobilegpt.pictures.models import UploadLink
from mobilegpt.rest.http.addresses import public_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.multipart import FormParser
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.pictures import shapes
from mobilegpt.rest.pictures.forms import files_in, form
from mobilegpt.wire.step import Titled

_PHONE = {"type": "string", "minLength": 16, "maxLength": 64}


class UploadLinks(Endpoint):
    """An answer with a secret is not kept, so there is no key: a retry makes another link."""

    idempotent = False

    @operation(
        "11.11",
        "Make a link by which a phone sends pictures",
        request=OpenUploadLink,
        responses={201: shapes.NewUploadLink, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Makes a link that holds for ten minutes and for one phone, which sends pictures by it without signing in:
        each becomes a step, or one becomes the picture of ``subtask_id``. Who teaches the lecture may, others get
        FORBIDDEN (403); more than twenty open ones are QUOTA_EXCEEDED (409)."""
        made = uploads.open_link(actor=self.actor, lecture_id=lecture_id, command=self.body(OpenUploadLink))
        url = f"{public_base(request)}/upload/{made.token}"
        return Response(shapes.NewUploadLink(token=made.token, url=url, **_facts(made.link)), status=201)


class UploadLinkDetail(Endpoint):
    @operation(
        "11.11",
        "What has come by an upload link",
        responses={200: shapes.UploadLinkBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int, link_id: int) -> Response:
        """The steps that have pictures by the link so far, and whether more may come; an editor asks every two seconds
        while it shows the code. Who teaches the lecture may, others get FORBIDDEN (403)."""
        return Response(shapes.UploadLinkBody(**_facts(uploads.link_for(self.actor, lecture_id, link_id))))

    @operation("11.11", "Revoke an upload link", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, lecture_id: int, link_id: int) -> Response:
        """Ends a link: nothing more comes by it, what came stays. Again, it changes nothing. Who teaches the lecture
        may, others get FORBIDDEN (403)."""
        uploads.revoke(actor=self.actor, lecture_id=lecture_id, link_id=link_id)
        return Response(status=204)


class UploadOfferView(Endpoint):
    public = True

    @operation(
        "11.11",
        "What a phone may send by an upload link",
        responses={200: shapes.UploadOffer, **error_responses(404, 429)},
    )
    def get(self, request: Request, token: str) -> Response:
        """Where the pictures go and how many may come, for anybody who has the link. A wrong, revoked or expired one is
        NOT_FOUND (404); too many wrong ones are RATE_LIMITED (429)."""
        link = uploads.found_by(token=token, address=client_address(request))
        step = uploads.step_of(link)
        return Response(
            shapes.UploadOffer(
                lecture=Titled.of(link.lecture),
                subtask=Titled.of(step) if step else None,
                pictures_left=uploads.pictures_left(link),
                max_bytes=MAX_BYTES,
                max_request_bytes=settings.LESSON_PICTURES_BYTES,
                expires_at=iso(link.expires_at),
                server_time=iso(now()),
            )
        )


class UploadByLink(Endpoint):
    public = True
    parser_classes = [FormParser]
    costly = True
    _link: UploadLink
    _pictures: list[list[Size]]

    def prepare(self, token: str) -> None:
        self._link = uploads.found_by(token=token, address=client_address(self.request))
        with files_in(self.request, services.MAX_PICTURES) as files:
            self._pictures = uploads.drawn_for(self._link, phone=self._phone, files=files)

    @operation(
        "11.11",
        "Send pictures by an upload link",
        request=form(many=True, phone=_PHONE),
        responses={201: shapes.UploadReceived, **error_responses(400, 404, 409, 413, 429, 503)},
    )
    def post(self, request: Request, token: str) -> Response:
        """Sends pictures by a link, without a token: all are taken, in their order, or none. ``phone`` is a random word
        that the page keeps: the first phone that sends has the link, another gets LINK_TAKEN (409), and more pictures
        than are left are QUOTA_EXCEEDED (409). A wrong, revoked or expired link is NOT_FOUND (404), what is no picture
        UNSUPPORTED_FILE (400)."""
        done = uploads.receive(self._link, phone=self._phone, pictures=self._pictures)
        body = shapes.UploadReceived(received=len(self._pictures), pictures_left=done.pictures_left)
        return Response(body, status=201)

    @property
    def _phone(self) -> str:
        return str(self.request.data.get("phone", ""))


def _facts(link: UploadLink) -> dict[str, Any]:
    """What both shapes of a link say."""
    return {
        "id": link.pk,
        "lecture_id": link.lecture_id,
        "task_id": link.task_id,
        "subtask_id": link.subtask_id,
        "state": uploads.state_of(link),
        "subtask_ids": link.received,
        "pictures_left": uploads.pictures_left(link),
        "created_at": iso(link.created_at),
        "expires_at": iso(link.expires_at),
        "server_time": iso(now()),
    }


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<id:lecture_id>/upload-links", UploadLinks),
    *both("api/lectures/<id:lecture_id>/upload-links/<id:link_id>", UploadLinkDetail),
    *both("api/upload-links/<str:token>", UploadOfferView),
    *both("api/upload-links/<str:token>/pictures", UploadByLink),
]
