"""The checker finds every kind of broken promise, and nothing where none is broken."""

from __future__ import annotations

import pytest

from tests.faults.checker import Promises, complaints

STORED = ["a", "b", "c"]


def test_all_is_well() -> None:
    assert complaints(Promises({"a", "b", "c", "d"}, {"a", "b"}), STORED, {"kim": STORED}) == []


@pytest.mark.parametrize(
    ("acked", "stored", "view", "complaint"),
    [
        ("abcd", "abc", "abc", "acknowledged, and not stored: 1, such as ['d']"),
        ("abc", "abcb", "abc", "stored twice: 1, such as ['b']"),
        ("abc", "abcx", "abcx", "stored, and nobody said it: 1, such as ['x']"),
        ("abc", "abc", "ab", "never shown to kim: 1, such as ['c']"),
        ("abc", "abc", "abcc", "shown to kim twice: 1, such as ['c']"),
        ("abc", "abc", "abcd", "shown to kim, and not stored: 1, such as ['d']"),
        ("abc", "abc", "acb", "shown to kim in another order: c before b"),
    ],
)
def test_what_is_broken_is_named(acked: str, stored: str, view: str, complaint: str) -> None:
    assert complaint in complaints(Promises(set("abcd"), set(acked)), list(stored), {"kim": list(view)})
