"""A step of a ready lesson, with what a phone shows while it is done: the facts that traces are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from bench.help.phones import Place, Thing, packages
from mobilegpt.guidance.expectation import Action, Class, Expectation, Role, State, Target
from mobilegpt.tools.lessons.authoring import ReadyLesson, Step
from mobilegpt.tools.lessons.expected import expectation_of
from mobilegpt.tools.lessons.ready import READY


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchStep:
    """``number`` counts the lesson's steps from 1. ``target`` is what is touched; ``by_make`` where a make calls it
    otherwise. ``others`` stand on the same screen, ``astray`` are wrong screens of the same app.

    ``repeats``: doing it twice undoes it, sends twice or costs twice. ``risky``: it costs, installs, sends or agrees,
    so whether to press it is for the teacher. ``expectation`` is ``None`` where the lesson that ships says nothing.
    """

    lesson: str
    number: int
    act: Action
    here: Place
    target: Thing
    after: Place | None
    expectation: Expectation | None
    others: tuple[Thing, ...] = ()
    astray: tuple[Place, ...] = ()
    by_make: Mapping[str, Thing] = field(default_factory=dict)
    typed: str = ""
    repeats: bool = False
    risky: bool = False

    @property
    def key(self) -> str:
        return f"{self.lesson}#{self.number}"

    @property
    def words(self) -> Step:
        return lesson(self.lesson).steps[self.number - 1]

    @property
    def opens(self) -> bool:
        """Whether it opens an app from the home screen."""
        return self.here.app == "home"

    @property
    def ends_with_touch(self) -> bool:
        """Whether the step expects no state: then it is done with the touch, whatever screen follows."""
        return self.expectation is not None and self.expectation.action != "OPEN" and self.expectation.after is None

    @property
    def lessons_own(self) -> Expectation | None:
        """What the ready lesson itself expects, as it is shipped; ``None`` where it expects nothing."""
        return expectation_of(self.lesson, self.words.title)

    def target_on(self, make: str) -> Thing:
        return self.by_make.get(make, self.target)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of what is touched, of the lesson and of the makes."""
        told = {self.words.touch.words, self.target.label, self.target.description}
        told |= {name for thing in self.by_make.values() for name in (thing.label, thing.description)}
        return tuple(sorted(name for name in told if name))


@cache
def lesson(key: str) -> ReadyLesson:
    return next(each for each in READY if each.key == key)


def expects(
    action: Action,
    where: Sequence[str],
    labels: Sequence[str] = (),
    *,
    screens: Sequence[str] = (),
    id_suffix: str = "",
    role: Role = "",
    label_class: Class = "",
    after: State | None = None,
    source: str = "teacher",
) -> Expectation:
    """``where`` are apps by their short names; recorded ones name an id, a teacher's only what stands on the thing."""
    return Expectation(
        action=action,
        source="recording" if source == "recording" else "teacher",
        where=State(apps=packages(*where), screens=list(screens)),
        target=Target(id_suffix=id_suffix, role=role, labels=list(labels), label_class=label_class),
        after=after,
    )


def shipped(key: str, number: int) -> Expectation | None:
    """What the ready lesson itself says of the step, which is counted from 1."""
    return expectation_of(key, lesson(key).steps[number - 1].title)


def shows(app: str, *screens: str, texts: Sequence[str] = ()) -> State:
    return State(apps=packages(app), screens=list(screens), texts=list(texts))
