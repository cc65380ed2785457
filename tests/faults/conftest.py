"""A data folder with its tables is made once; every server gets a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.processes import prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(folder, {})
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """On SQLite."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))
