"""What people type, scan and paste where a code is asked for (contract 2.4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.classroom.codes import ALPHABET, as_code, as_id, look_alikes, new_code

CASES = json.loads((Path(__file__).parent / "codes.json").read_text())
LAYOUT = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["given"] or "nothing")
def test_the_code_is_what_was_meant(case: dict[str, str | None]) -> None:
    assert as_code(str(case["given"])) == case["code"]


@given(st.text(ALPHABET, min_size=6, max_size=6).filter(lambda code: not code.isdigit()))
def test_a_code_typed_on_a_hangul_keyboard_is_the_code(code: str) -> None:
    assert as_code("".join(LAYOUT.get(key, key) for key in code.lower())) == code


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    code = as_code(text)
    assert code is None or (code.isascii() and code.isalnum() and 4 <= len(code) <= 20 and code == code.upper())
    assert code is None or as_code(code) == code
    assert as_id(text) is None or code is None


def test_our_codes_are_no_ids() -> None:
    codes = [new_code() for _ in range(200)]
    assert all(as_code(code) == code and as_id(code) is None for code in codes)


def test_a_text_without_end_is_no_code() -> None:
    assert as_code("http://class.example.com/join/ABC234" + " " * 1_000_000) is None


@pytest.mark.parametrize(
    ("code", "alike"),
    [
        ("HM62LR", []),
        ("HM62IR", ["HM62LR"]),
        ("HM621R", ["HM62LR"]),
        ("HM6O1R", ["HM6OLR", "HM60LR"]),
        ("HM60LR", ["HM6OLR"]),
    ],
)
def test_signs_that_look_alike_are_read_as_those_that_codes_have(code: str, alike: list[str]) -> None:
    assert look_alikes(code) == alike


def test_no_code_of_ours_looks_like_another() -> None:
    assert [look_alikes(new_code()) for _ in range(200)] == [[]] * 200
