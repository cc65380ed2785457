"""HTTP through one thread hop: Django's synchronous handler, complete with its middleware, as an ASGI application.

Django's own ASGI handler changes threads several times per request, which costs more than the request (ADR 8). Here the
body is read without a thread, the whole handler runs in one thread of a fixed pool, and the answer goes out without a
thread again. A slow client therefore never holds a thread, neither while it sends nor while it receives.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpResponse

from mobilegpt.core.errors import DomainError, ErrorCode, Invalid, RateLimited, TooLarge, Unavailable
from mobilegpt.core.network import is_trusted
from mobilegpt.database.pool import in_thread
from mobilegpt.rest.http.errors import plain_answer, plain_refusal
from mobilegpt.server.bodies import Bodies, Body

log = structlog.get_logger(__name__)

AsgiMessage = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_MAX_HEADERS = 256
# CVE-2026-44546: what some parser takes for the end of a line, or for white space, has no place in a header.
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f\x85]")
_ONCE_ONLY = frozenset({b"host", b"content-length", b"content-type", b"authorization"})
# Nothing for so long, or on the whole slower than so: the body is given up.
_SILENT_SECONDS = 30
_BODY_SECONDS = 60
_BYTES_PER_SECOND = 4096
_LINGER_SECONDS = 5
_LINGER_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024


class Refusal(Exception):
    """The request does not get as far as Django. ``unread``: the client may still be sending its body.

    ``status`` is another one than that of the error's kind.
    """

    def __init__(self, error: DomainError, *, unread: bool = True, status: int | None = None) -> None:
        super().__init__(error.message)
        self.error, self.unread, self.status = error, unread, status


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Answer(NamedTuple):
    """What the handler made: ``body`` is whole, or the first piece when ``rest`` yields more."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Uploads:
    """Paths that take files: larger bodies, from callers who show who they are before theirs is read.

    ``most`` gives the most bytes that a path takes. ``caller`` gives a name to count by, "" for one that speaks for
    many, ``None`` for nobody. Both run on the event loop.
    """

    paths: re.Pattern[str]
    most: Callable[[str], int]
    caller: Callable[[Environ], str | None]
    at_once: int


