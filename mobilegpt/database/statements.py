"""Reads and writes whose SQL is built once.

Django builds a statement anew for every call, which costs five times as much as running it. That is fine nearly
everywhere. A hall of a thousand that arrives within seconds, or that talks, does the same few things again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, Q, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined] # not in the stubs

Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")
Statement: TypeAlias = tuple[str, list[Any]]
"""SQL and its parameters."""
_FIRST_MARK = 9_000_000_000
_AT_ONCE = 64


class PreparedQuery(Generic[Result]):
    """``rows(…)``, whose arguments are numbers and texts that need no conversion for the database.

    What it finds is what the query makes: a model with all that is joined (``select_related``, ``FilteredRelation``)
    and annotated, or a tuple (``values_list``). It may lock. ``rows`` is called once, with marks for arguments, so it
    must not look at them.
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Result]], *kinds: type[int] | type[str]) -> None:
        self._rows = rows
        self._kinds = kinds
        self._plan: _Plan | None = None

    def first(self, *values: int | str) -> Result | None:
        """The first row; a query that may find many is sliced (``[:1]``)."""
        return cast("Result | None", next(self._ready().run(values), None))

    def all(self, *values: int | str) -> list[Result]:
        return list(self._ready().run(values))

    def statement(self, *values: int | str) -> Statement:
        """To be a part of another statement."""
        plan = self._ready()
        return plan.sql, plan.filled(values)

    def _ready(self) -> _Plan:
        if self._plan is None or self._plan.vendor != connection.vendor:
            marks = [kind(_FIRST_MARK + number) for number, kind in enumerate(self._kinds)]
            self._plan = _Plan(self._rows(*marks), marks)
        return self._plan


class PreparedGet(PreparedQuery[Row]):
    """``rows().filter(first=…, second=…)`` for the row that a unique constraint allows, or ``None``."""

    def __init__(self, rows: Callable[[], QuerySet[Row]], **lookups: type[int] | type[str]) -> None:
        def chosen(*marks: int | str) -> QuerySet[Row]:
            return rows().order_by().filter(**dict(zip(lookups, marks, strict=True)))

        super().__init__(chosen, *lookups.values())

    def get(self, *values: int | str) -> Row | None:
        """The row with these values, in the order of the lookups."""
        return self.first(*values)


class PreparedAmong(Generic[Result]):
    """``rows(of, among)`` for a number and any of several numbers or texts, all of one ``kind``.

    One statement for up to ``PreparedMany.AT_ONCE`` of them, as it does.
    """

    def __init__(self, rows: Callable[[int, list[Any]], QuerySet[Any, Result]], kind: type[int] | type[str]) -> None:
        self._rows = rows
        self._kind = kind
        self._queries: dict[int, PreparedQuery[Result]] = {}

    def get(self, of: int, among: Iterable[int | str]) -> list[Result]:
        found: list[Result] = []
        for part in _filled_parts(sorted(set(among))):
            found += self._query_for(len(part)).all(of, *part)
        return found

    def _query_for(self, size: int) -> PreparedQuery[Result]:
        query = self._queries.get(size)
        if query is None:

            def rows(of: int, *among: int | str) -> QuerySet[Any, Result]:
                return self._rows(of, list(among))

            query = self._queries[size] = PreparedQuery(rows, int, *[self._kind] * size)
        return query


class PreparedMany(Generic[Result]):
    """``rows()`` with any of several keys, each a number per field. Their order, joins and locks are those of ``rows``.

    One statement for up to ``AT_ONCE`` keys; a list is filled up to a power of two, so that few statements are built.
    """

    AT_ONCE: ClassVar[int] = _AT_ONCE

    def __init__(self, rows: Callable[[], QuerySet[Any, Result]], *fields: str) -> None:
        self._rows = rows
        self._fields = fields
        self._plans: dict[tuple[str, int], _Plan] = {}

    def get(self, keys: Iterable[tuple[int, ...]]) -> list[Result]:
        found: list[Result] = []
        for part in _filled_parts(sorted(set(keys))):
            found += self._plan_for(len(part)).run([number for key in part for number in key])
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
    """A statement, where its parameters go, and how its columns become a row."""

    def __init__(self, rows: QuerySet[Any, Any], marks: Sequence[int | str]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parameters = compiler.as_sql()
        self.parameters = list(parameters)
        self.places = [(at, marks.index(one)) for at, one in enumerate(parameters) if one in marks]
        self.vendor = connection.vendor
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.convert = compiler.apply_converters
        self.model: type[Model] | None = None
        if rows.query.values_select:
            return
        self.model = compiler.klass_info["model"]
        columns = compiler.klass_info["select_fields"]
        self.start, self.end = columns[0], columns[-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.start : self.end]]
        self.related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        self.annotated = compiler.annotation_col_map

    def filled(self, values: Sequence[int | str]) -> list[Any]:
        parameters = self.parameters.copy()
        for at, place in self.places:
            parameters[at] = values[place]
        return parameters

    def run(self, values: Sequence[int | str]) -> Iterator[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.filled(values))
            found = cursor.fetchall()
        made = self._model_of if self.model is not None else tuple
        return map(made, self.convert(found, self.converters) if self.converters else found)

    def _model_of(self, row: Sequence[Any]) -> Model:
        assert self.model is not None
        model = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for related in self.related:
            related.populate(row, model)
        for name, column in self.annotated.items():
            setattr(model, name, row[column])
        return model


