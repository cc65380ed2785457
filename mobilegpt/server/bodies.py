"""Bodies of requests while they arrive: small ones in memory, others on disk, and never more of both than was agreed.

Everything here is called on one event loop; only what is written to disk is written by a thread.
"""

from __future__ import annotations

import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from mobilegpt.core.errors import Unavailable
from mobilegpt.database.pool import in_thread

_IN_MEMORY = 256 * 1024
_WHEN_SHORT = 16 * 1024  # once half of the memory is taken
_COME_AGAIN_SECONDS = 5


class Bodies:
    """What all requests of a process may have on their way, in bytes."""

    def __init__(self, *, in_memory: int, on_disk: int, folder: Path) -> None:
        self._short = in_memory // 2
        self.memory_left, self.disk_left = in_memory, on_disk
        self.folder = folder
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="bodies")  # one, so that what is asked later comes later

    @property
    def kept_in_memory(self) -> int:
        """The most bytes of one body."""
        return _IN_MEMORY if self.memory_left > self._short else _WHEN_SHORT


class Body:
    """One of them. Close it, whatever happens."""

    __slots__ = ("_bodies", "_file", "_held", "_on_disk", "_pieces", "size")

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._pieces: list[bytes] = []
        self._held = self._on_disk = self.size = 0
        self._file: BinaryIO | None = None

    async def add(self, piece: bytes) -> None:
        """Raises ``Unavailable`` when too much is on its way already, or the disk is full (F18)."""
        bodies, size = self._bodies, len(piece)
        if size > bodies.memory_left:
            raise Unavailable(message="Too much is being sent at once, try again", retry_after=_COME_AGAIN_SECONDS)
        bodies.memory_left -= size
        self._held += size
        self.size += size
        self._pieces.append(piece)
        if self._held > bodies.kept_in_memory:
            await self._put_aside()

    async def _put_aside(self) -> None:
        bodies, size = self._bodies, self._held
        if size > bodies.disk_left:
            raise Unavailable(message="Too much is being sent at once, try again", retry_after=_COME_AGAIN_SECONDS)
        bodies.disk_left -= size
        self._on_disk += size
        try:
            await in_thread(bodies.writer, self._write)
        except OSError:
            raise Unavailable(message="The file cannot be stored now", retry_after=30) from None
        self._pieces.clear()
        bodies.memory_left += size
        self._held = 0

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0, dir=self._bodies.folder)  # noqa: SIM115
        for piece in self._pieces:
            unwritten = memoryview(piece)
            while unwritten:
                unwritten = unwritten[self._file.write(unwritten) :]

    async def opened(self) -> BinaryIO:
        """The whole of it, to be read from its beginning. Raises as ``add`` does."""
        if self._file is None:
            return io.BytesIO(self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces))
        if self._pieces:
            await self._put_aside()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        self._bodies.memory_left += self._held
        self._bodies.disk_left += self._on_disk
        self._held = self._on_disk = 0
        self._pieces = []
        if self._file is not None:
            self._bodies.writer.submit(self._file.close)  # after what is still being written
