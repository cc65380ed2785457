"""How a row of the access matrix is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.contract.world import PRINCIPALS


@dataclass(frozen=True)
class Row:
    """One request. ``{name}`` in the path and in values of the body stands for an id of the world.

    ``hides``: a 404 is the same as for what does not exist. ``upload``: a file that is sent as a form.
    """

    method: str
    path: str
    statuses: dict[str, int]
    body: dict[str, Any] | None = None
    note: str = ""
    hides: bool = True
    upload: bytes = b""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}" + (f" ({self.note})" if self.note else "")


def row(
    method: str,
    path: str,
    cells: str,
    body: dict[str, Any] | None = None,
    note: str = "",
    *,
    hides: bool = True,
    upload: bytes = b"",
) -> Row:
    given = [int(cell) for cell in cells.split()]
    given += [401] * (len(PRINCIPALS) - len(given))
    return Row(method, path, dict(zip(PRINCIPALS, given, strict=True)), body, note, hides, upload)


@dataclass(frozen=True)
class SocketRow:
    """One URL: the status of the refused handshake, 200 for open, 4401 and 4403 for open until no ``join`` came."""

    path: str
    statuses: dict[str, int] = field(default_factory=dict)


def socket(path: str, cells: str) -> SocketRow:
    given = [int(cell) for cell in cells.split()]
    given += [401] * (len(PRINCIPALS) - len(given))
    return SocketRow(path, dict(zip(PRINCIPALS, given, strict=True)))
