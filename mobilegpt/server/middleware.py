"""What surrounds every request: its id, its log line, known hosts, and cookies and forms for the staff pages alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import convert_exception_to_response
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import get_resolver
from django.utils.module_loading import import_string

from mobilegpt.accounts.tokens import FAMILY_SESSION_KEY, opens_staff_pages
from mobilegpt.audit.origin import Origin, acting, coming_from
from mobilegpt.audit.trail import note, record, record_denial
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, database_away
from mobilegpt.core.ids import request_id
from mobilegpt.core.locale import language_of, speaking
from mobilegpt.rest.http.errors import plain_refusal
from mobilegpt.server.access_log import write_access_line

log = structlog.get_logger("mobilegpt.access")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_LONGEST_HOST = 200
_STAFF_PAGES = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# Liveness probes and files of the shell would drown everything else.
_QUIET = re.compile(r"/(?:api/health|assets|icons|static)/?")


class RequestContextMiddleware:
    """Gives each request an id (the caller's ``X-Request-ID`` if it is well formed) and a language, writes its line.

    Refusals are logged with their code and the caller's id (X18); query strings never are (P21).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        name = request_id(request.headers.get("X-Request-ID", ""))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        meta = request.META
        origin = Origin(name, meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""))
        with coming_from(origin), speaking(language_of(meta.get("HTTP_ACCEPT_LANGUAGE", ""))):
            response = self.get_response(request)
            _note_denial(request, response)
        response["X-Request-ID"] = name
        _access_line(request, response, (time.perf_counter() - started) * 1000)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A database that is down is 503 outside of the REST views too (they answer for themselves)."""
        if isinstance(exception, OperationalError | InterfaceError):
            return _store_down(request, exception)
        return None


class KnownHostOnly:
    """Refuses requests to names that are not this server's (``ALLOWED_HOSTS``); Django itself looks only when asked.

    Health probes are let through: they come by address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/health"):
            try:
                request.get_host()
            except DisallowedHost as refusal:  # Django would log a traceback; the access line is enough
                structlog.contextvars.bind_contextvars(host=request.META.get("HTTP_HOST", "")[:_LONGEST_HOST])
                return _malformed(request, refusal)
        return self.get_response(request)


def _malformed(request: HttpRequest, refusal: Exception) -> HttpResponseBase:
    handler: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(400)
    response = handler(request, exception=refusal)
    response.refusal = ErrorCode.INVALID_REQUEST  # type: ignore[attr-defined]
    return response


def _store_down(request: HttpRequest, exception: Exception) -> HttpResponse:
    log.warning("store_unavailable", error=type(exception).__name__)
    return plain_refusal(database_away(), request.path)


def _access_line(request: HttpRequest, response: HttpResponseBase, milliseconds: float) -> None:
    succeeded = response.status_code < 400
    if succeeded and _QUIET.match(request.path):
        return
    write_access_line(
        request.method or "",
        request.path,
        response.status_code,
        milliseconds,
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.headers.get("X-Forwarded-For", ""),
        user=_user_id(request),
        code=None if succeeded else _code(response),
    )


def _user_id(request: HttpRequest) -> int | None:
    user = getattr(request, "user", None)
    return user.user_id if isinstance(user, Actor) else getattr(user, "pk", None)


def _code(response: HttpResponseBase) -> str | None:
    """The code of a refusal, in whichever shape."""
    data = getattr(response, "data", None)
    refusal = data if isinstance(data, dict) else {}
    error = refusal.get("error", refusal)
    return (error if isinstance(error, dict) else refusal).get("code") or getattr(response, "refusal", None)


def _note_denial(request: HttpRequest, response: HttpResponseBase) -> None:
    """Who may not, in the audit trail too (X18); of a wrong password it tells already."""
    if response.status_code not in (401, 403, 429):
        return
    code = _code(response) or str(response.status_code)
    if code == ErrorCode.INVALID_CREDENTIALS:
        return
    match = request.resolver_match
    door = f"{request.method} {match.route if match is not None else ''}"
    record_denial(code, door=door, actor_id=_user_id(request))


class StaffLogins:
    """Behind Django's own authentication: a session counts while its login does, and for ``STAFF_SESSION``.

    Whatever staff do, and whose rows they look at, is written down with the path (X18).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            if opens_staff_pages(request.session.get(FAMILY_SESSION_KEY), user.pk):
                acting(user.pk)
            else:
                request.user = AnonymousUser()
        known = request.user.is_authenticated
        response = self.get_response(request)
        if known and request.path_info.startswith("/admin/"):
            _note_staff(request, response)
        return response


def _note_staff(request: HttpRequest, response: HttpResponseBase) -> None:
    page = request.path_info.removeprefix("/admin/").strip("/")
    if request.method == "POST" and response.status_code == 302:  # what is refused shows the form again
        rows = request.POST.getlist("_selected_action")[:100]
        details: dict[str, Any] = {"chose": request.POST.get("action", "")[:60], "rows": rows} if rows else {}
        record("staff.changed", subject=page, **details)
    elif request.method == "GET" and response.status_code == 200 and page and not page.startswith("audit/"):
        note("staff.read", subject=page)


class AdminOnly:
    """Runs ``settings.ADMIN_MIDDLEWARE`` (sessions, CSRF, messages) around the staff's pages, and around nothing else.

    The API reads bearer tokens only, so it needs no CSRF protection and pays for no session.
    """

    PREFIXES = ("/admin/", "/api/docs", "/api/schema")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._view_hooks: list[Callable[..., HttpResponseBase | None]] = []
        chain: Any = convert_exception_to_response(get_response)
        for name in reversed(settings.ADMIN_MIDDLEWARE):
            middleware = import_string(name)(chain)
            if hasattr(middleware, "process_view"):
                self._view_hooks.insert(0, middleware.process_view)
            chain = convert_exception_to_response(middleware)
        self._chain: GetResponse = chain

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/admin" or (
            request.path_info.startswith("/admin/") and not request.path_info.endswith("/")
        ):
            if request.method in ("GET", "HEAD"):  # relative links in these pages need the slash
                return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
            request.path_info += "/"
        if not request.path_info.startswith(self.PREFIXES):
            return self.get_response(request)
        response = self._chain(request)
        response.headers.setdefault("Content-Security-Policy", _STAFF_PAGES)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Hands on the hook that CSRF protection lives in; Django calls it on listed middleware only."""
        if request.path_info.startswith(self.PREFIXES):
            for hook in self._view_hooks:
                response = hook(request, view, args, kwargs)
                if response is not None:
                    return response
        return None
