"""Reading a WebSocket handshake: credentials, origin, subprotocol (contract 2.5, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from mobilegpt.core.errors import ErrorCode, Forbidden
from mobilegpt.core.network import client_address, is_trusted
from mobilegpt.realtime.protocol import SUBPROTOCOL

Scope = Mapping[str, Any]


class Credential(NamedTuple):
    """What a client showed: an access token, or the session cookie of a browser."""

    kind: Literal["token", "cookie"]
    value: str


def header(scope: Scope, name: bytes) -> str:
    """The values of a header, joined as HTTP allows; empty when absent."""
    values = [value for key, value in scope["headers"] if key == name]
    return b",".join(values).decode("latin-1")


def headers_of(scope: Scope) -> dict[str, str]:
    """Every header, by its name in lower case."""
    return {name.decode("latin-1").lower(): header(scope, name) for name, _ in scope["headers"]}


def query_of(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def address_of(scope: Scope) -> str:
    peer = scope.get("client") or ("", 0)
    return client_address(peer[0], header(scope, b"x-forwarded-for"), settings.TRUSTED_PROXIES)


def base_of(scope: Scope) -> str:
    """``PUBLIC_URL``, else the address that this client used, over HTTP and without a slash at the end."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    peer = (scope.get("client") or ("", 0))[0]
    forwarded = header(scope, b"x-forwarded-proto") if is_trusted(peer, settings.TRUSTED_PROXIES) else ""
    secure = (forwarded or scope.get("scheme", "ws")) in ("https", "wss")
    return f"{'https' if secure else 'http'}://{header(scope, b'host')}"


def credential_of(scope: Scope, query: Mapping[str, str]) -> Credential | None:
    """In the contract's order: Authorization, ``?token=``, ``bearer.<token>``, cookie."""
    kind, _, token = header(scope, b"authorization").partition(" ")
    if kind.lower() == "bearer":
        return Credential("token", token.strip())
    if "token" in query:
        return Credential("token", query["token"])
    for offered in scope.get("subprotocols", []):
        if offered.startswith("bearer."):
            return Credential("token", offered.removeprefix("bearer."))
    cookie = _session_cookie(scope)
    return Credential("cookie", cookie) if cookie else None


def _session_cookie(scope: Scope) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header(scope, b"cookie"))
    except CookieError:
        return ""
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def wants_rt(scope: Scope, query: Mapping[str, str]) -> bool:
    """Whether the client opted in to the delivery protocol (contract 10)."""
    return SUBPROTOCOL in scope.get("subprotocols", []) or query.get("rt") == "1"


def chosen_subprotocol(scope: Scope) -> str | None:
    """``rt.v1``, else ``bearer``, else the token's own: a browser fails when none of its offers is chosen."""
    offered: list[str] = scope.get("subprotocols", [])
    for name in (SUBPROTOCOL, "bearer"):
        if name in offered:
            return name
    return next((name for name in offered if name.startswith("bearer.")), None)


def check_origin(scope: Scope, credential: Credential | None) -> None:
    """Raises ``Forbidden`` for a foreign page.

    A cookie needs an Origin equal to the Host or listed, in every profile. A token may come from anywhere in
    development, from the list in production, and from no browser at all.
    """
    origin = header(scope, b"origin")
    by_cookie = credential is not None and credential.kind == "cookie"
    if not origin and not by_cookie:
        return
    if origin and _own_or_listed(origin, header(scope, b"host")):
        return
    if settings.DEVELOPMENT and not by_cookie:
        return
    raise Forbidden(ErrorCode.FORBIDDEN, "This origin may not open sockets here")


def _own_or_listed(origin: str, host: str) -> bool:
    if origin == "null":
        return False
    return urlsplit(origin).netloc.lower() == host.lower() or origin.rstrip("/") in settings.CORS_ORIGINS
