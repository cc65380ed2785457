"""R11–R21, R41, guest seats, announcements, the summary: the REST door (contract 6; reliability, section 3)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, Room
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.database.models import FailureCount
from mobilegpt.lectures.models import Enrollment, Lecture
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
DEVICE = "f3b0c44298fc1c149afbf4c8"
ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


def url(session: LectureSession, operation: str = "") -> str:
    return f"/api/sessions/{session.pk}/{operation}".rstrip("/")


# --- opening and finding


@pytest.mark.parametrize("path", ["sessions", "sessions/", "sessions/create", "sessions/create/"])
def test_opening_a_session(path: str, park: User, lecture: Lecture, settings: Any) -> None:
    settings.PUBLIC_URL = "https://class.example"
    answer = Api(park).post(
        f"/api/lectures/{lecture.pk}/{path}",
        {"title": "2025-10-28 오전반", "scheduled_at": "2025-10-28T19:00:00+09:00"},
    )
    assert answer.status == 201
    body = answer.body
    assert body["session_id"] == body["id"]
    code = body["session_code"]
    assert body["qr_code_url"] == f"https://class.example/qr/{code}.png"
    assert body["join_url"] == f"https://class.example/join/{code}"
    assert body["lecture"]["title"] == "카카오톡 기초"
    assert (body["status"], body["scheduled_at"]) == ("WAITING", "2025-10-28T10:00:00Z")


def test_who_opens_and_lists_sessions(lecture: Lecture, kim: User, park: User) -> None:
    path = f"/api/lectures/{lecture.pk}/sessions"
    choi = cast.instructor_choi()
    assert [Api(user).post(path).status for user in (kim, choi)] == [403, 403]
    assert [Api(user).get(path).status for user in (kim, choi)] == [403, 403]
    assert Api().post(path).status == 401
    for number in range(3):
        assert Api(park).post(path, {"title": f"{number}"}).status == 201
    page = Api(park).get(path, page_size=2).body
    assert [row["title"] for row in page["sessions"]] == ["2", "1"]
    assert page["pagination"]["total_pages"] == 2
    assert Api(park).post("/api/lectures/99999999999999999999/sessions").status == 404


@pytest.mark.parametrize("body", [{"title": 5}, {"title": "x" * 201}, {"scheduled_at": "tomorrow"}, []])
def test_a_bad_opening_is_400(body: Any, park: User, lecture: Lecture) -> None:
    answer = Api(park).post(f"/api/lectures/{lecture.pk}/sessions", body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert not LectureSession.objects.exists()


def test_finding_by_code(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, cast.student_lee())
    answer = Api(kim).get(f"/api/sessions/{session.code.lower()}/")
    assert answer.status == 200
    assert answer.body["session_id"] == session.pk
    assert answer.body["instructor"] == {"id": park.pk, "name": "박강사"}
    assert answer.body["participant_count"] == 1
    assert answer.body["lecture"]["description"] == "카카오톡 사용법을 배웁니다"
    assert answer.body["my_status"] is None
    assert "email" not in str(answer.body)


def test_wrong_codes_are_counted_over_all_doors(session: LectureSession, kim: User) -> None:
    api = Api(kim)
    seen = [api.get("/api/sessions/WRONG2").status for _ in range(5)]
    seen += [api.post("/api/sessions/WRONG3/join").status for _ in range(5)]
    assert seen == [404] * 10
    refused = api.get(f"/api/sessions/{session.code}")
    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert api.post(f"/api/sessions/{session.code}/join").status == 429


def test_an_idempotency_key_does_not_hide_wrong_codes(session: LectureSession, kim: User) -> None:
    api = Api(kim)
    path = f"/api/sessions/{session.pk}/join"
    for number in range(10):
        answer = api.post(path, {"session_code": "WRONG2"}, Idempotency_Key=f"k{number}")
        assert (answer.status, answer.code) == (403, "JOIN_CODE_REQUIRED")
    assert api.post(path, {"session_code": session.code}, Idempotency_Key="k").status == 429


# --- joining


def test_joining_and_joining_again(session: LectureSession, kim: User) -> None:
    api = Api(kim)
    assert api.get(f"/api/sessions/{session.code}").status == 200
    first = api.post(url(session, "join"), {"user_id": kim.pk})
    again = api.post(url(session, "join/"))
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert first.body["message"] == "대기실에 입장했습니다. 강사가 수업을 시작할 때까지 기다려주세요."
    assert (first.body["user_id"], first.body["status"]) == (kim.pk, "WAITING")


def test_a_late_join_costs_twelve_queries(
    session: LectureSession, kim: User, lee: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """With the two savepoint statements of the test's own transaction on top."""
    classes.start(session)
    classes.seat(session, kim)  # the lecture's content is cached from here on
    Enrollment.objects.create(user=lee, lecture=session.lecture)
    api = Api(lee)
    with django_assert_max_num_queries(12 + 2):
        assert api.post(url(session, "join"), {}).status == 201  # one is whether its room has removed them
    assert Member.objects.filter(room__session_id=session.pk, user=lee).exists()


