"""What a client without a socket missed: whole, or the reason why it has to start afresh (contract 10.2).

With ``wait`` the answer may come later: a view that has nothing to tell names the place at which it stands in
``X-Wait-For``, and who waits; ``server/long_poll.py`` asks it again as soon as something happens there, and holds no
thread meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.actor import Actor
from mobilegpt.events import streams
from mobilegpt.events.event import Envelope, Position
from mobilegpt.realtime.replay import missed_events
from mobilegpt.rest.http.paging import whole_number

WAIT_HEADER = "X-Wait-For"
MOST_SECONDS = 25
PARAMETERS = [
    OpenApiParameter("after_seq", int, description="What the stream did since"),
    OpenApiParameter("epoch", str),
    OpenApiParameter("wait", int, description="Seconds to wait when there is nothing yet, at most 25"),
]
Frames = Callable[[Iterable[Envelope]], list[dict[str, Any]]]


class Missed(Struct, frozen=True, kw_only=True):
    """Where the stream stands, and every event since; ``events`` is empty with ``recovered`` false."""

    stream: str
    epoch: str
    seq: int
    recovered: bool
    reason: str | None
    events: list[dict[str, Any]]


def missed(request: Request, stream: str, frames: Frames) -> Missed:
    """By ``after_seq`` and ``epoch`` of the query. Raises ``Invalid``."""
    ours = streams.positions([stream])[stream]
    after = whole_number(request.query_params, "after_seq", 0, 0, None)
    theirs = Position(epoch=request.query_params.get("epoch", ours.epoch), seq=after)
    events = missed_events(stream, theirs, ours)
    lost = events if isinstance(events, str) else None
    return Missed(
        stream=stream,
        epoch=ours.epoch,
        seq=ours.seq,
        recovered=lost is None,
        reason=lost,
        events=[] if isinstance(events, str) else frames(events),
    )


def answered(request: Request, body: Any, found: Missed, actor: Actor) -> Response:
    """The answer, or with ``wait`` and nothing to tell the word to ask again later. Raises ``Invalid``."""
    response = Response(body)
    wait = whole_number(request.query_params, "wait", 0, 0, MOST_SECONDS)
    if wait and found.recovered and not found.events:
        response[WAIT_HEADER] = f"{wait} {found.stream} {found.seq} {actor.user_id}"
    return response
