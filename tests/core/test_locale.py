"""Which language is asked for, and what is said in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.locale import Language, Words, language_of, speaking, spoken

HELLO = Words("{name}님, 안녕하세요", "Hello, {name}")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "ko"), ("*", "ko"), ("ko", "ko"), ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en", "en"), ("EN-gb", "en"), ("ko,en", "ko"), ("en;q=2", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"), ("fr, en;q=0.5", "en"), ("fr,de", "ko"), ("en;q=0", "ko"),
        ("en;q=0,ko", "ko"),
        ("en;q=0.3,ko;q=0.4", "ko"), ("ko;q=0.3, en;q=0.4", "en"), ("english", "ko"),
    ],
)  # fmt: skip
def test_the_wanted_language(asked: str, language: str) -> None:
    assert language_of(asked) == language


@given(st.text(max_size=400))
def test_any_header_is_some_language(asked: str) -> None:
    assert language_of(asked) in set(Language)


def test_words_are_said_in_the_language_of_the_moment() -> None:
    with speaking(Language.ENGLISH):
        assert HELLO.said(name="김영자") == "Hello, 김영자"
        with speaking(Language.KOREAN):
            assert HELLO.said(name="Kim") == "Kim님, 안녕하세요"
        assert spoken() is Language.ENGLISH
    assert HELLO.said(name="Kim") == "Kim님, 안녕하세요"


def test_words_take_words_each_language_its_own() -> None:
    told = Words("{thing} {n}개", "{n} of {thing}").with_values(thing=Words("사과", "apples"), n=3)
    assert told == ("사과 3개", "3 of apples")
