"""How a row of the access matrix is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.contract.world import COLLEAGUES, PRINCIPALS


@dataclass(frozen=True)
class Row:
    """One request. ``{name}`` in the path and in values of the body stands for an id of the world.

    ``hides``: a 404 is the same as for what does not exist. ``upload``: a file that is sent as a form, with
    the fields of ``body``.
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
    colleagues: str = "",
) -> Row:
    return Row(method, path, _statuses(path, cells, colleagues), body, note, hides, upload)


@dataclass(frozen=True)
class SocketRow:
    """One URL: the status of the refused handshake, 200 for open, 4401 and 4403 for open until no ``join`` came."""

    path: str
    statuses: dict[str, int] = field(default_factory=dict)


def socket(path: str, cells: str, *, colleagues: str = "") -> SocketRow:
    return SocketRow(path, _statuses(path, cells, colleagues))


_OF_THEIR_CLASSES = (
    "{live}",
    "{paused}",
    "{code}",
    "{help}",
    "{withheld}",
    "{linked}",
    "{stopped}",
    "{room}",
    "{file}",
)


def _statuses(path: str, cells: str, colleagues: str) -> dict[str, int]:
    """``colleagues``: the cells of the four (contract 11.8), where they are not what follows from the others.

    A co-instructor has the teacher's cell, of one class where the path is about it; supporters have the cells of an
    instructor and of a student who have nothing to do with the lecture.
    """
    given = dict(zip(PRINCIPALS, [int(cell) for cell in cells.split()], strict=False))
    statuses = {name: given.get(name, 401) for name in PRINCIPALS}
    of_a_class = any(one in path for one in _OF_THEIR_CLASSES)
    like = ("teacher", "teacher" if of_a_class else "other_teacher", "other_teacher", "other_student")
    told = [int(cell) for cell in colleagues.split()] or [statuses[name] for name in like]
    return {**statuses, **dict(zip(COLLEAGUES, told, strict=True))}
