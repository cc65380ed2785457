"""Any order of what happens in classes leaves every number of them equal to a recount from events (contract 11).

Up to three classes of one lecture, one after the other or at once; two members, and up to three phones without an
account. Live counts, summary, attendance and dashboard are compared with ``Recount``; a class that is over stands as it
stood, whatever becomes of its lecture and its people. The short profile is always the same;
``HYPOTHESIS_PROFILE=long`` looks for new orders.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mobilegpt.accounts.models import User
from mobilegpt.classroom.commands import ChangeSeat
from mobilegpt.lectures.course import course_of
from mobilegpt.lectures.revisions import lesson_at
from tests import cast
from tests.recount.doors import complaints_at_the_door
from tests.recount.recount import Held
from tests.recount.script import Script
from tests.recount.shown import complaints

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PROFILE = settings(
    max_examples=200 if LONG else 4,
    stateful_step_count=50 if LONG else 40,
    derandomize=not LONG,
    phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NINE = datetime(2026, 11, 30, 0, tzinfo=UTC)  # in Seoul
MOST_CLASSES = 3
EVERYTHING_EVERY = 4

T = TypeVar("T")
ANY = some.integers(0, 5)
"""Which of those that there are."""
WHO = some.integers(0, 4)
HERE = -1
"""The step on which the class stands; it is what most people do."""
DEVICES = tuple(f"{number}f0c7a52-5a1d-4a2e-9d8e-2b1f6c7d8e9f" for number in (1, 2, 3))
NO_STEP = 999_999
STEP = some.one_of(some.just(HERE), some.integers(0, 5))


def one_of(among: Sequence[T], number: int) -> T:
    return among[number % len(among)]


class Classes(RuleBasedStateMachine):
    """From an open class with its first people on."""

    script: Script
    _looks = 0

    def __init__(self) -> None:
        super().__init__()
        self._rolled_back = transaction.atomic()
        self._rolled_back.__enter__()
        self._travel = time_machine.travel(NINE, tick=False)
        clock = self._travel.start()
        park = cast.instructor_park()
        people = [cast.student_kim(), cast.student_lee()]
        self.script = Script(park, people, cast.lecture(park), clock)

    def teardown(self) -> None:
        try:
            self._compare(everything=True)
            wrong = list(complaints_at_the_door(self.script))
            assert not wrong, "\n".join(wrong)
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        self._travel.stop()
        transaction.set_rollback(True)
        self._rolled_back.__exit__(None, None, None)
        cache.clear()
        course_of.cache_clear()
        lesson_at.cache_clear()

    def _step(self, held: Held, number: int) -> int:
        if number == HERE and held.step is not None:
            return held.step
        lesson = self.script.recount.lesson_of(held)
        return one_of(lesson, max(number, 0))[0] if lesson else NO_STEP

    @initialize(phones=some.integers(1, 2), started=some.booleans())
    def begin(self, phones: int, started: bool) -> None:
        self.script.open()
        (held,) = self.script.classes
        for user in list(self.script.people):
            self.script.join(held, user)
        for device in DEVICES[:phones]:
            self.script.join_with(held, device)
        if started:
            self.script.start(held)
            first, second = self.script.people[:2]
            for user, status in ((first, "COMPLETED"), (second, "COMPLETED"), (first, "IN_PROGRESS")):
                self.script.says(user, self._step(held, 0), status)

    # --- the instructor

    @precondition(lambda self: len(self.script.classes) < MOST_CLASSES and self.script.recount.lecture is not None)
    @rule(people=some.integers(0, 4))
    def open(self, people: int) -> None:
        self.script.open()
        for user in self.script.people[:people]:
            self.script.join(self.script.classes[-1], user)

    @precondition(lambda self: any(held.status == "WAITING" for held in self.script.live))
    @rule(which=ANY)
    def start(self, which: int) -> None:
        self.script.start(one_of([held for held in self.script.live if held.status == "WAITING"], which))

    @precondition(lambda self: self.script.running)
    @rule(which=ANY, step=some.one_of(some.none(), some.integers(0, 5)))
    def move(self, which: int, step: int | None) -> None:
        held = one_of(self.script.running, which)
        self.script.move(held, None if step is None else self._step(held, step))

    @precondition(lambda self: self.script.running)
    @rule(which=ANY)
    def pause_or_resume(self, which: int) -> None:
        self.script.pause_or_resume(one_of(self.script.running, which))

    @precondition(lambda self: self.script.live)
    @rule(which=ANY)
    def end(self, which: int) -> None:
        self.script.end(one_of(self.script.live, which))

    @precondition(lambda self: self.script.running)
    @rule(which=ANY)
    def refresh(self, which: int) -> None:
        self.script.refresh(one_of(self.script.running, which))

    # --- people

    @rule(which=ANY, who=WHO)
    def join(self, which: int, who: int) -> None:
        self.script.join(one_of(self.script.classes, which), one_of(self.script.people, who))

    @rule(which=ANY, device=some.sampled_from(DEVICES))
    def join_with(self, which: int, device: str) -> None:
        self.script.join_with(one_of(self.script.classes, which), device)

    def _ever_seated(self, held: Held) -> list[User]:
        return [user for user in self.script.people if user.pk in held.seats]

    @rule(which=ANY, who=WHO, may_return=some.booleans())
    def remove(self, which: int, who: int, may_return: bool) -> None:
        held = one_of(self.script.live or self.script.classes, which)
        if seated := [user for user in self.script.people if user.pk in held.members]:
            self.script.remove(held, one_of(seated, who), may_return=may_return)

    @rule(which=ANY, who=WHO, command=some.sampled_from([ChangeSeat(name="순자 씨"), ChangeSeat(removed=False)]))
    def change_seat(self, which: int, who: int, command: ChangeSeat) -> None:
        held = one_of(self.script.classes, which)
        if seated := self._ever_seated(held):
            self.script.change(held, one_of(seated, who), command)

    @rule(which=ANY, who=WHO, into=WHO)
    def merge(self, which: int, who: int, into: int) -> None:
        held = one_of(self.script.classes, which)
        guests = [user for user in self._ever_seated(held) if user.is_guest]
        if len(guests) > 1 and one_of(guests, who) != one_of(guests, into):
            self.script.merge(held, one_of(guests, who), one_of(guests, into))

    @rule(which=ANY, who=WHO, seconds=some.sampled_from([0.0, 7.0, 50.0]))
    def cut(self, which: int, who: int, seconds: float) -> None:
        self.script.cut(one_of(self.script.classes, which), one_of(self.script.people, who), seconds)

    @rule(which=ANY, who=WHO)
    def come_back(self, which: int, who: int) -> None:
        self.script.come_back(one_of(self.script.classes, which), one_of(self.script.people, who))

    @rule(who=WHO)
    def fall_silent(self, who: int) -> None:
        self.script.fall_silent(one_of(self.script.people, who))

    @rule(seconds=some.sampled_from([2.0, 30.0, 59.0, 60.0, 61.0, 130.0]), sweeps=some.booleans())
    def wait(self, seconds: float, sweeps: bool) -> None:
        self.script.wait(seconds)
        if sweeps:
            self.script.sweep()

    def _seated(self, which: int, who: int) -> tuple[Held, User] | None:
        held = one_of(self.script.running, which)
        seated = [user for user in self.script.people if user.pk in held.members]
        return (held, one_of(seated, who)) if seated else None

    @precondition(lambda self: self.script.running)
    @rule(which=ANY, who=WHO)
    def goodbye(self, which: int, who: int) -> None:
        if found := self._seated(which, who):
            self.script.goodbye(found[0], found[1])

    @precondition(lambda self: self.script.running)
    @rule(which=ANY, who=WHO)
    def receive(self, which: int, who: int) -> None:
        if found := self._seated(which, who):
            self.script.receive(found[0], found[1])

    @precondition(lambda self: self.script.running)
    @rule(which=ANY, who=WHO, visible=some.booleans())
    def show(self, which: int, who: int, visible: bool) -> None:
        if found := self._seated(which, who):
            self.script.show(found[0], found[1], visible=visible)

    @rule(
        which=ANY,
        who=WHO,
        step=STEP,
        status=some.sampled_from(["COMPLETED", "COMPLETED", "IN_PROGRESS", "HELP_NEEDED"]),
    )
    def says(self, which: int, who: int, step: int, status: str) -> None:
        held = one_of(self.script.classes, which)
        self.script.says(one_of(self.script.people, who), self._step(held, step), status)

    def _done_here(self) -> list[tuple[User, int]]:
        """Who may take back what."""
        return [
            (user, held.step)
            for held in self.script.running
            for user in self.script.people
            if held.step is not None and user.pk in held.members and held.step in held.members[user.pk].done
        ]

    @precondition(lambda self: self._done_here())
    @rule(which=ANY)
    def take_back(self, which: int) -> None:
        user, step = one_of(self._done_here(), which)
        self.script.says(user, step, "IN_PROGRESS")

    # --- help

    @rule(which=ANY, who=WHO, step=STEP, kind=some.sampled_from(["MANUAL", "MANUAL", "AUTO"]))
    def ask(self, which: int, who: int, step: int, kind: str) -> None:
        held = one_of(self.script.classes, which)
        if seated := [user for user in self.script.people if user.pk in held.members]:
            self.script.ask(held, one_of(seated, who), self._step(held, step), kind)

    @precondition(lambda self: self.script.recount.calls)
    @rule(which=ANY, how=some.sampled_from(["answer", "analyse", "comfort", "close"]))
    def attend(self, which: int, how: str) -> None:
        getattr(self.script, how)(one_of(list(self.script.recount.calls)[::-1], which))

    @precondition(lambda self: any(call.marks for call in self.script.recount.calls.values()))
    @rule(which=ANY, rating=some.integers(1, 5))
    def rate(self, which: int, rating: int) -> None:
        answered = [key for key, call in self.script.recount.calls.items() if call.marks]
        self.script.rate(one_of(answered[::-1], which), rating)

    # --- the lecture

    @precondition(lambda self: self.script.recount.lecture)
    @rule(how=some.sampled_from(["reword", "delete_step"]), step=ANY)
    def edit_step(self, how: str, step: int) -> None:
        getattr(self.script, how)(one_of(self.script.recount.lecture or [], step)[0])

    @precondition(lambda self: self.script.recount.lecture is not None)
    @rule(how=some.sampled_from(["add_step", "delete_task", "reverse"]), place=some.integers(0, 1))
    def edit_order(self, how: str, place: int) -> None:
        if how == "reverse":
            self.script.reverse()
        else:
            getattr(self.script, how)(place)

    @precondition(lambda self: self.script.recount.lecture is not None and len(self.script.classes) == MOST_CLASSES)
    @rule()
    def delete_lecture(self) -> None:
        self.script.delete_lecture()

    @invariant()
    def every_number_is_the_recount(self) -> None:
        """What lasts is looked at now and then: it is wrong still, if it was."""
        self._looks += 1
        self._compare(everything=self._looks % EVERYTHING_EVERY == 0)

    def _compare(self, *, everything: bool) -> None:
        wrong = list(complaints(self.script, everything=everything))
        assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_every_number_is_a_recount_of_what_happened() -> None:
    run_state_machine_as_test(Classes, settings=PROFILE)
