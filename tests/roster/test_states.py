"""Who is how, as one function of what is known of them (contract 11.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.roster.states import AWAY, RECEIVED_WITHIN, WORKING, Facts, State, state_of

SOON, LATE = timedelta(seconds=1), timedelta(minutes=1)
READS = Facts(raised_hand=False, left=False, present=True, waiting=LATE, received=True, hidden=False, done=False)
some = st.booleans()
all_facts = st.builds(
    Facts,
    raised_hand=some,
    left=some,
    present=some,
    waiting=st.none() | st.timedeltas(timedelta(0), timedelta(hours=3)),
    received=some,
    hidden=some,
    done=some,
)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (READS, State.READING),
        (replace(READS, hidden=True), State.TRYING),
        (replace(READS, done=True), State.DONE),
        (replace(READS, done=True, hidden=True), State.DONE),
        (replace(READS, received=False, waiting=SOON), State.SENT),
        (replace(READS, received=False), State.NOT_RECEIVED),
        (replace(READS, received=False, waiting=RECEIVED_WITHIN), State.NOT_RECEIVED),
        (replace(READS, received=False, hidden=True), State.NOT_RECEIVED),
        (replace(READS, received=False, done=True), State.DONE),
        (replace(READS, present=False), State.OFFLINE),
        (replace(READS, present=False, done=True), State.OFFLINE),
        (replace(READS, present=False, left=True), State.LEFT),
        (replace(READS, present=False, left=True, done=True), State.LEFT),
        (replace(READS, raised_hand=True), State.HELP),
        (replace(READS, raised_hand=True, done=True), State.HELP),
        (replace(READS, raised_hand=True, present=False), State.HELP),
        (replace(READS, waiting=None, received=False), State.WAITING),
        (replace(READS, waiting=None, received=False, present=False), State.OFFLINE),
        (replace(READS, waiting=None, done=True), State.DONE),
    ],
)
def test_the_worst_that_is_true_of_somebody(facts: Facts, state: State) -> None:
    assert state_of(facts, others_have_it=True) == state


def test_a_step_that_nobody_has_is_on_its_way_to_all() -> None:
    assert state_of(replace(READS, received=False), others_have_it=False) == State.SENT


@given(all_facts, some)
def test_a_raised_hand_is_seen_and_nothing_else_calls_for_help(facts: Facts, others: bool) -> None:
    assert (state_of(facts, others_have_it=others) == State.HELP) == facts.raised_hand


@given(all_facts, some)
def test_a_phone_that_is_cut_is_never_counted_as_slow(facts: Facts, others: bool) -> None:
    cut = replace(facts, present=False, raised_hand=False)
    assert state_of(cut, others_have_it=others) in AWAY


@given(all_facts, some)
def test_who_still_works_has_not_done_it_and_is_there(facts: Facts, others: bool) -> None:
    if state_of(facts, others_have_it=others) in WORKING:
        assert facts.present
        assert not any((facts.done, facts.left, facts.raised_hand))


@given(all_facts, some)
def test_nothing_is_said_of_a_page_without_a_receipt(facts: Facts, others: bool) -> None:
    if state_of(facts, others_have_it=others) in (State.READING, State.TRYING):
        assert facts.received


def test_three_seconds_are_kept_with_what_it_takes_to_tell() -> None:
    """The frame comes at most twice a second."""
    assert RECEIVED_WITHIN + timedelta(seconds=0.45) < timedelta(seconds=3)
