"""The folder of ready lessons, ``LESSONS_DIR``: what lies in it, read when it is new or has changed (contract 11.11).

Its files are the operator's. Pictures and clips are shown out of them as they are, under addresses that nobody can
guess and that change with the file. A file that is no good is left out, and told in the log.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.crypto import constant_time_compare
from PIL import Image

from mobilegpt.core.errors import Invalid, NotFound
from mobilegpt.packs.archive import Pack, read_pack
from mobilegpt.packs.exporting import ENDING
from mobilegpt.packs.format import PackLesson
from mobilegpt.packs.refusals import bad

log = structlog.get_logger(__name__)

MOST_LESSONS = 500
_MOST_PIXELS = 40_000_000
MIMES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "m4a": "audio/mp4"}

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadyLesson:
    """One lesson of the folder. ``key`` names it for ever, ``address`` its files as they are now.

    ``sizes`` are its pictures', in pixels.
    """

    key: str
    address: str
    path: Path
    lesson: PackLesson
    sizes: dict[str, tuple[int, int]]


class Shelf:
    """The lessons of one folder, in the order of their files' names. Shared by the threads of a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[Stamp, ReadyLesson | None]] = {}

    def lessons(self) -> list[ReadyLesson]:
        """Only what has changed since the last time is read. A folder that is not there is empty."""
        with self._lock:
            there = dict(self._files())
            self._read = {
                path: known if (known := self._read.get(path)) and known[0] == stamp else (stamp, _ready(path, stamp))
                for path, stamp in there.items()
            }
            return [lesson for _, lesson in self._read.values() if lesson is not None]

    def lesson(self, key: str) -> ReadyLesson:
        """Raises ``NotFound``."""
        found = next((lesson for lesson in self.lessons() if lesson.key == key), None)
        if found is None:
            raise NotFound("Lesson")
        return found

    def file(self, address: str, name: str) -> tuple[bytes, str]:
        """A picture or a clip of a lesson, and its MIME type. Raises ``NotFound``."""
        found = next((lesson for lesson in self.lessons() if constant_time_compare(lesson.address, address)), None)
        if found is None or name not in {*found.lesson.pictures, *found.lesson.clips}:
            raise NotFound("File")
        with opened(found) as pack:
            return pack.read(name), MIMES[name.rpartition(".")[2]]

    def _files(self) -> Iterator[tuple[Path, Stamp]]:
        try:
            paths = sorted(self._folder.glob(f"*{ENDING}"))
        except OSError:
            paths = []
        if len(paths) > MOST_LESSONS:
            log.warning("library_too_large", folder=str(self._folder), shown=MOST_LESSONS, there=len(paths))
        for path in paths[:MOST_LESSONS]:
            try:
                facts = path.stat()
            except OSError:
                continue  # it went meanwhile
            yield path, (facts.st_mtime_ns, facts.st_size)


class opened:  # noqa: N801  # used as a function is
    """A lesson's file, read again: it may be another one by now. Raises ``NotFound``."""

    def __init__(self, ready: ReadyLesson) -> None:
        self._path = ready.path

    def __enter__(self) -> Pack:
        try:
            self._file = self._path.open("rb")
        except OSError:
            raise NotFound("Lesson") from None
        try:
            return read_pack(self._file)
        except Invalid:
            self._file.close()
            raise NotFound("Lesson") from None

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _ready(path: Path, stamp: Stamp) -> ReadyLesson | None:
    try:
        with path.open("rb") as file:
            pack = read_pack(file)
            sizes = {name: _size(name, pack.read(name)) for name in pack.lesson.pictures}
    except (Invalid, OSError) as error:
        log.warning("lesson_skipped", file=path.name, error=str(error))
        return None
    return ReadyLesson(
        key=f"ready-{hashlib.sha256(path.name.encode()).hexdigest()[:16]}",
        address=_digest(f"{path.name} {stamp}"),
        path=path,
        lesson=pack.lesson,
        sizes=sizes,
    )


def _size(name: str, content: bytes) -> tuple[int, int]:
    """Of a picture, by its head. Raises ``Invalid``."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
    except Exception:  # it meets whatever somebody wrote there
        raise bad("WRONG_TYPE", "This picture cannot be read", file=name) from None
    if width * height > _MOST_PIXELS:
        raise bad("TOO_LARGE", "This picture has too many pixels", file=name)
    return width, height


def _digest(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]


_shelves: dict[Path, Shelf] = {}
_shelves_lock = threading.Lock()


def shelf() -> Shelf:
    """The library's, one for a process."""
    folder = Path(settings.LESSONS_DIR)
    with _shelves_lock:
        return _shelves.setdefault(folder, Shelf(folder))
