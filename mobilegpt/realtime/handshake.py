"""Reading a WebSocket handshake: host, origin, credentials, subprotocol (contract 2.5, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from mobilegpt.core import extras
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid
from mobilegpt.core.ids import request_id
from mobilegpt.core.locale import Language, language_of
from mobilegpt.core.network import client_address, is_trusted
from mobilegpt.realtime.access_log import Source
from mobilegpt.realtime.protocol import SUBPROTOCOL

Scope = Mapping[str, Any]


class Credential(NamedTuple):
    """What a client showed: an access token, or the session cookie of a browser."""

    kind: Literal["token", "cookie"]
    value: str


class Request:
    """What a client sent to open a socket, read once. Header names are lower case, repeated ones joined as in HTTP.

    ``address`` is the client's own, ``peer`` the connection's, which may be a proxy's.
    """

    __slots__ = ("address", "headers", "path", "peer", "query", "scheme", "source", "subprotocols")

    def __init__(self, scope: Scope) -> None:
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            known, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[known] = f"{headers[known]},{text}" if known in headers else text
        self.headers: Mapping[str, str] = headers
        self.path: str = scope["path"]
        self.peer: str = (scope.get("client") or ("", 0))[0]
        self.query: Mapping[str, str] = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        self.scheme: str = scope.get("scheme", "ws")
        self.subprotocols: Sequence[str] = scope.get("subprotocols", [])
        self.address = client_address(self.peer, headers.get("x-forwarded-for", ""), settings.TRUSTED_PROXIES)
        self.source = Source(self.path, self.address, request_id(headers.get("x-request-id", "")))

    @property
    def base(self) -> str:
        """``PUBLIC_URL``, else the address that this client used, over HTTP and without a slash at the end."""
        return str(settings.PUBLIC_URL) or self.own_origin

    @property
    def own_origin(self) -> str:
        """Scheme and host that this client used; a trusted proxy in front says which scheme that was."""
        told = self.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
        secure = (told if told and is_trusted(self.peer, settings.TRUSTED_PROXIES) else self.scheme) in ("https", "wss")
        return f"{'https' if secure else 'http'}://{self.headers.get('host', '')}"

    @property
    def wants_rt(self) -> bool:
        """Whether the client opted in to the delivery protocol (contract 10)."""
        return SUBPROTOCOL in self.subprotocols or self.query.get("rt") == "1"

    @property
    def language(self) -> Language:
        """``?lang=``, which is all that a page can say here; else as a request says it."""
        return language_of(self.query.get("lang") or self.headers.get("accept-language", ""))

    @property
    def wants_extras(self) -> bool:
        """Whether the client takes keys that the documents do not have (contract 11.7)."""
        return not extras.are_refused(self.headers.get(extras.HEADER.lower()))

    @property
    def chosen_subprotocol(self) -> str | None:
        """``rt.v1``, else ``bearer``, else the token's own: a browser fails when none of its offers is chosen."""
        for name in (SUBPROTOCOL, "bearer"):
            if name in self.subprotocols:
                return name
        return next((name for name in self.subprotocols if name.startswith("bearer.")), None)

    def credential(self) -> Credential | None:
        """In the contract's order: Authorization, ``?token=``, ``bearer.<token>``, cookie."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return Credential("token", token.strip())
        if "token" in self.query:
            return Credential("token", self.query["token"])
        for offered in self.subprotocols:
            if offered.startswith("bearer."):
                return Credential("token", offered.removeprefix("bearer."))
        cookie = _session_cookie(self.headers.get("cookie", ""))
        return Credential("cookie", cookie) if cookie else None

    def check_host(self) -> None:
        """Raises ``Invalid`` for a name that is not this server's, as HTTP does."""
        if not _is_ours(self.headers.get("host", ""), tuple(settings.ALLOWED_HOSTS)):
            raise Invalid(message="This server does not answer to this name")

    def check_origin(self, credential: Credential | None) -> None:
        """Raises ``Forbidden`` for a foreign page.

        A cookie needs an Origin that is this server, scheme and all, or listed, in every profile. A token may come from
        anywhere in development, from the list in production, and from no browser at all.
        """
        origin = self.headers.get("origin", "")
        by_cookie = credential is not None and credential.kind == "cookie"
        if not origin and not by_cookie:
            return
        if origin and _canonical(origin) in self._own_or_listed():
            return
        if settings.DEVELOPMENT and not by_cookie:
            return
        raise Forbidden(ErrorCode.FORBIDDEN, "This origin may not open sockets here")

    def _own_or_listed(self) -> set[str]:
        return {_canonical(one) for one in (self.own_origin, settings.PUBLIC_URL, *settings.CORS_ORIGINS)} - {""}


@lru_cache(maxsize=256)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _session_cookie(cookies: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookies)
    except CookieError:
        return ""
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _canonical(origin: str) -> str:
    """Scheme, host and port, ``https://example.com``; empty for what is none, such as ``null``."""
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"
