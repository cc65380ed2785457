"""Ids of rows before the rows are written, from the table's own sequence: no row that is written later gets them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def next_ids(table: str, count: int) -> Sequence[int]:
    """So many ids of rows that will be written to a table, ascending. They are spent, whatever becomes of the rows.

    On SQLite what is rolled back gives its ids back as well.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [f"{table}_id_seq", count])
            return [row[0] for row in cursor.fetchall()]
    return _raised(table, count)


def _raised(table: str, count: int) -> range:
    """SQLite's own sequence: a row that its inserts read and raise, and that may be raised by hand."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        raised = cursor.fetchone()
        if raised is None:  # nothing was ever written to the table
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
    last = raised[0] if raised else count
    return range(last - count + 1, last + 1)
