"""Who may do what at the help desk; a refusal writes nothing and tells nobody (reliability, section 3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import Model

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.helpdesk import remembering, selectors, services
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, ShareAnswer
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse, RememberedAnswer
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from tests import cast
from tests.helpdesk.desk import answer, ask
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

Deed = Callable[[Actor, HelpResponse], object]
TABLES: tuple[type[Model], ...] = (HelpRequest, HelpResponse, RememberedAnswer, SubtaskProgress)


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)


@pytest.fixture
def given(kim: User, park: User, step: Subtask) -> HelpResponse:
    """박강사's answer to 김학생."""
    return answer(park, ask(kim, step), "위쪽을 눌러보세요")


@pytest.fixture
def shared(given: HelpResponse, park: User) -> RememberedAnswer:
    return remembering.share_answer(actor=cast.actor(park), response_id=given.pk, command=ShareAnswer())[0]


def refused(deed: Callable[[], object]) -> DomainError:
    return refusal_of(deed, *TABLES)


def do_answer(actor: Actor, given: HelpResponse) -> object:
    return services.answer_help(actor=actor, request_id=given.request_id, command=AnswerHelp(help_content="아래요"))


def do_close(actor: Actor, given: HelpResponse) -> object:
    return services.close_help(actor=actor, request_id=given.request_id)


def do_rate(actor: Actor, given: HelpResponse) -> object:
    return services.give_feedback(actor=actor, command=GiveFeedback(help_response_id=given.pk, rating=1))


def do_look(actor: Actor, given: HelpResponse) -> object:
    return selectors.request_seen_by(actor, given.request_id)


def do_share(actor: Actor, given: HelpResponse) -> object:
    return remembering.share_answer(actor=actor, response_id=given.pk, command=ShareAnswer())


def do_list(actor: Actor, given: HelpResponse) -> object:
    return list(selectors.pending(actor))


PEOPLE: dict[str, Callable[[], User]] = {
    "asker": lambda: User.objects.get(email="student1@example.com"),
    "classmate": lambda: User.objects.get(email="student2@example.com"),
    "guest": lambda: create_guests(["이웃"], session_id=999)[0],
    "teacher": lambda: User.objects.get(email="instructor@example.com"),
    "other teacher": cast.instructor_choi,
    "admin": cast.admin_han,
}
MAY: dict[Deed, dict[str, type[DomainError] | None]] = {
    do_answer: {"asker": Forbidden, "classmate": Forbidden, "guest": Forbidden, "other teacher": NotFound},
    do_close: {"classmate": NotFound, "guest": NotFound, "other teacher": NotFound},
    do_look: {"classmate": NotFound, "guest": NotFound, "other teacher": NotFound},
    do_rate: {
        "classmate": NotFound,
        "guest": NotFound,
        "teacher": Forbidden,
        "other teacher": Forbidden,
        "admin": Forbidden,
    },
    do_share: {"asker": Forbidden, "classmate": Forbidden, "guest": Forbidden, "other teacher": NotFound},
    do_list: {"asker": Forbidden, "classmate": Forbidden, "guest": Forbidden},
}


@pytest.mark.parametrize("deed", MAY, ids=lambda deed: deed.__name__)
def test_the_matrix(deed: Deed, given: HelpResponse) -> None:
    outcomes: dict[str, type[DomainError] | None] = {}
    for who, somebody in PEOPLE.items():
        with transaction.atomic():  # everybody finds the request as it was
            actor, expected = cast.actor(somebody()), MAY[deed].get(who)
            outcomes[who] = None if expected is None else type(refused(lambda: deed(actor, given)))  # noqa: B023
            if expected is None:
                deed(actor, given)
            transaction.set_rollback(True)
    assert outcomes == {who: MAY[deed].get(who) for who in PEOPLE}


def test_an_absent_request_looks_like_a_foreign_one(given: HelpResponse) -> None:
    """Whoever counts through the numbers learns nothing of them."""
    choi = cast.actor(cast.instructor_choi())
    absent = HelpResponse(pk=999_999, request_id=999_999)
    for deed in (do_answer, do_close, do_look, do_share):
        foreign, none = refused(lambda: deed(choi, given)), refused(lambda: deed(choi, absent))  # noqa: B023
        assert (foreign.code, foreign.message) == (none.code, none.message)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"help_content": ""}, "help_content"),
        ({"help_content": "\u3164"}, "help_content"),
        ({"help_content": "가" * 2001}, "help_content"),
        ({"help_content": "네", "voice_guide_text": "가" * 2001}, "voice_guide_text"),
        ({"help_content": "네", "help_type": "SMELL"}, "help_type"),
    ],
)
def test_an_answer_that_nobody_can_use(given: HelpResponse, park: User, fields: dict[str, str], field: str) -> None:
    command = AnswerHelp(**fields)
    actor, request_id = cast.actor(park), given.request_id
    refusal = refused(lambda: services.answer_help(actor=actor, request_id=request_id, command=command))
    assert isinstance(refusal, Invalid)
    assert refusal.details == {"field": field}


