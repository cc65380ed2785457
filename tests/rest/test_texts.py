"""What people type, at the REST doors: unseen texts are empty, one form is kept, one code is meant (contract 11.10)."""

from __future__ import annotations

import json
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Message, Room
from mobilegpt.classroom.models import LectureSession
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.recordings.models import Recording
from tests import cast, classes
from tests.core.test_text import NOTHING
from tests.rest.api import Api

pytestmark = pytest.mark.django_db

UNSEEN = ["", " ", "\u200b", "\u2800", "\ufe0f", "\u034f", "\u0301", "\u3164", "\u202e\u00ad", "\U000e0041"]
NAMED = "\u200b 받침이 있는 제목\u3164"
KEPT = "받침이 있는 제목"
APART = unicodedata.normalize("NFD", "받침이 있는 제목")


@pytest.fixture
def doors(park: User, kim: User, session: LectureSession, step: Subtask, room: Room) -> dict[str, tuple[Any, ...]]:
    """Every operation that needs a text: who asks, how, where, with what, and the field."""
    lecture, task = session.lecture_id, step.task_id
    teacher, student, nobody = Api(park), Api(kim), Api()
    classes.seat(session, kim)
    asked = student.post("/api/help/request", {"subtask_id": step.pk}).body["help_request_id"]
    account = {"email": "new@example.com", "password": cast.PASSWORD}
    live = {"email": "new@example.com", "password1": cast.PASSWORD, "password2": cast.PASSWORD}
    return {
        "R1": (nobody, "POST", "/api/auth/register", account, "name"),
        "R6": (teacher, "POST", "/api/lectures", {}, "title"),
        "R8": (teacher, "PUT", f"/api/lectures/{lecture}", {}, "title"),
        "R22": (teacher, "POST", f"/api/lectures/{lecture}/tasks", {}, "title"),
        "task": (teacher, "PATCH", f"/api/tasks/{task}", {}, "title"),
        "R24": (teacher, "POST", f"/api/tasks/{task}/subtasks", {}, "title"),
        "R25": (teacher, "PATCH", f"/api/subtasks/{step.pk}", {}, "title"),
        "guest": (nobody, "POST", f"/api/sessions/{session.code}/guest", {"device_id": "test"}, "name"),
        "announce": (teacher, "POST", f"/api/sessions/{session.pk}/announce", {}, "message"),
        "answer": (teacher, "POST", f"/api/help/request/{asked}/answer", {}, "help_content"),
        "R43": (teacher, "POST", "/api/sessions/recordings/", {}, "title"),
        "R51": (nobody, "POST", "/user/v1/register", live, "nickname"),
        "R54": (student, "POST", "/chat/v1/room", {}, "name"),
        "R56": (student, "POST", "/chat/v1/message", {"room": room.pk}, "message"),
        "R57": (student, "POST", f"/api/v1/chat/rooms/{room.pk}/messages", {}, "message"),
        "rooms": (student, "POST", "/api/v1/chat/rooms", {}, "name"),
        "room": (student, "PATCH", f"/api/v1/chat/rooms/{room.pk}", {}, "name"),
    }


NAMES = [
    *("R1", "R6", "R8", "R22", "task", "R24", "R25", "guest", "announce", "answer", "R43"),
    *("R51", "R54", "R56", "R57", "rooms", "room"),
]


@pytest.mark.parametrize("door", NAMES)
def test_what_has_nothing_to_see_is_refused_alike(doors: dict[str, tuple[Any, ...]], door: str) -> None:
    api, method, path, body, field = doors[door]
    for text in UNSEEN:
        answer = api.send(method, path, {**body, field: text})
        assert answer.status == 400, (door, ascii(text), answer.body)


@pytest.mark.parametrize("door", NAMES)
def test_what_can_be_seen_is_taken(doors: dict[str, tuple[Any, ...]], door: str) -> None:
    api, method, path, body, field = doors[door]
    answer = api.send(method, path, {**body, field: "❤️"})
    assert answer.status in (200, 201), answer.body


def test_no_door_for_texts_is_forgotten(doors: dict[str, tuple[Any, ...]]) -> None:
    assert set(doors) == set(NAMES)


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_an_optional_text_without_anything_to_see_is_kept_as_an_empty_one(park: User, kim: User, text: str) -> None:
    api = Api(park)
    made = api.post("/api/lectures", {"title": "강의", "description": text}).body["id"]
    task = api.post(f"/api/lectures/{made}/tasks", {"title": "과제", "description": text}).body["id"]
    words = dict.fromkeys(("description", "guide_text", "voice_guide_text", "target_element_hint"), text)
    step = api.post(f"/api/tasks/{task}/subtasks", {"title": "단계", "target_action": text, **words}).body
    room = api.post(f"/api/lectures/{made}/sessions", {"title": text}).body
    recorded = api.post("/api/sessions/recordings/", {"title": "녹화", "description": text}).body["id"]
    cast.enroll(Lecture.objects.get(pk=made), kim)
    Api(kim).post("/api/help/request", {"subtask_id": step["id"], "message": text})
    started = api.post(f"/api/sessions/{room['session_id']}/start", {"message": text})
    assert Lecture.objects.get().description == Task.objects.get().description == ""
    stored = Subtask.objects.get()
    assert (stored.description, stored.guide_text, stored.voice_guide_text) == ("", "", "")
    assert (stored.target_element_hint, stored.target_action) == (None, None)
    assert room["title"].startswith("강의 20")
    assert Recording.objects.get(pk=recorded).description == ""
    assert HelpRequest.objects.get().context_data["message"] == ""
    assert (started.status, LectureSession.objects.get().instructor_message) == (200, "")


