"""R42–R47: recordings and their events, and the draft of a lesson made of one (contract 8.5)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec import UNSET, Struct, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.core.fields import Id
from mobilegpt.recordings import drafting, selectors, services
from mobilegpt.recordings.batch import Batch, Fault, read_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.recordings.draft import DraftStep
from mobilegpt.recordings.models import RecordedEvent, Recording, RecordingStatus
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.packed_json import PackedJsonParser
from mobilegpt.rest.http.paging import Pagination, page_of, with_links
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import RecordingStatusChoice

EVENTS_A_PAGE = 1000
_PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class NewRecording(Struct, frozen=True, kw_only=True):
    """R43. ``session_id`` links it to a class, whose teacher may then see it."""

    title: str
    description: str = ""
    session_id: Id | None = None


class RecordingOwner(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class RecordingBody(Struct, frozen=True, kw_only=True):
    """A recording. ``duration_seconds`` is from its first event to its last; without any, from its start to its end."""

    id: int
    title: str
    description: str
    status: RecordingStatusChoice
    event_count: int
    duration_seconds: int
    started_at: str
    ended_at: str | None
    session_id: int | None
    session_title: str | None
    owner: RecordingOwner
    has_draft: bool


class RecordingList(Struct, frozen=True, kw_only=True):
    """R42's answer; ``results`` is the same list (contract 4.3)."""

    count: int
    next: str | None
    previous: str | None
    recordings: list[RecordingBody]
    results: list[RecordingBody]
    pagination: Pagination


class RecordedEventBody(Struct, frozen=True, kw_only=True):
    """An event as it was saved; ``timestamp`` in UTC with milliseconds: order depends on them.

    ``sent_timestamp`` is there only where the phone's clock was far from ours, and is what it showed (contract 8.1).
    """

    event_type: str
    timestamp: str
    data: dict[str, Any]
    sent_timestamp: str | UnsetType = UNSET


class RecordedEventList(Struct, frozen=True, kw_only=True):
    """R46's answer, in order of time; ``results`` is the same list."""

    count: int
    next: str | None
    previous: str | None
    events: list[RecordedEventBody]
    results: list[RecordedEventBody]
    pagination: Pagination


class EventBatch(Struct, frozen=True, kw_only=True):
    """R47. Each event has ``event_type``, ``timestamp`` and ``data``; ``event_id`` (UUID) makes a retry harmless."""

    events: list[Any]


class EventFault(Struct, frozen=True, kw_only=True):
    index: int
    code: str
    message: str


class BatchSaved(Struct, frozen=True, kw_only=True):
    """R47's answer. ``saved_count`` counts what is stored of this batch, now or by an earlier try."""

    saved_count: int
    event_count: int
    status: str
    message: str
    errors: list[EventFault]


class DraftBody(Struct, frozen=True, kw_only=True):
    """A task that nobody has approved yet. ``worded_by`` is ``local`` or ``model``; ``improving``: ask again soon.

    ``left_out`` counts the steps beyond the 60 that a task of a lesson can sensibly have.
    """

    title: str
    steps: list[DraftStep]
    worded_by: str
    left_out: int
    improving: bool


