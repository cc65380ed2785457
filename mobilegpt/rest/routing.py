"""How a REST path is written down: both slash forms natively (contract 2.1)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter
from rest_framework.views import APIView


class IdConverter(IntConverter):
    """``<id:…>``: as ``int``, but never longer than a column holds; a longer one is an unknown route (404)."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")


def both(route: str, view: type[APIView], name: str | None = None) -> list[URLPattern]:
    """``route`` without and with the trailing slash."""
    handler: Any = view.as_view()
    named: dict[str, Any] = {"name": name} if name else {}
    return [path(route, handler, **named), path(f"{route}/", handler)]
