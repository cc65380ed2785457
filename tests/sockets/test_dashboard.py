"""W2, W6 and W9: who may open them, their exact frames, the statistics that follow progress, and a change of owner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import PauseSession, ResumeSession
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.errors import DomainError
from mobilegpt.dashboard import selectors
from mobilegpt.dashboard.selectors import Board, Summary
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.services import answer_help, close_help, request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.route import Handshake, Opening
from mobilegpt.sockets import dashboard
from mobilegpt.sockets.dialects import instructor_dashboard, lecture_activity, lecture_dashboard
from mobilegpt.wire.refusal import answer_to
from tests import cast, classes
from tests.sockets.client import Refused, SocketClient, serving

NOW = "2025-10-28T10:00:00Z"
Frames = list[dict[str, Any]]


def report(user: User, subtask_id: int, status: str = "COMPLETED") -> None:
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=subtask_id, status=status))


# --- who may open them


def code_of(opened: Callable[[Handshake], Opening], user: User | None, lecture_id: int) -> int:
    handshake = Handshake({"lecture_id": str(lecture_id)}, {}, cast.actor(user) if user else None, "::1")
    try:
        opened(handshake)
    except DomainError as refusal:
        return int(answer_to(refusal).close)
    return 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "one_lecture", "everything"),
    [("nobody", 4401, 4401), ("kim", 4403, 4403), ("park", 200, 200), ("choi", 4404, 200), ("han", 200, 200)],
)
def test_the_matrix(lecture: Lecture, kim: User, park: User, who: str, one_lecture: int, everything: int) -> None:
    people = {"kim": kim, "park": park, "choi": cast.instructor_choi(), "han": cast.admin_han()}
    user = people.get(who)
    for opened in (dashboard.open_lecture, dashboard.open_activity):
        assert code_of(opened, user, lecture.pk) == one_lecture
        assert code_of(opened, user, 999_999) == (4404 if one_lecture == 200 else one_lecture)
    assert code_of(dashboard.open_everything, user, 0) == everything


@pytest.mark.django_db
def test_an_instructor_follows_own_lectures_and_an_admin_all(park: User) -> None:
    def of_lectures(user: User) -> str:
        return dashboard.open_everything(Handshake({}, {}, cast.actor(user), "::1")).topics[0]

    assert of_lectures(park) == f"instructor:{park.pk}"
    assert of_lectures(cast.admin_han()) == "lectures"


@pytest.mark.django_db
def test_the_questions_of_an_opening_are_few(
    lecture: Lecture, park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.enroll(lecture, *cast.students(60))
    actor = cast.actor(park)
    dashboard.open_lecture(Handshake({"lecture_id": str(lecture.pk)}, {}, actor, "::1"))
    with django_assert_num_queries(5):
        opening = dashboard.open_lecture(Handshake({"lecture_id": str(lecture.pk)}, {}, actor, "::1"))
        assert opening.snapshot is not None
        (frame,) = opening.snapshot()
    assert len(frame.data.students) == 60  # type: ignore[attr-defined]


# --- what they say


@pytest.fixture
def happened(session: LectureSession, kim: User, lee: User) -> tuple[int, int, int]:
    """김학생 comes, completes a step, asks, is answered, goes; 이학생 begins at home. Two steps and the request."""
    cast.enroll(session.lecture, kim, lee)
    one, two, _ = (step.pk for step in classes.steps(session.lecture))
    teacher, ref = classes.owner_of(session), str(session.pk)
    classes.forget_events()
    with time_machine.travel(NOW, tick=False):
        classes.seat(session, kim)
        classes.start(session)
        report(kim, one)
        command = RequestHelp(subtask_id=two, message="어려워요", context_data={"stuck_duration_seconds": 45})
        request = request_help(actor=cast.actor(kim), command=command).request
        answer_help(actor=teacher, request_id=request.pk, command=AnswerHelp(help_content="여기요"))
        classroom.pause_session(actor=teacher, session_ref=ref, command=PauseSession(message="쉬어요"))
        classroom.resume_session(actor=teacher, session_ref=ref, command=ResumeSession())
        close_help(actor=teacher, request_id=request.pk)
        report(lee, one, "IN_PROGRESS")
        classroom.mark_absent(session.pk, kim.pk)
        classes.end(session)
    return one, two, request.pk


def said(dialect: Dialect, *, rt: bool = False) -> Frames:
    return [frame for event in classes.events() for frame in dialect.encode(event, rt=rt)]


@pytest.mark.django_db
def test_a_lecture_in_flat_keys(session: LectureSession, kim: User, lee: User, happened: tuple[int, int, int]) -> None:
    one, two, request = happened
    kims, lees = {"user_id": kim.pk, "user_name": "김학생"}, {"user_id": lee.pk, "user_name": "이학생"}

    def progress(who: dict[str, Any], step: int, status: str, rate: float) -> dict[str, Any]:
        return {"type": "progress_update", **who, "subtask_id": step, "status": status, "progress_rate": rate}

    asked = {"request_id": request, **kims, "subtask_id": two, "message": "어려워요", "request_type": "MANUAL"}
    place = {"request_id": request, "user_id": kim.pk, "subtask_id": two}
    everything = [
        {"type": "participant_status", **kims, "status": "joined", "session_code": session.code},
        progress(kims, one, "COMPLETED", 33.3),
        {"type": "help_request", **asked},
        progress(kims, two, "HELP_NEEDED", 33.3),
        {"type": "help_answered", **place},
        {"type": "help_closed", **place, "request_type": "MANUAL"},
        progress(kims, two, "IN_PROGRESS", 33.3),
        progress(lees, one, "IN_PROGRESS", 0.0),
        {"type": "participant_status", **kims, "status": "left", "session_code": session.code},
    ]
    assert said(lecture_dashboard.DIALECT, rt=True) == everything
    opted_in = ("help_answered", "help_closed")
    assert said(lecture_dashboard.DIALECT) == [frame for frame in everything if frame["type"] not in opted_in]


@pytest.mark.django_db
def test_a_lecture_as_type_and_data(kim: User, lee: User, happened: tuple[int, int, int]) -> None:
    one, two, request = happened
    titles = {step.pk: step.title for step in classes.steps(Lecture.objects.get())}

    def progress(user: User, step: int, old: str, new: str) -> dict[str, Any]:
        data = {
            "user_id": user.pk,
            "user_name": user.name,
            "subtask_id": step,
            "subtask_title": titles[step],
            "old_status": old,
            "new_status": new,
            "timestamp": NOW,
        }
        return {"type": "progress_update", "data": data}

    def activity(what: str) -> dict[str, Any]:
        data = {"user_id": kim.pk, "user_name": "김학생", "activity": what, "timestamp": NOW}
        return {"type": "student_activity", "data": data}

    asked = {
        "help_request_id": request,
        "user": {"id": kim.pk, "name": "김학생"},
        "subtask": {"id": two, "title": titles[two]},
        "request_type": "MANUAL",
        "stuck_duration_seconds": 45,
        "timestamp": NOW,
    }
    assert said(lecture_activity.DIALECT, rt=True) == [
        activity("STARTED_LEARNING"),
        progress(kim, one, "IN_PROGRESS", "COMPLETED"),
        {"type": "help_request", "data": asked},
        progress(kim, two, "NOT_STARTED", "HELP_NEEDED"),
        progress(kim, two, "HELP_NEEDED", "IN_PROGRESS"),
        progress(lee, one, "NOT_STARTED", "IN_PROGRESS"),
        activity("STOPPED_LEARNING"),
    ]


@pytest.mark.django_db
def test_everything_says_where_it_happened_and_has_a_copy(
    session: LectureSession, kim: User, lee: User, happened: tuple[int, int, int]
) -> None:
    one, two, request = happened
    here = {"lecture_id": session.lecture_id, "session_id": session.pk, "session_code": session.code}
    home = {"lecture_id": session.lecture_id, "session_id": None, "session_code": None}
    kims, lees = {"user_id": kim.pk, "user_name": "김학생"}, {"user_id": lee.pk, "user_name": "이학생"}

    def status(value: str, message: str) -> dict[str, Any]:
        return {"type": "session_status_changed", **here, "status": value, "message": message}

    def progress(where: dict[str, Any], who: dict[str, Any], step: int, new: str, rate: float) -> dict[str, Any]:
        return {"type": "progress_update", **where, **who, "subtask_id": step, "status": new, "progress_rate": rate}

    asked = {"request_id": request, **kims, "subtask_id": two, "message": "어려워요", "request_type": "MANUAL"}
    plain = [
        status("IN_PROGRESS", "세션이 시작되었습니다"),
        progress(here, kims, one, "COMPLETED", 33.3),
        {"type": "help_request", **here, **asked},
        progress(here, kims, two, "HELP_NEEDED", 33.3),
        status("PAUSED", "세션이 일시정지되었습니다"),
        status("IN_PROGRESS", "세션이 재개되었습니다"),
        progress(here, kims, two, "IN_PROGRESS", 33.3),
        progress(home, lees, one, "IN_PROGRESS", 0.0),
        status("REVIEW_MODE", "세션이 종료되었습니다"),
    ]
    with_copy = [{**frame, "data": {key: frame[key] for key in frame if key != "type"}} for frame in plain]
    assert said(instructor_dashboard.DIALECT) == with_copy
    opted_in = [frame["type"] for frame in said(instructor_dashboard.DIALECT, rt=True)]
    assert opted_in.count("help_answered") == opted_in.count("help_closed") == 1


# --- as a client sees them


class Hall:
    """A lecture with 김학생 and 이학생 in it, and everybody's tokens."""

    def __init__(self) -> None:
        self.park, self.choi = cast.instructor_park(), cast.instructor_choi()
        self.kim, self.lee = cast.student_kim(), cast.student_lee()
        self.admin = cast.admin_han()
        self.lecture = cast.lecture(self.park)
        cast.enroll(self.lecture, self.kim, self.lee)
        self.steps = [step.pk for step in classes.steps(self.lecture)]
        self.tokens = {user.pk: cast.access_token(user) for user in (self.park, self.choi, self.kim, self.admin)}

    def socket(self, user: User, path: str = "", **options: Any) -> SocketClient:
        where = path or f"/ws/dashboard/lectures/{self.lecture.pk}/"
        return SocketClient(where, token=self.tokens[user.pk], **options)

    async def completes(self, user: User, place: int) -> None:
        await sync_to_async(report)(user, self.steps[place])