class Recordings(Endpoint):
    @operation("R42", "Recordings", responses={200: RecordingList, **error_responses(400, 401, 403)}, parameters=_PAGES)
    def get(self, request: Request) -> Response:
        """Recordings a page at a time, newest first: one's own, for an instructor also those of their classes, for an
        admin all. Guests are refused with GUEST_NOT_ALLOWED (403)."""
        page = page_of(selectors.visible(self.actor), request.query_params, "recordings", _body)
        return Response(_linked(page, request))

    @operation(
        "R43",
        "Start a recording",
        request=NewRecording,
        responses={201: RecordingBody, **error_responses(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Starts a recording of what the caller does on their phone; ``session_id`` links it to a class, whose teacher
        may then see it. Anybody with an account may. A class that is not theirs is NOT_FOUND (404), more than may be
        kept QUOTA_EXCEEDED (409)."""
        body = self.body(NewRecording)
        command = StartRecording(title=body.title, description=body.description, session_id=body.session_id)
        started = services.start_recording(actor=self.actor, command=command)
        return Response(_body(selectors.seen_by(self.actor, started.pk)), status=201)


class RecordingDetail(Endpoint):
    audited = "read.recording"

    @operation("R44", "A recording", responses={200: RecordingBody, **error_responses(401, 403, 404)})
    def get(self, request: Request, recording_id: int) -> Response:
        """A recording without its events. Its owner, the teacher of the class that it is linked to, and admins may; to
        others it is NOT_FOUND (404)."""
        return Response(_body(selectors.seen_by(self.actor, recording_id)))

    @operation("8.5 (added)", "Delete one's own recording", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, recording_id: int) -> Response:
        """Deletes a recording with all its events. Its owner may; to everybody else it is NOT_FOUND (404)."""
        services.delete_recording(actor=self.actor, recording_id=recording_id)
        return Response(status=204)


class StopRecording(Endpoint):
    @operation("R45", "Stop a recording", responses={200: RecordingBody, **error_responses(401, 403, 404, 409, 422)})
    def post(self, request: Request, recording_id: int) -> Response:
        """Stops a recording; batches that come late are still saved. Its owner and admins may, to others it is
        NOT_FOUND (404); a second time is INVALID_TRANSITION (409)."""
        services.stop_recording(actor=self.actor, recording_id=recording_id)
        return Response(_body(selectors.seen_by(self.actor, recording_id)))


class RecordedEvents(Endpoint):
    audited = "read.recording"

    @operation(
        "R46",
        "The events of a recording, 1,000 a page",
        responses={200: RecordedEventList, **error_responses(400, 401, 403, 404)},
        parameters=_PAGES,
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The events of a recording in order of time, 1,000 a page. Its owner, the teacher of the class that it is
        linked to, and admins may; to others it is NOT_FOUND (404)."""
        events = selectors.events_of(selectors.seen_by(self.actor, recording_id))
        page = page_of(events, request.query_params, "events", _event_body, size=EVENTS_A_PAGE, most=EVENTS_A_PAGE)
        return Response(_linked(page, request))


class SaveEvents(Endpoint):
    parser_classes = [PackedJsonParser]
    weighed = True
    _batch: Batch
    _rows: list[RecordedEvent]

    def prepare(self, recording_id: int) -> None:
        selectors.require_own(self.actor, recording_id)
        self._batch = read_batch(self.body(EventBatch).events)
        self._rows = services.rows_of(recording_id, self._batch)

    @operation(
        "R47",
        "Save a batch of events, also after the stop; gzip is understood",
        request=EventBatch,
        responses={201: BatchSaved, **error_responses(400, 401, 403, 404, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Saves events of the caller's own recording, also after its stop; the body may be packed with gzip. Good
        events are kept, bad ones come back under ``errors``. Others' recordings are NOT_FOUND (404), too many events at
        once TOO_LARGE (413), in all QUOTA_EXCEEDED (409), more bytes than one person may send RATE_LIMITED (429)."""
        batch = self._batch
        saved = services.save_events(actor=self.actor, recording_id=recording_id, batch=batch, rows=self._rows)
        body = BatchSaved(
            saved_count=len(batch.events),
            event_count=saved.recording.event_count,
            status="partial" if batch.faults else "success",
            message="Events saved successfully",
            errors=[_fault(fault) for fault in batch.faults],
        )
        return Response(body, status=201)


class SaveEventsAlias(SaveEvents):
    """The same under S2's other spelling (contract 8.5); a class of its own gives it a name in the documents."""


class RecordingDraft(Endpoint):
    audited = "read.recording"

    @operation(
        "8.5 (added)",
        "The steps of a lesson, drafted from a recording; nothing is published",
        responses={200: DraftBody, **error_responses(401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Makes steps of a lesson from a recording, by rules at once and in better words a little later where a model
        is configured. Nothing is published. Instructors and admins who may see the recording may; students get
        FORBIDDEN (403)."""
        return Response(_draft_body(drafting.make_draft(actor=self.actor, recording_id=recording_id)))

    @operation(
        "8.5 (added)", "The last draft of a recording", responses={200: DraftBody, **error_responses(401, 403, 404)}
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The last draft that was made of a recording. Instructors and admins who may see the recording may; students
        get FORBIDDEN (403), and without a draft it is NOT_FOUND (404)."""
        return Response(_draft_body(drafting.last_draft(actor=self.actor, recording_id=recording_id)))


def _linked(page: dict[str, Any], request: Request) -> dict[str, Any]:
    return with_links(page, f"{own_base(request._request)}{request.path}", request.query_params)


def _body(row: Recording) -> RecordingBody:
    return RecordingBody(
        id=row.pk,
        title=row.title,
        description=row.description,
        status=row.status,
        event_count=row.event_count,
        duration_seconds=selectors.duration_of(row),
        started_at=iso(row.started_at),
        ended_at=iso(row.ended_at),
        session_id=row.session_id,
        session_title=row.session.title if row.session is not None else None,
        owner=RecordingOwner(id=row.owner_id, name=row.owner.name),
        has_draft=row.draft is not None,
    )


def _draft_body(row: Recording) -> DraftBody:
    draft = drafting.draft_in(row)
    return DraftBody(
        title=draft.title,
        steps=draft.steps,
        worded_by=draft.worded_by,
        left_out=draft.left_out,
        improving=row.status == RecordingStatus.PROCESSING,
    )


def _event_body(row: RecordedEvent) -> RecordedEventBody:
    moment = row.timestamp.strftime("%Y-%m-%dT%H:%M:%S")
    part = f".{row.timestamp.microsecond // 1000:03d}" if row.timestamp.microsecond else ""
    return RecordedEventBody(
        event_type=row.event_type,
        timestamp=f"{moment}{part}Z",
        data=row.data,
        sent_timestamp=UNSET if row.sent_timestamp is None else row.sent_timestamp,
    )


def _fault(fault: Fault) -> EventFault:
    return EventFault(index=fault.index, code=fault.code, message=fault.message)


_ONE = "api/sessions/recordings/<id:recording_id>"
urlpatterns: list[URLPattern] = [
    *both("api/sessions/recordings", Recordings),
    *both(_ONE, RecordingDetail),
    *both(f"{_ONE}/stop", StopRecording),
    *both(f"{_ONE}/events", RecordedEvents),
    *both(f"{_ONE}/save-events-batch", SaveEvents),
    *both(f"{_ONE}/save_events_batch", SaveEventsAlias),
    *both(f"{_ONE}/draft", RecordingDraft),
]
