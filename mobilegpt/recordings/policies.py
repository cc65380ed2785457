"""Who may see and change a recording (reliability, section 3), and how much may be kept."""

from __future__ import annotations

from mobilegpt.classroom.policies import runs
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode, NotFound
from mobilegpt.recordings.models import Recording, RecordingStatus

EVENTS_OF_A_BATCH = 2000
EVENTS_OF_AN_APP_BATCH = 10_000
EVENTS_OF_A_RECORDING = 200_000
DATA_BYTES = 16_384
"""Of an event's data, without its screenshot."""
SCREENSHOTS_OF_A_BATCH = 20


def is_own(actor: Actor, recording: Recording) -> bool:
    return recording.owner_id == actor.user_id


def teaches(actor: Actor, recording: Recording) -> bool:
    """The recording is linked to a class that the caller teaches; ``recording.session.lecture`` is loaded."""
    return actor.is_instructor and recording.session is not None and runs(actor, recording.session)


def require_sees(actor: Actor, recording: Recording | None) -> Recording:
    """Raises ``NotFound``: a recording may hold what was on somebody's screen."""
    if recording is None or not (is_own(actor, recording) or teaches(actor, recording) or actor.is_admin):
        raise NotFound("Recording")
    return recording


def require_own(actor: Actor, recording: Recording | None) -> Recording:
    """Raises ``NotFound`` for everybody else's."""
    if recording is None or not is_own(actor, recording):
        raise NotFound("Recording")
    return recording


def require_may_stop(actor: Actor, recording: Recording | None) -> Recording:
    """The owner, and an admin. Raises ``NotFound``, ``Conflict`` INVALID_TRANSITION at the second time."""
    if recording is None or not (is_own(actor, recording) or actor.is_admin):
        raise NotFound("Recording")
    if recording.status != RecordingStatus.RECORDING:
        raise Conflict(ErrorCode.INVALID_TRANSITION, "The recording has been stopped already")
    return recording


def require_space(recording: Recording, more: int) -> None:
    """Raises ``Conflict`` QUOTA_EXCEEDED."""
    if recording.event_count + more > EVENTS_OF_A_RECORDING:
        raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"A recording has at most {EVENTS_OF_A_RECORDING} events")
