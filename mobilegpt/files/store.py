"""Reading what is stored, whole or in part: in a folder or in a bucket, never more of it in memory than one piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple, cast

import structlog
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from whitenoise.responders import SlicedFile

from mobilegpt.core.errors import NotFound, Unavailable

log = structlog.get_logger(__name__)


class Part(NamedTuple):
    """The bytes from ``first`` to ``last``, both included, counted from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def open_stored(path: str, part: Part | None = None) -> BinaryIO:
    """The bytes under ``path``, or a part of them, to be read once. Raises ``NotFound`` when they are gone,
    ``Unavailable`` when the storage is."""
    with _refusals():
        file: Any = default_storage.open(path)
        in_bucket = getattr(file, "obj", None)
        if in_bucket is not None:  # its file would be fetched whole before the first byte is read
            wanted = {} if part is None else {"Range": f"bytes={part.first}-{part.last}"}
            return cast(BinaryIO, in_bucket.get(**wanted)["Body"])
        return cast(BinaryIO, file if part is None else SlicedFile(file, part.first, part.last))


def facts_of(path: str) -> tuple[int, datetime]:
    """Its size in bytes, and when it was stored. Raises as ``open_stored`` does."""
    with _refusals():
        return default_storage.size(path), default_storage.get_modified_time(path)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, SuspiciousFileOperation):
        raise NotFound("File") from None
    except Exception as error:  # a bucket's client has exceptions of its own
        log.error("download_failed", error=str(error) or type(error).__name__)
        raise Unavailable(message="The file cannot be read now", retry_after=30) from None
