"""A hall that comes at once, by REST: real threads, whose seats share transactions, each with an answer of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connections

from mobilegpt.accounts.models import LoginFamily, User
from mobilegpt.accounts.tokens import actors_from_access_tokens, issue_tokens
from mobilegpt.chat.models import Room
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.database import thread_batcher
from mobilegpt.database.batching import Work, do_batch
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.rest.http import auth
from mobilegpt.rest.http.endpoint import Endpoint
from tests import cast, rooms
from tests.rest.api import Answer, Api
from tests.until import wait_until

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

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


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


def join(student: User, session: LectureSession, room: Room) -> Answer:
    return Api(student).post(f"/api/sessions/{session.code}/join")


def join_as_guest(student: User, session: LectureSession, room: Room) -> Answer:
    body = {"name": student.name, "device_id": f"f3b0c44298fc1c149afb{student.pk:08}"}
    return Api().post(f"/api/sessions/{session.code}/guest", body)


def say(student: User, session: LectureSession, room: Room) -> Answer:
    return Api(student).post(f"/api/v1/chat/rooms/{room.pk}/messages", {"message": "안녕하세요!"})


def say_live(student: User, session: LectureSession, room: Room) -> Answer:
    return Api(student).post("/chat/v1/message/", {"room": room.pk, "message": "안녕하세요!"})


@pytest.mark.parametrize(
    ("ask", "visits"), [(join, 2), (join_as_guest, 2), (say, 1), (say_live, 1)], ids=["join", "guest", "say", "live"]
)
def test_whoever_comes_at_the_same_moment_shares_every_visit(
    monkeypatch: Any, session: LectureSession, ask: Callable[[User, LectureSession, Room], Answer], visits: int
) -> None:
    """Held until all have shown who they are, which they are looked up for as they come."""
    students = cast.students(THREADS)
    room = rooms.private(session.lecture.instructor, *students)
    gate, initial, shared = threading.Barrier(THREADS), Endpoint.initial, []

    def held(view: Endpoint, *args: Any, **kwargs: Any) -> None:
        initial(view, *args, **kwargs)
        gate.wait(10)

    def counted(work: Work, about: Sequence[Any], given: Sequence[Any]) -> Sequence[Any]:
        if work is not actors_from_access_tokens:
            shared.append(len(given))
        return do_batch(work, about, given)

    monkeypatch.setattr(thread_batcher, "_PATIENCE_SECONDS", 10)
    monkeypatch.setattr(thread_batcher, "do_batch", counted)
    monkeypatch.setattr(Endpoint, "initial", held)
    answers = at_once(lambda number: ask(students[number], session, room))
    assert [answer.status for answer in answers] == [201] * THREADS
    assert shared == [THREADS] * visits


class HeldLookUps:
    """The look-up of callers, the first of which waits until the others stand in the queue."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, tokens: Sequence[str]) -> list[Actor | Unauthenticated]:
        self.sizes.append(len(tokens))
        found = actors_from_access_tokens(tokens)
        if len(self.sizes) == 1:
            self.begun.set()
            assert self.go_on.wait(10)
        return found


def test_callers_who_come_meanwhile_are_looked_up_together_and_never_too_early(monkeypatch: Any) -> None:
    """Each is told for themselves; who comes while a look-up is on its way is seen as they are then."""
    look_ups = HeldLookUps()
    monkeypatch.setattr(auth, "actors_from_access_tokens", look_ups)
    kim, *others = cast.students(4)
    tokens = [issue_tokens(user).access for user in (kim, kim, *others)] + ["a.b.c"]
    ended = issue_tokens(others[0])

    def ask(token: str) -> tuple[int, Any]:
        try:
            answer = Api(token=token).get("/api/auth/me")
            return answer.status, answer.body.get("id")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tokens) + 1) as pool:
        first = pool.submit(ask, tokens[0])
        assert look_ups.begun.wait(10)
        LoginFamily.objects.filter(pk=ended.family_id).live().revoke(reason="test")
        answers = [pool.submit(ask, token) for token in (*tokens[1:], ended.access)]
        wait_until(lambda: len(by_threads._queues[look_ups, ()]) == len(tokens) + 1)
        look_ups.go_on.set()
        assert first.result(20) == (200, kim.pk)
        expected = [(200, user.pk) for user in (kim, *others)] + [(401, None)] * 2
        assert [answer.result(20) for answer in answers] == expected
    assert look_ups.sizes == [1, len(tokens)]
    assert by_threads._queues == {}
