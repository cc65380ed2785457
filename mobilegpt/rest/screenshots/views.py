"""Screens of a class: shown by phones, looked at by its teachers (contract 12)."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.audit.trail import note_reading
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.clock import iso
from mobilegpt.rest.apps.device import DEVICE, DeviceEndpoint
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses
from mobilegpt.screenshots import selectors, services
from mobilegpt.screenshots.commands import SayConsent, ShowScreen
from mobilegpt.screenshots.models import Screenshot
from mobilegpt.wire.screenshots import ScreenshotBody, image_url


class ScreenshotList(Struct, frozen=True, kw_only=True):
    """``screenshots`` and ``results`` are the same."""

    screenshots: list[ScreenshotBody]
    results: list[ScreenshotBody]
    count: int


class ConsentBody(Struct, frozen=True, kw_only=True):
    """``agreed`` is null for who has said nothing yet. ``allowed``: the class takes screens."""

    agreed: bool | None
    allowed: bool


class UploadScreenshot(DeviceEndpoint):
    weighed = True

    @operation(
        "12",
        "Show one's screen to the teachers of a class",
        request=ShowScreen,
        responses={
            201: ScreenshotBody,
            200: ScreenshotBody,
            **app_error_responses(400, 401, 403, 404, 409, 413, 429, 503),
        },
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Keeps the caller's screen (PNG, JPEG, WebP or HEIC in base64) in place of the one before, until the class is
        over. A student who has a seat may, by a token or by the ``device_id`` of their phone; the first one says that
        they agree. 200 with what is kept for one that is not newer. Nothing is kept of a screen with personal data or
        of an app that nobody looks into: ``withheld`` says so. Refused: SCREENS_OFF, SCREEN_NOT_AGREED (403),
        INVALID_TRANSITION (409) once the class is over, UNSUPPORTED_FILE (400), TOO_LARGE (413), RATE_LIMITED (429)
        for more than one a second."""
        command = self.body(ShowScreen)
        seat, kept, is_new = services.show_screen(actor=self.actor, session_ref=session_ref, command=command)
        return Response(_body(seat, kept, command.device_id), status=201 if is_new else 200)


class ScreenConsentOfOne(DeviceEndpoint):
    @operation(
        "12",
        "Whether one agreed to show one's screen",
        responses={200: ConsentBody, **app_error_responses(401, 403, 404)},
        parameters=[DEVICE],
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """What the calling student has said of showing their screen in a class, and whether the class takes screens at
        all. Who has a seat there may, by a token or by the ``device_id`` of their phone; others get NOT_FOUND (404)."""
        session, consent = selectors.consent_in(self.actor, session_ref)
        return Response(ConsentBody(agreed=consent.agreed if consent else None, allowed=session.screens))

    @operation(
        "12",
        "Agree to show one's screen, or take it back",
        request=SayConsent,
        responses={200: ConsentBody, **app_error_responses(400, 401, 403, 404, 429)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Agrees to show the caller's screen to the teachers of a class, or with ``agreed`` false takes it back: what
        was shown is deleted at once, and no more is taken. A student who has a seat may, by a token or by the
        ``device_id`` of their phone; others get NOT_FOUND (404). Who agrees again and again is RATE_LIMITED (429);
        taking it back never is."""
        command = self.body(SayConsent)
        session = services.say_consent(actor=self.actor, session_ref=session_ref, command=command)
        return Response(ConsentBody(agreed=command.agreed, allowed=session.screens))


class Screenshots(Endpoint):
    for_apps = True
    audited = "read.screens"

    @operation(
        "12",
        "The newest screen of everybody who shows theirs",
        responses={200: ScreenshotList, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """The newest screen of each person of a class who shows theirs. The class's owner, co-instructors and
        supporters may; students and admins get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        shown = [_body(one.seat, one.screenshot) for one in selectors.shown_in(self.actor, session_ref)]
        return Response(ScreenshotList(screenshots=shown, results=shown, count=len(shown)))


class ScreenshotOfParticipant(Endpoint):
    for_apps = True
    audited = "read.screens"

    @operation(
        "12",
        "The newest screen of one person",
        responses={200: ScreenshotBody, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """The newest screen of who has this seat. The class's owner, co-instructors and supporters may; students and
        admins get FORBIDDEN (403). Who shows nothing is NOT_FOUND (404)."""
        return Response(_body(*selectors.shown_by(self.actor, session_ref, participant_id)))


class ScreenshotOfDevice(Endpoint):
    for_apps = True

    @operation(
        "12",
        "The newest screen of one phone",
        responses={200: ScreenshotBody, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str, device_id: str) -> Response:
        """The newest screen of who sits in the class with this phone. The class's owner, co-instructors and supporters
        may; students and admins get FORBIDDEN (403). A phone that shows nothing is NOT_FOUND (404)."""
        shown = selectors.shown_on(self.actor, session_ref, device_id)
        # A device's id is a credential: the trail names the seat.
        note_reading("read.screens", self.actor, {"session": session_ref, "participant": shown.seat.pk})
        return Response(_body(*shown, device_id))


class ScreenshotImage(Endpoint):
    for_apps = True
    audited = "read.screen"
    content_negotiation_class = WhateverIsAsked

    @operation(
        "12",
        "The picture of a screen",
        responses={(200, "image/webp"): OpenApiTypes.BINARY, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str, participant_id: int) -> HttpResponseBase:
        """The newest screen of who has this seat as a WebP, for the class's owner, co-instructors and supporters with
        their token; nobody keeps it on the way. Students and admins get FORBIDDEN (403). Who shows nothing, or whose
        screen is withheld, is NOT_FOUND (404)."""
        content = selectors.picture_by(self.actor, session_ref, participant_id)
        response = HttpResponse(content, content_type="image/webp")
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _body(seat: SessionParticipant, shown: Screenshot, device_id: str | None = None) -> ScreenshotBody:
    version = int(shown.created_at.timestamp() * 1000)
    return ScreenshotBody(
        id=shown.pk,
        session=seat.session_id,
        participant=seat.pk,
        participant_name=seat.shown_name,
        image_url="" if shown.withheld else image_url(seat.session_id, seat.pk, version),
        withheld=shown.withheld,
        captured_at=iso(shown.captured_at),
        created_at=iso(shown.created_at),
        device_id=device_id,
    )


_ALL = "api/sessions/<ref:session_ref>/screenshots"
urlpatterns: list[URLPattern] = [
    *both(_ALL, Screenshots),
    *both(f"{_ALL}/upload", UploadScreenshot),
    *both(f"{_ALL}/consent", ScreenConsentOfOne),
    *both(f"{_ALL}/by-device/<str:device_id>", ScreenshotOfDevice),
    *both(f"{_ALL}/<id:participant_id>", ScreenshotOfParticipant),
    *both(f"{_ALL}/<id:participant_id>/image", ScreenshotImage),
]
