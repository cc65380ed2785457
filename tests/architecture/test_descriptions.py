"""Every REST operation says in words what it does, who may, and what refuses it (docs/openapi.json)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mobilegpt.core.errors import ErrorCode
from tests.architecture.sources import ROOT

_OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, methods in json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
    for method, operation in methods.items()
}
_CITATION = re.compile(r"\s*Contract [\w.]+(?: \((?:added|implied)\))?\.$")
_ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
_STATUS_OF = {code: status for status, code in re.findall(r"^\| (\d{3}) \| `([A-Z_]+)` \|", _ERRORS, re.MULTILINE)}
_ANYWHERE = {"IDEMPOTENCY_IN_FLIGHT", "IDEMPOTENCY_KEY_REUSED"}


@pytest.mark.parametrize("name", _OPERATIONS)
def test_an_operation_is_described_in_words(name: str) -> None:
    operation = _OPERATIONS[name]
    words, cited = _words(operation), _CITATION.search(operation["description"])
    assert operation["summary"].strip()
    assert cited, "it names its rule of the contract"
    assert len(words.split()) >= 10
    assert words[0].isupper()
    assert words.endswith(".")
    assert words != operation["summary"]


@pytest.mark.parametrize("name", _OPERATIONS)
def test_its_refusals_are_those_that_it_documents(name: str) -> None:
    """A code that it names is one of ours, and comes with a status that the operation lists."""
    operation = _OPERATIONS[name]
    words = re.sub(r"``[^`]+``", "", _words(operation))
    codes = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bFORBIDDEN\b|\bUNAUTHENTICATED\b", words))
    assert codes - set(ErrorCode) == set()
    statuses = {_STATUS_OF[code] for code in codes} | set(re.findall(r"[( ]([45]\d\d)\)", words))
    assert statuses - set(operation["responses"]) == set()


def test_refusals_of_state_are_named() -> None:
    """Whoever reads 409 learns which: the status alone does not tell what to do. With 422 it may be a key's alone."""
    of_state = {code for code, status in _STATUS_OF.items() if status == "409"} - _ANYWHERE
    asked = [
        name for name, each in _OPERATIONS.items() if "409" in each["responses"] and "422" not in each["responses"]
    ]
    assert len(asked) > 15
    assert [name for name in asked if not any(code in _OPERATIONS[name]["description"] for code in of_state)] == []


def _words(operation: dict[str, Any]) -> str:
    return _CITATION.sub("", operation["description"])
