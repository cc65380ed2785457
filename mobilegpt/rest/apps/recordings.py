"""The native instructor app records, has its recording analysed, and makes a task of it (contract 12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.core.locale import Words
from mobilegpt.recordings import comparing, drafting, selectors, services
from mobilegpt.recordings.batch import Batch, read_app_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.recordings.models import RecordedEvent, Recording, RecordingStatus
from mobilegpt.rest.apps import recording_shapes as shapes
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.codec import decode_body
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.packed_json import PackedJsonParser
from mobilegpt.rest.http.paging import id_from_query, page_of, whole_number, with_links
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses
from mobilegpt.rest.recordings.answers import batch_saved, comparison_body, moment_of
from mobilegpt.rest.recordings.shapes import BatchSaved, ComparisonBody, EventBatch
from mobilegpt.rest.recordings.views import COMPARED_WITH
from mobilegpt.wire.apps import AppInstructor, AppLecture, app_step

EVENTS_AT_ONCE = 5_000
_PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]
_EVENT = msgspec.json.schema_components([shapes.AppEvent])[1]["AppEvent"]
_BEGUN = Words("분석하고 있어요", "It is being analysed")
_ANALYZED = Words("분석이 끝났어요", "It is analysed")
_EMPTY = Words("단계를 찾지 못했어요", "No step was found")
_WAITING = Words("아직 분석하지 않았어요", "It is not analysed yet")
_MADE = Words("과제를 만들었어요", "A task was made")


class AppRecordings(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Recordings, for the instructor app",
        responses={200: shapes.AppRecordingList, **app_error_responses(400, 401, 403)},
        parameters=_PAGES,
    )
    def get(self, request: Request) -> Response:
        """Recordings a page at a time as ``GET /api/sessions/recordings`` lists them, with the task that was made of
        each. Guests are refused with GUEST_NOT_ALLOWED (403)."""
        page = page_of(selectors.visible(self.actor), request.query_params, "recordings", lambda row: row)
        rows: list[Recording] = page["recordings"]
        counts = selectors.step_counts(rows)
        shown = [_body(row, counts) for row in rows]
        page = with_links(page, f"{own_base(request)}{request.path}", request.query_params)
        return Response({**page, "recordings": shown, "results": shown})

    @operation(
        "12",
        "Start a recording, for the instructor app",
        request=shapes.NewAppRecording,
        responses={201: shapes.AppRecording, **app_error_responses(400, 401, 403, 409)},
    )
    def post(self, request: Request) -> Response:
        """Starts a recording of what the caller does on their phone as ``POST /api/sessions/recordings`` does. Guests
        are refused with GUEST_NOT_ALLOWED (403); more than may be kept is QUOTA_EXCEEDED (409)."""
        body = self.body(shapes.NewAppRecording)
        command = StartRecording(title=body.title, description=body.description or "")
        started = services.start_recording(actor=self.actor, command=command)
        return Response(_seen(self, started.pk), status=201)


class AppRecordingDetail(Endpoint):
    for_apps = True
    audited = "read.recording"

    @operation(
        "12",
        "A recording, for the instructor app",
        responses={200: shapes.AppRecording, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """A recording without its events. Its owner, the teacher of the class that it is linked to, and admins may; to
        others it is NOT_FOUND (404)."""
        return Response(_seen(self, recording_id))

    @operation(
        "12",
        "Delete one's own recording, for the instructor app",
        responses={204: None, **app_error_responses(401, 403, 404)},
    )
    def delete(self, request: Request, recording_id: int) -> Response:
        """Deletes a recording with all its events; a task that was made of it stays. Its owner may; to everybody else
        it is NOT_FOUND (404)."""
        services.delete_recording(actor=self.actor, recording_id=recording_id)
        return Response(status=204)


class AppStopRecording(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Stop a recording, for the instructor app",
        responses={200: shapes.AppRecording, **app_error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Stops a recording; batches that come late are still saved. Its owner and admins may, to others it is
        NOT_FOUND (404); a second time is INVALID_TRANSITION (409)."""
        services.stop_recording(actor=self.actor, recording_id=recording_id)
        return Response(_seen(self, recording_id))


