"""R30, R31: activity logs (contract 8.1)."""

from __future__ import annotations

from typing import Any

import msgspec
from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.activity import policies, services
from mobilegpt.activity.commands import LogEvent
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, Invalid, TooLarge
from mobilegpt.core.text import has_null
from mobilegpt.rest.http.codec import decode_body
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses

MOST_ITEMS = 500
SAVED, QUEUED = "SAVED", "QUEUED"


class LogSavedBody(Struct, frozen=True, kw_only=True):
    """R30's answer. ``status``: SAVED in the database, or QUEUED in Kafka on its way there."""

    log_id: int
    message: str = "Log saved successfully"
    status: str


class LogBatchBody(Struct, frozen=True, kw_only=True):
    """R31's request: at most 500 events. A ``user_id`` here or in any of them must be the caller's."""

    logs: list[LogEvent]
    user_id: int | None = None


class LogErrorBody(Struct, frozen=True, kw_only=True):
    """Why the item at ``index`` was not kept."""

    index: int
    code: str
    message: str


class LogsSavedBody(Struct, frozen=True, kw_only=True):
    """R31's answer. ``log_ids`` are those of the items that were kept, in their order."""

    saved_count: int
    log_ids: list[int]
    status: str
    message: str
    errors: list[LogErrorBody]


class _RawBatch(Struct, frozen=True, kw_only=True):
    """Items are decoded one by one: a bad one must not spoil the others."""

    logs: list[msgspec.Raw]
    user_id: Any = None


class _Owner(Struct, frozen=True):
    user_id: Any = None


class LogActivity(Endpoint):
    guests = True
    weighed = True
    _reports: list[services.Report]

    def prepare(self) -> None:
        self._reports = services.read(actor=self.actor, events=[self.body(LogEvent)])

    @operation(
        "R30",
        "Report something that was done on a phone",
        request=LogEvent,
        responses={201: LogSavedBody, **error_responses(400, 401, 403, 404, 413, 429)},
    )
    def post(self, request: Request) -> Response:
        """Keeps one thing that was done on the caller's phone, with personal data masked. Anybody signed in may, for
        themselves; another's ``user_id`` is USER_ID_MISMATCH (403), too large an event TOO_LARGE (413), more bytes than
        one person may send RATE_LIMITED (429)."""
        recorded = services.record(actor=self.actor, reports=self._reports)
        (outcome,) = recorded.outcomes
        if isinstance(outcome, DomainError):
            raise outcome
        return Response(LogSavedBody(log_id=outcome, status=saved_as(recorded.queued)), status=201)


class LogBatch(Endpoint):
    guests = True
    weighed = True
    _given: list[services.Report | DomainError]

    def prepare(self) -> None:
        items = self._items()
        events = [item for item in items if isinstance(item, LogEvent)]
        reports = iter(services.read(actor=self.actor, events=events))
        self._given = [next(reports) if isinstance(item, LogEvent) else item for item in items]

    @operation(
        "R31",
        "Report many things at once",
        request=LogBatchBody,
        responses={201: LogsSavedBody, **error_responses(400, 401, 403, 413, 429)},
    )
    def post(self, request: Request) -> Response:
        """Keeps up to 500 things that were done on the caller's phone: good items are saved, bad ones come back under
        ``errors``, none good is INVALID_REQUEST (400). Anybody signed in may, for themselves; another's ``user_id`` in
        any item is USER_ID_MISMATCH (403) and saves nothing, too many or too large TOO_LARGE (413), more bytes than one
        person may send RATE_LIMITED (429)."""
        reports = [item for item in self._given if isinstance(item, services.Report)]
        recorded = services.record(actor=self.actor, reports=reports)
        outcomes = iter(recorded.outcomes)
        results = [next(outcomes) if isinstance(item, services.Report) else item for item in self._given]
        saved = [result for result in results if isinstance(result, int)]
        errors = [_error(index, result) for index, result in enumerate(results) if isinstance(result, DomainError)]
        if not saved:
            details = {"errors": [msgspec.to_builtins(error) for error in errors]}
            raise Invalid(message="None of the logs can be saved", details=details)
        message = "Logs saved successfully" if not errors else f"{len(saved)} of {len(results)} logs saved"
        body = LogsSavedBody(
            saved_count=len(saved),
            log_ids=saved,
            status=saved_as(recorded.queued),
            message=message,
            errors=errors,
        )
        return Response(body, status=201)

    def _items(self) -> list[LogEvent | DomainError]:
        """Raises ``Forbidden`` before anything is looked at when an item, good or bad, names another user."""
        raw = self.request.data if isinstance(self.request.data, bytes) else b""
        batch = decode_body(raw, _RawBatch, null_signs=True)
        policies.require_own(self.actor, batch.user_id)
        if not batch.logs:
            raise Invalid(message="logs is empty", details={"field": "logs"})
        if len(batch.logs) > MOST_ITEMS:
            raise TooLarge(message=f"At most {MOST_ITEMS} logs at once", details={"field": "logs"})
        actor, may_have_null = self.actor, has_null(raw)
        return [_item(actor, item, may_have_null) for item in batch.logs]


_event = msgspec.json.Decoder(LogEvent)


def _item(actor: Actor, raw: msgspec.Raw, may_have_null: bool) -> LogEvent | DomainError:
    try:
        event = _event.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        _require_own(actor, raw)
        return Invalid(message=str(error))
    if may_have_null and has_null(bytes(raw)):
        policies.require_own(actor, event.user_id)
        return Invalid(message="Text cannot have the character U+0000")
    return event


def _require_own(actor: Actor, raw: msgspec.Raw) -> None:
    try:
        owner = msgspec.json.decode(raw, type=_Owner)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return
    policies.require_own(actor, owner.user_id)


def _error(index: int, refusal: DomainError) -> LogErrorBody:
    return LogErrorBody(index=index, code=refusal.code, message=refusal.message)


def saved_as(queued: bool) -> str:
    """The ``status`` of an answer."""
    return QUEUED if queued else SAVED


urlpatterns: list[URLPattern] = [
    *both("api/logs/activity", LogActivity),
    *both("api/logs/batch", LogBatch),
]