class PreparedInsert(Generic[Row]):
    """``bulk_create``. Sends no signals, as ``bulk_create`` sends none."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def insert(self, rows: Sequence[Row]) -> None:
        """Store new rows in their order; each gets its key, where the database makes it."""
        for part in parts(rows):
            for row, (key,) in zip(part, self._keys(part), strict=True):
                self._is_stored(row, key)

    def insert_new(self, row: Row, *unique: str) -> bool:
        """As ``insert``, for one; ``False`` and nothing where another row has the same in these columns."""
        keys = self._keys([row], f"ON CONFLICT ({', '.join(unique)}) DO NOTHING ")
        for (key,) in keys:
            self._is_stored(row, key)
        return bool(keys)

    def statement(self, rows: Sequence[Row]) -> Statement:
        """Stores new rows, which do not learn their keys; for ``execute_all``."""
        fields, names = self._columns
        marks = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
        values = [_stored(field, field.pre_save(row, add=True)) for row in rows for field in fields]
        return f"INSERT INTO {self._model._meta.db_table} ({names}) VALUES {marks}", values  # noqa: S608

    def _keys(self, rows: Sequence[Row], conflict: str = "") -> list[tuple[Any]]:
        sql, values = self.statement(rows)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {conflict}RETURNING {self._model._meta.pk.column}", values)
            return cast("list[tuple[Any]]", cursor.fetchall())

    @cached_property
    def _columns(self) -> tuple[list[Any], str]:
        """The fields that are written, and their names, which every database quotes in the same way."""
        meta = self._model._meta
        fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
        return fields, ", ".join(f'"{field.column}"' for field in fields)

    @staticmethod
    def _is_stored(row: Row, key: Any) -> None:
        if row._meta.auto_field is not None:
            row.pk = key
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


class PreparedUpdate(Generic[Row]):
    """``save(update_fields=…)`` of several rows: one statement for up to 64 of them, filled up."""

    def __init__(self, model: type[Row], *names: str) -> None:
        self._model = model
        self._names = names

    def update(self, rows: Iterable[Row]) -> None:
        for part in _filled_parts(sorted(rows, key=lambda row: row.pk)):
            with connection.cursor() as cursor:
                cursor.execute(*self.statement(part))

    def statement(self, rows: Sequence[Row]) -> Statement:
        """Updates all of these; for ``execute_all``."""
        table = self._model._meta.db_table
        fields, changes = self._columns
        marks = ", ".join([_marks(self._model, self._names, connection.vendor)] * len(rows))
        return (
            f"UPDATE {table} SET {changes} FROM (VALUES {marks}) AS new WHERE {table}.id = new.column1",  # noqa: S608
            [value for row in rows for value in (row.pk, *(_stored(one, getattr(row, one.attname)) for one in fields))],
        )

    @cached_property
    def _columns(self) -> tuple[list[Any], str]:
        """The fields, and how they are set: columns of VALUES are called column1, column2, … in both databases."""
        fields: list[Any] = [self._model._meta.get_field(name) for name in self._names]
        return fields, ", ".join(f'"{field.column}" = new.column{at}' for at, field in enumerate(fields, start=2))


@lru_cache
def _marks(model: type[Model], names: tuple[str, ...], vendor: str) -> str:
    """The places of a row: its key and these fields. PostgreSQL would not know the types of a list of rows."""
    fields: list[Any] = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    types = [field.cast_db_type(connection) if vendor == "postgresql" else None for field in fields]
    return f"({', '.join(f'%s::{kind}' if kind else '%s' for kind in types)})"


# Most values of a row are numbers and texts that every database takes as they are.
_AS_IT_IS = {"BigIntegerField": int, "IntegerField": int, "ForeignKey": int, "CharField": str, "TextField": str}


def _stored(field: Any, value: Any) -> Any:
    if value is None or type(value) is _AS_IT_IS.get(field.get_internal_type()):
        return value
    return field.get_db_prep_save(value, connection)


def execute_all(*statements: Statement) -> list[Any]:
    """Do writes of which none reads what another writes, in any order. PostgreSQL gets them in one trip.

    Gives the rows that the last of them returns.
    """
    if connection.vendor == "postgresql" and len(statements) > 1:
        *others, (last, _) = statements
        named = ", ".join(f"write{number} AS ({sql})" for number, (sql, _) in enumerate(others))
        statements = ((f"WITH {named} {last}", [value for _, values in statements for value in values]),)
    if not statements:
        return []
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def one_of(column: str, values: Iterable[Any]) -> Statement:
    """The condition that a column has one of these values, for a statement that is written by hand; none of none."""
    marks = ", ".join(["%s"] * len(asked := _filled(values)))
    return f"{column} IN ({marks or 'NULL'})", asked


def _filled_parts(items: Sequence[Result]) -> Iterator[list[Result]]:
    """As ``parts``, each ``_filled``."""
    return map(_filled, parts(items))


def _filled(part: Iterable[Result]) -> list[Result]:
    """Up to a power of two, with the last again and again: few lengths, so few statements."""
    whole = list(part)
    return whole + whole[-1:] * ((1 << (len(whole) - 1).bit_length()) - len(whole))


def parts(items: Sequence[Result], size: int = _AT_ONCE) -> Iterator[Sequence[Result]]:
    """A long list in pieces, as many as a statement takes at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))
