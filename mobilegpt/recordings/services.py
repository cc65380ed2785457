"""Writes of recordings (contract 8.5)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.selectors import visit_of_member
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.core.event_times import instant_of
from mobilegpt.core.text import one_line, paragraph
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.privacy import masking
from mobilegpt.recordings import policies, selectors, timeline
from mobilegpt.recordings.batch import Batch
from mobilegpt.recordings.commands import SavedEvent, StartRecording
from mobilegpt.recordings.models import (
    DESCRIPTION_LENGTH,
    TITLE_LENGTH,
    RecordedEvent,
    RecordedPicture,
    Recording,
    RecordingStatus,
)
from mobilegpt.recordings.picturing import screenshot_of
from mobilegpt.recordings.seen import SCREENSHOT

_LEFT_BEHIND_AFTER = timedelta(hours=24)
_AT_ONCE = 500


def start_recording(*, actor: Actor, command: StartRecording) -> Recording:
    """R43. Raises ``Invalid``, ``NotFound`` for a class that is not the caller's, ``Conflict`` QUOTA_EXCEEDED."""
    title = one_line(command.title, "title", TITLE_LENGTH)
    description = paragraph(command.description, "description", DESCRIPTION_LENGTH)
    session = _session(actor, command.session_id)
    with unit_of_work():
        if Recording.objects.filter(owner_id=actor.user_id).count() >= settings.RECORDINGS_PER_USER:
            raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"At most {settings.RECORDINGS_PER_USER} recordings are kept")
        return Recording.objects.create(owner_id=actor.user_id, session=session, title=title, description=description)


def stop_recording(*, actor: Actor, recording_id: int) -> Recording:
    """R45. Raises ``NotFound``, ``Conflict`` INVALID_TRANSITION at the second time."""
    with unit_of_work():
        recording = policies.require_may_stop(actor, selectors.locked(recording_id))
        return _finish(recording, RecordingStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class Saved:
    """``new`` events were stored now; the others of the batch had been stored before."""

    recording: Recording
    new: int


def rows_of(recording_id: int, batch: Batch) -> list[RecordedEvent]:
    """The rows that a batch becomes, unsaved: personal data is masked (contract 8.1) and screenshots are drawn anew,
    before any transaction."""
    return [_row(recording_id, event) for event in batch.events]


def save_events(*, actor: Actor, recording_id: int, batch: Batch, rows: list[RecordedEvent]) -> Saved:
    """R47, also after the stop: phones send late (contract 8.5), and no clock is too wrong (contract 8.1).

    ``rows`` are those of the batch, by ``rows_of``.

    Raises ``NotFound``, ``Conflict`` QUOTA_EXCEEDED.
    """
    with unit_of_work():
        recording = policies.require_own(actor, selectors.locked(recording_id))
        if not rows:
            return Saved(recording, 0)
        policies.require_space(recording, len(rows))
        received_at = now()
        places = timeline.place(recording, [event.time for event in batch.events], received_at)
        for row, event, place in zip(rows, batch.events, places, strict=True):
            row.timestamp = place
            row.sent_timestamp = event.sent if event.time != instant_of(place) else None
        new = _insert(recording, rows)
        recording.event_count, recording.last_saved_at = recording.event_count + new, received_at
        recording.save(update_fields=["event_count", "last_saved_at", "clocks"])
        return Saved(recording, new)


def delete_recording(*, actor: Actor, recording_id: int) -> None:
    """One's own, with everything in it. Raises ``NotFound``."""
    with unit_of_work():
        policies.require_own(actor, selectors.locked(recording_id)).delete()


def finish_left_behind() -> int:
    """Recordings that nobody stopped for a day: complete where there is something in them. Returns how many."""
    since = now() - _LEFT_BEHIND_AFTER
    rows = Recording.objects.filter(status=RecordingStatus.RECORDING, started_at__lt=since)
    quiet = rows.exclude(last_saved_at__gte=since).values_list("pk", flat=True)
    finished = 0
    for recording_id in list(quiet[:_AT_ONCE]):
        with unit_of_work():
            recording = selectors.locked(recording_id)
            if recording is not None and recording.status == RecordingStatus.RECORDING:
                _finish(recording, RecordingStatus.COMPLETED if recording.event_count else RecordingStatus.FAILED)
                finished += 1
    return finished


def delete_old() -> int:
    """Recordings older than ``RECORDING_DAYS``; 0 keeps them for ever. Returns how many."""
    if not settings.RECORDING_DAYS:
        return 0
    before = now() - timedelta(days=settings.RECORDING_DAYS)
    old = list(Recording.objects.filter(started_at__lt=before).order_by("pk").values_list("pk", flat=True)[:20])
    for recording_id in old:
        with unit_of_work():
            Recording.objects.filter(pk=recording_id).delete()
    return len(old)


def _finish(recording: Recording, status: RecordingStatus) -> Recording:
    recording.status, recording.ended_at = status, now()
    recording.save(update_fields=["status", "ended_at"])
    return recording


def _session(actor: Actor, session_id: int | None) -> LectureSession | None:
    return visit_of_member(actor, str(session_id)).session if session_id is not None else None


def _row(recording_id: int, event: SavedEvent) -> RecordedEvent:
    data = event.data if masking.is_harmless(event.data) else masking.mask_event(event.data, {})[0]
    if event.screenshot is not None:
        # A screen on which something had to be masked shows it: that picture is not kept.
        data = data | screenshot_of(event.screenshot, may_be_kept=data == event.data)
    return RecordedEvent(
        recording_id=recording_id,
        event_id=event.event_id or uuid.uuid4(),
        event_type=event.event_type,
        data=data,
    )


def _insert(recording: Recording, rows: list[RecordedEvent]) -> int:
    """How many were new; the recording is locked, so nobody else adds to it meanwhile."""
    first = {row.event_id: row for row in reversed(rows)}
    known = RecordedEvent.objects.filter(recording_id=recording.pk, event_id__in=first).values_list(
        "event_id", flat=True
    )
    seen = set(known)
    new = [row for row in rows if row.event_id not in seen and first[row.event_id] is row]
    RecordedEvent.objects.bulk_create(new, batch_size=500)
    files = {size["file"] for row in new for size in row.data.get(SCREENSHOT, ())}
    RecordedPicture.objects.bulk_create(RecordedPicture(recording=recording, file=file) for file in sorted(files))
    return len(new)
