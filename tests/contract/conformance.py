"""``docs/conformance.md``: what the documents promise, and the tests that prove it.

    python -m tests.contract.conformance [--check]

The tests are collected, so a proof that is no test any more is found out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.contract.inventory import MESSAGES, OPERATIONS, Message, Operation

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "conformance.md"
_COMPARED = re.compile(r"::\w+\[(s\d/[^\]]+)\]$")
_CELL = re.compile(r"::test_a_cell_of_the_matrix\[([A-Z]+) ([^ \]?]+?)(?=[ ?]|-\w+\]$)")
_HEAD = """# Conformance

Every operation and every message of the five documents, and the tests that prove it. Made by
`python -m tests.contract.conformance`; a test fails when it is stale, and when something has no proof.

- *example*: `tests/contract/test_examples.py` compares what the server says with the document's own JSON: every key,
  every type, the form of times; and that a client that did not opt in gets nothing but that and the named additions.
- *request*: the document's own request is sent as it stands, and taken.
- *matrix*: `tests/contract/test_access.py` asks it as each of nine principals; the number counts the answers compared.

"""


def collected() -> list[str]:
    """The ids of all tests, as pytest finds them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 5):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return [line for line in done.stdout.splitlines() if "::" in line]


class Proofs:
    """The collected tests, by what they prove."""

    def __init__(self, tests: Iterable[str]) -> None:
        self.files: set[str] = set()
        self.examples: dict[str, set[str]] = defaultdict(set)
        self.cells: dict[tuple[str, str], int] = defaultdict(int)
        for test in tests:
            self.files.add(test.partition("::")[0])
            if compared := _COMPARED.search(test):
                name = compared.group(1)
                self.examples[name.partition("/")[2]].add(name)
            elif cell := _CELL.search(test):
                path = re.sub(r"\{\w+\}", "{}", cell.group(2)).rstrip("/")
                self.cells[cell.group(1), path] += 1

    def of_operation(self, operation: Operation) -> list[str]:
        found = []
        for key, names in sorted(self.examples.items()):
            if key.split(".")[0].split("-")[0] == operation.row:
                kind = "request" if key.endswith("request") else "example"
                found += [f"{kind} `{name}`" for name in sorted(names)]
        if count := self.cells[operation.method, operation.path]:
            found.append(f"matrix ({count})")
        return found + self._files(operation.proof)

    def of_message(self, message: Message) -> list[str]:
        kind = "request" if message.sender == "client" else "example"
        found = [f"{kind} `{name}`" for name in sorted(self.examples.get(message.example, ()))]
        return found + self._files(message.proof)

    def _files(self, proof: Iterable[str]) -> list[str]:
        return [f"`{name}`" for name in proof if name in self.files]


def page(proofs: Proofs) -> str:
    lines = [_HEAD, "## Operations\n", "| row | operation | document | proof |", "|---|---|---|---|"]
    for one in OPERATIONS:
        shown = one.path.replace("{}", "{…}")
        lines.append(f"| {one.row} | {one.method} {shown} | {one.document} | {_cell(proofs.of_operation(one))} |")
    lines += ["\n## Messages\n", "| socket | message | sent by | document | proof |", "|---|---|---|---|---|"]
    for frame in MESSAGES:
        proof = _cell(proofs.of_message(frame))
        lines.append(f"| {frame.socket} | `{frame.kind}` | {frame.sender} | {frame.document} | {proof} |")
    return "\n".join(lines) + "\n"


def unproven(proofs: Proofs) -> list[str]:
    """What has no test. An operation needs more than the access matrix, which looks at the status alone, unless a
    document shows nothing of its answer (204)."""
    bare = [f"{one.row} {one.method} {one.path}" for one in OPERATIONS if not proofs.of_operation(one)]
    return bare + [frame.example for frame in MESSAGES if not proofs.of_message(frame)]


def _cell(proofs: list[str]) -> str:
    return ", ".join(proofs) or "**none**"


def main(arguments: list[str]) -> None:
    """Write the page, or with ``--check`` compare it. Exits with 1 when it is stale or something is unproven."""
    proofs = Proofs(collected())
    text = page(proofs)
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/conformance.md is stale: run python -m tests.contract.conformance")
    if bare := unproven(proofs):
        sys.exit("\n".join(f"unproven: {name}" for name in bare))


if __name__ == "__main__":
    main(sys.argv[1:])
