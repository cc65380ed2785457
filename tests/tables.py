"""The database of tests as it was before the first."""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connection

_OF_MIGRATIONS = {"django_content_type", "auth_permission"}
"""Made once with the tables, and the same for every test."""


def empty_tables() -> None:
    """Nothing is left of what was committed; numbers go on from where they were."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables - _OF_MIGRATIONS)))