@pytest.fixture
async def hall(transactional_db: None) -> AsyncIterator[Hall]:
    made = await sync_to_async(Hall)()
    async with serving():
        yield made


async def test_a_dashboard_begins_with_everybody(hall: Hall) -> None:
    await hall.completes(hall.kim, 0)
    async with hall.socket(hall.park) as board:
        frame = await board.frame()
    students = frame["data"].pop("students")
    assert frame == {
        "type": "initial_data",
        "data": {
            "lecture": {"id": hall.lecture.pk, "title": "카카오톡 기초", "description": "카카오톡 사용법을 배웁니다"},
            "total_students": 2,
            "total_subtasks": 3,
            "pending_help_requests": 0,
        },
    }
    enrolled_at = [student.pop("enrolled_at") for student in students]
    assert all(len(moment) == 20 and moment.endswith("Z") for moment in enrolled_at)
    assert students[0] == {
        "user_id": hall.kim.pk,
        "user_name": "김학생",
        "email": "student1@example.com",
        "progress_rate": 33.3,
        "completed_subtasks": 1,
        "total_subtasks": 3,
        "pending_help": 0,
    }


async def test_statistics_follow_progress(hall: Hall) -> None:
    async with hall.socket(hall.park) as board:
        await board.until("initial_data")
        await hall.completes(hall.kim, 0)
        progress, statistics = await board.frame(), await board.frame()
    assert (progress["type"], progress["progress_rate"]) == ("progress_update", 33.3)
    assert statistics == {
        "type": "statistics_update",
        "statistics": {
            "difficult_subtasks": [],
            "average_completion_rate": 16.7,
            "total_enrollments": 2,
            "total_subtasks": 3,
        },
    }


