"""A server whose clock a test moves forward: minutes pass for what is written down, not for what waits.

Everything that is compared with a moment of the database (nudges, usual times, attendance, leases) sees them go by.
Timers (heartbeats, reconnects, the grace for a lost phone) run on as they do: a network is not slower in a test.

The process: ``python -m tests.server.moved_clock FILE serve …`` is ``manage.py serve …``.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

_LOOK_SECONDS = 0.02
_WITHIN_SECONDS = 10.0


class MovedClock:
    """The test's side of it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.ahead = timedelta()
        self._tell()

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", __name__, str(self._file), *arguments]

    def now(self) -> datetime:
        """The server's time."""
        return datetime.now(UTC) + self.ahead

    def forward(self, seconds: float) -> None:
        """Returns when the server has gone so far ahead."""
        self.ahead += timedelta(seconds=seconds)
        self._tell()
        deadline = time.monotonic() + _WITHIN_SECONDS
        while _seen(self._file).read_text() != self._file.read_text():
            assert time.monotonic() < deadline, "the server does not move its clock"
            time.sleep(_LOOK_SECONDS)

    def _tell(self) -> None:
        _replace(self._file, str(self.ahead.total_seconds()))


def _replace(file: Path, text: str) -> None:
    """Nobody reads a half of it."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def _seen(file: Path) -> Path:
    return file.with_suffix(".seen")


def _follow(file: Path, traveller: time_machine.Traveller) -> None:
    ahead = 0.0
    while True:
        wanted = file.read_text()
        traveller.shift(timedelta(seconds=float(wanted) - ahead))
        ahead = float(wanted)
        _seen(file).write_text(wanted)
        while file.read_text() == wanted:
            time.sleep(_LOOK_SECONDS)


def _main(file: Path, arguments: list[str]) -> None:
    traveller = time_machine.travel(datetime.now(UTC), tick=True).start()
    threading.Thread(target=_follow, args=(file, traveller), daemon=True).start()
    from manage import main  # as the process that nobody watches would start

    sys.argv = ["manage.py", *arguments]
    main()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2:])
