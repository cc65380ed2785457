"""From a recording to a draft of a lesson: at once by the local rules, then in better words by a job (contract 8.5).

Nobody waits for a model: the draft is there at once, and ``PROCESSING`` until the job is done with it. A model that is
away, slow or wrong leaves it as it is.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, NotFound
from mobilegpt.core.text import paragraph
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs import enqueue, job
from mobilegpt.language.budget import budget_of
from mobilegpt.language.model import enabled
from mobilegpt.lectures.loose import make_loose_task
from mobilegpt.lectures.models import Task
from mobilegpt.lectures.policies import MAX_TEXT
from mobilegpt.recordings import selectors
from mobilegpt.recordings.draft import Draft, draft_of
from mobilegpt.recordings.models import Recording, RecordingStatus
from mobilegpt.recordings.picturing import Pictures
from mobilegpt.recordings.wording import improve

JOB = "recordings.improve_draft"
_PEOPLE = 500


def make_draft(*, actor: Actor, recording_id: int) -> Recording:
    """Steps of a lesson out of a recording, kept with it, never published. Raises ``NotFound``, ``Forbidden``.

    Whoever may write lessons may ask: the instructor who recorded it, or whose class it is linked to, and an admin.
    While a model words the last draft, that one stays.
    """
    recording = _of_a_teacher(actor, recording_id)
    if recording.status == RecordingStatus.PROCESSING:
        return recording
    names = _names(recording)
    draft = draft_of(recording.title, selectors.acts_of(recording), Pictures(names).of, names)
    with unit_of_work():
        locked = selectors.locked(recording_id)
        if locked is None:
            raise NotFound("Recording")
        locked.draft = msgspec.to_builtins(draft)
        # Of one that still records, the draft is a first look; nobody words it yet.
        if draft.steps and enabled() and locked.status == RecordingStatus.COMPLETED:
            locked.status = RecordingStatus.PROCESSING
            payload = {"recording_id": recording_id, "asked_by": actor.user_id}
            enqueue(JOB, payload, key=f"draft:{recording_id}")
        locked.save(update_fields=["draft", "status"])
    return locked


def last_draft(*, actor: Actor, recording_id: int) -> Recording:
    """The recording with its draft. Raises ``NotFound`` (also without a draft), ``Forbidden`` for students."""
    recording = _of_a_teacher(actor, recording_id)
    if recording.draft is None:
        raise NotFound("Draft")
    return recording


def analyse(*, actor: Actor, recording_id: int) -> Recording:
    """As ``make_draft``, of a recording that was stopped (contract 12). Raises ``Conflict`` INVALID_TRANSITION for one
    that was not."""
    recording = _of_a_teacher(actor, recording_id)
    if recording.status == RecordingStatus.RECORDING:
        raise Conflict(ErrorCode.INVALID_TRANSITION, "Stop the recording first", details={"status": recording.status})
    return make_draft(actor=actor, recording_id=recording_id)


def analysis_of(*, actor: Actor, recording_id: int) -> Recording:
    """The recording for who may have it analysed. Raises ``NotFound``, ``Forbidden`` for students."""
    return _of_a_teacher(actor, recording_id)


def make_task(*, actor: Actor, recording_id: int, title: str | None, description: str | None) -> tuple[Recording, bool]:
    """A task of the caller's of what the recording shows, which stands in no lecture (contract 12); and whether it is
    new: of one recording there is one task, until that is deleted.

    Raises as ``analyse``, ``Conflict`` NOTHING_RECORDED for a recording without steps, ``Invalid`` for a bad title.
    """
    if _of_a_teacher(actor, recording_id).draft is None:
        analyse(actor=actor, recording_id=recording_id)
    with unit_of_work():
        recording = selectors.locked(recording_id)
        if recording is None:
            raise NotFound("Recording")
        if recording.task_id is not None and Task.objects.filter(pk=recording.task_id).exists():
            return recording, False
        draft = draft_in(recording)
        if not draft.steps:
            raise Conflict(ErrorCode.NOTHING_RECORDED, "No step was found in this recording")
        told = recording.description if description is None else paragraph(description, "description", MAX_TEXT)
        recording.task = make_loose_task(
            actor=actor, title=draft.title if title is None else title, description=told, steps=draft.steps
        )
        recording.save(update_fields=["task"])
        return recording, True


def draft_in(recording: Recording) -> Draft:
    """The draft that is kept with ``recording``."""
    return msgspec.convert(recording.draft, Draft)


def _leave_as_it_is(payload: dict[str, Any]) -> None:
    _done(payload["recording_id"], None)


@job(JOB, attempts=2, lease_seconds=180, on_dead=_leave_as_it_is)
def improve_draft(payload: dict[str, Any]) -> None:
    """Have the draft worded by a model, on the account of who asked for it."""
    recording = selectors.find(payload["recording_id"])
    if recording is None or recording.status != RecordingStatus.PROCESSING:
        return
    _done(recording.pk, improve(draft_in(recording), _names(recording), budget_of(payload["asked_by"])))


def _done(recording_id: int, better: Draft | None) -> None:
    with unit_of_work():
        recording = selectors.locked(recording_id)
        if recording is None or recording.status != RecordingStatus.PROCESSING:
            return
        if better is not None:
            recording.draft = msgspec.to_builtins(better)
        recording.status = RecordingStatus.COMPLETED
        recording.save(update_fields=["draft", "status"])


def _of_a_teacher(actor: Actor, recording_id: int) -> Recording:
    if actor.is_student:
        raise Forbidden(message="Only instructors make lessons")
    return selectors.seen_by(actor, recording_id)


def _names(recording: Recording) -> set[str]:
    """Names that no model is told: the recorder's, and those of the people of the class."""
    names = {recording.owner.name, recording.owner.nickname}
    if recording.session is not None:
        people = SessionParticipant.objects.filter(session_id=recording.session.pk)
        for row in people.values_list("user__name", "user__nickname", "name")[:_PEOPLE]:
            names |= set(row)
        names.add(recording.session.lecture.instructor.name)
    return names - {""}
