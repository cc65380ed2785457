"""What somebody asks for, as every door decodes it. Imports no Django."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what a client asks for. The same struct enters a service from REST and from a socket.

    A command whose retry must run again (it only reads, or is idempotent by itself) sets ``keyed`` to False.
    """

    keyed: ClassVar[bool] = True
