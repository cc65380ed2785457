"""What an analysis gets to see of a request, and what a sentence in Korean needs (contract 8.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.core.clock import now
from mobilegpt.guidance.expectation import Expectation, Target
from mobilegpt.helpdesk import selectors, services
from mobilegpt.helpdesk.analysis import reading
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts
from mobilegpt.helpdesk.analysis.hints import expectation_by_hint
from mobilegpt.helpdesk.analysis.korean import is_polite, sentence, spoken, with_particle
from mobilegpt.helpdesk.analysis.local import instruction, seen
from mobilegpt.helpdesk.models import HelpRequest, RememberedAnswer
from mobilegpt.lectures import expecting
from mobilegpt.lectures import services as lectures
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.helpdesk.desk import TALK, answer, ask, tap


@pytest.fixture
def enrolled(lecture: Lecture, kim: User, lee: User) -> Lecture:
    cast.enroll(lecture, kim, lee)
    return lecture


def evidence_of(request: HelpRequest) -> Evidence:
    return reading.read(selectors.requests().get(pk=request.pk))


# --- from rows


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "tapped", "place"),
    [
        ("", None, ("", "")),
        ("com.kakao.talk.MainActivity", None, (TALK, "MainActivity")),
        ("", (TALK, "친구 목록"), (TALK, "친구 목록")),
        ("com.kakao.talk.MainActivity", (TALK, "친구 목록"), (TALK, "친구 목록")),
        ("com.kakao.talk", (TALK, "친구 목록"), (TALK, "친구 목록")),
        ("com.kakao.talk.MainActivity", ("com.android.chrome", "검색"), (TALK, "MainActivity")),
    ],
)
def test_where_the_phone_is(
    enrolled: Lecture, kim: User, step: Subtask, said: str, tapped: tuple[str, str] | None, place: tuple[str, str]
) -> None:
    """The request itself was written last; the phone's events know the title of the screen."""
    if tapped is not None:
        tap(kim, step, "글자", *tapped)
    found = evidence_of(ask(kim, step, current_screen=said))
    assert (found.app, found.screen) == place


@pytest.mark.django_db
def test_what_was_said_before_is_known_for_half_an_hour_and_of_this_step_only(
    enrolled: Lecture, kim: User, lee: User, park: User
) -> None:
    one, two, _ = classes.steps(enrolled)
    with time_machine.travel(now(), tick=False) as clock:
        for user, step, text in ((kim, one, "오래전"), (kim, two, "다른 단계"), (lee, one, "다른 사람")):
            request = ask(user, step)
            answer(park, request, text)
            services.close_help(actor=cast.actor(user), request_id=request.pk)
        clock.shift(timedelta(minutes=29))
        request = ask(kim, one)
        answer(park, request, "방금")
        services.close_help(actor=cast.actor(kim), request_id=request.pk)
        clock.shift(timedelta(minutes=2))
        assert evidence_of(ask(kim, one)).tried == ("방금",)


@pytest.mark.django_db
def test_a_step_that_has_left_the_lecture_is_known_by_itself(
    enrolled: Lecture, kim: User, park: User, step: Subtask
) -> None:
    first, second, _ = classes.steps(enrolled)
    request_id = ask(kim, second).pk
    lectures.delete_subtask(actor=cast.actor(park), subtask_id=second.pk)
    found = reading.read(selectors.requests().get(pk=request_id)).step
    assert (found.title, found.lecture, found.previous_title) == (second.title, "카카오톡 기초", "")
    assert first.title != second.title


@pytest.mark.django_db
def test_a_step_knows_the_steps_before_it(enrolled: Lecture, kim: User) -> None:
    third = classes.steps(enrolled)[2]
    step = evidence_of(ask(kim, third)).step
    assert (step.title, step.previous_title) == (third.title, "친구 선택하기")


@pytest.mark.django_db
def test_a_step_knows_what_done_looks_like(enrolled: Lecture, kim: User, park: User) -> None:
    """As somebody said it; else the app that its hint names."""
    first, second, _ = classes.steps(enrolled)
    said = Expectation(action="TAP", source="teacher", target=Target(labels=["친구"]))
    expecting.set_expectation(actor=cast.actor(park), subtask_id=second.pk, expectation=said)
    known, guessed = evidence_of(ask(kim, second)).step, evidence_of(ask(kim, first)).step
    assert (known.expectation, known.by_hint, known.thing) == (said, False, "친구")
    assert guessed.expectation is not None
    assert (guessed.expectation.where.apps, guessed.by_hint, guessed.gesture) == ([TALK], True, "TAP")


@pytest.mark.django_db
@pytest.mark.parametrize("value", [0, -5, True, "30", None, 10**9, [30]])
def test_a_time_that_is_none_is_not_evidence(enrolled: Lecture, kim: User, step: Subtask, value: Any) -> None:
    assert evidence_of(ask(kim, step, stuck_duration_seconds=value)).stuck_seconds is None


@pytest.mark.django_db
def test_names_that_stay_in_the_class(enrolled: Lecture, kim: User, lee: User, step: Subtask) -> None:
    lee.nickname = "이할머니"
    lee.save()
    alone = selectors.requests().get(pk=ask(kim, step).pk)
    assert reading.names_around(alone) == {"김학생", "박강사"}
    session = classes.open_class(enrolled)
    for user in (kim, lee):
        classes.seat(session, user)
    together = selectors.requests().get(pk=ask(kim, step, session_id=session.pk).pk)
    assert reading.names_around(together) == {"김학생", "박강사", "이학생", "이할머니"}


