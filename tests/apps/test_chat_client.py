"""The Go client of the chat, and the keys that the console reads beside the documents' own (contract 12)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from tests import cast, classes
from tests.apps.needed import LIST, MAYBE_OBJECT, NUMBER, OBJECT, TEXT, WHOLE, YES, Fields, lacks
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
ROOM: Fields = {
    "id": WHOLE,
    "name": TEXT,
    "description": TEXT,
    "room_type": TEXT,
    "created_by": WHOLE,
    "creator": OBJECT,
    "members": LIST,
    "last_message_at": (*TEXT, type(None)),
    "updated_at": TEXT,
}


def test_the_chat_client_makes_a_room_lists_it_and_writes(session: LectureSession, kim: User) -> None:
    park = session.lecture.instructor
    classes.seat(session, kim)
    chat = Api(park)
    made = chat.post("/api/v1/chat/rooms", {"name": "공지", "room_type": "group", "description": "알리는 곳"})
    assert (made.status, made.body["success"]) == (201, True)
    assert lacks(made.body["data"], ROOM) == []
    assert (made.body["data"]["room_type"], made.body["data"]["description"]) == ("group", "알리는 곳")
    assert lacks(made.body["data"]["creator"], {"id": WHOLE, "email": TEXT, "name": TEXT}) == []
    room_id = made.body["data"]["id"]
    added = chat.post(f"/api/v1/chat/rooms/{room_id}/members", {"user_id": kim.pk})
    assert added.status == 201
    sent = chat.post(f"/api/v1/chat/rooms/{room_id}/messages", {"message": "안녕하세요", "user_id": park.pk})
    assert sent.status == 201
    listed = Api(kim).get("/api/v1/chat/rooms").body
    assert lacks(listed, {"success": YES, "data": LIST, "pagination": OBJECT}) == []
    (room,) = [one for one in listed["data"] if one["id"] == room_id]
    assert lacks(room, ROOM) == []
    assert room["last_message_at"] is not None


def test_what_the_console_reads_beside_the_documents(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    console, lecture = Api(session.lecture.instructor), session.lecture_id
    for path, key in (
        ("/api/lectures/", "lectures"),
        (f"/api/lectures/{lecture}/sessions/", "sessions"),
        (f"/api/sessions/{session.pk}/participants/", "participants"),
        (f"/api/dashboard/lectures/{lecture}/students/", "students"),
        ("/api/dashboard/help-requests/pending/", "pending_requests"),
    ):
        assert lacks(console.get(path).body, {key: LIST, "count": WHOLE, "results": LIST}) == [], path
    assert [lacks(row, {"session_count": WHOLE}) for row in console.get("/api/lectures").body["lectures"]] == [[]]
    fields = {
        "lecture_name": TEXT,
        "total_students": WHOLE,
        "active_students": WHOLE,
        "average_progress": NUMBER,
        "completion_rate": NUMBER,
        "difficult_steps": LIST,
        "total_help_requests": WHOLE,
        "session_count": WHOLE,
        "last_updated": TEXT,
    }
    assert lacks(console.get(f"/api/dashboard/statistics/lecture/{lecture}/").body, fields) == []


def test_a_console_opens_runs_and_ends_a_class(session: LectureSession) -> None:
    """By the documents' own operations, in the later path forms."""
    console, lecture = Api(session.lecture.instructor), session.lecture
    opened = console.post(f"/api/lectures/{lecture.pk}/sessions/create/", {"title": "오후반"})
    assert opened.status == 201
    here = f"/api/sessions/{opened.body['id']}"
    other = cast.lecture(lecture.instructor, title="유튜브 보기")
    switched = console.post(f"{here}/switch-lecture/", {"lecture_id": other.pk})
    fields = {
        "session_id": WHOLE,
        "previous_lecture": OBJECT,
        "new_lecture": OBJECT,
        "timestamp": TEXT,
        "success": YES,
    }
    assert (switched.status, lacks(switched.body, fields)) == (200, [])
    assert (switched.body["previous_lecture"]["id"], switched.body["new_lecture"]["id"]) == (lecture.pk, other.pk)
    started = console.post(f"{here}/start/")
    assert lacks(started.body, {"current_subtask": MAYBE_OBJECT, "status": TEXT}) == []
    assert started.body["current_subtask"]["id"] == classes.steps(other)[0].pk
    again = console.post(f"{here}/switch-lecture/", {"lecture_id": lecture.pk})
    assert (again.status, again.body["code"]) == (409, "INVALID_TRANSITION")
    for operation in ("pause", "resume", "next-step", "end"):
        assert console.post(f"{here}/{operation}/").status == 200
