"""The audit trail: lines are only added, refusals cannot fill it (reliability X18)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from mobilegpt.audit import guard, origin, trail
from mobilegpt.audit.models import AuditEntry
from mobilegpt.audit.origin import Origin
from mobilegpt.core.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded() -> AuditEntry:
    """A line that the triggers keep, as in a database that was migrated."""
    guard.install(connection)
    trail.record("login.ok", actor_id=7, subject="user:7", address="198.51.100.7", door="form")
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditentry SET action = 'x'",
        "UPDATE audit_auditentry SET at = at",
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditentry WHERE action LIKE 'login%%'",
    ],
)
def test_no_line_is_changed_or_deleted(guarded: AuditEntry, change: str) -> None:
    with pytest.raises(DatabaseError, match="audit trail"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEntry.objects.get().action == "login.ok"


def test_a_line_is_not_written_over(guarded: AuditEntry) -> None:
    statement = (
        "INSERT OR REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry"
        if connection.vendor == "sqlite"
        else "TRUNCATE audit_auditentry"
    )
    with pytest.raises(DatabaseError, match="audit trail"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        guarded.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        guarded.delete()
    assert AuditEntry.objects.get().pk == guarded.pk


def test_an_operator_forgets_what_is_too_old_and_leaves_a_line(guarded: AuditEntry) -> None:
    with time_machine.travel(now() + timedelta(days=400)):
        trail.record("logout", actor_id=7)
        out = io.StringIO()
        call_command("purge_audit", stdout=out)
        assert out.getvalue().startswith("1 lines")
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["logout", "audit.purged"]
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("purge_audit", "--days", "0")


def test_a_line_says_where_it_came_from() -> None:
    with origin.coming_from(Origin("req-1", "198.51.100.7", "", 7)):
        trail.record("logout", subject="user:7")
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.address, entry.request_id) == (7, "198.51.100.7", "req-1")
    trail.record("logout")
    assert AuditEntry.objects.latest("id").actor_id is None


def test_notes_are_written_together(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        for number in range(50):
            trail.note("read.participants", actor_id=number)
    with django_assert_num_queries(3):  # with the savepoint of the test's own transaction
        assert trail.waiting.flush() == 50
    assert AuditEntry.objects.count() == 50


def test_notes_stay_when_the_database_does_not_take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    trail.note("read.participants", actor_id=1)

    def fail(*args: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken, pytest.raises(DatabaseError):
        broken.setattr(AuditEntry.objects, "bulk_create", fail)
        trail.waiting.flush()
    assert trail.waiting.flush() == 1


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 21, 9, 0, 5, tzinfo=UTC), tick=False) as coordinates:
        yield coordinates


def test_a_flood_of_refusals_from_one_address_fills_nothing(clock: time_machine.Traveller) -> None:
    for number in range(5_000):
        trail.record_denial("FORBIDDEN" if number % 2 else "NOT_FOUND", door="ws/x", address="198.51.100.7")
    trail.record_denial("FORBIDDEN", door="ws/x", actor_id=9, address="203.0.113.1")
    trail.waiting.flush()
    assert AuditEntry.objects.filter(action="denied", address="198.51.100.7").count() == trail.LINES_PER_ADDRESS
    assert AuditEntry.objects.get(address="203.0.113.1").actor_id == 9
    clock.shift(timedelta(minutes=1))
    trail.waiting.flush()
    more = AuditEntry.objects.get(action="denied.more")
    assert more.details == {"codes": {"FORBIDDEN": 2_495, "NOT_FOUND": 2_495}}


def test_a_flood_of_refusals_from_many_addresses_is_bounded(clock: time_machine.Traveller) -> None:
    for number in range(5_000):
        trail.record_denial("FORBIDDEN", door="ws/x", address=f"2001:db8::{number:x}")
    trail.waiting.flush(everything=True)
    assert AuditEntry.objects.count() <= 2 * trail.LINES_PER_MINUTE + 1
    told = AuditEntry.objects.filter(action="denied").count() + sum(
        sum(entry.details["codes"].values()) for entry in AuditEntry.objects.filter(action="denied.more")
    )
    assert told == 5_000


@pytest.mark.django_db(transaction=True)
def test_a_serving_process_writes_what_waits_and_what_is_left_at_its_end() -> None:
    keeper = trail.Keeper()
    trail.note("read.participants", actor_id=1)
    for _ in range(trail.LINES_PER_ADDRESS + 5):
        trail.record_denial("FORBIDDEN", door="ws/x", address="198.51.100.7")
    keeper.start()
    keeper.stop()
    assert AuditEntry.objects.filter(action="read.participants").exists()
    assert AuditEntry.objects.get(action="denied.more").details == {"codes": {"FORBIDDEN": 5}}
