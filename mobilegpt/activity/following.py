"""Phones that report their taps, followed step by step (contract 11.15): where each person is, and what is done.

The process that takes the log matches it, a moment later and many people at once; what is known of a person is a row,
so that any process goes on where another left off, also after a restart. An event that comes twice or late does no
harm. What another producer writes into Kafka's topic is kept, and not followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.events import SeatWhereabouts, WhereaboutsChanged
from mobilegpt.activity.models import StepMatch
from mobilegpt.activity.selectors import expectation_in, whereabouts_of_row
from mobilegpt.audit import trail
from mobilegpt.classroom.events import SessionEnded
from mobilegpt.classroom.models import RUNNING, Completion, LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import steps_done_by, who_has_done
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.guidance.events import PhoneEvent, phone_event
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import Match, Verdict, advance, begin
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.progress.services import ProgressUpdated, update_progress

_KEPT = ("subtask_id", "match", "since", "completed")


class Seat(NamedTuple):
    """Somebody in a running class; ``participant_id`` is their seat there."""

    participant_id: int
    session_id: int
    user_id: int


class Reported(NamedTuple):
    """``subtask_id``: the step that the phone named, if it did."""

    subtask_id: int | None
    event: PhoneEvent


@dataclass(frozen=True, slots=True)
class Standing:
    """A running class, the step that it stands on, and what that expects."""

    session: LectureSession
    subtask_id: int
    expectation: Expectation


def follow(entries: Sequence[Entry]) -> int:
    """Match what these people have done with the steps of their classes. Returns how many events were matched."""
    told: dict[int, list[Reported]] = {}
    for entry in entries:
        told.setdefault(entry.user_id, []).append(reported(entry))
    everybody = seats(user_id__in=list(told))
    classes = _standing({seat.session_id for seat in everybody})
    followed = [seat for seat in everybody if seat.session_id in classes]
    _advance_all(followed, classes, told)
    return sum(len(told[seat.user_id]) for seat in followed)


def begin_step(session_id: int) -> None:
    """A class stands on a new step: whose phone shows already what the step leads to has done it."""
    classes = _standing({session_id})
    if classes:
        moved = set(StepMatch.objects.filter(session_id=session_id).values_list("user_id", flat=True))
        _advance_all([seat for seat in seats(session_id=session_id) if seat.user_id in moved], classes, {})


def reported(entry: Entry) -> Reported:
    """As it is kept, masked."""
    data, screen = msgspec.json.decode(entry.event_data), msgspec.json.decode(entry.screen_info)
    return Reported(entry.subtask_id, phone_event(entry.event_type, data, screen, entry.timestamp or entry.received_at))


def silence_undone(event: ProgressChanged) -> None:
    """Who takes a step back is not told again that it is done (contract 11.9)."""
    if event.old_status == ProgressStatus.COMPLETED and event.new_status != ProgressStatus.COMPLETED:
        assert event.session_id is not None  # only in a class anything is taken back
        silence(event.session_id, event.user.id, event.subtask_id)


def silence(session_id: int, user_id: int, subtask_id: int) -> StepMatch:
    """Nothing is suggested or completed for this person on this step of the class again; inside of a unit of work."""
    row, _ = StepMatch.objects.select_for_update().get_or_create(
        session_id=session_id, user_id=user_id, defaults={"subtask_id": subtask_id}
    )
    if row.subtask_id == subtask_id:
        row.completed = False
    if not row.silenced_on(subtask_id):
        row.silenced_steps = [*row.silenced_steps, subtask_id]
    row.save(update_fields=["silenced_steps", "completed"])
    return row


def forget_class(event: SessionEnded) -> None:
    """Where people were is nobody's business once the class is over."""
    StepMatch.objects.filter(session_id=event.room.id).delete()


def seats(**lookup: object) -> list[Seat]:
    rows = SessionParticipant.objects.filter(
        removed_at__isnull=True, left_at__isnull=True, session__status__in=RUNNING, **lookup
    )
    return [Seat(*row) for row in rows.order_by().values_list("pk", "session_id", "user_id")]


def _standing(session_ids: Collection[int]) -> dict[int, Standing]:
    """Those that run, on a step of which is known what it expects; one query."""
    found = {}
    rows = LectureSession.objects.filter(pk__in=session_ids, status__in=RUNNING, current_subtask_id__isnull=False)
    for session in rows.select_related("lecture"):
        assert session.current_subtask_id is not None
        expectation = expectation_in(session, session.current_subtask_id)
        if expectation is not None:
            found[session.pk] = Standing(session, session.current_subtask_id, expectation)
    return found


def _advance_all(seats: Sequence[Seat], classes: dict[int, Standing], told: dict[int, list[Reported]]) -> None:
    """Most events change nothing that is kept: only where something does, rows are locked, and read again."""
    news = [seat for seat, row, old in _advanced(seats, classes, told) if _is_news(row, old)]
    if not news:
        return
    with unit_of_work():
        rows = [found for found in _advanced(news, classes, told, lock=True) if _is_news(found[1], found[2])]
        StepMatch.objects.bulk_create(
            [row for _, row, _ in rows],
            update_conflicts=True,
            unique_fields=["session", "user"],
            update_fields=[name.removesuffix("_id") for name in _KEPT],
        )
        _tell(rows, classes)
    for seat, row, old in rows:
        _conclude(seat, row, old, classes[seat.session_id])


