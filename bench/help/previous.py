"""``python -m bench.help.previous [COMMIT]``: ask the previous version anew, and record what came of it.

The commit is exported into a temporary folder, this benchmark is put into it, and ``previous_rules`` answers there.
``previous.json`` says which commit and which traces the figures are of; a report shows them beside the same
traces only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RECORDED = HERE / "previous.json"
COMMIT = "d721c12"
"""The last one whose help desk knew no expectations."""
_EXPECTED = Path("mobilegpt", "tools", "lessons", "expected")
_INSIDE = """
import json
from bench.help.grammar import digest, traces
from bench.help.measures import Row, summary
from bench.help.previous_rules import local_rules
from bench.help.scoring import score
wanted = traces()
rows = [Row(trace, given, score(given, trace)) for trace, given in zip(wanted, local_rules(wanted), strict=True)]
print(json.dumps({"traces": digest(), "figures": summary(rows)}, ensure_ascii=False))
"""


def ask(commit: str) -> dict[str, Any]:
    """The figures of that commit's rules. Raises ``CalledProcessError`` where it is not in this repository."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        archive = subprocess.run(
            ["git", "archive", commit, "mobilegpt", "config", "bench/__init__.py"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
        shutil.copytree(HERE, tree / "bench" / "help", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        # What the steps of the third set expect is data of the traces, and no rule of that version.
        shutil.copytree(ROOT / _EXPECTED, tree / _EXPECTED, ignore=shutil.ignore_patterns("__pycache__"))
        run = subprocess.run(
            [sys.executable, "-c", _INSIDE],
            cwd=tree,
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(tree)},
        )
        return {"commit": commit, **json.loads(run.stdout)}


def recorded(digest: str) -> dict[str, Any] | None:
    """What was recorded, if it is of these traces."""
    if not RECORDED.is_file():
        return None
    told: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return told if told["traces"] == digest else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.help.previous", description=__doc__)
    parser.add_argument("commit", nargs="?", default=COMMIT)
    told = ask(parser.parse_args().commit)
    RECORDED.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{RECORDED.name}: {told['commit']}, traces {told['traces']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
