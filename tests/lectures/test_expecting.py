"""What a teacher says a step expects: kept as said, without words in which there is nothing (contract 11.16)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import Forbidden, Invalid, NotFound
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.lectures import expecting, revisions
from mobilegpt.lectures.commands import DuplicateLecture
from mobilegpt.lectures.duplicating import duplicate_lecture
from mobilegpt.lectures.events import LectureChanged
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
SEND = Expectation(action="TAP", source="teacher", target=Target(labels=["전송"]))


def _step(lecture: Lecture) -> Subtask:
    return Subtask.objects.filter(task__lecture=lecture).order_by("pk")[0]


def test_it_is_read_as_it_was_said() -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    said = Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=["com.kakao.talk"], screens=["채팅방"]),
        target=Target(labels=["전송", "보내기"], role="button"),
        after=State(texts=["보냄"]),
        alternatives=[Alternative(action="INPUT", target=Target(label_class="text"))],
    )
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=said)
    assert expecting.expectation_of(cast.actor(park), step.pk) == said


def test_blank_words_are_left_out_and_each_is_kept_once() -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    sent = Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=[" ", "\u3164"]),
        target=Target(labels=[" 전송 ", "전송", ""]),
        after=State(screens=[""]),
    )
    said = expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=sent)
    assert said == SEND


@pytest.mark.parametrize(
    ("nothing", "field"),
    [
        (Expectation(action="TAP", source="teacher"), "expectation"),
        (Expectation(action="OPEN", source="teacher", where=State(screens=["\u200b"])), "expectation"),
        (
            Expectation(
                action="TAP",
                source="teacher",
                target=Target(labels=["전송"]),
                alternatives=[Alternative(action="TAP", target=Target(labels=["보내기"])), Alternative(action="BACK")],
            ),
            "expectation.alternatives[1]",
        ),
    ],
)
def test_a_way_that_no_phone_could_be_known_by_is_refused_and_named(nothing: Expectation, field: str) -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    with pytest.raises(Invalid) as refused:
        expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=nothing)
    assert refused.value.details == {"field": field}
    step.refresh_from_db()
    assert step.expectation is None


def test_the_lecture_has_another_version_and_the_class_its_own() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)
    step = _step(lecture)
    taught = revisions.keep(lecture.pk)
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    lecture.refresh_from_db()
    assert lecture.version > taught
    assert revisions.lesson_at(lecture.pk, taught).tasks[0].subtasks[0].expectation is None
    assert revisions.lesson_of(lecture).tasks[0].subtasks[0].expectation == SEND


def test_the_same_again_changes_nothing() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)
    step = _step(lecture)
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    lecture.refresh_from_db()
    before = lecture.version
    classes.forget_events()
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    lecture.refresh_from_db()
    assert lecture.version == before
    assert classes.events_of(LectureChanged) == []


def test_taken_away_nothing_is_expected() -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    for _ in range(2):
        expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=None)
        assert expecting.expectation_of(cast.actor(park), step.pk) is None


def test_a_copy_of_the_lecture_has_it_too() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)
    expecting.set_expectation(actor=cast.actor(park), subtask_id=_step(lecture).pk, expectation=SEND)
    copy = duplicate_lecture(actor=cast.actor(park), lecture_id=lecture.pk, command=DuplicateLecture())
    assert expecting.expectation_of(cast.actor(park), _step(copy).pk) == SEND


@pytest.mark.parametrize("stranger", [cast.instructor_choi, cast.student_kim])
def test_others_neither_read_nor_change_it(stranger: Callable[[], User]) -> None:
    park, other = cast.instructor_park(), cast.actor(stranger())
    step = _step(cast.lecture(park))
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    with pytest.raises(Forbidden):
        expecting.expectation_of(other, step.pk)
    with pytest.raises(Forbidden):
        expecting.set_expectation(actor=other, subtask_id=step.pk, expectation=None)
    assert expecting.expectation_of(cast.actor(park), step.pk) == SEND


def test_a_step_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        expecting.expectation_of(cast.actor(cast.admin_han()), 10**9)


def test_where_nobody_said_it_is_null_with_the_apps_that_have_names() -> None:
    park = cast.instructor_park()
    at = f"/api/subtasks/{_step(cast.lecture(park)).pk}/expectation"
    body = Api(park).get(at).body
    assert body["expectation"] is None
    assert {"name": "카카오톡", "packages": ["com.kakao.talk"]} in body["known_apps"]
    names = [app["name"] for app in body["known_apps"]]
    assert len(names) == len(set(names))


def test_what_was_said_comes_back_and_a_home_screen_is_named_too() -> None:
    park = cast.instructor_park()
    at = f"/api/subtasks/{_step(cast.lecture(park)).pk}/expectation"
    launcher = "com.sec.android.app.launcher"
    said = {"action": "OPEN", "source": "teacher", "where": {"apps": [launcher]}}
    stored = Api(park).put(at, {"expectation": said}).body
    assert msgspec.convert(stored["expectation"], Expectation) == msgspec.convert(said, Expectation)
    assert {"name": "홈 화면", "packages": [launcher]} in stored["known_apps"]
    assert Api(park).get(at).body == stored


@pytest.mark.parametrize("body", [{}, {"expectation": None}, {"action": "TAP", "source": "teacher"}])
def test_a_body_that_says_nothing_is_refused(body: dict[str, object]) -> None:
    park = cast.instructor_park()
    at = f"/api/subtasks/{_step(cast.lecture(park)).pk}/expectation"
    assert Api(park).put(at, body).status == 400
