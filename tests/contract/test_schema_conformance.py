"""Generated requests against the OpenAPI document (reliability X7): no 5xx, and no answer that it does not name.

Half of the requests go to real objects, a third makes no sense on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.cache import cache as django_cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.contract.world import World

pytestmark = pytest.mark.django_db

_CHECKS: list[Any] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_METHODS = ("get", "post", "put", "patch", "delete")
_EXAMPLES = 8
# Served by the documentation library in YAML and HTML; health asks services that are not part of this.
_ELSEWHERE = ("/api/schema", "/api/docs")


def _labels() -> list[str]:
    document = json.loads((django_settings.BASE_DIR / "docs" / "openapi.json").read_text(encoding="utf-8"))
    return [
        f"{method.upper()} {path}"
        for path, item in sorted(document["paths"].items())
        for method in _METHODS
        if method in item and not path.startswith(_ELSEWHERE)
    ]


def _served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An answer that is read and closed, as a server does (PEP 3333); the client that asks here closes none."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@cache
def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", _served)
    results: list[Any] = list(schema.get_all_operations())
    return {operation.label: operation for operation in (result.ok() for result in results)}


@pytest.fixture(autouse=True)
def one_transaction() -> Iterator[None]:
    """A request may not end the connection that the test rolls back, nor leave anything in the cache."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    django_cache.clear()
    yield
    django_cache.clear()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _real_ids(world: World, path: str) -> dict[str, Any]:
    ids = {
        "lecture_id": world.ids["lecture"],
        "task_id": world.ids["task"],
        "subtask_id": world.ids["subtask"],
        "request_id": world.ids["help"],
        "user_id": world.ids["kim"],
        "session_ref": world.ids["code"],
        "code": world.ids["code"],
    }
    return {name: value for name, value in ids.items() if f"{{{name}}}" in path}


@pytest.mark.parametrize("label", _labels())
def test_answers_are_those_of_the_document(world: World, label: str) -> None:
    operation = _operations()[label]
    real = _real_ids(world, label)
    sensible = operation.as_strategy(path_parameters=real) if real else operation.as_strategy()
    cases = st.one_of(sensible, operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    callers = st.sampled_from([{"Authorization": f"Bearer {world.tokens[one]}"} for one in ("teacher", "student")])

    @settings(
        max_examples=_EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, headers=callers)
    def ask(case: Any, headers: dict[str, str]) -> None:
        case.call_and_validate(headers=headers, checks=_CHECKS)

    ask()
