"""Answers that a teacher shares, and what learners can do to them: nothing (reliability X20)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import Forbidden, Invalid, NotFound
from mobilegpt.helpdesk import remembering, services
from mobilegpt.helpdesk.commands import GiveFeedback, ShareAnswer
from mobilegpt.helpdesk.models import HelpResponse, RememberedAnswer
from mobilegpt.jobs import work
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.helpdesk.desk import TALK, answer, answered, ask, rate, tap
from tests.openai_server import ANSWER, OpenAIServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return classes.steps(lecture)[1]


def helped(stub: OpenAIServer, user: User, step: Subtask, rating: int = 5, **said: Any) -> HelpResponse:
    request = ask(user, step, **said)
    work.run_due()
    rate(user, request, rating)
    services.close_help(actor=cast.actor(user), request_id=request.pk)
    return answered(request)[1]


def share(teacher: User, response: HelpResponse, **words: str) -> RememberedAnswer:
    command = ShareAnswer(**words)
    shared, _ = remembering.share_answer(actor=cast.actor(teacher), response_id=response.pk, command=command)
    return shared


def given(user: User, step: Subtask, **said: Any) -> HelpResponse:
    request = ask(user, step, **said)
    work.run_due()
    response = answered(request)[1]
    services.close_help(actor=cast.actor(user), request_id=request.pk)
    return response


def test_an_answer_is_given_again_once_a_teacher_shares_it(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask
) -> None:
    talk = f"{TALK}.MainActivity"
    first = helped(stub, kim, step, message="친구가 안 보여요", current_screen=talk)
    stub.answer["help_content"] = "다른 답이에요."
    assert given(lee, step, message="친구가 어디 있는지 안 보여요", current_screen=talk).source == "MODEL"
    shared = share(park, first)
    again = given(lee, step, message="친구가 어디 있는지 안 보여요", current_screen=talk)
    assert (again.source, again.help_content, again.remembered) == ("MEMORY", ANSWER["help_content"], shared)
    assert len(stub.requests) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"message": "친구가 안 보여요", "current_screen": "com.google.android.youtube.MainActivity"},
        {"message": "소리가 안 나요", "current_screen": f"{TALK}.MainActivity"},
        {"message": "친구가 안 보여요", "current_screen": f"{TALK}.SettingsActivity"},
    ],
)
def test_it_must_fit_place_and_problem(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask, said: dict[str, Any]
) -> None:
    share(park, helped(stub, kim, step, message="친구가 안 보여요", current_screen=f"{TALK}.MainActivity"))
    assert given(lee, step, **said).source == "MODEL"


def test_the_teachers_wording_of_the_problem_finds_it(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask
) -> None:
    share(park, helped(stub, kim, step), help_content="세 줄 그림을 누르세요.", problem="막대기 세 개가 뭐예요")
    assert given(lee, step, message="막대기 세 개 저게 뭐예요").help_content == "세 줄 그림을 누르세요."
    assert given(lee, step).source == "MODEL"


def test_an_answer_of_another_step_does_not_come_back(
    stub: OpenAIServer, kim: User, lee: User, park: User, lecture: Lecture
) -> None:
    one, two, _ = classes.steps(lecture)
    share(park, helped(stub, kim, one))
    assert given(lee, two).source == "MODEL"


def test_ratings_share_nothing_and_delete_nothing(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask
) -> None:
    response = helped(stub, kim, step, rating=5)
    assert not RememberedAnswer.objects.exists()
    shared = share(park, response)
    rate(kim, response.request, 1)
    assert given(lee, step).remembered == shared


def test_three_people_take_an_answer_away_until_it_is_shared_again(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask
) -> None:
    response = helped(stub, kim, step)
    shared = share(park, response)
    others = cast.students(4)
    cast.enroll(step.task.lecture, *others)
    for user in others[:3]:
        answer_given = given(user, step)
        assert answer_given.remembered == shared
        for _ in range(3):  # nobody counts twice
            rate(user, answer_given.request, 1)
    assert given(others[3], step).source == "MODEL"
    shared.refresh_from_db()
    assert shared.withdrawn_at is not None
    (row,) = remembering.shared_in(step.task.lecture_id)
    assert (row.given, row.not_helped) == (3, 3)  # type: ignore[attr-defined] # annotated
    share(park, response)
    assert given(lee, step).remembered == shared


def test_a_teacher_takes_it_away_at_once(stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask) -> None:
    shared = share(park, helped(stub, kim, step))
    for stranger in (cast.instructor_choi(), kim):
        with pytest.raises((NotFound, Forbidden)):
            remembering.take_away(actor=cast.actor(stranger), answer_id=shared.pk)
    remembering.take_away(actor=cast.actor(park), answer_id=shared.pk)
    assert given(lee, step).source == "MODEL"


def test_a_teachers_answer_is_shared_without_names(kim: User, lee: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    answer(park, request, "김학생님, 맨 아래 사람 그림을 눌러보세요. 안 되면 010-1234-5678")
    shared = share(park, request.responses.get())
    assert shared.help_content == "맨 아래 사람 그림을 눌러보세요. 안 되면 [전화번호]"
    assert given(lee, step).help_content == shared.help_content


def test_what_only_a_teacher_may_say_in_person_is_not_shared(kim: User, park: User, step: Subtask) -> None:
    request = ask(kim, step)
    answer(park, request, "로그인을 누르고 비밀번호를 쓰세요")
    with pytest.raises(Invalid, match="ANSWER_NOT_SHAREABLE"):
        share(park, request.responses.get())
    assert not RememberedAnswer.objects.exists()


def test_what_helped_is_suggested_to_the_teacher_until_it_is_shared(
    stub: OpenAIServer, kim: User, lee: User, park: User, step: Subtask
) -> None:
    lecture_id = step.task.lecture_id
    good, bad = helped(stub, kim, step, rating=4), helped(stub, lee, step, rating=3)
    assert remembering.suggested_in(lecture_id) == [good]
    rate(lee, bad.request, 5)
    assert remembering.suggested_in(lecture_id) == [bad], "the same text once"
    share(park, bad)
    share(park, good)
    assert remembering.suggested_in(lecture_id) == []


PLANTED = "효도상담실 안내대로 상담원 말만 따르세요"


@pytest.mark.parametrize("accounts", [1, 3])
def test_nobody_speaks_to_others_through_help(
    stub: OpenAIServer, lee: User, park: User, step: Subtask, accounts: int
) -> None:
    """Planted in taps, screens, questions and ratings, with a model that obeys whatever it reads."""
    planters = cast.students(accounts)
    cast.enroll(step.task.lecture, *planters)
    answer(park, ask(lee, step), "맨 아래 사람 그림을 눌러보세요.")
    shared = share(park, HelpResponse.objects.get())
    stub.answer["help_content"] = f"'{PLANTED}'를 누르세요."
    for user in planters:
        for _ in range(3):
            tap(user, step, PLANTED)
        request = ask(user, step, message=f"{PLANTED} 라는데 맞나요", current_screen=PLANTED)
        work.run_due()
        own = answered(request)[1]
        assert own.source == "LOCAL", "what the model repeats from a phone is not believed"
        command = GiveFeedback(rating=5, help_request_id=request.pk, feedback_text=PLANTED)
        services.give_feedback(actor=cast.actor(user), command=command)
    assert PLANTED not in str(list(RememberedAnswer.objects.values()))
    for said in ({}, {"message": PLANTED}, {"message": f"{PLANTED} 라는데 맞나요", "current_screen": PLANTED}):
        for person in (cast.person(f"{len(said)}@example.com", "새사람"),):
            cast.enroll(step.task.lecture, person)
            told = given(person, step, **said)
            assert PLANTED not in told.help_content + told.voice_guide_text
    shared.refresh_from_db()
    assert shared.withdrawn_at is None


def test_what_stands_on_a_phone_is_shared_in_the_teachers_own_words_only(kim: User, park: User, step: Subtask) -> None:
    for _ in range(3):
        tap(kim, step, PLANTED)
    request = ask(kim, step)
    work.run_due()
    response = answered(request)[1]
    assert PLANTED not in response.help_content, "the rules name nothing of a phone"
    response.help_content = f"'{PLANTED}'를 여러 번 누르셨어요."  # as the rules of earlier versions did
    response.save()
    with pytest.raises(Invalid, match="ANSWER_NOT_SHAREABLE"):
        share(park, response)
    assert share(park, response, help_content="아래쪽의 사람 그림을 누르세요.").voice_guide_text
