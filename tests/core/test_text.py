"""What is nothing to see (contract 11.10), the one form of a text, and what is compared and found.

The pages are held to the same ``texts.json``.
"""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import finder, folded, is_blank, one_line, optional_line, paragraph, plain, words

CASES = json.loads((Path(__file__).parent / "texts.json").read_text())
NOTHING: list[str] = CASES["nothing"]

texts = st.text(max_size=60) | st.text(
    "가각힣각ㄱㅏㄳa b\u0301\u0308\u200b\u200d\ufe0f\u202e\u3164\u2800\n\r\t", max_size=30
)


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_what_has_nothing_to_see_is_empty(text: str) -> None:
    assert is_blank(text)
    with pytest.raises(Invalid):
        one_line(text, "name", 100)
    with pytest.raises(Invalid):
        words(text, "message", 100)
    assert optional_line(text, "title", 100) == paragraph(text, "description", 100) == ""


@pytest.mark.parametrize("text", CASES["something"], ids=ascii)
def test_what_can_be_seen_stays_unharmed(text: str) -> None:
    kept = unicodedata.normalize("NFC", text)
    assert one_line(f"\u200b {text}\ufeff ", "name", 100) == words(text, "message", 100) == kept


@given(texts)
def test_a_line_is_kept_in_one_form_or_refused(text: str) -> None:
    try:
        line = one_line(text, "name", 50)
    except Invalid:
        return
    assert line == one_line(line, "name", 50) == unicodedata.normalize("NFC", line)
    assert not is_blank(line)
    assert len(line) <= 50
    assert "\n" not in line


@given(texts)
def test_a_paragraph_is_kept_in_one_form_or_refused(text: str) -> None:
    try:
        kept = paragraph(text, "message", 50)
    except Invalid:
        return
    assert kept == paragraph(kept, "message", 50) == unicodedata.normalize("NFC", kept)
    assert (kept == "") is is_blank(text)


@given(texts)
def test_the_form_of_a_text_makes_no_difference(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert is_blank(text) is is_blank(apart)
    assert plain(plain(text)) == plain(text) == plain(apart)
    assert folded(folded(text)) == folded(text) == folded(apart) == folded(f"\u200b{text} ")


@given(texts, texts, texts)
def test_every_part_is_found(before: str, part: str, after: str) -> None:
    assert finder(part)(part)
    assert finder(part)(f"{before} {part} {after}")


def test_letters_count_in_one_form() -> None:
    name = unicodedata.normalize("NFD", "가각힣" * 16)
    assert len(name) > 100
    assert len(one_line(name, "name", 48)) == 48


@pytest.mark.parametrize(("wanted", "text"), CASES["found"])
def test_who_looks_for_it_finds_it(wanted: str, text: str) -> None:
    assert finder(wanted)(text)


@pytest.mark.parametrize(("wanted", "text"), CASES["not_found"])
def test_who_looks_for_something_else_does_not(wanted: str, text: str) -> None:
    assert not finder(wanted)(text)


@pytest.mark.parametrize("piece", ["a", "가", "\u200b", "e\u0301", "ㄱ", " \u0301"])
def test_the_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    def seconds(times: int) -> float:
        text, best = piece * times, float("inf")
        for _ in range(5):
            began = time.thread_time()
            is_blank(text)
            paragraph(text, "message", len(text))
            finder("ㄱㅇㅈ")(text)
            best = min(best, time.thread_time() - began)
        return best

    assert seconds(80_000) < 30 * seconds(10_000)
