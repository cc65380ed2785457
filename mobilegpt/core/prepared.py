"""One-row reads whose SQL is built once.

Django builds a statement anew for every read, which costs five times as much as running it. That is fine nearly
everywhere; a hall of a thousand that arrives within seconds asks the same few questions thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined] # not in the stubs

Row = TypeVar("Row", bound=Model)


class PreparedGet(Generic[Row]):
    """``rows().filter(first=…, second=…)`` for the row that a unique constraint allows, or ``None``.

    ``rows`` may join (``select_related``) and lock. Every lookup is an equality of a number or a text that needs no
    conversion for the database.
    """

    def __init__(self, rows: Callable[[], QuerySet[Row]], **lookups: type[int] | type[str]) -> None:
        self._rows = rows
        self._lookups = lookups
        self._plan: _Plan | None = None

    def get(self, *values: int | str) -> Row | None:
        """The row with these values, in the order of the lookups."""
        if self._plan is None or self._plan.vendor != connection.vendor:
            self._plan = _Plan(self._rows(), self._lookups)
        return cast("Row | None", self._plan.run(values))


class _Plan:
    """A statement, where its parameters go, and how its columns become a model."""

    def __init__(self, rows: QuerySet[Any], lookups: dict[str, type[int] | type[str]]) -> None:
        marks = [kind(9_000_000_000 + number) for number, kind in enumerate(lookups.values())]
        query = rows.order_by().filter(**dict(zip(lookups, marks, strict=True))).query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parameters = compiler.as_sql()
        self.places = [marks.index(parameter) for parameter in parameters]
        self.vendor = connection.vendor
        self.model = compiler.klass_info["model"]
        columns = compiler.klass_info["select_fields"]
        self.start, self.end = columns[0], columns[-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.start : self.end]]
        self.related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.convert = compiler.apply_converters

    def run(self, values: tuple[int | str, ...]) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values[place] for place in self.places])
            found = cursor.fetchone()
        if found is None:
            return None
        row = next(iter(self.convert([found], self.converters))) if self.converters else found
        model = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for related in self.related:
            related.populate(row, model)
        return model
