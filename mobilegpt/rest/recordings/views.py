"""R42–R47: recordings and their events, and the draft of a lesson made of one (contract 8.5)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.recordings import comparing, drafting, selectors, services
from mobilegpt.recordings.batch import Batch, read_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.recordings.models import RecordedEvent
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.packed_json import PackedJsonParser
from mobilegpt.rest.http.paging import id_from_query, page_of, with_links
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.recordings import answers, shapes

EVENTS_A_PAGE = 1000
COMPARED_WITH = [OpenApiParameter("lecture_id", int, description="else what the recording's class taught")]
_PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class Recordings(Endpoint):
    @operation(
        "R42", "Recordings", responses={200: shapes.RecordingList, **error_responses(400, 401, 403)}, parameters=_PAGES
    )
    def get(self, request: Request) -> Response:
        """Recordings a page at a time, newest first: one's own, for an instructor also those of their classes, for an
        admin all. Guests are refused with GUEST_NOT_ALLOWED (403)."""
        page = page_of(selectors.visible(self.actor), request.query_params, "recordings", answers.recording_body)
        return Response(_linked(page, request))

    @operation(
        "R43",
        "Start a recording",
        request=shapes.NewRecording,
        responses={201: shapes.RecordingBody, **error_responses(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Starts a recording of what the caller does on their phone; ``session_id`` links it to a class, whose teacher
        may then see it. Anybody with an account may. A class that is not theirs is NOT_FOUND (404), more than may be
        kept QUOTA_EXCEEDED (409)."""
        body = self.body(shapes.NewRecording)
        command = StartRecording(title=body.title, description=body.description, session_id=body.session_id)
        started = services.start_recording(actor=self.actor, command=command)
        return Response(answers.recording_body(selectors.seen_by(self.actor, started.pk)), status=201)


class RecordingDetail(Endpoint):
    audited = "read.recording"

    @operation("R44", "A recording", responses={200: shapes.RecordingBody, **error_responses(401, 403, 404)})
    def get(self, request: Request, recording_id: int) -> Response:
        """A recording without its events. Its owner, the teacher of the class that it is linked to, and admins may; to
        others it is NOT_FOUND (404)."""
        return Response(answers.recording_body(selectors.seen_by(self.actor, recording_id)))

    @operation("8.5 (added)", "Delete one's own recording", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, recording_id: int) -> Response:
        """Deletes a recording with all its events. Its owner may; to everybody else it is NOT_FOUND (404)."""
        services.delete_recording(actor=self.actor, recording_id=recording_id)
        return Response(status=204)


class StopRecording(Endpoint):
    @operation(
        "R45", "Stop a recording", responses={200: shapes.RecordingBody, **error_responses(401, 403, 404, 409, 422)}
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Stops a recording; batches that come late are still saved. Its owner and admins may, to others it is
        NOT_FOUND (404); a second time is INVALID_TRANSITION (409)."""
        services.stop_recording(actor=self.actor, recording_id=recording_id)
        return Response(answers.recording_body(selectors.seen_by(self.actor, recording_id)))


class RecordedEvents(Endpoint):
    audited = "read.recording"

    @operation(
        "R46",
        "The events of a recording, 1,000 a page",
        responses={200: shapes.RecordedEventList, **error_responses(400, 401, 403, 404)},
        parameters=_PAGES,
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The events of a recording in order of time, 1,000 a page. Its owner, the teacher of the class that it is
        linked to, and admins may; to others it is NOT_FOUND (404)."""
        events = selectors.events_of(selectors.seen_by(self.actor, recording_id))
        page = page_of(
            events, request.query_params, "events", answers.event_body, size=EVENTS_A_PAGE, most=EVENTS_A_PAGE
        )
        return Response(_linked(page, request))


class SaveEvents(Endpoint):
    parser_classes = [PackedJsonParser]
    weighed = True
    _batch: Batch
    _rows: list[RecordedEvent]

    def prepare(self, recording_id: int) -> None:
        selectors.require_own(self.actor, recording_id)
        self._batch = read_batch(self.body(shapes.EventBatch).events)
        self._rows = services.rows_of(recording_id, self._batch)

    @operation(
        "R47",
        "Save a batch of events, also after the stop; gzip is understood",
        request=shapes.EventBatch,
        responses={201: shapes.BatchSaved, **error_responses(400, 401, 403, 404, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Saves events of the caller's own recording, also after its stop; the body may be packed with gzip. Good
        events are kept, bad ones come back under ``errors``. Others' recordings are NOT_FOUND (404), too many events at
        once TOO_LARGE (413), in all QUOTA_EXCEEDED (409), more bytes than one person may send RATE_LIMITED (429)."""
        batch = self._batch
        saved = services.save_events(actor=self.actor, recording_id=recording_id, batch=batch, rows=self._rows)
        return Response(answers.batch_saved(batch, saved.recording.event_count), status=201)


class SaveEventsAlias(SaveEvents):
    """The same under S2's other spelling (contract 8.5); a class of its own gives it a name in the documents."""


class RecordingDraft(Endpoint):
    audited = "read.recording"

    @operation(
        "8.5 (added)",
        "The steps of a lesson, drafted from a recording; nothing is published",
        responses={200: shapes.DraftBody, **error_responses(401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Makes steps of a lesson from a recording, by rules at once and in better words a little later where a model
        is configured. Nothing is published. Instructors and admins who may see the recording may; students get
        FORBIDDEN (403)."""
        return Response(answers.draft_body(drafting.make_draft(actor=self.actor, recording_id=recording_id)))

    @operation(
        "8.5 (added)",
        "The last draft of a recording",
        responses={200: shapes.DraftBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The last draft that was made of a recording. Instructors and admins who may see the recording may; students
        get FORBIDDEN (403), and without a draft it is NOT_FOUND (404)."""
        return Response(answers.draft_body(drafting.last_draft(actor=self.actor, recording_id=recording_id)))


class RecordingComparison(Endpoint):
    audited = "read.recording"

    @operation(
        "11.16",
        "A recording beside the steps of a lesson",
        responses={200: shapes.ComparisonBody, **error_responses(400, 401, 403, 404)},
        parameters=COMPARED_WITH,
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """Which steps of a lesson a recording did, and what first led away from one: another app, screen, element or
        gesture. Instructors and admins who may see the recording and teach the lecture may; students get FORBIDDEN
        (403). Of a recording of no class, ``lecture_id`` is needed (INVALID_REQUEST, 400)."""
        lecture_id = id_from_query(request.query_params, "lecture_id")
        compared = comparing.comparison_of(actor=self.actor, recording_id=recording_id, lecture_id=lecture_id)
        return Response(answers.comparison_body(compared))


def _linked(page: dict[str, Any], request: Request) -> dict[str, Any]:
    return with_links(page, f"{own_base(request)}{request.path}", request.query_params)


_ONE = "api/sessions/recordings/<id:recording_id>"
urlpatterns: list[URLPattern] = [
    *both("api/sessions/recordings", Recordings),
    *both(_ONE, RecordingDetail),
    *both(f"{_ONE}/stop", StopRecording),
    *both(f"{_ONE}/events", RecordedEvents),
    *both(f"{_ONE}/save-events-batch", SaveEvents),
    *both(f"{_ONE}/save_events_batch", SaveEventsAlias),
    *both(f"{_ONE}/draft", RecordingDraft),
    *both(f"{_ONE}/comparison", RecordingComparison),
]
