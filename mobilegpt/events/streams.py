"""Reading the stream table: positions, replay, following other processes, retention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

import msgspec
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q

from mobilegpt.core.clock import now
from mobilegpt.database.statements import one_of, parts
from mobilegpt.events.event import Envelope, Event, Position, decode_event, encode_event
from mobilegpt.events.models import Stream, StreamEntry, new_epoch
from mobilegpt.events.outbox import PROCESS_ID

log = structlog.get_logger(__name__)

State = TypeVar("State")
Wanted = Callable[[str | None, int | None, list[str]], bool]
"""Stream, number and plain topics of a stored event: is somebody here waiting for it?"""
_TRIES = 5

BEGINNING = Position(epoch="", seq=0)


def positions(streams: Iterable[str]) -> dict[str, Position]:
    """Where each stream stands; one that has no event yet stands at the beginning."""
    names = list(streams)
    if not names:
        return {}
    among, parameters = one_of("name", names)
    with connection.cursor() as cursor:  # asked for every socket and every answer that carries state
        cursor.execute(f"SELECT name, epoch, seq FROM realtime_stream WHERE {among}", parameters)  # noqa: S608
        found = {name: Position(epoch=epoch, seq=seq) for name, epoch, seq in cursor.fetchall()}
    return {name: found.get(name, BEGINNING) for name in names}


def positions_of_each(asked: Sequence[Sequence[str]]) -> list[dict[str, Position]]:
    """As ``positions``, for several that ask, by one statement."""
    found = positions({name: None for names in asked for name in names})
    return [{name: found[name] for name in names} for names in asked]


def read_at_position(streams: Iterable[str], read_state: Callable[[], State]) -> tuple[dict[str, Position], State]:
    """A state and the positions that it stands at: read again when a stream moved meanwhile.

    In a room that never rests the positions are the older ones: its last events are told once more, never left out.
    """
    names = list(streams)
    for _ in range(_TRIES):
        before = positions(names)
        state = read_state()
        if not names or positions(names) == before:
            break
    return before, state


def read(stream: str, after: int, before: int) -> list[Envelope]:
    """The stored events with ``after < seq < before``, in order; retention may have taken the first ones."""
    rows = StreamEntry.objects.filter(stream=stream, seq__gt=after, seq__lt=before).order_by("seq")
    return [envelope for row in rows if (envelope := envelope_of(row)) is not None]


def envelope_of(row: StreamEntry) -> Envelope | None:
    """A stored event; ``None`` for a type or shape that this version does not know."""
    try:
        event = decode_event(row.event_type, bytes(row.payload))
    except (KeyError, msgspec.ValidationError) as error:
        log.warning("unknown_event", event_type=row.event_type, error=str(error))
        return None
    return Envelope(
        row_id=row.pk,
        event_id=row.event_id,
        event=event,
        stream=row.stream,
        epoch=row.epoch,
        seq=row.seq,
        topics=tuple(row.topics.split()),
    )


def newest(stream: str, kind: type[Event]) -> int:
    """The number of the stream's newest event of this kind; 0 where there is none, or retention has taken it."""
    rows = StreamEntry.objects.filter(stream=stream, event_type=kind.__name__).order_by("-seq")
    return rows.values_list("seq", flat=True).first() or 0


class Follower:
    """Reads what other processes stored (contract 2.2). Not thread-safe: one caller at a time.

    Rows may become visible out of id order when two transactions overlap, so ids that were skipped are asked for again
    for a while.
    """

    _PATIENCE = timedelta(seconds=30)
    _BATCH = 1000

    def __init__(self) -> None:
        self._last = StreamEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        self._skipped: dict[int, float] = {}

    def poll(self, wanted: Wanted) -> tuple[list[StreamEntry], bool]:
        """What other processes stored since the last poll and is ``wanted`` here, and whether they stored anything."""
        fresh = Q(pk__gt=self._last)
        if self._skipped:
            fresh |= Q(pk__in=list(self._skipped))
        facts = StreamEntry.objects.filter(fresh).order_by("pk")
        rows = list(facts.values_list("pk", "origin", "stream", "seq", "topics")[: self._BATCH])
        self._note_skipped([pk for pk, *_ in rows])
        others = [(pk, stream, seq, topics) for pk, origin, stream, seq, topics in rows if origin != PROCESS_ID]
        keys = [pk for pk, stream, seq, topics in others if wanted(stream, seq, topics.split())]
        return list(StreamEntry.objects.filter(pk__in=keys).order_by("pk")) if keys else [], bool(others)

    def _note_skipped(self, seen: list[int]) -> None:
        deadline = (now() + self._PATIENCE).timestamp()
        for pk in seen:
            self._skipped.pop(pk, None)
        newest = max(seen, default=self._last)
        present = set(seen)
        for pk in range(self._last + 1, newest):
            if pk not in present:
                self._skipped[pk] = deadline
        self._last = max(self._last, newest)
        moment = now().timestamp()
        self._skipped = {pk: until for pk, until in self._skipped.items() if until > moment}


def trim() -> int:
    """Delete stored events that nobody can resume from: too old, or too far behind their stream. Returns how many."""
    horizon = now() - timedelta(seconds=settings.REALTIME["RESUME_SECONDS"])
    deleted, _ = StreamEntry.objects.filter(created_at__lt=horizon).delete()
    most = settings.REALTIME["RESUME_EVENTS"]
    for name, seq in Stream.objects.filter(seq__gt=most).values_list("name", "seq"):
        behind, _ = StreamEntry.objects.filter(stream=name, seq__lte=seq - most).delete()
        deleted += behind
    return deleted


def forget_person(user_id: int) -> int:
    """Take somebody out of what is stored; returns how many events named them. Numbers and order stay.

    An event that this version cannot read is emptied: who resumes past it gets the state instead.
    """
    marks = [f'id":{user_id}{end}'.encode() for end in ",}"]
    holds = "position(%s::bytea in payload)" if connection.vendor == "postgresql" else "instr(payload, %s)"
    with connection.cursor() as cursor:
        condition = " OR ".join(f"{holds} > 0" for _ in marks)
        cursor.execute(f"SELECT id FROM realtime_streamentry WHERE {condition}", marks)  # noqa: S608
        found = [key for (key,) in cursor.fetchall()]
    changed = 0
    for part in parts(found):
        for row in StreamEntry.objects.filter(pk__in=part):
            before, envelope = bytes(row.payload), envelope_of(row)
            row.payload = encode_event(envelope.event.forgetting(user_id)) if envelope is not None else b"{}"
            if row.payload != before:
                row.save(update_fields=["payload"])
                changed += 1
    return changed


def begin_anew() -> int:
    """Give every stream another epoch and forget what was stored; returns how many streams.

    After a database was restored from a copy: numbers that clients have seen will be given to other events, so nobody
    may go on from where they were (reliability F4, F27).
    """
    with transaction.atomic():
        StreamEntry.objects.all().delete()
        return Stream.objects.update(epoch=new_epoch())
