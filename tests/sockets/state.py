"""What a client knows: the snapshot of its socket, kept up to date by the frames that follow.

``Mirror.read()`` is what a new connection would be told; ``Mirror.apply`` is what the old one was told instead.
Whatever happens, the two must agree: a client that saw every frame knows as much as one that reconnects.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import msgspec

from mobilegpt.classroom import selectors
from mobilegpt.core.actor import Actor
from mobilegpt.dashboard import selectors as dashboard
from mobilegpt.events.event import decode_event
from mobilegpt.events.models import StreamEntry
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.realtime.route import Opening
from mobilegpt.sockets.classes import participant_list, session_state
from mobilegpt.sockets.dashboard import initial_data
from mobilegpt.sockets.dialects import class_instructor, class_room, class_student, lecture_dashboard, student_progress
from mobilegpt.sockets.own_affairs import initial_progress
from mobilegpt.wire.step import room_step

State = dict[str, Any]


class Mirror(ABC):
    """One socket of one person, fed from the stored events as the hub feeds it."""

    dialect: Dialect
    rt = False

    def __init__(self, actor: Actor, opening: Opening) -> None:
        self.actor = actor
        self.topics = frozenset(opening.topics)
        self._read_up_to = StreamEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.state = self.read()

    @abstractmethod
    def read(self) -> State:
        """The state of a new connection, in the parts that frames keep up to date."""

    @abstractmethod
    def apply(self, frame: State) -> None: ...

    def catch_up(self) -> list[State]:
        """Apply what was stored since; returns the frames."""
        frames: list[State] = []
        for row in StreamEntry.objects.filter(pk__gt=self._read_up_to).order_by("pk"):
            self._read_up_to = row.pk
            event = decode_event(row.event_type, bytes(row.payload))
            reached = self.topics & {row.stream or "", *row.topics.split()}
            if reached and event.hidden_from() != self.actor.user_id:
                frames += self.dialect.encode(event, rt=self.rt)
        for frame in frames:
            self.apply(frame)
        return frames


def _data(frame: Frame) -> State:
    data: State = msgspec.to_builtins(frame)["data"]
    return data


class StudentMirror(Mirror):
    """W4. Whether one has completed the class is said by the snapshot only."""

    dialect = class_student.DIALECT

    def read(self) -> State:
        (session_id,) = (int(topic.partition(":")[2]) for topic in self.topics)
        state = _data(session_state(self.actor, session_id))
        state.pop("my_status")
        return state

    def apply(self, frame: State) -> None:
        data = frame["data"]
        self.state["instructor_message"] = data["instructor_message"]
        if "current_subtask" in data:
            self.state["current_subtask"] = data["current_subtask"]
        match frame["type"]:
            case "session_started":
                self.state |= {"status": "IN_PROGRESS", "started_at": data["started_at"]}
            case "session_paused":
                self.state["status"] = "PAUSED"
            case "session_resumed":
                self.state["status"] = "IN_PROGRESS"
            case "session_ended":
                self.state["status"] = "REVIEW_MODE"


class RoomMirror(Mirror):
    """W1, as an instructor: the state, the step, who is there and how they stand on the steps they reported."""

    dialect = class_room.DIALECT

    @property
    def session_id(self) -> int:
        return min(int(topic.partition(":")[2]) for topic in self.topics)

    def read(self) -> State:
        viewed = selectors.viewed_by(self.actor, str(self.session_id))
        session = viewed.session
        return {
            "status": session.status,
            "step": msgspec.to_builtins(room_step(viewed.step)) if viewed.step else None,
            "instructor_message": session.instructor_message,
            "present": {seat.user_id: seat.user.name for seat in selectors.roster(session) if seat.is_present},
        }

    def apply(self, frame: State) -> None:
        flat = {key: value for key, value in frame.items() if key not in ("type", "data")}
        step = flat.pop("subtask", {})
        assert flat.items() <= frame["data"].items()
        assert step.items() <= frame["data"].get("subtask", {}).items()
        match frame["type"]:
            case "session_status_changed":
                self.state |= {"status": frame["status"], "instructor_message": frame["instructor_message"]}
            case "step_changed":
                self.state |= {"step": frame["subtask"], "instructor_message": frame["instructor_message"]}
            case "participant_joined":
                self.state["present"][frame["user_id"]] = frame["user_name"]
            case "participant_left":
                del self.state["present"][frame["user_id"]]


class InstructorMirror(Mirror):
    """W5: who has a seat, and who of them is gone. Its frames do not tell WAITING from ACTIVE."""

    dialect = class_instructor.DIALECT

    def read(self) -> State:
        session_id = min(int(topic.partition(":")[2]) for topic in self.topics)
        session = selectors.run_by(self.actor, str(session_id))
        data = _data(participant_list(session, with_email=True))
        present = {seat.user_id for seat in selectors.roster(session) if seat.is_present}
        people = {
            each["user_id"]: {key: each[key] for key in ("name", "email", "joined_at")}
            | {"there": each["user_id"] in present}
            for each in data["participants"]
        }
        return {"people": people, "total_count": data["total_count"]}

    def apply(self, frame: State) -> None:
        data, people = frame["data"], self.state["people"]
        match frame["type"]:
            case "student_joined":
                people[data["user_id"]] = {key: data[key] for key in ("name", "email", "joined_at")} | {"there": True}
                self.state["total_count"] = data["total_participants"]
            case "student_disconnected":
                people[data["user_id"]]["there"] = False
                assert data["active_participants"] == sum(each["there"] for each in people.values())


class ProgressMirror(Mirror):
    """W3: the counts and the rate of the one lecture."""

    dialect = student_progress.DIALECT

    def read(self) -> State:
        (lecture,) = _data(initial_progress(self.actor))["lectures"]
        return {key: lecture[key] for key in ("completed_subtasks", "total_subtasks", "progress_rate")}

    def apply(self, frame: State) -> None:
        if frame["type"] == "subtask_completed":
            self.state["completed_subtasks"] += 1
            done, total = self.state["completed_subtasks"], self.state["total_subtasks"]
            self.state["progress_rate"] = round(done / total * 100, 1)
        elif frame["type"] == "encouragement":
            assert frame["progress_rate"] == self.state["progress_rate"]


class DashboardMirror(Mirror):
    """W2, as a client of ``rt.v1``: who learns, how far they are, and how many of their requests are open."""

    dialect = lecture_dashboard.DIALECT
    rt = True

    def read(self) -> State:
        (lecture_id,) = (int(topic.partition(":")[2]) for topic in self.topics)
        data = _data(initial_data(dashboard.board_of(self.actor, lecture_id)))
        students = {
            each["user_id"]: {
                key: each[key] for key in ("user_name", "progress_rate", "completed_subtasks", "pending_help")
            }
            for each in data["students"]
        }
        return {"students": students} | {
            key: data[key] for key in ("total_students", "total_subtasks", "pending_help_requests")
        }

    def apply(self, frame: State) -> None:
        students = self.state["students"]
        if frame["type"] == "participant_status" and frame["user_id"] not in students:
            students[frame["user_id"]] = {
                "user_name": frame["user_name"], "progress_rate": 0.0, "completed_subtasks": 0, "pending_help": 0,
            }  # fmt: skip
            self.state["total_students"] += 1
        student = students[frame["user_id"]]
        match frame["type"]:
            case "progress_update":
                student["progress_rate"] = frame["progress_rate"]
                student["completed_subtasks"] = round(frame["progress_rate"] * self.state["total_subtasks"] / 100)
            case "help_request" if frame["request_type"] == "MANUAL":
                self._open_requests(student, 1)
            case "help_closed" if frame["request_type"] == "MANUAL":
                self._open_requests(student, -1)

    def _open_requests(self, student: State, more: int) -> None:
        student["pending_help"] += more
        self.state["pending_help_requests"] += more
