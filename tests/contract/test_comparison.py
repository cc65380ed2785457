"""The comparison itself finds what it is for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.comparison import additions, differences


@pytest.mark.parametrize(
    ("documented", "said"),
    [
        ({"id": 1}, {}),
        ({"id": 1}, {"id": "1"}),
        ({"id": 1}, {"id": None}),
        ({"id": 1}, {"id": True}),
        ({"minutes": 45}, {"minutes": 45.0}),
        ({"rate": 0.25}, {"rate": "0.25"}),
        ({"at": "2025-10-28T10:00:00Z"}, {"at": "2025-10-28T10:00:00.123Z"}),
        ({"at": "2025-01-15T10:00:00"}, {"at": "2025-10-28T10:00:00+09:00"}),
        ({"status": "WAITING"}, {"status": "waiting"}),
        ({"rows": [{"id": 1}]}, {"rows": []}),
        ({"rows": [{"id": 1}]}, {"rows": [{"id": 1}, {}]}),
        ({"rows": [{"a": 1}, {"b": 1}]}, {"rows": [{"a": 1}]}),
        ({"user": {"id": 1}}, {"user": 1}),
    ],
)
def test_a_deviation_is_found(documented: Any, said: Any) -> None:
    assert list(differences(documented, said))


@pytest.mark.parametrize(
    ("documented", "said"),
    [
        ({"id": 1}, {"id": 2, "more": None}),
        ({"rate": 0.25}, {"rate": 1}),
        ({"session": None}, {"session": None}),
        ({"rows": [{"a": 1}, {"b": 1}]}, {"rows": [{"a": 1, "b": 2}]}),
        ({"at": "2025-01-15T10:00:00"}, {"at": "2025-10-28T10:00:00Z"}),
    ],
)
def test_other_values_are_no_deviation(documented: Any, said: Any) -> None:
    assert list(differences(documented, said)) == []


def test_additions_are_named_by_their_path() -> None:
    documented = {"type": "a", "subtask": {"id": 1}, "rows": [{"id": 1}]}
    said = {"type": "a", "subtask": {"id": 1, "position": 2}, "rows": [{"id": 1, "extra": 1}], "data": {"x": 1}}
    assert additions(documented, said) == {"subtask.position", "rows.extra", "data"}