def test_joining_by_the_code_in_the_path(session: LectureSession, kim: User) -> None:
    assert Api(kim).post(f"/api/sessions/{session.code}/join").status == 201


def test_who_may_join(session: LectureSession, kim: User, park: User) -> None:
    assert Api(kim).post(url(session, "join")).code == "JOIN_CODE_REQUIRED"
    assert Api(park).post(url(session, "join")).status == 403
    mismatch = Api(kim).post(url(session, "join"), {"user_id": park.pk, "session_code": session.code})
    assert (mismatch.status, mismatch.code) == (403, "USER_ID_MISMATCH")
    assert Api().post(url(session, "join")).status == 401
    assert not SessionParticipant.objects.exists()


def test_enrolling_oneself_opens_the_lecture_and_not_its_classes(session: LectureSession, kim: User) -> None:
    """Contract 6.4: the code is the key to the room, and nobody who has no seat reads it anywhere."""
    api = Api(kim)
    assert api.post(f"/api/lectures/{session.lecture_id}/enroll").status == 201
    for path in ("current", "events?after_seq=0&epoch=1"):
        assert (api.get(url(session, path)).status, api.get(url(session, path)).code) == (404, "NOT_FOUND")
    assert api.get(f"/api/sessions/{session.pk}").status == 404
    assert api.post(url(session, "join")).code == "JOIN_CODE_REQUIRED"
    assert session.code not in str(api.get(f"/api/lectures/{session.lecture_id}").body)
    assert session.code not in str(api.get(f"/api/progress/me?lecture_id={session.lecture_id}").body)
    assert not SessionParticipant.objects.exists()

    assert api.get(f"/api/sessions/{session.code}").status == 200
    looked_up = api.get(url(session, "current"))
    assert (looked_up.status, looked_up.body["session_code"]) == (200, None)
    assert api.post(url(session, "join")).status == 201
    assert api.get(url(session, "current")).body["session_code"] == session.code


def test_who_had_a_seat_comes_to_the_next_class_without_a_code(
    session: LectureSession, lecture: Lecture, kim: User
) -> None:
    api = Api(kim)
    api.post(f"/api/lectures/{lecture.pk}/enroll")  # by themselves first: the seat opens the classes all the same
    assert api.post(f"/api/sessions/{session.code}/join").status == 201
    later = classes.open_class(lecture)
    seen = api.get(url(later, "current"))
    assert (seen.status, seen.body["session_code"]) == (200, None)
    assert api.post(url(later, "join")).status == 201


def test_whom_an_instructor_enrolled_may_come(session: LectureSession, kim: User) -> None:
    cast.enroll(session.lecture, kim)
    assert Api(kim).get(url(session, "current")).body["session_code"] is None
    assert Api(kim).post(url(session, "join")).status == 201


