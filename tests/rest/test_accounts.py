"""R1–R4 and logout through the REST door (contract 3, 4.1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import LoginFamily, User
from mobilegpt.accounts.services import create_guests
from mobilegpt.accounts.tokens import actor_from_session_cookie
from tests import cast
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db

NEW_STUDENT = {
    "email": "student@example.com",
    "phone": "01012345678",
    "password": "securePassword123",
    "name": "김학생",
    "age": 65,
    "role": "STUDENT",
    "digital_level": "BEGINNER",
}


def log_in(api: Api, user: User, password: str = cast.PASSWORD) -> Answer:
    return api.post("/api/auth/login", {"email": user.email, "password": password})


@pytest.mark.parametrize("path", ["/api/auth/register", "/api/auth/register/"])
def test_register_answers_the_documented_body_and_a_login_beside_it(path: str) -> None:
    answer = Api().post(path, NEW_STUDENT)

    assert answer.status == 201
    user = User.objects.get()
    beside = {answer.body.pop(name) for name in ("access", "refresh")}  # contract 12
    assert all(isinstance(token, str) for token in beside)
    assert answer.body == {
        "id": user.pk,
        "email": "student@example.com",
        "name": "김학생",
        "role": "STUDENT",
        "digital_level": "BEGINNER",
        "created_at": user.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert user.phone == "01012345678"
    assert user.age == 65


def test_register_needs_an_email_a_password_and_one_name_only() -> None:
    api = Api()
    assert api.post("/api/auth/register", {"email": "a@example.com", "password": "12345678"}).code == "INVALID_REQUEST"
    answer = api.post("/api/auth/register", {"email": "a@example.com", "password": "12345678", "nickname": "별명"})

    assert answer.body["name"] == "별명"
    assert User.objects.get().nickname == "별명"


def test_no_field_of_a_registration_makes_anyone_more_than_they_are() -> None:
    forbidden = {"is_staff": True, "is_superuser": True, "id": 999, "is_guest": True, "guest_session_id": 1}
    answer = Api().post("/api/auth/register", {**NEW_STUDENT, **forbidden, "created_at": "2001-01-01T00:00:00Z"})

    user = User.objects.get()
    assert answer.status == 201
    assert (user.is_staff, user.is_superuser, user.is_guest, user.guest_session_id) == (False, False, False, None)
    assert user.pk != 999
    assert user.created_at.year > 2001


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "ADMIN"}, "role"),
        ({"role": "TEACHER"}, "role"),
        ({"digital_level": "GENIUS"}, "digital_level"),
        ({"age": -1}, "age"),
        ({"age": 151}, "age"),
        ({"age": "old"}, "age"),
        ({"age": 10**30}, "age"),
        ({"email": "nobody"}, "email"),
        ({"email": "guest-7@guest.invalid"}, "email"),
        ({"email": 7}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "123"}, "phone"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password_confirm": "another"}, "password_confirm"),
        ({"name": "   "}, "name"),
        ({"name": "가" * 101}, "name"),
        ({"name": "김\u0007학생"}, "name"),
        ({"name": "\u200b\u3164"}, "name"),
    ],
)
def test_register_refuses_what_makes_no_sense_and_names_the_field(change: dict[str, Any], field: str) -> None:
    answer = Api().post("/api/auth/register", {**NEW_STUDENT, **change})

    assert answer.status == 400
    assert answer.code == "INVALID_REQUEST"
    assert answer.body["error"]["details"] == {"field": field}
    assert not User.objects.exists()


def test_text_with_a_null_character_is_refused() -> None:
    answer = Api().post("/api/auth/register", {**NEW_STUDENT, "name": "김\u0000"})
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_a_taken_email_and_a_taken_phone_are_told_apart() -> None:
    api = Api()
    assert api.post("/api/auth/register", NEW_STUDENT).status == 201
    same_email = api.post("/api/auth/register", {**NEW_STUDENT, "email": "Student@Example.com", "phone": None})
    same_phone = api.post("/api/auth/register", {**NEW_STUDENT, "email": "b@example.com", "phone": "+82 10-1234-5678"})

    assert (same_email.status, same_email.code) == (409, "EMAIL_TAKEN")
    assert (same_phone.status, same_phone.code) == (409, "PHONE_TAKEN")


def test_asking_for_taken_emails_all_day_is_throttled() -> None:
    cast.student_kim()
    taken = {**NEW_STUDENT, "email": "student1@example.com", "phone": None}
    api = Api()
    statuses = [api.post("/api/auth/register", taken).status for _ in range(101)]

    assert statuses == [409] * 100 + [429]
    assert Api(address="198.51.100.8").post("/api/auth/register", taken).status == 409


@pytest.mark.parametrize(
    "phone", ["010-1234-5678", "010.1234.5678", "+82 10 1234 5678", "+82 (0)10-1234-5678", "\u202a01012345678\u202c"]
)
def test_a_phone_number_is_one_however_it_is_written(phone: str) -> None:
    assert Api().post("/api/auth/register", {**NEW_STUDENT, "phone": phone}).status == 201
    assert User.objects.get().phone == "01012345678"


def test_a_name_is_one_however_the_phone_spells_it() -> None:
    Api().post("/api/auth/register", {**NEW_STUDENT, "name": "  \u202e\u1100\u1175\u11b7  \n학생 "})
    assert User.objects.get().name == "김 학생"


def test_instructor_signup_can_be_closed(settings: Any) -> None:
    settings.INSTRUCTOR_SIGNUP = "closed"
    answer = Api().post("/api/auth/register", {**NEW_STUDENT, "role": "INSTRUCTOR"})
    assert (answer.status, answer.code) == (403, "INSTRUCTOR_SIGNUP_CLOSED")
    assert Api().post("/api/auth/register", NEW_STUDENT).status == 201


def test_common_passwords_are_refused_where_the_profile_says_so(settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
    answer = Api().post("/api/auth/register", {**NEW_STUDENT, "password": "password123"})
    assert (answer.status, answer.code) == (400, "PASSWORD_TOO_COMMON")


def test_a_registration_that_is_sent_again_with_its_key_gives_the_first_answer_without_its_tokens() -> None:
    api = Api()
    first = api.post("/api/auth/register", NEW_STUDENT, Idempotency_Key="one-key-0001")
    again = api.post("/api/auth/register", NEW_STUDENT, Idempotency_Key="one-key-0001")

    assert (again.status, again.body) == (201, {**first.body, "access": None, "refresh": None})
    assert User.objects.count() == 1


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/login/"])
def test_login_answers_both_generations_of_clients(path: str) -> None:
    kim = cast.student_kim()
    answer = Api().post(path, {"email": "STUDENT1@example.com", "password": cast.PASSWORD})

    assert answer.status == 200
    assert answer.body["access_token"] == answer.body["access"]
    assert answer.body["refresh_token"] == answer.body["refresh"]
    expected = {"id": kim.pk, "email": "student1@example.com", "name": "김학생", "role": "STUDENT"}
    assert expected.items() <= answer.body["user"].items()
    me = Api(token=answer.body["access_token"]).get("/api/auth/me")
    assert {**expected, "digital_level": "BEGINNER", "age": 65}.items() <= me.body.items()


def test_login_sets_a_session_cookie_that_scripts_cannot_read_and_rest_does_not_accept() -> None:
    kim = cast.student_kim()
    api = Api()
    cookie = log_in(api, kim).cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    actor = actor_from_session_cookie(cookie.value)
    assert actor is not None
    assert actor.user_id == kim.pk
    assert actor.family_id == str(LoginFamily.objects.get().pk)
    assert api.get("/api/auth/me").status == 401


def test_a_wrong_password_and_an_unknown_email_look_the_same() -> None:
    wrong = log_in(Api(), cast.student_kim(), "not it at all")
    unknown = Api().post("/api/auth/login", {"email": "nobody@example.com", "password": "not it at all"})

    assert (wrong.status, wrong.code) == (401, "INVALID_CREDENTIALS")
    assert wrong.body == unknown.body
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_a_deactivated_account_and_a_guest_cannot_log_in() -> None:
    kim = cast.student_kim()
    kim.is_active = False
    kim.save()
    (guest,) = create_guests(["이웃"], session_id=1)

    assert log_in(Api(), kim).status == 401
    assert log_in(Api(), guest, "").status == 401


def test_guessing_at_an_account_from_one_address_ends_and_hinders_nobody_elsewhere() -> None:
    kim = cast.student_kim()
    owner = Api(address="203.0.113.5")
    assert log_in(owner, kim).status == 200
    guesser = Api()
    statuses = [log_in(guesser, kim, f"guess {number}").status for number in range(50)]

    assert statuses == [401] * 5 + [429] * 45
    refused = log_in(Api(), kim)
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 915
    assert log_in(Api(address="203.0.113.6"), kim).status == 200
    assert log_in(owner, kim).status == 200


def test_guessing_at_an_account_from_many_addresses_ends_after_ten_but_not_on_the_owners_own_device() -> None:
    kim = cast.student_kim()
    owner = Api(address="203.0.113.5")
    assert log_in(owner, kim).status == 200
    statuses = [
        log_in(Api(address=f"192.0.2.{number}"), kim, f"guess {turn}").status
        for turn in range(5)
        for number in range(1, 20)
    ]
    assert statuses.count(401) == 8  # two more for who does some work
    assert statuses.count(429) == len(statuses) - 8
    assert log_in(owner, kim).status == 200


def test_a_known_device_has_ten_tries_as_well() -> None:
    kim = cast.student_kim()
    stolen = Api()
    log_in(stolen, kim)
    statuses = [log_in(stolen, kim, f"guess {number}").status for number in range(11)]
    assert statuses == [401] * 10 + [429]


def test_guessing_at_many_accounts_from_one_address_ends_before_a_hundred() -> None:
    api = Api()
    statuses = [
        api.post("/api/auth/login", {"email": f"person{number}@example.com", "password": "12345678"}).status
        for number in range(101)
    ]
    assert statuses == [401] * 80 + [429] * 21


def test_a_made_up_forwarding_header_does_not_hide_a_guesser() -> None:
    api = Api()
    statuses = [
        api.post(
            "/api/auth/login",
            {"email": f"person{number}@example.com", "password": "12345678"},
            X_Forwarded_For=f"203.0.113.{number % 250}",
        ).status
        for number in range(101)
    ]
    assert statuses[-1] == 429


def test_behind_a_trusted_proxy_each_client_counts_for_itself(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["198.51.100.0/24"]
    api = Api()
    for number in range(100):
        api.post(
            "/api/auth/login",
            {"email": f"person{number}@example.com", "password": "x"},
            X_Forwarded_For="1.2.3.4, 203.0.113.9",
        )
    body = {"email": "a@example.com", "password": "x"}
    assert api.post("/api/auth/login", body, X_Forwarded_For="9.9.9.9, 203.0.113.9").status == 429
    assert api.post("/api/auth/login", body, X_Forwarded_For="203.0.113.10").status == 401


def test_a_class_of_two_hundred_logs_in_from_one_address() -> None:
    kim = cast.student_kim()
    assert {log_in(Api(), kim).status for _ in range(200)} == {200}


@pytest.mark.parametrize("key", ["refresh_token", "refresh"])
def test_refresh_takes_either_name_and_answers_with_working_tokens(key: str) -> None:
    kim = cast.student_kim()
    first = log_in(Api(), kim).body
    answer = Api().post("/api/auth/refresh", {key: first["refresh_token"]})

    assert answer.status == 200
    assert set(answer.body) == {"access_token", "refresh_token", "access", "refresh"}
    assert answer.body["refresh_token"] != first["refresh_token"]
    assert Api(token=answer.body["access_token"]).get("/api/auth/me").body["id"] == kim.pk


def test_a_client_that_keeps_its_first_refresh_token_goes_on() -> None:
    first = log_in(Api(), cast.student_kim()).body["refresh_token"]
    statuses = [Api().post("/api/auth/refresh", {"refresh_token": first}).status for _ in range(3)]
    assert statuses == [200, 200, 200]


def test_a_refresh_costs_five_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """With the two savepoint statements of the test's own transaction on top."""
    first = log_in(Api(), cast.student_kim()).body["refresh_token"]
    for queries in (5, 4):  # its first use is noted
        with django_assert_num_queries(queries + 2):
            assert Api().post("/api/auth/refresh", {"refresh_token": first}).status == 200


