"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from mobilegpt.accounts.models import User
from mobilegpt.audit import guard, trail
from mobilegpt.chat.models import Room
from mobilegpt.classroom.models import LectureSession
from mobilegpt.database import byte_budget
from mobilegpt.lectures.course import course_of
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.revisions import lesson_at
from tests import cast, classes, rooms
from tests.tables import empty_tables

_REAL_DATABASE = connection.settings_dict["NAME"]
EVERY_TEST: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that use the database")
    parser.addoption("--statements", action="store_true", help="of these, only what another database could change")


def pytest_configure() -> None:
    """Plain tracebacks, as in production: a pretty one is up to half a second's work, and one test may see hundreds."""
    *others, _pretty = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Before marks deselect some: docs/conformance.md names tests of every kind."""
    config.stash[EVERY_TEST] = [item.nodeid for item in items]
    if config.getoption("database_only") or config.getoption("statements"):
        kept = {item for item in items if _uses_database(item)}
        if config.getoption("statements"):
            kept = {item for item in kept if item.get_closest_marker("one_database") is None}
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests with real transactions empty every table afterwards; the audit trail's triggers would refuse that.

    Where no test of the run asks for a database, none is made, and the real one is nobody's to change.
    """
    if connection.settings_dict["NAME"] == _REAL_DATABASE:
        return
    with django_db_blocker.unblock():
        guard.remove(connection)


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_without_ado() -> Iterator[None]:
    """Django's flush after each test with real transactions would make the same permissions again, every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield


@pytest.fixture(autouse=True)
def _empty_trail() -> None:
    """What one test noted and did not write must not be written by the next."""
    trail.waiting.clear()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_when_asked_for() -> Iterator[None]:
    """Every test client has middleware of its own, which would read the whole list of files: a third of all time."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Ids come again in the next test's database; what was cached under them must not."""
    cache.clear()
    course_of.cache_clear()
    lesson_at.cache_clear()
    byte_budget.forget()
    yield
    cache.clear()
    course_of.cache_clear()
    lesson_at.cache_clear()


# --- 박강사 and two students, her lecture of three steps in two tasks, its class in the waiting room, a room of the two


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.fixture
def kim() -> User:
    return cast.student_kim()


@pytest.fixture
def lee() -> User:
    return cast.student_lee()


@pytest.fixture
def lecture(park: User) -> Lecture:
    return cast.lecture(park)


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return classes.steps(lecture)[0]


@pytest.fixture
def session(lecture: Lecture) -> LectureSession:
    return classes.open_class(lecture)


@pytest.fixture
def room(kim: User, lee: User) -> Room:
    return rooms.private(kim, lee)


@pytest.fixture(scope="session", autouse=True)
def _no_thread_keeps_the_test_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that a pool's thread is still connected to."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