def test_texts_are_kept_in_one_form(park: User, room: Room, kim: User) -> None:
    assert Api(park).post("/api/lectures", {"title": NAMED}).body["title"] == KEPT
    assert Api(park).post("/api/lectures", {"title": APART}).body["title"] == KEPT
    Api(kim).post("/chat/v1/message", {"room": room.pk, "message": APART})
    assert Message.objects.get().text == KEPT


def test_lengths_count_in_one_form(park: User, session: LectureSession, step: Subtask, kim: User, room: Room) -> None:
    loose = unicodedata.normalize("NFD", "각")
    api = Api(park)
    assert api.post("/api/lectures", {"title": loose * 200}).status == 201
    assert api.post("/api/lectures", {"title": loose * 201}).status == 400
    assert api.post(f"/api/lectures/{session.lecture_id}/sessions", {"title": loose * 200}).status == 201
    assert api.post(f"/api/lectures/{session.lecture_id}/sessions", {"title": loose * 201}).status == 400
    assert api.post(f"/api/sessions/{session.pk}/announce", {"message": loose * 1000}).status == 200
    assert api.post(f"/api/sessions/{session.pk}/announce", {"message": loose * 1001}).status == 400
    classes.seat(session, kim)
    ask = {"subtask_id": step.pk, "message": loose * 1000}
    asked = Api(kim).post("/api/help/request", ask)
    assert asked.status == 201
    assert Api(kim).post("/api/help/request", {**ask, "message": loose * 1001}).status == 400
    answer = f"/api/help/request/{asked.body['help_request_id']}/answer"
    assert api.post(answer, {"help_content": loose * 2000}).status == 200
    assert api.post(answer, {"help_content": loose * 2001}).status == 400
    assert Api(kim).post("/chat/v1/message", {"room": room.pk, "message": loose * 2000}).status == 201
    assert Api(kim).post("/chat/v1/message", {"room": room.pk, "message": loose * 2001}).status == 400


# --- logins


@pytest.mark.parametrize(
    "typed",
    [
        "ＳＴＵＤＥＮＴ1＠example.com",
        " student1@example.com\u200b",
        "student1@example。com",
        "\u00a0Student1@Example.COM",
    ],
)
def test_an_e_mail_is_the_one_it_looks_like(kim: User, typed: str) -> None:
    assert Api().post("/api/auth/login", {"email": typed, "password": cast.PASSWORD}).status == 200
    taken = Api().post("/api/auth/register", {"email": typed, "password": cast.PASSWORD, "name": "김"})
    assert (taken.status, taken.code) == (409, "EMAIL_TAKEN")


PASSWORD_APART = unicodedata.normalize("NFD", "비밀번호각각é12")
PASSWORD_WHOLE = unicodedata.normalize("NFC", PASSWORD_APART)


@pytest.mark.parametrize("chosen", [PASSWORD_APART, PASSWORD_WHOLE])
@pytest.mark.parametrize("confirmed", [PASSWORD_APART, PASSWORD_WHOLE])
@pytest.mark.parametrize("typed", [PASSWORD_APART, PASSWORD_WHOLE])
def test_a_password_is_the_same_on_every_keyboard(chosen: str, confirmed: str, typed: str) -> None:
    account = {"email": "a@example.com", "password": chosen, "password_confirm": confirmed, "name": "김"}
    assert Api().post("/api/auth/register", account).status == 201
    assert Api().post("/api/auth/login", {"email": "a@example.com", "password": typed}).status == 200
    assert Api().post("/user/v1/login/", {"email": "a@example.com", "password": typed}).status == 200
    assert Api().post("/api/auth/login", {"email": "a@example.com", "password": f"{typed}x"}).status == 401


@pytest.mark.parametrize("typed", [PASSWORD_APART, PASSWORD_WHOLE])
def test_a_password_that_was_hashed_as_it_came_still_opens(kim: User, typed: str) -> None:
    User.objects.filter(pk=kim.pk).update(password=make_password(PASSWORD_APART))
    assert Api().post("/api/auth/login", {"email": kim.email, "password": typed}).status == 200