def test_a_closed_request_is_not_answered_any_more(given: HelpResponse, park: User) -> None:
    do_close(cast.actor(park), given)
    refusal = refused(lambda: do_answer(cast.actor(park), given))
    assert (type(refusal), refusal.code) == (Conflict, ErrorCode.REQUEST_CLOSED)


def test_feedback_names_what_it_is_about(given: HelpResponse, kim: User) -> None:
    refusal = refused(lambda: services.give_feedback(actor=cast.actor(kim), command=GiveFeedback(rating=5)))
    assert refusal.details == {"field": "help_response_id"}
    too_long = GiveFeedback(rating=5, help_response_id=given.pk, feedback_text="가" * 2001)
    assert refused(lambda: services.give_feedback(actor=cast.actor(kim), command=too_long)).details == {
        "field": "feedback_text"
    }


# --- shared answers


@pytest.mark.parametrize("words", [{"help_content": ""}, {"help_content": "  "}, {"help_content": "김학생님"}])
def test_an_answer_of_which_nothing_is_left_is_not_shared(
    given: HelpResponse, park: User, words: dict[str, str]
) -> None:
    """Names are taken out first: a greeting alone says nothing."""
    command = ShareAnswer(**words)
    refusal = refused(lambda: remembering.share_answer(actor=cast.actor(park), response_id=given.pk, command=command))
    assert (refusal.code, refusal.details) == (ErrorCode.INVALID_REQUEST, {"field": "help_content"})


@pytest.mark.parametrize(
    "words",
    [{"help_content": "로그인하세요"}, {"voice_guide_text": "비밀번호를 누르세요"}, {"help_content": "a.com/x"}],
)
def test_what_is_said_in_person_only_is_not_shared_by_eye_or_ear(
    given: HelpResponse, park: User, words: dict[str, str]
) -> None:
    command = ShareAnswer(**words)
    refusal = refused(lambda: remembering.share_answer(actor=cast.actor(park), response_id=given.pk, command=command))
    assert refusal.code == ErrorCode.ANSWER_NOT_SHAREABLE


@pytest.mark.parametrize("source", ["FALLBACK", "MEMORY"])
def test_words_of_comfort_and_shared_answers_are_not_shared(given: HelpResponse, park: User, source: str) -> None:
    HelpResponse.objects.update(source=source)
    assert isinstance(refused(lambda: do_share(cast.actor(park), given)), NotFound)


@pytest.mark.parametrize(
    ("who", "refusal"), [(cast.student_lee, Forbidden), (cast.instructor_choi, NotFound), (cast.admin_han, None)]
)
def test_who_takes_a_shared_answer_away(
    shared: RememberedAnswer, who: Callable[[], User], refusal: type[DomainError] | None
) -> None:
    user = User.objects.filter(email="student2@example.com").first() if who is cast.student_lee else who()
    assert user is not None
    actor = cast.actor(user)
    if refusal is None:
        remembering.take_away(actor=actor, answer_id=shared.pk)
        assert not RememberedAnswer.objects.exists()
        assert isinstance(refused(lambda: remembering.take_away(actor=actor, answer_id=shared.pk)), NotFound)
    else:
        assert type(refused(lambda: remembering.take_away(actor=actor, answer_id=shared.pk))) is refusal


def test_sharing_again_keeps_one_answer_as_it_is_now(shared: RememberedAnswer, given: HelpResponse) -> None:
    han = cast.admin_han()
    command = ShareAnswer(help_content="아래쪽이에요.", problem="어디인지 모르겠어요")
    again, created = remembering.share_answer(actor=cast.actor(han), response_id=given.pk, command=command)
    assert (again.pk, created) == (shared.pk, False)
    row = RememberedAnswer.objects.get()
    assert (row.help_content, row.voice_guide_text, row.problem) == (
        "아래쪽이에요.",
        "아래쪽이에요.",
        "어디인지 모르겠어요",
    )
    assert row.approved_by == han
