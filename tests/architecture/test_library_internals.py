"""What other people's libraries do not promise to keep is in two folders, and each name of it is still there.

docs/upgrading.md lists the names; an upgrade that takes one away fails here by that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from tests.architecture.sources import ROOT, python_files, shown, tree_of

PAGE = ROOT / "docs" / "upgrading.md"
ROOMS = ("mobilegpt/server/", "mobilegpt/database/")
# Modules that are the library's own business.
_INTERNAL = (
    "uvicorn.protocols",
    "uvicorn.server",
    "websockets.protocol",
    "websockets.frames",
    "websockets.http11",
    "websockets.utils",
    "django.core.handlers",
    "django.db.backends.postgresql",
    "django.db.backends.sqlite3",
    "django.db.backends.utils",
    "django.db.models.sql",
    "psycopg.types",
    "psycopg_pool",
)
_INTERNAL_NAMES = {("django.db.models.query", "get_related_populators")}
# Documented in spite of their names.
_DOCUMENTED = {"_meta", "_default_manager", "_db", "_exit", "_asdict", "_replace", "_ALL_BROKERS_DOWN"}
_NAME = re.compile(r"`([\w.…]*:?[\w.()]*)`")


async def _application(scope: Any, receive: Any, send: Any) -> None:
    """Never called."""


_SAMPLES: dict[str, Callable[[], Any]] = {
    "HttpToolsProtocol": lambda: _at_a_request(),
    "RequestResponseCycle": lambda: _made_of_nothing(RequestResponseCycle),
    "WebSocketsSansIOProtocol": lambda: WebSocketsSansIOProtocol(_configuration(), ServerState(), {}, _LOOP),
    "Server": lambda: Server(_configuration()),
    "ServerProtocol": ServerProtocol,
    "StreamReader": StreamReader,
    "SQLCompiler": lambda: _compiled(),
}


class _Loop:
    """As much of an event loop as a protocol asks for while it is made."""

    def create_future(self) -> None:
        raise AssertionError("a protocol waits before it is connected")


_LOOP: Any = _Loop()


def _made_of_nothing(kind: Any) -> Any:
    return kind(*[None] * len(signature(kind).parameters))


def _configuration() -> Config:
    return Config(_application, interface="asgi3")


def _at_a_request() -> HttpToolsProtocol:
    protocol = HttpToolsProtocol(_configuration(), ServerState(), {}, _LOOP)
    protocol.on_message_begin()
    return protocol


def _compiled() -> Any:
    compiler = get_user_model().objects.all().query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.as_sql()
    return compiler


def _listed() -> Iterator[tuple[str, str, str]]:
    """Module, class or function, and attribute (or nothing) of every name on the page."""
    module = owner = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| `"):
            continue
        for name in _NAME.findall(line.split("|")[1]):
            path, _, last = name.rpartition(":") if ":" in name else ("", "", name)
            module = path or module
            head, _, attribute = last.removeprefix("…").partition(".")
            owner = head or owner
            yield module, owner, attribute


@cache
def _sample(owner: str) -> Any:
    return _SAMPLES[owner]()


@pytest.mark.parametrize(("module", "owner", "attribute"), sorted(set(_listed())))
def test_a_name_that_we_rest_on_is_there(module: str, owner: str, attribute: str) -> None:
    name = owner.removesuffix("()")
    found = getattr(import_module(module), name)
    holder = _sample(name) if owner.endswith("()") else found
    assert not attribute or hasattr(holder, attribute)


def _modules_listed() -> set[str]:
    return {module for module, _, _ in _listed()}


def _internals_in(path: Path) -> Iterator[str]:
    """Imports of what is internal to a library, and attributes with a leading underscore that are nobody's of ours."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith(_INTERNAL))
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole.startswith(_INTERNAL) or (node.module, alias.name) in _INTERNAL_NAMES:
                    yield whole
        elif isinstance(node, ast.Attribute) and _is_foreign(node.attr):
            yield ast.unparse(node)


def _is_foreign(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in _DOCUMENTED and name not in _own_names()


@cache
def _own_names() -> frozenset[str]:
    """Every name with a leading underscore that our source defines, as a function, class, variable or attribute."""
    found: set[str] = set()
    for path in _source():
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()):
                    found.add(name)
                case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                    found.add(name)
    return frozenset(found)


def _source() -> list[Path]:
    return python_files("mobilegpt", "config")


def test_internals_of_libraries_are_used_in_two_folders_only() -> None:
    elsewhere = {
        f"{shown(path)}: {what}"
        for path in _source()
        if not shown(path).startswith(ROOMS)
        for what in _internals_in(path)
    }
    assert elsewhere == set()


def test_every_internal_module_that_is_imported_is_on_the_page() -> None:
    imported = {what for path in _source() for what in _internals_in(path) if what.startswith(_INTERNAL)}
    listed = _modules_listed()
    assert {what for what in imported if not any(what.startswith(module) for module in listed)} == set()


def test_underscored_names_are_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    used = {what.rpartition(".")[2] for path in _source() for what in _internals_in(path)}
    assert {name for name in used if name.startswith("_") and f".{name}`" not in page} == set()
