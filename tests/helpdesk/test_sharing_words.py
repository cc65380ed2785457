"""Whose words a shared answer has, and what of the people and the phone is left in it (reliability X20)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.guidance.events import Kind, PhoneEvent
from mobilegpt.helpdesk import remembering
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts
from mobilegpt.helpdesk.analysis.repeating import repeats
from mobilegpt.helpdesk.commands import ShareAnswer
from mobilegpt.helpdesk.models import HelpResponse, RememberedAnswer
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.helpdesk.desk import TALK, answer, ask, tap

LABEL = "새로운 이벤트 혜택 받기"


@pytest.fixture
def enrolled(lecture: Lecture, kim: User, lee: User) -> Lecture:
    cast.enroll(lecture, kim, lee)
    return lecture


@pytest.fixture
def analysed(enrolled: Lecture, kim: User) -> HelpResponse:
    """An earlier version's answer to 김학생, who tapped on ``LABEL`` again and again: it named the thing."""
    step = classes.steps(enrolled)[1]
    for _ in range(3):
        tap(kim, step, LABEL)
    words = f"'{LABEL}'를 여러 번 누르셨어요."
    return HelpResponse.objects.create(
        request=ask(kim, step), source="LOCAL", help_content=words, voice_guide_text=words
    )


def share(teacher: User, response: HelpResponse, **words: str) -> RememberedAnswer:
    command = ShareAnswer(**words)
    return remembering.share_answer(actor=cast.actor(teacher), response_id=response.pk, command=command)[0]


# --- the phone's words


@pytest.mark.django_db
def test_what_the_teacher_writes_may_name_what_stands_on_the_phone(analysed: HelpResponse, park: User) -> None:
    """The teacher has looked at it: it is on every phone of the class."""
    shared = share(park, analysed, help_content=f"'{LABEL}'는 그냥 두고 아래를 누르세요.")
    assert LABEL in shared.help_content
    assert shared.voice_guide_text == shared.help_content


@pytest.mark.django_db
def test_a_teachers_voice_does_not_cover_for_the_programs_text(analysed: HelpResponse, park: User) -> None:
    with pytest.raises(Invalid) as refusal:
        share(park, analysed, voice_guide_text="아래를 누르세요.")
    assert refusal.value.code == ErrorCode.ANSWER_NOT_SHAREABLE
    assert not RememberedAnswer.objects.exists()


@pytest.mark.django_db
def test_eye_and_ear_may_get_different_words(analysed: HelpResponse, park: User) -> None:
    shared = share(park, analysed, help_content="▼ 아래를 누르세요.", voice_guide_text="아래쪽 세모를 누르세요.")
    assert (shared.help_content, shared.voice_guide_text) == ("▼ 아래를 누르세요.", "아래쪽 세모를 누르세요.")


@pytest.mark.django_db
def test_an_answer_is_kept_where_it_helped_by_names_of_programs_only(enrolled: Lecture, kim: User, park: User) -> None:
    step = classes.steps(enrolled)[1]
    request = ask(kim, step, message="친구가 안 보여요", current_screen=f"{TALK}.MainActivity")
    shared = share(park, answer(park, request, "아래쪽 사람 그림을 누르세요."))
    assert (shared.app, shared.screen, shared.complaint) == (TALK, "MainActivity", "said_cannot_find")
    assert (shared.problem, shared.approved_by_id, shared.subtask_id) == ("", park.pk, step.pk)


@pytest.mark.django_db
def test_a_screens_title_is_somebodys_words_and_not_kept(enrolled: Lecture, kim: User, park: User) -> None:
    request = ask(kim, classes.steps(enrolled)[1], message=5 * "아", current_screen="이학생님과의 대화")
    shared = share(park, answer(park, request, "뒤로 가세요."))
    assert (shared.app, shared.screen, shared.complaint) == ("", "", "")


# --- people


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "shared"),
    [
        ("김학생님, 위를 보세요.", "위를 보세요."),
        ("김학생 학생 위를 보세요.", "위를 보세요."),
        ("김 학 생 씨! 위를 보세요.", "위를 보세요."),
        ("위를 보세요, 김학생님", "위를 보세요, ○○님"),
        ("김학생 님. 위를 보세요.", "위를 보세요."),
        ("김학생님~\n위를 보세요.", "위를 보세요."),
        ("김학생 위를 보세요.", "위를 보세요."),
        ("김학생님의 화면은 위를 보세요.", "○○님의 화면은 위를 보세요."),
        ("김학생 님께서는 위를 보세요.", "○○ 님께서는 위를 보세요."),
        ("박강사가 갈게요.", "○○가 갈게요."),
        ("최영희님 옆을 보세요.", "옆을 보세요."),
        ("어르신, 위를 보세요.", "어르신, 위를 보세요."),
    ],
)
def test_nobody_of_the_class_is_addressed_by_a_shared_answer(
    enrolled: Lecture, kim: User, park: User, said: str, shared: str
) -> None:
    request = ask(kim, classes.steps(enrolled)[1])
    assert share(park, answer(park, request, said)).help_content == shared


