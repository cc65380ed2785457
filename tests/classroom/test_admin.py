"""The staff pages of sessions, progress and help open, and keep the services' rules."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.classroom.events import SessionArchived
from mobilegpt.classroom.models import LectureSession
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.services import request_help
from tests import cast, classes

pytestmark = pytest.mark.django_db

MODELS = [
    "classroom_lecturesession",
    "classroom_sessionparticipant",
    "classroom_stepcontrol",
    "classroom_codelookup",
    "progress_subtaskprogress",
    "progress_achievement",
    "helpdesk_helprequest",
    "helpdesk_helpresponse",
]


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


@pytest.fixture
def asked(session: LectureSession, kim: User) -> HelpRequest:
    classes.seat(session, kim)
    classes.start(session)
    return request_help(actor=cast.actor(kim), command=RequestHelp(), session=session).request


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_searches(staff: Client, asked: HelpRequest, model: str) -> None:
    answer = staff.get(reverse(f"admin:{model}_changelist"), {"q": "김학생"})
    assert answer.status_code == 200


@pytest.mark.parametrize("model", ["classroom_lecturesession", "helpdesk_helprequest"])
def test_a_row_opens(staff: Client, asked: HelpRequest, model: str) -> None:
    pk = asked.session_id if model.startswith("classroom") else asked.pk
    assert staff.get(reverse(f"admin:{model}_change", args=[pk])).status_code == 200


def test_archiving_is_the_services(staff: Client, session: LectureSession) -> None:
    live = classes.open_class(session.lecture)
    classes.end(session)
    staff.post(
        reverse("admin:classroom_lecturesession_changelist"),
        {"action": "archive", "_selected_action": [session.pk, live.pk]},
    )
    assert set(LectureSession.objects.values_list("pk", "status")) == {(session.pk, "ENDED"), (live.pk, "WAITING")}
    assert len(classes.events_of(SessionArchived)) == 1


def test_a_live_class_cannot_be_deleted(staff: Client, session: LectureSession) -> None:
    url = reverse("admin:classroom_lecturesession_delete", args=[session.pk])
    assert staff.post(url, {"post": "yes"}).status_code == 403
    classes.end(session)
    assert staff.post(url, {"post": "yes"}).status_code == 302
    assert not LectureSession.objects.exists()
    assert len(classes.events_of(SessionArchived)) == 1


def test_a_state_is_not_edited_by_hand(staff: Client, session: LectureSession) -> None:
    url = reverse("admin:classroom_lecturesession_change", args=[session.pk])
    staff.post(url, {"title": "오후반", "status": "ENDED", "code": "AAAAAA"})
    session.refresh_from_db()
    assert (session.title, session.status) == ("오후반", "WAITING")


def test_requests_are_closed_by_the_service(staff: Client, asked: HelpRequest) -> None:
    staff.post(reverse("admin:helpdesk_helprequest_changelist"), {"action": "close", "_selected_action": [asked.pk]})
    asked.refresh_from_db()
    assert asked.closed_at is not None