async def test_statistics_come_at_most_once_a_second_and_the_last_word_is_true(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_at: list[float] = []
    summary = selectors.summary

    def timed(board: Board) -> Summary:
        read_at.append(time.monotonic())
        return summary(board)

    monkeypatch.setattr(selectors, "summary", timed)
    async with hall.socket(hall.park) as board, hall.socket(hall.admin) as other:
        for place in range(3):
            await hall.completes(hall.kim, place)
            await hall.completes(hall.lee, place)
        for socket in (board, other):
            frames = await everything_until_all_are_done(socket)
            kinds = [frame["type"] for frame in frames]
            assert kinds.count("progress_update") == 6
            assert kinds.count("statistics_update") >= 2
            assert kinds[-1] == "statistics_update"
        assert all(later - earlier >= 0.99 for earlier, later in pairwise(read_at))


async def everything_until_all_are_done(socket: SocketClient) -> Frames:
    frames = [await socket.frame()]
    while frames[-1].get("statistics", {}).get("average_completion_rate") != 100.0:
        frames.append(await socket.frame())
    return frames + await socket.settled(1.2)


async def test_statistics_are_not_read_when_nobody_watches(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    summary = selectors.summary

    def count(board: Board) -> Summary:
        read.append(board.lecture.pk)
        return summary(board)

    monkeypatch.setattr(selectors, "summary", count)
    await hall.completes(hall.kim, 0)
    async with hall.socket(hall.park) as board, hall.socket(hall.admin) as other:
        await board.until("initial_data")
        await other.until("initial_data")
        await hall.completes(hall.kim, 1)
        await board.until("statistics_update")
        await other.until("statistics_update")
        assert read == [hall.lecture.pk]  # once for both
    await hall.completes(hall.kim, 2)
    await asyncio.sleep(1.2)
    assert read == [hall.lecture.pk]


async def test_statistics_that_cannot_be_read_are_read_again(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database may not answer for a moment; the last word is true all the same."""
    summary, tries = selectors.summary, iter([True])

    def fail_once(board: Board) -> Summary:
        if next(tries, False):
            raise OperationalError("no answer")
        return summary(board)

    monkeypatch.setattr(selectors, "summary", fail_once)
    async with hall.socket(hall.park) as board:
        await board.until("initial_data")
        await hall.completes(hall.kim, 0)
        assert (await board.until("statistics_update"))["statistics"]["average_completion_rate"] == 16.7


async def test_questions_are_answered(hall: Hall) -> None:
    async with hall.socket(hall.park) as board:
        first = await board.until("initial_data")
        board.send({"type": "request_student_list"})
        listed = await board.frame()
        assert listed == {"type": "student_list", "students": first["data"]["students"]}
        board.send({"type": "request_statistics"})
        assert (await board.frame())["type"] == "statistics_update"
        board.send({"type": "next_step"})
        assert (await board.frame())["code"] == "UNKNOWN_TYPE"


async def test_only_who_opts_in_hears_of_answers(hall: Hall) -> None:
    def help_and_close() -> None:
        command = RequestHelp(subtask_id=hall.steps[0])
        request = request_help(actor=cast.actor(hall.kim), command=command).request
        close_help(actor=cast.actor(hall.park), request_id=request.pk)

    modern = hall.socket(hall.park, subprotocols=["rt.v1"])
    async with hall.socket(hall.park) as plain, modern:
        await sync_to_async(help_and_close)()
        heard = {socket: [frame["type"] for frame in await socket.settled()] for socket in (plain, modern)}
    assert "help_closed" in heard[modern]
    assert "help_closed" not in heard[plain]
    assert heard[plain].count("help_request") == 1


async def test_only_the_instructors_own_lectures_are_heard_of(hall: Hall) -> None:
    paths = [hall.socket(user, "/ws/dashboard/") for user in (hall.park, hall.choi, hall.admin)]
    async with paths[0] as own, paths[1] as others, paths[2] as every:
        await hall.completes(hall.kim, 0)
        for socket in (own, every):
            frame = await socket.frame()
            assert (frame["type"], frame["user_id"], frame["lecture_id"]) == (
                "progress_update", hall.kim.pk, hall.lecture.pk,
            )  # fmt: skip
        assert await others.settled() == []


def hand_over(hall: Hall) -> None:
    """As the staff do it, on the lecture's page."""
    staff = Client()
    staff.force_login(hall.admin)
    tasks = list(hall.lecture.tasks.order_by("order_index"))
    form: dict[str, Any] = {
        "instructor": hall.choi.pk,
        "title": hall.lecture.title,
        "description": hall.lecture.description,
        "is_active": "on",
        "tasks-TOTAL_FORMS": len(tasks),
        "tasks-INITIAL_FORMS": len(tasks),
    }
    for number, task in enumerate(tasks):
        form |= {
            f"tasks-{number}-id": task.pk,
            f"tasks-{number}-lecture": hall.lecture.pk,
            f"tasks-{number}-order_index": task.order_index,
            f"tasks-{number}-title": task.title,
        }
    answer = staff.post(reverse("admin:lectures_lecture_change", args=[hall.lecture.pk]), form)
    assert answer.status_code == 302, answer.content.decode()
    hall.lecture.refresh_from_db()
    assert hall.lecture.instructor_id == hall.choi.pk


async def test_a_lecture_that_changes_hands_takes_its_sockets_along(hall: Hall) -> None:
    session = await sync_to_async(classes.open_class)(hall.lecture)
    watching = [
        hall.socket(hall.park),
        hall.socket(hall.park, f"/ws/dashboard/lecture/{hall.lecture.pk}/"),
        hall.socket(hall.park, f"/ws/session/{session.pk}/instructor/"),
        hall.socket(hall.park, f"/ws/sessions/{session.code}/"),
    ]
    old, new = hall.socket(hall.park, "/ws/dashboard/"), hall.socket(hall.choi, "/ws/dashboard/")
    async with watching[0], watching[1], watching[2], watching[3], hall.socket(hall.admin) as observer, old, new:
        await sync_to_async(hand_over)(hall)
        assert [await socket.closed() for socket in watching] == [4403] * 4
        await observer.until("initial_data")
        await hall.completes(hall.kim, 0)
        assert (await observer.frame())["type"] == "progress_update"
        assert (await new.frame())["type"] == "progress_update"
        assert await old.settled() == []
        with pytest.raises(Refused) as refused:
            async with hall.socket(hall.park):
                pass
    assert refused.value.status == 404
