"""Where files lie: in a folder or in a bucket. Keeping, reading (never more in memory than one piece), removing.

Exceptions of a storage end here: a bucket's client has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, NamedTuple, cast

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
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


def keep(path: str, content: BinaryIO) -> str:
    """Store the bytes under ``path``, or beside it where that is taken; returns where they lie.

    Raises ``Unavailable``, and then nothing is left.
    """
    try:
        return default_storage.save(path, File(content))
    except Exception as error:
        log.error("upload_failed", error=str(error) or type(error).__name__)
        forget(path)
        raise Unavailable(message="The file cannot be stored now", retry_after=30) from None


def put(path: str, content: bytes) -> None:
    """Store the bytes under this very path, whole or not at all, and young, whatever lies there.

    Several may put the same at once, and a process may die on the way: nobody reads half of it, and who fails takes
    nothing away from the others. Raises ``Unavailable``.
    """
    try:
        place = Path(default_storage.path(path))
    except NotImplementedError:  # a bucket: what is put there is there at once
        with _keeping():
            bucket: Any = default_storage
            bucket.bucket.Object(path).put(Body=content)
        return
    beside = place.with_name(f"{token_hex(8)}{place.suffix}")  # if it is left, it goes as what nobody names
    with _keeping():
        try:
            place.parent.mkdir(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
            beside.write_bytes(content)
            beside.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            beside.replace(place)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise


@contextmanager
def _keeping() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        log.error("upload_failed", error=str(error) or type(error).__name__)
        raise Unavailable(message="The file cannot be stored now", retry_after=30) from None


def names_in(folder: str) -> list[str]:
    """Names of the files right in a folder; none where there is no such folder. Raises ``Unavailable``."""
    try:
        with _refusals():
            return default_storage.listdir(folder)[1]
    except NotFound:
        return []


def remove(path: str, **facts: str) -> bool:
    """Whether it is gone; ``facts`` are for the log where the storage is away."""
    try:
        default_storage.delete(path)
    except Exception as error:
        log.error("delete_failed", error=str(error) or type(error).__name__, **facts)
        return False
    return True


def forget(path: str) -> None:
    """Remove what nobody can find any more; a storage that is away keeps it."""
    with suppress(Exception):
        default_storage.delete(path)


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
    except Exception as error:
        log.error("download_failed", error=str(error) or type(error).__name__)
        raise Unavailable(message="The file cannot be read now", retry_after=30) from None
