"""Chat with a long past: lists, pages and unread counts at 10 thousand, 100 thousand and a million messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.machine import ROOT, facts
from bench.servers.databases import postgres
from bench.turns import load_average

SIZES = (10_000, 100_000, 1_000_000)


def measure(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """The same questions on SQLite and on PostgreSQL, with the plans of their queries at every size."""
    result: dict[str, Any] = {"machine": facts(), "databases": []}
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        result["databases"] += _ask(folder / "sqlite", {}, sizes)
        with postgres(folder / "server") as (_, url):
            result["databases"] += _ask(folder / "postgres", {"DATABASE_URL": url}, sizes)
    result["load_after"] = load_average()
    return result


def _ask(folder: Path, more: dict[str, str], sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    folder.mkdir(parents=True)
    env = {**os.environ, "DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "JWT_ACCESS_TOKEN_LIFETIME": "600", **more}
    answer = folder / "result.json"
    command = [sys.executable, "-m", "bench.servers.ours_messages", str(answer), *map(str, sizes)]
    subprocess.run(command, env=env, cwd=ROOT, check=True)
    found: list[dict[str, Any]] = json.loads(answer.read_text())
    return found
