"""A class of 박강사's: three steps in two tasks, in the waiting room."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.models import Lecture
from tests import cast, classes


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.fixture
def kim() -> User:
    return cast.student_kim()


@pytest.fixture
def lee() -> User:
    return cast.student_lee()


@pytest.fixture
def lecture(park: User) -> Lecture:
    return cast.lecture(park)


@pytest.fixture
def session(lecture: Lecture) -> LectureSession:
    return classes.open_class(lecture)