def test_one_device_of_many_gets_no_more_than_its_seats(session: LectureSession) -> None:
    taken = [
        Api().post(f"/api/sessions/{session.code}/guest", {"name": f"손님{at}", "device_id": "test"}) for at in range(6)
    ]
    assert [one.status for one in taken] == [201] * 5 + [409]
    assert taken[-1].code == "DEVICE_SEATS_TAKEN"


def test_a_hall_is_let_in_and_then_told_to_wait(session: LectureSession, settings: Any) -> None:
    settings.GUEST_SEATS_PER_ADDRESS = 2
    path = f"/api/sessions/{session.code}/guest"
    taken = [Api().post(path, {"name": f"손님{at}", "device_id": f"{DEVICE}{at}"}) for at in range(3)]
    assert [one.status for one in taken] == [201, 201, 429]
    assert 0 < int(taken[-1].headers["Retry-After"]) <= 620


def test_a_retried_join_gets_its_first_answer(session: LectureSession, kim: User) -> None:
    api, path = Api(kim), f"/api/sessions/{session.code}/join"
    first, again = (api.post(path, {}, Idempotency_Key="once") for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body


def test_a_guest_seat_is_a_login_and_a_join(session: LectureSession) -> None:
    api = Api()
    answer = api.post(f"/api/sessions/{session.code}/guest", {"name": "홍길동", "device_id": DEVICE})
    assert answer.status == 201
    body = answer.body
    assert body["access"] == body["access_token"]
    assert body["user"]["name"] == "홍길동"
    assert body["user"]["email"] is None
    assert body["user_id"] == body["user"]["id"]
    assert body["status"] == "WAITING"
    assert answer.cookies["sessionid"]["httponly"]
    again = api.post(f"/api/sessions/{session.code}/guest/", {"name": "홍길동", "device_id": DEVICE})
    assert (again.status, again.body["participant_id"]) == (200, body["participant_id"])
    assert again.body["access_token"] != body["access_token"]


@pytest.mark.parametrize(
    "body", [{"name": "홍길동"}, {"name": "", "device_id": DEVICE}, {"name": " ", "device_id": "x"}]
)
def test_a_bad_guest_seat_is_400(session: LectureSession, body: Any) -> None:
    answer = Api().post(f"/api/sessions/{session.code}/guest", body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_guests_find_no_session_by_id(session: LectureSession) -> None:
    answer = Api().post(f"/api/sessions/{session.pk}/guest", {"name": "홍길동", "device_id": DEVICE})
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_guests_are_unwelcome_before_their_code_is_looked_at(session: LectureSession, settings: Any) -> None:
    """So nobody learns by it which codes there are, and no wrong one counts."""
    settings.GUEST_JOIN = False
    body = {"name": "홍길동", "device_id": DEVICE}
    answers = [Api().post(f"/api/sessions/{code}/guest", body) for code in (session.code, "WRONG2")]
    assert [(one.status, one.code) for one in answers] == [(403, "GUEST_JOIN_DISABLED")] * 2
    assert not FailureCount.objects.exists()
    assert not SessionParticipant.objects.exists()


def test_what_a_guest_may_use(session: LectureSession, lecture: Lecture) -> None:
    body = Api().post(f"/api/sessions/{session.code}/guest", {"name": "홍길동", "device_id": DEVICE}).body
    guest, other = Api(token=body["access_token"]), classes.open_class(lecture)
    step = classes.steps(lecture)[0]
    assert guest.get(f"/api/sessions/{session.code}").status == 200
    assert guest.get(url(session, "current")).body["my_status"] == "WAITING"
    assert guest.get("/api/sessions/my-active").status == 200
    assert guest.get("/api/progress/me").status == 200
    assert guest.post("/api/progress/update", {"subtask_id": step.pk, "status": "COMPLETED"}).status == 200
    assert guest.post("/api/help/request", {"subtask_id": step.pk}).status == 201
    for path in (f"/api/sessions/{other.code}", url(other, "current")):
        assert guest.get(path).code == "GUEST_NOT_ALLOWED"
    assert guest.post(f"/api/sessions/{other.code}/join").code == "GUEST_NOT_ALLOWED"
    assert guest.get(url(session, "participants")).code == "GUEST_NOT_ALLOWED"


# --- running


def test_a_class_from_start_to_end(session: LectureSession, kim: User, park: User) -> None:
    one, two, _ = classes.steps(session.lecture)
    Api(kim).post(f"/api/sessions/{session.code}/join")
    api = Api(park)

    started = api.post(url(session, "start"), {"first_subtask_id": one.pk, "message": "시작해요"}).body
    assert (started["session_id"], started["id"], started["status"]) == (session.pk, session.pk, "IN_PROGRESS")
    assert (started["current_subtask"]["id"], started["active_participants"]) == (one.pk, 1)
    assert started["message"] == "수업이 시작되었습니다"

    moved = api.post(url(session, "next-step"), {"next_subtask_id": two.pk}).body
    assert (moved["previous_subtask"]["id"], moved["current_subtask"]["id"]) == (one.pk, two.pk)
    assert moved["current_subtask"]["position"] == 2

    paused = api.post(url(session, "pause"), {"message": "쉬어요"}).body
    assert (paused["action"], paused["status"], paused["instructor_message"]) == ("PAUSE", "PAUSED", "쉬어요")
    current = Api(kim).get(url(session, "current")).body
    assert (current["status"], current["instructor_message"], current["my_status"]) == ("PAUSED", "쉬어요", "ACTIVE")
    assert current["current_subtask"]["guide_text"] == two.guide_text
    assert current["total_subtasks"] == 3

    resumed = api.post(url(session, "resume")).body
    assert (resumed["action"], resumed["current_subtask"]["id"]) == ("RESUME", two.pk)
    ended = api.post(url(session, "end"), {"message": "수고하셨습니다"}).body
    assert (ended["status"], ended["total_participants"], ended["completed_participants"]) == ("REVIEW_MODE", 1, 0)
    assert ended["duration_minutes"] == 0
    refused = api.post(url(session, "end"))
    assert (refused.status, refused.code) == (409, "INVALID_TRANSITION")
    assert refused.body["error"]["details"]["status"] == "REVIEW_MODE"


@pytest.mark.parametrize("operation", ["start", "next-step", "pause", "resume", "end", "announce"])
def test_only_who_runs_it(operation: str, session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    body = {"message": "안녕하세요"}
    assert Api().post(url(session, operation), body).status == 401
    assert Api(kim).post(url(session, operation), body).status == 403
    assert Api(cast.instructor_choi()).post(url(session, operation), body).status == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"next_subtask_id": "1"}, 400, "INVALID_REQUEST"),
        ({"next_subtask_id": 0}, 400, "INVALID_REQUEST"),
        ({"next_subtask_id": 2**63}, 400, "INVALID_REQUEST"),
        ({"message": "x" * 1001}, 400, "INVALID_REQUEST"),
        ({"next_subtask_id": 2**62}, 404, "NOT_FOUND"),
    ],
)
def test_a_bad_step(body: Any, status: int, code: str, session: LectureSession, park: User) -> None:
    classes.start(session)
    answer = Api(park).post(url(session, "next-step"), body)
    assert (answer.status, answer.code) == (status, code)


