"""Pieces from which stories are put together: somebody at a step, with a phone of one make."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bench.help.acts import Act
from bench.help.phones import ELSEWHERE, HOME, KEYBOARD, NAMES, Place, Thing
from bench.help.sayings import Say
from bench.help.step import BenchStep

END = -1


@dataclass(slots=True)
class Told:
    """A story as it grows: acts with their times, and what is true at its end.

    ``topics`` are what its hero may say, one of which is drawn. ``here`` is what the phone shows now.
    """

    step: BenchStep
    make: str
    half: str
    rng: random.Random
    acts: list[Act] = field(default_factory=list)
    now: float = 1.0
    here: Place = HOME
    pressed: list[str] = field(default_factory=list)
    done: bool = False
    decidable: bool = True
    done_act: int | None = None
    diverged: tuple[int, str] | None = None
    back: bool = False

    def wait(self, least: float = 0.8, most: float = 6.0) -> None:
        self.now += self.rng.uniform(least, most)

    def add(self, act: Act, pause: tuple[float, float] = (0.8, 6.0)) -> None:
        self.acts.append(replace(act, at=round(self.now, 2)))
        self.wait(*pause)

    def shown(self, place: Place, part: str = "way") -> None:
        self.add(Act("screen", 0, place, part=part), (0.8, 4.0))
        self.here = place

    def arrive(self) -> None:
        """The step's own screen comes."""
        self.shown(self.step.here)

    def tap(self, thing: Thing, part: str, kind: str = "tap", *, bare: bool = False, quick: bool = False) -> None:
        act = Act("long" if kind == "long" else "tap", 0, self.here, thing, part, bare=bare)
        self.add(act, (0.25, 0.9) if quick else (0.8, 6.0))
        self.pressed += [name for name in (thing.label, thing.description) if name]

    def stray(self, kind: str) -> None:
        """The last act led away, if none did before."""
        if self.diverged is None:
            self.diverged = (len(self.acts) - 1, kind)

    def do_right(self, *, bare: bool = False) -> None:
        """What the step asks for, and what follows on the phone."""
        step, target = self.step, self.step.target_on(self.make)
        if step.act == "INPUT":
            self.type(step.typed)
        elif step.act == "SCROLL":
            self.add(Act("scroll", 0, self.here, target, "right", text=_way(step)))
        else:
            self.tap(target, "right", "long" if step.act == "LONG_TAP" else "tap", bare=bare, quick=True)
        touched = len(self.acts) - 1
        if step.after is not None:
            self.shown(step.after, "right")
        ends = touched if step.ends_with_touch else len(self.acts) - 1
        self.done, self.done_act = True, self.done_act if step.act == "INPUT" else ends
        self.decidable = not bare or (step.expectation is not None and step.expectation.after is not None)

    def type(self, text: str) -> None:
        """The field is tapped, the keyboard comes, letters follow."""
        target = self.step.target_on(self.make)
        self.tap(target, "way")
        self.add(Act("screen", 0, KEYBOARD, part="between"), (0.5, 2.0))
        for length in range(1, len(text) + 1, max(1, len(text) // 3)):
            if self.rng.random() < 0.5:
                self.add(Act("key", 0, self.here, Thing(text[length - 1]), "between"), (0.2, 0.8))
            self.add(Act("type", 0, self.here, target, "right", text=text[:length]), (0.5, 3.0))
            self.done_act = self.done_act if self.done_act is not None else len(self.acts) - 1

    def go_elsewhere(self) -> Place:
        """Into an app that has nothing to do with the step."""
        wanted = {self.step.here.app, self.step.after.app if self.step.after else ""}
        place = self.rng.choice([each for each in ELSEWHERE[self.half] if each.app not in wanted])
        if not self.step.opens:
            self.shown(HOME, "astray")
            self.stray("wrong_app")
        else:
            self.tap(Thing(NAMES[place.app][0], box=(60, 1500, 300, 1760)), "astray")
            self.stray("wrong_target")
        self.shown(place, "astray")
        return place

    def between(self, place: Place) -> None:
        """Something of the phone's own comes between: no fault of anybody's."""
        self.shown(place, "between")

    def noise(self) -> None:
        self.add(Act("noise", 0, self.here, part="noise"), (0.1, 0.5))

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(name for name in (*NAMES.get(self.here.app, ()), self.here.title) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a kind says of its story: what people may say in it, what helps, what harms, what is so."""

    topics: tuple[str, ...]
    helps: frozenset[Say]
    harms: frozenset[Say] = frozenset()
    true: frozenset[Say] = frozenset()
    risks: tuple[str, ...] = ()
    answerable: bool = True
    teacher: bool = False


def says(*of: Say | Iterable[Say]) -> frozenset[Say]:
    return frozenset(say for each in of for say in ((each,) if isinstance(each, Say) else each))


def _way(step: BenchStep) -> str:
    return step.words.touch.direction or "up"
