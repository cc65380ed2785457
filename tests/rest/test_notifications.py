"""R39, R40 through the REST door (contract 8.7)."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.people import person_of
from mobilegpt.notifications import messages
from mobilegpt.notifications.models import Notification
from mobilegpt.notifications.services import notify
from tests import cast
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


def told(user: User, about: User | None = None) -> int:
    notification = notify(
        user_id=user.pk,
        type="HELP_REQUEST",
        title=messages.HELP_TITLE,
        message=messages.HELP.with_values(name="김학생"),
        data={"help_request_id": 7},
        about=person_of(about) if about else None,
    )
    return notification.pk


def test_a_list_shows_each_as_documented(park: User, kim: User) -> None:
    first, second = told(park, kim), told(park)
    answer = Api(park).get("/api/notifications/")
    assert answer.status == 200
    newest, oldest = answer.body["notifications"]
    assert oldest == {
        "id": first,
        "type": "HELP_REQUEST",
        "title": "도움 요청",
        "message": "김학생님이 도움을 요청했습니다",
        "related_user": {"id": kim.pk, "name": "김학생"},
        "data": {"help_request_id": 7},
        "is_read": False,
        "read_at": None,
        "created_at": oldest["created_at"],
    }
    assert oldest["created_at"].endswith("Z")
    assert (newest["id"], newest["related_user"]) == (second, None)
    assert answer.body["unread_count"] == 2


def test_everybody_reads_them_in_their_language(park: User) -> None:
    told(park)
    older = told(park)
    Notification.objects.filter(pk=older).update(english=None)  # as releases left them that knew Korean only

    def shown(**headers: str) -> list[tuple[str, str]]:
        rows = Api(park).send("GET", "/api/notifications/", headers=headers).body["notifications"]
        return [(row["title"], row["message"]) for row in rows]

    korean = ("도움 요청", "김학생님이 도움을 요청했습니다")
    assert shown() == [korean, korean]
    assert shown(Accept_Language="en") == [korean, ("Help wanted", "김학생 asks for help")]


def test_reading_one(park: User) -> None:
    first, second = told(park), told(park)
    read = Api(park).post(f"/api/notifications/{first}/read")
    assert read.status == 200
    assert read.body == {"id": first, "is_read": True, "read_at": read.body["read_at"]}
    assert read.body["read_at"].endswith("Z")
    assert Api(park).post(f"/api/notifications/{first}/read/").body == read.body

    listed = Api(park).get("/api/notifications").body
    assert listed["unread_count"] == 1
    assert {row["id"]: row["is_read"] for row in listed["results"]} == {first: True, second: False}


def test_only_unread_or_only_read(park: User) -> None:
    first, second = told(park), told(park)
    api = Api(park)
    api.post(f"/api/notifications/{first}/read")
    for text, expected in (("false", second), ("true", first)):
        page = api.get("/api/notifications", is_read=text).body
        assert [row["id"] for row in page["notifications"]] == [expected]
        assert page["pagination"]["total_count"] == 1
        assert page["unread_count"] == 1
    refused = api.get("/api/notifications", is_read="perhaps")
    assert (refused.status, refused.code) == (400, "INVALID_REQUEST")


def test_others_notifications_are_absent(park: User, kim: User) -> None:
    mine = told(park)
    for somebody in (kim, cast.admin_han()):
        assert Api(somebody).get("/api/notifications").body["notifications"] == []
        refused = Api(somebody).post(f"/api/notifications/{mine}/read")
        assert (refused.status, refused.code) == (404, "NOT_FOUND")
    assert Api(park).post("/api/notifications/999999/read").status == 404


def test_pages_cost_the_same_however_many_there_are(
    park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api = Api(park)
    for _ in range(30):
        told(park, kim)
    with django_assert_num_queries(4):  # the caller, the count, the page, the unread ones
        page = api.get("/api/notifications", page=2, page_size=20).body
    assert len(page["notifications"]) == 10
    assert page["pagination"] == {"page": 2, "page_size": 20, "total_count": 30, "total_pages": 2}
    assert page["unread_count"] == 30
