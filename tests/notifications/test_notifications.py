"""Who is told of what (contract 7, 8.7), in the transaction that it happened in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from mobilegpt.accounts.models import Role, User
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound, RateLimited
from mobilegpt.core.locale import Words
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.jobs.events import JobDied
from mobilegpt.lectures.models import Lecture
from mobilegpt.notifications import services
from mobilegpt.notifications.events import NotificationCreated, RelatedUser
from mobilegpt.notifications.models import Notification, NotificationType
from mobilegpt.progress import services as progress
from mobilegpt.progress.commands import UpdateProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db

_TITLE = Words("점검", "Maintenance")
_TEXT = Words("오늘 밤 점검이 있어요", "There is maintenance tonight")


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    made = cast.lecture(park)
    cast.enroll(made, kim)
    return made


def told(user: User) -> Notification:
    return Notification.objects.get(user=user)


def complete(user: User, lecture: Lecture, count: int) -> None:
    for step in classes.steps(lecture)[:count]:
        command = UpdateProgress(subtask_id=step.pk, status="COMPLETED")
        progress.update_progress(actor=cast.actor(user), command=command)


def test_a_request_for_help_is_told_to_the_instructor(park: User, kim: User, lecture: Lecture) -> None:
    step = classes.steps(lecture)[0]
    asked = helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=step.pk)).request
    notification = told(park)
    assert notification.type == NotificationType.HELP_REQUEST
    assert notification.message == "김학생님이 도움을 요청했습니다"
    assert notification.related_user_id == kim.pk
    assert notification.data == {
        "help_request_id": asked.pk,
        "subtask_id": step.pk,
        "lecture_id": lecture.pk,
        "session_id": None,
        "session_code": None,
        "priority": "NORMAL",
    }
    (event,) = classes.events_of(NotificationCreated)
    assert event.topics() == (f"notices:{park.pk}",)
    assert (event.notification_id, event.related_user) == (notification.pk, RelatedUser(id=kim.pk, name="김학생"))


def test_asking_again_tells_nothing_new(park: User, kim: User, lecture: Lecture) -> None:
    for _ in range(2):
        helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=classes.steps(lecture)[0].pk))
    assert Notification.objects.count() == 1


def test_who_is_stuck_without_asking_is_another_type(park: User, kim: User, lecture: Lecture) -> None:
    step = classes.steps(lecture)[0]
    helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=step.pk, request_type="AUTO"))
    notification = told(park)
    assert notification.type == NotificationType.STUDENT_STUCK
    assert notification.message == "김학생님이 '카카오톡 앱 열기' 단계를 어려워하는 것 같아요"
    assert notification.data["priority"] == "LOW"


def test_the_last_missing_step_completes_the_lecture(park: User, kim: User, lecture: Lecture) -> None:
    complete(kim, lecture, 2)
    assert not Notification.objects.exists()
    complete(kim, lecture, 3)
    complete(kim, lecture, 3)  # completed already: changes nothing
    notification = told(park)
    assert notification.type == NotificationType.STUDENT_COMPLETED
    assert notification.message == "김학생님이 강의의 모든 단계를 마쳤어요"
    assert notification.data == {"lecture_id": lecture.pk, "steps": 3}


def test_a_dead_job_alerts_each_admin_once(park: User) -> None:
    han = cast.admin_han()
    retired = cast.person("retired@example.com", "전관리", role=Role(han.role), is_active=False)
    for job_id in (1, 2):
        with unit_of_work():
            emit(JobDied(job_id=job_id, name="helpdesk.analyse", error="ValueError"))
    notification = told(han)
    assert notification.type == NotificationType.SYSTEM_ALERT
    assert notification.related_user is None
    assert not Notification.objects.filter(user__in=[park, retired]).exists()
    services.mark_read(actor=cast.actor(han), notification_id=notification.pk)
    with unit_of_work():
        emit(JobDied(job_id=3, name="helpdesk.analyse", error="ValueError"))
    assert Notification.objects.filter(user=han).count() == 2


def test_what_did_not_happen_is_not_told(kim: User, lecture: Lecture) -> None:
    actor = cast.actor(kim)
    for step in range(6):
        with unit_of_work():
            request = RequestHelp(subtask_id=classes.steps(lecture)[0].pk, message=f"{step}")
            if step == 5:
                with pytest.raises(RateLimited):
                    helpdesk.request_help(actor=actor, command=request)
            else:
                found = helpdesk.request_help(actor=actor, command=request)
                helpdesk.close_help(actor=actor, request_id=found.request.pk)
    assert Notification.objects.count() == 5


def test_an_unknown_type_is_refused(kim: User) -> None:
    with pytest.raises(ValueError, match="BIRTHDAY"):
        services.notify(user_id=kim.pk, type="BIRTHDAY", title=_TITLE, message=_TEXT)


def test_reading_keeps_the_first_moment(park: User) -> None:
    made = services.notify(user_id=park.pk, type="SYSTEM_ALERT", title=_TITLE, message=_TEXT)
    actor = cast.actor(park)
    first = services.mark_read(actor=actor, notification_id=made.pk).read_at
    with time_machine.travel(now() + timedelta(hours=1)):
        assert services.mark_read(actor=actor, notification_id=made.pk).read_at == first


def test_others_notifications_are_absent(park: User, kim: User) -> None:
    made = services.notify(user_id=park.pk, type="SYSTEM_ALERT", title=_TITLE, message=_TEXT)
    with pytest.raises(NotFound):
        services.mark_read(actor=cast.actor(kim), notification_id=made.pk)
    assert not told(park).is_read


def test_old_ones_are_deleted(park: User) -> None:
    services.notify(user_id=park.pk, type="SYSTEM_ALERT", title=_TITLE, message=_TEXT)
    with time_machine.travel(now() + timedelta(days=89)):
        assert services.delete_old() == 0
    with time_machine.travel(now() + timedelta(days=91)):
        assert services.delete_old() == 1


def test_a_name_goes_with_its_person(park: User, kim: User, lecture: Lecture) -> None:
    helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=classes.steps(lecture)[0].pk))
    kim.delete()
    assert not Notification.objects.exists()
