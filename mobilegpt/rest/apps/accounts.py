"""Logins of the console (contract 12): the names of R2 and R3 that it knows."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import services
from mobilegpt.core.errors import Invalid
from mobilegpt.rest.accounts.shapes import LoginRequest, RefreshRequest
from mobilegpt.rest.apps.shapes import AccessBody
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.cookies import device_of, set_device_cookie
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses


class Token(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept
    for_apps = True

    @operation(
        "12",
        "Log in, for the console",
        request=LoginRequest,
        responses={200: AccessBody, **app_error_responses(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Logs in by e-mail and password as ``POST /api/auth/login`` does, and answers with the pair of tokens alone.
        Refused: INVALID_CREDENTIALS (401), EMAIL_NOT_CONFIRMED (403), RATE_LIMITED (429) after too many wrong
        passwords."""
        body, device = self.body(LoginRequest), device_of(request)
        login = services.log_in(
            email=body.email,
            password=body.password,
            address=client_address(request),
            device=device,
            proof=body.proof,
        )
        response = Response(AccessBody(access=login.tokens.access, refresh=login.tokens.refresh))
        set_device_cookie(response, device, login)
        return response


class TokenRefresh(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept
    for_apps = True

    @operation(
        "12",
        "Get new tokens, for the console",
        request=RefreshRequest,
        responses={200: AccessBody, **app_error_responses(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Gives a new pair for a refresh token as ``POST /api/auth/refresh`` does. INVALID_TOKEN (401) for one that
        does not hold, RATE_LIMITED (429) for an address that sends forged ones."""
        token = self.body(RefreshRequest).token
        if token is None:
            raise Invalid(message="refresh is missing", details={"field": "refresh"})
        pair = services.refresh(token=token, address=client_address(request))
        return Response(AccessBody(access=pair.access, refresh=pair.refresh))


urlpatterns: list[URLPattern] = [
    *both("api/token", Token),
    *both("api/token/refresh", TokenRefresh),
]