def test_a_word_to_everybody(session: LectureSession, park: User) -> None:
    answer = Api(park).post(url(session, "announce"), {"message": "천천히 하세요"})
    assert (answer.status, answer.body["instructor_message"]) == (200, "천천히 하세요")
    assert Api(park).post(url(session, "announce"), {}).status == 400


# --- reading


def test_where_the_class_stands_costs_four_queries(
    session: LectureSession, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    classes.seat(session, kim)
    classes.start(session)  # the lecture's content is cached from here on
    api = Api(kim)
    with django_assert_num_queries(4):
        body = api.get(url(session, "current")).body
    assert (body["active_participants"], body["my_status"]) == (1, "ACTIVE")
    assert body["chat_room_id"] == Room.objects.get(session_id=session.pk).pk


def test_the_roster_is_whole_unless_paged(
    session: LectureSession, park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    students = cast.students(25)
    for student in students:
        classes.seat(session, student)
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    help_id = Api(students[0]).post("/api/help/request", {"subtask_id": step.pk}).body["help_request_id"]
    api = Api(park)
    with django_assert_num_queries(4):
        body = api.get(url(session, "participants")).body
    assert (len(body["participants"]), body["total_count"], body["results"]) == (25, 25, body["participants"])
    first, second = body["participants"][:2]
    assert (first["current_step_status"], first["open_help_request_id"]) == ("HELP_NEEDED", help_id)
    assert (second["current_step_status"], second["open_help_request_id"]) == ("IN_PROGRESS", None)
    assert first["email"] == "class1@example.com"
    page = api.get(url(session, "participants"), page=2, page_size=10).body
    assert page["participants"][0]["email"] == "class11@example.com"
    assert (page["total_count"], page["pagination"]["total_pages"]) == (25, 3)
    assert api.get(url(session, "participants"), page=0).status == 400


def test_who_sees_the_roster(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    assert Api(kim).get(url(session, "participants")).status == 403
    assert Api(cast.instructor_choi()).get(url(session, "participants")).status == 404
    assert Api(cast.admin_han()).get(url(session, "participants")).status == 200


def test_who_sees_where_the_class_stands(session: LectureSession, kim: User, park: User) -> None:
    lee = cast.student_lee()
    cast.enroll(session.lecture, lee)
    for user, status in ((kim, 404), (lee, 200), (park, 200), (cast.instructor_choi(), 404), (cast.admin_han(), 200)):
        assert Api(user).get(url(session, "current")).status == status


def test_my_active_session(session: LectureSession, kim: User, park: User) -> None:
    api = Api(kim)
    none = api.get("/api/sessions/my-active/")
    assert none.status == 404
    assert none.body == {"active_session": None, "message": "참가 중인 활성 세션이 없습니다"}
    classes.seat(session, kim)
    active = api.get("/api/sessions/my-active").body["active_session"]
    assert (active["session_code"], active["my_status"], active["current_subtask"]) == (session.code, "WAITING", None)
    classes.start(session)
    active = api.get("/api/sessions/my-active").body["active_session"]
    assert active["current_subtask"]["title"] == "카카오톡 앱 열기"
    assert Api(park).get("/api/sessions/my-active").status == 403
    classes.end(session)
    assert api.get("/api/sessions/my-active").status == 404


def test_the_summary(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    one, _, three = classes.steps(session.lecture)
    api = Api(kim)
    api.post("/api/help/request", {"subtask_id": one.pk})
    for step in (one, three):
        api.post("/api/progress/update", {"subtask_id": step.pk, "status": "COMPLETED"})
    classes.end(session)
    body = Api(park).get(url(session, "summary")).body
    assert [(row["completed_participants"], row["help_requests"]) for row in body["steps"]] == [(1, 1), (0, 0), (1, 0)]
    assert (body["total_participants"], body["completed_participants"], body["total_help_requests"]) == (1, 1, 1)
    assert Api(kim).get(url(session, "summary")).status == 200
    assert Api(cast.student_lee()).get(url(session, "summary")).status == 404


@pytest.mark.parametrize("ref", ["NOSUCH", "0", "99999999999999999999999", "%00", "a b", "ABC"])
def test_odd_references_are_404(ref: str, park: User) -> None:
    for operation in ("", "/current", "/participants"):
        assert Api(park).get(f"/api/sessions/{ref}{operation}").status == 404
    assert Api(park).post(f"/api/sessions/{ref}/start").status == 404


def test_a_request_is_a_sign_of_life(session: LectureSession, kim: User, park: User) -> None:
    seen: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mobilegpt.rest.http.auth.sign_of_life", seen.add)
        Api(kim).get("/api/sessions/my-active")
        Api(park).get(url(session, "participants"))
    assert seen == {kim.pk}
