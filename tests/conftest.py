"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Ids come again in the next test's database; what was cached under them must not."""
    cache.clear()
    yield
    cache.clear()
