"""Which remembered answer fits, and how alike texts are (contract 8.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobilegpt.helpdesk.analysis.complaints import is_generic
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.helpdesk.analysis.memory import Remembered, recall
from mobilegpt.helpdesk.analysis.similarity import similarity

EVIDENCE = Evidence(StepFacts(title="친구 선택하기"), app="com.kakao.talk", screen="친구 목록")
KEPT = Remembered(
    id=1,
    app="com.kakao.talk",
    screen="친구 목록",
    problem="",
    complaint="",
    help_content="맨 아래 사람 그림을 눌러보세요.",
    voice_guide_text="맨 아래 사람 그림을 눌러보세요.",
    rating=5,
)


def chosen(evidence: Evidence, *kept: Remembered) -> int | None:
    verdict = recall(evidence, analyse(evidence), kept)
    return verdict.remembered_id if verdict else None


def test_the_better_fit_is_given() -> None:
    evidence = replace(EVIDENCE, message="친구가 어디 있나요 안 보여요")
    other = replace(KEPT, id=2, problem="글씨가 작아서 친구가 안 보여요")
    same = replace(KEPT, id=3, problem="친구가 어디 있는지 안 보여요")
    assert chosen(evidence, KEPT, other, same) == 3


def test_of_two_that_fit_alike_the_better_rated_and_newer_is_given() -> None:
    assert chosen(EVIDENCE, replace(KEPT, id=1, rating=4), replace(KEPT, id=2), replace(KEPT, id=3)) == 3


def test_what_did_not_help_this_learner_is_not_given_again() -> None:
    other = replace(KEPT, id=2, rating=4, help_content="돋보기를 눌러보세요.")
    assert chosen(replace(EVIDENCE, tried=(KEPT.help_content,)), KEPT, other) == 2


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"app": ""}, True),
        ({"screen": ""}, True),
        ({"app": "com.android.settings"}, False),
        ({"screen": "설정"}, False),
        ({"problem": "이 단계가 어렵습니다"}, True),
        ({"problem": "소리가 안 나요"}, False),
        ({"complaint": "said_no_sound"}, False),
        ({"help_content": "로그인을 누르세요"}, False),
    ],
)
def test_what_has_to_fit(change: dict[str, str], fits: bool) -> None:
    assert (chosen(EVIDENCE, replace(KEPT, **change)) is not None) is fits  # type: ignore[arg-type]


def test_who_complains_of_the_same_kind_gets_it_in_whatever_words() -> None:
    heard = replace(KEPT, complaint="said_no_sound")
    assert chosen(replace(EVIDENCE, message="음량이 너무 작은가 봐요"), heard) == 1
    assert chosen(replace(EVIDENCE, message="친구가 안 보여요"), heard) is None


@pytest.mark.parametrize(
    ("message", "generic"),
    [
        ("도와주세요", True),
        ("이 단계가 어렵습니다", True),
        ("잘 모르겠어요 ㅠㅠ", True),
        ("", True),
        ("소리가 안 나요", False),
        ("친구가 안 보여요", False),
    ],
)
def test_messages_that_say_nothing_in_particular(message: str, generic: bool) -> None:
    assert is_generic(message) is generic


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("친구가 안 보여요", "친구가 안보여요", True),
        ("친구가 안 보여요", "친구 목록이 보이지 않아요 친구가 안 보임", True),
        ("자판이 영어로 나와요", "자판이 자꾸 영어로 나와요", True),
        ("글자를 어떻게 지워요", "글자 지우는 법", False),
        ("소리가 안 나요", "친구가 안 보여요", False),
        ("", "친구", False),
    ],
)
def test_similarity(one: str, other: str, alike: bool) -> None:
    assert (similarity(one, other) >= 0.34) is alike
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == (1.0 if one else 0.0)
