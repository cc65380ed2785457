"""A model that says what the test tells it to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mobilegpt.core import language_model
from mobilegpt.core.language_model import Breaker
from tests.openai_server import OpenAIServer


@pytest.fixture
def stub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setattr(language_model, "breaker", Breaker())
    monkeypatch.setattr(language_model, "_PAUSE_SECONDS", 0.01)
    with OpenAIServer() as server:
        settings.OPENAI = {**settings.OPENAI, "API_KEY": "sk-test", "BASE_URL": server.url, "TIMEOUT_SECONDS": 10.0}
        yield server
