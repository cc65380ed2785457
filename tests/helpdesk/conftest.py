"""A model that says what the test tells it to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mobilegpt.language import model
from mobilegpt.language.model import Breaker
from tests.openai_server import OpenAIServer


@pytest.fixture
def stub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setattr(model, "breaker", Breaker())
    monkeypatch.setattr(model, "_PAUSE_SECONDS", 0.01)
    with OpenAIServer() as server:
        settings.OPENAI = {**settings.OPENAI, "API_KEY": "sk-test", "BASE_URL": server.url, "TIMEOUT_SECONDS": 10.0}
        yield server
