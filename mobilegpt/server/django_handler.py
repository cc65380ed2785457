"""Django's handler, with a memory for paths: trying patterns in turn is a twentieth of a small request."""

from __future__ import annotations

from functools import lru_cache

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_resolver

# Where a class's phones ask, again and again. Longer ones are nobody's, and would let strangers fill the memory.
_KEPT = 4096
_LONGEST = 120


class RememberingHandler(WSGIHandler):
    """A WSGI application. Paths have one meaning for all requests here: none brings a ``urlconf`` of its own."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        if len(request.path_info) > _LONGEST:
            return super().resolve_request(request)
        match = _match_of(request.path_info)
        request.resolver_match = match
        return match


@lru_cache(_KEPT)
def _match_of(path: str) -> ResolverMatch:
    return get_resolver().resolve(path)
