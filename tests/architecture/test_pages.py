"""The shape of the pages: who imports whom, and that shapes of the wire are written down once, by the generator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.architecture.sources import ROOT, project_files

_SOURCE = ROOT / "web" / "src"
_STATIC = re.compile(r"^\s*(?:import|export)\s(?:[^'\";]*?\sfrom\s)?'(\.[^']*)'", re.MULTILINE)
_LATER = re.compile(r"\bimport\('(\.[^']*)'\)")
_FOUND_BY_NAME = re.compile(r"\bimport\.meta\.glob(?:<[^(]*>)?\('(\./[^']*)'\)")
_SHAPE = re.compile(
    r"^[ ]*(?:export )?(?:interface (\w+)[^{\n]*|type (\w+)(?:<[^=]*>)? = )\{$(.*?)^[ ]*\}", re.MULTILINE | re.DOTALL
)
_NAMED = re.compile(r"^[ ]*(?:export )?(?:interface|type) (\w+)", re.MULTILINE)
_FIELD = re.compile(r"^[ ]*(?:readonly )?(\w+)\??:", re.MULTILINE)

Graph = Mapping[Path, set[Path]]


@cache
def _sources() -> tuple[Path, ...]:
    """Modules and components; tests may import what they like."""
    return tuple(
        path
        for path in project_files()
        if path.is_relative_to(_SOURCE) and path.suffix in {".ts", ".svelte"} and not path.name.endswith(".test.ts")
    )


def test_nothing_imports_itself_round_about() -> None:
    """Types and what is loaded later count too: the reader goes round in circles all the same."""
    graph = {path: set(_imports(path)) for path in _sources()}
    assert len(graph) > 150
    assert sum(map(len, graph.values())) > 500
    assert [" → ".join(_named(circle)) for circle in _circles(graph)] == []


def test_a_circle_is_found_and_named() -> None:
    a, b, c, d = (_SOURCE / f"{name}.ts" for name in "abcd")
    assert list(_circles({a: {b}, b: {c}, c: {b}, d: {d, a}})) == [[b, c, b], [d, d]]


def _imports(path: Path) -> Iterator[Path]:
    text = path.read_text(encoding="utf-8")
    for name in [*_STATIC.findall(text), *_LATER.findall(text)]:
        yield from _resolved(path.parent / name.partition("?")[0])
    for pattern in _FOUND_BY_NAME.findall(text):
        yield from path.parent.glob(pattern)


def _resolved(target: Path) -> Iterator[Path]:
    plain = Path(target.parent.resolve() / target.name)
    found = [one for one in (plain, plain.with_name(f"{plain.name}.ts"), plain / "index.ts") if one.is_file()]
    assert found, f"{target} is imported and is not there"
    if found[0].suffix in {".ts", ".svelte"}:
        yield found[0]


def _circles(graph: Graph) -> Iterator[list[Path]]:
    """One circle per knot of modules that reach each other, from its first module back to it."""
    seen: set[Path] = set()
    for start in sorted(graph):
        if start not in seen and (circle := _way(graph, start, start)):
            seen |= {one for one in graph if _way(graph, start, one) and _way(graph, one, start)}
            yield circle


def _way(graph: Graph, start: Path, end: Path) -> list[Path] | None:
    """The shortest way along imports, of one import at least."""
    ways = [[start]]
    reached: set[Path] = set()
    for way in ways:
        for following in sorted(graph.get(way[-1], ())):
            if following == end:
                return [*way, end]
            if following not in reached:
                reached.add(following)
                ways.append([*way, following])
    return None


def _named(paths: list[Path]) -> list[str]:
    return [path.relative_to(_SOURCE).as_posix() for path in paths]


def test_what_the_generator_names_is_not_named_again() -> None:
    generated = set(_NAMED.findall("\n".join(_generated())))
    assert len(generated) > 200
    again = [
        f"{path.relative_to(_SOURCE).as_posix()}: {name}"
        for path in _written()
        for name in _NAMED.findall(path.read_text(encoding="utf-8"))
        if name in generated
    ]
    assert again == []


def test_a_shape_of_the_wire_is_not_written_by_hand() -> None:
    """Of two fields and more: fewer are alike by chance."""
    generated = {fields: name for text in _generated() for name, fields in _shapes(text)}
    assert len(generated) > 100
    again = [
        f"{path.relative_to(_SOURCE).as_posix()}: {name} is {generated[fields]}"
        for path in _written()
        for name, fields in _shapes(path.read_text(encoding="utf-8"))
        if len(fields) > 1 and fields in generated
    ]
    assert again == []


def test_a_shape_is_read_off_its_text() -> None:
    text = "export interface A {\n  id: number;\n  name?: string;\n}\n  type B = {\n    id: number;\n  };\n"
    assert list(_shapes(text)) == [("A", frozenset({"id", "name"})), ("B", frozenset({"id"}))]


def _generated() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in _sources() if path.name.endswith(".gen.ts")]


def _written() -> list[Path]:
    return [path for path in _sources() if not path.name.endswith(".gen.ts")]


def _shapes(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for interface, alias, body in _SHAPE.findall(text):
        yield interface or alias, frozenset(_FIELD.findall(body))
