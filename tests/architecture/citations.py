"""What comments, docstrings and pages cite, and what there is to cite.

A citation is a rule or section of the contract ("contract 8.1"), an operation or a socket (R13, W5), a promise or a
pitfall (F9, X4, P13), a section of the page on reliability, a decision (ADR 9), or a design document (S2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tests.architecture.sources import ROOT

CONTRACT, RELIABILITY, ADR, DOCUMENT, ID = "contract", "reliability, section", "ADR", "document", ""
Citation = tuple[str, str]
"""Of which page (one of the names above), and what of it: ``("contract", "8.1")``, ``("", "F9")``."""

_DASH = "[–-]"
_END = r"(?!\w|%|[.-]\w)"
_REF = r"R?\d{1,2}(?:\.\d{1,3})?(?!\w|%|\.\w)"
_REFS = rf"{_REF}(?:\s*(?:,|;|and|or|to|{_DASH})\s*{_REF})*"
_WRAPPED = re.compile(r"\n[ \t]*(?:#|//|\*(?!/)|>)?[ \t]*")
_LISTS = (
    (CONTRACT, re.compile(rf"\bcontracts?[ ,]+(?:sections?|rules?)?[ ]*({_REFS})", re.IGNORECASE)),
    (RELIABILITY, re.compile(r"\breliability(?:\.md)?`?,? (?:section|§) ?(\d+)", re.IGNORECASE)),
    (ADR, re.compile(r"\bADRs?[ -]?(\d+(?:(?:,| and|–) \d+)*)")),
    (ADR, re.compile(r"\badr/(\d{4})\b")),
)
_ID = re.compile(rf"(?<![\w#+/.%$-])([FXPRW]\d{{1,2}})(?:{_DASH}[FXPRW]?(\d{{1,2}}))?{_END}")
_DOCUMENT = re.compile(rf"(?<![\w#+/.%$-])(S\d){_END}")
_HEADING = re.compile(r"^## (\d+)\. ", re.MULTILINE)
_RULE = re.compile(r"^(\d+)\. ", re.MULTILINE)


def citations(text: str) -> Iterator[Citation]:
    """Everything that a text cites, in any of the forms that we write; ranges are written out."""
    text = _WRAPPED.sub(" ", text)
    for page, pattern in _LISTS:
        for found in pattern.finditer(text):
            for name in _written_out(found.group(1)):
                yield (ID if name[0] == "R" else page, name.lstrip("0"))
    for found in _ID.finditer(text):
        first, last = found.groups()
        yield ID, first
        if last is not None:
            yield ID, first[0] + last
    for name in _DOCUMENT.findall(text):
        yield DOCUMENT, name


def unknown(cited: Iterable[Citation]) -> list[str]:
    """What of this is nowhere."""
    return sorted({f"{page} {name}".strip() for page, name in cited if name not in _known()[page]})


@cache
def _known() -> dict[str, frozenset[str]]:
    contract, reliability = _page("contract.md"), _page("reliability.md")
    rules = {f"{section}.{rule}" for section, body in _sections(contract) for rule in _RULE.findall(body)}
    return {
        CONTRACT: frozenset(rules) | frozenset(_HEADING.findall(contract)),
        RELIABILITY: frozenset(_HEADING.findall(reliability)),
        ADR: frozenset(path.name[:4].lstrip("0") for path in (ROOT / "docs" / "adr").glob("*.md")),
        DOCUMENT: frozenset(re.findall(r"^\| (S\d) \|", _page("design-documents.md"), re.MULTILINE)),
        ID: frozenset(_ids(contract) | _ids(reliability)),
    }


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _sections(page: str) -> Iterator[tuple[str, str]]:
    starts = list(_HEADING.finditer(page))
    ends = [start.start() for start in starts[1:]] + [len(page)]
    for start, end in zip(starts, ends, strict=True):
        yield start.group(1), page[start.end() : end]


def _ids(page: str) -> set[str]:
    """Names in the first cell of a table: ``R11, R41``, ``R15–R19``."""
    cells = re.findall(r"^\| ([FXPRW]\d[^|]*) \|", page, re.MULTILINE)
    return {name for cell in cells for part in cell.split(", ") for name in _written_out(part)}


def _written_out(listed: str) -> Iterator[str]:
    """``6.9, 10`` is 6.9 and 10; ``11.1–11.3`` is 11.1, 11.2 and 11.3; ``R15–R17`` is R15, R16 and R17."""
    for part in re.split(r"\s*(?:,|;|\band\b|\bor\b)\s*", listed):
        ends = re.split(rf"\s*(?:{_DASH}|\bto\b)\s*", part)
        head, first = _head_and_number(ends[0])
        _, last = _head_and_number(ends[-1])
        yield from (f"{head}{number}" for number in range(first, last + 1))


def _head_and_number(name: str) -> tuple[str, int]:
    """``11.3`` is ``11.`` and 3, ``R15`` is ``R`` and 15."""
    number = re.search(r"\d+$", name)
    assert number is not None, name
    return name[: number.start()], int(number.group())
