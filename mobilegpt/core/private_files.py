"""Files that nobody but their owner reads."""

from __future__ import annotations

import os
from pathlib import Path


def keep_private(path: Path, mode: int) -> None:
    """Nobody but its owner reads what earlier versions may have left open to all. Others' files are left alone."""
    try:
        found = path.stat()
    except OSError:
        return
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        path.chmod(mode)
