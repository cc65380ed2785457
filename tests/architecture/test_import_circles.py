"""No two modules need each other, not even for their types: whoever reads one need not read the other first."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, python_files, tree_of

_Imports = Mapping[str, set[str]]


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.Module, modules: Mapping[str, object]) -> set[str]:
    """Wherever it stands: at the top, for type checkers only, or in a function."""
    return {name for node in ast.walk(tree) for name in _names(node, modules) if name in modules}


def _names(node: ast.AST, modules: Mapping[str, object]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.module is not None, "a relative import would be overlooked"
        assert not node.level, "a relative import would be overlooked"
        for alias in node.names:
            module = f"{node.module}.{alias.name}"
            yield module if module in modules else node.module


def _circle(imports: _Imports) -> str:
    """The modules of one circle in their order; empty without one."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return " → ".join(reversed(error.args[1]))
    return ""


@pytest.mark.parametrize(
    ("sources", "circle"),
    [
        ({"a": "import b", "b": "from c import x", "c": ""}, ""),
        ({"a": "import b", "b": "def f():\n    import a"}, "a → b → a"),
        ({"a": "if TYPE_CHECKING:\n    from b import B", "b": "from a import A"}, "a → b → a"),
        ({"p": "from p.x import X", "p.x": "from p import y", "p.y": ""}, ""),
        ({"p": "from p.x import X", "p.x": "from p import X"}, "p → p.x → p"),
    ],
)
def test_circles_are_found(sources: dict[str, str], circle: str) -> None:
    found = _circle({name: _imported(ast.parse(source), sources) for name, source in sources.items()})
    assert set(found.split(" → ")) == set(circle.split(" → "))


def test_imports_of_modules_go_in_no_circle() -> None:
    modules = {_name(path): path for path in python_files("mobilegpt", "config")}
    assert "mobilegpt.realtime.hub" in modules
    assert _circle({name: _imported(tree_of(path), modules) - {name} for name, path in modules.items()}) == ""
