"""Which files are taken, and what they look like inside (reliability X11). A name or header alone proves nothing.

What a file is decides its content, read in small pieces; its name's ending chooses where the content leaves a choice,
and is refused where it says something else.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import olefile

from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.files import media, pictures, texts

_HEAD = 64 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX, _XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
_PPTX = f"{_OFFICE}.presentationml.presentation"
_DOC, _XLS, _PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_HWP, _HWPX, _PDF = "application/x-hwp", "application/hwp+zip", "application/pdf"
_TXT, _CSV = "text/plain", "text/csv"

# The endings that go with each type; the first is given to what comes without one.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "video/mp4": ("mp4", "m4v"),
    "video/3gpp": ("3gp", "3gpp", "3g2"),
    "video/quicktime": ("mov", "qt"),
    "video/webm": ("webm",),
    "video/ogg": ("ogv", "ogg"),
    "audio/mp4": ("m4a", "m4b", "mp4"),
    "audio/3gpp": ("3gp", "3gpp", "3ga"),
    "audio/mpeg": ("mp3",),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/flac": ("flac",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "audio/webm": ("webm", "weba"),
    _PDF: ("pdf",),
    _HWP: ("hwp",),
    _HWPX: ("hwpx",),
    _DOC: ("doc",),
    _XLS: ("xls",),
    _PPT: ("ppt",),
    _DOCX: ("docx",),
    _XLSX: ("xlsx",),
    _PPTX: ("pptx",),
    _TXT: ("txt",),
    _CSV: ("csv",),
}
_TYPES_OF: dict[str, set[str]] = {}
for _mime, _endings in _ENDINGS.items():
    for _ending in _endings:
        _TYPES_OF.setdefault(_ending, set()).add(_mime)
# Phones and programs write the one where they mean another of these.
_KIN = (
    {"video/mp4", "video/3gpp", "video/quicktime", "audio/mp4", "audio/3gpp"},
    {"audio/mpeg", "audio/aac"},
    {"video/webm", "audio/webm"},
    {"video/ogg", "audio/ogg"},
)
_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
# They are drawn as something else anyway, and half of the programs that give them mean something else.
_ANY_PICTURE = ("jfif", "jpe", "pjpeg", "heic", "heif", "hif", "avif")
TAKEN = (*_FORMATS, *_ANY_PICTURE, *(ending for ending in _TYPES_OF if ending not in _FORMATS))

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {"WordDocument": _DOC, "Workbook": _XLS, "Book": _XLS, "PowerPoint Document": _PPT, "DocInfo": _HWP}
_ENCRYPTED = "EncryptedPackage"  # a docx, xlsx or pptx with a password
_PACKAGED = (_DOCX, _XLSX, _PPTX)
_MAX_PARTS, _MAX_DIRECTORY = 20_000, 4 * 1024 * 1024
_PDF_WITHIN = 1024
_MARKUP = re.compile(rb"<[a-zA-Z!?/]")
_ENDING = re.compile(r"(?=.*[a-z])[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What an upload is: its type, and the format to draw it from if it is a picture."""

    mime: str
    picture: str | None = None

    @property
    def is_media(self) -> bool:
        """Sound or a film, which may be larger than others."""
        return self.mime.startswith(("video/", "audio/"))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is stored of an upload. ``name`` has an ending that goes with it."""

    content: BinaryIO
    size: int
    mime: str
    extension: str
    name: str


def kind_of(name: str, file: BinaryIO) -> Kind:
    """What a file is, by its content and its name's ending. Raises ``Invalid`` UNSUPPORTED_FILE."""
    ending = _ending_of(name)
    if ending and ending not in TAKEN:
        raise _unsupported(f"Files are {', '.join(TAKEN)}")
    file.seek(0)
    head = file.read(_HEAD)
    drawn_from = pictures.format_of(head)
    if drawn_from is not None and _may_be_drawn(ending, drawn_from):
        return Kind("image/jpeg" if drawn_from not in _FORMATS.values() else f"image/{drawn_from.lower()}", drawn_from)
    mime = None if drawn_from is not None else _type_of(ending, head, file)
    if mime is None:
        raise _unsupported(f"This is no {ending} file" if ending else "What this file is cannot be told")
    return Kind(mime)