@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": 7}])
def test_refresh_without_a_token_is_a_bad_request(body: dict[str, Any]) -> None:
    answer = Api().post("/api/auth/refresh", body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_an_access_token_does_not_refresh_and_a_refresh_token_does_not_sign_in() -> None:
    tokens = log_in(Api(), cast.student_kim()).body
    refreshed = Api().post("/api/auth/refresh", {"refresh_token": tokens["access_token"]})
    signed_in = Api(token=tokens["refresh_token"]).get("/api/auth/me")

    assert (refreshed.status, refreshed.code) == (401, "INVALID_TOKEN")
    assert (signed_in.status, signed_in.code) == (401, "INVALID_TOKEN")


def test_sending_forged_refresh_tokens_is_throttled() -> None:
    api = Api()
    statuses = [api.post("/api/auth/refresh", {"refresh_token": f"a.b.{number}"}).status for number in range(101)]
    assert statuses == [401] * 100 + [429]


def test_logout_ends_the_tokens_the_session_and_the_cookie() -> None:
    api = Api()
    answer = log_in(api, cast.student_kim())
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME].value
    signed_in = Api(token=answer.body["access_token"])
    out = signed_in.post("/api/auth/logout/")

    assert out.status == 200
    assert out.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert signed_in.get("/api/auth/me").code == "INVALID_TOKEN"
    assert Api().post("/api/auth/refresh", {"refresh_token": answer.body["refresh_token"]}).status == 401
    assert actor_from_session_cookie(cookie) is None
    assert not Session.objects.exists()


