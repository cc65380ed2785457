"""The container files say what S2 promises, and nothing in them points at something that does not exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.test_run_configuration import read_by_the_code

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = ROOT / "docker-compose.yml"
_BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def test_the_compose_file_is_valid() -> None:
    checker = [str(_BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(checker, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_clean() -> None:
    done = subprocess.run([_BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_has_the_services_of_the_guide(services: dict[str, Any]) -> None:
    wanted = {"postgres", "redis", "kafka", "backend", "daphne", "kafka-consumer", "celery-worker", "celery-beat"}
    assert set(services) == wanted | {"secrets"}
    assert services["kafka"]["container_name"] == "kafka"
    assert services["redis"]["container_name"] == "redis"


@pytest.mark.parametrize(
    ("service", "port"),
    [("postgres", 5432), ("redis", 6379), ("kafka", 9092), ("kafka", 9093), ("backend", 8000), ("daphne", 8001)],
)
def test_listens_where_the_guide_says(services: dict[str, Any], service: str, port: int) -> None:
    published = [int(line.rsplit(":", 2)[-2]) for line in services[service]["ports"]]
    assert port in published


def test_stores_are_not_published_to_the_network(services: dict[str, Any]) -> None:
    for name in ("postgres", "redis", "kafka"):
        assert all(line.startswith("127.0.0.1:") for line in services[name]["ports"])


def test_without_a_setting_nobody_else_reaches_it(services: dict[str, Any]) -> None:
    published = [line for service in services.values() for line in service.get("ports", [])]
    assert published
    assert all(line.startswith(("127.0.0.1:", "${BIND_ADDRESS:-127.0.0.1}:")) for line in published)


def test_is_a_production_server_without_a_password_that_anybody_knows(services: dict[str, Any]) -> None:
    ours = [service for service in services.values() if "build" in service]
    assert len(ours) == 5
    for service in ours:
        assert service["environment"]["APP_PROFILE"] == "${APP_PROFILE:-production}"
        assert service["environment"].keys() >= {"SECRET_KEY_FILE", "DATABASE_URL_FILE"}
        assert not service["environment"].keys() & {"SECRET_KEY", "DATABASE_URL"}
    assert "POSTGRES_PASSWORD" not in services["postgres"]["environment"]
    assert services["secrets"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:-}"


def test_nothing_gains_rights_or_writes_where_it_need_not(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", [])) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}, name
        assert service.get("read_only") is True or name == "kafka", name


def made_secrets(services: dict[str, Any], folder: Path, password: str = "") -> dict[str, str]:
    """What the service makes in an empty or older volume, by the very script of the compose file."""
    script = services["secrets"]["command"][0].replace("$$", "$").replace("cd /secrets", f"cd {folder}")
    environment = {**os.environ, "POSTGRES_USER": "user", "POSTGRES_PASSWORD": password}
    subprocess.run([*services["secrets"]["entrypoint"], script], env=environment, check=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_secrets_are_made_once_and_a_given_password_is_taken(services: dict[str, Any], tmp_path: Path) -> None:
    first = made_secrets(services, tmp_path)
    assert len(first["secret_key"]) >= 60
    assert len(first["postgres_password"]) >= 30
    assert first["database_url"] == f"postgres://user:{first['postgres_password']}@postgres:5432/mobilegpt"
    assert made_secrets(services, tmp_path) == first
    other = tmp_path / "other"
    other.mkdir()
    assert made_secrets(services, other)["secret_key"] != first["secret_key"]
    given = made_secrets(services, other, password="of-an-older-volume")
    assert given["database_url"] == "postgres://user:of-an-older-volume@postgres:5432/mobilegpt"


def test_its_secrets_start_a_production_server(services: dict[str, Any], tmp_path: Path) -> None:
    made_secrets(services, tmp_path)
    said = (
        "from django.conf import settings as s; "
        "print(s.APP_PROFILE, s.SECRET_KEY, s.DATABASES['default']['PASSWORD'], s.ALLOWED_HOSTS)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "APP_PROFILE": "production",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECRET_KEY_FILE": str(tmp_path / "secret_key"),
        "DATABASE_URL_FILE": str(tmp_path / "database_url"),
        "DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    profile, key, password, hosts = done.stdout.split(maxsplit=3)
    assert (profile, hosts.strip()) == ("production", "['localhost', '127.0.0.1']")
    assert key == (tmp_path / "secret_key").read_text()
    assert password == (tmp_path / "postgres_password").read_text()


def test_every_command_exists(services: dict[str, Any]) -> None:
    started = [service["command"] for service in services.values() if "command" in service]
    managed = {command[2] for command in started if command[:2] == ["python", "manage.py"]}
    assert managed >= {"serve", "run_kafka_consumer"}
    assert managed <= set(get_commands())
    celery = {tuple(command[:4]) for command in started if command[0] == "celery"}
    assert celery == {("celery", "-A", "config", "worker"), ("celery", "-A", "config", "beat")}


def test_every_setting_is_one(services: dict[str, Any]) -> None:
    named = {name for service in services.values() if "build" in service for name in service["environment"]}
    assert named - read_by_the_code() == set()


def test_who_needs_the_tables_waits_for_them(services: dict[str, Any]) -> None:
    for name in ("daphne", "kafka-consumer", "celery-worker", "celery-beat"):
        assert services[name]["depends_on"]["backend"] == {"condition": "service_healthy"}


def test_the_image_copies_what_exists_and_is_let_through() -> None:
    """What .dockerignore holds back never reaches a COPY."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    allowed = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    for source in (source for copy in copies for source in copy):
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in allowed, source


def test_requirements_are_those_of_the_lock() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "requirements.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