def clean(name: str, file: BinaryIO, kind: Kind) -> Cleaned:
    """What to keep of a file of this kind: pictures are drawn anew, everything else stays as it is; a text's type names
    its charset. Raises ``Invalid`` UNSUPPORTED_FILE, ``Unavailable`` while too many others are drawn."""
    if kind.picture is not None:
        picture = pictures.draw(file, kind.picture)
        content = io.BytesIO(picture.content)
        return Cleaned(
            content,
            len(picture.content),
            picture.mime,
            picture.extension,
            _named(name, picture.mime, picture.extension),
        )
    endings = _ENDINGS[kind.mime]
    ending = _ending_of(name)
    extension = ending if ending in endings else endings[0]
    mime = kind.mime
    if mime in (_TXT, _CSV):
        charset = texts.charset_of(file)
        if charset is None:
            raise _unsupported(f"This is no {extension} file")
        mime = f"{mime}; charset={charset}"
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return Cleaned(file, size, mime, extension, _named(name, kind.mime, extension))


def _ending_of(name: str) -> str:
    """In small letters; empty where what follows the last dot is part of a title or a date."""
    ending = name.rstrip(". ").rpartition(".")[2].lower() if "." in name.rstrip(". ") else ""
    return ending if _ENDING.fullmatch(ending) else ""


def _named(name: str, mime: str, extension: str) -> str:
    """The name with an ending that goes with what is stored; no longer than before, or than it may be."""
    ending = _ending_of(name)
    if ending in _ENDINGS[mime]:
        return name
    stem = name.rstrip(". ")[: -len(ending) - 1] if ending else name.rstrip(". ")
    return f"{stem[: 199 - len(extension)]}.{extension}"


def _may_be_drawn(ending: str, format: str) -> bool:
    """A name may say nothing, or something new; one of the old four says what it says."""
    return (
        not ending
        or ending in _ANY_PICTURE
        or _FORMATS.get(ending) == format
        or (ending in _FORMATS and format in ("HEIF", "AVIF"))
    )


def _type_of(ending: str, head: bytes, file: BinaryIO) -> str | None:
    wanted = _TYPES_OF.get(ending, set())
    for text in (_TXT, _CSV):
        if text in wanted:
            return text  # nothing that a browser could take for a page anyway (nosniff)
    found = media.type_of(head, file) or _document(ending, head, file)
    if not ending:
        return found or (_TXT if texts.looks_like_text(head) else None)
    return found if found in wanted or any(found in kin and wanted & kin for kin in _KIN) else None


def _document(ending: str, head: bytes, file: BinaryIO) -> str | None:
    start = head.find(b"%PDF-", 0, _PDF_WITHIN + 5)
    if start >= 0 and not _MARKUP.search(head, 0, start):  # some programs write blank lines or a mark before it
        return _PDF
    if head.startswith(b"HWP Document File V"):  # up to 3.0
        return _HWP
    if head.startswith(_OLE):
        return _in_storage(ending, file)
    return _in_package(file) if head.startswith(b"PK\x03\x04") else None


def _in_storage(ending: str, file: BinaryIO) -> str | None:
    """Of Office before 2007, of HWP, and of what has a password: by the names of its streams."""
    named = next((mime for mime in _TYPES_OF.get(ending, ()) if mime in (_DOC, _XLS, _PPT, _HWP)), None)
    file.seek(0)
    try:
        names = {path[-1] for path in olefile.OleFileIO(file).listdir()}
    except Exception:  # it meets whatever somebody wrote there
        return named
    if _ENCRYPTED in names:
        return next((mime for mime in _TYPES_OF.get(ending, ()) if mime in _PACKAGED), None)
    return next((mime for stream, mime in _STREAMS.items() if stream in names), named)


def _in_package(file: BinaryIO) -> str | None:
    """Of a zip; its directory is read, nothing is unpacked."""
    names = _parts_of(file)
    for mime, parts in (
        (_DOCX, ("[Content_Types].xml", "word/")),
        (_XLSX, ("[Content_Types].xml", "xl/")),
        (_PPTX, ("[Content_Types].xml", "ppt/")),
        (_HWPX, ("mimetype", "Contents/")),
    ):
        if all(any(name.startswith(part) for name in names) for part in parts):
            return mime
    return None


def _parts_of(file: BinaryIO) -> list[str]:
    """Names in a zip whose directory is of a sensible size: one may be most of a file, and costs ten times as much."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    count, length = (
        int.from_bytes(tail[end + 10 : end + 12], "little"),
        int.from_bytes(tail[end + 12 : end + 16], "little"),
    )
    if end < 0 or b"PK\x06\x07" in tail or count > _MAX_PARTS or length > _MAX_DIRECTORY:
        return []
    file.seek(0)
    with suppress(zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError, EOFError):
        return zipfile.ZipFile(file).namelist()
    return []


def _unsupported(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "file"})