def test_logout_leaves_other_logins_of_the_account_alone() -> None:
    kim = cast.student_kim()
    phone, computer = log_in(Api(), kim).body, log_in(Api(), kim).body
    Api(token=phone["access_token"]).post("/api/auth/logout")
    assert Api(token=computer["access_token"]).get("/api/auth/me").status == 200


def test_logout_works_with_a_refresh_token_when_the_access_token_is_gone() -> None:
    tokens = log_in(Api(), cast.student_kim()).body
    assert Api().post("/api/auth/logout", {"refresh_token": tokens["refresh_token"]}).status == 200
    assert Api(token=tokens["access_token"]).get("/api/auth/me").status == 401
    assert Api().post("/api/auth/logout").code == "UNAUTHENTICATED"


def test_me_of_a_guest_shows_no_email() -> None:
    (guest,) = create_guests(["이웃"], session_id=1)
    answer = Api(guest).get("/api/auth/me")
    assert answer.status == 200
    assert answer.body["email"] is None
    assert answer.body["is_guest"] is True


def test_me_costs_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    api = Api(cast.student_kim())
    with django_assert_num_queries(2):
        assert api.get("/api/auth/me").status == 200


def test_me_without_a_token_tells_how_to_sign_in() -> None:
    answer = Api().get("/api/auth/me")
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{not json", "INVALID_JSON"),
        (b"\xff\xfe", "INVALID_JSON"),
        (b'{"email": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "INVALID_REQUEST"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "INVALID_JSON"),
        (b'{"email": "a\\u0000@example.com", "password": "12345678"}', "INVALID_REQUEST"),
        (b"[]", "INVALID_REQUEST"),
        (b'"text"', "INVALID_REQUEST"),
        (b"", "INVALID_REQUEST"),
        (b'{"email": null, "password": null}', "INVALID_REQUEST"),
        (b'{"email": "a@example.com"}', "INVALID_REQUEST"),
        (b'{"email": {"a": 1}, "password": ["b"]}', "INVALID_REQUEST"),
        (b'{"email": "\\ud800", "password": "12345678"}', "INVALID_JSON"),
    ],
)
def test_a_body_that_makes_no_sense_is_400_in_the_envelope(raw: bytes, code: str) -> None:
    answer = Api().send("POST", "/api/auth/login", raw=raw)
    assert (answer.status, answer.code) == (400, code)


def test_unknown_routes_and_wrong_methods_answer_in_the_envelope() -> None:
    api = Api()
    unknown, wrong = api.get("/api/auth/nothing"), api.send("DELETE", "/api/auth/login")
    assert (unknown.status, unknown.code) == (404, "NOT_FOUND")
    assert (wrong.status, wrong.code) == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in wrong.headers["Allow"]
