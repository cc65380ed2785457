"""A trace: what a phone told, what its owner asked, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.help.sayings import Say

NATIVE, DOCUMENTS, BROWSER = "native", "documents", "browser"
"""Contract 12's student app, clients of S1 and S2 (contract 8), and the class's page in a browser."""


@dataclass(frozen=True, slots=True)
class Event:
    """``at`` is when it happened, ``arrived`` when the server had it: seconds since the step was shown. ``body`` is
    what the client posts. ``part`` says what it is for whoever labels: no program under test may look at it."""

    at: float
    arrived: float
    body: dict[str, Any]
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is true, and what follows.

    ``done``: the step is done at the end. ``decidable``: whether the events tell enough to say so; where they do not,
    "unknown" is the right word. ``right``: events (indices in order of ``at``) that are the right act or harmless; to
    call one of them wrong is a fault. ``diverged``: the first event that leads away, and how; ``back`` is whether they
    have come back. ``helps``: any one of these in an answer helps; ``harms``: any of these harms; ``true``: claims that
    are so. ``answerable``: something that helps can be said of what is known. ``teacher``: it is for the teacher.
    """

    done: bool
    decidable: bool = True
    done_event: int | None = None
    right: tuple[int, ...] = ()
    diverged: tuple[int, str] | None = None
    back: bool = False
    helps: frozenset[Say] = frozenset()
    harms: frozenset[Say] = frozenset()
    true: frozenset[Say] = frozenset()
    places: tuple[str, ...] = ()
    pressed: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    answerable: bool = True
    teacher: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """``context`` is the request's ``context_data``; ``asked_at`` is when the request came, ``make`` the phone's."""

    id: str
    half: str
    kind: str
    step: str
    client: str
    make: str
    level: str
    events: tuple[Event, ...]
    message: str
    context: dict[str, Any]
    asked_at: float
    label: Label
    made: bool = field(default=True)
    """Never recorded of anybody."""
