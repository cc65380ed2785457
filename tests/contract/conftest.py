"""The class that the examples are compared with, held once for the module that asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.lesson import Transcript, hold_class
from tests.contract.world import World, build_world


@pytest.fixture(scope="module")
def transcript(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Transcript]:
    """Everything the server said in one class. Commits for real, so that sockets hear of it; cleans up at the end."""
    quick = {**settings.REALTIME, "GRACE_SECONDS": 0.1}
    with django_db_blocker.unblock(), override_settings(REALTIME=quick):
        try:
            yield asyncio.run(hold_class())
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Committed once; what a test writes is rolled back."""
    with django_db_blocker.unblock():
        try:
            yield build_world()
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()
