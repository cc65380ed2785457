"""How PostgreSQL is spoken to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from mobilegpt.accounts.models import User

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has neither pool nor server")
ROOT = Path(__file__).resolve().parents[2]
_ASK = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'].get('prepare_threshold'))"


@on_postgresql
@pytest.mark.django_db
def test_a_statement_is_planned_once() -> None:
    for number in range(7):
        assert not User.objects.filter(pk=-number, name="nobody").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        statements = [row[0] for row in cursor.fetchall()]
    assert any('"accounts_user"."name" = $' in one for one in statements), statements


@pytest.fixture
def dead(transactional_db: None) -> Any:
    """A connection of the pool whose other end is gone, and which was used a while ago."""
    import psycopg

    from config.postgresql.base import TRUSTED_SECONDS

    connection.close()
    connection.ensure_connection()
    lost = connection.connection
    with psycopg.connect(lost.info.dsn, password=lost.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [lost.info.backend_pid])
    lost.used_at -= 2 * TRUSTED_SECONDS
    connection.close()
    return lost


@on_postgresql
def test_a_connection_that_died_idle_is_replaced(dead: Any) -> None:
    for _ in range(connection.pool.max_size):  # type: ignore[attr-defined] # each of them once
        assert User.objects.count() == 0
        assert connection.connection is not dead
        connection.close()
    assert dead.closed


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_in_use_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("config.postgresql.base.ConnectionPool.check_connection", asked.append)
    connection.close()
    for _ in range(20):
        assert User.objects.count() == 0
        connection.close()
    assert len(asked) <= connection.pool.max_size  # type: ignore[attr-defined]


@pytest.mark.parametrize(("wanted", "expected"), [("True", "5"), ("False", "None")])
def test_a_pooler_that_mixes_connections_is_spared(wanted: str, expected: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _ASK],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": "postgres://localhost/classroom",
            "DATABASE_PREPARED_STATEMENTS": wanted,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == expected
