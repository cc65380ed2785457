"""The note of a device that has logged in before: who made it, what it knows, and when it ends (reliability X4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts import challenge
from mobilegpt.accounts.challenge import Proof
from mobilegpt.accounts.devices import COOKIE, LIFETIME_SECONDS, Device, read_note, write_note
from mobilegpt.core.clock import now

SALT = "mobilegpt.accounts.devices"


@given(st.lists(st.integers(1, 2**63 - 1), max_size=60))
def test_a_device_remembers_the_latest_twenty_each_once(logins: list[int]) -> None:
    device = Device()
    for user_id in logins:
        device = device.remembering(user_id)
    latest = list(dict.fromkeys(reversed(logins)))[:20][::-1]
    assert list(device.user_ids) == latest
    assert all(device.knows(user_id) for user_id in latest)
    assert not any(device.knows(user_id) for user_id in set(logins) - set(latest))


@given(st.lists(st.integers(1, 2**63 - 1), max_size=20, unique=True))
def test_a_note_comes_back_as_it_was(user_ids: list[int]) -> None:
    device = Device("a-device-of-kim", tuple(user_ids))
    found = read_note(write_note(device))
    assert (found.name, found.user_ids) == (device.name, device.user_ids)


def test_a_device_keeps_its_name_when_it_learns_of_somebody() -> None:
    """Its tries are counted by that name: another one would give it ten new tries."""
    device = Device()
    assert device.remembering(7).remembering(8).name == device.name
    assert Device().name != device.name


@pytest.mark.parametrize("note", [None, "", "x", "a:b:c", "가", "." * 5000])
def test_without_a_note_that_holds_a_device_is_new_and_knows_nobody(note: str | None) -> None:
    first, second = read_note(note), read_note(note)
    assert first.user_ids == second.user_ids == ()
    assert first.name != second.name


def test_a_note_that_was_changed_holds_no_more() -> None:
    note = write_note(Device("d", (7,)))
    payload, _, signature = note.partition(":")
    assert read_note(f"{payload}A:{signature}").user_ids == ()
    assert read_note(note[:-1] + ("A" if note[-1] != "A" else "B")).user_ids == ()
    assert read_note(note).user_ids == (7,)


@pytest.mark.parametrize(
    "facts", [{}, {"name": "d"}, {"users": [7]}, {"name": "d", "users": ["x"]}, {"name": "d", "users": 7}, [1, 2]]
)
def test_a_note_of_another_shape_is_none(facts: Any) -> None:
    assert read_note(signing.dumps(facts, salt=SALT)).user_ids == ()


def test_what_is_signed_for_something_else_is_no_note() -> None:
    assert read_note(signing.dumps({"name": "d", "users": [7]}, salt="mobilegpt.other")).user_ids == ()


def test_a_note_holds_for_a_year() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        note = write_note(Device("d", (7,)))
        clock.shift(timedelta(seconds=LIFETIME_SECONDS - 1))
        assert read_note(note).knows(7)
        clock.shift(timedelta(seconds=2))
        assert not read_note(note).knows(7)


def test_the_twenty_accounts_fit_into_a_cookie() -> None:
    """Browsers take 4096 bytes with the name, and drop the whole cookie beyond."""
    note = write_note(Device(user_ids=tuple(2**63 - 1 - number for number in range(20))))
    assert len(f"{COOKIE}={note}") < 4096


# --- challenges


def test_a_challenge_does_not_tell_whose_try_it_is_for() -> None:
    asked = challenge.issue("kim@example.com:198.51.100.7", 4)["challenge"]
    facts = signing.loads(asked, salt="mobilegpt.accounts.challenge")
    assert "kim" not in str(facts)
    assert "198.51" not in str(facts)


def test_two_challenges_for_one_try_are_two() -> None:
    first, second = (challenge.issue("somebody", 4)["challenge"] for _ in range(2))
    assert first != second


@pytest.mark.django_db
def test_an_answer_that_needs_no_work_is_taken_once() -> None:
    proof = Proof(challenge=challenge.issue("somebody", 0)["challenge"], answer="")
    assert challenge.redeem(proof, "somebody", 0)
    assert not challenge.redeem(proof, "somebody", 0)


@pytest.mark.django_db
def test_a_refused_answer_is_not_used_up() -> None:
    """Neither for another person's try nor while the work has grown harder: it was not looked at further."""
    proof = Proof(challenge=challenge.issue("somebody", 0)["challenge"], answer="")
    assert not challenge.redeem(proof, "somebody else", 0)
    assert not challenge.redeem(proof, "somebody", 1)
    assert challenge.redeem(proof, "somebody", 0)


@pytest.mark.django_db
def test_a_challenge_is_good_for_five_minutes() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        proofs = [Proof(challenge=challenge.issue("somebody", 0)["challenge"], answer="") for _ in range(2)]
        clock.shift(timedelta(seconds=299))
        assert challenge.redeem(proofs[0], "somebody", 0)
        clock.shift(timedelta(seconds=3))
        assert not challenge.redeem(proofs[1], "somebody", 0)
