"""The staff pages of accounts, lectures, core and realtime: every page opens, and they keep the services' rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts import services
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import LoginFamily, Role, User
from mobilegpt.accounts.tokens import issue_tokens
from mobilegpt.core.errors import Conflict, ErrorCode, RateLimited, Unauthenticated
from mobilegpt.database.models import FailureCount, IdempotencyRecord, ModelCall
from mobilegpt.events import event
from mobilegpt.events.event import react
from mobilegpt.events.models import SocketLease, Stream, StreamEntry
from mobilegpt.lectures.events import SubtasksRemoved
from mobilegpt.lectures.models import Colleague, ColleagueInvitation, ColleagueRole, Enrollment, Lecture, Subtask, Task
from mobilegpt.lectures.revisions import keep
from tests import cast

pytestmark = pytest.mark.django_db

APPS = ("core", "realtime", "accounts", "lectures")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


def posted_form(response: Any) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    context = response.context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and bound.name != "password":
                data[bound.html_name] = "on" if value is True else str(value)
    return data


@pytest.mark.parametrize(
    "model", [model for model in admin.site._registry if model._meta.app_label in APPS], ids=lambda m: m.__name__
)
def test_every_list_and_every_row_opens(model: Any, staff: Client) -> None:
    kim = cast.student_kim()
    lecture = cast.lecture(cast.instructor_park())
    cast.enroll(lecture, kim)
    keep(lecture.pk)
    issue_tokens(kim)
    services.revoke_all(kim, reason="test")
    Colleague.objects.create(lecture=lecture, user=kim, role=ColleagueRole.SUPPORTER)
    ColleagueInvitation.objects.create(
        lecture=lecture,
        role=ColleagueRole.SUPPORTER,
        token_hash="h",
        invited_by=lecture.instructor,
        expires_at=lecture.created_at,
    )
    Stream.objects.create(name="session:1", seq=1)
    SocketLease.objects.create(topic="session:1", user_id=1, process="p", expires_at=lecture.created_at)
    IdempotencyRecord.objects.create(caller="user:1", scope="POST /x", key="k", request_hash="h")
    FailureCount.objects.create(bucket="login:x", window=1, count=1, counted_at=lecture.created_at)
    ModelCall.objects.create(user_id=kim.pk)
    meta = model._meta
    row = model.objects.first()
    assert row is not None, f"no row of {meta.label}"

    listing = staff.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"), {"q": "a"})
    page = staff.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]))
    assert (listing.status_code, page.status_code) == (200, 200)


def test_every_model_has_staff_pages() -> None:
    for model in (User, LoginFamily, Lecture, Task, Subtask, Enrollment, StreamEntry, Stream, FailureCount):
        assert admin.site.is_registered(model)


def test_students_and_instructors_do_not_get_in() -> None:
    for user in (cast.student_kim(), cast.instructor_park()):
        client = Client()
        client.force_login(user)
        assert client.get("/admin/").status_code == 302


def test_an_admin_who_logs_in_by_the_api_gets_in_with_that_session() -> None:
    han = cast.admin_han()
    login = services.log_in(email=han.email, password=cast.PASSWORD, address="198.51.100.7", device=Device())
    client = Client()
    client.cookies["sessionid"] = login.session_key
    assert client.get("/admin/").status_code == 200
    services.revoke_all(han, reason="test")
    assert client.get("/admin/").status_code == 302


def test_guessing_on_the_staff_pages_ends_after_ten_tries() -> None:
    han = cast.admin_han()

    def sign_in(client: Client, password: str) -> int:
        return client.post("/admin/login/", {"username": han.email, "password": password}).status_code

    assert sign_in(Client(), cast.PASSWORD) == 302
    for number in range(10):
        assert sign_in(Client(), f"guess {number}") == 200
    assert sign_in(Client(), cast.PASSWORD) == 200  # shown as a wrong password
    with pytest.raises(RateLimited):
        services.log_in(email=han.email, password=cast.PASSWORD, address="127.0.0.1", device=Device())
    services.log_in(email=han.email, password=cast.PASSWORD, address="203.0.113.5", device=Device())


def test_staff_make_an_instructor_who_can_log_in(staff: Client) -> None:
    staff.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "New@Example.com",
            "name": "정강사",
            "role": "INSTRUCTOR",
            "usable_password": "true",
            "password1": cast.PASSWORD,
            "password2": cast.PASSWORD,
        },
    )
    user = User.objects.get(email="new@example.com")
    assert (user.role, user.nickname, user.is_staff) == (Role.INSTRUCTOR, "정강사", False)
    services.log_in(email=user.email, password=cast.PASSWORD, address="198.51.100.7", device=Device())


@pytest.mark.parametrize("change", [{"role": "INSTRUCTOR"}, {"is_active": None}])
def test_a_change_of_standing_ends_the_logins_of_the_account(change: dict[str, Any], staff: Client) -> None:
    kim = cast.student_kim()
    token = issue_tokens(kim).access
    path = reverse("admin:accounts_user_change", args=[kim.pk])
    form = posted_form(staff.get(path))
    staff.post(path, form | {"name": "김새이름"})
    assert cast.caller(token).name == "김새이름"

    changed = {key: value for key, value in (form | change).items() if value is not None}
    assert staff.post(path, changed).status_code == 302
    with pytest.raises(Unauthenticated):
        cast.caller(token)


def test_a_new_password_by_staff_ends_the_logins_of_the_account(staff: Client) -> None:
    kim = cast.student_kim()
    token = issue_tokens(kim).access
    path = reverse("admin:auth_user_password_change", args=[kim.pk])
    form = {"password1": "another password 9", "password2": "another password 9", "usable_password": "true"}
    assert staff.post(path, form).status_code == 302
    with pytest.raises(Unauthenticated):
        cast.caller(token)


@pytest.mark.parametrize("action", ["end_logins", "deactivate", "delete_selected"])
def test_actions_on_many_accounts_close_their_sockets(action: str, staff: Client) -> None:
    people = [cast.student_kim(), cast.student_lee()]
    tokens = [issue_tokens(user).access for user in people]
    form = {"action": action, "_selected_action": [str(user.pk) for user in people], "post": "yes"}
    staff.post(reverse("admin:accounts_user_changelist"), form)

    for token in tokens:
        with pytest.raises(Unauthenticated):
            cast.caller(token)
    assert StreamEntry.objects.filter(event_type="CredentialsRevoked").count() == 2


def test_deleting_a_login_closes_its_sockets(staff: Client) -> None:
    pair = issue_tokens(cast.student_kim())
    staff.post(reverse("admin:accounts_loginfamily_delete", args=[pair.family_id]), {"post": "yes"})
    assert StreamEntry.objects.filter(event_type="CredentialsRevoked").count() == 1
    with pytest.raises(Unauthenticated):
        cast.caller(pair.access)


def test_the_role_decides_who_is_staff(staff: Client) -> None:
    kim = cast.student_kim()
    path = reverse("admin:accounts_user_change", args=[kim.pk])
    staff.post(path, posted_form(staff.get(path)) | {"role": "ADMIN"})
    kim.refresh_from_db()
    assert (kim.is_staff, kim.is_superuser) == (True, True)


def test_what_the_server_writes_cannot_be_written_by_hand(staff: Client) -> None:
    entry = Stream.objects.create(name="session:1", seq=1)
    path = reverse("admin:realtime_stream_change", args=[entry.pk])
    assert staff.post(path, {"seq": 99}).status_code == 403
    assert staff.get(reverse("admin:accounts_loginfamily_add")).status_code == 403
    assert staff.post(reverse("admin:realtime_stream_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403


def test_saving_a_task_by_staff_raises_the_version_of_its_lecture(staff: Client) -> None:
    lecture = cast.lecture(cast.instructor_park())
    task = Task.objects.first()
    assert task is not None
    path = reverse("admin:lectures_task_change", args=[task.pk])
    assert staff.post(path, posted_form(staff.get(path)) | {"title": "새 과제"}).status_code == 302
    lecture.refresh_from_db()
    task.refresh_from_db()
    assert (task.title, lecture.version) == ("새 과제", 1)


@pytest.mark.parametrize("model", [Lecture, Task, Subtask])
def test_staff_cannot_delete_what_a_class_stands_on(
    model: type[Any], staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.lecture(cast.instructor_park())
    monkeypatch.setattr(event, "_REACTIONS", {})

    def refuse(_: SubtasksRemoved) -> None:
        raise Conflict(ErrorCode.IN_USE, "A live session stands on this step")

    react(SubtasksRemoved, refuse)
    row = model.objects.first()
    path = reverse(f"admin:lectures_{model._meta.model_name}_delete", args=[row.pk])
    answer = staff.post(path, {"post": "yes"}, follow=True)

    assert "A live session stands on this step" in answer.content.decode()
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [Subtask, Task, Lecture])
def test_staff_delete_what_nobody_uses(model: type[Any], staff: Client) -> None:
    cast.lecture(cast.instructor_park())
    row = model.objects.first()
    path = reverse(f"admin:lectures_{model._meta.model_name}_delete", args=[row.pk])
    assert staff.post(path, {"post": "yes"}).status_code == 302
    assert not model.objects.filter(pk=row.pk).exists()
