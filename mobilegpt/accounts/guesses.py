"""How many wrong passwords are tried, and how a right one gets through all the same (reliability X4; ADR 19).

Ten of an account and a hundred of an address in a quarter of an hour are checked, whatever anybody does. They go to
whoever is most likely to be right: an address that has not failed with the account yet comes before those that have,
and the last ones are for who has done some work for them. A device that knows the account has tries of its own, so
nobody's wrong passwords reach its owner there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from django.conf import settings

from mobilegpt.accounts import challenge
from mobilegpt.accounts.challenge import Proof
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.models import same_email
from mobilegpt.core.errors import RateLimited
from mobilegpt.core.network import counted_address
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit

QUARTER_HOUR = 900


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many wrong tries are checked: without a proof of work, and with one."""

    free: int
    proved: int

    def of(self, bucket: str, *, proved: bool) -> Limit:
        return Limit(bucket, self.proved if proved else self.free, QUARTER_HOUR)


OF_ACCOUNT = Allowance(8, 10)
OF_ADDRESS = Allowance(80, 100)
AGAIN = Allowance(4, 6)
"""Of an account, by all addresses together that have failed with it before: what is left is for the others."""
_ADDRESS_TRIES_PER_BIT = 4


@dataclass(slots=True)
class Guess:
    """One password that is about to be checked."""

    email: str
    address: str
    proof: Proof | None = None
    _taken: list[Limit] = field(default_factory=list)

    def begin(self, user_id: int | None, device: Device) -> None:
        """Count it. Raises ``RateLimited``; with a challenge in the details where solving that would help."""
        if user_id is not None and device.knows(user_id):
            self._take(Limit(f"login:device:{device.name}:{user_id}", OF_ACCOUNT.proved, QUARTER_HOUR))
            return
        proved = self.proof is not None and challenge.redeem(self.proof, self._purpose, self._bits())
        try:
            failed_here = self._take(Limit(f"login:from:{self._purpose}", OF_ACCOUNT.proved, QUARTER_HOUR))
            if failed_here > 1:
                self._take(AGAIN.of(self._again, proved=proved))
            self._take(OF_ACCOUNT.of(self._account, proved=proved))
            self._take(OF_ADDRESS.of(self._whence, proved=proved))
        except RateLimited as refusal:
            self.was_right()
            raise self._with_challenge(refusal) from None

    def was_right(self) -> None:
        """It counts for nothing."""
        throttle.give_back(*self._taken)
        self._taken.clear()

    def _take(self, limit: Limit) -> int:
        (count,) = throttle.take(limit)
        self._taken.append(limit)
        return count

    def _with_challenge(self, refusal: RateLimited) -> RateLimited:
        try:
            bits = self._bits()
        except RateLimited as used_up:
            return used_up
        return RateLimited(
            message=refusal.message, retry_after=refusal.retry_after, details=challenge.issue(self._purpose, bits)
        )

    def _bits(self) -> int:
        """How hard the work is now. Raises ``RateLimited`` when none would help."""
        of_account, of_address, _ = throttle.refuse_if_exceeded(
            OF_ACCOUNT.of(self._account, proved=True),
            OF_ADDRESS.of(self._whence, proved=True),
            AGAIN.of(self._again, proved=True) if self._failed_here() else OF_ACCOUNT.of(self._account, proved=True),
        )
        harder = max(0, of_account - OF_ACCOUNT.free) + max(0, of_address - OF_ADDRESS.free) // _ADDRESS_TRIES_PER_BIT
        return int(settings.LOGIN_PROOF_BITS) + harder

    def _failed_here(self) -> bool:
        (count,) = throttle.refuse_if_exceeded(Limit(f"login:from:{self._purpose}", OF_ACCOUNT.proved, QUARTER_HOUR))
        return count > 0

    @property
    def _account(self) -> str:
        return "login:account:" + hashlib.sha256(same_email(self.email).encode()).hexdigest()[:32]

    @property
    def _again(self) -> str:
        return self._account.replace("account", "again", 1)

    @property
    def _whence(self) -> str:
        return f"login:address:{counted_address(self.address)}"

    @property
    def _purpose(self) -> str:
        return f"{self._account.rpartition(':')[2]}:{counted_address(self.address)}"
