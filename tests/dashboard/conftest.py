"""박강사's lecture of four steps in two tasks, with 김학생, 이학생 and a third student."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.dashboard import selectors
from mobilegpt.dashboard.selectors import Board
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes


@pytest.fixture
def lecture(park: User, kim: User, lee: User) -> Lecture:
    made = cast.lecture(park, (3, 1))
    cast.enroll(made, kim, lee, *cast.students(1))
    return made


@pytest.fixture
def steps(lecture: Lecture) -> list[Subtask]:
    return classes.steps(lecture)


@pytest.fixture
def board(park: User, lecture: Lecture) -> Board:
    return selectors.board_of(cast.actor(park), lecture.pk)
