"""The project's own files, as the tests of its structure read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BUILT = {".git", ".venv", "node_modules", "dist", "data", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file under version control, and those about to be; without git (an unpacked archive) all files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        found = (ROOT / name for name in listed.stdout.split("\0") if name)
    else:
        found = (path for path in ROOT.rglob("*") if not _BUILT & set(path.relative_to(ROOT).parts))
    return tuple(sorted(path for path in found if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """Python files of these top-level folders, without migrations."""
    return [
        path
        for path in project_files()
        if path.suffix == ".py" and shown(path).split("/")[0] in folders and "migrations" not in path.parts
    ]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