@pytest.mark.django_db
def test_only_what_a_teacher_shares_now_is_remembered_the_newest_first(enrolled: Lecture, step: Subtask) -> None:
    common = {"subtask": step, "rating": 5, "approved_at": now()}
    first, second = (RememberedAnswer.objects.create(help_content=text, **common) for text in ("하나", "둘"))
    RememberedAnswer.objects.create(help_content="빼앗긴 것", **{**common, "withdrawn_at": now()})
    RememberedAnswer.objects.create(help_content="아직 아닌 것", **{**common, "approved_at": None})
    assert [each.id for each in reading.remembered(step.pk)] == [second.pk, first.pk]


@pytest.mark.django_db
def test_reading_costs_the_same_however_much_was_tapped(
    enrolled: Lecture, kim: User, step: Subtask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = selectors.requests().get(pk=ask(kim, step).pk)
    reading.read(request)  # the lecture's outline is cached by now
    with django_assert_num_queries(3):
        reading.read(request)
    for number in range(40):
        tap(kim, step, f"{number}")
    with django_assert_num_queries(3):
        assert len(reading.read(request).events) == 40


# --- without rows


@pytest.mark.parametrize(
    ("action", "hint", "said"),
    [
        ("INPUT", "검색 칸", "검색 칸을 누르고 글자를 써 보세요."),
        ("SCROLL", "친구 목록", "화면을 천천히 밀면서 친구 목록을 찾아보세요."),
        ("LONG_CLICK", "말풍선", "말풍선을 길게 눌러주세요."),
        ("CLICK", "보내기", "보내기를 찾아서 눌러주세요."),
        (None, "보내기", "보내기를 찾아서 눌러주세요."),
        ("CLICK", "", "지금은 '보내기' 단계예요."),
    ],
)
def test_a_step_without_a_guide_is_told_by_what_it_wants(action: str | None, hint: str, said: str) -> None:
    told = instruction(Evidence(StepFacts(title="보내기", action=action, hint=hint)))
    assert told.endswith(said)
    assert told.startswith("지금은 '보내기' 단계예요.")
    assert is_polite(told)


@pytest.mark.parametrize(
    ("title", "hint", "before", "expected"),
    [
        ("카카오톡 열기", TALK, (), "OPEN"),
        ("카카오톡 열기", TALK, (TALK,), "TAP"),  # it was opened before
        ("친구 고르기", TALK, (), "TAP"),
        ("고르기", "친구 목록", (TALK,), None),
        ("네이버 지도 열기", "", (), None),  # a name in a text is no app of the step
    ],
)
def test_by_its_hint_only_the_app_of_a_step_is_known(
    title: str, hint: str, before: tuple[str, ...], expected: str | None
) -> None:
    found = expectation_by_hint(title, "", hint, before)
    assert (found and found.action) == expected
    assert found is None or (found.where.apps, found.target, found.after) == ([hint], Target(), None)


@given(st.text(max_size=60))
def test_what_is_said_aloud_has_no_quotes_and_says_the_same(text: str) -> None:
    aloud = spoken(text)
    assert not set(aloud) & set("'\"‘’“”")
    assert aloud == spoken(aloud)


@given(st.text(max_size=60))
def test_a_sentence_ends_once(text: str) -> None:
    assert sentence(sentence(text)) == sentence(text)
    assert not text.strip() or sentence(text)[-1] in ".!?"


@pytest.mark.parametrize(
    ("word", "together"),
    [
        ("", "를"),
        ("'", "'를"),
        ("3", "3을"),
        ("2", "2를"),
        ("R", "R을"),
        ("OK", "OK를"),
        ("확인)", "확인)을"),
        ("!", "!를"),
    ],
)
def test_a_particle_goes_by_how_the_last_sign_is_read(word: str, together: str) -> None:
    assert with_particle(word, "을") == together


@pytest.mark.parametrize(("word", "together"), [("", "로"), ("7", "7로"), ("3", "3으로"), ("5", "5로"), ("L", "L로")])
def test_after_a_rieul_the_way_is_short(word: str, together: str) -> None:
    assert with_particle(word, "으로") == together


@pytest.mark.parametrize(
    ("text", "polite"), [("", False), ("눌러요. 봐요!", True), ("눌러요. 봐.", False), ("보십시오", True)]
)
def test_every_sentence_has_to_be_polite(text: str, polite: bool) -> None:
    assert is_polite(text) is polite


# --- what a page knows


@pytest.mark.django_db
def test_what_a_page_knows_is_evidence_and_no_tap(enrolled: Lecture, kim: User, step: Subtask) -> None:
    for kind in ("page.step_shown", "page.clip_heard", "page.guide_floated", "page.hidden"):
        ActivityLog.objects.create(user=kim, subtask=step, event_type=kind, event_data={"floating": True})
    evidence = evidence_of(ask(kim, step))
    assert (evidence.events, evidence.knows_taps) == ((), False)
    assert (evidence.page.heard, evidence.page.away, evidence.page.floating) == (1, 1, True)
    assert seen(evidence) == [
        "이 휴대폰은 어디를 눌렀는지 알려 주지 않아요.",
        "안내를 띄워 두고 있어요.",
        "안내를 끝까지 1번 들었어요.",
        "수업 화면을 1번 떠났어요.",
    ]


@pytest.mark.django_db
def test_of_a_page_that_tells_nothing_nothing_is_said(enrolled: Lecture, kim: User, step: Subtask) -> None:
    assert seen(evidence_of(ask(kim, step))) == ["이 휴대폰은 어디를 눌렀는지 알려 주지 않아요."]
