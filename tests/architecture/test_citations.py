"""Nothing cites a rule, a promise, a pitfall, an operation, a decision or a document that is not in our pages."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.citations import ADR, CONTRACT, DOCUMENT, ID, RELIABILITY, Citation, citations, unknown
from tests.architecture.sources import ROOT, project_files, shown
from tests.contract.inventory import MESSAGES, OPERATIONS

CONTRACT_PAGE = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
DESIGN_PAGE = (ROOT / "docs" / "design-documents.md").read_text(encoding="utf-8")
_WRITTEN = {
    ".py",
    ".md",
    ".ts",
    ".js",
    ".mjs",
    ".svelte",
    ".css",
    ".html",
    ".c",
    ".go",
    ".toml",
    ".yml",
    ".conf",
    ".webmanifest",
}
_BY_PROGRAM = {"docs/openapi.json", "docs/asyncapi.json"}
_OWN = {"tests/architecture/test_citations.py", "tests/architecture/citations.py"}
_FILES = [
    path
    for path in project_files()
    if (path.suffix in _WRITTEN or shown(path) in _BY_PROGRAM) and shown(path) not in _OWN
]


@cache
def _cited_in(path: Path) -> tuple[Citation, ...]:
    return tuple(citations(path.read_text(encoding="utf-8")))


def test_what_is_cited_exists() -> None:
    assert {shown(path): missing for path in _FILES if (missing := unknown(_cited_in(path)))} == {}


def test_citations_of_every_kind_are_found() -> None:
    pages = Counter(page for path in _FILES for page, _ in _cited_in(path))
    assert pages[CONTRACT] > 400
    assert pages[ID] > 400
    assert pages[DOCUMENT] > 100
    assert min(pages[ADR], pages[RELIABILITY]) > 10


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Contract 8.1.", ["contract 8.1"]),
        ("(contract 6.9, 10)", ["contract 6.9", "contract 10"]),
        ("contract 10.2, 4.4, and more", ["contract 10.2", "contract 4.4"]),
        ("contract 11.1–11.3", ["contract 11.1", "contract 11.2", "contract 11.3"]),
        ("contract 3.2-3.4, 9.2", ["contract 3.2", "contract 3.3", "contract 3.4", "contract 9.2"]),
        ("contract 8.1 and 8.5", ["contract 8.1", "contract 8.5"]),
        ("(contract, section 1)", ["contract 1"]),
        ("Contract R21", ["R21", "R21"]),
        ("Contract 6 (added).", ["contract 6"]),
        ("contract 10.5, 256 KiB", ["contract 10.5"]),
        ("# as the contract\n    # 8.1 has it", ["contract 8.1"]),
        (" * (contract\n * 3.9, 12)", ["contract 3.9", "contract 12"]),
        ("the 12 rules of a contract", []),
        ("(contract 9; reliability, section 3)", ["contract 9", "reliability, section 3"]),
        ("(contract 8.2; reliability F11, F12; P25)", ["contract 8.2", "F11", "F12", "P25"]),
        ("F10–F12, and X4.", ["F10", "F12", "X4"]),
        ("W1 and W11", ["W1", "W11"]),
        ("S1, S0's and s3/R52.200", ["document S1", "document S0"]),
        ("(reliability X4; ADR 19)", ["ADR 19", "X4"]),
        ("ADR 1, 17 and 9", ["ADR 1", "ADR 17", "ADR 9"]),
        ("docs/adr/0009-fixed-threads.md", ["ADR 9"]),
        ("a colour #F60, U+F9, 5F1, W1.step_changed, 40 P", []),
    ],
)
def test_every_form_is_read(text: str, cited: list[str]) -> None:
    assert [f"{page} {name}".strip() for page, name in citations(text)] == cited


@pytest.mark.parametrize(
    "text",
    [
        "contract 8.11", "contract 13", "contract 6.9, 14", "contract 7.7–7.9", "Contract R61", "R15–R61", "W12", "F34",
        "reliability X23", "P29", "ADR 99", "docs/adr/0099-x.md", "reliability, section 5", "S5",
    ],
)  # fmt: skip
def test_what_is_not_there_is_noticed(text: str) -> None:
    assert len(unknown(citations(f"Something (see {text})."))) == 1


def test_the_contract_cites_itself_rightly() -> None:
    """It names its own rules without its name: ``(8.3)``, ``of 7.8``, ``6.11's``."""
    named = re.findall(r"(?:\(|\bof |\bor |, )(\d{1,2}\.\d{1,2})(?='s|[,)]|\.(?:\s|$)|\sholds)", CONTRACT_PAGE)
    assert len(named) > 5
    assert unknown((CONTRACT, name) for name in named) == []


def test_every_added_operation_is_in_the_contract() -> None:
    """Those of the OpenAPI document that say so, and the rule that they belong to."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    served = {
        (method.upper(), path, cited.group(1))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if (cited := re.search(r"Contract ([\d.]+) \(added\)\.$", operation["description"]))
    }
    listed = re.findall(r"^\| ([A-Z]+) (/\S+) \| [^|]+ \| \d[^|]* \| ([\d.]+) \|$", CONTRACT_PAGE, re.MULTILINE)
    assert len(listed) > 10
    assert set(listed) == served


def test_every_operation_and_socket_is_in_the_tables() -> None:
    """Those that the tests prove (``docs/conformance.md``) are those that the pages list, with the same documents."""
    rows = re.findall(r"^\| (R\d+) \| (\w+) (\S+) \| ([^|]+) \|$", DESIGN_PAGE, re.MULTILINE)
    listed = [(row, method, re.sub(r"\{\w+\}", "{}", path), document) for row, method, path, document in rows]
    assert listed == [(each.row, each.method, each.path, each.document) for each in OPERATIONS]
    assert set(re.findall(r"^\| (W\d+) \|", DESIGN_PAGE, re.MULTILINE)) == {each.socket for each in MESSAGES}
    assert unknown((ID, each.row) for each in OPERATIONS) == []
