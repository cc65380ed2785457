"""Running the service: health, the Android app's certificate, QR codes (contract 6.8, 8.8, 8.9)."""

from __future__ import annotations

import hashlib
import io
import platform
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from urllib.parse import urlsplit

import django
import msgspec
import segno
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.codes import as_code
from mobilegpt.core import clock
from mobilegpt.core.errors import DomainError, ErrorCode, Invalid, NotFound
from mobilegpt.database import health
from mobilegpt.jobs.work import queue_state
from mobilegpt.kafka import client as kafka
from mobilegpt.rest.http.addresses import public_base
from mobilegpt.rest.http.auth import BearerAuthentication
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.negotiation import WhateverIsAsked
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import ErrorEnvelope, error_responses

SERVICE = "mobilegpt-backend"
_CHECK_SECONDS = 1.0
# A check that hangs keeps its thread; a handful of them must never be able to hold up an answer.
_checkers = ThreadPoolExecutor(4, thread_name_prefix="health")
_running: dict[str, Future[str]] = {}


class HealthBody(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    service: str = SERVICE


class DetailedHealthBody(msgspec.Struct, frozen=True, kw_only=True):
    """States are healthy, degraded, unhealthy or disabled; ``details`` is null for everyone but admins."""

    status: str
    service: str = SERVICE
    timestamp: str
    checks: dict[str, str]
    details: dict[str, str] | None = None


class Health(Endpoint):
    """Liveness: asks nothing of anything else, so that it answers as long as the process serves."""

    public = True
    authentication_classes = []

    @operation("R48", "Is the process serving?", responses={200: HealthBody})
    def get(self, request: Request) -> Response:
        """Whether the process serves: asks nothing of database or brokers, so it answers 200 as long as there is one.
        Anybody may."""
        return Response(HealthBody(status="healthy"))


class DetailedHealth(Endpoint):
    """Readiness: what the server depends on, each asked for at most a second. 503 only without the database."""

    public = True
    authentication_classes = []  # a token is read below, and only when the database can answer

    @operation(
        "R49",
        "State of database, Redis and Kafka",
        responses={200: DetailedHealthBody, 503: DetailedHealthBody},
    )
    def get(self, request: Request) -> Response:
        """How database, Redis and Kafka are: healthy, degraded, unhealthy or disabled; versions only for admins.
        Anybody may; 503 only when the database is down."""
        checks = run_checks({"database": _database_state, "redis": _redis_state, "kafka": kafka.state})
        up = checks["database"] == "healthy"
        worst = "healthy" if not {"degraded", "unhealthy"} & set(checks.values()) else "degraded"
        body = DetailedHealthBody(
            status=worst if up else "unhealthy",
            timestamp=clock.iso(clock.now()),
            checks=checks,
            details=_details() if up and _is_admin(request) else None,
        )
        return Response(body, status=200 if up else 503, headers=None if up else {"Retry-After": "5"})


def run_checks(checks: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """All states at once. A check without an answer in time is unhealthy, and is not started again meanwhile."""
    futures = {name: _started(name, check) for name, check in checks.items()}
    deadline = time.monotonic() + _CHECK_SECONDS
    return {name: _state(future, deadline) for name, future in futures.items()}


def _started(name: str, check: Callable[[], str]) -> Future[str]:
    pending = _running.get(name)
    if pending is None or pending.done():
        pending = _running[name] = _checkers.submit(check)
    return pending


def _state(future: Future[str], deadline: float) -> str:
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        return "unhealthy"


def _database_state() -> str:
    return "healthy" if health.answers() else "unhealthy"


def _redis_state() -> str:
    """Redis only carries what the database has stored already: without it the service is slower, not wrong."""
    if not settings.REDIS_URL:
        return "disabled"
    address = urlsplit(settings.REDIS_URL)
    try:
        with socket.create_connection(
            (address.hostname or "localhost", address.port or 6379), timeout=_CHECK_SECONDS
        ) as plain:
            answer = _ping(_secured(plain, address.hostname) if address.scheme == "rediss" else plain)
    except OSError:
        return "degraded"
    # A server that asks for a password first is alive too.
    return "healthy" if answer.startswith((b"+PONG", b"-NOAUTH")) else "degraded"


def _secured(plain: socket.socket, hostname: str | None) -> socket.socket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=hostname)


def _ping(wire: socket.socket) -> bytes:
    wire.sendall(b"PING\r\n")
    return wire.recv(64)


def _is_admin(request: Request) -> bool:
    try:
        found = BearerAuthentication().authenticate(request)
    except (DomainError, DatabaseError):
        return False
    return found is not None and found[0].is_admin


def _details() -> dict[str, str]:
    jobs = queue_state()
    return {
        "version": str(settings.SPECTACULAR_SETTINGS["VERSION"]),
        "profile": settings.APP_PROFILE,
        "database": connection.vendor,
        "python": platform.python_version(),
        "django": django.get_version(),
        "jobs": f"{jobs.waiting} waiting for {jobs.overdue_seconds:.0f} s, {jobs.running} running, {jobs.dead} dead",
    }


class AssetLinks(Endpoint):
    """Lets Android open ``/join/…`` links in the app whose certificate ``ANDROID_CERT_SHA256`` names."""

    public = True
    authentication_classes = []

    @operation("R50", "Android App Links", responses={200: OpenApiTypes.ANY})
    def get(self, request: Request) -> Response:
        """What Android asks for before it opens ``/join/…`` links in the app. Anybody may; the certificates are those
        of ``ANDROID_CERT_SHA256``."""
        target = {
            "namespace": "android_app",
            "package_name": "com.mobilegpt.student",
            "sha256_cert_fingerprints": settings.ANDROID_CERT_SHA256,
        }
        return Response([{"relation": ["delegate_permission/common.handle_all_urls"], "target": target}])


class QrCode(Endpoint):
    """The way into a session as a picture. Drawn for any well-formed code, without a look into the database: it tells
    nobody which codes exist (contract 6.8)."""

    public = True
    authentication_classes = []
    content_negotiation_class = WhateverIsAsked

    @operation(
        "6.8",
        "QR code of a session's address",
        parameters=[
            OpenApiParameter("payload", str, enum=["web", "app"], description="`app`: opens the Android app"),
            OpenApiParameter("scale", int, description="Pixels per module, 1 to 40 (10)"),
            OpenApiParameter("size", int, description="Instead of scale: the most pixels of a side, 64 to 4096"),
        ],
        responses={(200, "image/png"): OpenApiTypes.BINARY, 400: ErrorEnvelope, **error_responses(404)},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The address of a session as a picture, for any code that is well formed: it is drawn without a look-up and
        tells nobody which codes exist. Anybody may; what is no code is NOT_FOUND (404), another payload or size
        INVALID_REQUEST (400)."""
        meant = as_code(code) or (code if code.isascii() and code.isdigit() and 4 <= len(code) <= 20 else None)
        if meant is None:
            raise NotFound("Code")
        picture = _picture(_payload(request, meant), **_dimensions(request))
        etag = f'"{hashlib.sha256(picture).hexdigest()[:20]}"'
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(picture, content_type="image/png")
        response["ETag"] = etag
        # Without a fixed public address the payload follows the network that the server is in.
        response["Cache-Control"] = f"public, max-age={86_400 if settings.PUBLIC_URL else 300}"
        return response


def _payload(request: Request, code: str) -> str:
    match request.query_params.get("payload", "web"):
        case "web" | "":
            return f"{public_base(request)}/join/{code}"
        case "app":
            return f"mobilegpt://join/{code}"
        case _:
            raise Invalid(message="payload is web or app", details={"field": "payload"})


def _dimensions(request: Request) -> dict[str, int | None]:
    return {
        "scale": _whole_number(request, "scale", 1, 40),
        "size": _whole_number(request, "size", 64, 4096),
    }


def _whole_number(request: Request, name: str, least: int, most: int) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise Invalid(
            ErrorCode.INVALID_REQUEST,
            f"{name} is a whole number from {least} to {most}",
            details={"field": name},
        )
    return int(text)


@lru_cache(maxsize=256)
def _picture(payload: str, scale: int | None, size: int | None) -> bytes:
    """A PNG with the quiet zone that scanners want; error correction M survives a beamer and a photo of it."""
    code = segno.make_qr(payload, error="m")
    if size is not None:
        scale = max(1, size // int(code.symbol_size(border=4)[0]))
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale or 10, border=4, dark="#1B1F24", light="#FFFFFF")
    return out.getvalue()


urlpatterns: list[URLPattern] = [
    *both("api/health", Health),
    *both("api/health/detailed", DetailedHealth),
    *both(".well-known/assetlinks.json", AssetLinks),
    *both("qr/<ref:code>.png", QrCode),
]
