"""Reading a WebSocket handshake: credentials, origin, subprotocol (contract 2.5, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Request:
    """What a client sent to open a socket, read once. Header names are lower case, repeated ones joined as in HTTP.

    ``address`` is the client's own, ``peer`` the connection's, which may be a proxy's.
    """

    __slots__ = ("address", "headers", "path", "peer", "query", "scheme", "subprotocols")

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

    @property
    def base(self) -> str:
        """``PUBLIC_URL``, else the address that this client used, over HTTP and without a slash at the end."""
        if settings.PUBLIC_URL:
            return str(settings.PUBLIC_URL)
        told = self.headers.get("x-forwarded-proto")
        secure = (told if told and is_trusted(self.peer, settings.TRUSTED_PROXIES) else self.scheme) in ("https", "wss")
        return f"{'https' if secure else 'http'}://{self.headers.get('host', '')}"

    @property
    def wants_rt(self) -> bool:
        """Whether the client opted in to the delivery protocol (contract 10)."""
        return SUBPROTOCOL in self.subprotocols or self.query.get("rt") == "1"

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

    def check_origin(self, credential: Credential | None) -> None:
        """Raises ``Forbidden`` for a foreign page.

        A cookie needs an Origin equal to the Host or listed, in every profile. A token may come from anywhere in
        development, from the list in production, and from no browser at all.
        """
        origin = self.headers.get("origin", "")
        by_cookie = credential is not None and credential.kind == "cookie"
        if not origin and not by_cookie:
            return
        if origin and _own_or_listed(origin, self.headers.get("host", "")):
            return
        if settings.DEVELOPMENT and not by_cookie:
            return
        raise Forbidden(ErrorCode.FORBIDDEN, "This origin may not open sockets here")


def _session_cookie(cookies: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookies)
    except CookieError:
        return ""
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _own_or_listed(origin: str, host: str) -> bool:
    if origin == "null":
        return False
    return urlsplit(origin).netloc.lower() == host.lower() or origin.rstrip("/") in settings.CORS_ORIGINS
