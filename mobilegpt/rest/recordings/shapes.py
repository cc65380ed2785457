"""Shapes of the recordings' REST family (contract 8.5)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from mobilegpt.core.fields import Id
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.recordings.draft import DraftStep
from mobilegpt.rest.http.paging import Pagination
from mobilegpt.rest.lectures.shapes import KnownApp
from mobilegpt.wire.choices import RecordingStatusChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import ImageBody


class NewRecording(Struct, frozen=True, kw_only=True):
    """R43. ``session_id`` links it to a class, whose teacher may then see it."""

    title: str
    description: str = ""
    session_id: Id | None = None


class RecordingOwner(Named, frozen=True, kw_only=True):
    pass


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


class DraftStepBody(DraftStep, frozen=True, kw_only=True):
    """With the picture that the recording gave and what the step expects by it, or null."""

    image: ImageBody | None
    expectation: Expectation | None


class DraftBody(Struct, frozen=True, kw_only=True):
    """A task that nobody has approved yet. ``worded_by`` is ``local`` or ``model``; ``improving``: ask again soon.

    ``left_out`` counts the steps beyond the 60 that a task of a lesson can sensibly have; ``known_apps`` as in 11.16.
    """

    title: str
    steps: list[DraftStepBody]
    worded_by: str
    left_out: int
    improving: bool
    known_apps: list[KnownApp]


class DivergenceBody(Struct, frozen=True, kw_only=True):
    """What first led away from a step. ``kind``: ``app``, ``screen``, ``target`` (another thing was touched) or
    ``action`` (the thing, in another way). ``event`` counts the recording's events from 0; ``app`` by the name that
    people have for it, empty where we have none."""

    kind: str
    event: int
    at: str | None
    label: str
    app: str
    screen: str


class ComparedStep(Struct, frozen=True, kw_only=True):
    """``outcome``: ``done``, ``unseen`` (the phone did not tell, and a later step was done), ``unfinished``,
    ``not_reached``, ``unknown`` (nobody said what it expects)."""

    subtask_id: int
    title: str
    outcome: str
    divergence: DivergenceBody | None


class ComparisonBody(Struct, frozen=True, kw_only=True):
    """``first_divergence``: the step from which the recording first went astray; null where it did not. ``left_out``
    counts the events at its end that were not read."""

    steps: list[ComparedStep]
    first_divergence: int | None
    left_out: int
