"""How passwords are hashed."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, OWASP's first recommendation.

    Django's own 100 MiB and eight lanes take 140 ms on two cores: a class that signs in together would queue for half
    a minute and fill the memory of a small machine.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
