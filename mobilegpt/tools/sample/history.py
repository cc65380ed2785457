"""What happened in the sample's past classes. Times count back from the moment of making. Imports no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mobilegpt.tools.sample.lessons import KAKAOTALK, YOUTUBE, Lesson


@dataclass(frozen=True, slots=True)
class Person:
    """A sample account; the e-mails are the production guard's list (``config/production.py``)."""

    name: str
    age: int
    digital_level: str = "BEGINNER"


@dataclass(frozen=True, slots=True)
class Help:
    """A learner asked in class. ``student`` counts from 0, ``position`` from 1 over the whole lesson.

    Without an ``answer`` nobody could help; one that is not ``closed`` still waits on the instructor's screen.
    """

    student: int
    position: int
    said: str
    stuck_seconds: int
    answer: str = ""
    rating: int | None = None
    closed: bool = True


@dataclass(frozen=True, slots=True)
class PastClass:
    """One class: steps ``first`` to ``last`` of a lesson, and how many of them each learner who came completed."""

    lesson: Lesson
    title: str
    ago: timedelta
    first: int
    last: int
    completed: dict[int, int]
    paused_after: int | None = None
    help: tuple[Help, ...] = ()

    @property
    def positions(self) -> range:
        return range(self.first, self.last + 1)


INSTRUCTOR = Person("박지현", 42, "ADVANCED")
STUDENTS = (
    Person("김영자", 71),
    Person("이순자", 68),
    Person("박종수", 74),
    Person("최말순", 77),
    Person("정옥순", 69, "INTERMEDIATE"),
    Person("강복례", 80),
    Person("조성만", 72),
    Person("윤영호", 66, "INTERMEDIATE"),
    Person("장춘식", 75),
    Person("임정숙", 70),
)

PAST_CLASSES = (
    PastClass(
        lesson=YOUTUBE,
        title="1강 유튜브 열기",
        ago=timedelta(days=6, hours=2),
        first=1,
        last=4,
        completed={0: 4, 1: 4, 2: 4, 3: 2, 4: 4, 5: 1, 6: 3, 7: 4, 8: 3, 9: 4},
        help=(
            Help(5, 2, "유튜브가 안 보여요", 95, "화면을 한 번 더 옆으로 밀어 보세요. 맨 아랫줄에 있어요.", 5),
            Help(3, 3, "자꾸 다른 영상이 틀어져요", 70, "누르지 말고 손가락을 댄 채로 밀어 보세요.", 4),
        ),
    ),
    PastClass(
        lesson=KAKAOTALK,
        title="오전반",
        ago=timedelta(days=5, hours=1),
        first=1,
        last=7,
        completed={0: 7, 1: 5, 4: 7, 7: 7, 9: 4},
        paused_after=4,
        help=(
            Help(1, 2, "친구 목록이 어디 있나요", 45, "화면 맨 아래 왼쪽의 사람 그림을 눌러 보세요.", 5),
            Help(9, 4, "노란 단추가 없어요", 60, "글자를 한 글자라도 쓰면 노란 단추가 나와요.", 5),
        ),
    ),
    PastClass(
        lesson=YOUTUBE,
        title="2강 보고 싶은 영상 찾기",
        ago=timedelta(days=3, hours=2),
        first=5,
        last=8,
        completed={0: 4, 1: 4, 2: 3, 4: 4, 6: 2, 7: 4, 8: 1, 9: 4},
        paused_after=6,
        help=(
            Help(2, 6, "자판이 영어로 나와요", 80, "자판 아래의 '한/영'을 눌러 보세요.", 5),
            Help(8, 6, "글자를 어떻게 지워요", 40, "자판 오른쪽의 화살표를 누르면 한 글자씩 지워져요.", 4),
            Help(9, 8, "광고만 나와요", 30, "오른쪽 아래에 '건너뛰기'가 나올 때까지 조금 기다려 주세요.", 4),
        ),
    ),
    PastClass(
        lesson=YOUTUBE,
        title="3강 편하게 보기",
        ago=timedelta(days=1, hours=3),
        first=9,
        last=12,
        completed={0: 4, 1: 3, 2: 1, 4: 4, 7: 4, 9: 3},
        help=(
            Help(1, 12, "구독하면 돈이 나가나요", 35, "아니요, 돈은 들지 않아요.", 5, closed=False),
            Help(2, 10, "소리가 안 나요", 120, closed=False),
        ),
    ),
)
