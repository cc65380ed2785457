"""``Idempotency-Key``: one row, one answer, whatever the client repeats (contract 10.3; reliability F2)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from mobilegpt.database.models import IdempotencyRecord
from mobilegpt.lectures.models import Lecture
from tests import cast
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db(transaction=True)


def body(title: str = "카카오톡 기초") -> dict[str, Any]:
    return {"title": title, "description": "…"}


def test_a_retry_gets_the_first_answer_and_makes_nothing() -> None:
    api = Api(cast.instructor_park())
    first = api.post("/api/lectures", body(), Idempotency_Key="k1")
    again = api.post("/api/lectures/", body(), Idempotency_Key="k1")
    assert first.status == again.status == 201
    assert first.body == again.body
    assert Lecture.objects.count() == 1


def test_the_same_key_with_another_body_is_422() -> None:
    api = Api(cast.instructor_park())
    api.post("/api/lectures", body(), Idempotency_Key="k1")
    other = api.post("/api/lectures", body("다른 강의"), Idempotency_Key="k1")
    assert (other.status, other.code) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Lecture.objects.count() == 1


def test_keys_belong_to_their_caller_and_operation() -> None:
    park, choi = Api(cast.instructor_park()), Api(cast.instructor_choi())
    lecture_id = park.post("/api/lectures", body(), Idempotency_Key="k1").body["id"]
    assert choi.post("/api/lectures", body(), Idempotency_Key="k1").status == 201
    task = park.post(f"/api/lectures/{lecture_id}/tasks", {"title": "과제"}, Idempotency_Key="k1")
    assert task.status == 201
    assert Lecture.objects.count() == 2


def test_a_refusal_is_not_kept() -> None:
    api = Api(cast.instructor_park())
    assert api.post("/api/lectures", {"title": ""}, Idempotency_Key="k1").status == 400
    assert IdempotencyRecord.objects.count() == 0
    assert api.post("/api/lectures", body(), Idempotency_Key="k1").status == 201


def test_an_overlong_key_is_400() -> None:
    answer = Api(cast.instructor_park()).post("/api/lectures", body(), Idempotency_Key="k" * 201)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_simultaneous_tries_make_one_row_each() -> None:
    token = cast.access_token(cast.instructor_park())
    keys = [f"key-{number}" for number in range(12)]

    def attempt(key: str) -> tuple[str, int, str]:
        try:
            answer = Api(token=token).post("/api/lectures", body(key), Idempotency_Key=key)
            return key, answer.status, json.dumps(answer.body, sort_keys=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, [key for key in keys for _ in range(8)]))
    refused = [json.loads(text)["error"]["code"] for _, status, text in answers if status != 201]
    assert set(refused) <= {"IDEMPOTENCY_IN_FLIGHT"}
    for key in keys:
        made = {text for name, status, text in answers if name == key and status == 201}
        assert len(made) == 1
    assert Lecture.objects.count() == len(keys)


REGISTRATION = {"email": "new@example.com", "password": "securePassword123", "name": "새학생", "role": "STUDENT"}


@pytest.mark.parametrize(
    ("first", "then", "same"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", True),  # one customer's network
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
    ],
)
def test_strangers_are_told_apart_by_where_they_really_are(first: str, then: str, same: bool, settings: Any) -> None:
    """Behind a trusted proxy everybody has its address; a key of one must not answer another."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    def register(address: str, email: str) -> Answer:
        return Api(address="10.0.0.1").post(
            "/api/auth/register", {**REGISTRATION, "email": email}, Idempotency_Key="k1", X_Forwarded_For=address
        )

    assert register(first, "first@example.com").status == 201
    again = register(then, "second@example.com")
    assert again.status == (422 if same else 201)
