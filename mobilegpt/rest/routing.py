"""How a REST path is written down: both slash forms natively (contract 2.1)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from rest_framework.views import APIView


def both(route: str, view: type[APIView], name: str | None = None) -> list[URLPattern]:
    """``route`` without and with the trailing slash."""
    handler: Any = view.as_view()
    named: dict[str, Any] = {"name": name} if name else {}
    return [path(route, handler, **named), path(f"{route}/", handler)]
