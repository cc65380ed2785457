"""A learner's recording beside the lesson that another recording became: what was done, and what first led away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.guidance.events import phone_event
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.lectures import expecting
from mobilegpt.recordings import comparing
from mobilegpt.recordings.comparison import Compared, Outcome, compare, first_divergence
from tests import cast, classes
from tests.recordings.test_drafting import recorded
from tests.recordings.test_expecting import START, TALK, Recorded, expected
from tests.rest.api import Api

CHATS: Recorded = (
    "WINDOW_STATE_CHANGED",
    {"package": TALK, "class_name": f"{TALK}.activity.main.MainActivity", "title": "채팅"},
)
FRIEND: Recorded = (
    "CLICK",
    {"package": TALK, "text": "김순자", "element_id": f"{TALK}:id/name", "class_name": "android.widget.TextView"},
)
CHAT: Recorded = (
    "WINDOW_STATE_CHANGED",
    {"package": TALK, "class_name": f"{TALK}.activity.chatroom.ChatRoomHolderActivity", "title": "김순자"},
)
TYPED: Recorded = (
    "TEXT_CHANGED",
    {"package": TALK, "text": "보고 싶어 순자야", "element_id": f"{TALK}:id/message_edit_text",
     "class_name": "android.widget.EditText"},
)  # fmt: skip
SENT: Recorded = (
    "CLICK",
    {"package": TALK, "content_description": "전송", "element_id": f"{TALK}:id/send_button",
     "class_name": "android.widget.ImageButton"},
)  # fmt: skip
MESSAGE = (CHATS, FRIEND, CHAT, TYPED, SENT)
SHOPPING: Recorded = (
    "WINDOW_STATE_CHANGED",
    {"package": "com.coupang.mobile", "class_name": "com.coupang.mobile.MainActivity", "title": "쇼핑"},
)
MENU: Recorded = (
    "CLICK",
    {"package": TALK, "content_description": "이모티콘", "element_id": f"{TALK}:id/emoticon_button",
     "class_name": "android.widget.ImageButton"},
)  # fmt: skip


def timed(*recorded: Recorded) -> list[tuple[str, datetime, dict[str, Any]]]:
    return [(kind, START + timedelta(seconds=2 * place), data) for place, (kind, data) in enumerate(recorded)]


def compared(*learner: Recorded, steps: list[Expectation | None] | None = None) -> list[Compared]:
    events = [phone_event(kind, data, at=at) for kind, at, data in timed(*learner)]
    return compare(steps if steps is not None else expected(*MESSAGE), events)


def outcomes(found: list[Compared]) -> list[str]:
    return [one.outcome.value for one in found]


def test_who_does_the_same_has_done_all_of_it() -> None:
    found = compared(*MESSAGE)
    assert outcomes(found) == ["done"] * 4
    assert first_divergence(found) is None


def test_the_first_wrong_touch_is_named_and_what_came_after_it_is_not_reached() -> None:
    found = compared(CHATS, FRIEND, CHAT, MENU, SHOPPING)
    assert outcomes(found) == ["done", "done", "unfinished", "not_reached"]
    led_away = found[2].divergence
    assert first_divergence(found) == 2
    assert led_away is not None
    assert (led_away.kind, led_away.index, led_away.label) == ("target", 3, "이모티콘")


def test_another_app_is_named() -> None:
    led_away = compared(CHATS, FRIEND, CHAT, SHOPPING)[2].divergence
    assert led_away is not None
    assert (led_away.kind, led_away.index, led_away.place.app) == ("app", 3, "com.coupang.mobile")


def test_another_button_on_the_right_screen_is_named() -> None:
    found = compared(CHATS, FRIEND, CHAT, TYPED, MENU, SENT)
    assert outcomes(found) == ["done"] * 4
    led_away = found[3].divergence
    assert led_away is not None
    assert (led_away.kind, led_away.index, led_away.label) == ("target", 4, "이모티콘")


def test_what_a_phone_did_not_report_is_nobodys_fault() -> None:
    found = compared(CHATS, FRIEND, CHAT, SENT)
    assert outcomes(found) == ["done", "done", "unseen", "done"]
    assert first_divergence(found) is None


def test_a_step_of_which_nothing_is_known_is_passed_over() -> None:
    steps = expected(*MESSAGE)
    found = compared(*MESSAGE, steps=[steps[0], None, *steps[1:]])
    assert outcomes(found) == ["done", "unknown", "done", "done", "done"]


def test_nothing_recorded_reaches_nothing() -> None:
    assert outcomes(compared()) == [Outcome.NOT_REACHED.value] * 4


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.mark.django_db
def test_a_teacher_asks_for_it_with_a_lecture(park: User) -> None:
    lecture = cast.lecture(park, (4,))
    for step, expectation in zip(classes.steps(lecture), expected(*MESSAGE), strict=True):
        assert expectation is not None
        expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=expectation)
    at = recorded(park, [CHATS, FRIEND, CHAT, MENU, SHOPPING])
    body = Api(park).get(f"{at}/comparison?lecture_id={lecture.pk}").body
    third = body["steps"][2]
    assert [step["outcome"] for step in body["steps"]] == ["done", "done", "unfinished", "not_reached"]
    assert body["first_divergence"] == third["subtask_id"]
    told = third["divergence"]
    assert (told["kind"], told["event"], told["label"]) == ("target", 3, "이모티콘")
    assert told["app"] == "카카오톡"

    assert Api(park).get(f"{at}/comparison").status == 400
    assert Api(park).get(f"{at}/comparison?lecture_id=x").status == 400
    foreign = cast.lecture(cast.instructor_choi())
    assert Api(park).get(f"{at}/comparison?lecture_id={foreign.pk}").status == 403


@pytest.mark.django_db
def test_the_apps_are_told_the_same_and_students_nothing(park: User) -> None:
    lecture = cast.lecture(park, (4,))
    at = recorded(park, list(MESSAGE))
    asked = f"{at}/comparison?lecture_id={lecture.pk}"
    body = Api(park).get(asked).body
    assert [step["outcome"] for step in body["steps"]] == ["unknown"] * 4
    assert (body["first_divergence"], body["left_out"]) == (None, 0)
    assert Api(park).get(asked.replace("/api/sessions/recordings", "/api/recordings")).body == body
    kim = cast.student_kim()
    own = recorded(kim, list(MESSAGE))
    assert Api(kim).get(f"{own}/comparison?lecture_id={lecture.pk}").status == 403
    assert Api(park).get(f"{own}/comparison?lecture_id={lecture.pk}").status == 404


@pytest.mark.django_db
def test_what_is_too_long_is_read_from_its_beginning(park: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST_EVENTS", 3)
    lecture = cast.lecture(park, (4,))
    for step, expectation in zip(classes.steps(lecture), expected(*MESSAGE), strict=True):
        expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=expectation)
    body = Api(park).get(f"{recorded(park, list(MESSAGE))}/comparison?lecture_id={lecture.pk}").body
    assert [step["outcome"] for step in body["steps"]] == ["done", "done", "not_reached", "not_reached"]
    assert body["left_out"] == 2
