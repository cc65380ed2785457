"""What several ask of the database at the same moment, and what becomes of each when it fails.

The batchers: ``loop_batcher.py`` for sockets, ``thread_batcher.py`` for the threads of HTTP requests.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

from django.db import InterfaceError, OperationalError

from mobilegpt.core.errors import Unavailable

Work: TypeAlias = Callable[..., Sequence[Any]]
"""Does what several ask for at the same moment. Gets what is the same for all of them, then the list of what each one
gives. One result each; an exception is raised to its asker alone."""

AT_ONCE = 64
"""How many share a visit to the database at most."""
_DOWN = (OperationalError, InterfaceError, Unavailable)


def do_batch(work: Work, about: Sequence[Hashable], given: Sequence[Any]) -> Sequence[Any]:
    """What becomes of each, an exception where it fails.

    After a failure each is tried alone, unless the database is down: a poisonous one harms only itself.
    """
    try:
        return work(*about, given)
    except Exception as error:
        if len(given) == 1 or isinstance(error, _DOWN):
            return [error] * len(given)
    return [do_batch(work, about, [one])[0] for one in given]
