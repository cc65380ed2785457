"""``requirements.txt`` from ``uv.lock``, for those who use pip: ``python tools/requirements.py [--check]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "requirements.txt"
HEAD = "# Made of uv.lock by tools/requirements.py: everything, the optional parts and the tools of the tests too.\n"
_EXPORT = ("export", "--frozen", "--all-extras", "--no-hashes", "--no-header", "--no-annotate")


def exported() -> str:
    """The file as it should be. Raises ``CalledProcessError``."""
    command = [sys.executable, "-m", "uv", *_EXPORT, "--no-emit-project"]
    return HEAD + subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main(arguments: list[str]) -> int:
    text = exported()
    if "--check" not in arguments:
        FILE.write_text(text)
        return 0
    if FILE.exists() and FILE.read_text() == text:
        return 0
    print("requirements.txt is stale: run python tools/requirements.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
