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
ROOT = Path(__file__).resolve().parent.parent


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


# --- what nobody else on the machine reads


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_database_of_its_own_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    """Also one that an earlier version left open to all, with what SQLite keeps beside it."""
    for name, before in (("new", None), ("old", 0o644)):
        folder = tmp_path / name
        if before is not None:
            (folder / "media").mkdir(parents=True)
            (folder / "classroom.sqlite3").touch()
            (folder / "classroom.sqlite3").chmod(before)
            folder.chmod(0o755)
            (folder / "media").chmod(0o755)
        script = (
            "import django; django.setup(); from django.db import connection; cursor = connection.cursor();"
            "cursor.execute('create table made (x int)'); cursor.execute('insert into made values (1)');"
            "import pathlib, stat; from django.conf import settings;"
            "print(sorted((each.name, oct(each.stat().st_mode & 0o777))"
            " for each in settings.DATA_DIR.glob('classroom.sqlite3*')));"
            "from django.core.files.base import ContentFile; from django.core.files.storage import default_storage;"
            "default_storage.save('chat/note.txt', ContentFile(b'x'))"
        )
        environment = {**os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        assert "'classroom.sqlite3-wal', '0o600'" in done.stdout
        assert "'classroom.sqlite3', '0o600'" in done.stdout
        assert mode(folder / "media") == mode(folder / "media" / "chat") == 0o700
        assert mode(folder / "media" / "chat" / "note.txt") == 0o600
    assert mode(tmp_path / "new") == 0o700


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "APP_PROFILE": "production",
        "SECRET_KEY": "k" * 20 + "0123456789" * 4,
        "ALLOWED_HOSTS": "class.example.com",
        "DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("SECRET_KEY") == "from the file"
    monkeypatch.setenv("SECRET_KEY", "said")
    assert env.secret("SECRET_KEY") == "said"
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(env.BadSetting, match="SECRET_KEY_FILE"):
        env.secret("SECRET_KEY")


def test_a_byte_order_mark_hides_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfOUR_FIRST_SETTING=on\n")
    monkeypatch.setattr(env, "BASE_DIR", tmp_path)
    monkeypatch.delenv("OUR_FIRST_SETTING", raising=False)
    env.load_dotenv()
    assert os.environ.pop("OUR_FIRST_SETTING") == "on"


@pytest.mark.parametrize(
    ("written", "order"), [(None, ("server",)), ("", ()), (" ESPEAK , server", ("espeak", "server"))]
)
def test_who_makes_speech_in_order(
    monkeypatch: pytest.MonkeyPatch, written: str | None, order: tuple[str, ...]
) -> None:
    monkeypatch.delenv("SPEECH_ORDER", raising=False)
    if written is not None:
        monkeypatch.setenv("SPEECH_ORDER", written)
    assert env.speech()["ORDER"] == order


@pytest.mark.parametrize(("name", "value"), [("SPEECH_ORDER", "server,parrot"), ("SPEECH_BASE_URL", "ftp://voice")])
def test_speech_that_nobody_can_make_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(env.BadSetting, match=name):
        env.speech()


@pytest.mark.parametrize(("value", "found"), [("", 0.7), ("0", 0.0), ("0.85", 0.85), ("1", 1.0)])
def test_a_share_is_a_number_from_0_to_1(monkeypatch: pytest.MonkeyPatch, value: str, found: float) -> None:
    monkeypatch.setenv("HELP_THRESHOLD", value)
    assert env.share("HELP_THRESHOLD", 0.7) == found


@pytest.mark.parametrize("value", ["-0.1", "1.1", "70", "much", "nan", "inf"])
def test_anything_else_is_no_share(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HELP_THRESHOLD", value)
    with pytest.raises(env.BadSetting, match="0 to 1"):
        env.share("HELP_THRESHOLD", 0.7)
