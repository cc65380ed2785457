"""The WebSocket half of the ASGI application: find the route, let the caller in or refuse (contract 3.7)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseFault

from mobilegpt.accounts.tokens import actor_from_session_cookie, actors_from_access_tokens
from mobilegpt.audit.origin import Origin, coming_from
from mobilegpt.audit.trail import note_reading, record_denial
from mobilegpt.classroom.codes import IN_A_PATH
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, ErrorCode, NotFound, Unauthenticated, Unavailable
from mobilegpt.core.ids import fresh_id
from mobilegpt.realtime.close import CloseCode, close_code_for
from mobilegpt.realtime.connection import Connection, Receive, Scope, Send
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.handshake import Credential, Request
from mobilegpt.realtime.runtime import runtime
from mobilegpt.realtime.surface import Handshake, Opening, SocketRoute
from mobilegpt.sockets.routes import ROUTES

log = structlog.get_logger(__name__)

_HTTP_STATUS = {
    CloseCode.TOKEN: 401,
    CloseCode.FORBIDDEN: 403,
    CloseCode.ABSENT: 404,
    CloseCode.OVERLOAD: 503,
}


async def websocket_application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI application for scopes of type ``websocket``."""
    await runtime.start()
    await receive()  # websocket.connect
    asked_at = asyncio.get_running_loop().time()
    request = Request(scope)
    rt, subprotocol, address = request.wants_rt, request.chosen_subprotocol, request.address
    origin = Origin(fresh_id(), request.peer, request.headers.get("x-forwarded-for", ""))
    route, params = _match(request.path)
    in_band = rt or (route is not None and route.accept_then_close)
    try:
        if route is None:
            raise NotFound("Route")
        opening = await _open(route, params, request, origin)
        del request  # not as long as the socket
        if _at_limit(route, opening):
            _note_denial("CONNECTION_LIMIT", route, origin)
            await _accept_and_close(subprotocol, send, CloseCode.CONNECTION_LIMIT, "too many sockets")
            return
        if route.audited and opening.actor is not None:
            with coming_from(origin):
                note_reading(route.audited, opening.actor, params)
        connection = Connection(runtime, route, opening, address, scope.get("extensions", {}), receive, send)
        await connection.run(subprotocol, rt, asked_at)
    except DomainError as error:  # before it was accepted: it may not open, or not any more
        _note_denial(error.code, route, origin)
        if in_band:
            await _accept_and_close(subprotocol, send, close_code_for(error), error.code)
        else:
            await _refuse(error, scope, send)


def _note_denial(code: str, route: SocketRoute | None, origin: Origin) -> None:
    with coming_from(origin):
        record_denial(code, door=f"WS {route.pattern if route is not None else ''}")


async def _open(route: SocketRoute, params: Mapping[str, str], request: Request, origin: Origin) -> Opening:
    credential = request.credential()
    request.check_origin(credential)
    try:
        actor = await runtime.gatherer.run(_actors_of, credential) if credential is not None else None
        origin.actor_id = actor.user_id if actor is not None else None
        wanted = Handshake(params, request.query, actor, request.address, request.peer, request.headers, request.base)
        return route.open(wanted) if route.opens_at_once else await in_database(route.open, wanted)
    except DomainError:
        raise
    except DatabaseFault:
        log.exception("handshake_failed", route=route.name)
        raise Unavailable(message="The database does not answer", retry_after=5) from None


def _actors_of(credentials: Sequence[Credential]) -> list[Actor | Unauthenticated]:
    """Who shows each; ``Unauthenticated`` for one that is not valid (contract 3.5)."""
    tokens = [credential.value for credential in credentials if credential.kind == "token"]
    by_token = iter(actors_from_access_tokens(tokens))
    return [next(by_token) if one.kind == "token" else _actor_of_cookie(one.value) for one in credentials]


def _actor_of_cookie(cookie: str) -> Actor | Unauthenticated:
    actor = actor_from_session_cookie(cookie)
    return actor or Unauthenticated(ErrorCode.INVALID_TOKEN, "The session is over, sign in again")


def _at_limit(route: SocketRoute, opening: Opening) -> bool:
    limit: int = settings.REALTIME["SOCKETS_PER_USER"]
    return opening.actor is not None and runtime.count(opening.actor.user_id, route.name) >= limit


async def _refuse(error: DomainError, scope: Scope, send: Send) -> None:
    code = close_code_for(error)
    if "websocket.http.response" in scope.get("extensions", {}):
        await _answer_http(send, _HTTP_STATUS.get(code, 403), error)
    else:
        await send({"type": "websocket.close", "code": int(code)})


async def _accept_and_close(subprotocol: str | None, send: Send, code: CloseCode, reason: str) -> None:
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
    await send({"type": "websocket.close", "code": int(code), "reason": reason})


async def _answer_http(send: Send, status: int, error: DomainError) -> None:
    body = json.dumps({"error": {"code": error.code, "message": error.message, "details": error.details}})
    headers = [(b"content-type", b"application/json")]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body.encode()})


@cache
def _patterns() -> list[tuple[re.Pattern[str], SocketRoute]]:
    return [(_compile(route.pattern), route) for route in ROUTES]


def _compile(pattern: str) -> re.Pattern[str]:
    """``ws/sessions/<code>`` with or without the trailing slash; ``<int:id>`` takes digits only.

    A code or ``session_ref`` is whatever ``classroom.codes`` reads.
    """
    body = re.sub(r"<int:(\w+)>", r"(?P<\1>[0-9]{1,18})", pattern)
    body = re.sub(r"(?<!\?P)<(code|session_ref)>", rf"(?P<\1>{IN_A_PATH})", body)
    body = re.sub(r"(?<!\?P)<(\w+)>", r"(?P<\1>[^/]+)", body)
    return re.compile(rf"/{body}/?")


def _match(path: str) -> tuple[SocketRoute, dict[str, Any]] | tuple[None, dict[str, Any]]:
    for pattern, route in _patterns():
        found = pattern.fullmatch(path)
        if found is not None:
            return route, found.groupdict()
    return None, {}
