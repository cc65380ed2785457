"""What of people reaches a language model, and what of its words reaches a learner (reliability X17, X20)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.language.redaction import NOBODY, fenced, names_pattern, without_people
from mobilegpt.language.safety import ANSWER_LENGTH, is_safe, plain_text

letters = st.text("가나다라마바사 김이박.,!?\n<>/\"'{}\\abc0123", max_size=80)


def inside(fence: str) -> Any:
    """What stands between the marks, as the model reads it."""
    return json.loads(fence.split("\n", 1)[1].rsplit("\n", 1)[0])


# --- people


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("김영희가 왔어요", f"{NOBODY}가 왔어요"),
        ("김 영 희가 왔어요", f"{NOBODY}가 왔어요"),
        ("김\u200b영\u00a0희가 왔어요", f"{NOBODY}가 왔어요"),
        ("김   영희", NOBODY),
        ("김    영희", "김    영희"),  # four blanks apart they are two words
        ("KATE and kate", f"{NOBODY} and {NOBODY}"),
        ("영희", "영희"),
    ],
)
def test_names_of_the_class_are_found_however_they_are_spaced(text: str, told: str) -> None:
    assert without_people(text, names_pattern(["김영희", "Kate"])) == told


def test_a_longer_name_is_not_left_in_half() -> None:
    known = names_pattern(["김영", "김영희"])
    assert without_people("김영희와 김영", known) == f"{NOBODY}와 {NOBODY}"


def test_names_are_text_and_no_pattern() -> None:
    known = names_pattern(["a.b", "(김)", "[이]"])
    assert without_people("a.b axb (김) [이]", known) == f"{NOBODY} axb {NOBODY} {NOBODY}"


@pytest.mark.parametrize("names", [[], [""], ["김"], [" ", "이"]])
def test_without_a_name_of_two_letters_nothing_is_looked_for(names: list[str]) -> None:
    """One letter is in every text."""
    assert names_pattern(names) is None
    assert without_people("김치와 이불", names_pattern(names)) == "김치와 이불"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("박순이님 안녕하세요", f"{NOBODY}님 안녕하세요"),
        ("박순이 님", f"{NOBODY} 님"),
        ("박순이씨", f"{NOBODY}씨"),
        ("박순이씨앗", "박순이씨앗"),
        ("내박순이님", "내박순이님"),
        ("사장님과 부장님", "사장님과 부장님"),
        ("여러분 안녕하세요", "여러분 안녕하세요"),
        ("선생님, 할머님", "선생님, 할머님"),
    ],
)
def test_who_is_addressed_by_name_is_nobody(text: str, told: str) -> None:
    assert without_people(text) == told


@given(st.text("가나다라", min_size=2, max_size=4), letters, letters)
def test_no_name_of_the_class_is_ever_told(name: str, before: str, after: str) -> None:
    assert name not in without_people(f"{before}{name}{after}", names_pattern([name]))


# --- data between marks


@given(st.recursive(letters | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_whatever_stands_inside_it_is_data_and_nothing_closes_the_marks(data: Any) -> None:
    told = fenced({"화면": data}, [])
    opening, closing = told.split("\n")[0], told.split("\n")[-1]
    assert told.count("<") == told.count(">") == 2
    assert closing == opening.replace("<", "</")
    assert set(inside(told)) == {"화면"}


def test_marks_cannot_be_guessed() -> None:
    marks = {fenced({}, []).split("\n")[0] for _ in range(20)}
    assert len(marks) == 20


def test_long_texts_are_cut_and_other_values_are_as_they_were() -> None:
    data = {"길다": "가" * 1000, "수": 7, "없음": None, "참": True, "안에": [{"또": "가" * 481}, 1.5]}
    told = inside(fenced(data, []))
    assert (len(told["길다"]), told["수"], told["없음"], told["참"]) == (480, 7, None, True)
    assert (len(told["안에"][0]["또"]), told["안에"][1]) == (480, 1.5)


def test_people_are_taken_out_at_every_depth() -> None:
    data = {"수강생의 말": "저 김영희예요", "최근": [{"글자": "010-1234-5678"}, "a@example.com"]}
    told = json.dumps(inside(fenced(data, ["김영희"])), ensure_ascii=False)
    for trace in ("김영희", "1234", "example.com"):
        assert trace not in told


# --- a model's words


@pytest.mark.parametrize(
    "text",
    [
        "송금을 누르세요", "송 금", "로그인하세요", "비밀 번호를 쓰세요", "ＬＯＧ ＩＮ", "sign-in", "앱을 지우세요",
        "친구 다 지워요", "사진을 모두 지우세요", "www.example.com", "http://x", "example.kr/a", "delete it",
        "결\u200b제", "결\u3164제", "송\u00ad금", "로\ufe0f그인", "카드 번호", "인증서", "계정을 전부 지우고",
    ],
)  # fmt: skip
def test_only_a_teacher_in_person_may_say_so(text: str) -> None:
    assert not is_safe(text)
    assert not is_safe("화면을 보세요", f"이제 {text}")


@pytest.mark.parametrize(
    "text",
    [
        "글자를 지우고 다시 쓰세요", "이 체육관", "어서 입장하세요", "소리를 키우세요", "두 번 나누어 누르세요",
        "example", "a.b.c", "지금 결 고운 화면", "spayed", "",
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_fine(text: str) -> None:
    assert is_safe(text)


def test_what_is_split_over_two_texts_is_not_put_together_into_something_else() -> None:
    assert is_safe("결", "제법 잘하셨어요") is is_safe("결 제법 잘하셨어요")


@given(st.text(max_size=300), st.integers(10, 200))
def test_a_plain_text_is_short_has_no_control_signs_and_stays_as_it_is(text: str, most: int) -> None:
    shown = plain_text(text, most)
    assert len(shown) <= most
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in shown)
    assert shown == shown.strip()
    assert "\n\n\n" not in shown


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("하나예요. 둘이에요. 셋이에요.", 7, "하나예요."),
        ("하나예요. 둘이에요. 셋이에요.", 9, "하나예요. 둘이에"),  # too little would be left of it
        ("하나예요. 둘이에요. 셋이에요.", 14, "하나예요. 둘이에요."),
        ("끝이 없는 한 문장이 계속 이어져서", 10, "끝이 없는 한 문장"),
        ("# 제목\n- 하나\n* 둘\n`셋`", 100, "제목\n하나\n둘\n셋"),
        ("<b>굵게</b> **더** __더__", 100, "굵게 더 더"),
        ("1 < 2 > 0", 100, "1  0"),
        ("가\n\n\n\n나", 100, "가\n\n나"),
    ],
)
def test_how_words_are_shown(text: str, most: int, shown: str) -> None:
    assert plain_text(text, most) == shown


def test_the_longest_answer_is_shown_whole() -> None:
    assert len(plain_text("가" * ANSWER_LENGTH)) == ANSWER_LENGTH
    assert len(plain_text("가" * (ANSWER_LENGTH + 1))) == ANSWER_LENGTH
