"""``docs/conformance.md`` is fresh, and everything that the documents promise has a proof (contract 1)."""

from __future__ import annotations

import re

import pytest

from tests.conftest import EVERY_TEST
from tests.contract import conformance
from tests.contract.conformance import PAGE, Proofs
from tests.contract.inventory import MESSAGES, OPERATIONS, Message, Operation
from tests.contract.matrix import MATRIX


@pytest.fixture(scope="module")
def proofs(request: pytest.FixtureRequest) -> Proofs:
    """What this run has collected; in a run of a few files everything is collected anew, which takes a while."""
    tests: list[str] = request.config.stash[EVERY_TEST]
    found = Proofs(tests)
    files = {str(path.relative_to(conformance.ROOT)) for path in (conformance.ROOT / "tests").rglob("test_*.py")}
    return found if files <= found.files else Proofs(conformance.collected())


def test_everything_is_proven(proofs: Proofs) -> None:
    assert conformance.unproven(proofs) == []


def test_the_page_is_fresh(proofs: Proofs) -> None:
    assert PAGE.read_text(encoding="utf-8") == conformance.page(proofs), "run python -m tests.contract.conformance"


def test_every_named_proof_is_a_test(proofs: Proofs) -> None:
    named: list[Operation | Message] = [*OPERATIONS, *MESSAGES]
    assert {file for one in named for file in one.proof} - proofs.files == set()


def test_the_inventory_is_whole() -> None:
    assert {one.row for one in OPERATIONS} == {f"R{number}" for number in range(1, 61)}
    assert {one.socket for one in MESSAGES} == {f"W{number}" for number in range(1, 12)}


def test_every_operation_is_in_the_matrix() -> None:
    asked = {(row.method, re.sub(r"\{\w+\}", "{}", row.path.partition("?")[0]).rstrip("/")) for row in MATRIX}
    assert [one.row for one in OPERATIONS if (one.method, one.path) not in asked] == []


def test_a_promise_without_a_test_is_found() -> None:
    bare = Proofs(["tests/contract/test_examples.py::test_x[s1/R1.201]"])
    assert "R2 POST /api/auth/login" in conformance.unproven(bare)
    assert "R1 POST /api/auth/register" not in conformance.unproven(bare)
