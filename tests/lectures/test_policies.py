"""Who may see and change a lecture, and what its fields may hold (contract 3.9, 5.3, 5.4; reliability, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import Invalid
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, TargetAction
from tests.refusals import code_of

pytestmark = pytest.mark.django_db  # whether somebody is a colleague is asked

PARK = Actor(1, Role.INSTRUCTOR, "박강사")
CHOI = Actor(2, Role.INSTRUCTOR, "최강사")
KIM = Actor(3, Role.STUDENT, "김학생")
GUEST = Actor(4, Role.STUDENT, "이웃", is_guest=True, guest_session_id=9)
HAN = Actor(5, Role.ADMIN, "한관리")
EVERYBODY = (PARK, CHOI, KIM, GUEST, HAN)


def of_park(*, active: bool = True) -> Lecture:
    return Lecture(pk=10, title="카카오톡 기초", instructor_id=PARK.user_id, is_active=active)


def answers(ask: Callable[[Actor], object]) -> dict[str, str]:
    """What each of the cast is answered: ``yes``, or the code of the refusal."""
    codes = {actor.name: code_of(partial(ask, actor)) for actor in EVERYBODY}
    return {name: "yes" if code is None else code.value for name, code in codes.items()}


def test_the_owner_and_admins_teach_a_lecture() -> None:
    assert [actor.name for actor in EVERYBODY if policies.teaches(actor, of_park())] == ["박강사", "한관리"]


def test_who_owned_a_lecture_before_becoming_a_student_does_not_teach_it() -> None:
    assert not policies.teaches(Actor(PARK.user_id, Role.STUDENT, "박강사"), of_park())


def test_an_inactive_lecture_is_taught_by_the_same_people() -> None:
    assert policies.teaches(PARK, of_park(active=False))
    assert not policies.teaches(CHOI, of_park(active=False))


def test_only_those_who_teach_something_pass_the_role() -> None:
    assert answers(policies.require_teacher_role) == {
        "박강사": "yes",
        "최강사": "yes",
        "김학생": "FORBIDDEN",
        "이웃": "FORBIDDEN",
        "한관리": "yes",
    }


def test_another_instructor_is_told_that_an_active_lecture_is_not_theirs() -> None:
    assert answers(lambda actor: policies.require_teaches(actor, of_park())) == {
        "박강사": "yes",
        "최강사": "FORBIDDEN",
        "김학생": "FORBIDDEN",
        "이웃": "FORBIDDEN",
        "한관리": "yes",
    }


def test_another_instructor_is_not_told_that_there_is_an_inactive_lecture() -> None:
    assert answers(lambda actor: policies.require_teaches(actor, of_park(active=False))) == {
        "박강사": "yes",
        "최강사": "NOT_FOUND",
        "김학생": "FORBIDDEN",
        "이웃": "FORBIDDEN",
        "한관리": "yes",
    }


@pytest.mark.parametrize(
    ("active", "enrolled", "expected"),
    [
        (True, False, {"이웃": "GUEST_NOT_ALLOWED"}),
        (True, True, {}),
        (False, False, {"최강사": "NOT_FOUND", "김학생": "NOT_FOUND", "이웃": "GUEST_NOT_ALLOWED"}),
        (False, True, {}),
    ],
)
def test_who_may_know_of_a_lecture(active: bool, enrolled: bool, expected: dict[str, str]) -> None:
    said = answers(lambda actor: policies.require_visible(actor, of_park(active=active), enrolled=enrolled))
    assert said == {actor.name: "yes" for actor in EVERYBODY} | expected


@pytest.mark.parametrize(
    ("active", "enrolled", "expected"),
    [
        (True, False, {"최강사": "FORBIDDEN", "김학생": "NOT_ENROLLED", "이웃": "GUEST_NOT_ALLOWED"}),
        (True, True, {}),
        (False, False, {"최강사": "NOT_FOUND", "김학생": "NOT_FOUND", "이웃": "GUEST_NOT_ALLOWED"}),
        (False, True, {}),
    ],
)
def test_who_belongs_to_a_lecture(active: bool, enrolled: bool, expected: dict[str, str]) -> None:
    said = answers(lambda actor: policies.require_member(actor, of_park(active=active), enrolled=enrolled))
    assert said == {actor.name: "yes" for actor in EVERYBODY} | expected


# --- what the fields may hold


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  카카오톡 기초 ", "카카오톡 기초"),
        ("카카오톡\n기초\t1", "카카오톡 기초 1"),
        ("가" * 200, "가" * 200),
        ("\u202e카카오톡", "카카오톡"),
    ],
)
def test_a_title_is_one_line(typed: str, kept: str) -> None:
    assert policies.usable_title(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b\u3164", "가" * 201])
def test_a_title_that_cannot_be_shown_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        policies.usable_title(typed)
    assert refusal.value.details == {"field": "title"}


@pytest.mark.parametrize("typed", [None, "", "   ", "\u200b"])
def test_no_picture_is_null(typed: str | None) -> None:
    assert policies.usable_thumbnail(typed) is None


def test_a_picture_has_an_address_of_the_web() -> None:
    assert policies.usable_thumbnail(" https://example.com/그림.png ") == "https://example.com/그림.png"
    with pytest.raises(Invalid) as refusal:
        policies.usable_thumbnail("data:image/png;base64,AAAA")
    assert refusal.value.details == {"field": "thumbnail_url"}


def test_a_picture_that_this_server_keeps_has_an_address_here() -> None:
    here = f"/media/lessons/{'a' * 40}.webp"
    assert policies.usable_thumbnail(f" {here} ") == here
    for other in (here.replace("webp", "m4a"), here.replace("lessons", "chat"), f"{here}/x", "/media/lessons/x.webp"):
        with pytest.raises(Invalid):
            policies.usable_thumbnail(other)


def test_an_address_may_be_as_long_as_its_column() -> None:
    longest = "https://example.com/".ljust(policies.MAX_URL, "a")
    assert policies.usable_thumbnail(longest) == longest
    with pytest.raises(Invalid):
        policies.usable_thumbnail(longest + "a")


@pytest.mark.parametrize("action", list(TargetAction))
def test_every_action_is_known_in_any_case(action: TargetAction) -> None:
    assert policies.known_action(f" {action.value.lower()} ") is action


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_a_step_may_ask_for_no_action(typed: str | None) -> None:
    assert policies.known_action(typed) is None


def test_an_unknown_action_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(Invalid) as refusal:
        policies.known_action("DOUBLE_CLICK")
    assert refusal.value.details == {"field": "target_action"}
    assert all(action.value in refusal.value.message for action in TargetAction)


@given(some.text(max_size=230))
def test_a_title_that_was_taken_is_taken_again_as_it_is(typed: str) -> None:
    try:
        kept = policies.usable_title(typed)
    except Invalid:
        return
    assert policies.usable_title(kept) == kept
    assert len(kept) <= policies.MAX_TITLE
    assert not set(kept) & set("\n\r\t\x00")
