"""Connections whose statements are turned into SQLite's way of writing once.

Django writes ``%s`` for a parameter and replaces each by ``?`` whenever a statement is run. The same few hundred
statements come again and again, and for a short one that was a third of its time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

# A list of hundreds of values makes a text that hardly comes again.
_LONGEST_REMEMBERED = 4_000


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None or len(query) > _LONGEST_REMEMBERED:
            return str(super().convert_query(query, param_names=param_names))  # type: ignore[misc] # not in the stubs
        return _converted(query)


@lru_cache(maxsize=1_000)
def _converted(query: str) -> str:
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))
