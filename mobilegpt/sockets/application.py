"""The WebSocket half of the ASGI application: find the route, let the caller in or refuse (contract 3.7)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
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
from mobilegpt.core.errors import DomainError, ErrorCode, NotFound, Unauthenticated, database_away
from mobilegpt.core.locale import speak, spoken
from mobilegpt.database.threads import in_database
from mobilegpt.realtime.access_log import Source, socket_refused
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.connection import Connection, Receive
from mobilegpt.realtime.handshake import Credential, Request
from mobilegpt.realtime.prepared_frames import EXTENSION
from mobilegpt.realtime.route import Handshake, Opening, SocketRoute
from mobilegpt.realtime.runtime import runtime
from mobilegpt.realtime.writer import Send
from mobilegpt.sockets.routes import ROUTES
from mobilegpt.wire.refusal import RefusalAnswer, TooManySockets, answer_to, envelope, retry_after

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]

_OVER_SECONDS = 1.0


async def websocket_application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI application for scopes of type ``websocket``."""
    await runtime.start()
    await receive()  # websocket.connect
    asked_at = asyncio.get_running_loop().time()
    request = Request(scope)
    speak(request.language)
    rt, subprotocol, source = request.wants_rt, request.chosen_subprotocol, request.source
    wants_extras = request.wants_extras
    origin = Origin(source.request_id, request.peer, request.headers.get("x-forwarded-for", ""))
    route, params = _match(request.path)
    in_band = rt or (route is not None and route.accept_then_close)
    actor: Actor | None = None
    try:
        request.check_host()
        if route is None:
            raise NotFound("Route")
        actor = await _caller(request)
        origin.actor_id = actor.user_id if actor is not None else None
        opening = await _open(route, params, request, actor)
        del request  # not as long as the socket
        if _at_limit(route, opening):
            raise TooManySockets(message="This account has too many of these sockets open")
        if route.audited and opening.actor is not None:
            with coming_from(origin):
                note_reading(route.audited, opening.actor, params)
        extensions, language = scope.get("extensions", {}), spoken()
        connection = Connection(
            runtime,
            route,
            opening,
            source,
            extensions,
            receive,
            send,
            rt=rt,
            language=language,
            wants_extras=wants_extras,
        )
        await connection.run(subprotocol, asked_at)
    except DomainError as error:  # before it was accepted: it may not open, or not any more
        _note_denial(error.code, route, origin)
        answer = answer_to(error)
        user_id = actor.user_id if actor is not None else None
        if in_band or isinstance(error, TooManySockets):
            socket_refused(source, error.code, user_id=user_id, close=int(answer.close))
            await _accept_and_close(subprotocol, send, answer.close, error.code)
            return
        socket_refused(source, error.code, user_id=user_id, status=answer.handshake)
        await _refuse(error, answer, source, scope, receive, send)


def _note_denial(code: str, route: SocketRoute | None, origin: Origin) -> None:
    with coming_from(origin):
        record_denial(code, door=f"WS {route.pattern if route is not None else ''}")


async def _caller(request: Request) -> Actor | None:
    credential = request.credential()
    request.check_origin(credential)
    if credential is None:
        return None
    with _database_faults("credential"):
        actor: Actor = await runtime.batcher.run(_actors_of, credential)
        return actor


async def _open(route: SocketRoute, params: Mapping[str, str], request: Request, actor: Actor | None) -> Opening:
    wanted = Handshake(params, request.query, actor, request.address, request.peer, request.headers, request.base)
    with _database_faults(route.name):
        return route.open(wanted) if route.opens_at_once else await in_database(route.open, wanted)


@contextmanager
def _database_faults(place: str) -> Iterator[None]:
    try:
        yield
    except DatabaseFault:
        log.exception("handshake_failed", route=place)
        raise database_away() from None


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


async def _refuse(
    error: DomainError, answer: RefusalAnswer, source: Source, scope: Scope, receive: Receive, send: Send
) -> None:
    extensions = scope.get("extensions", {})
    if "websocket.http.response" not in extensions:
        await send({"type": "websocket.close", "code": int(answer.close)})
        return
    await _answer_http(send, answer.handshake, error, source)
    if EXTENSION not in extensions:
        await _until_over(receive)


async def _until_over(receive: Receive) -> None:
    """Plain uvicorn takes a refused handshake for complete once the connection is over, and an application that returns
    before that for broken: it logs an error. It tells of the refusal first, then of the end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_OVER_SECONDS):
            await receive()
            await receive()


async def _accept_and_close(subprotocol: str | None, send: Send, code: CloseCode, reason: str) -> None:
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
    await send({"type": "websocket.close", "code": int(code), "reason": reason})


async def _answer_http(send: Send, status: int, error: DomainError, source: Source) -> None:
    body = json.dumps(envelope(error.code, error.message, error.details))
    headers = [(b"content-type", b"application/json"), (b"x-request-id", source.request_id.encode())]
    if (seconds := retry_after(error)) is not None:
        headers.append((b"retry-after", str(seconds).encode()))
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
