"""What S2 tells its readers to type, from the root of the repository."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from channels.layers import get_channel_layer
from django.core.management import call_command, get_commands

from config.layers import channel_layers
from mobilegpt.accounts.models import Role, User

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_shell_checks_the_channel_layer() -> None:
    """S2 §트러블슈팅: the lines as they stand, without an import of ``async_to_sync``."""
    lines = (
        "from channels.layers import get_channel_layer\n"
        "channel_layer = get_channel_layer()\n"
        "async_to_sync(channel_layer.send)('test', {'type': 'test.message'})\n"
        "print('received', async_to_sync(channel_layer.receive)('test'))\n"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "received {'type': 'test.message'}" in done.stdout, done.stderr


def test_a_layer_is_configured() -> None:
    assert get_channel_layer() is not None


def test_redis_carries_the_layer_where_there_is_one() -> None:
    layer = channel_layers("redis://localhost:6379")["default"]
    assert layer["BACKEND"] == "channels_redis.core.RedisChannelLayer"
    (host,) = layer["CONFIG"]["hosts"]
    assert host["socket_timeout"] > 5  # longer than the layer's own blocking read


@pytest.mark.django_db
def test_a_superuser_may_do_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "long-enough-4711")
    with redirect_stdout(io.StringIO()):
        call_command("createsuperuser", email="head@example.com", name="원장", interactive=False)
    user = User.objects.get(email="head@example.com")
    assert (user.is_staff, user.is_superuser, user.role) == (True, True, Role.ADMIN)
    assert user.check_password("long-enough-4711")


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()


def test_the_commands_are_there() -> None:
    guide = {"migrate", "makemigrations", "createsuperuser", "runserver", "create_sample_data", "run_kafka_consumer"}
    assert guide <= set(get_commands())
