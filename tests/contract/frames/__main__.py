"""Write the golden files anew, then compare: a key that nobody allows is told at once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.contract.frames.writing import Writing

TEST = Path(__file__).parent.parent / "test_frames.py"
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", str(TEST)], [Writing()]))
