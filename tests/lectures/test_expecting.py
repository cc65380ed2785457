"""What a teacher says a step expects: kept as said, without words in which there is nothing (contract 11.16)."""

from __future__ import annotations

import pytest

from mobilegpt.core.errors import Forbidden, Invalid, NotFound
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.lectures import expecting, revisions
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast

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
    "nothing",
    [
        Expectation(action="TAP", source="teacher"),
        Expectation(action="OPEN", source="teacher", where=State(screens=["\u200b"])),
        Expectation(
            action="TAP", source="teacher", target=Target(labels=["전송"]), alternatives=[Alternative(action="BACK")]
        ),
    ],
)
def test_a_way_that_no_phone_could_be_known_by_is_refused(nothing: Expectation) -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    with pytest.raises(Invalid):
        expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=nothing)
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
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    lecture.refresh_from_db()
    assert lecture.version == before


def test_taken_away_nothing_is_expected() -> None:
    park = cast.instructor_park()
    step = _step(cast.lecture(park))
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=None)
    with pytest.raises(NotFound):
        expecting.expectation_of(cast.actor(park), step.pk)


def test_others_neither_read_nor_change_it() -> None:
    park, kim = cast.instructor_park(), cast.student_kim()
    step = _step(cast.lecture(park))
    expecting.set_expectation(actor=cast.actor(park), subtask_id=step.pk, expectation=SEND)
    with pytest.raises(Forbidden):
        expecting.expectation_of(cast.actor(kim), step.pk)
    with pytest.raises(Forbidden):
        expecting.set_expectation(actor=cast.actor(kim), subtask_id=step.pk, expectation=None)
