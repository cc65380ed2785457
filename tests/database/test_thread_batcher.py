"""Who leads a visit waits for those who are on their way to it, and for nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from mobilegpt.database import thread_batcher as module
from mobilegpt.database.thread_batcher import ThreadBatcher
from tests.until import wait_until

SECONDS = 10


class Visits:
    """Work that gives back what it was given, and knows how many shared each visit."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, *asked: Any) -> Sequence[Any]:
        self.sizes.append(len(asked[-1]))
        return list(asked[-1])


class Asker(threading.Thread):
    """A thread that says it is on its way, and goes on when it is told to; ``then`` is what it does there."""

    def __init__(self, crowd: ThreadBatcher, works: Sequence[Any], then: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._crowd, self._works, self._then = crowd, works, then
        self._begun, self._go_on = threading.Event(), threading.Event()
        self.got: Any = None
        self.start()
        assert self._begun.wait(SECONDS)

    def run(self) -> None:
        with self._crowd.on_the_way(*self._works):
            self._begun.set()
            assert self._go_on.wait(SECONDS)
            self.got = self._then()

    def arrive(self) -> Any:
        self._go_on.set()
        return self.result()

    def result(self) -> Any:
        self.join(SECONDS)
        assert not self.is_alive()
        return self.got


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> ThreadBatcher:
    """Whose leaders wait for longer than any test here."""
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 3600)
    return ThreadBatcher()


def leader(crowd: ThreadBatcher, work: Visits, *about: str) -> Asker:
    """A thread that is asking, and waits for whoever is on the way."""
    asker = Asker(crowd, [], lambda: crowd.run(work, "first", *about))
    asker._go_on.set()
    wait_until(lambda: (work, about) in crowd._queues, SECONDS)
    return asker


def test_who_is_on_the_way_comes_along(crowd: ThreadBatcher) -> None:
    work = Visits()
    second = Asker(crowd, [work], lambda: crowd.run(work, "second"))
    third = Asker(crowd, [work], lambda: crowd.run(work, "third"))
    first = leader(crowd, work)
    second._go_on.set()
    assert third.arrive() == "third"
    assert (first.result(), second.result()) == ("first", "second")
    assert work.sizes == [3]


def test_who_turns_back_holds_up_nobody(crowd: ThreadBatcher) -> None:
    work = Visits()
    refused = Asker(crowd, [work], lambda: "refused")
    first = leader(crowd, work)
    assert refused.arrive() == "refused"
    assert first.result() == "first"
    assert work.sizes == [1]


def test_who_came_for_another_thing_holds_up_nobody(crowd: ThreadBatcher) -> None:
    work, other = Visits(), Visits()
    elsewhere = Asker(crowd, [work, other], lambda: crowd.run(work, "second", "another"))
    first = leader(crowd, work, "one")
    assert elsewhere.arrive() == "second"
    assert first.result() == "first"
    assert (work.sizes, other.sizes) == ([1, 1], [])


def test_several_visits_are_one_after_the_other(crowd: ThreadBatcher) -> None:
    """Who has made the first is on the way to the second still."""
    once, twice = Visits(), Visits()

    def both(name: str) -> tuple[Any, Any]:
        return crowd.run(once, name), crowd.run(twice, name)

    askers = [Asker(crowd, [once, twice], partial(both, name)) for name in "abc"]
    for asker in askers:
        asker._go_on.set()
    assert [asker.result() for asker in askers] == [(name, name) for name in "abc"]
    assert (once.sizes, twice.sizes) == ([3], [3])


def test_alone_nobody_waits_for_themselves(crowd: ThreadBatcher) -> None:
    work = Visits()
    assert Asker(crowd, [work], lambda: crowd.run(work, "alone")).arrive() == "alone"
    assert Asker(crowd, ["a name"], lambda: crowd.run(work, "alone", announced_as="a name")).arrive() == "alone"


def test_who_hangs_is_left_behind() -> None:
    crowd, work = ThreadBatcher(), Visits()
    hangs = Asker(crowd, [work], lambda: crowd.run(work, "late"))
    assert Asker(crowd, [], lambda: crowd.run(work, "first")).arrive() == "first"
    assert hangs.arrive() == "late"
    assert work.sizes == [1, 1]


def test_nothing_is_left_of_who_has_gone(crowd: ThreadBatcher) -> None:
    work = Visits()
    for then in (lambda: crowd.run(work, "asked"), lambda: None):
        Asker(crowd, [work], then).arrive()
    with pytest.raises(ValueError, match="broken"), crowd.on_the_way(work):
        raise ValueError("broken")
    with crowd.on_the_way(work), crowd.on_the_way(work):
        assert crowd.run(work, "twice") == "twice"
    assert (crowd._queues, dict(crowd._on_the_way), crowd._announced.works) == ({}, {}, set())
