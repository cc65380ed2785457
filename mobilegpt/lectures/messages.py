"""What the lectures' part of the server says in its own words."""

from __future__ import annotations


def copy_of(title: str) -> str:
    """The name of a copied lecture, when whoever copies it gives it none."""
    return f"{title} (사본)"
