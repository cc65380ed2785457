"""The switch between comparing and writing."""

from __future__ import annotations

import pytest

WRITES: pytest.StashKey[bool] = pytest.StashKey()


class Writing:
    """A plugin: this run writes what the server says before it compares."""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[WRITES] = True
