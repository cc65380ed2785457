"""Connections whose statements are turned into SQLite's way of writing once, to a file that only its owner reads.

Django writes ``%s`` for a parameter and replaces each by ``?`` whenever a statement is run. The same few hundred
statements come again and again, and for a short one that was a third of its time.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from mobilegpt.core.private_files import keep_private

# A list of hundreds of values makes a text that hardly comes again.
_LONGEST_REMEMBERED = 4_000


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        _keep_private(str(conn_params["database"]))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)


@lru_cache(maxsize=8)
def _keep_private(name: str) -> None:
    """The file is made with its mode, and what SQLite keeps beside it takes over that mode."""
    if name.startswith((":memory:", "file:")):
        return
    path = Path(name)
    with suppress(OSError):  # SQLite says what is wrong with it
        path.touch(mode=0o600)
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        keep_private(each, 0o600)


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None or len(query) > _LONGEST_REMEMBERED:
            return str(super().convert_query(query, param_names=param_names))  # type: ignore[misc] # not in the stubs
        return _converted(query)


@lru_cache(maxsize=1_000)
def _converted(query: str) -> str:
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))
