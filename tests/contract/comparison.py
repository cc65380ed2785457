"""Comparing what the server says with the documents' examples: keys, JSON types and formats, never values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent / "examples"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?")
_WHOLE_SECONDS_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_CONSTANT = re.compile(r"[A-Z]{3,}(?:_[A-Z]+)*")
_ADDRESS = re.compile(r"https?://.+")


def example_names(*prefixes: str) -> list[str]:
    """Names such as ``s1/R15.200``, in order."""
    found = sorted(path.relative_to(EXAMPLES).with_suffix("").as_posix() for path in EXAMPLES.rglob("*.json"))
    return [name for name in found if name.split("/")[1].startswith(prefixes)] if prefixes else found


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def differences(documented: Any, said: Any, path: str = "$") -> Iterator[str]:
    """What a client of the documents would miss: absent keys, other types, other formats. Extra keys are no matter."""
    if isinstance(documented, dict):
        if not isinstance(said, dict):
            yield f"{path} is {_kind(said)}, documented as an object"
            return
        for key, value in documented.items():
            if key in said:
                yield from differences(value, said[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is missing"
    elif isinstance(documented, list):
        yield from _differences_of_lists(documented, said, path)
    else:
        yield from _differences_of_values(documented, said, path)


def _differences_of_lists(documented: list[Any], said: Any, path: str) -> Iterator[str]:
    if not isinstance(said, list):
        yield f"{path} is {_kind(said)}, documented as a list"
        return
    if documented and not said:
        yield f"{path} is empty: nothing to compare"
    for index, item in enumerate(said):
        yield from differences(_merged(documented), item, f"{path}[{index}]")


def _merged(items: list[Any]) -> Any:
    """One object with the keys of all: a document shows some keys in one row and some in another."""
    if items and all(isinstance(item, dict) for item in items):
        return {key: value for item in items for key, value in item.items()}
    return items[0] if items else None


def _differences_of_values(documented: Any, said: Any, path: str) -> Iterator[str]:
    if documented is None:
        return
    if _kind(documented) != _kind(said) and not (isinstance(documented, float) and _kind(said) == "integer"):
        yield f"{path} is {_kind(said)} ({said!r}), documented as {_kind(documented)} ({documented!r})"
    elif isinstance(documented, str) and (shape := _format(documented)) and not shape.fullmatch(said):
        yield f"{path} is {said!r}, documented like {documented!r}"


def _format(text: str) -> re.Pattern[str] | None:
    if _MOMENT.fullmatch(text):
        return _WHOLE_SECONDS_UTC
    return next((shape for shape in (_CONSTANT, _ADDRESS) if shape.fullmatch(text)), None)


def _kind(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "a list", dict: "an object"}
    return "null" if value is None else names[type(value)]


def additions(documented: Any, said: Any, path: str = "") -> set[str]:
    """Keys that the documents do not show, as ``subtask.position``; rows of lists count as one."""
    if isinstance(documented, dict) and isinstance(said, dict):
        found = {f"{path}{key}" for key in said if key not in documented}
        for key in documented.keys() & said.keys():
            found |= additions(documented[key], said[key], f"{path}{key}.")
        return found
    if isinstance(documented, list) and isinstance(said, list):
        return {key for item in said for key in additions(_merged(documented), item, path)}
    return set()
