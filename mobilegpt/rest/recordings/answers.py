"""Recordings, their events and their drafts as the answers of their REST family."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import asdict

from mobilegpt.core.clock import iso
from mobilegpt.guidance.app_names import place_name
from mobilegpt.guidance.matcher import Divergence
from mobilegpt.lectures.step import Step
from mobilegpt.recordings import drafting, selectors
from mobilegpt.recordings.batch import Batch
from mobilegpt.recordings.comparing import Comparison
from mobilegpt.recordings.comparison import Compared, first_divergence
from mobilegpt.recordings.draft import PicturedStep
from mobilegpt.recordings.models import RecordedEvent, Recording, RecordingStatus
from mobilegpt.rest.lectures.answers import known_apps
from mobilegpt.rest.recordings import shapes
from mobilegpt.wire.step import image_body


def recording_body(row: Recording) -> shapes.RecordingBody:
    return shapes.RecordingBody(
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
        owner=shapes.RecordingOwner.of(row.owner),
        has_draft=row.draft is not None,
    )


def draft_body(row: Recording) -> shapes.DraftBody:
    draft = drafting.draft_in(row)
    return shapes.DraftBody(
        title=draft.title,
        steps=[_draft_step(step) for step in draft.steps],
        worded_by=draft.worded_by,
        left_out=draft.left_out,
        improving=row.status == RecordingStatus.PROCESSING,
        known_apps=known_apps(step.expectation for step in draft.steps),
    )


def _draft_step(step: PicturedStep) -> shapes.DraftStepBody:
    return shapes.DraftStepBody(**{**asdict(step), "image": image_body(step.image) if step.image else None})


def comparison_body(comparison: Comparison) -> shapes.ComparisonBody:
    place = first_divergence(comparison.compared)
    return shapes.ComparisonBody(
        steps=[_compared(*pair) for pair in zip(comparison.steps, comparison.compared, strict=True)],
        first_divergence=None if place is None else comparison.steps[place].id,
        left_out=comparison.left_out,
    )


def _compared(step: Step, compared: Compared) -> shapes.ComparedStep:
    led_away = compared.divergence
    return shapes.ComparedStep(
        subtask_id=step.id,
        title=step.title,
        outcome=compared.outcome.value,
        divergence=None if led_away is None else _divergence(led_away),
    )


def _divergence(led_away: Divergence) -> shapes.DivergenceBody:
    return shapes.DivergenceBody(
        kind=led_away.kind,
        event=led_away.index,
        at=iso(led_away.at),
        label=led_away.label,
        app=place_name(led_away.place.app),
        screen=led_away.place.title or led_away.place.screen,
    )


def moment_of(row: RecordedEvent) -> str:
    """With milliseconds: order depends on them."""
    moment = row.timestamp.strftime("%Y-%m-%dT%H:%M:%S")
    part = f".{row.timestamp.microsecond // 1000:03d}" if row.timestamp.microsecond else ""
    return f"{moment}{part}Z"


def event_body(row: RecordedEvent) -> shapes.RecordedEventBody:
    return shapes.RecordedEventBody(
        event_type=row.event_type,
        timestamp=moment_of(row),
        data=row.data,
        sent_timestamp=UNSET if row.sent_timestamp is None else row.sent_timestamp,
    )


def batch_saved(batch: Batch, event_count: int) -> shapes.BatchSaved:
    """R47: what is stored of a batch, of ``event_count`` events in all."""
    return shapes.BatchSaved(
        saved_count=len(batch.events),
        event_count=event_count,
        status="partial" if batch.faults else "success",
        message="Events saved successfully",
        errors=[shapes.EventFault(index=fault.index, code=fault.code, message=fault.message) for fault in batch.faults],
    )
