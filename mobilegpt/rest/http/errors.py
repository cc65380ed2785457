"""Refusals as HTTP: the statuses of ``wire.refusal``, one shape per family of paths (contract 4.1, 4.2).

``/api/…``: ``{"error": {"code", "message", "details"}}``. ``/api/v1/chat/…`` (S4): ``{"success": false, "error",
"code"}``. ``/user/v1``, ``/chat/v1`` (S3): ``{"field": ["…"]}`` where a field is to blame, else ``{"detail", "code"}``.
Views for the apps that exist (contract 12): ``{"success": false, "error", "message", "code", "details"}``.
429 and 503 carry ``Retry-After`` in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions as drf
from rest_framework.response import Response

from mobilegpt.core import errors
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.wire.refusal import answer_to, envelope, retry_after

log = structlog.get_logger(__name__)

Shape = Callable[..., Any]
_S4 = re.compile(r"/api/v1/chat(?:/|$)")
_S3 = re.compile(r"/(?:user|chat)/v1(?:/|$)")
_MISSING = re.compile(r"missing required field `([^`]+)`")


def shaped(path: str, code: str, message: str, details: dict[str, Any] | None = None, status: int = 0) -> Any:
    """A refusal in the shape of the path's family."""
    if _S4.match(path):
        return {"success": False, "error": message, "code": code}
    if _S3.match(path):
        field = (details or {}).get("field")
        refusal: dict[str, Any] = {"detail": message, "code": code}
        if status == 429 and details:  # the challenge of a login
            refusal["details"] = details
        return {field: [message]} if field and status == 400 else refusal
    return envelope(code, message, details)


def shaped_for_apps(path: str, code: str, message: str, details: dict[str, Any] | None = None, status: int = 0) -> Any:
    """A refusal as the apps that exist read it: the text under each of its names (contract 12)."""
    return {"success": False, "error": message, "message": message, "code": code, "details": details or {}}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every exception of a view becomes an envelope; an unforeseen one is logged and answers 500."""
    error = _as_domain_error(exc)
    path: str = context["request"].path
    shape = shaped_for_apps if getattr(context.get("view"), "for_apps", False) else shaped
    if error is not None:
        return _answer(error, path, shape)
    if isinstance(exc, drf.APIException):
        return _transport_answer(exc, path, shape)
    log.exception("request_failed", path=path)
    return Response(shape(path, ErrorCode.INTERNAL_ERROR, "Something went wrong on our side"), status=500)


def _as_domain_error(exc: Exception) -> DomainError | None:
    match exc:
        case DomainError():
            return exc
        case msgspec.ValidationError():
            return errors.Invalid(message=str(exc), details=_field_of(str(exc)))
        case drf.ParseError():
            return errors.Invalid(ErrorCode.INVALID_JSON, str(exc.detail))
        case drf.NotAuthenticated():
            return errors.Unauthenticated(message="Sign in first")
        case Http404():
            return errors.NotFound()
        case PermissionDenied() | drf.PermissionDenied():
            return errors.Forbidden()
        case RequestDataTooBig():
            return errors.TooLarge(message="The body is too large")
        case SuspiciousOperation():
            return errors.Invalid(message="The request is malformed")
        case OperationalError() | InterfaceError():
            log.warning("store_unavailable", error=type(exc).__name__)
            return errors.database_away()
        case DatabaseError():
            return None
    return None


def _field_of(message: str) -> dict[str, Any]:
    """``Expected `int`, got `str` - at `$.age` `` names the field ``age``, as a missing one is named."""
    missing = _MISSING.search(message)
    _, _, path = message.rpartition("`$.")
    parts = [path.rstrip("`")] if "`$." in message else []
    if missing is not None:
        parts.append(missing.group(1))
    return {"field": ".".join(parts)} if parts else {}


def _answer(error: DomainError, path: str, shape: Shape) -> Response:
    status = answer_to(error).status
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if (seconds := retry_after(error)) is not None:
        headers["Retry-After"] = str(seconds)
    return Response(shape(path, error.code, error.message, error.details, status), status=status, headers=headers)


# In our words: the framework's own are in the caller's language, and messages are English (contract 2.9).
_TRANSPORT = {
    405: (ErrorCode.METHOD_NOT_ALLOWED, "This path does not take this method"),
    406: (ErrorCode.NOT_ACCEPTABLE, "No accepted type of answer is available"),
    415: (ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body's type is not taken here"),
    429: (ErrorCode.RATE_LIMITED, "Too many requests"),
}
_MALFORMED = (ErrorCode.INVALID_REQUEST, "The request is malformed")


def _transport_answer(exc: drf.APIException, path: str, shape: Shape) -> Response:
    code, message = _TRANSPORT.get(exc.status_code, _MALFORMED)
    wait = getattr(exc, "wait", None)
    headers = {"Retry-After": str(int(wait) + 1)} if wait else {}
    if exc.status_code == 405 and (allowed := getattr(exc, "allowed", None)):
        headers["Allow"] = allowed
    return Response(shape(path, code, message), status=exc.status_code, headers=headers)


def plain_answer(code: str, message: str, status: int, path: str = "") -> HttpResponse:
    """A refusal outside of a view: unknown routes, oversize bodies, failures of the framework itself."""
    body = msgspec.json.encode(shaped(path, code, message))
    response = HttpResponse(body, status=status, content_type="application/json")
    response.refusal = code  # type: ignore[attr-defined]  # for the access line
    return response


def plain_refusal(error: DomainError, path: str, status: int | None = None) -> HttpResponse:
    """The same of a ``DomainError``, by the table of refusals; ``status`` where HTTP has a better one."""
    response = plain_answer(error.code, error.message, status or answer_to(error).status, path)
    if (seconds := retry_after(error)) is not None:
        response["Retry-After"] = str(seconds)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The unknown route (``handler404``)."""
    return plain_answer(ErrorCode.NOT_FOUND, "No such route", 404, request.path)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django itself refuses, such as a foreign Host header (``handler400``)."""
    return plain_answer(ErrorCode.INVALID_REQUEST, "The request is malformed", 400, request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw (``handler500``); the log has it."""
    return plain_answer(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side", 500, request.path)
