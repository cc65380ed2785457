"""What the environment leads to before there is a server: a folder that can be written, a key that is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from config import env

PROCESSES = 8


def _at_once(start: object, *arguments: object) -> list[object]:
    """What as many threads get that begin together."""
    assert callable(start)
    barrier = Barrier(PROCESSES)

    def one(_: int) -> object:
        barrier.wait(10)
        return start(*arguments)

    with ThreadPoolExecutor(PROCESSES) as threads:
        return list(threads.map(one, range(PROCESSES)))


def test_processes_that_start_at_once_do_not_take_the_folder_from_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They once shared the name of the file with which they tried whether the folder can be written."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for _ in range(100):
        assert _at_once(env.data_dir) == [tmp_path / "data"] * PROCESSES
    assert list((tmp_path / "data").iterdir()) == []


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    for round_ in range(100):
        folder = tmp_path / str(round_)
        folder.mkdir()
        keys = _at_once(env.development_secret, folder)
        assert len(set(keys)) == 1
        assert len(str(keys[0])) >= 50
        assert env.development_secret(folder) == keys[0]


def test_the_key_is_for_its_owner_alone_and_an_empty_file_gets_one(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert env.development_secret(tmp_path) == (tmp_path / "secret_key").read_text()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    env.development_secret(fresh)
    assert (fresh / "secret_key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=env.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path / "file" / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.strip() == f"DATA_DIR: {tmp_path / 'file' / 'data'} cannot be written (Not a directory)"
