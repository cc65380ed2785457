"""A lesson's file, read and written (contract 11.11): a zip of ``lesson.json``, ``pictures/`` and ``clips/``.

Whoever sends one may have made it by hand to do harm. So its shape is narrow (one directory at the end, no comment, no
zip64, plain files of known names, stored or deflated, nothing that the lesson does not name), its directory is measured
before it is read, and every byte is unpacked once within limits before anything of it is believed.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from mobilegpt.core.text import has_null, without_bom
from mobilegpt.files import media, pictures, sounds
from mobilegpt.packs.format import FORMAT, MAX_STEPS, PackLesson
from mobilegpt.packs.refusals import bad
from mobilegpt.packs.words import check_words

LESSON = "lesson.json"
MAX_PACK_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 96 * 1024 * 1024
MAX_LESSON_BYTES = 4 * 1024 * 1024
MAX_PICTURE_BYTES = 15 * 1024 * 1024
MAX_CLIP_BYTES = sounds.MAX_BYTES
MAX_CLIPS_SECONDS = 3_600.0
MAX_FILES = 2_000

_FOLDERS = {"pictures/", "clips/"}
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_END, _END_BYTES, _ENTRY_BYTES = b"PK\x05\x06", 22, 46
_ZIP64 = b"PK\x06\x07"
_LONGEST_NAME = 120
_EXTRAS = 100  # a program's own words to a name: times, owners
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, OverflowError,
)  # fmt: skip


class Pack:
    """A lesson's file that was read and found good; its pictures and clips are read from it when they are asked for."""

    def __init__(self, archive: zipfile.ZipFile, lesson: PackLesson) -> None:
        self._archive = archive
        self.lesson = lesson

    def read(self, name: str) -> bytes:
        """A picture or a clip that the lesson names."""
        return _unpacked(self._archive, name)


# --- writing


def write_pack(out: BinaryIO, lesson: PackLesson, read: Callable[[str], bytes]) -> None:
    """Write a lesson with the pictures and clips that it names, which ``read`` gives by name (``dict.__getitem__``).

    The same lesson gives the same bytes: nothing is packed, no time is told. Raises ``Invalid`` BAD_LESSON_FILE for
    what ``read_pack`` would refuse as too much.
    """
    words = msgspec.json.format(msgspec.json.encode(lesson), indent=2)
    files = [*lesson.pictures, *lesson.clips]
    if len(files) >= MAX_FILES:
        raise bad("TOO_MANY_FILES", f"A lesson's file holds at most {MAX_FILES} files")
    _check_extent(lesson)
    room = MAX_PACK_BYTES
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in (LESSON, *files):
            content = words if name == LESSON else read(name)
            room -= len(content) + 2 * (_ENTRY_BYTES + len(name))
            if room < _END_BYTES or len(content) > _limit(name):
                raise bad("TOO_LARGE", "The lesson is too large for one file", file=name)
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)


# --- reading


def read_pack(file: BinaryIO) -> Pack:
    """A lesson's file; ``file`` can be sought in, and stays open as long as the pack is used.

    Raises ``Invalid`` BAD_LESSON_FILE; its message and details say what is wrong.
    """
    try:
        return _read(file)
    except _UNREADABLE:
        raise bad("BROKEN", "The file is damaged, or no zip that this server reads") from None


def _read(file: BinaryIO) -> Pack:
    _measure(file)
    archive = zipfile.ZipFile(file)
    _check_entries(archive.infolist())
    names = {entry.filename for entry in archive.infolist() if not _is_folder(entry)}
    if LESSON not in names:
        raise bad("NO_LESSON", f"There is no {LESSON} in the file")
    pack = Pack(archive, decode(_unpacked(archive, LESSON)))
    _check_names(pack.lesson, names - {LESSON})
    for name in sorted(names - {LESSON}):
        _check_content(name, pack.read(name))
    return pack


def decode(text: bytes) -> PackLesson:
    """``lesson.json``. Raises ``Invalid`` BAD_LESSON_FILE."""
    text = without_bom(text)
    try:
        if has_null(text):
            raise bad("BAD_LESSON", f"{LESSON} has characters that cannot be stored", file=LESSON)
        head = msgspec.json.decode(text, type=_Head)
        if head.format != FORMAT:
            raise bad("NEWER_FORMAT", f"The file is of another format; this server reads {FORMAT}", file=LESSON)
        lesson = msgspec.json.decode(text, type=PackLesson)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        said = str(error)[:300]
        _, _, place = said.partition(" - at `")
        raise bad("BAD_LESSON", f"{LESSON}: {said}", file=LESSON, field=place.rstrip("`")) from None
    _check_extent(lesson)
    check_words(lesson)
    return lesson


