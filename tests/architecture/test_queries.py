"""Every domain writes its SQL in its own ``queries``, over its own tables; what it may name of others is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.sources import python_files, shown, tree_of

_MODULES = python_files("config", "mobilegpt")
_STATEMENT = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|COPY|FROM|JOIN|INTO|WHERE|TABLE|TRIGGER)\b")
_WORD = re.compile(r"\w+")
_BY_HAND = {"cursor", "raw", "extra"}
# Triggers that it installs by the connection of whoever asks, a migration's too: no question, and no rows.
_DEFINES = "mobilegpt/audit/guard.py"


def _owners() -> dict[str, str]:
    """The folder that owns each table: ``accounts_user`` is ``mobilegpt/accounts``."""
    return {
        table: app.name.replace(".", "/")
        for app in apps.get_app_configs()
        for model in app.get_models(include_auto_created=True)
        for table in (model._meta.db_table, f"{model._meta.db_table}_id_seq")
    }


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module but its docstrings, with what an f-string takes from the module's own constants."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_part(part, constants) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (described | inner):
            yield node.lineno, node.value


def _part(part: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return str(constants.get(value.id, " ")) if isinstance(value, ast.Name) else " "


def _tables_of_others(place: str, tree: ast.Module, owners: dict[str, str]) -> list[str]:
    return [
        f"{place}:{line} {word}"
        for line, text in _texts(tree)
        if _STATEMENT.search(text)
        for word in _WORD.findall(text)
        if word in owners and not place.startswith(f"{owners[word]}/")
    ]


def _by_hand(place: str, tree: ast.Module) -> list[str]:
    """Where a statement is written without the ORM."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        f"{place}:{node.lineno}"
        for node in called
        if (isinstance(node, ast.Attribute) and node.attr in {*_BY_HAND, "RawSQL"})
        or (isinstance(node, ast.Name) and node.id == "RawSQL")
    ]


def _may_write(place: str) -> bool:
    folders = place.split("/")
    return folders[1] in ("database", "events") or "queries" in (*folders[2:-1], Path(place).stem)


def test_a_statement_names_the_tables_of_its_own_domain_only() -> None:
    owners = _owners()
    assert owners["accounts_user"] == "mobilegpt/accounts"
    assert (owners["core_failurecount"], owners["realtime_stream"]) == ("mobilegpt/database", "mobilegpt/events")
    assert [found for path in _MODULES for found in _tables_of_others(shown(path), tree_of(path), owners)] == []


def test_statements_are_written_by_hand_in_queries_only() -> None:
    found = {
        place.partition(":")[0]
        for path in _MODULES
        if not _may_write(shown(path))
        for place in _by_hand(shown(path), tree_of(path))
    }
    assert found == {_DEFINES}


@pytest.mark.parametrize(
    "line",
    [
        'sql = "SELECT id FROM accounts_user"',
        'sql = f"UPDATE accounts_user SET name = {name}"',
        'sql = ("INSERT INTO chat_member (id) " "SELECT id FROM accounts_user")',
        '_TABLE = "accounts_user"\nsql = f"DELETE FROM {_TABLE}"',
        "sql = \"SELECT nextval('accounts_user_id_seq')\"",
    ],
)
def test_somebody_else_s_table_is_noticed(line: str) -> None:
    found = _tables_of_others("mobilegpt/chat/queries.py", ast.parse(line), _owners())
    assert [place.rpartition(" ")[2].removesuffix("_id_seq") for place in found] == ["accounts_user"]
    assert (
        _tables_of_others("mobilegpt/accounts/queries.py", ast.parse(line), {"accounts_user": "mobilegpt/accounts"})
        == []
    )


@pytest.mark.parametrize(
    "line",
    ["with connection.cursor() as cursor: ...", "User.objects.raw(sql)", "rows.extra(where=[])", "RawSQL(sql, [])"],
)
def test_a_statement_by_hand_is_noticed(line: str) -> None:
    assert _by_hand("mobilegpt/chat/services/entry.py", ast.parse(line)) == ["mobilegpt/chat/services/entry.py:1"]


@pytest.mark.parametrize(
    ("place", "may"),
    [
        ("mobilegpt/chat/queries.py", True),
        ("mobilegpt/classroom/queries/seats.py", True),
        ("mobilegpt/database/sequences.py", True),
        ("mobilegpt/events/outbox.py", True),
        ("mobilegpt/chat/services/entry.py", False),
        ("mobilegpt/rest/operations/views.py", False),
        ("config/settings.py", False),
    ],
)
def test_where_a_statement_may_stand(place: str, may: bool) -> None:
    assert _may_write(place) is may
