"""A hall that comes at once, by REST: real threads, whose seats share transactions, each with an answer of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connections

from mobilegpt.classroom.models import LectureSession, SessionParticipant
from tests import cast
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
Got = TypeVar("Got")


def at_once(work: Callable[[int], Got], count: int = THREADS) -> list[Got]:
    gate = threading.Barrier(count)

    def run(number: int) -> Got:
        try:
            gate.wait(10)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_the_last_seats_go_to_half_of_them(session: LectureSession, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = THREADS // 2
    full = [Api(student) for student in cast.students(THREADS)]
    answers = at_once(lambda number: full[number].post(f"/api/sessions/{session.code}/join"))
    assert sorted(answer.status for answer in answers) == [201] * 4 + [409] * 4
    assert {answer.code for answer in answers if answer.status == 409} == {"SESSION_FULL"}
    seated = {answer.body["participant_id"]: answer.body for answer in answers if answer.status == 201}
    rows = SessionParticipant.objects.filter(session=session)
    assert {seat.pk: seat.user_id for seat in rows} == {pk: body["user_id"] for pk, body in seated.items()}


def test_a_retry_that_overtakes_its_first_try_gets_the_same_answer_or_is_asked_to_wait(
    session: LectureSession,
) -> None:
    kim = cast.student_kim()

    def press(_: int) -> Answer:
        return Api(kim).post(f"/api/sessions/{session.code}/join", Idempotency_Key="arrival")

    answers = at_once(press)
    assert SessionParticipant.objects.count() == 1
    first = [answer.body for answer in answers if answer.status == 201]
    assert first
    assert all(body == first[0] for body in first)
    assert {answer.status for answer in answers} <= {201, 409}
    assert press(0).body == first[0]


def test_guests_get_logins_of_their_own(session: LectureSession) -> None:
    def press(number: int) -> Answer:
        body = {"name": f"손님{number}", "device_id": f"f3b0c44298fc1c149afbf4c{number}"}
        return Api().post(f"/api/sessions/{session.code}/guest", body)

    answers = at_once(press)
    assert [answer.status for answer in answers] == [201] * THREADS
    for number, answer in enumerate(answers):
        own = Api(token=answer.body["access"]).get("/api/auth/me").body
        assert (own["id"], own["name"]) == (answer.body["user"]["id"], f"손님{number}")
        assert answer.cookies
    assert len({answer.body["user"]["id"] for answer in answers}) == THREADS
