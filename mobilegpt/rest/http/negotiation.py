"""Which form an answer takes: JSON, or whatever an ``<img>`` or a download asks for."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request

from mobilegpt.rest.http.codec import JsonRenderer

# What nearly every client sends: curl, fetch, OkHttp and Dart's http (nothing or anything), axios.
_JSON_WILL_DO = frozenset({"*/*", "application/json", "application/json, text/plain, */*"})


class JsonFirst(DefaultContentNegotiation):
    """Where there is JSON only, what most clients ask for needs no reading; that was a tenth of a small request."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        asked = request.META
        if asked.get("HTTP_ACCEPT", "*/*") in _JSON_WILL_DO and "format=" not in asked.get("QUERY_STRING", ""):
            first, *others = renderers
            if isinstance(first, JsonRenderer) and not others:
                return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)


class WhateverIsAsked(BaseContentNegotiation):
    """An ``<img>`` may accept pictures only; refusals are JSON all the same."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return JsonRenderer(), JsonRenderer.media_type
