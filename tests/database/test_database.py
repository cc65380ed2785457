"""How the databases are spoken to."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, InterfaceError, ProgrammingError, connection

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

    from mobilegpt.database.postgresql.base import TRUSTED_SECONDS

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
    monkeypatch.setattr("mobilegpt.database.postgresql.base.ConnectionPool.check_connection", asked.append)
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


@on_postgresql
@pytest.mark.django_db
def test_a_closed_cursor_serves_the_next_statement_and_never_two_at_once() -> None:
    with connection.cursor() as first:
        used = first.cursor
        first.execute("SELECT 1")
        with connection.cursor() as second:
            assert second.cursor is not used
            second.execute("SELECT 2")
            assert second.fetchone() == (2,)
        assert first.fetchone() == (1,)
    first.close()  # once more does nothing
    with connection.cursor() as third, connection.cursor() as fourth:
        assert third.cursor is used
        assert fourth.cursor is not used


@on_postgresql
@pytest.mark.django_db
def test_a_closed_cursor_is_of_no_more_use() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert cursor.rowcount == 1
    with pytest.raises(InterfaceError, match="closed"):
        cursor.execute("SELECT 2")
    with pytest.raises(InterfaceError, match="closed"):
        cursor.fetchone()
    with pytest.raises(Exception, match="closed"):
        list(cursor)


@on_postgresql
@pytest.mark.django_db
def test_a_cursor_goes_with_a_long_list_that_it_found() -> None:
    with connection.cursor() as cursor:
        used = cursor.cursor
        cursor.execute("SELECT generate_series(1, 1000)")
    assert used.closed
    with connection.cursor() as cursor:
        assert cursor.cursor is not used


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_cursor_outlives_its_error() -> None:
    with connection.cursor() as cursor:
        used = cursor.cursor
        with pytest.raises(ProgrammingError):
            cursor.execute("SELECT nothing")
    with connection.cursor() as cursor:
        assert cursor.cursor is used
        cursor.execute("SELECT 3")
        assert cursor.fetchall() == [(3,)]


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["2026-11-22 04:47:17+00", "2026-11-22 04:47:17.69+00", "2026-11-22 13:47:17.690001+09", "0001-01-02 00:00:00+00"],
)
def test_a_moment_is_read_in_utc(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        (moment,) = cursor.fetchone()
    assert moment == datetime.fromisoformat(text)
    assert moment.tzinfo is UTC


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00:00+00 BC"])
def test_a_moment_that_python_does_not_know_is_an_error(text: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT %s::timestamptz", [text])
        cursor.fetchone()


@pytest.mark.django_db
@pytest.mark.parametrize("more", ["", f"/* {'long ' * 1_000} */"])
def test_statements_keep_their_percent_signs_and_their_values(more: str) -> None:
    for value in ("하나", "%s", "50 %%"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT CAST(%s AS text), '100 %%', '%%s' {more}", [value])
            assert cursor.fetchone() == (value, "100 %", "%s")
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%(one)s AS text), CAST(%(two)s AS text)", {"two": "b", "one": "a"})
        assert cursor.fetchone() == ("a", "b")
