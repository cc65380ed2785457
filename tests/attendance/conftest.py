"""A class at ten in the morning, and its clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from time_machine import Traveller

from mobilegpt.classroom.models import LectureSession
from tests.attendance.clock import START, Hall


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hall(clock: Traveller, session: LectureSession) -> Hall:
    return Hall(session, clock)
