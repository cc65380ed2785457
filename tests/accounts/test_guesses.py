"""Right passwords get through, wrong ones stay within X4's numbers, whoever types them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts import services
from mobilegpt.accounts.challenge import Proof
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import User
from mobilegpt.core.clock import now
from mobilegpt.core.errors import RateLimited, Unauthenticated
from tests import cast

pytestmark = pytest.mark.django_db

HALL = "198.51.100.7"


@pytest.fixture(autouse=True)
def _easy_work(settings: Any) -> None:
    settings.LOGIN_PROOF_BITS = 4


def prove(
    email: str, password: str, address: str = HALL, proof: Proof | None = None, device: Device | None = None
) -> User:
    return services.prove(email=email, password=password, address=address, device=device or Device(), proof=proof)


def solve(details: dict[str, Any]) -> Proof:
    asked = details["challenge"]
    answer = next(a for a in map(str, count()) if leading_zeros(asked, a) >= details["bits"])
    return Proof(challenge=asked, answer=answer)


def leading_zeros(asked: str, answer: str) -> int:
    return 256 - int.from_bytes(hashlib.sha256(f"{asked}:{answer}".encode()).digest(), "big").bit_length()


def wrong(email: str, address: str = HALL, *, works: bool = False) -> bool:
    """Whether a wrong password was looked at. Who ``works`` answers the challenge."""
    try:
        prove(email, "not it at all", address)
    except Unauthenticated:
        return True
    except RateLimited as refusal:
        if not works or not refusal.details:
            return False
        try:
            prove(email, "not it at all", address, solve(refusal.details))
        except Unauthenticated:
            return True
        except RateLimited:
            return False
    raise AssertionError("a wrong password was right")


def challenged(email: str, address: str = HALL) -> dict[str, Any]:
    with pytest.raises(RateLimited) as refusal:
        prove(email, cast.PASSWORD, address)
    return refusal.value.details


@pytest.mark.parametrize("works", [False, True])
def test_fifty_wrong_tries_by_another_address_do_not_refuse_the_owner(works: bool, kim: User) -> None:
    assert sum(wrong(kim.email, "192.0.2.1", works=works) for _ in range(50)) <= 10
    assert prove(kim.email, cast.PASSWORD, "203.0.113.9") == kim


@pytest.mark.parametrize("works", [False, True])
def test_an_account_has_ten_wrong_tries_from_the_whole_world(works: bool, kim: User) -> None:
    checked = sum(wrong(kim.email, f"192.0.2.{number % 40}", works=works) for number in range(200))
    assert checked == (10 if works else 8)
    assert challenged(kim.email, "203.0.113.9").keys() == (set() if works else {"challenge", "bits", "hash", "seconds"})


@pytest.mark.parametrize("works", [False, True])
def test_an_address_has_a_hundred_wrong_tries_at_the_whole_world(works: bool) -> None:
    checked = sum(wrong(f"person{number}@example.com", works=works) for number in range(150))
    assert checked == (100 if works else 80)


def test_a_student_who_types_wrong_a_hundred_times_hinders_nobody_in_the_hall(kim: User, lee: User) -> None:
    for _ in range(100):
        wrong(lee.email, works=True)
    assert prove(kim.email, cast.PASSWORD) == kim


def test_behind_an_address_that_tried_everybody_some_work_lets_each_in(kim: User, lee: User) -> None:
    for number in range(100):
        wrong(f"person{number}@example.com")
    for user in (kim, lee, kim, lee):
        assert prove(user.email, cast.PASSWORD, proof=solve(challenged(user.email))) == user
    assert prove(kim.email, cast.PASSWORD, "203.0.113.9") == kim


def test_an_owner_at_the_address_of_the_guesser_gets_in_by_some_work(kim: User) -> None:
    for _ in range(50):
        wrong(kim.email)
    assert prove(kim.email, cast.PASSWORD, proof=solve(challenged(kim.email))) == kim


def test_an_unknown_account_looks_the_same(kim: User) -> None:
    outcomes = []
    for email in (kim.email, "nobody@example.com"):
        checked = [wrong(email) for _ in range(7)]
        with pytest.raises(RateLimited) as refusal:
            prove(email, "not it at all")
        outcomes.append((checked, refusal.value.details["bits"], refusal.value.message))
    assert outcomes[0] == outcomes[1]


def test_a_proof_is_good_once_for_its_account_and_network_and_for_five_minutes(kim: User, lee: User) -> None:
    for email in (kim.email, lee.email):
        for _ in range(5):
            wrong(email)
    proof = solve(challenged(kim.email))
    with pytest.raises(RateLimited):
        prove(lee.email, cast.PASSWORD, proof=proof)
    unsolved = next(a for a in map(str, count()) if leading_zeros(proof.challenge, a) < 4)
    forged = proof.challenge[:-1] + ("A" if proof.challenge[-1] != "A" else "B")
    for asked, answer in ((proof.challenge, unsolved), (forged, proof.answer), ("x" * 10_000, "\ud800" * 10_000)):
        other = Proof(challenge=asked, answer=answer)
        with pytest.raises(RateLimited):
            prove(kim.email, cast.PASSWORD, proof=other)
    assert prove(kim.email, cast.PASSWORD, proof=proof) == kim
    with pytest.raises(RateLimited):
        prove(kim.email, cast.PASSWORD, proof=proof)
    late = solve(challenged(kim.email))
    with time_machine.travel(now() + timedelta(minutes=6)), pytest.raises(RateLimited):
        prove(kim.email, cast.PASSWORD, proof=late)


def test_the_work_grows_with_what_was_wrong_and_old_challenges_do_not_stay_easy(kim: User) -> None:
    for number in range(80):
        wrong(f"person{number}@example.com")
    easy = solve(challenged(kim.email))
    for number in range(80, 88):
        assert wrong(f"person{number}@example.com", works=True)
    assert challenged(kim.email)["bits"] == 4 + 2
    with pytest.raises(RateLimited):
        prove(kim.email, cast.PASSWORD, proof=easy)


def test_a_known_device_needs_no_work_whatever_others_do(kim: User) -> None:
    for number in range(200):
        wrong(kim.email, f"192.0.2.{number % 40}", works=True)
        wrong(f"person{number}@example.com", works=True)
    assert prove(kim.email, cast.PASSWORD, device=Device().remembering(kim.pk)) == kim


def test_right_passwords_use_nothing_up(kim: User) -> None:
    for _ in range(30):
        assert prove(kim.email, cast.PASSWORD) == kim
    assert wrong(kim.email)
