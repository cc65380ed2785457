"""Answers that are no JSON: pictures and files, asked for by an ``<img>`` or a download."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from mobilegpt.rest.codec import JsonRenderer


class WhateverIsAsked(BaseContentNegotiation):
    """An ``<img>`` may accept pictures only; refusals are JSON all the same."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return JsonRenderer(), JsonRenderer.media_type
