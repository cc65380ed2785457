"""``Idempotency-Key`` on POST (contract 10.3): a retry gives the first answer.

The record is written in the transaction of the work itself, so a crash between commit and response loses neither. So
an answer is shaped before the commit: around the whole of a view's ``post`` (``once_per_key``), or, where several
requests share a transaction, by ``KeyedWrite``. Only 2xx answers are kept: a refusal changed nothing and may be tried
again.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Invalid
from mobilegpt.core.network import counted_address
from mobilegpt.database import idempotency
from mobilegpt.database.models import IdempotencyRecord
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.events.shared_transaction import BatchHandler, Numbers, Piece, execute_shared
from mobilegpt.rest.http.client_address import client_address

WriteHandler = Callable[..., Response]


class Keyed(Protocol):
    """A view as far as its key goes."""

    def idempotency_key(self) -> str: ...


def once_per_key(handler: WriteHandler) -> WriteHandler:
    """Wrap a view's ``post``. Without the header it runs as it is."""

    @functools.wraps(handler)
    def post(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        attempt = attempt_of(view, request)
        view.weigh()
        if attempt is None:
            view.prepare(*args, **kwargs)
            return handler(view, request, *args, **kwargs)
        with idempotency.in_flight(attempt):
            if (view.weighed or view.costly) and (first := idempotency.answer_to(attempt)) is not None:
                return _repeated(first)
            view.prepare(*args, **kwargs)
            with unit_of_work() as unit:
                first = idempotency.begin(attempt)
                if first is not None:
                    return _repeated(first)
                response = handler(view, request, *args, **kwargs)
                unit.flush()
                idempotency.finish(attempt, *_kept(response))
                return response

    return post


class KeyedWrite(Piece[Response]):
    """The write of one POST, in a transaction that it may share with those of others, once per key.

    Its way, downwards: the view makes it of its request, of what its service is given, and of ``shape``, by which the
    response is made of what the service made; ``run`` queues it (``by_threads``); who leads the queue opens the
    transaction, claims the keys and calls the service, once for all (``execute_shared``), then has each write
    ``settle``: shaped, and kept under its key, with the work that it tells of. A retry gets what was kept.

    The view's class turns ``idempotent`` off, since the key is taken care of here, and names the service in ``shares``.
    """

    __slots__ = ("shape",)

    def __init__(self, view: Keyed, request: Request, given: Any, *, shape: Callable[[Any], Response]) -> None:
        """Raises ``Invalid`` for a key that is too long."""
        super().__init__(given, attempt_of(view, request))
        self.shape = shape

    def run(self, service: BatchHandler, *, about: Hashable = None) -> Response:
        """The response, after the commit. Only writes that are ``about`` the same share it. Raises what refused it."""
        response: Response = by_threads.run(_write_shared, self, service, about, announced_as=service)
        return response

    def repeat(self, first: IdempotencyRecord) -> Response:
        return _repeated(first)

    def settle(self, made: Any, numbers: Numbers) -> tuple[Response, tuple[int, bytes] | None]:
        response = self.shape(made)
        return response, None if self.attempt is None else _kept(response)


def _write_shared(service: BatchHandler, _about: Hashable, writes: Sequence[KeyedWrite]) -> list[Response | Exception]:
    return execute_shared(service, writes)


def attempt_of(view: Keyed, request: Request) -> idempotency.Attempt | None:
    """The keyed write that this request is. Raises ``Invalid`` for a key that is too long."""
    key = view.idempotency_key()
    if not key:
        return None
    if len(key) > 200:
        raise Invalid(message="Idempotency-Key has at most 200 characters")
    return idempotency.Attempt(_caller(request), f"POST {request.path.rstrip('/')}", key, _sent(request))


def _sent(request: Request) -> bytes:
    """The body, or a digest of a form: its fields and the bytes of its files."""
    if isinstance(request.data, bytes):
        return request.data
    digest = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.size)).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.digest()


def _repeated(first: IdempotencyRecord) -> Response:
    return Response(msgspec.Raw(bytes(first.response)), status=first.status_code)


def _kept(response: Response) -> tuple[int, bytes]:
    return response.status_code, msgspec.json.encode(response.data)


def _caller(request: Request) -> str:
    if isinstance(request.user, Actor):
        return f"user:{request.user.user_id}"
    address = counted_address(client_address(request))
    return "anonymous:" + hashlib.sha256(address.encode()).hexdigest()[:32]