class HttpBridge:
    """An ASGI application for ``http`` scopes around a WSGI one, with ``threads`` threads of its own.

    Bodies over ``max_body`` bytes are refused with 413, those of ``uploads`` over their own limit. ``bodies`` counts
    what is on its way, together with other bridges. Where ``most`` requests are at work or wait for a thread, further
    ones are refused with 503.
    """

    def __init__(
        self,
        wsgi: WsgiApplication,
        *,
        threads: int,
        max_body: int,
        bodies: Bodies,
        uploads: Uploads | None = None,
        name: str = "http",
        most: int | None = None,
    ) -> None:
        self._most = most
        self._here = 0
        self._wsgi = wsgi
        self._max_body = max_body
        self._bodies = bodies
        self._uploads = uploads
        self._uploading: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            environ = environ_of(scope)
            uploads = self._uploads
            if uploads is not None and scope["method"] == "POST" and uploads.paths.fullmatch(scope["path"]):
                await self._upload(uploads, environ, scope, receive, send)
            else:
                await self._serve(environ, self._max_body, scope, receive, send)
        except ClientGone:
            return
        except Refusal as refusal:
            await _refuse(refusal, scope, receive, send)

    async def _upload(self, uploads: Uploads, environ: Environ, scope: Scope, receive: Receive, send: Send) -> None:
        caller = uploads.caller(environ)
        if caller is None:
            # In Django's own words, with what surrounds every answer. The body stays where it is.
            answer = await self._answered(environ, io.BytesIO(), 0)
            await _send_over_unread(answer, not _waits_to_continue(scope), receive, send)
            return
        if not caller:
            await self._serve(environ, uploads.most(scope["path"]), scope, receive, send)
            return
        if self._uploading.get(caller, 0) >= uploads.at_once:
            message = f"At most {uploads.at_once} uploads at once"
            unread = not _waits_to_continue(scope)
            raise Refusal(RateLimited(message=message, retry_after=_LINGER_SECONDS), unread=unread)
        self._uploading[caller] = self._uploading.get(caller, 0) + 1
        try:
            await self._serve(environ, uploads.most(scope["path"]), scope, receive, send)
        finally:
            self._uploading[caller] -= 1
            if not self._uploading[caller]:
                del self._uploading[caller]

    async def _serve(self, environ: Environ, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        body = Body(self._bodies)
        try:
            await _read_body(body, most, scope, receive)
            answer = await self._answered(environ, await body.opened(), body.size)
        except Unavailable as error:
            # What is left of the body is read away, at most as much as may be sent.
            raise Refusal(error) from None
        finally:
            body.close()
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None or scope["method"] == "HEAD":
            answer.close()
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
        else:
            await self._stream(answer, answer.rest, receive, send)

    async def _answered(self, environ: Environ, body: BinaryIO, size: int) -> Answer:
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = str(size)
        if self._most is not None and self._here >= self._most:
            raise Refusal(Unavailable(message="Too many at once", retry_after=5), unread=False)
        self._here += 1
        try:
            answer: Answer = await self._run(_handle, self._wsgi, environ)
        finally:
            self._here -= 1
        return answer

    async def _run(self, function: Callable[..., Any], *args: Any) -> Any:
        # A context of its own per hop: what one request binds to its log lines must not reach the next one.
        return await in_thread(self._pool, contextvars.copy_context().run, function, *args)

    async def _stream(self, answer: Answer, rest: Iterator[bytes], receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(until_disconnect(receive))
        try:
            chunk = answer.body
            while chunk and not gone.done():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                chunk = await self._run(_next_chunk, rest)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._pool.submit(answer.close)


async def _read_body(body: Body, most: int, scope: Scope, receive: Receive) -> None:
    """All of it, as long as it keeps coming. Raises ``Refusal``, ``ClientGone``, and what ``Body.add`` raises."""
    if _announced_length(scope) > most:
        raise _too_large(most, unread=not _waits_to_continue(scope))
    clock = asyncio.get_running_loop().time
    started = clock()
    patience: float = _SILENT_SECONDS
    more = True
    try:
        while more:
            async with asyncio.timeout(patience):
                piece, more = await _next_piece(receive)
            if body.size + len(piece) > most:
                raise _too_large(most, unread=more)
            if piece:
                await body.add(piece)
            if more:
                left = started + _BODY_SECONDS + body.size / _BYTES_PER_SECOND - clock()
                patience = min(_SILENT_SECONDS, max(0.0, left))
    except asyncio.CancelledError:
        raise Refusal(Unavailable(message="The server is stopping"), unread=False) from None
    except TimeoutError:
        raise Refusal(Invalid(message="The body took too long to arrive"), unread=False, status=408) from None


def environ_of(scope: Scope) -> Environ:
    """The WSGI environment of an ASGI scope, without its body. Raises ``Refusal`` for headers that are not in order."""
    root = scope.get("root_path", "")
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": _wsgi_text(root),
        "PATH_INFO": _wsgi_text(scope["path"].removeprefix(root)),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": client[0] or "",
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update(_header_variables(scope["headers"]))
    if not is_trusted(environ["REMOTE_ADDR"], settings.TRUSTED_PROXIES):
        environ.pop("HTTP_X_FORWARDED_PROTO", None)  # anybody could say that this is HTTPS
    return environ


def _header_variables(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as ``HTTP_*``: names with an underscore are dropped, since they could pass for another header
    (CVE-2026-3902); repeated ones are joined, and those that decide something may not be repeated."""
    values: dict[bytes, list[bytes]] = {}
    for count, (name, value) in enumerate(headers, start=1):
        if count > _MAX_HEADERS:
            raise Refusal(Invalid(message="Too many headers"))
        if _CONTROL.search(value):
            raise Refusal(Invalid(message="A header holds control characters"))
        if b"_" not in name:
            values.setdefault(name.lower(), []).append(value)
    if any(len(values.get(name, ())) > 1 for name in _ONCE_ONLY):
        raise Refusal(Invalid(message="A header is repeated"))
    return {
        _variable(name): (b"; " if name == b"cookie" else b",").join(found).decode("latin-1")
        for name, found in values.items()
    }


def _variable(name: bytes) -> str:
    text = name.decode("latin-1").upper().replace("-", "_")
    return text if text in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{text}"


def _wsgi_text(path: str) -> str:
    """WSGI carries the bytes of a path as if they were Latin-1."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _announced_length(scope: Scope) -> int:
    """``Content-Length``, or 0 when the body is chunked or absent."""
    text = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"0")
    if not text.isdigit() or len(text) > 18:
        raise Refusal(Invalid(message="Content-Length is not a number"))
    return int(text)


def _waits_to_continue(scope: Scope) -> bool:
    """The client sends its body only when asked for it (``Expect: 100-continue``)."""
    return any(name.lower() == b"expect" for name, _ in scope["headers"])


def _too_large(limit: int, *, unread: bool) -> Refusal:
    return Refusal(TooLarge(message=f"The body may have at most {limit} bytes"), unread=unread)


async def _next_piece(receive: Receive) -> tuple[bytes, bool]:
    """A piece of a body, and whether more will come. Raises ``ClientGone``."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


async def until_disconnect(receive: Receive) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the refusal and close; it is logged as those of Django are (X18)."""
    refused = plain_refusal(refusal.error, scope["path"], refusal.status)
    peer = (scope.get("client") or ("",))[0]
    facts = {"status": refused.status_code, "code": refusal.error.code, "address": peer}
    log.info("request", method=scope["method"], path=scope["path"], **facts)
    answer = Answer(refused.status_code, headers_of(refused), refused.content, None, _nothing)
    await _send_over_unread(answer, refusal.unread, receive, send)


def headers_of(answer: HttpResponse) -> list[tuple[bytes, bytes]]:
    """Those of a whole answer that was made outside of Django, as ASGI takes them."""
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
    return [*headers, (b"content-length", str(len(answer.content)).encode())]


async def _send_over_unread(answer: Answer, unread: bool, receive: Receive, send: Send) -> None:
    """Send an answer and close. What the client is still sending is thrown away for a moment: a connection closed over
    unread data would be reset, and the client would never see the answer."""
    headers = [*answer.headers, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    if unread:
        await _throw_away(receive)
    await send({"type": "http.response.body", "body": b""})


async def _throw_away(receive: Receive) -> None:
    size, more = 0, True
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while more and size <= _LINGER_BYTES:
                piece, more = await _next_piece(receive)
                size += len(piece)
    except (TimeoutError, ClientGone):
        return


def _handle(wsgi: WsgiApplication, environ: Environ) -> Answer:
    """Runs in a thread: the handler, and as much of its answer as fits into one piece."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        head[:] = [
            int(status.split(" ", 1)[0]),
            [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        ]

    try:
        result = wsgi(environ, start_response)
        close: Callable[[], None] = getattr(result, "close", _nothing)
        if not getattr(result, "streaming", True):
            body = b"".join(result)
            close()
            return _whole(head[0], head[1], body)
        rest = _pieces(result)
        first = next(rest, b"")
        if len(first) < _CHUNK and hasattr(result, "file_to_stream"):
            close()  # a small file is whole already
            return Answer(head[0], head[1], first, None, _nothing)
    except Exception:
        log.exception("handler_failed", path=environ["PATH_INFO"])
        close_old_connections()
        return _failed(environ["PATH_INFO"])
    close_old_connections()
    return Answer(head[0], head[1], first, rest, close)


def _whole(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> Answer:
    """With its length, so that servers need not send it in chunks; Django leaves that to a middleware."""
    if status >= 200 and status not in (204, 304) and all(name != b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(body)).encode()))
    return Answer(status, headers, body, None, _nothing)


def _failed(path: str) -> Answer:
    answer = plain_answer(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side", 500, path)
    return Answer(answer.status_code, headers_of(answer), answer.content, None, _nothing)


def _nothing() -> None:
    """There is nothing to close."""


def _pieces(result: Any) -> Iterator[bytes]:
    """The non-empty pieces of a streamed answer; a file in pieces of 64 KiB instead of Django's 4 KiB."""
    file = getattr(result, "file_to_stream", None)
    if file is not None:
        return iter(lambda: file.read(_CHUNK), b"")
    return (piece for piece in result if piece)


def _next_chunk(rest: Iterator[bytes]) -> bytes:
    try:
        return next(rest, b"")
    finally:
        close_old_connections()
