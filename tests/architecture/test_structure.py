"""The shape of the code: who imports whom, how long things are, how they are called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, project_files, python_files, shown, tree_of

_CODE = ("config", "mobilegpt", "tools", "bench")
_MOST_LINES_OF_A_FUNCTION = 60
_MOST_LINES_OF_A_FILE = 450
_TEXT = {".py", ".md", ".toml", ".ts", ".svelte", ".js", ".json", ".html", ".css", ".yaml", ".yml", ".sh", ".mjs", ""}


def test_imports_follow_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_functions_stay_short() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name} has {length} lines"
        for path in python_files(*_CODE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > _MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_files_stay_short() -> None:
    long = [
        f"{shown(path)} has {length} lines"
        for path in python_files(*_CODE)
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > _MOST_LINES_OF_A_FILE
    ]
    assert long == []


def test_modules_say_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [
        shown(path) for path in python_files(*_CODE, "tests") if path.stem in vague or path.parent.name in vague
    ] == []


def test_every_module_has_a_docstring() -> None:
    silent = [
        shown(path)
        for path in python_files("config", "mobilegpt")
        if path.name not in ("__init__.py", "apps.py") and ast.get_docstring(tree_of(path)) is None
    ]
    assert silent == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{shown(path)}:{number}"
        for path in python_files(*_CODE, "tests")
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if later.search(line)
    ]
    assert found == []


def test_no_file_names_the_place_it_was_written_at() -> None:
    """Paths of one machine mean nothing to a reader."""
    if ROOT.parent == Path(ROOT.anchor):
        pytest.skip("the project stands at the top of the file system")
    place = re.compile(rf"(?<![\w./]){re.escape(str(ROOT.parent))}/")
    found = [
        f"{shown(path)}:{number}: {line.strip()[:80]}"
        for path in project_files()
        if path.suffix in _TEXT
        for number, line in enumerate(_lines(path), start=1)
        if place.search(line)
    ]
    assert found == []


def test_locks_name_public_registries_only() -> None:
    python = re.findall(r'registry = "(.*?)"', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    node = re.findall(r'"resolved": "(https?://.*?)/', (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    assert set(python) == {"https://pypi.org/simple"}
    assert set(node) <= {"https://registry.npmjs.org"}


def test_the_lock_is_in_step_with_the_project() -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.is_file():
        pytest.skip("uv is not in this environment")
    run = subprocess.run([uv, "lock", "--check", "--offline"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
