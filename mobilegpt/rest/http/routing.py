"""How a REST path is written down: both slash forms natively (contract 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.urls.resolvers import RoutePattern
from rest_framework.views import APIView

from mobilegpt.classroom.codes import IN_A_PATH


class IdConverter(IntConverter):
    """``<id:…>``: as ``int``, but never longer than a column holds; a longer one is an unknown route (404)."""

    regex = "[0-9]{1,18}"


class SessionRefConverter(StringConverter):
    """``<ref:…>``: a session's code or id, as ``classroom.codes`` reads it."""

    regex = IN_A_PATH


register_converter(IdConverter, "id")
register_converter(SessionRefConverter, "ref")


def both(route: str, view: type[APIView], name: str | None = None) -> list[URLPattern]:
    """``route`` without and with the trailing slash."""
    handler: Any = view.as_view()
    named: dict[str, Any] = {"name": name} if name else {}
    return [path(route, handler, **named), path(f"{route}/", handler)]


def by_family(patterns: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """The same paths, put together by their first two segments where these are fixed.

    Django tries one pattern after the other; with all in one list that took a seventh of a small request. The order
    within a family stays, and no two families can match the same path.
    """
    families: dict[str, list[URLPattern]] = {}
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        first, second, rest = (*str(pattern.pattern).split("/", 2), None, None)[:3]
        if rest is None or "<" in f"{first}{second}":
            found.append(pattern)
        else:
            families.setdefault(f"{first}/{second}/", []).append(_below(pattern, rest))
    return [*found, *(path(family, include(members)) for family, members in families.items())]


def _below(pattern: URLPattern, rest: str) -> URLPattern:
    route = RoutePattern(rest, name=pattern.name, is_endpoint=True)
    return URLPattern(route, pattern.callback, pattern.default_args, pattern.name)
