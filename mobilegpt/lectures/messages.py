"""What the lectures' part of the server says in its own words."""

from __future__ import annotations

from mobilegpt.core.locale import Words

_COPY = Words("{title} (사본)", "{title} (copy)")
_DRAWER = Words("강의에 넣지 않은 과제", "Tasks in no lecture")


def drawer() -> str:
    """The name of what holds an instructor's tasks that stand in no lecture."""
    return _DRAWER.said()


def copy_of(title: str) -> str:
    """The name of a copied lecture, when whoever copies it gives it none."""
    return _COPY.said(title=title)
