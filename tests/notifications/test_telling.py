"""Who is told of what, once, and for how long it is kept (contract 8.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.people import person_of
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.core.locale import Words
from mobilegpt.events.event import decode_event, encode_event
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.notifications import selectors, services
from mobilegpt.notifications.events import English, NotificationCreated, RelatedUser
from mobilegpt.notifications.models import Notification, NotificationType
from mobilegpt.progress import services as progress
from mobilegpt.progress.commands import UpdateProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def enrolled(lecture: Lecture, kim: User, lee: User) -> Lecture:
    cast.enroll(lecture, kim, lee)
    return lecture


def tell(user: User, title: str = "점검", about: User | None = None, **fields: Any) -> Notification:
    known = {"type": "SYSTEM_ALERT", "message": words("오늘 밤 점검이 있어요"), **fields}
    return services.notify(user_id=user.pk, title=words(title), about=person_of(about) if about else None, **known)


def words(text: str) -> Words:
    return Words(text, f"{text} in English")


def ask(user: User, step: Subtask, **fields: Any) -> None:
    helpdesk.request_help(actor=cast.actor(user), command=RequestHelp(subtask_id=step.pk, **fields))


def report(user: User, step: Subtask, status: str = "COMPLETED") -> None:
    progress.update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status=status))


def types() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("type", flat=True))


# --- of help


def test_in_a_class_its_number_and_code_lead_there(session: LectureSession, enrolled: Lecture, kim: User) -> None:
    classes.seat(session, kim)
    ask(kim, classes.steps(enrolled)[0])
    told = Notification.objects.get()
    assert (told.data["session_id"], told.data["session_code"]) == (session.pk, session.code)


@pytest.mark.parametrize(
    ("fields", "type_", "priority"),
    [
        ({}, "HELP_REQUEST", "NORMAL"),
        ({"context_data": {"stuck_duration_seconds": 60}}, "HELP_REQUEST", "HIGH"),
        ({"request_type": "AUTO"}, "STUDENT_STUCK", "LOW"),
        ({"request_type": "AUTO", "context_data": {"stuck_duration_seconds": 60}}, "STUDENT_STUCK", "HIGH"),
    ],
)
def test_urgency_is_the_requests(
    enrolled: Lecture, kim: User, step: Subtask, fields: Any, type_: str, priority: str
) -> None:
    ask(kim, step, **fields)
    told = Notification.objects.get()
    assert (told.type, told.data["priority"]) == (type_, priority)


def test_who_was_noticed_and_asks_has_raised_a_hand(enrolled: Lecture, kim: User, step: Subtask) -> None:
    ask(kim, step, request_type="AUTO")
    ask(kim, step)
    ask(kim, step)
    assert types() == ["STUDENT_STUCK", "HELP_REQUEST"]


def test_each_learner_is_told_of_to_the_lectures_teacher_and_nobody_else(
    enrolled: Lecture, kim: User, lee: User, park: User, step: Subtask
) -> None:
    cast.instructor_choi()
    cast.admin_han()
    for user in (kim, lee):
        ask(user, step)
    assert set(Notification.objects.values_list("user_id", "related_user_id")) == {(park.pk, kim.pk), (park.pk, lee.pk)}


# --- of completion


def test_the_last_step_may_be_any_step(enrolled: Lecture, kim: User, park: User) -> None:
    first, second, third = classes.steps(enrolled)
    for step in (third, first):
        report(kim, step)
    assert types() == []
    report(kim, second, "IN_PROGRESS")
    assert types() == []
    report(kim, second)
    assert types() == ["STUDENT_COMPLETED"]
    assert Notification.objects.get().user == park


def test_a_lecture_that_grew_is_completed_again(enrolled: Lecture, kim: User) -> None:
    for step in classes.steps(enrolled):
        report(kim, step)
    added = cast.subtask_row(Task.objects.filter(lecture=enrolled).latest("order_index"), 9)
    added.save()
    enrolled.version += 1
    enrolled.save()
    report(kim, added)
    assert types() == ["STUDENT_COMPLETED"] * 2


def test_who_takes_the_last_step_back_and_does_it_again_is_told_of_once(
    session: LectureSession, enrolled: Lecture, kim: User, lee: User, park: User
) -> None:
    first, *others = classes.steps(enrolled)
    for user in (kim, lee):
        classes.seat(session, user)
        for step in others:
            report(user, step)
    classes.start(session)  # on the first step
    for status in ("COMPLETED", "IN_PROGRESS", "COMPLETED"):
        report(kim, first, status)
    assert types() == ["STUDENT_COMPLETED"]
    report(lee, first)
    assert list(Notification.objects.order_by("pk").values_list("related_user_id", flat=True)) == [kim.pk, lee.pk]


def test_what_older_releases_told_is_not_told_again(
    session: LectureSession, enrolled: Lecture, kim: User, park: User
) -> None:
    tell(park, about=kim, type="STUDENT_COMPLETED", data={"lecture_id": enrolled.pk})
    for step in classes.steps(enrolled):
        report(kim, step)
    assert types() == ["STUDENT_COMPLETED"]


def test_help_on_the_last_step_is_no_completion(enrolled: Lecture, kim: User) -> None:
    *others, last = classes.steps(enrolled)
    for step in others:
        report(kim, step)
    ask(kim, last)
    assert types() == ["HELP_REQUEST"]


# --- to admins


def test_every_active_admin_is_told_and_counted(park: User, kim: User) -> None:
    assert services.alert_admins(title=words("점검"), message=words("m")) == 0
    han = cast.admin_han()
    other = cast.person("second@example.com", "다른관리", Role.ADMIN)
    cast.person("gone@example.com", "옛관리", Role.ADMIN, is_active=False)
    assert services.alert_admins(title=words("점검"), message=words("m"), data={"job_id": 7}) == 2
    assert set(Notification.objects.values_list("user_id", flat=True)) == {han.pk, other.pk}
    assert {event.data["job_id"] for event in classes.events_of(NotificationCreated)} == {7}


def test_the_same_alert_waits_until_the_first_was_read(park: User) -> None:
    han = cast.admin_han()
    assert [services.alert_admins(title=words("점검"), message=words(text)) for text in ("하나", "둘")] == [1, 0]
    assert services.alert_admins(title=words("다른 일"), message=words("셋")) == 1
    first = Notification.objects.earliest("pk")
    services.mark_read(actor=cast.actor(han), notification_id=first.pk)
    assert services.alert_admins(title=words("점검"), message=words("넷")) == 1


def test_who_has_read_it_is_told_again_and_who_has_not_is_not() -> None:
    han = cast.admin_han()
    other = cast.person("second@example.com", "다른관리", Role.ADMIN)
    services.alert_admins(title=words("점검"), message=words("하나"))
    services.mark_read(actor=cast.actor(han), notification_id=Notification.objects.get(user=han).pk)
    assert services.alert_admins(title=words("점검"), message=words("둘")) == 1
    assert Notification.objects.filter(user=han).count() == 2
    assert Notification.objects.filter(user=other).count() == 1


# --- with its transaction


def test_what_is_rolled_back_was_not_told(park: User) -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        tell(park)
        raise RuntimeError
    assert not Notification.objects.exists()
    assert classes.events() == []


def test_a_type_that_is_none_leaves_nothing(park: User) -> None:
    with pytest.raises(ValueError, match="PARTY"):
        tell(park, type="PARTY")
    assert not Notification.objects.exists()
    assert classes.events() == []


@pytest.mark.parametrize("type_", NotificationType.values)
def test_row_and_event_say_the_same(park: User, kim: User, type_: str) -> None:
    with time_machine.travel(NOON, tick=False):
        made = tell(park, about=kim, type=type_, data={"lecture_id": 3})
    (event,) = classes.events_of(NotificationCreated)
    assert event == NotificationCreated(
        notification_id=made.pk,
        user_id=park.pk,
        notification_type=type_,
        title="점검",
        message="오늘 밤 점검이 있어요",
        english=English(title="점검 in English", message="오늘 밤 점검이 있어요 in English"),
        related_user=RelatedUser(id=kim.pk, name="김학생"),
        data={"lecture_id": 3},
        at=NOON,
    )
    assert made.english == {"title": "점검 in English", "message": "오늘 밤 점검이 있어요 in English"}
    assert (made.created_at, made.related_user_id, made.data, made.is_read) == (NOON, kim.pk, {"lecture_id": 3}, False)


# --- reading


def test_reading_tells_nobody_and_touches_no_other(park: User) -> None:
    first, second = tell(park), tell(park)
    classes.forget_events()
    with time_machine.travel(NOON, tick=False):
        read = services.mark_read(actor=cast.actor(park), notification_id=first.pk)
    assert (read.read_at, read.is_read) == (NOON, True)
    assert classes.events() == []
    second.refresh_from_db()
    assert not second.is_read


def test_not_even_staff_read_what_is_anothers(park: User) -> None:
    made = tell(park)
    for somebody in (cast.admin_han(), cast.instructor_choi()):
        for number in (made.pk, 999_999):
            with pytest.raises(NotFound, match="Notification not found"):
                services.mark_read(actor=cast.actor(somebody), notification_id=number)
        assert not selectors.notifications_of(cast.actor(somebody)).exists()
        assert selectors.unread_count(cast.actor(somebody)) == 0
    made.refresh_from_db()
    assert not made.is_read


def test_the_list_is_newest_first_and_by_what_was_read(park: User, kim: User) -> None:
    first, second, third = (tell(park, title=text) for text in ("하나", "둘", "셋"))
    tell(kim)
    actor = cast.actor(park)
    services.mark_read(actor=actor, notification_id=second.pk)
    assert list(selectors.notifications_of(actor)) == [third, second, first]
    assert list(selectors.notifications_of(actor, is_read=True)) == [second]
    assert list(selectors.notifications_of(actor, is_read=False)) == [third, first]
    assert selectors.unread_count(actor) == 2


def test_a_list_with_names_is_one_question(
    park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        tell(park, about=kim)
    with django_assert_num_queries(1):
        shown = [row.related_user.name for row in selectors.notifications_of(cast.actor(park)) if row.related_user]
    assert shown == ["김학생"] * 5


# --- how long


@pytest.mark.parametrize(("days", "left"), [(6, 1), (7, 1), (8, 0)])
def test_they_are_kept_for_as_long_as_the_installation_says(park: User, settings: Any, days: int, left: int) -> None:
    settings.NOTIFICATION_RETENTION_DAYS = 7
    with time_machine.travel(NOON, tick=False) as clock:
        tell(park)
        clock.shift(timedelta(days=days))
        assert services.delete_old() == 1 - left
    assert Notification.objects.count() == left


def test_read_or_not_what_is_old_goes_and_what_is_new_stays(park: User) -> None:
    with time_machine.travel(now() - timedelta(days=100), tick=False):
        read, _unread = tell(park), tell(park)
        services.mark_read(actor=cast.actor(park), notification_id=read.pk)
    kept = tell(park)
    assert services.delete_old() == 2
    assert list(Notification.objects.all()) == [kept]


@pytest.mark.parametrize("who", ["to", "about"])
def test_it_goes_with_either_of_its_people(park: User, kim: User, lee: User, who: str) -> None:
    """It was about somebody's trouble: without them there is nothing to look after."""
    tell(kim, about=lee)
    kept = tell(park)
    (kim if who == "to" else lee).delete()
    assert list(Notification.objects.all()) == [kept]


def test_an_event_that_is_kept_forgets_whom_it_was_about(park: User, kim: User) -> None:
    tell(park, about=kim, message=words("김학생님이 도움을 요청했습니다"), data={"help_request_id": 7})
    (event,) = classes.events_of(NotificationCreated)
    kept = event.forgetting(kim.pk)
    assert "김학생" not in encode_event(kept).decode()
    assert (kept.related_user, kept.data) == (RelatedUser(id=kim.pk, name="탈퇴한 회원"), {"help_request_id": 7})
    assert decode_event("NotificationCreated", encode_event(kept)) == kept
    assert event.forgetting(park.pk) == event, "to whom it went is a number"


def test_an_event_about_nobody_has_nothing_to_forget(park: User) -> None:
    tell(park)
    (event,) = classes.events_of(NotificationCreated)
    assert event.forgetting(park.pk) == event
