"""A device_id is a credential within its class and nothing else is: what somebody tries with one (contract 3.9, 12)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import ChangeSettings, MergeSeat
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from tests import cast, classes
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
PHONE, OTHER = "9774d56d682e549c", "1f2e3d4c5b6a7988"


@pytest.fixture
def held(session: LectureSession) -> LectureSession:
    """A running class in which 김영자 sits with her phone."""
    join(session)
    classes.start(session)
    return session


def join(session: LectureSession, device: str = PHONE, name: str = "김영자") -> Answer:
    return Api().post("/api/sessions/join", {"session_code": session.code, "device_id": device, "name": name})


def everything_by(device: str, session: LectureSession) -> list[Answer]:
    """Each operation that takes a phone's word."""
    step = classes.steps(session.lecture)[0]
    here, phone = f"/api/sessions/{session.pk}", {"device_id": device}
    return [
        Api().post(f"{here}/report-completion", {**phone, "subtask_id": step.pk}),
        Api().post("/api/logs/activity/anonymous", {**phone, "session": session.pk, "event_type": "CLICK"}),
        Api().get(f"{here}/subtasks", **phone),
        Api().get(f"{here}/summary", **phone),
        Api().post(f"/api/students/sessions/{session.pk}/leave", phone),
    ]


def nothing_was_done() -> bool:
    present = SessionParticipant.objects.filter(is_present=False, removed_at__isnull=True).count() == 0
    return present and not ActivityLog.objects.exists() and not SeatStep.objects.filter(done_at__isnull=False).exists()


def test_the_phone_of_the_class_is_known_everywhere_in_it(held: LectureSession) -> None:
    assert [answer.status for answer in everything_by(PHONE, held)] == [200, 201, 200, 200, 200]


@pytest.mark.parametrize(
    "guess", [OTHER, "test", "", "0000000000000000", "9774d56d682e549", "9774d56d682e549c0", "%", "x" * 5000]
)
def test_a_guessed_device_is_nobody(held: LectureSession, guess: str) -> None:
    assert [answer.status for answer in everything_by(guess, held)] == [401] * 5
    assert nothing_was_done()


def test_a_class_that_does_not_exist_is_told_in_the_same_words(held: LectureSession) -> None:
    step = classes.steps(held.lecture)[0]
    body = {"device_id": OTHER, "subtask_id": step.pk}
    there = Api().post(f"/api/sessions/{held.pk}/report-completion", body)
    nowhere = Api().post("/api/sessions/999999/report-completion", body)
    assert (there.status, there.body) == (nowhere.status, nowhere.body)


def test_another_class_of_the_same_instructor_knows_no_phone_that_did_not_come(held: LectureSession) -> None:
    second = classes.open_class(held.lecture)
    assert [answer.status for answer in everything_by(PHONE, second)] == [401] * 5
    assert nothing_was_done()


def test_an_archived_class_knows_no_phone(held: LectureSession) -> None:
    classes.end(held)
    assert everything_by(PHONE, held)[2].status == 200
    held.refresh_from_db()
    services.archive_session(session_id=held.pk)
    assert [answer.status for answer in everything_by(PHONE, held)] == [401] * 5


def test_a_removed_seat_is_told_so(held: LectureSession) -> None:
    seat = SessionParticipant.objects.get()
    services.remove_seat(
        actor=classes.owner_of(held), session_ref=str(held.pk), participant_id=seat.pk, may_return=True
    )
    answers = everything_by(PHONE, held)
    assert [(answer.status, _code(answer)) for answer in answers] == [(403, "SEAT_REMOVED")] * 5


def test_a_locked_class_lets_in_only_who_was_there(held: LectureSession) -> None:
    services.change_settings(
        actor=classes.owner_of(held), session_ref=str(held.pk), command=ChangeSettings(locked=True)
    )
    assert join(held).status == 200
    refused = join(held, OTHER, "박순자")
    assert (refused.status, refused.body["code"]) == (409, "CLASS_LOCKED")
    assert [answer.status for answer in everything_by(PHONE, held)] == [200, 201, 200, 200, 200]


def test_without_guests_no_phone_is_anybody(held: LectureSession, settings: Any) -> None:
    settings.GUEST_JOIN = False
    assert [answer.status for answer in everything_by(PHONE, held)] == [401] * 5
    assert join(held, OTHER).body["code"] == "GUEST_JOIN_DISABLED"


