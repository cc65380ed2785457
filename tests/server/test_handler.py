"""The handler that remembers paths finds what Django's own finds."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch

from mobilegpt.server import django_handler

PATHS = [
    "/api/auth/me",
    "/api/auth/me/",
    "/api/sessions/7/current",
    "/api/sessions/8/current",
    "/api/sessions/AB12CD/join/",
    f"/api/sessions/{'9' * 300}/current",
    "/join/AB12CD",
    "/api/health",
]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    django_handler._match_of.cache_clear()


def found(way: WSGIHandler, path: str) -> tuple[HttpRequest, ResolverMatch]:
    request = RequestFactory().get(path)
    return request, way.resolve_request(request)


def facts(match: ResolverMatch) -> tuple[object, ...]:
    return match.view_name, match.route, match.args, match.kwargs, getattr(match.func, "view_class", match.func)


@pytest.mark.parametrize("path", PATHS)
def test_every_time_it_is_what_django_finds(path: str) -> None:
    _, expected = found(WSGIHandler(), path)
    for _ in range(2):
        request, match = found(django_handler.RememberingHandler(), path)
        assert facts(match) == facts(expected)
        assert request.resolver_match is match


def test_what_is_unknown_stays_unknown_and_takes_no_place() -> None:
    for _ in range(2):
        with pytest.raises(Http404):
            found(django_handler.RememberingHandler(), "/api/auth/nothing-here")
    assert django_handler._match_of.cache_info().currsize == 0


def test_long_paths_take_no_place() -> None:
    found(django_handler.RememberingHandler(), f"/api/sessions/{'9' * 300}/current")
    assert django_handler._match_of.cache_info().currsize == 0
    found(django_handler.RememberingHandler(), "/api/auth/me")
    assert django_handler._match_of.cache_info().currsize == 1
