"""The pages: one shell (``web/dist/index.html``) for every address that the browser's router knows, and the answers to
addresses that nobody knows."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mobilegpt.rest.http.errors import bad_request, not_found
from mobilegpt.server.headers import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY

# What answers programs. Its unknown addresses are refused in its own words, whoever asks.
_SERVICES = re.compile(r"^/(?:api|user/v1|chat/v1|qr|ws|static|assets|icons|media|admin|\.well-known)(?:/|$)")
# Beside a page or a service: a page only for a browser, which asks for one by name.
_AMBIGUOUS = re.compile(r"^/(?:user|chat)(?:/|$)|\.[a-z0-9]{1,12}$", re.IGNORECASE)
_NOT_BUILT = """<!doctype html><html lang="ko"><meta charset="utf-8"><title>모바일 배움 교실</title>
<body style="font:20px/1.6 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em">
<h1>화면이 아직 준비되지 않았어요</h1><p><code>make web</code> 을 실행한 다음 서버를 다시 켜 주세요.</p>
<p lang="en">The pages are not built yet. Run <code>make web</code>, then start the server again.</p>"""
_FOREIGN_HOST = """<!doctype html><html lang="ko"><meta charset="utf-8"><title>모바일 배움 교실</title>
<body style="font:20px/1.6 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em">
<h1>이 주소로는 교실을 열 수 없어요</h1><p>선생님 화면에 보이는 주소로 다시 들어와 주세요.</p>
<p lang="en">This server does not answer to this name. If you run it, add the name to <code>ALLOWED_HOSTS</code>.</p>"""


@require_safe
def page(request: HttpRequest, **params: str) -> HttpResponse:
    """The shell. Never kept without asking, so that a new build reaches every phone at its next visit."""
    return _shell(request, 200)


def unknown_route(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``: the family's envelope for services, the shell (it says so in words) for everything else."""
    return _shell(request, 404) if _asks_for_page(request) else not_found(request, exception)


def malformed_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``: mostly a name in ``Host`` that is not this server's."""
    if _SERVICES.match(request.path) or request.method not in ("GET", "HEAD"):
        return bad_request(request, exception)
    return _with_headers(HttpResponse(_FOREIGN_HOST, status=400))


def _asks_for_page(request: HttpRequest) -> bool:
    if request.method not in ("GET", "HEAD") or _SERVICES.match(request.path):
        return False
    return "text/html" in request.headers.get("Accept", "") or not _AMBIGUOUS.search(request.path)


def _shell(request: HttpRequest, status: int) -> HttpResponse:
    index = settings.WEB_DIST / "index.html"
    try:
        content, etag = _read(index, index.stat().st_mtime_ns)
    except OSError:
        return _with_headers(HttpResponse(_NOT_BUILT, status=503 if status == 200 else status))
    if status == 200 and request.headers.get("If-None-Match", "") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, status=status)
    response["ETag"] = etag
    return _with_headers(response)


@functools.lru_cache(maxsize=2)
def _read(index: Path, changed: int) -> tuple[bytes, str]:
    content = index.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _with_headers(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Permissions-Policy"] = PERMISSIONS_POLICY
    return response
