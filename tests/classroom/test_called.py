"""Whoever runs a class sees everybody by the name that the class has for them, at every door (contract 11.4)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import ChangeSeat
from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft, SessionProgress
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.events import HelpRequested
from mobilegpt.notifications.models import Notification
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.sockets.classes import participant_list
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
NAME = "김학생 (안경)"


@pytest.fixture
def session(session: LectureSession, kim: User) -> LectureSession:
    seat = classes.seat(session, kim)
    classes.start(session)
    classroom.change_seat(
        actor=classes.owner_of(session),
        session_ref=session.code,
        participant_id=seat.pk,
        command=ChangeSeat(name=NAME),
    )
    classes.forget_events()
    return session


def test_on_lists(session: LectureSession, park: User) -> None:
    (row,) = Api(park).get(f"/api/sessions/{session.pk}/participants").body["participants"]
    assert (row["name"], row["user"]["name"]) == (NAME, NAME)
    (person,) = Api(park).get(f"/api/sessions/{session.pk}/roster").body["people"]
    assert person["name"] == NAME
    (seat,) = participant_list(session, with_email=True).data.participants
    assert seat.name == NAME
    (line,) = Api(park).get(f"/api/sessions/{session.pk}/attendance").body["participants"]
    assert line["name"] == NAME


def test_in_what_they_ask(session: LectureSession, park: User, kim: User) -> None:
    command = RequestHelp(subtask_id=session.current_subtask_id)
    request = helpdesk.request_help(actor=cast.actor(kim), command=command).request
    (asked,) = classes.events_of(HelpRequested)
    assert (asked.case.user.id, asked.case.user.name) == (kim.pk, NAME)
    assert Notification.objects.get().message == f"{NAME}님이 도움을 요청했습니다"
    (row,) = Api(park).get("/api/dashboard/help-requests/pending").body["pending_requests"]
    assert row["user"] == {"id": kim.pk, "name": NAME}
    assert Api(park).get(f"/api/help/request/{request.pk}").body["user"]["name"] == NAME


def test_outside_of_the_class_they_ask_as_themselves(session: LectureSession, park: User, kim: User) -> None:
    classes.end(session)
    helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=session.current_subtask_id))
    (row,) = Api(park).get("/api/dashboard/help-requests/pending").body["pending_requests"]
    assert row["user"]["name"] == kim.name


def test_in_what_they_do(session: LectureSession, kim: User) -> None:
    assert session.current_subtask_id is not None
    command = UpdateProgress(subtask_id=session.current_subtask_id, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command)
    classroom.mark_all_absent({session.pk: {kim.pk: now()}})
    classroom.mark_present({session.pk: [kim.pk]})
    for kind in (SessionProgress, ParticipantLeft, ParticipantJoined):
        assert [event.user.name for event in classes.events_of(kind)] == [NAME]
