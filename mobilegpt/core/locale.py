"""The language in which somebody is spoken to: Korean, or English for who asks for it (contract 11, design).

It is a fact of the request or the socket at hand, like its id: whoever composes a text for people says ``Words.said()``
and knows no request. Where nobody is there to ask (background work), the text is Korean, or the language was kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, NamedTuple


class Language(StrEnum):
    KOREAN = "ko"
    ENGLISH = "en"


_spoken: ContextVar[Language] = ContextVar("language", default=Language.KOREAN)
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MOST_RANGES = 20


class Words(NamedTuple):
    """One text in both languages; ``{name}`` stands for what ``said`` is given."""

    ko: str
    en: str

    def said(self, **values: Any) -> str:
        """In the language of whoever is spoken to now."""
        text = self.en if _spoken.get() is Language.ENGLISH else self.ko
        return text.format(**values) if values else text

    def with_values(self, **values: Any) -> Words:
        """Both languages, for whoever reads it later; of a value that is ``Words`` itself each its own."""
        korean, english = (
            {name: value[place] if isinstance(value, Words) else value for name, value in values.items()}
            for place in range(2)
        )
        return Words(self.ko.format(**korean), self.en.format(**english))


def spoken() -> Language:
    return _spoken.get()


def speak(language: Language) -> None:
    """For what is left of this task: a socket has one of its own."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language_of(accepted: str) -> Language:
    """What an ``Accept-Language`` header (RFC 9110, 12.5.4), or the one name of a language, asks for; else Korean.

    Equally wanted languages go by their place; one that we do not speak counts for nothing.
    """
    best, wanted = Language.KOREAN, 0.0
    for part in accepted.split(",")[:_MOST_RANGES]:
        found = _RANGE.fullmatch(part)
        if found is None or found[1].lower() not in set(Language):
            continue
        weight = 1.0 if found[2] is None else float(found[2])
        if weight > wanted:
            best, wanted = Language(found[1].lower()), weight
    return best
