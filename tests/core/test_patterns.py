"""Every text that a pattern sees is read in time linear in its length (reliability F32).

Patterns are found, not listed: those of every module, and those that stand in the code. A new one is tried by itself.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

import config
import mobilegpt
from mobilegpt.core.errors import DomainError
from mobilegpt.core.network import client_address
from mobilegpt.core.spreadsheet import file_name, safe
from mobilegpt.core.text import one_line, paragraph, plain
from mobilegpt.helpdesk.analysis.complaints import is_generic, said
from mobilegpt.helpdesk.analysis.korean import is_polite, spoken
from mobilegpt.language.redaction import names_pattern, without_people
from mobilegpt.language.safety import is_safe, plain_text
from mobilegpt.recordings.acts import acts_of

_SHORT, _LONG = 1_000, 16_000
_NOTHING = 0.0003  # seconds; less cannot be measured
_UNITS = (
    "a", "1", "가", " ", "\n", "-", ".", "_", "/", "@", "(", "<", "[", "'", "*", "#", "\\", "=", "a-", "a.", "a@", "a ",
    "1-", "1 ", "가 ", " \n", "\n ", "<a", "(a", "**", "eyJ-", "eyJa.", "-eyJ", "Bearer ", "token=", "http://", "www.",
    "김가", "김가 ", "공일", "은행", "글자", "자판a", "안 ", "이체", "다 ", "비밀번호", "\\u0000", "\\", "{a", "P<a>",
    "000000-",
)  # fmt: skip
_SKIPPED = {"config.wsgi", "config.asgi", "config.settings", "mobilegpt.realtime.libsendloop"}  # they start things


def _modules() -> Iterator[Any]:
    for package in (mobilegpt, config):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and found.name not in _SKIPPED:
                yield importlib.import_module(found.name)


def _patterns_in(value: Any, levels: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | set | frozenset) and levels:
        for each in value:
            yield from _patterns_in(each, levels - 1)
    elif isinstance(value, dict) and levels:
        yield from _patterns_in(list(value.values()), levels)
    elif levels and type(value).__module__.startswith(("mobilegpt", "config")):
        slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        yield from _patterns_in([*slots, *getattr(value, "__dict__", {}).values()], levels - 1)


class Found(NamedTuple):
    """``anywhere``: it is looked for in a text, and not only tried at its beginning."""

    pattern: re.Pattern[Any]
    anywhere: bool


def _patterns_written_in(source: str) -> Iterator[Found]:
    """``re.sub(r"…", …)`` inside of a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner, first = node.func.value, node.args[0]
            if isinstance(owner, ast.Name) and owner.id == "re" and isinstance(first, ast.Constant):
                yield Found(re.compile(first.value), anywhere=node.func.attr not in ("match", "fullmatch", "compile"))


def _all_patterns() -> dict[str, Found]:
    found: dict[str, Found] = {}
    for module in _modules():
        source = ""
        if module.__file__ and module.__file__.endswith(".py"):
            source = Path(module.__file__).read_text(encoding="utf-8")
        for name, value in sorted(vars(module).items()):
            if patterns := list(_patterns_in(value)):
                used = re.findall(rf"\b{re.escape(name)}\.(\w+)\(", source)
                anywhere = not used or not {"match", "fullmatch"}.issuperset(used)
                for pattern in patterns:
                    found.setdefault(f"{pattern.pattern!r}", Found(pattern, anywhere))
        for written in _patterns_written_in(source):
            found.setdefault(f"{written.pattern.pattern!r}", written)
    return found


_PATTERNS = _all_patterns()


def _ratio(read: Callable[[str], object], unit: str) -> float:
    """How many times as long sixteen times the text takes."""

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        started = time.thread_time()
        read(text)
        return time.thread_time() - started

    for _ in range(3):  # another process may push ours out of the processor's memory
        ratio = seconds(_LONG) / _NOTHING
        if ratio > 20:
            ratio = seconds(_LONG) / max(min(seconds(_SHORT) for _ in range(2)), _NOTHING)
        if ratio <= 20:
            break
    return ratio


@pytest.mark.parametrize("name", sorted(_PATTERNS), ids=lambda name: name[:60])
def test_every_pattern_takes_time_by_the_length(name: str) -> None:
    pattern, anywhere = _PATTERNS[name]
    as_bytes = isinstance(pattern.pattern, bytes)

    def read(text: str) -> object:
        subject: Any = text.encode() if as_bytes else text
        pattern.fullmatch(subject)
        return sum(1 for _ in pattern.finditer(subject)) if anywhere else pattern.match(subject)

    slow = {unit: ratio for unit in _UNITS if (ratio := _ratio(read, unit)) > 20}
    assert not slow


def test_the_patterns_of_all_layers_are_among_them() -> None:
    assert len(_PATTERNS) > 60
    assert any("eyJ" in name for name in _PATTERNS)
    assert any("결제" in name for name in _PATTERNS)


def _refused(read: Callable[[str], object]) -> Callable[[str], object]:
    def reading(text: str) -> object:
        try:
            return read(text)
        except (DomainError, ValidationError):
            return None

    return reading


_NAMES = names_pattern([f"김가{number}" for number in range(300)])
_READERS: dict[str, Callable[[str], object]] = {
    "a name": _refused(lambda text: one_line(text, "name", 100)),
    "a message": _refused(lambda text: paragraph(text, "message", 2000)),
    "one form of syllables": plain,
    "an e-mail": _refused(validate_email),
    "a cell": safe,
    "a file's name": lambda text: file_name(text, date(2026, 1, 1)),
    "a proxy's header": lambda text: client_address("10.0.0.1", text, ["10.0.0.0/8"]),
    "a complaint": said,
    "a generic question": is_generic,
    "politeness": is_polite,
    "for the ear": spoken,
    "a model's words": lambda text: (is_safe(text), plain_text(text)),
    "a prompt": lambda text: without_people(text, _NAMES),
    "a recorded tap": lambda text: acts_of([("CLICK", datetime(2026, 1, 1), {"text": text})]),
}
_MARKS = ("\u0301", "\u0301\u0327", "\u0327" * 2000 + "\u0301" * 2000, "a\u0301", ", ", "10.0.0.1,", "=", "김가1 님 ")


@pytest.mark.parametrize("name", sorted(_READERS))
def test_whoever_reads_a_text_takes_time_by_its_length(name: str) -> None:
    slow = {unit: ratio for unit in (*_UNITS, *_MARKS) if (ratio := _ratio(_READERS[name], unit)) > 20}
    assert not slow
