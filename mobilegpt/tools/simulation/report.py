"""What came of a simulated class: how long things took, and what was lost."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from mobilegpt.tools.simulation.conductor import ClassHeld
from mobilegpt.tools.simulation.phone import PhoneRecord


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles in milliseconds; by nearest rank, so each is a value that was measured."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class Losses:
    """Each of them has to be zero, ``reconnects`` apart: those are a fact, not a loss.

    ``missing_steps`` were never shown by a phone that sat there, ``repeated_steps`` more than once,
    ``disordered_phones`` showed them in another order. ``repeated_frames`` came over the wire more than once.
    ``taps_not_stored`` were confirmed and are not in the database, ``taps_unconfirmed`` never answered.
    """

    not_seated: int
    missing_steps: int
    repeated_steps: int
    disordered_phones: int
    repeated_frames: int
    missed_end: int
    taps_unconfirmed: int
    taps_not_stored: int
    summary_differs: int
    broken_phones: int
    reconnects: int

    @property
    def any(self) -> bool:
        return any(count for name, count in asdict(self).items() if name != "reconnects")


@dataclass(frozen=True, slots=True)
class Report:
    """``seat``: until the seat is there; ``socket``: from there to the hello; ``step``: from the instructor's press
    to each phone; ``press``: until the instructor has the answer; ``tap``: from a tap to its confirmation.
    """

    students: int
    steps: int
    seating_seconds: float
    seconds: float
    seat: Spread | None
    socket: Spread | None
    step: Spread | None
    slowest_step: Spread | None
    press: Spread | None
    tap: Spread | None
    losses: Losses
    problems: dict[str, int]

    @property
    def good(self) -> bool:
        """Whether nothing and nobody was lost."""
        return not self.losses.any

    def as_json(self) -> dict[str, Any]:
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}
        return {"good": self.good, **asdict(self), "machine": machine}


def report_on(held: ClassHeld) -> Report:
    """Compare what the instructor sent, what the phones saw, and what the server stored."""
    seated = [phone for phone in held.phones if phone.socket_ns is not None]
    sent_at = {step.subtask_id: step.at for step in held.sent}
    delays: dict[int, list[int]] = {subtask_id: [] for subtask_id in sent_at}
    for phone in seated:
        first = {arrival.subtask_id: arrival.at for arrival in reversed(phone.arrivals)}
        for subtask_id, at in first.items():
            if subtask_id in delays:
                delays[subtask_id].append(at - sent_at[subtask_id])
    by_step = [spread for delay in delays.values() if (spread := _spread(delay)) is not None]
    return Report(
        students=held.plan.students,
        steps=held.plan.steps,
        seating_seconds=round(held.seating_seconds, 2),
        seconds=round(held.seconds, 1),
        seat=_spread(phone.seat_ns for phone in seated if phone.seat_ns is not None),
        socket=_spread(phone.socket_ns for phone in seated if phone.socket_ns is not None),
        step=_spread(delay for delays_of_step in delays.values() for delay in delays_of_step),
        slowest_step=max(by_step, key=lambda spread: spread.p95, default=None),
        press=_spread(step.answered_after for step in held.sent),
        tap=_spread(tap.took for phone in seated for tap in phone.taps),
        losses=_losses(held, seated),
        problems=dict(Counter(phone.problem for phone in held.phones if phone.problem).most_common(10)),
    )


def _losses(held: ClassHeld, seated: list[PhoneRecord]) -> Losses:
    wanted = [step.subtask_id for step in held.sent]
    shown = [Counter(phone.shown) for phone in seated]
    return Losses(
        not_seated=held.plan.students - len(seated),
        missing_steps=sum(subtask_id not in seen for seen in shown for subtask_id in wanted),
        repeated_steps=sum(max(0, count - 1) for seen in shown for count in seen.values()),
        disordered_phones=sum(_disordered(phone.shown, wanted) for phone in seated),
        repeated_frames=sum(_repeated_frames(phone) for phone in seated),
        missed_end=sum(not phone.ended_seen for phone in seated),
        taps_unconfirmed=sum(phone.unconfirmed for phone in seated),
        taps_not_stored=sum(len({tap.subtask_id for tap in phone.taps} - set(phone.stored or ())) for phone in seated),
        summary_differs=_summary_differences(held),
        broken_phones=sum(phone.problem is not None for phone in seated),
        reconnects=sum(phone.reconnects for phone in seated),
    )


def _disordered(shown: list[int], wanted: list[int]) -> bool:
    """Whether the steps that a phone showed are in another order than they were sent."""
    place = {subtask_id: index for index, subtask_id in enumerate(wanted)}
    places = [place.get(subtask_id, -1) for subtask_id in shown]
    return places != sorted(places) or -1 in places


def _repeated_frames(phone: PhoneRecord) -> int:
    """Frames that came again; after a reconnect a replay may rightly repeat what a dying socket still delivered."""
    if phone.reconnects:
        return 0
    return len(phone.arrivals) - len({arrival.seq for arrival in phone.arrivals})


def _summary_differences(held: ClassHeld) -> int:
    """Steps whose count in the instructor's summary is not that of the confirmed taps, and a wrong number of seats."""
    taps = Counter(tap.subtask_id for phone in held.phones for tap in phone.taps)
    stored: dict[int, int] = {step["subtask_id"]: step["completed_participants"] for step in held.summary["steps"]}
    unconfirmed = any(phone.unconfirmed for phone in held.phones)
    steps = sum(_differs(stored.get(step.subtask_id, 0), taps[step.subtask_id], unconfirmed) for step in held.sent)
    seats = sum(phone.user_id is not None for phone in held.phones)
    return steps + int(held.summary["total_participants"] != seats)


def _differs(stored: int, confirmed: int, unconfirmed: bool) -> bool:
    """A tap whose confirmation did not come may be stored or not."""
    return stored < confirmed if unconfirmed else stored != confirmed


def _spread(nanoseconds: Iterable[int]) -> Spread | None:
    values = sorted(nanoseconds)
    if not values:
        return None

    def rank(percent: int) -> float:
        return round(values[max(0, -(-percent * len(values) // 100) - 1)] / 1e6, 2)

    return Spread(len(values), rank(50), rank(95), rank(99), round(values[-1] / 1e6, 2))