class AppRecordedEvents(Endpoint):
    for_apps = True
    audited = "read.recording"

    @operation(
        "12",
        "The events of a recording as a plain list",
        responses={
            200: {"type": "array", "items": _EVENT},
            **app_error_responses(400, 401, 403, 404),
        },
        parameters=_PAGES,
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The events of a recording in order of time as a plain list, the first 5,000; ``page`` has the following
        ones. Its owner, the teacher of the class that it is linked to, and admins may; to others it is NOT_FOUND
        (404)."""
        query = request.query_params
        size = whole_number(query, "page_size", EVENTS_AT_ONCE, 1, EVENTS_AT_ONCE)
        first = (whole_number(query, "page", 1, 1, None) - 1) * size
        rows = selectors.numbered(selectors.seen_by(self.actor, recording_id), first, size)
        return Response([_event(row) for row in rows])


class AppSaveEvents(Endpoint):
    parser_classes = [PackedJsonParser]
    for_apps = True
    weighed = True
    _batch: Batch
    _rows: list[RecordedEvent]

    def prepare(self, recording_id: int) -> None:
        selectors.require_own(self.actor, recording_id)
        raw = self.request.data
        sent = decode_body(raw if isinstance(raw, bytes) else b"", EventBatch, null_signs=True)
        self._batch = read_app_batch(sent.events)
        self._rows = services.rows_of(recording_id, self._batch)

    @operation(
        "12",
        "Save events as the instructor app sends them",
        request=EventBatch,
        responses={201: BatchSaved, **app_error_responses(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Saves events of the caller's own recording, also after its stop, however the app writes them: what is told
        of the element may stand beside ``event_data``, a time may count from the phone's start, and no event is refused
        for a part of it. What is no event comes back under ``errors``. Others' recordings are NOT_FOUND (404), more
        than 10,000 events at once TOO_LARGE (413), in all QUOTA_EXCEEDED (409)."""
        saved = services.save_events(actor=self.actor, recording_id=recording_id, batch=self._batch, rows=self._rows)
        return Response(batch_saved(self._batch, saved.recording.event_count), status=201)


class AppSaveEventsAlias(AppSaveEvents):
    """The same under the other spelling; a class of its own gives it a name in the documents."""


class Analyze(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Have a recording analysed",
        responses={202: shapes.AnalysisBegun, **app_error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Finds the steps of a lesson in a recording, by rules at once and in better words a little later where a model
        is configured; ``analysis-status`` tells when. Instructors and admins who may see the recording may; students
        get FORBIDDEN (403), and one that was not stopped is INVALID_TRANSITION (409)."""
        recording = drafting.analyse(actor=self.actor, recording_id=recording_id)
        status = _status(recording)
        return Response(
            shapes.AnalysisBegun(message=_said(status), recording_id=recording.pk, status=status), status=202
        )


class AnalysisState(Endpoint):
    for_apps = True

    @operation(
        "12",
        "How far the analysis of a recording is",
        responses={200: shapes.AnalysisStatus, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """PROCESSING while a model words the steps, then ANALYZED, or FAILED where there are none; and the task that
        was made of them. Instructors and admins who may see the recording may; students get FORBIDDEN (403)."""
        recording = drafting.analysis_of(actor=self.actor, recording_id=recording_id)
        status = _status(recording)
        return Response(
            shapes.AnalysisStatus(
                message=_said(status),
                recording_id=recording.pk,
                status=status,
                step_count=len(recording.draft["steps"]) if recording.draft is not None else 0,
                task=_task(recording, selectors.step_counts([recording])),
            )
        )


class ConvertToTask(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Make a task of a recording",
        request=shapes.ConvertRequest,
        responses={201: shapes.Converted, 200: shapes.Converted, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, recording_id: int) -> Response:
        """Makes a task of the steps of a recording, which is analysed first where it was not. The task stands in no
        lecture until it is attached to one; again it is 200 with the same task while that is there. Instructors and
        admins who may see the recording may, students get FORBIDDEN (403); one without steps is NOTHING_RECORDED, one
        that was not stopped INVALID_TRANSITION (409)."""
        body = self.body(shapes.ConvertRequest)
        made, is_new = drafting.make_task(
            actor=self.actor, recording_id=recording_id, title=body.title, description=body.description
        )
        task = _task(made, selectors.step_counts([made]))
        assert task is not None
        converted = shapes.Converted(message=_MADE.said(), recording_id=made.pk, title=task.title, task=task)
        return Response(converted, status=201 if is_new else 200)


class RecordedSteps(Endpoint):
    for_apps = True

    @operation(
        "12",
        "The steps that were made of a recording",
        responses={200: shapes.RecordedSteps, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """The steps of the task that was made of a recording, as they are now; none before. Instructors and admins who
        may see the recording may; students get FORBIDDEN (403)."""
        recording = drafting.analysis_of(actor=self.actor, recording_id=recording_id)
        steps = [app_step(step) for step in selectors.steps_made(recording)]
        task = selectors.task_of(recording)
        return Response(
            shapes.RecordedSteps(
                recording_id=recording.pk,
                task_id=task.pk if task is not None else None,
                task_title=task.title if task is not None else "",
                subtask_count=len(steps),
                subtasks=steps,
            )
        )


class AppComparison(Endpoint):
    for_apps = True
    audited = "read.recording"

    @operation(
        "11.16",
        "A recording beside the steps of a lesson, for the instructor app",
        responses={200: ComparisonBody, **app_error_responses(400, 401, 403, 404)},
        parameters=COMPARED_WITH,
    )
    def get(self, request: Request, recording_id: int) -> Response:
        """Which steps of a lesson a recording did, and what first led away from one, as
        ``GET /api/sessions/recordings/{id}/comparison`` tells it. Instructors and admins who may see the recording and
        teach the lecture may; students get FORBIDDEN (403). Of a recording of no class, ``lecture_id`` is needed
        (INVALID_REQUEST, 400)."""
        lecture_id = id_from_query(request.query_params, "lecture_id")
        compared = comparing.comparison_of(actor=self.actor, recording_id=recording_id, lecture_id=lecture_id)
        return Response(comparison_body(compared))


def _seen(view: Endpoint, recording_id: int) -> shapes.AppRecording:
    row = selectors.seen_by(view.actor, recording_id)
    return _body(row, selectors.step_counts([row]))


def _body(row: Recording, counts: Mapping[int, int]) -> shapes.AppRecording:
    lecture = row.session.lecture if row.session is not None else None
    changes: Iterable[Any] = (row.started_at, row.last_saved_at, row.ended_at)
    return shapes.AppRecording(
        id=row.pk,
        title=row.title,
        description=row.description,
        status=_status(row),
        event_count=row.event_count,
        duration_seconds=selectors.duration_of(row),
        started_at=iso(row.started_at),
        ended_at=iso(row.ended_at),
        created_at=iso(row.started_at),
        updated_at=iso(max(moment for moment in changes if moment is not None)),
        instructor=AppInstructor.of(row.owner),
        task=_task(row, counts),
        lecture=AppLecture.of(lecture) if lecture is not None else None,
    )


def _task(row: Recording, counts: Mapping[int, int]) -> shapes.MadeTask | None:
    task = selectors.task_of(row)
    if task is None:
        return None
    return shapes.MadeTask(id=task.pk, title=task.title, subtask_count=counts.get(task.pk, 0))


def _status(row: Recording) -> str:
    """Ours, and what its draft says of one that was stopped."""
    if row.status != RecordingStatus.COMPLETED or row.draft is None:
        return row.status
    return "ANALYZED" if row.draft["steps"] else "FAILED"


def _said(status: str) -> str:
    words = {"PROCESSING": _BEGUN, "ANALYZED": _ANALYZED, "FAILED": _EMPTY}
    return words.get(status, _WAITING).said()


def _event(row: RecordedEvent) -> shapes.AppEvent:
    return shapes.AppEvent(id=row.pk, event_type=row.event_type, timestamp=moment_of(row), event_data=row.data)


_ONE = "api/recordings/<id:recording_id>"
urlpatterns: list[URLPattern] = [
    *both("api/recordings", AppRecordings),
    *both(_ONE, AppRecordingDetail),
    *both(f"{_ONE}/stop", AppStopRecording),
    *both(f"{_ONE}/events", AppRecordedEvents),
    *both(f"{_ONE}/save-events-batch", AppSaveEvents),
    *both(f"{_ONE}/save_events_batch", AppSaveEventsAlias),
    *both(f"{_ONE}/analyze", Analyze),
    *both(f"{_ONE}/analysis-status", AnalysisState),
    *both(f"{_ONE}/convert-to-task", ConvertToTask),
    *both(f"{_ONE}/subtasks", RecordedSteps),
    *both(f"{_ONE}/comparison", AppComparison),
]
