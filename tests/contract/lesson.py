"""One class, held through both doors with the documents' own requests; everything that the server says is kept.

The tests compare each example of the documents with what was said here, so the whole class runs once.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from tests import cast
from tests.contract.comparison import example
from tests.rest.api import Answer, Api
from tests.sockets.client import SocketClient, serving

STEPS = 12


@dataclass
class Transcript:
    """``answers`` by row and status (``R15.200``), ``frames`` by URL and type, ``taken``: accepted requests."""

    answers: dict[str, Answer] = field(default_factory=dict)
    frames: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    taken: set[str] = field(default_factory=set)

    def keep(self, row: str, answer: Answer) -> Any:
        """Note an answer under its row; returns its body."""
        self.answers.setdefault(f"{row}.{answer.status}", answer)
        return answer.body

    def heard(self, url: str, *frames: dict[str, Any]) -> None:
        for frame in frames:
            self.frames[f"{url}.{frame['type']}"].append(frame)


class Lesson:
    """The people of the class and what they know of it."""

    def __init__(self) -> None:
        self.said = Transcript()
        self.teacher = cast.instructor_park()
        self.park = Api(self.teacher)
        self.lee_user = cast.student_lee()
        self.lee = Api(self.lee_user)
        self.kim: Api
        self.kim_id: int
        self.subtasks: list[int] = []
        self.lecture_id: int
        self.session: dict[str, Any]

    def post(self, row: str, api: Api, path: str, request: str | None = None, **changes: Any) -> Any:
        """Send the document's own request, with the ids that are real here; keep the answer."""
        body = {**example(request), **changes} if request else changes or None
        answer = api.post(path, body)
        if request and answer.status < 300:
            self.said.taken.add(request)
        return self.said.keep(row, answer)

    def get(self, row: str, api: Api, path: str, **query: Any) -> Any:
        return self.said.keep(row, api.get(path, **query))

    # --- before the class

    def sign_up(self) -> None:
        visitor = Api()
        self.kim_id = self.post("R1", visitor, "/api/auth/register", "s1/R1.request")["id"]
        login = self.post("R2", visitor, "/api/auth/login", "s1/R2.request")
        tokens = self.post("R3", visitor, "/api/auth/refresh", "s1/R3.request", refresh_token=login["refresh_token"])
        self.kim = Api(token=tokens["access_token"])
        self.get("R4", self.kim, "/api/auth/me")
        self.get("R21", self.kim, "/api/sessions/my-active")

    def prepare(self) -> None:
        lecture = self.post("R6", self.park, "/api/lectures", "s1/R6.request")["id"]
        self.lecture_id = lecture
        task = self.post("R22", self.park, f"/api/lectures/{lecture}/tasks", "s1/R22.request")["id"]
        for number in range(1, STEPS + 1):
            subtask = self.post("R24", self.park, f"/api/tasks/{task}/subtasks", "s1/R24.request", order_index=number)
            self.subtasks.append(subtask["id"])
        self.said.keep("R8", self.park.put(f"/api/lectures/{lecture}", {"title": "카카오톡 기초"}))
        self.said.keep("R25", self.park.put(f"/api/subtasks/{self.subtasks[0]}", {"title": "카카오톡 앱 열기"}))
        self.post("R10", self.kim, f"/api/lectures/{lecture}/enroll")
        self.get("R5", self.kim, "/api/lectures")
        self.get("R7", self.kim, f"/api/lectures/{lecture}")
        self.get("R23", self.kim, f"/api/tasks/{task}")

    def open(self) -> None:
        self.session = self.post("R11", self.park, f"/api/lectures/{self.lecture_id}/sessions", "s1/R11.request")
        self.post("R41", self.park, f"/api/lectures/{self.lecture_id}/sessions/create/", title="오후반")
        for student in (self.kim, self.lee):  # enrolling by oneself opens no class: the code does
            self.get("R12", student, f"/api/sessions/{self.session['session_code']}")
        self.post("R13", self.kim, f"{self.here}/join", "s1/R13.request", user_id=self.kim_id)

    @property
    def here(self) -> str:
        return f"/api/sessions/{self.session['session_id']}"

    # --- the class, by REST; the sockets listen

    def start(self) -> None:
        self.post("R15", self.park, f"{self.here}/start", "s1/R15.request", first_subtask_id=self.subtasks[0])
        self.get("R14", self.park, f"{self.here}/participants")
        self.get("R21", self.kim, "/api/sessions/my-active")

    def go_on(self) -> None:
        self.post("R28", self.kim, "/api/progress/update", "s1/R28.request", subtask_id=self.subtasks[0])
        self.post("R16", self.park, f"{self.here}/next-step", "s1/R16.request", next_subtask_id=self.subtasks[1])
        self.get("R20", self.kim, f"{self.here}/current")
        self.get("R27", self.kim, "/api/progress/me", lecture_id=self.lecture_id)
        self.get("R29", self.park, f"/api/progress/users/{self.kim_id}/lectures/{self.lecture_id}")
        mine = {"user_id": self.kim_id, "subtask_id": self.subtasks[1]}
        self.post("R30", self.kim, "/api/logs/activity", "s1/R30.request", **mine)
        self.post("R31", self.kim, "/api/logs/batch", logs=[{**example("s1/R30.request"), **mine}])

    def ask_and_answer(self) -> None:
        asked = self.post(
            "R32",
            self.kim,
            "/api/help/request",
            "s1/R32.request",
            user_id=self.kim_id,
            subtask_id=self.subtasks[1],
            context_data={**example("s1/R32.request")["context_data"], "message": "친구가 안 보여요"},  # not withheld
        )
        self.get("R36", self.park, "/api/dashboard/help-requests/pending")
        told = self.get("R39", self.park, "/api/notifications")["notifications"][0]
        self.post("R40", self.park, f"/api/notifications/{told['id']}/read")
        mine = f"/api/help/request/{asked['help_request_id']}"
        self.said.keep("R33.before", self.kim.get(mine))
        words = {"help_content": "'친구' 탭을 눌러보세요", "voice_guide_text": "친구 탭을 눌러보세요"}
        self.said.keep("answer", self.park.post(f"{mine}/answer", words))
        _await(lambda: self.kim.get(mine).body["analysis"] is not None)  # a worker makes it meanwhile
        answered = self.get("R33", self.kim, mine)
        response = answered["help_response"]["id"]
        self.post("R34", self.kim, "/api/help/feedback", "s1/R34.request", help_response_id=response)
        self.said.keep("close", self.kim.post(f"{mine}/close"))

    def look_at_the_dashboard(self) -> None:
        self.get("R35", self.park, f"/api/dashboard/lectures/{self.lecture_id}/students")
        self.get("R37", self.park, f"/api/dashboard/statistics/lecture/{self.lecture_id}")
        self.get("R38", self.park, "/api/dashboard/chart-data/progress-trend", lecture_id=self.lecture_id, days=7)

    def pause_and_resume(self) -> None:
        self.post("R17", self.park, f"{self.here}/pause", "s1/R17.request")
        self.post("R18", self.park, f"{self.here}/resume", "s1/R18.request")

    def end(self) -> None:
        self.post("R19", self.park, f"{self.here}/end", "s1/R19.request")

    def record(self) -> None:
        """R42–R47: no document shows an answer of theirs, S2 shows what is sent."""
        started = self.post("R43", self.kim, "/api/sessions/recordings/", "s2/R43.request")
        here = f"/api/sessions/recordings/{started['id']}"
        self.post("R47", self.kim, f"{here}/save-events-batch/", "s2/R47.request")
        self.post("R45", self.kim, f"{here}/stop/")

    def operate(self) -> None:
        """What needs nobody: health, links, the QR code; and what no document shows but the contract names."""
        visitor = Api()
        self.get("R48", visitor, "/api/health/")
        self.get("R49", visitor, "/api/health/detailed/")
        self.get("R50", visitor, "/.well-known/assetlinks.json")
        seat = {"name": "tester", "device_id": "kX2vQ9fR7bLm4TzN8cYw1A"}
        code = self.session["session_code"]
        self.said.keep("guest", visitor.post(f"/api/sessions/{code}/guest", seat))
        self.said.keep("guest", visitor.post(f"/api/sessions/{code}/guest", seat))
        self.said.keep("error", visitor.get("/api/auth/me"))


