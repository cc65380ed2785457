"""A student becomes an instructor where instructors may sign up (contract 3.2; reliability X2)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom.models import LectureSession
from tests import cast
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
HERE = "/api/auth/instructor"


def test_a_student_teaches_from_then_on_and_has_a_new_login(kim: User) -> None:
    api, other = Api(kim), Api(kim)
    answer = api.post(HERE)
    assert (answer.status, answer.body["user"]["role"]) == (200, "INSTRUCTOR")
    assert answer.cookies["sessionid"].value
    assert [one.get("/api/auth/me").status for one in (api, other)] == [401, 401], "every login ends with the role"
    now = Api(token=answer.body["access_token"])
    assert now.get("/api/auth/me").body["role"] == "INSTRUCTOR"
    assert now.post("/api/lectures", {"title": "새 강의"}).status == 201
    line = AuditEntry.objects.get(action="account.changed")
    assert (line.subject, line.details) == (f"user:{kim.pk}", {"role": ["STUDENT", "INSTRUCTOR"]})
    assert now.post(HERE).code == "FORBIDDEN"


def test_where_instructors_do_not_sign_up_nobody_becomes_one(kim: User, settings: Any) -> None:
    settings.INSTRUCTOR_SIGNUP = "closed"
    refused = Api(kim).post(HERE)
    assert (refused.status, refused.code) == (403, "INSTRUCTOR_SIGNUP_CLOSED")
    kim.refresh_from_db()
    assert kim.role == "STUDENT"


def test_a_guest_becomes_none(session: LectureSession) -> None:
    body = {"name": "이순자", "device_id": "f3b0c44298fc1c149afbf4c8"}
    token = Api().post(f"/api/sessions/{session.code}/guest", body).body["access_token"]
    assert Api(token=token).post(HERE).code == "GUEST_NOT_ALLOWED"


def test_an_address_makes_as_many_instructors_as_a_house_has(settings: Any) -> None:
    settings.INSTRUCTORS_PER_ADDRESS = 2
    students = [cast.person(f"s{number}@example.com", "학생") for number in range(3)]
    assert [Api(one).post(HERE).status for one in students] == [200, 200, 429]
