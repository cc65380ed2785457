"""What notifications say, in Korean and English (contract 2.9)."""

from __future__ import annotations

from mobilegpt.core.locale import Words

HELP_TITLE = Words("도움 요청", "Help wanted")
HELP = Words("{name}님이 도움을 요청했습니다", "{name} asks for help")  # the Korean words are S2's
STUCK_TITLE = Words("어려워 보이는 학생", "Somebody seems stuck")
STUCK = Words("{name}님이 '{step}' 단계를 어려워하는 것 같아요", "{name} seems to find the step “{step}” hard")
COMPLETED_TITLE = Words("강의 완료", "Lecture completed")
COMPLETED = Words("{name}님이 강의의 모든 단계를 마쳤어요", "{name} has done every step of the lecture")
DEAD_JOB_TITLE = Words("백그라운드 작업 실패: {job}", "Background work failed: {job}")
DEAD_JOB = Words(
    "{number}번 작업이 여러 번 실패해서 멈췄어요. 관리 화면의 Jobs에서 확인해 주세요.",
    "Job {number} has failed several times and was stopped. Please look at Jobs in the admin pages.",
)
