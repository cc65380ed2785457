"""What ``make run`` does: the setup's decisions, the serve command, what production refuses."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from config import production
from config.env import BadSetting
from mobilegpt.server import process
from mobilegpt.tools.management.commands import serve
from mobilegpt.tools.management.commands.runserver import _address
from tests import cast

ROOT = Path(__file__).resolve().parent.parent


def load_setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_tool", ROOT / "tools" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup_tool(tmp_path: Path) -> Any:
    """The setup, working in a folder of its own, where running anything fails the test."""
    tool: Any = load_setup()
    (tmp_path / ".venv").mkdir()
    tool.ROOT, tool.VENV, tool.WEB = tmp_path, tmp_path / ".venv", tmp_path / "web"
    tool.LOG = tool.VENV / "setup.log"
    (tmp_path / "uv.lock").write_text("locked")
    (tmp_path / "pyproject.toml").write_text("[project]")
    return tool


@pytest.fixture
def commands(setup_tool: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    ran: list[list[str]] = []
    monkeypatch.setattr(setup_tool, "run", lambda command, **_: ran.append([str(part) for part in command]))
    return ran


# --- the setup


def test_packages_are_installed_once(setup_tool: Any, commands: list[list[str]]) -> None:
    setup_tool.install_packages(development=False)
    setup_tool.install_packages(development=False)
    assert len(commands) == 1
    assert "--no-dev" in commands[0]


def test_a_changed_lock_installs_again(setup_tool: Any, commands: list[list[str]]) -> None:
    setup_tool.install_packages(development=False)
    (setup_tool.ROOT / "uv.lock").write_text("locked otherwise")
    setup_tool.install_packages(development=False)
    assert len(commands) == 2


@pytest.mark.parametrize(
    ("variable", "dotenv", "wanted"),
    [
        (None, None, False),
        ("sqlite:////tmp/x.sqlite3", None, False),
        ("postgresql://localhost/x", None, True),
        ("postgres://localhost/x", None, True),
        (None, "# DATABASE_URL=postgres://no\nDATABASE_URL='postgres://localhost/x'\n", True),
    ],
)
def test_the_driver_is_installed_where_the_database_asks_for_it(
    setup_tool: Any,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    dotenv: str | None,
    wanted: bool,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if variable is not None:
        monkeypatch.setenv("DATABASE_URL", variable)
    if dotenv is not None:
        (setup_tool.ROOT / ".env").write_text(dotenv)
    setup_tool.install_packages(development=False)
    assert ("--extra=postgres" in commands[0]) is wanted


@pytest.fixture
def built_pages(setup_tool: Any, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> Any:
    web = setup_tool.WEB
    for folder in ("src", "dist", "node_modules"):
        (web / folder).mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts", "src/main.test.ts", "dist/index.html"):
        (web / name).write_text(name)
    monkeypatch.setattr(setup_tool, "node_environment", lambda: {"PATH": ""})
    monkeypatch.setattr(setup_tool, "npm_program", lambda environment: "npm")
    setup_tool.build_pages(development=False)
    assert [command[1] for command in commands] == ["ci", "run"]
    commands.clear()
    return setup_tool


def test_pages_are_built_once(built_pages: Any, commands: list[list[str]]) -> None:
    built_pages.build_pages(development=False)
    assert commands == []


def test_a_changed_source_builds_without_installing(built_pages: Any, commands: list[list[str]]) -> None:
    (built_pages.WEB / "src" / "main.ts").write_text("changed")
    built_pages.build_pages(development=False)
    assert [command[1] for command in commands] == ["run"]


def test_a_changed_test_builds_nothing(built_pages: Any, commands: list[list[str]]) -> None:
    (built_pages.WEB / "src" / "main.test.ts").write_text("changed")
    built_pages.build_pages(development=False)
    assert commands == []


def test_the_tests_packages_come_with_the_tests_and_stay(built_pages: Any, commands: list[list[str]]) -> None:
    built_pages.build_pages(development=True)
    assert [command[1] for command in commands] == ["ci"]
    assert "--omit=dev" not in commands[0]
    built_pages.build_pages(development=False)
    assert len(commands) == 1


def test_lost_pages_are_built_again(built_pages: Any, commands: list[list[str]]) -> None:
    (built_pages.WEB / "dist" / "index.html").unlink()
    built_pages.build_pages(development=False)
    assert [command[1] for command in commands] == ["run"]


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        ("v18.20.0", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("nonsense", False),
    ],
)
def test_only_a_node_that_vite_takes_is_used(setup_tool: Any, tmp_path: Path, version: str, accepted: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert setup_tool.acceptable({"PATH": str(tmp_path)}) is accepted


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: Request failed\n  Caused by: dns error: failed to lookup address", "no network"),
        ("npm ERR! code EAI_AGAIN", "no network"),
        ("ERROR: Could not find a version that satisfies the requirement uv (from versions: none)", "no network"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "no network"),
        ("OSError: [Errno 13] Permission denied: '/x'", "cannot be written"),
        ("write /x: No space left on device", "the disk is full"),
        ("building\nerror: no such package: left-pad\nbye", "no such package: left-pad"),
        ("", "without a word"),
    ],
)
def test_failures_are_told_in_one_line(setup_tool: Any, said: str, told: str) -> None:
    line = setup_tool.why(said)
    assert told in line
    assert "\n" not in line


def test_an_old_python_is_told_so(setup_tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_tool.sys, "version_info", (3, 9, 18))
    with pytest.raises(setup_tool.Problem, match=r"Python 3\.11"):
        setup_tool.prepare("run")


def test_make_explains_itself() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "make run" in said
    assert "make test" in said


def test_make_finds_no_python_and_says_so(tmp_path: Path) -> None:
    for name in ("python3", "python3.11"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "sh").symlink_to("/bin/sh")
    done = subprocess.run(
        ["/usr/bin/env", "-i", f"PATH={tmp_path}", "/usr/bin/make", "run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


# --- the serve command


@pytest.fixture
def taken_port() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_one_clear_line(taken_port: int) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("serve", "--host", "127.0.0.1", "--port", str(taken_port))
    assert refused.value.returncode == 2
    assert str(taken_port) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("port", ["x", "-1", "65536", "８０００"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CommandError):
        call_command("serve", f"--port={port}")


def test_a_host_that_is_not_ours_is_refused_without_a_traceback() -> None:
    with pytest.raises(CommandError, match=r"cannot listen on 203\.0\.113\.1"):
        call_command("serve", "--host", "203.0.113.1", "--port", "0")


def test_several_ports_are_bound_once_each() -> None:
    sockets = serve.Command().listen("127.0.0.1", [0])
    try:
        port = sockets[0].getsockname()[1]
        with pytest.raises(CommandError):
            serve.Command().listen("127.0.0.1", [port])
    finally:
        sockets[0].close()
    again = serve.Command().listen("127.0.0.1", [port, port])
    assert len(again) == 1
    again[0].close()


@pytest.mark.parametrize(
    ("bound", "public", "expected"),
    [
        ("0.0.0.0", "", "http://192.0.2.9:{port}"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "https://class.example.com", "https://class.example.com"),
    ],
)
def test_phones_are_shown_an_address_that_they_can_reach(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, bound: str, public: str, expected: str
) -> None:
    settings.PUBLIC_URL = public
    monkeypatch.setattr(serve, "own_addresses", lambda: ["192.0.2.9"])
    with process.bind(bound, 0) as listener:
        port = listener.getsockname()[1]
        assert serve.phone_address(port, listener) == expected.format(port=port)


@pytest.mark.django_db
def test_the_announcement_has_addresses_accounts_and_a_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL, settings.DEVELOPMENT = "", True
    monkeypatch.setattr(serve, "own_addresses", lambda: ["192.0.2.9"])
    with process.bind("0.0.0.0", 0) as listener:
        port = listener.getsockname()[1]
        assert "test1234" not in serve.announcement([listener])
        cast.person("instructor@test.com", "박강사")
        text = serve.announcement([listener])
    assert f"http://localhost:{port}" in text
    assert f"http://192.0.2.9:{port}" in text
    assert "instructor@test.com / test1234" in text
    assert serve.terminal_qr(f"http://192.0.2.9:{port}") in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ("127.0.0.1", None)), ("9000", ("127.0.0.1", 9000)), ("0.0.0.0:9000", ("0.0.0.0", 9000))],
)
def test_runserver_takes_the_usual_addresses(settings: Settings, text: str, expected: tuple[str, int | None]) -> None:
    host, port = expected
    assert _address(text) == (host, settings.PORT if port is None else port)


# --- production


@pytest.mark.django_db
def test_production_refuses_the_sample_accounts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.production.connection.close", lambda: None)  # the test's own connection
    settings.DEVELOPMENT = False
    production.refuse_sample_accounts()
    cast.person("student3@test.com", "학생3")
    with pytest.raises(BadSetting):
        production.refuse_sample_accounts()
    settings.DEVELOPMENT = True
    production.refuse_sample_accounts()


def start_production(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path), "APP_PROFILE": "production", **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("secret", ["", "your-secret-key", "short"])
def test_production_refuses_a_secret_that_is_none(tmp_path: Path, secret: str) -> None:
    done = start_production(tmp_path, SECRET_KEY=secret)
    assert done.returncode != 0
    assert done.stderr.startswith("SECRET_KEY: ")
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = start_production(tmp_path / "file" / "data", SECRET_KEY="x" * 40)
    assert done.stderr.startswith("DATA_DIR: ")
    assert done.stderr.count("\n") == 1
