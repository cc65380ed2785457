"""Reads and writes whose SQL is built once.

Django builds a statement anew for every call, which costs five times as much as running it. That is fine nearly
everywhere. A hall of a thousand that arrives within seconds, or that talks, does the same few things again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, Q, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined] # not in the stubs

Row = TypeVar("Row", bound=Model)
_FIRST_MARK = 9_000_000_000
_AT_ONCE = 64


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
            marks = [kind(_FIRST_MARK + number) for number, kind in enumerate(self._lookups.values())]
            query = self._rows().order_by().filter(**dict(zip(self._lookups, marks, strict=True)))
            self._plan = _Plan(query, marks)
        return cast("Row | None", next(self._plan.run(values), None))


class PreparedMany(Generic[Row]):
    """``rows()`` with any of several keys, each a number per field. Their order, joins and locks are those of ``rows``.

    One statement for up to 64 keys; a list is filled up to a power of two, so that few statements are built.
    """

    def __init__(self, rows: Callable[[], QuerySet[Row]], *fields: str) -> None:
        self._rows = rows
        self._fields = fields
        self._plans: dict[tuple[str, int], _Plan] = {}

    def get(self, keys: Iterable[tuple[int, ...]]) -> list[Row]:
        found: list[Row] = []
        for part in _parts(sorted(set(keys))):
            size = 1 << (len(part) - 1).bit_length()
            filled = part + [part[-1]] * (size - len(part))
            found += self._plan_for(size).run([number for key in filled for number in key])
        return found

    def _plan_for(self, size: int) -> _Plan:
        plan = self._plans.get((connection.vendor, size))
        if plan is None:
            width = len(self._fields)
            marks = [_FIRST_MARK + number for number in range(size * width)]
            keys = [dict(zip(self._fields, marks[at:], strict=False)) for at in range(0, len(marks), width)]
            if width == 1:
                condition = Q(**{f"{self._fields[0]}__in": marks})
            else:
                condition = reduce(or_, (Q(**key) for key in keys))
            plan = self._plans[connection.vendor, size] = _Plan(self._rows().filter(condition), marks)
        return plan


class _Plan:
    """A statement, where its parameters go, and how its columns become a model."""

    def __init__(self, rows: QuerySet[Any], marks: Sequence[int | str]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
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

    def run(self, values: Sequence[int | str]) -> Iterator[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values[place] for place in self.places])
            found = cursor.fetchall()
        for row in self.convert(found, self.converters) if self.converters else found:
            model = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
            for related in self.related:
                related.populate(row, model)
            yield model


class PreparedInsert(Generic[Row]):
    """``bulk_create`` for a model whose key the database makes. Sends no signals, as ``bulk_create`` sends none."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def insert(self, rows: Sequence[Row]) -> None:
        """Store new rows in their order; each gets its key."""
        meta = self._model._meta
        fields = [field for field in meta.concrete_fields if not field.primary_key]
        names = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
        marks = f"({', '.join(['%s'] * len(fields))})"
        for part in _parts(rows):
            values = [_stored(field, field.pre_save(row, add=True)) for row in part for field in fields]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {meta.db_table} ({names}) VALUES {', '.join([marks] * len(part))} RETURNING id",  # noqa: S608
                    values,
                )
                keys = cursor.fetchall()
            for row, (key,) in zip(part, keys, strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


class PreparedUpdate(Generic[Row]):
    """``save(update_fields=…)`` of several rows in one call."""

    def __init__(self, model: type[Row], *names: str) -> None:
        self._model = model
        self._names = names

    def update(self, rows: Iterable[Row]) -> None:
        meta = self._model._meta
        by_name = {field.name: field for field in meta.concrete_fields}
        fields = [by_name[name] for name in self._names]
        columns = ", ".join(f"{connection.ops.quote_name(field.column or '')} = %s" for field in fields)
        values = [
            [*(_stored(field, getattr(row, field.attname)) for field in fields), row.pk]
            for row in sorted(rows, key=lambda row: row.pk)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {meta.db_table} SET {columns} WHERE id = %s", values)  # noqa: S608


# Most values of a row are numbers and texts that every database takes as they are.
_AS_IT_IS = {"BigIntegerField": int, "IntegerField": int, "ForeignKey": int, "CharField": str, "TextField": str}


def _stored(field: Any, value: Any) -> Any:
    if value is None or type(value) is _AS_IT_IS.get(field.get_internal_type()):
        return value
    return field.get_db_prep_save(value, connection)


def _parts(items: Sequence[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(items), _AT_ONCE):
        yield list(items[at : at + _AT_ONCE])
