"""W3 ``/ws/progress/{user_id}/``: a learner's own progress, in S0's keys; rates in percent (contract 7.4, 7.6)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.core.locale import Words
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
    "NOT_STARTED": Words("단계를 처음으로 되돌렸어요", "The step is as it was at the beginning"),
    "IN_PROGRESS": Words("단계를 시작했어요", "You have begun this step"),
    "HELP_NEEDED": Words("도움을 요청했어요", "You have asked for help"),
    "COMPLETED": Words("단계를 완료했습니다!", "You have done this step!"),
}
_ENCOURAGEMENT = {
    25: Words("좋은 시작이에요! 천천히 따라오세요!", "A good start! Take your time."),
    50: Words("벌써 절반이나 하셨어요!", "You have done half of it already!"),
    75: Words("잘하고 계세요! 조금만 더 힘내세요!", "You are doing well! Just a little more."),
    100: Words("축하합니다! 모든 단계를 마치셨어요!", "Congratulations! You have done every step."),
}

_ACHIEVED = Words("{n}개 단계 완료!", "{n} steps done!")
_CONGRATULATIONS = Words("축하합니다! {n}개의 단계를 완료하셨습니다.", "Congratulations! You have done {n} steps.")


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
        ProgressUpdated(
            subtask_id=event.subtask_id, status=event.new_status, message=_STATUS_TEXT[event.new_status].said()
        )
    )
    if event.achievements:
        frames.append(AchievementUnlocked(achievements=[_achievement(each) for each in event.achievements]))
    if event.encouragement is not None:
        frames.append(
            Encouragement(message=_ENCOURAGEMENT[event.encouragement].said(), progress_rate=percent(event.rate))
        )
    return frames


def _achievement(milestone: int) -> AchievementData:
    return AchievementData(
        type="milestone",
        title=_ACHIEVED.said(n=milestone),
        description=_CONGRATULATIONS.said(n=milestone),
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
