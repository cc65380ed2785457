"""The native student app from its first screen to its last: no account, a phone and a code (contract 12)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from tests import cast, classes
from tests.apps.needed import LIST, MAYBE_OBJECT, OBJECT, TEXT, WHOLE, YES, N, lacks, lacks_of_session
from tests.rest.api import Answer, Api
from tests.sockets.client import SocketClient, serving

PHONE = "9774d56d682e549c"
TAP = {
    "event_type": "TYPE_VIEW_CLICKED",
    "event_data": {"package": "com.kakao.talk"},
    "screen_info": {"activity": "ChatRoomActivity"},
    "node_info": {"className": "android.widget.Button", "text": "전송"},
    "parent_node_info": {"className": "android.widget.LinearLayout"},
    "view_id_resource_name": "com.kakao.talk:id/send",
    "content_description": "보내기",
    "is_sensitive_data": False,
}


def join(session: LectureSession, device: str = PHONE, name: str = "김영자") -> Answer:
    return Api().post("/api/sessions/join/", {"session_code": session.code, "device_id": device, "name": name})


def go_on(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=AdvanceStep())


@pytest.mark.django_db(transaction=True)
async def test_a_class_from_the_first_screen_to_the_last(session: LectureSession) -> None:
    """It joins, follows over W1, reports taps and completion, and leaves: not one token."""
    phone, in_thread = Api(), sync_to_async
    await in_thread(Subtask.objects.update)(description="친구 목록에 있어요")
    await in_thread(Lecture.objects.update)(version=7)  # what a process has read of the lecture before is old

    async def post(path: str, body: Any) -> Answer:
        return await in_thread(phone.post)(path, body)

    joined = await post("/api/sessions/join/", {"session_code": session.code, "device_id": PHONE, "name": "김영자"})
    assert joined.status == 201
    fields = {"message": TEXT, "participant_id": WHOLE, "my_status": TEXT, "joined_at": TEXT, "session": OBJECT}
    assert lacks(joined.body, fields) == []
    assert lacks_of_session(joined.body["session"]) == []
    assert joined.body["my_status"] == "WAITING"
    here = f"/api/sessions/{joined.body['session']['id']}"

    steps = await in_thread(phone.get)(f"{here}/subtasks/", device_id=PHONE)
    assert [lacks(step, N) for step in steps.body["subtasks"]] == [[]] * 3
    assert steps.body["total_count"] == 3

    async with serving(), SocketClient(f"/ws/sessions/{session.code}/") as app:
        app.send({"type": "join", "device_id": PHONE, "name": "김영자"})
        confirmed = await app.until("join_confirmed")
        assert confirmed["participant_id"] == joined.body["participant_id"]
        await in_thread(classes.start)(session)
        step = await app.until("step_changed")
        subtask_id = step["subtask"]["id"]

        tap = await post(
            "/api/logs/activity/anonymous/", {**TAP, "device_id": PHONE, "session": session.pk, "subtask": subtask_id}
        )
        assert tap.status == 201
        assert lacks(tap.body, {"log_id": WHOLE, "status": TEXT, "message": TEXT}) == []

        done = await post(
            f"{here}/report-completion/",
            {"device_id": PHONE, "subtask_id": subtask_id, "is_completed": True, "completed_at": "2026-11-30T10:00:00"},
        )
        fields = {"success": YES, "message": TEXT, "completed_subtasks": LIST, "next_subtask": MAYBE_OBJECT}
        assert lacks(done.body, fields) == []
        assert (done.status, done.body["success"]) == (200, True)
        assert done.body["completed_subtasks"] == [subtask_id]
        assert lacks(done.body["next_subtask"], N) == []
        assert done.body["next_subtask"] == steps.body["subtasks"][1]
        assert done.body["next_subtask"]["description"] == "친구 목록에 있어요"
        await in_thread(go_on)(session)
        following = await app.until("step_changed")
        assert following["subtask"]["id"] == done.body["next_subtask"]["id"]

    summary = (await in_thread(phone.get)(f"{here}/summary/", device_id=PHONE)).body
    app_reads = ("total_steps", "completed_steps", "help_request_count", "duration_minutes")
    assert lacks(summary, dict.fromkeys(app_reads, WHOLE)) == []
    assert (summary["total_steps"], summary["completed_steps"]) == (3, 1)
    left = await post(f"/api/students/sessions/{session.pk}/leave/", {"device_id": PHONE})
    assert (left.status, left.body) == (200, {})


@pytest.mark.django_db
def test_what_a_tap_tells_of_its_element_is_kept_with_it(session: LectureSession) -> None:
    join(session)
    assert (
        Api().post("/api/logs/activity/anonymous", {**TAP, "device_id": PHONE, "session": session.code}).status == 201
    )
    log = ActivityLog.objects.get()
    guest = SessionParticipant.objects.get().user
    data = log.event_data if isinstance(log.event_data, dict) else json.loads(log.event_data)
    assert (log.user_id, log.event_type) == (guest.pk, "TYPE_VIEW_CLICKED")
    assert data["view_id_resource_name"] == "com.kakao.talk:id/send"
    assert data["node_info"]["text"] == "전송"


@pytest.mark.django_db
def test_no_text_of_sensitive_data_is_kept(session: LectureSession) -> None:
    join(session)
    secret = {
        **TAP,
        "is_sensitive_data": True,
        "content_description": "비밀 메모",
        "event_data": {"text": "우리집 1234"},
    }
    Api().post("/api/logs/activity/anonymous", {**secret, "device_id": PHONE, "session": session.pk})
    kept = json.dumps(ActivityLog.objects.values("event_data", "screen_info").get(), ensure_ascii=False)
    assert not [word for word in ("비밀 메모", "우리집", "전송") if word in kept]


@pytest.mark.django_db
def test_the_same_phone_gets_the_same_seat(session: LectureSession) -> None:
    first, again = join(session), join(session)
    assert (first.status, again.status) == (201, 200)
    assert again.body["participant_id"] == first.body["participant_id"]


@pytest.mark.django_db
def test_a_word_taken_back_is_no_completion(session: LectureSession) -> None:
    join(session)
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    path, body = f"/api/sessions/{session.pk}/report-completion", {"device_id": PHONE, "subtask_id": step.pk}
    twice = [Api().post(path, body).body["completed_subtasks"] for _ in range(2)]
    assert twice == [[step.pk]] * 2
    back = Api().post(path, {**body, "is_completed": False})
    assert (back.status, back.body["completed_subtasks"]) == (200, [])
    assert back.body["next_subtask"]["id"] == step.pk
    assert not SeatStep.objects.filter(done_at__isnull=False).exists()


@pytest.mark.django_db
def test_what_cannot_be_taken_back_any_more_is_told_to_be_done(session: LectureSession) -> None:
    join(session)
    classes.start(session)
    first, second = classes.steps(session.lecture)[:2]
    path, body = f"/api/sessions/{session.pk}/report-completion/", {"device_id": PHONE, "subtask_id": first.pk}
    done = Api().post(path, body).body
    go_on(session)
    late = Api().post(path, {**body, "is_completed": False}).body
    assert late == done
    assert (late["completed_subtasks"], late["next_subtask"]["id"]) == ([first.pk], second.pk)


@pytest.mark.django_db
def test_past_the_last_step_nothing_follows(session: LectureSession) -> None:
    join(session)
    classes.start(session)
    last = classes.steps(session.lecture)[-1]
    body = {"device_id": PHONE, "subtask_id": last.pk}
    assert Api().post(f"/api/sessions/{session.pk}/report-completion", body).body["next_subtask"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"session_code": "{code}", "device_id": PHONE}, 400),
        ({"session_code": "{code}", "device_id": PHONE, "name": " "}, 400),
        ({"session_code": "{code}", "name": "김영자"}, 400),
        ({"session_code": "{id}", "device_id": PHONE, "name": "김영자"}, 400),
        ({"session_code": "QQQQ22", "device_id": PHONE, "name": "김영자"}, 404),
        ({"device_id": PHONE, "name": "김영자"}, 400),
    ],
)
def test_who_cannot_join_is_told_why_in_the_apps_words(
    session: LectureSession, body: dict[str, str], status: int
) -> None:
    told = {name: value.format(code=session.code, id=session.pk) for name, value in body.items()}
    answer = Api().post("/api/sessions/join/", told)
    assert answer.status == status
    assert lacks(answer.body, {"success": YES, "error": TEXT, "message": TEXT, "code": TEXT}) == []
    assert answer.body["success"] is False
    assert not SessionParticipant.objects.exists()


@pytest.mark.django_db
def test_a_student_with_an_account_has_their_classes_and_lectures(session: LectureSession, kim: User) -> None:
    phone, idle = Api(kim), cast.lecture(session.lecture.instructor, title="다른 강의")
    assert phone.post("/api/students/sessions/join/", {"session_code": session.code}).status == 201
    for path in ("my_sessions", "active_sessions"):
        (mine,) = phone.get(f"/api/students/sessions/{path}/").body
        assert (lacks_of_session(mine), mine["my_status"]) == ([], "WAITING")
    classes.start(session)
    (mine,) = phone.get("/api/students/sessions/active_sessions").body
    assert mine["current_subtask"] == mine["currentSubtaskDetail"]
    assert mine["current_subtask"]["id"] == mine["subtasks"][0]["id"]
    classes.end(session)
    assert phone.get("/api/students/sessions/active_sessions").body == []
    assert len(phone.get("/api/students/sessions/my_sessions").body) == 1

    assert {row["id"] for row in phone.get("/api/students/lectures/").body["lectures"]} == {session.lecture_id, idle.pk}
    assert phone.post(f"/api/students/lectures/{idle.pk}/enroll/").status == 201
    assert phone.get("/api/students/lectures/my_lectures/").body["count"] == 2
    assert phone.post(f"/api/students/lectures/{idle.pk}/unenroll/").status == 200
    assert [row["id"] for row in phone.get("/api/students/lectures/my_lectures").body["lectures"]] == [
        session.lecture_id
    ]
    tasks = phone.get(f"/api/lectures/{session.lecture_id}/tasks/").body
    assert [lacks(step, N) for task in tasks["tasks"] for step in task["subtasks"]] == [[]] * 3


@pytest.mark.django_db
def test_nobody_leaves_a_lecture_out_of_its_class(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    path = f"/api/students/lectures/{session.lecture_id}/unenroll"
    refused = Api(kim).post(path)
    assert (refused.status, refused.body["code"]) == (409, "IN_USE")
    assert Enrollment.objects.filter(user=kim).exists()
    assert Api(kim).post(f"/api/students/sessions/{session.pk}/leave").status == 200
    assert Api(kim).post(path).status == 200
    assert not Enrollment.objects.filter(user=kim).exists()


@pytest.mark.django_db
def test_leaving_is_no_news_the_second_time(session: LectureSession) -> None:
    join(session)
    path = f"/api/students/sessions/{session.pk}/leave"
    assert [Api().post(path, {"device_id": PHONE}).status for _ in range(2)] == [200, 200]
    seat = SessionParticipant.objects.get()
    assert (seat.is_present, seat.status) == (False, "DISCONNECTED")
    assert join(session).body["participant_id"] == seat.pk


@pytest.mark.django_db
def test_a_retry_by_the_same_key_gives_the_first_answer(session: LectureSession) -> None:
    join(session)
    body = {**TAP, "device_id": PHONE, "session": session.pk}
    first, again = (Api().post("/api/logs/activity/anonymous", body, Idempotency_Key="tap-1") for _ in range(2))
    assert first.body == again.body
    assert ActivityLog.objects.count() == 1
    other = Api().post("/api/logs/activity/anonymous", {**body, "event_type": "X"}, Idempotency_Key="tap-1")
    assert (other.status, other.body["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.django_db
def test_registering_comes_with_a_login_and_a_retry_with_none(lecture: Lecture) -> None:
    body = {
        "email": "new@example.com",
        "password": "securePassword123",
        "password_confirm": "securePassword123",
        "name": "새학생",
        "role": "STUDENT",
    }
    first, again = (Api().post("/api/auth/register/", body, Idempotency_Key="new-1") for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert Api(token=first.body["access"]).get("/api/auth/me").body["email"] == "new@example.com"
    assert again.body == {**first.body, "access": None, "refresh": None}
    pair = Api().post("/api/token/refresh/", {"refresh": first.body["refresh"]})
    assert lacks(pair.body, {"access": TEXT, "refresh": TEXT}) == []


@pytest.mark.django_db
def test_who_has_to_confirm_their_e_mail_gets_no_login(settings: Any) -> None:
    settings.EMAIL_CONFIRMATION = True
    body = {"email": "new@example.com", "password": "securePassword123", "name": "새학생", "role": "STUDENT"}
    answer = Api().post("/api/auth/register", body)
    assert (answer.status, answer.body["access"], answer.body["refresh"]) == (201, None, None)
