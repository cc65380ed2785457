"""Nothing is forgotten where two lists have to agree: events and dialects, commands and handlers, models and pages."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from mobilegpt.events.event import Event, event_types
from mobilegpt.realtime.protocol import Heartbeat
from mobilegpt.realtime.route import SocketRoute
from mobilegpt.sockets.routes import ROUTES
from mobilegpt.tools.documents.sockets import returned_frames

_OWN = "mobilegpt."


def own_events() -> set[type[Event]]:
    """Events of the project; tests define some of their own."""
    return {event for event in event_types().values() if event.__module__.startswith(_OWN)}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_dialect_shows_or_ignores_every_event(route: SocketRoute) -> None:
    dialect = route.dialect
    shown, opted_in = set(dialect.encoders), set(dialect.rt_encoders)
    assert {event.__name__ for event in own_events() - shown - opted_in - dialect.ignored} == set()
    twice = (shown & dialect.ignored) | (opted_in & dialect.ignored)
    assert {event.__name__ for event in twice} == set()
    # Who opts in may be told more in the same frame, never another one instead.
    for event in shown & opted_in:
        assert returned_frames(dialect.rt_encoders[event]) == returned_frames(dialect.encoders[event])


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_encoder_says_which_frames_it_returns(route: SocketRoute) -> None:
    for encoder in [*route.dialect.encoders.values(), *route.dialect.rt_encoders.values()]:
        assert returned_frames(encoder), encoder


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_message_that_is_understood_is_handled(route: SocketRoute) -> None:
    understood = {decoder.command for decoder in route.dialect.decoders.values()} - {Heartbeat}
    assert understood == {*route.handlers, *route.shared_handlers}
    assert not set(route.handlers) & set(route.shared_handlers)


def test_socket_names_and_addresses_are_unique() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert len({route.pattern for route in ROUTES}) == len(ROUTES)
    assert len({route.dialect.name for route in ROUTES}) == len({id(route.dialect) for route in ROUTES})


def test_every_model_has_an_admin_page() -> None:
    own = {model for model in apps.get_models() if model.__module__.startswith(_OWN)}
    assert {model.__name__ for model in own - set(admin.site._registry)} == set()


@pytest.mark.django_db
def test_migrations_are_up_to_date() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_rest_path_is_served_in_both_slash_forms() -> None:
    paths = {
        path for path in _paths(get_resolver().url_patterns, "") if path.startswith(("api/", "qr/", ".well-known/"))
    }
    assert len(paths) > 20
    assert {path for path in paths if path.rstrip("/") not in paths or path.rstrip("/") + "/" not in paths} == set()


def _paths(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        found += _paths(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found