async def hold_class() -> Transcript:
    """Run the class; the database is empty before."""
    lesson = await sync_to_async(Lesson)()
    for part in (lesson.sign_up, lesson.prepare, lesson.open):
        await sync_to_async(part)()
    async with serving():
        await _first_session(lesson)
        await _second_session(lesson)
    return lesson.said


def _token(user: User) -> str:
    return cast.access_token(user)


class _Listeners:
    """The sockets of the class: the instructor's and 김학생's."""

    def __init__(self, lesson: Lesson, teacher: str) -> None:
        room = f"/ws/sessions/{lesson.session['session_code']}/"
        here = f"/ws/session/{lesson.session['session_id']}"
        self.student = SocketClient(room, token=lesson.kim.token)
        self.w3 = SocketClient(f"/ws/progress/{lesson.kim_id}/", token=lesson.kim.token)
        self.w4 = SocketClient(f"{here}/student/", token=lesson.kim.token)
        self.w8 = SocketClient(f"/ws/help/{lesson.kim_id}", token=lesson.kim.token)
        self.instructor = SocketClient(room, token=teacher)
        self.w5 = SocketClient(f"{here}/instructor/", token=teacher)
        self.w2 = SocketClient(f"/ws/dashboard/lectures/{lesson.lecture_id}/", token=teacher)
        self.w6 = SocketClient(f"/ws/dashboard/lecture/{lesson.lecture_id}/", token=teacher)
        self.w7 = SocketClient("/ws/dashboard/help-requests/", token=teacher)
        self.w9 = SocketClient("/ws/dashboard/", token=teacher)
        self.all = {
            "W1": [self.student, self.instructor],
            "W2": [self.w2],
            "W3": [self.w3],
            "W4": [self.w4],
            "W5": [self.w5],
            "W6": [self.w6],
            "W7": [self.w7],
            "W8": [self.w8],
            "W9": [self.w9],
        }

    async def open(self) -> None:
        for sockets in self.all.values():
            for socket in sockets:
                await socket.__aenter__()

    async def note(self, said: Transcript) -> None:
        """Keep everything that was said since the last time."""
        for url, sockets in self.all.items():
            for socket in sockets:
                said.heard(url, *await socket.settled(0.15))

    async def close(self) -> None:
        for sockets in self.all.values():
            for socket in sockets:
                await socket.disconnect()


