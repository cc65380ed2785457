"""``docs/configuration.md`` names every setting, and only settings."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_READERS = "text|secret|flag|integer|share|items|networks|choice|trusted_callers|pairs"
_READ = re.compile(rf"\b(?:{_READERS})\(\s*[\"']([A-Z][A-Z0-9_]+)[\"']")
_SECRET = re.compile(r"\bsecret\(\s*[\"']([A-Z][A-Z0-9_]+)[\"']")
_NAMED = re.compile(r"`([A-Z][A-Z0-9_]{3,})(?:=[^`]*)?`")
_VALUES = {"INFO", "DEBUG", "REVIEW_MODE"}


def read_by_the_code() -> set[str]:
    sources = [(ROOT / "config" / name).read_text() for name in ("settings.py", "env.py")]
    named = {name for source in sources for name in _READ.findall(source)}
    return named | {f"{name}_FILE" for source in sources for name in _SECRET.findall(source)}


def read_by_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_every_setting_is_explained() -> None:
    explained = set(_NAMED.findall((ROOT / "docs" / "configuration.md").read_text()))
    assert read_by_the_code() - explained == set()


def test_nothing_is_explained_that_does_not_exist() -> None:
    explained = set(_NAMED.findall((ROOT / "docs" / "configuration.md").read_text()))
    assert explained - read_by_the_code() - read_by_compose() - _VALUES == set()


def test_the_example_holds_real_names() -> None:
    names = set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert names
    assert names - read_by_the_code() == set()
