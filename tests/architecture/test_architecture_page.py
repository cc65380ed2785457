"""docs/architecture.md answers a newcomer: where a change begins, and which files a request walks through."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT, project_files, shown

PAGE = ROOT / "docs" / "architecture.md"
_PATH = re.compile(r"`([\w.<>*-]+(?:/[\w.<>*-]*)+|pyproject\.toml)`")
# Written from mobilegpt/, as the whole page is; what stands elsewhere begins with its folder.
_ELSEWHERE = ("config/", "tests/", "docs/", "web/", "bench/", "deploy/", "tools/", "mobilegpt/", "pyproject.toml")


def _sections() -> dict[str, str]:
    parts = re.split(r"^#{2,3} (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _paths_in(text: str) -> list[str]:
    return [path for path in _PATH.findall(text) if not path.startswith(("/", "ws/", "api/"))]


def _exists(path: str) -> bool:
    """A file or folder under version control; ``<family>`` stands for any one name."""
    whole = path if path.startswith(_ELSEWHERE) and not path.startswith("tools/") else f"mobilegpt/{path}"
    pattern = re.escape(whole.rstrip("/"))
    pattern = re.sub(r"<\w+>|\\\*", "[^/]+", pattern)
    return any(re.match(rf"{pattern}(?:/|$)", shown(file)) for file in project_files())


def _changes() -> list[str]:
    return [line for line in _sections()["Ten changes"].splitlines() if line.startswith("| ")][1:]


def _walks() -> list[tuple[str, str]]:
    return [(title, text) for title, text in _sections().items() if title.startswith("Walk: ")]


@pytest.mark.parametrize("path", sorted(set(_paths_in(PAGE.read_text(encoding="utf-8")))))
def test_a_file_that_the_page_names_exists(path: str) -> None:
    assert _exists(path) or any(shown(file) == path for file in project_files())


def test_ten_changes_name_the_files_that_they_touch() -> None:
    changes = _changes()
    assert len(changes) == 10
    for change in changes:
        assert len(_paths_in(change)) >= 2, change


def test_walks_name_their_files_in_order() -> None:
    walks = _walks()
    assert [title for title, _ in walks] == [
        "Walk: the next step",
        "Walk: a chat message",
        "Walk: a seat",
        "Walk: a tap",
        "Walk: help",
        "Walk: who was there",
    ]
    for title, text in walks:
        assert len(_paths_in(text)) >= 5, title


def test_a_file_that_is_gone_would_be_noticed() -> None:
    assert not _exists("realtime/gatherer.py")
    assert _exists("rest/<family>/views.py")