async def _first_session(lesson: Lesson) -> None:
    """The instructor works by REST; students come and go by socket."""
    said = lesson.said
    listeners = _Listeners(lesson, await sync_to_async(_token)(lesson.teacher))
    await listeners.open()
    await listeners.note(said)
    await _others_come(lesson)
    await listeners.note(said)
    for part in (lesson.start, lesson.go_on, lesson.ask_and_answer, lesson.pause_and_resume):
        await sync_to_async(part)()
        await listeners.note(said)
    await _student_speaks(lesson, listeners)
    await listeners.note(said)
    await _instructor_asks(said, listeners.w2)
    await sync_to_async(lesson.look_at_the_dashboard)()
    await sync_to_async(lesson.record)()
    await sync_to_async(lesson.operate)()
    await sync_to_async(lesson.end)()
    await listeners.note(said)
    await listeners.close()


async def _others_come(lesson: Lesson) -> None:
    """이학생 and a guest open W1, join, and leave."""
    room = f"/ws/sessions/{lesson.session['session_code']}/"
    async with SocketClient(room, token=lesson.lee.token) as lee, SocketClient(room) as guest:
        lee.send({"type": "join"})
        lesson.said.heard("W1", await lee.frame())
        guest.send(example("s2/W1.client.join"))
        confirmed = await guest.frame()
        lesson.said.taken.add("s2/W1.client.join")
        lesson.said.frames["W1.guest"].append(confirmed)
        guest.send({"type": "heartbeat", "data": {"timestamp": 1}})
        lesson.said.heard("W1", await guest.until("heartbeat_ack"))
        # Both go; the grace passes; those who stay hear of it.


async def _student_speaks(lesson: Lesson, listeners: _Listeners) -> None:
    """S0's messages of a student, each seen to have its effect."""
    said, subtasks = lesson.said, lesson.subtasks
    student, instructor, w3 = listeners.student, listeners.instructor, listeners.w3
    student.send({**example("s0/W1.client.help_request"), "subtask_id": subtasks[2]})
    said.heard("W1", await instructor.until("help_requested"))
    student.send({**example("s0/W1.client.progress_update"), "subtask_id": subtasks[2]})
    said.heard("W1", await instructor.until("progress_updated"))
    w3.send(example("s0/W3.client.get_my_progress"))
    said.heard("W3", await w3.until("initial_progress"))
    for subtask in subtasks[3:STEPS]:
        w3.send({**example("s0/W3.client.mark_complete"), "subtask_id": subtask})
    said.heard("W3", *await w3.settled())
    said.taken |= {"s0/W1.client.help_request", "s0/W1.client.progress_update"}
    said.taken |= {"s0/W3.client.get_my_progress", "s0/W3.client.mark_complete"}


async def _instructor_asks(said: Transcript, w2: SocketClient) -> None:
    """S0's messages of a dashboard."""
    for message, answer in (("request_statistics", "statistics_update"), ("request_student_list", "student_list")):
        w2.send(example(f"s0/W2.client.{message}"))
        said.heard("W2", await w2.until(answer))
        said.taken.add(f"s0/W2.client.{message}")


async def _second_session(lesson: Lesson) -> None:
    """S0's messages of an instructor, each seen to have its effect on a student's socket."""
    said = lesson.said
    lesson.session = said.answers["R41.201"].body
    await sync_to_async(lesson.park.post)(f"{lesson.here}/start", {})
    room = f"/ws/sessions/{lesson.session['session_code']}/"
    teacher = await sync_to_async(_token)(lesson.teacher)
    modern = SocketClient(room, subprotocols=["rt.v1", f"bearer.{lesson.kim.token}"])
    instructor = SocketClient(room, token=teacher)
    async with instructor, SocketClient(room, token=lesson.kim.token) as student, modern:
        instructor.send({**example("s0/W1.client.next_step"), "subtask_id": lesson.subtasks[1]})
        said.heard("W1", await student.until("step_changed"))
        for message in ("pause_session", "resume_session", "end_session"):
            instructor.send(example(f"s0/W1.client.{message}"))
            said.heard("W1", await student.until("session_status_changed"))
            said.taken.add(f"s0/W1.client.{message}")
        said.heard("rt", *await modern.settled())
    said.taken.add("s0/W1.client.next_step")


def _await(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
