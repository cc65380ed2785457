"""Writing the audit trail.

``record`` writes with the change that it tells of, in the same transaction. ``note`` is for what happens often and
changes nothing (who read what): lines wait in memory and are written together. ``record_denial`` is for refusals,
which anybody can cause as often as they like: of one address the first ones of a minute have lines, the others are
counted in one, so that a flood fills nothing.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import DatabaseError, close_old_connections, connection

from mobilegpt.audit import origin
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.actor import Actor
from mobilegpt.database.models import ROWS_AT_ONCE
from mobilegpt.events.outbox import unit_of_work

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 1.0
LINES_PER_ADDRESS = 10
"""Refusals of one address in one minute that have a line each."""
LINES_PER_MINUTE = 300
"""Such lines of all addresses together, and addresses that are counted apart."""
_MOST_WAITING = 20_000
_MOST_IN_A_LINE = 500


def record(
    action: str, *, actor_id: int | None = None, subject: str = "", address: str | None = None, **details: Any
) -> None:
    """One line, in the transaction of the caller. ``actor_id`` and ``address`` are the current request's by default."""
    with unit_of_work():
        _entry(action, actor_id, subject, address, details).save(force_insert=True)


def note(
    action: str, *, actor_id: int | None = None, subject: str = "", address: str | None = None, **details: Any
) -> None:
    """One line, written within ``FLUSH_SECONDS`` together with others; costs the caller no query."""
    waiting.add(_entry(action, actor_id, subject, address, details))


def note_person(action: str, *, subject: str, user_id: int) -> None:
    """As ``note``, for what hundreds do within a second: one line a second for all of them, with their numbers."""
    waiting.add_person(action, subject, user_id)


def note_reading(action: str, actor: Actor | None, params: Mapping[str, Any]) -> None:
    """Somebody looks at what is known of others; ``params`` are the route's. A student sees of others what a class may.

    ``actor`` is ``None`` for a trusted gateway.
    """
    if actor is None or not actor.is_student:
        note(action, subject=" ".join(f"{name.removesuffix('_id')}:{value}" for name, value in params.items()))


def record_denial(
    code: str,
    *,
    door: str,
    subject: str = "",
    action: str = "denied",
    actor_id: int | None = None,
    address: str | None = None,
    request_id: str | None = None,
) -> None:
    """Somebody was refused. ``door`` is the route, not the path that was asked for: its values may be personal."""
    entry = _entry(action, actor_id, subject or door, address, {"code": str(code), "door": door})
    if request_id is not None:
        entry.request_id = request_id[:64]
    waiting.add_denial(entry)


def _entry(action: str, actor_id: int | None, subject: str, address: str | None, details: dict[str, Any]) -> AuditEntry:
    came = origin.current()
    return AuditEntry(
        action=action,
        actor_id=actor_id if actor_id is not None else came.actor_id,
        subject=subject[:120],
        address=(came.address if address is None else address)[:64],
        request_id=came.request_id[:64],
        details=details,
    )


class Waiting:
    """Lines of this process that are not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[AuditEntry] = []
        self._people: dict[tuple[str, str], list[int]] = {}
        self._lost = 0
        self._minute = 0
        self._lines: Counter[str] = Counter()
        self._more: dict[str, Counter[str]] = {}

    def add(self, entry: AuditEntry) -> None:
        with self._lock:
            self._append(entry)

    def add_person(self, action: str, subject: str, user_id: int) -> None:
        with self._lock:
            people = self._people.setdefault((action, subject), [])
            people.append(user_id)
            if len(people) == _MOST_IN_A_LINE:
                self._write_people()

    def add_denial(self, entry: AuditEntry) -> None:
        with self._lock:
            self._begin_minute(int(time.time()) // 60)
            address = entry.address
            if self._lines[address] < LINES_PER_ADDRESS and self._lines.total() < LINES_PER_MINUTE:
                self._lines[address] += 1
                self._append(entry)
                return
            if address not in self._more and len(self._more) >= LINES_PER_MINUTE:
                address = ""
            self._more.setdefault(address, Counter())[entry.details["code"]] += 1

    def flush(self, *, everything: bool = False) -> int:
        """Write what waits; returns how many lines. ``everything``: the counts of a minute that is not over as well.

        Raises ``DatabaseError`` and keeps the lines when the database does not take them.
        """
        with self._lock:
            self._begin_minute(0 if everything else int(time.time()) // 60)
            self._write_people()
            if self._lost:
                self._entries.append(AuditEntry(action="audit.lost", details={"lines": self._lost}))
                self._lost = 0
            entries = self._entries[:ROWS_AT_ONCE]
            self._entries = self._entries[ROWS_AT_ONCE:]
        if not entries:
            return 0
        try:
            with unit_of_work():
                AuditEntry.objects.bulk_create(entries)
        except Exception:
            with self._lock:
                self._entries = entries + self._entries
            raise
        return len(entries)

    def clear(self) -> None:
        """Forget everything that waits."""
        self.__init__()  # type: ignore[misc]

    def _append(self, entry: AuditEntry) -> None:
        if len(self._entries) < _MOST_WAITING:
            self._entries.append(entry)
        else:
            self._lost += 1

    def _write_people(self) -> None:
        for (action, subject), people in self._people.items():
            self._append(AuditEntry(action=action, subject=subject, details={"users": people}))
        self._people = {}

    def _begin_minute(self, minute: int) -> None:
        if minute == self._minute:
            return
        for address, codes in self._more.items():
            self._append(AuditEntry(action="denied.more", address=address, details={"codes": dict(codes)}))
        self._minute, self._lines, self._more = minute, Counter(), {}


waiting = Waiting()
"""That of this process."""


class Keeper:
    """Writes what waits, in a thread of its own, as long as the process serves."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._stopping.wait(FLUSH_SECONDS):
                self._flush()
            self._flush(everything=True)
        finally:
            connection.close()

    def _flush(self, *, everything: bool = False) -> None:
        try:
            while waiting.flush(everything=everything) == ROWS_AT_ONCE:
                pass
        except DatabaseError as error:
            log.warning("audit_not_written", error=type(error).__name__)
        except Exception:
            log.exception("audit_not_written")
        close_old_connections()
