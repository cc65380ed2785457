"""What W1 says to the apps that exist besides the documents (contract 12): frames, and more in ``data``."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict

from mobilegpt.classroom.events import CompletionReported
from mobilegpt.core.clock import iso
from mobilegpt.lectures.step import Step
from mobilegpt.realtime.dialect import Frame
from mobilegpt.screenshots.events import ScreenshotUpdated
from mobilegpt.wire.apps import AppStep, RoomAppStep, room_app_step
from mobilegpt.wire.choices import RoleChoice, ScreenWithheldChoice
from mobilegpt.wire.screenshots import ScreenshotBody, image_url


class StepChangedData(RoomAppStep, frozen=True, kw_only=True):
    """The step at its own level too, as the apps read it (contract 12)."""

    subtask: RoomAppStep
    instructor_message: str


class StepCompleteConfirmed(Frame, frozen=True, kw_only=True, tag="step_complete_confirmed"):
    """The answer to ``step_complete`` (contract 12). ``next_subtask`` is null past the last step;
    ``completed_subtasks`` are the caller's in this class."""

    subtask_id: int
    next_subtask: AppStep | None
    completed_subtasks: list[int]


class StudentCompletion(Frame, frozen=True, kw_only=True, tag="student_completion"):
    """Somebody's phone said that a step is done; for instructors only (contract 12)."""

    participant_id: int
    user_name: str
    subtask_id: int
    completed_subtasks: list[int]
    total_completed: int


class InstructorMessage(Frame, frozen=True, kw_only=True, tag="instructor_message"):
    """A word to everybody, beside ``session_status_changed`` (contract 12)."""

    message: str
    instructor_name: str


class ParticipantLeftData(Struct, frozen=True, kw_only=True):
    """``username`` is ``user_name`` as the apps read it (contract 12)."""

    user_id: int
    user_name: str
    username: str


class ParticipantJoinedData(ParticipantLeftData, frozen=True, kw_only=True):
    role: RoleChoice


class ScreenshotUpdatedFrame(Frame, frozen=True, kw_only=True, tag="screenshot_updated"):
    """Somebody's newest screen, for those who teach and help (contract 12); the fields of ``ScreenshotBody``."""

    id: int
    session: int
    participant: int
    participant_id: int
    participant_name: str
    device_id: None
    image_url: str
    withheld: ScreenWithheldChoice
    captured_at: str
    created_at: str


def screenshot_body(event: ScreenshotUpdated) -> ScreenshotBody:
    where, version = event.room.id, int(event.at.timestamp() * 1000)
    return ScreenshotBody(
        id=event.screenshot_id,
        session=where,
        participant=event.participant_id,
        participant_name=event.user.name,
        image_url=image_url(where, event.participant_id, version) if event.has_picture else "",
        withheld=event.withheld,
        captured_at=iso(event.captured_at),
        created_at=iso(event.at),
    )


def screenshot_updated(event: ScreenshotUpdated) -> ScreenshotUpdatedFrame:
    return ScreenshotUpdatedFrame(**asdict(screenshot_body(event)), participant_id=event.participant_id)


def student_completion(event: CompletionReported) -> StudentCompletion:
    return StudentCompletion(
        participant_id=event.participant_id,
        user_name=event.user.name,
        subtask_id=event.subtask_id,
        completed_subtasks=event.completed_subtasks,
        total_completed=len(event.completed_subtasks),
    )


def step_changed_data(step: Step, said: str) -> StepChangedData:
    shown = room_app_step(step)
    return StepChangedData(**asdict(shown), subtask=shown, instructor_message=said)
