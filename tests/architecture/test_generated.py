"""The checked-in documents say what the code says, and the machine-readable ones are well formed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from mobilegpt.tools.documents import COMMAND, DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_file_is_fresh(name: str) -> None:
    path = settings.BASE_DIR / name
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    if written != DOCUMENTS[name]():
        pytest.fail(f"{name} is stale; run `{COMMAND}`", pytrace=False)


def test_the_documents_are_the_same_every_time() -> None:
    for name, make in DOCUMENTS.items():
        assert make() == make(), name


@pytest.mark.parametrize("name", ["docs/asyncapi.json", "docs/openapi.json"])
def test_every_reference_leads_somewhere(name: str) -> None:
    document = json.loads(DOCUMENTS[name]())
    missing = [ref for ref in _references(document) if _resolve(document, ref) is None]
    assert missing == []


def test_every_example_of_a_socket_fits_its_schema() -> None:
    document = json.loads(DOCUMENTS["docs/asyncapi.json"]())
    messages = document["components"]["messages"]
    assert len(messages) > 30
    for name, message in messages.items():
        validator = Draft202012Validator({**message["payload"], "components": document["components"]})
        for example in message["examples"]:
            errors = [error.message for error in validator.iter_errors(example["payload"])]
            assert errors == [], name


def test_an_example_of_another_shape_does_not_fit() -> None:
    document = json.loads(DOCUMENTS["docs/asyncapi.json"]())
    message = document["components"]["messages"]["classroom_room.step_changed"]
    validator = Draft202012Validator({**message["payload"], "components": document["components"]})
    (example,) = message["examples"]
    assert not validator.is_valid({**example["payload"], "subtask": "1"})
    assert not validator.is_valid({**example["payload"], "type": "other"})
    assert not validator.is_valid({key: value for key, value in example["payload"].items() if key != "data"})


def test_every_socket_has_a_channel() -> None:
    from mobilegpt.sockets.routes import ROUTES

    document = json.loads(DOCUMENTS["docs/asyncapi.json"]())
    assert set(document["channels"]) == {route.name for route in ROUTES}
    for name, channel in document["channels"].items():
        assert channel["messages"], name
        assert channel["description"], name


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _resolve(document: Any, reference: str) -> Any:
    node = document
    for part in reference.removeprefix("#/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        node = node.get(key) if isinstance(node, dict) else None
    return node
