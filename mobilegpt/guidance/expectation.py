"""What done looks like: what a step expects to happen on a phone, as data (a JSON column of the step).

It is made of a recording, said by a teacher, or absent: then nothing is known, and nothing is said. An empty field asks
for nothing. The fields ``view_id``, ``text``, ``content_description``, ``target_package``, ``target_class``, ``bounds``
and ``time`` of the apps that exist are views of it (contract 12).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Word = Annotated[str, Meta(max_length=200)]
Words = Annotated[list[Word], Meta(max_length=20)]
Action = Literal["TAP", "LONG_TAP", "SCROLL", "INPUT", "OPEN", "BACK"]
"""``OPEN``: the screen itself comes, however somebody got there."""
Role = Literal["", "button", "field", "switch", "checkbox", "tab", "image", "item"]
Class = Literal["", "person", "number", "text", "picture", "any"]
"""What stands on the element differs from phone to phone: a friend's name, a time, what somebody wrote."""
Source = Literal["recording", "teacher", "lesson", "app"]


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The element that is touched. ``id_suffix`` is the end of its resource id (``send_button``), ``labels`` what may
    stand on it, any of them; ``label_class`` instead where that is different on each phone. ``widget`` is its class."""

    id_suffix: Word = ""
    role: Role = ""
    labels: Words = []
    label_class: Class = ""
    widget: Word = ""
    description: Word = ""
    bounds: Word = ""


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the phone shows: an app of ``apps``, a screen of ``screens`` (the end of a class name, or a title), and all
    of ``texts`` on it."""

    apps: Words = []
    screens: Words = []
    texts: Words = []


class Alternative(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another right way to do the step."""

    action: Action
    where: State = State()
    target: Target = Target()
    after: State | None = None


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step is done when ``action`` was taken on ``target`` ``where`` it is, and the phone shows ``after`` (where that
    is known), or by any of ``alternatives``.

    ``transparent``: packages that may come between without meaning anything, beside those that always may (keyboards,
    permission windows, calls, system bars, our own page and app). ``time``: as the app recorded it, epoch milliseconds.
    """

    action: Action
    source: Source
    where: State = State()
    target: Target = Target()
    after: State | None = None
    alternatives: Annotated[list[Alternative], Meta(max_length=20)] = []
    transparent: Words = []
    time: int | None = None
