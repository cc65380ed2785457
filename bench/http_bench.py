"""HTTP: the processor's time, requests a second and waiting of the hottest operations, beside the documents' stack.

All contestants run at the same time and are measured in turns of a few seconds, operation by operation, so that
whatever else the machine does meets all of them alike. A request counts when it has the status that the documents give
it; afterwards the rows that it must have left are counted in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.http_plan import LANES, OPERATIONS, Crowd, Operation
from bench.loading import Load
from bench.machine import facts
from bench.servers.classes import CLASSROOMS, Classroom, Held, held
from bench.turns import Workplace, load_average, loaded, middle, order, waiting, workplace

MOST_QUERIES, LEAST_GAIN = 10, 3.0


@dataclass(frozen=True, slots=True)
class Length:
    """Turns of each operation and their seconds; ``first`` are those that only fill what is cached."""

    rounds: int
    seconds: float
    warm: float
    first: float

    @property
    def of_an_operation(self) -> float:
        return self.first + self.rounds * (self.seconds + self.warm)


LONG = Length(rounds=4, seconds=4, warm=0.5, first=2)
SHORT = Length(rounds=1, seconds=2, warm=0.3, first=1)


@dataclass(slots=True)
class Entry:
    """A contestant with its load, what it had stored before, and what was measured so far."""

    room: Classroom
    held: Held
    load: Load
    stored: dict[str, int] = field(default_factory=dict)
    turns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def measure(rooms: tuple[Classroom, ...], length: Length, operations: tuple[Operation, ...]) -> dict[str, Any]:
    """Run everything; nothing is left running."""
    result: dict[str, Any] = {"machine": facts(), "length": asdict(length), "connections": LANES}
    with workplace("requests_load") as place, ExitStack() as stack:
        crowd = Crowd.for_seconds(length.of_an_operation)
        entries = []
        for number, room in enumerate(rooms):
            print(f"{room.name} …", flush=True)
            entries.append(stack.enter_context(_entered(room, crowd, place, str(number))))
        for entry in entries:
            _warm_up(entry, operations, length.first)
        for number in range(length.rounds):
            for operation in operations:
                for entry in order(entries, number):
                    if operation in entry.room.operations and operation.name not in entry.broken:
                        _turn(entry, operation, length)
        result["rows"] = [_row(entry, one) for entry in entries for one in operations if one.name in entry.turns]
        result["lost"] = {entry.room.name: _lost(entry) for entry in entries}
        result["broken"] = {entry.room.name: entry.broken for entry in entries if entry.broken}
    result["load_after"] = load_average()
    return {**result, "missed": missed(result)}


def rooms_named(parts: list[str] | None) -> tuple[Classroom, ...]:
    return tuple(room for room in CLASSROOMS if not parts or any(part in room.name for part in parts))


def operations_named(names: list[str] | None) -> tuple[Operation, ...]:
    return tuple(one for one in OPERATIONS if not names or one.name in names)


def opposite(rows: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, Any] | None:
    """Our row to one of the documents' stack, on the same kind of database."""
    name = row["beside"] or row["operation"]
    alike = (one for one in rows if one["ours"] and one["database"] == row["database"] and one["operation"] == name)
    return next(alike, None)


def missed(result: dict[str, Any]) -> list[str]:
    """Each target that is not met, in words. A figure counts only when every request was answered and stored."""
    found = [f"{name}, {server}: {why}" for server, ended in result["broken"].items() for name, why in ended.items()]
    for server, lost in result["lost"].items():
        found += [f"{name}, {server}: {count} answered, not stored" for name, count in lost.items() if count > 0]
    for row in result["rows"]:
        where = f"{row['title']}, {row['server']}"
        if row["failed"]:
            found.append(f"{where}: {sum(row['failed'].values())} requests failed: {row['sample']}")
        if row["ours"] and row["judged"] and row["queries"] > MOST_QUERIES:
            found.append(f"{where}: {row['queries']} SQL statements, at most {MOST_QUERIES}")
        our = opposite(result["rows"], row) if row["judged"] and not row["ours"] else None
        if our and our["cpu_ms"] and row["cpu_ms"] / our["cpu_ms"] < LEAST_GAIN:
            gain = row["cpu_ms"] / our["cpu_ms"]
            found.append(f"{row['title']}, {row['database']}: {gain:.1f} times less CPU, at least {LEAST_GAIN:.0f}")
    return found


@contextmanager
def _entered(room: Classroom, crowd: Crowd, place: Workplace, name: str) -> Iterator[Entry]:
    folder = place.folder / name
    with held(room, crowd, folder) as running, loaded(place.program, running.plan, folder) as load:
        yield Entry(room, running, load)


def _warm_up(entry: Entry, operations: tuple[Operation, ...], seconds: float) -> None:
    """What a server does once, it has done before it is measured."""
    for operation in (one for one in operations if one in entry.room.operations):
        entry.load.turn(operation=operation.name, seconds=seconds, warm=0)
    entry.stored = entry.held.stored()


def _turn(entry: Entry, operation: Operation, length: Length) -> None:
    used = entry.held.processor_seconds()
    try:
        seen = entry.load.turn(operation=operation.name, seconds=length.seconds, warm=length.warm)
    except RuntimeError as error:  # who breaks down under it has lost, and the others go on
        print(f"  {operation.title}, {entry.room.name}: {error}", flush=True)
        entry.broken[operation.name] = str(error)
        return
    used = entry.held.processor_seconds() - used
    turn = {
        "per_second": seen["done"] / seen["seconds"],
        "cpu_ms": used * 1000 / max(1, seen["all_done"]),
        "latency_ms": seen["latency"],
        "done": seen["all_done"],
        "failed": seen["failed"],
        "sample": seen["sample"],
        "used_up": seen["used_up"],
        "load_cpu": seen["own_cpu"] / seen["wall_time"],
        "load_average": load_average()[0],
    }
    entry.turns.setdefault(operation.name, []).append(turn)
    p50, _, p99, _ = seen["latency"] or [0.0] * 4
    print(
        f"  {operation.title}, {entry.room.name}: {turn['per_second']:.0f}/s, {turn['cpu_ms']:.2f} ms CPU, "
        f"p50 {p50:.1f}, p99 {p99:.1f} ms, failed {sum(seen['failed'].values())} {seen['sample']}",
        flush=True,
    )


def _row(entry: Entry, operation: Operation) -> dict[str, Any]:
    turns = entry.turns[operation.name]
    counted = entry.held.queries[operation.name]
    failed: dict[str, int] = {}
    for turn in turns:
        for status, count in turn["failed"].items():
            failed[status] = failed.get(status, 0) + count
    return {
        "operation": operation.name,
        "title": operation.title,
        "judged": operation.judged,
        "beside": operation.beside,
        "server": entry.room.name,
        "ours": entry.room.ours,
        "database": entry.room.database,
        "per_second": middle(turns, "per_second"),
        "cpu_ms": middle(turns, "cpu_ms"),
        **waiting(turns, "latency_ms"),
        "failed": failed,
        "sample": next((turn["sample"] for turn in turns if turn["sample"]), ""),
        "queries": counted["queries"],
        "bounds": counted["bounds"],
        "sql": counted["sql"],
        "turns": turns,
    }


def _lost(entry: Entry) -> dict[str, int]:
    """Answered as done and not in the database, by operation. Below zero: stored, and the answer was another one."""
    after = entry.held.stored()
    return {
        one.name: sum(turn["done"] for turn in entry.turns[one.name]) - (after[one.stored] - entry.stored[one.stored])
        for one in entry.room.operations
        if one.stored and one.name in entry.turns
    }
