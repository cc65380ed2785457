"""김학생's room with 이학생 in it, and an open one of 박강사's."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Room
from tests import cast, rooms


@pytest.fixture
def choi() -> User:
    return cast.instructor_choi()


@pytest.fixture
def open_room(park: User) -> Room:
    return rooms.open_to_all(park)