def test_a_password_has_eight_letters_in_one_form() -> None:
    short = {"email": "a@example.com", "password": unicodedata.normalize("NFD", "각각각각"), "name": "김"}
    assert Api().post("/api/auth/register", short).status == 400


# --- codes


def spellings(code: str) -> list[str]:
    layout = dict(
        zip(
            "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
            "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
            strict=True,
        )
    )
    hangul = "".join(layout.get(key, key) for key in code.lower())
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    return [
        code.lower(),
        f"{code[:3]}-{code[3:]}",
        f" {code[:3]} {code[3:]} ",
        f"“{code}”",
        f"{code}.",
        f"{code}%20",
        wide,
        hangul,
        unicodedata.normalize("NFC", unicodedata.normalize("NFKD", hangul)),
        f"http://testserver/join/{code}",
        f"http://testserver/join/{code}로 들어오세요",
    ]


def test_every_door_takes_the_code_that_was_meant(session: LectureSession, kim: User, lee: User) -> None:
    for place, typed in enumerate(spellings(session.code)):
        student = Api(cast.person(f"s{place}@example.com", "학생"))
        path = quote(typed, safe="")
        found = student.get(f"/api/sessions/{path}")
        assert (found.status, found.body.get("session_code")) == (200, session.code), typed
        assert student.post(f"/api/sessions/{path}/join/", {}).status == 201, typed
        guest = Api().post(f"/api/sessions/{path}/guest", {"name": "김", "device_id": f"test{place}"})
        assert guest.status == 201, typed
        proof = Api(cast.person(f"p{place}@example.com", "학생"))
        joined = proof.post(f"/api/sessions/{session.pk}/join", {"session_code": typed})
        assert joined.status == 201, typed
        picture = Client().get(f"/qr/{path}.png")
        assert picture.content == Client().get(f"/qr/{session.code}.png").content, typed


def test_those_who_run_it_may_name_it_so_too(session: LectureSession, park: User) -> None:
    for typed in spellings(session.code):
        assert Api(park).get(f"/api/sessions/{quote(typed, safe='')}/participants/").status == 200, typed


# --- bodies


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("door", NAMES)
def test_a_body_may_begin_with_a_byte_order_mark(doors: dict[str, tuple[Any, ...]], door: str) -> None:
    api, method, path, body, field = doors[door]
    answer = api.send(method, path, raw=BOM + json.dumps({**body, field: "글"}).encode())
    assert answer.status in (200, 201), answer.body


def test_a_batch_may_begin_with_a_byte_order_mark(kim: User) -> None:
    raw = BOM + json.dumps({"logs": [{"event_type": "TAP"}]}).encode()
    assert Api(kim).send("POST", "/api/logs/batch", raw=raw).status == 201


def test_nothing_but_the_mark_is_an_empty_body(park: User, session: LectureSession) -> None:
    assert Api(park).send("POST", f"/api/sessions/{session.pk}/start", raw=BOM).status == 200


# --- searching


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (unicodedata.normalize("NFD", "김영자"), ["김영자"]),
        ("ㄱㅇㅈ", ["김영자"]),
        ("영\u200b자", ["김영자"]),
        ("ＹＯＵＮＧ", ["김영자"]),
        ("ÉRIC", ["Éric"]),
        ("학", ["한학수"]),
        ("ㅎㅎ", ["한학수"]),
        ("\u3164", ["김영자", "한학수", "Éric"]),
        ("guest", []),
    ],
)
def test_a_student_is_found_however_they_are_typed(park: User, lecture: Lecture, typed: str, found: list[str]) -> None:
    people = [cast.person("young@example.com", "김영자"), cast.person("b@example.com", "한학수")]
    cast.enroll(lecture, *people, cast.person("c@example.com", "Éric"))
    answer = Api(park).get(f"/api/dashboard/lectures/{lecture.pk}/students", search=typed)
    assert [row["name"] for row in answer.body["students"]] == found


# --- staff pages


def test_staff_type_as_everybody_else_does(lecture: Lecture) -> None:
    staff = Client()
    staff.force_login(cast.admin_han())
    page = reverse("admin:lectures_task_add")
    form = {"lecture": lecture.pk, "title": "\u3164", "description": "\u2800", "order_index": 9}
    inline = {"subtasks-TOTAL_FORMS": 0, "subtasks-INITIAL_FORMS": 0}
    refused = staff.post(page, {**form, **inline})
    assert (refused.status_code, Task.objects.filter(order_index=9).exists()) == (200, False)
    staff.post(page, {**form, **inline, "title": APART})
    made = Task.objects.get(order_index=9)
    assert (made.title, made.description) == (KEPT, "")
    rows = staff.get(reverse("admin:lectures_task_changelist"), {"q": APART}).context["cl"]
    assert [row.pk for row in rows.queryset] == [made.pk]
