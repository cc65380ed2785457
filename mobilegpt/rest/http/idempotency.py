"""``Idempotency-Key`` on POST (contract 10.3): a retry gives the first answer.

The record is written in the transaction of the work itself, so a crash between commit and response loses neither. Only
2xx answers are kept: a refusal changed nothing and may be tried again.
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
from mobilegpt.events.shared_transaction import Handler as Work
from mobilegpt.events.shared_transaction import Numbers, Piece, execute_shared
from mobilegpt.rest.http.client_address import client_address

Handler = Callable[..., Response]


class Keyed(Protocol):
    """A view as far as its key goes."""

    def idempotency_key(self) -> str: ...


def once_per_key(handler: Handler) -> Handler:
    """Wrap a view's ``post``. Without the header it runs as it is."""

    @functools.wraps(handler)
    def post(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        attempt = attempt_of(view, request)
        view.weigh()
        if attempt is None:
            view.prepare(*args, **kwargs)
            return handler(view, request, *args, **kwargs)
        with idempotency.in_flight(attempt):
            if view.weighed and (first := idempotency.answer_to(attempt)) is not None:
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


class Posted(Piece[Response]):
    """One POST whose work shares a transaction with that of others; ``answer`` makes the response of what was made."""

    __slots__ = ("answer",)

    def __init__(self, given: Any, attempt: idempotency.Attempt | None, answer: Callable[[Any], Response]) -> None:
        super().__init__(given, attempt)
        self.answer = answer

    def repeat(self, first: IdempotencyRecord) -> Response:
        return _repeated(first)

    def settle(self, made: Any, numbers: Numbers) -> tuple[Response, tuple[int, bytes] | None]:
        response = self.answer(made)
        return response, None if self.attempt is None else _kept(response)


def in_shared_transaction(
    view: Keyed, request: Request, work: Work, given: Any, answer: Callable[[Any], Response], *, about: Hashable = None
) -> Response:
    """Do ``work`` with ``given`` in one transaction with whoever asks for the same at that moment, once per key.

    Only what is ``about`` the same shares one. Raises what refused it. The view's class turns ``idempotent`` off, since
    the key is taken care of here, and names ``work`` in ``shares``.
    """
    posted = Posted(given, attempt_of(view, request), answer)
    response: Response = by_threads.run(_in_one_transaction, posted, work, about, announced_as=work)
    return response


def _in_one_transaction(work: Work, _: Hashable, posted: Sequence[Posted]) -> list[Response | Exception]:
    return execute_shared(work, posted)


def attempt_of(view: Keyed, request: Request) -> idempotency.Attempt | None:
    """The keyed write that this request is. Raises ``Invalid`` for a key that is too long."""
    key = view.idempotency_key()
    if not key:
        return None
    if len(key) > 200:
        raise Invalid(message="Idempotency-Key has at most 200 characters")
    raw = request.data if isinstance(request.data, bytes) else b""
    return idempotency.Attempt(_caller(request), f"POST {request.path.rstrip('/')}", key, raw)


def _repeated(first: IdempotencyRecord) -> Response:
    return Response(msgspec.Raw(bytes(first.response)), status=first.status_code)


def _kept(response: Response) -> tuple[int, bytes]:
    return response.status_code, msgspec.json.encode(response.data)


def _caller(request: Request) -> str:
    if isinstance(request.user, Actor):
        return f"user:{request.user.user_id}"
    address = counted_address(client_address(request))
    return "anonymous:" + hashlib.sha256(address.encode()).hexdigest()[:32]