def _check_extent(lesson: PackLesson) -> None:
    if sum(len(task.subtasks) for task in lesson.tasks) > MAX_STEPS:
        raise bad("TOO_LARGE", f"A lesson has at most {MAX_STEPS} steps", file=LESSON)
    check_length(sum(audio.duration_seconds for audio in lesson.audios))


def check_length(seconds: float) -> None:
    """Of all clips of a lesson: hours of near silence weigh nothing and cost the server minutes."""
    if seconds > MAX_CLIPS_SECONDS:
        raise bad("TOO_LARGE", f"A lesson's clips last at most {MAX_CLIPS_SECONDS / 60:.0f} minutes together")


class _Head(msgspec.Struct):
    format: int


def _measure(file: BinaryIO) -> None:
    """The directory's place and size, before it is read: a hostile one costs many times what it weighs."""
    size = file.seek(0, io.SEEK_END)
    if size > MAX_PACK_BYTES:
        raise bad("TOO_LARGE", f"A lesson's file has at most {MAX_PACK_BYTES // (1024 * 1024)} MB")
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise bad("NOT_A_ZIP", "The file is no zip")
    file.seek(max(0, size - _END_BYTES - 20))
    tail = file.read()
    end = tail[-_END_BYTES:]
    if len(tail) < _END_BYTES + 20 or end[:4] != _END or end[20:] != b"\0\0" or tail.startswith(_ZIP64):
        raise bad("BROKEN", "The file ends before its directory, or has something behind it")
    count, length, start = (int.from_bytes(end[at : at + width], "little") for at, width in ((10, 2), (12, 4), (16, 4)))
    if count > MAX_FILES + len(_FOLDERS) or length > count * (_ENTRY_BYTES + _LONGEST_NAME + _EXTRAS):
        raise bad("TOO_MANY_FILES", f"A lesson's file holds at most {MAX_FILES} files")
    if start + length + _END_BYTES != size:
        raise bad("BROKEN", "The file's directory is not where it says")


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """All of a file, by its sum."""
    content = archive.read(name)
    if len(content) != archive.getinfo(name).file_size:
        raise bad("BROKEN", "A file is shorter than the directory says", file=name)
    return content


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename in _FOLDERS


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """What the directory says of its files, before any is unpacked."""
    seen: set[str] = set()
    unpacked = 0
    for entry in entries:
        name = entry.orig_filename
        if name != entry.filename or ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name:
            raise bad("UNSAFE_NAME", "A file's name leads elsewhere", file=name)
        if name != LESSON and not name.startswith(tuple(_FOLDERS)):
            raise bad("UNKNOWN_FILE", f"Only {LESSON}, pictures/ and clips/ are taken", file=name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFDIR if _is_folder(entry) else stat.S_IFREG):
            raise bad("UNSAFE_NAME", "The file holds something that is no plain file", file=name)
        if name.lower() in seen:
            raise bad("DUPLICATE", "The file holds two files of one name", file=name)
        seen.add(name.lower())
        if entry.flag_bits & _ENCRYPTED:
            raise bad("ENCRYPTED", "The file is locked by a password", file=name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise bad("BROKEN", "The file is packed in a way that this server does not read", file=name)
        unpacked += entry.file_size
        if entry.file_size > (0 if _is_folder(entry) else _limit(name)) or unpacked > MAX_UNPACKED_BYTES:
            raise bad("TOO_LARGE", "What is in the file is too large", file=name)


def _check_names(lesson: PackLesson, there: set[str]) -> None:
    """The lesson's files and those that are there are the same."""
    named = {*lesson.pictures, *lesson.clips}
    for name in sorted(named - there):
        raise bad("MISSING_FILE", f"{LESSON} names a file that is not there", file=name)
    for name in sorted(there - named):
        raise bad("UNKNOWN_FILE", f"{LESSON} does not name this file", file=name)


def _check_content(name: str, content: bytes) -> None:
    """A name proves nothing: what begins like a picture is drawn anew by whoever takes it."""
    ending = name.rpartition(".")[2]
    if ending in _FORMATS:
        right = pictures.format_of(content[:64]) == _FORMATS[ending]
    else:
        right = media.type_of(content[: 64 * 1024], io.BytesIO(content)) == "audio/mp4"
    if not right:
        raise bad("WRONG_TYPE", f"This is no {ending} file", file=name)


def _limit(name: str) -> int:
    if name == LESSON:
        return MAX_LESSON_BYTES
    return MAX_CLIP_BYTES if name.startswith("clips/") else MAX_PICTURE_BYTES
