"""Triggers that refuse to change or delete a line, also to the application's own account.

Whoever owns the table can take them away, as ``purge_audit`` does; on PostgreSQL the owner may be another account than
the one that the server runs with (docs/audit.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "audit_auditentry"
_REFUSAL = "the audit trail is not changed"
_INSTALL = {
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END $$
        """,
        f"CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        f"CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON {_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
    "sqlite": (
        f"CREATE TRIGGER audit_keep_update BEFORE UPDATE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        f"CREATE TRIGGER audit_keep_delete BEFORE DELETE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
        f"CREATE TRIGGER audit_keep_insert BEFORE INSERT ON {_TABLE} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {_TABLE} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    ),
}
_REMOVE = {
    "postgresql": (
        f"DROP TRIGGER IF EXISTS audit_keep ON {_TABLE}",
        f"DROP TRIGGER IF EXISTS audit_keep_all ON {_TABLE}",
    ),
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS audit_keep_{what}" for what in ("update", "delete", "insert")),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """From now on lines are only added."""
    _execute(connection, _INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Lines can be changed. Raises the database's own error when its account does not own the table."""
    _execute(connection, _REMOVE)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers away for the body, in one transaction: whatever happens, they are there again afterwards."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        yield
        install(connection)


def _execute(connection: BaseDatabaseWrapper, statements: Mapping[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
