"""Pictures and clips that nothing names any more go: no step, deleted or not, no revision, no lecture (contract 11.11).

Files are named by their content, and lessons share them, so nobody who lets go of one knows whether it is the last.
Once an hour we look which are named nowhere. One that was so for a day goes, if it was not stored again meanwhile:
whoever keeps a file makes it young (``files/lesson_files.py``), before anything names it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import lesson_files, store
from mobilegpt.pictures.models import UnneededFile

Namer = Callable[[], Collection[str]]
"""Gives the names of all files that a domain needs."""

WAITS = timedelta(days=1)
_REMOVED_AT_ONCE = 500
_namers: dict[str, tuple[Namer, ...]] = {}


def remove_unless_named(endings: Collection[str], *namers: Namer) -> None:
    """Files of these endings go once none of ``namers`` gives their names. Those of other endings stay."""
    for ending in endings:
        _namers[ending] = (*_namers.get(ending, ()), *namers)


def remove_unneeded_files() -> int:
    """Returns how many went. A storage that is away is asked again. Raises ``Unavailable`` when it cannot be looked
    at."""
    there = {name for name in store.names_in(lesson_files.FOLDER) if name.rpartition(".")[2] in _namers}
    unneeded = there - _named()
    waiting = dict(UnneededFile.objects.values_list("file", "noticed_at"))
    with unit_of_work():
        UnneededFile.objects.filter(file__in=waiting.keys() - unneeded).delete()
        UnneededFile.objects.bulk_create(
            [UnneededFile(file=name, noticed_at=now()) for name in unneeded - waiting.keys()], ignore_conflicts=True
        )
    due = [name for name in waiting if name in unneeded and waiting[name] < now() - WAITS][:_REMOVED_AT_ONCE]
    named_meanwhile = _named() if due else set()
    return sum(_remove(name) for name in due if name not in named_meanwhile)


def _remove(name: str) -> bool:
    path = lesson_files.path_of(name)
    try:
        _, stored_at = store.facts_of(path)
        if stored_at > now() - WAITS or not store.remove(path, file=name):
            return False
    except NotFound:
        pass  # another process was faster
    UnneededFile.objects.filter(file=name).delete()
    return True


def _named() -> set[str]:
    namers = dict.fromkeys(namer for several in _namers.values() for namer in several)
    return {name for namer in namers for name in namer()}
