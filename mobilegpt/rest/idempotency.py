"""``Idempotency-Key`` on POST (contract 10.3): a retry gives the first answer.

The record is written in the transaction of the work itself, so a crash between commit and response loses neither. Only
2xx answers are kept: a refusal changed nothing and may be tried again.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core import idempotency
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Invalid
from mobilegpt.realtime.outbox import unit_of_work

Handler = Callable[..., Response]


def once_per_key(handler: Handler) -> Handler:
    """Wrap a view's ``post``. Without the header it runs as it is."""

    @functools.wraps(handler)
    def post(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = view.idempotency_key()
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > 200:
            raise Invalid(message="Idempotency-Key has at most 200 characters")
        raw = request.data if isinstance(request.data, bytes) else b""
        attempt = idempotency.Attempt(_caller(request), f"POST {request.path.rstrip('/')}", key, raw)
        with idempotency.in_flight(attempt), unit_of_work() as unit:
            first = idempotency.begin(attempt)
            if first is not None:
                return Response(msgspec.Raw(bytes(first.response)), status=first.status_code)
            response = handler(view, request, *args, **kwargs)
            unit.flush()
            idempotency.finish(attempt, response.status_code, msgspec.json.encode(response.data))
            return response

    return post


def _caller(request: Request) -> str:
    if isinstance(request.user, Actor):
        return f"user:{request.user.user_id}"
    address = request.META.get("REMOTE_ADDR", "")
    return "anonymous:" + hashlib.sha256(address.encode()).hexdigest()[:32]
