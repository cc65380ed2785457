"""Hand-written documents: links lead somewhere, and what they say about settings and commands is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.architecture.sources import ROOT, project_files, shown

_PAGES = [path for path in project_files() if path.suffix == ".md"]
_LINK = re.compile(r"\]\((?!https?://|mailto:)(?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", _PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = [target for target in _LINK.findall(text) if not _exists(page, target)]
    assert broken == []


@pytest.mark.parametrize("page", _PAGES, ids=shown)
def test_commands_exist(page: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8")))
    assert named - set(get_commands()) == set()


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in _PAGES:
        named = set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")))
        assert named - targets == set(), shown(page)


def _exists(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in _anchors(file.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    headings = {re.sub(r"[^\w\s-]", "", title.lower()).strip().replace(" ", "-") for title in _HEADING.findall(text)}
    return headings | set(re.findall(r'<a id="([^"]+)">', text))


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in _LINK.findall(index.read_text(encoding="utf-8"))}
    pages = {page for page in _PAGES if page.parent != ROOT / "bench" / "results"}
    documents = {path for path in project_files() if path.parent == index.parent}
    readmes = {index, ROOT / "README.md", ROOT / "README.ko.md"}
    assert [shown(page) for page in sorted((pages | documents) - linked - readmes)] == []