Advanced = tuple[Seat, StepMatch, StepMatch | None]
"""A seat, its row after the events, and the row that was there before."""


def _advanced(
    seats: Sequence[Seat], classes: dict[int, Standing], told: dict[int, list[Reported]], *, lock: bool = False
) -> Iterable[Advanced]:
    rows = StepMatch.objects.filter(
        session_id__in={seat.session_id for seat in seats}, user_id__in={seat.user_id for seat in seats}
    ).order_by("pk")
    if lock and connection.features.has_select_for_update:
        rows = rows.select_for_update()
    kept = {(row.session_id, row.user_id): row for row in rows}
    for seat in seats:
        old = kept.get((seat.session_id, seat.user_id))
        yield seat, _after(seat, old, classes[seat.session_id], told.get(seat.user_id, ())), old


def _after(seat: Seat, old: StepMatch | None, standing: Standing, told: Iterable[Reported]) -> StepMatch:
    """The row of the step that the class stands on; of a step before, only where the phone is still counts."""
    before = msgspec.convert(old.match, Match) if old is not None else Match()
    same = old is not None and old.subtask_id == standing.subtask_id
    match = before if same else begin(standing.expectation, before.place)
    for subtask_id, event in told:
        if subtask_id in (None, standing.subtask_id):
            match = advance(standing.expectation, match, event)
    return StepMatch(
        session_id=seat.session_id,
        user_id=seat.user_id,
        subtask_id=standing.subtask_id,
        match=msgspec.to_builtins(match),
        since=old.since if same and old is not None and before.verdict is match.verdict else now(),
        completed=same and old is not None and old.completed,
        silenced_steps=old.silenced_steps if old is not None else [],
    )


def _is_news(row: StepMatch, old: StepMatch | None) -> bool:
    """How many events there were, and when, is written down with the next thing that is."""
    if old is None or old.subtask_id != row.subtask_id:
        return bool(row.match)
    return _lasting(row.match) != _lasting(old.match)


def _lasting(match: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in match.items() if name not in ("count", "latest")}


def _tell(rows: Sequence[Advanced], classes: dict[int, Standing]) -> None:
    """Those who run the classes, of what they are shown and what has changed."""
    changed: dict[int, list[SeatWhereabouts]] = {}
    for seat, row, old in rows:
        standing = classes[seat.session_id]
        shown = whereabouts_of_row(standing.session, standing.expectation, row)
        same_step = old is not None and old.subtask_id == row.subtask_id
        before = whereabouts_of_row(standing.session, standing.expectation, old) if same_step and old else None
        if shown != before:
            changed.setdefault(seat.session_id, []).append(
                SeatWhereabouts(participant_id=seat.participant_id, user_id=seat.user_id, whereabouts=shown)
            )
    for session_id, people in changed.items():
        subtask_id = classes[session_id].subtask_id
        done = who_has_done(session_id, subtask_id)  # of them nobody is told where they are any more
        if others := [one for one in people if one.user_id not in done]:
            emit(WhereaboutsChanged(session_id=session_id, subtask_id=subtask_id, people=others, at=now()))


def _conclude(seat: Seat, row: StepMatch, old: StepMatch | None, standing: Standing) -> None:
    """By itself, where the class is set to it: done, or not done after all since the app has failed."""
    if standing.session.completion != Completion.BY_ITSELF or row.silenced:
        return
    done = row.match.get("verdict") == Verdict.DONE.value
    try:
        if done and not row.completed:
            _complete(seat, standing.subtask_id, row.match.get("done_by", ""))
        elif row.completed and not done:
            _take_back(seat, standing.subtask_id, row.silenced_steps)
    except DomainError:
        return  # they were taken off the class, or the step is gone


def _complete(seat: Seat, subtask_id: int, rests_on: str) -> None:
    """Only while the class stands on the step, which cannot change before the commit; nothing that is done already."""
    with unit_of_work():
        standing = LectureSession.objects.select_for_update().filter(
            pk=seat.session_id, status__in=RUNNING, current_subtask_id=subtask_id, completion=Completion.BY_ITSELF
        )
        mine = StepMatch.objects.filter(
            session_id=seat.session_id, user_id=seat.user_id, subtask_id=subtask_id, completed=False
        )
        if not standing.exists() or subtask_id in steps_done_by(seat.user_id, seat.session_id):
            return
        if any(row.silenced for row in mine) or not mine.update(completed=True):
            return
        put(seat, subtask_id, ProgressStatus.COMPLETED)
        trail.record(
            "progress.by_itself",
            subject=f"session:{seat.session_id}",
            user=seat.user_id,
            subtask=subtask_id,
            rests_on=rests_on,
        )


def _take_back(seat: Seat, subtask_id: int, silenced_steps: list[int]) -> None:
    """What was completed by itself. They have said nothing, so nothing is silenced by it."""
    with unit_of_work():
        if put(seat, subtask_id, ProgressStatus.IN_PROGRESS).changed:
            mine = StepMatch.objects.filter(session_id=seat.session_id, user_id=seat.user_id)
            mine.update(silenced_steps=silenced_steps)


def put(seat: Seat, subtask_id: int, status: ProgressStatus) -> ProgressUpdated:
    """As the person's own button does."""
    actor = actor_from_user(User.objects.get(pk=seat.user_id))
    command = UpdateProgress(subtask_id=subtask_id, status=status.value)
    return update_progress(actor=actor, command=command, session_id=seat.session_id)
