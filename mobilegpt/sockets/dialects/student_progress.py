"""W3 ``/ws/progress/{user_id}/``: a learner's own progress, in S0's keys; rates in percent (contract 7.4, 7.6)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.lectures.step import Step
from mobilegpt.progress.commands import GetMyProgress, MarkComplete
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.dialect import Decoder, Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.choices import ProgressStatusChoice
from mobilegpt.wire.people import Reachable
from mobilegpt.wire.step import NextStep, ProgressStep, next_step


class ProgressUser(Reachable, frozen=True, kw_only=True):
    pass


class LectureProgressData(Struct, frozen=True, kw_only=True):
    lecture_id: int
    lecture_title: str
    total_subtasks: int
    completed_subtasks: int
    progress_rate: float
    current_subtask: ProgressStep | None


class InitialProgressData(Struct, frozen=True, kw_only=True):
    user: ProgressUser
    lectures: list[LectureProgressData]


class InitialProgress(Frame, frozen=True, kw_only=True, tag="initial_progress"):
    """On connect, and in answer to ``get_my_progress``."""

    data: InitialProgressData


class SubtaskCompleted(Frame, frozen=True, kw_only=True, tag="subtask_completed"):
    """``next_subtask`` runs across tasks and is null at the end (contract 7.7)."""

    subtask_id: int
    next_subtask: NextStep | None


class ProgressUpdated(Frame, frozen=True, kw_only=True, tag="progress_updated"):
    subtask_id: int
    status: ProgressStatusChoice
    message: str


class AchievementData(Struct, frozen=True, kw_only=True):
    type: str
    title: str
    description: str
    icon: str


class AchievementUnlocked(Frame, frozen=True, kw_only=True, tag="achievement_unlocked"):
    achievements: list[AchievementData]


class Encouragement(Frame, frozen=True, kw_only=True, tag="encouragement"):
    """The lecture's rate crossed 25, 50, 75 or 100 %."""

    message: str
    progress_rate: float


ProgressFrames = list[SubtaskCompleted | ProgressUpdated | AchievementUnlocked | Encouragement]

_STATUS_TEXT = {
    "NOT_STARTED": "단계를 처음으로 되돌렸습니다",
    "IN_PROGRESS": "단계를 시작했습니다",
    "HELP_NEEDED": "도움을 요청했습니다",
    "COMPLETED": "단계를 완료했습니다!",
}
_ENCOURAGEMENT = {
    25: "좋은 시작이에요! 천천히 따라오세요!",
    50: "벌써 절반이나 하셨어요!",
    75: "잘하고 계세요! 조금만 더 힘내세요!",
    100: "축하합니다! 모든 단계를 마치셨어요!",
}


def percent(rate: float) -> float:
    """A rate from 0 to 1 as sockets show it: ``75.5``."""
    return round(rate * 100, 1)


def completed_frame(subtask_id: int, following: Step | None) -> SubtaskCompleted:
    return SubtaskCompleted(subtask_id=subtask_id, next_subtask=next_step(following) if following else None)


def _progress(event: ProgressChanged) -> ProgressFrames:
    """In the order of contract 7: completed, updated, achievements, encouragement."""
    frames: ProgressFrames = []
    if event.new_status == "COMPLETED":
        frames.append(completed_frame(event.subtask_id, event.next_step))
    frames.append(
        ProgressUpdated(subtask_id=event.subtask_id, status=event.new_status, message=_STATUS_TEXT[event.new_status])
    )
    if event.achievements:
        frames.append(AchievementUnlocked(achievements=[_achievement(each) for each in event.achievements]))
    if event.encouragement is not None:
        frames.append(Encouragement(message=_ENCOURAGEMENT[event.encouragement], progress_rate=percent(event.rate)))
    return frames


def _achievement(milestone: int) -> AchievementData:
    return AchievementData(
        type="milestone",
        title=f"{milestone}개 단계 완료!",
        description=f"축하합니다! {milestone}개의 단계를 완료하셨습니다.",
        icon="trophy",
    )


DIALECT = Dialect(
    "student_progress",
    encoders={ProgressChanged: _progress},
    ignored={*(IN_CLASS - {ProgressChanged}), *IN_CHAT, *NEVER_SHOWN},
    decoders={
        "get_my_progress": Decoder(GetMyProgress),
        "mark_complete": Decoder(MarkComplete),
    },
)