def test_a_phone_does_nothing_in_another_lecture_of_its_guest(held: LectureSession, lecture: Lecture) -> None:
    """김영자 sits in a class of another lecture, too, with the same phone: there she learns other steps."""
    other = cast.lecture(lecture.instructor, title="다른 강의")
    second = classes.open_class(other)
    join(second)
    foreign = classes.steps(other)[0]
    done = Api().post(f"/api/sessions/{held.pk}/report-completion", {"device_id": PHONE, "subtask_id": foreign.pk})
    assert (done.status, done.body["code"]) == (400, "WRONG_LECTURE")
    tap = {"device_id": PHONE, "session": held.pk, "event_type": "CLICK", "subtask": foreign.pk}
    logged = Api().post("/api/logs/activity/anonymous", tap)
    assert (logged.status, logged.body["code"]) == (403, "GUEST_NOT_ALLOWED")
    assert not SubtaskProgress.objects.filter(status=ProgressStatus.COMPLETED).exists()
    assert not ActivityLog.objects.exists()


def test_nobody_reports_for_somebody_else(held: LectureSession, kim: User) -> None:
    """Neither a name in the body nor a second phone's id beside a token makes one somebody else."""
    classes.seat(held, kim)
    step = classes.steps(held.lecture)[0]
    body = {"device_id": PHONE, "subtask_id": step.pk, "user_id": 1, "participant_id": 1}
    assert Api(kim).post(f"/api/sessions/{held.pk}/report-completion", body).status == 200
    assert list(SeatStep.objects.filter(done_at__isnull=False).values_list("user_id", flat=True)) == [kim.pk]
    log = {"device_id": PHONE, "session": held.pk, "event_type": "CLICK", "user_id": 1}
    assert Api(kim).post("/api/logs/activity/anonymous", log).status == 201
    assert ActivityLog.objects.get().user_id == kim.pk


def test_a_bad_token_is_not_made_good_by_a_device(held: LectureSession) -> None:
    step = classes.steps(held.lecture)[0]
    phone = Api(token="made.up.token")
    answer = phone.post(f"/api/sessions/{held.pk}/report-completion", {"device_id": PHONE, "subtask_id": step.pk})
    assert (answer.status, nothing_was_done()) == (401, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/sessions/{id}/current"),
        ("GET", "/api/sessions/{id}/participants"),
        ("GET", "/api/sessions/{id}/completion-status"),
        ("GET", "/api/progress/me"),
        ("GET", "/api/auth/me"),
        ("POST", "/api/logs/activity"),
        ("POST", "/api/help/request"),
        ("POST", "/api/sessions/{id}/broadcast"),
        ("GET", "/api/students/sessions/my_sessions"),
    ],
)
def test_a_device_opens_no_other_door(held: LectureSession, method: str, path: str) -> None:
    body = {"device_id": PHONE, "subtask_id": classes.steps(held.lecture)[0].pk, "event_type": "CLICK", "message": "x"}
    query = {"device_id": PHONE} if method == "GET" else None
    answer = Api().send(method, path.format(id=held.pk), None if query else body, query=query)
    assert answer.status == 401


def test_a_device_is_never_told(held: LectureSession) -> None:
    teacher = Api(held.lecture.instructor)
    for path in ("completion-status", "participants", "summary", "seats"):
        assert PHONE not in teacher.get(f"/api/sessions/{held.pk}/{path}").response.content.decode()


def test_the_phone_of_a_merged_guest_finds_the_person(held: LectureSession) -> None:
    join(held, OTHER, "김 영자")
    first, second = SessionParticipant.objects.order_by("pk")
    services.merge_seat(
        actor=classes.owner_of(held),
        session_ref=str(held.pk),
        participant_id=second.pk,
        command=MergeSeat(into=first.pk),
    )
    assert everything_by(OTHER, held)[0].status == 200
    assert list(SeatStep.objects.filter(done_at__isnull=False).values_list("user_id", flat=True)) == [first.user_id]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b'{"device_id": 7}', b'{"device_id": "\\u0000"}', b"{"])
def test_a_body_that_makes_no_sense_is_refused(held: LectureSession, body: bytes) -> None:
    for path in (f"/api/sessions/{held.pk}/report-completion", "/api/logs/activity/anonymous"):
        answer = Api().send("POST", path, raw=body)
        assert answer.status in (400, 401)
        assert isinstance(answer.body["error"], str)


def test_a_session_in_a_log_may_be_anything(held: LectureSession) -> None:
    for session in (None, "", 0, -1, 10**30, "없는 수업", "x" * 3000):
        tap = {"device_id": PHONE, "session": session, "event_type": "CLICK"}
        assert Api().post("/api/logs/activity/anonymous", tap).status in (400, 401)


def _code(answer: Answer) -> str:
    """Our own pages ask for the summary: it is refused in their words."""
    return str(answer.body.get("code") or answer.body["error"]["code"])
