"""Ids that are taken before their rows are written."""

from __future__ import annotations

import pytest

from mobilegpt.core.clock import now
from mobilegpt.database.sequences import next_ids
from mobilegpt.jobs.models import Job

pytestmark = pytest.mark.django_db
TABLE = Job._meta.db_table


def row() -> int:
    return int(Job.objects.create(name="tests.nothing", payload={}, created_at=now(), due_at=now()).pk)


def test_rows_and_taken_ids_share_one_count() -> None:
    first = row()
    assert list(next_ids(TABLE, 3)) == [first + 1, first + 2, first + 3]
    assert list(next_ids(TABLE, 1)) == [first + 4]
    assert row() == first + 5


def test_a_table_that_never_had_a_row_gives_ids_too() -> None:
    one, two = next_ids(TABLE, 2)
    assert one < two
    assert row() == two + 1
