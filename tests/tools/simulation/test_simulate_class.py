"""``simulate_class`` as its user runs it: a class is held, a loss has exit code 1, the tables say what it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.server.process import ROOT, Running, environment, running, with_tables


def simulate(server: Running, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "simulate_class", "--url", server.url, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(data), capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_tables(tmp_path_factory.mktemp("simulation"))


@pytest.fixture(scope="module")
def small_hall(data: Path) -> Iterator[Running]:
    """A server whose classes have twelve seats."""
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
    with running(command, data, data / "log", SESSION_MAX_SEATS="12") as server:
        yield server


@pytest.mark.servers
def test_a_class_is_held_and_nothing_is_lost(small_hall: Running, data: Path) -> None:
    told = data / "figures.json"
    options = ("--students", "12", "--steps", "3", "--processes", "2", "--within", "0.3", "--share", "1")
    run = simulate(small_hall, data, *options, "--json", str(told))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "12 of 12 students" in run.stdout
    figures = json.loads(told.read_text())
    assert figures["good"] is True
    assert figures["step"]["count"] == 12 * 3
    assert figures["tap"]["count"] == 12 * 3
    assert 0 < figures["step"]["p50"] <= figures["step"]["max"]


@pytest.mark.servers
def test_seats_that_are_not_had_are_a_loss(small_hall: Running, data: Path) -> None:
    run = simulate(small_hall, data, "--students", "14", "--steps", "2", "--within", "0.1")
    assert run.returncode == 1
    assert "SESSION_FULL" in run.stdout
    assert "12 of 14 students" in run.stdout
    assert "Traceback" not in run.stderr


@pytest.mark.servers
def test_a_wrong_password_is_one_clear_line(small_hall: Running, data: Path) -> None:
    run = simulate(small_hall, data, "--password", "wrong-password")
    assert run.returncode == 2
    assert "INVALID_CREDENTIALS" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_server_that_does_not_answer_is_one_clear_line() -> None:
    with pytest.raises(CommandError, match="is the server running") as refused:
        call_command("simulate_class", url="http://127.0.0.1:9")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("url", ["http://192.0.2.7:8000", "https://127.0.0.1:8000", "http://[::ffff:192.0.2.7]/", "x"])
def test_other_machines_are_left_alone(url: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("simulate_class", url=url)
    assert refused.value.returncode == 2