@pytest.mark.django_db
def test_classmates_are_taken_out_too(enrolled: Lecture, kim: User, lee: User, park: User) -> None:
    session = classes.open_class(enrolled)
    for user in (kim, lee):
        classes.seat(session, user)
    request = ask(kim, classes.steps(enrolled)[1])
    shared = share(park, answer(park, request, "옆의 이학생이 아시니 물어보세요."))
    assert "이학생" not in shared.help_content


# --- what is given, and to whom it helped


@pytest.mark.django_db
def test_the_list_is_in_the_order_of_the_steps_and_has_only_this_lectures(
    enrolled: Lecture, kim: User, park: User
) -> None:
    elsewhere = cast.lecture(park, title="다른 강의")
    cast.enroll(elsewhere, kim)
    places = [classes.steps(enrolled)[place] for place in (2, 0)] + [classes.steps(elsewhere)[0]]
    made = [share(park, answer(park, ask(kim, step), f"답 {number}")) for number, step in enumerate(places)]
    RememberedAnswer.objects.create(subtask=places[0], help_content="예전 것", rating=5)  # nobody approved it
    assert list(remembering.shared_in(enrolled.pk)) == [made[1], made[0]]


@pytest.mark.django_db
@pytest.mark.parametrize(("rating", "suggested"), [(3, False), (4, True), (5, True), (None, False)])
def test_only_what_helped_is_suggested(
    enrolled: Lecture, kim: User, park: User, rating: int | None, suggested: bool
) -> None:
    answer(park, ask(kim, classes.steps(enrolled)[1]), "위를 보세요.")
    HelpResponse.objects.update(rating=rating)
    assert bool(remembering.suggested_in(enrolled.pk)) is suggested


@pytest.mark.django_db
def test_an_erased_learner_leaves_the_teachers_answer(enrolled: Lecture, kim: User, park: User, step: Subtask) -> None:
    """Nothing in it was the learner's; what no teacher had read goes with them."""
    shared = share(park, answer(park, ask(kim, step), "위를 보세요."))
    unread = answer(park, ask(kim, classes.steps(enrolled)[1]), "아래를 보세요.")
    RememberedAnswer.objects.create(subtask=step, response=unread, help_content="읽지 않은 답", rating=5)
    kim.delete()
    (left,) = RememberedAnswer.objects.all()
    assert (left.pk, left.help_content, left.response) == (shared.pk, "위를 보세요.", None)


# --- what repeats a phone

STEP = StepFacts(title="친구 선택하기", guide="목록에서 친구의 이름을 눌러주세요", hint="친구 목록의 이름")


def seen(text: str, **fields: Any) -> Evidence:
    return Evidence(STEP, events=(PhoneEvent(kind=Kind.TAP, label=text, texts=(text,)),), **fields)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("일이삼사오육칠", False),
        ("일이삼사오육칠팔", True),
        ("아 일이삼사오육칠팔 네", True),
        ("일이삼사 오육, 칠팔!", True),
        ("일이삼사오육칠구", False),
    ],
)
def test_eight_letters_in_a_row_are_a_repetition(text: str, found: bool) -> None:
    assert repeats(text, seen("일이삼사오육칠팔")) is found


def test_what_the_lesson_says_itself_may_be_said() -> None:
    phone = seen("목록에서 친구의 이름을 눌러주세요")
    assert not repeats("목록에서 친구의 이름을 눌러주세요.", phone)
    assert not repeats("목록에서 친구의 이름을 눌러주세요.", seen("", message="목록에서 친구의 이름을 눌러주세요"))


@pytest.mark.parametrize("field", ["message", "screen"])
def test_questions_and_screens_are_the_phones_words_too(field: str) -> None:
    assert repeats("지금바로누르시면돼요", seen("", **{field: "지금 바로 누르시면 돼요"}))


@given(st.text("가나다라마바사아자차카타파하 .,!", min_size=1, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_whatever_stands_around_it_a_repetition_is_found(planted: str, before: str, after: str) -> None:
    letters = sum(sign.isalnum() for sign in planted)
    assert repeats(f"{before}{planted}{after}", Evidence(StepFacts(title=""), message=planted)) is (letters >= 8)
