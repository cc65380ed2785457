"""What leaves a line in the audit trail, through the doors (reliability X18)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts import services
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import Role, User
from mobilegpt.audit import trail
from mobilegpt.audit.models import AuditEntry
from mobilegpt.chat.models import Room
from mobilegpt.classroom.models import LectureSession
from mobilegpt.database.threads import in_database
from mobilegpt.lectures.models import Lecture
from tests import cast, classes
from tests.rest.api import Api
from tests.sockets.client import Refused, SocketClient, serving

pytestmark = pytest.mark.django_db

HERE = "198.51.100.7"


def lines(**about: Any) -> list[AuditEntry]:
    trail.waiting.flush(everything=True)
    return list(AuditEntry.objects.filter(**about).order_by("id"))


def the_line(**about: Any) -> AuditEntry:
    (found,) = lines(**about)
    return found


def test_logins_that_hold_and_those_that_do_not(kim: User) -> None:
    body = {"email": kim.email, "password": cast.PASSWORD}
    tokens = Api().post("/api/auth/login", body).body
    Api().post("/user/v1/login/", {**body, "password": "not it at all"})
    Api().post("/api/auth/login", {**body, "email": "nobody@example.com"})
    Api(token=tokens["access"]).post("/api/auth/logout")

    ok = the_line(action="login.ok")
    assert (ok.actor_id, ok.subject, ok.address) == (kim.pk, f"user:{kim.pk}", HERE)
    assert ok.request_id
    assert [entry.subject for entry in lines(action="login.failed")] == [f"user:{kim.pk}", "login"]
    ended = the_line(action="login.ended")
    assert (ended.actor_id, ended.details) == (kim.pk, {"reason": "logout"})
    assert lines(action="denied") == []


def test_logins_by_the_staff_pages_form_and_what_staff_do_there(kim: User) -> None:
    han = cast.admin_han()
    staff = Client()
    staff.post("/admin/login/", {"username": han.email, "password": "not it at all"})
    staff.post("/admin/login/", {"username": han.email, "password": cast.PASSWORD})
    listing = reverse("admin:accounts_user_changelist")
    staff.get(reverse("admin:accounts_user_change", args=[kim.pk]))
    staff.post(listing, {"action": "end_logins", "_selected_action": [kim.pk]})
    staff.post("/admin/logout/")

    assert the_line(action="login.failed").subject == f"user:{han.pk}"
    assert the_line(action="login.ok").details == {"door": "form"}
    assert f"accounts/user/{kim.pk}/change" in [entry.subject for entry in lines(action="staff.read")]
    changed = the_line(action="staff.changed")
    assert (changed.actor_id, changed.subject) == (han.pk, "accounts/user")
    assert changed.details == {"chose": "end_logins", "rows": [str(kim.pk)]}
    assert [entry.actor_id for entry in lines(action="login.ended")] == [han.pk, han.pk]


def test_a_registration_and_every_change_of_standing(kim: User) -> None:
    body = {"email": "new@example.com", "password": cast.PASSWORD, "name": "김새봄"}
    made = Api().post("/api/auth/register", body).body
    assert the_line(action="account.registered").subject == f"user:{made['id']}"

    user = User.objects.get(pk=kim.pk)
    user.role, user.is_staff = Role.ADMIN, True
    user.save()
    user.is_active = False
    user.save()
    user.set_password("another password 9")
    user.save()
    user.delete()
    assert [entry.details for entry in lines(action="account.changed", subject=f"user:{kim.pk}")] == [
        {"role": ["STUDENT", "ADMIN"], "is_staff": [False, True]},
        {"is_active": [True, False]},
        {"password": True},
    ]
    assert the_line(action="account.deleted").subject == f"user:{kim.pk}"


def test_the_seats_of_guests_are_noted_together(session: LectureSession) -> None:
    path = f"/api/sessions/{session.code}/guest"
    ids = [Api().post(path, {"name": "이웃", "device_id": letter * 24}).body["user"]["id"] for letter in "abc"]
    entry = the_line(action="login.guest")
    assert (entry.subject, entry.details) == (f"session:{session.pk}", {"users": ids})


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/api/sessions/{session}/participants", "read.participants"),
        ("/api/progress/users/{kim}/lectures/{lecture}", "read.progress"),
        ("/api/dashboard/lectures/{lecture}/students", "read.students"),
        ("/api/dashboard/lectures/{lecture}/students.csv", "export.students"),
        ("/api/dashboard/help-requests/pending", "read.help"),
    ],
)
def test_who_teaches_and_looks_at_others(
    path: str, action: str, park: User, kim: User, lecture: Lecture, session: LectureSession
) -> None:
    cast.enroll(lecture, kim)
    path = path.format(session=session.pk, kim=kim.pk, lecture=lecture.pk)
    teacher = Api(park)
    assert teacher.client.get(path, headers={"Authorization": f"Bearer {teacher.token}"}).status_code == 200
    entry = the_line(action=action)
    assert (entry.actor_id, entry.address) == (park.pk, HERE)
    numbers = {word.partition(":")[2] for word in entry.subject.split()}
    assert numbers <= {str(session.pk), str(kim.pk), str(lecture.pk)}
    assert Api(kim).get(path.replace(".csv", "")).status in (403, 404)
    assert len(lines(action=action)) == 1


def test_somebody_removed_from_a_room(room: Room, kim: User, lee: User) -> None:
    assert Api(kim).delete(f"/api/v1/chat/rooms/{room.pk}/members/{lee.pk}").status == 200
    entry = the_line(action="member.removed")
    assert (entry.actor_id, entry.subject, entry.details) == (kim.pk, f"user:{lee.pk}", {"room": room.pk})


def test_refusals_have_their_code_and_the_route_not_the_path(kim: User, lecture: Lecture) -> None:
    Api(kim).delete(f"/api/lectures/{lecture.pk}")
    Api().get("/api/auth/me")
    forbidden, unknown = lines(action="denied")
    assert (forbidden.actor_id, forbidden.details["code"]) == (kim.pk, "FORBIDDEN")
    assert str(lecture.pk) not in forbidden.details["door"]
    assert (unknown.actor_id, unknown.details["code"], unknown.address) == (None, "UNAUTHENTICATED", HERE)


def test_no_line_holds_a_name_an_email_or_a_password(kim: User) -> None:
    body = {"email": kim.email, "password": cast.PASSWORD}
    Api().post("/api/auth/login", body)
    for _ in range(7):
        Api().post("/api/auth/login", {**body, "password": "not it at all"})
    user = User.objects.get(pk=kim.pk)
    user.set_password("another password 9")
    user.save()
    text = json.dumps(list(AuditEntry.objects.values()) + [e.details for e in lines()], default=str)
    for secret in (kim.email, kim.name, cast.PASSWORD, "not it at all", "another password 9", user.password):
        assert secret not in text


@pytest.mark.django_db(transaction=True)
async def test_sockets_that_are_refused_and_those_that_show_others() -> None:
    hall = await _in_thread(_hall)
    async with serving():
        for token in (hall["student"], None, "a.b.c"):
            with pytest.raises(Refused):
                async with SocketClient(f"/ws/session/{hall['session']}/instructor/", token=token):
                    pass
        async with SocketClient(f"/ws/session/{hall['session']}/instructor/", token=hall["teacher"]):
            pass
    denied = await _in_thread(lambda: lines(action="denied"))
    assert [entry.details["code"] for entry in denied] == ["FORBIDDEN", "UNAUTHENTICATED", "INVALID_TOKEN"]
    assert [entry.actor_id for entry in denied] == [hall["student_id"], None, None]
    assert all(entry.request_id and entry.address == HERE for entry in denied)
    read = await _in_thread(lambda: the_line(action="read.participants"))
    assert read.actor_id == hall["teacher_id"]


def _hall() -> dict[str, Any]:
    park, kim = cast.instructor_park(), cast.student_kim()
    session = classes.open_class(cast.lecture(park))
    return {
        "session": session.pk,
        "student": cast.access_token(kim),
        "teacher": cast.access_token(park),
        "student_id": kim.pk,
        "teacher_id": park.pk,
    }


async def _in_thread(work: Callable[[], Any]) -> Any:
    return await in_database(work)


def test_logging_out_everywhere(kim: User) -> None:
    services.log_in(email=kim.email, password=cast.PASSWORD, address=HERE, device=Device())
    services.revoke_all(kim, reason="test")
    assert the_line(action="login.ended").details == {"everywhere": True, "reason": "test"}
