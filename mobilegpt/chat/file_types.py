"""Which files a room takes, and what they look like inside (reliability X11). A name or header alone proves nothing."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from PIL import Image, ImageOps, ImageSequence

from mobilegpt.core.errors import ErrorCode, Invalid, Unavailable

MAX_SIDE = 2560
_MAX_PIXELS = 16_000_000  # all frames together; decoding takes twice their four bytes each
_MAX_DECODED_PHOTO = 27_000_000
_MAX_JPEG_PIXELS = 220_000_000  # decoded at a fraction of its size
_MAX_FRAMES = 200
Image.MAX_IMAGE_PIXELS = _MAX_JPEG_PIXELS  # Pillow's own guard is for those who have none; it is in the way of phones
# Pixels are memory: two images at once, whoever else waits. A photo takes a third of a second.
_DRAWING = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 10
_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
    OverflowError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is stored of an upload."""

    content: bytes
    mime: str
    extension: str


@dataclass(frozen=True, slots=True)
class _Kind:
    mime: str
    fits: Callable[[bytes], bool]


def clean(name: str, content: bytes) -> Cleaned:
    """Check an upload by its name's ending and by what is in it; images are drawn anew, without what they tell of a
    place or a camera. Raises ``Invalid`` UNSUPPORTED_FILE, ``Unavailable`` while too many others are drawn."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in _FORMATS:
        return _redrawn(content, _FORMATS[extension], "jpg" if extension == "jpeg" else extension)
    kind = _KINDS.get(extension)
    if kind is None:
        raise _unsupported(f"Files are {', '.join([*_FORMATS, *_KINDS])}")
    if not kind.fits(content):
        raise _unsupported(f"This is no {extension} file")
    return Cleaned(content, kind.mime, extension)


def _unsupported(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "file"})


def _redrawn(content: bytes, format: str, extension: str) -> Cleaned:
    try:
        with _a_place_to_draw(), Image.open(io.BytesIO(content), formats=[format]) as image:
            if format == "JPEG":
                drawn = _photo(image)
            else:
                frames = getattr(image, "n_frames", 1)
                _check_size(image, _MAX_PIXELS, frames)
                drawn = _animated(image, format) if frames > 1 else _still(image, format)
    except (Invalid, Unavailable):
        raise
    except _BROKEN:
        raise _unsupported("This image cannot be read") from None
    return Cleaned(drawn, _MIMES[format], extension)


@contextmanager
def _a_place_to_draw() -> Iterator[None]:
    if not _DRAWING.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(message="Too many images at once, try again", retry_after=_PATIENCE_SECONDS)
    try:
        yield
    finally:
        _DRAWING.release()


def _check_size(image: Image.Image, limit: int, frames: int = 1) -> None:
    """Before anything is decoded: the header alone says how much it would be."""
    if frames > _MAX_FRAMES or image.width * image.height * frames > limit:
        raise _unsupported("This image has too many pixels")


def _photo(image: Image.Image) -> bytes:
    """A JPEG, at the smallest fraction of its size that is large enough; of several pictures in one file (a phone's
    second exposure, its depth) the first. A progressive one is held whole in memory, whatever the fraction."""
    _check_size(image, _MAX_PIXELS if image.info.get("progressive") else _MAX_JPEG_PIXELS)
    fraction = next((part for part in (8, 4, 2) if max(image.size) // part >= MAX_SIDE), 1)
    image.draft(None, (image.width // fraction, image.height // fraction))
    _check_size(image, _MAX_DECODED_PHOTO)
    return _still(image, "JPEG")


def _still(image: Image.Image, format: str) -> bytes:
    image.load()
    with suppress(*_BROKEN):  # EXIF that cannot be read says nothing, and is not kept anyway
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode not in ("RGB", "RGBA", "L", "LA", "P", "1"):
        image = image.convert("RGB")
    if max(image.size) > MAX_SIDE:
        if image.mode in ("P", "1"):
            image = image.convert("RGBA" if image.mode == "P" else "L")
        image.thumbnail((MAX_SIDE, MAX_SIDE))
    if format == "JPEG" and image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    return _saved(_bare(image), format)


def _animated(image: Image.Image, format: str) -> bytes:
    pictures, durations = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info.get("duration", 100))
        pictures.append(_bare(frame.convert("RGBA")))
    extra = {"save_all": True, "append_images": pictures[1:], "duration": durations, "loop": 0}
    return _saved(pictures[0], format, **extra)


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone: no EXIF, no comments, no profiles."""
    transparency = image.info.get("transparency")
    image = image.copy()
    image.info = {} if transparency is None else {"transparency": transparency}
    return image


def _saved(image: Image.Image, format: str, **extra: object) -> bytes:
    out = io.BytesIO()
    quality = {"quality": 85} if format in ("JPEG", "WEBP") else {}
    image.save(out, format, **quality, **extra)
    return out.getvalue()


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _holds(offset: int, *words: bytes) -> Callable[[bytes], bool]:
    return lambda content: any(content[offset : offset + len(word)] == word for word in words)


def _mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or (content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0)


def _wave(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def _text(content: bytes) -> bool:
    """UTF-8, or what older Korean programs write; nothing that a browser could take for a page anyway (nosniff)."""
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "cp949"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _package(*parts: str) -> Callable[[bytes], bool]:
    """A zip that has these parts; its directory is read, nothing is unpacked."""

    def fits(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                names = package.namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
            return False
        return all(any(name.startswith(part) for name in names) for part in parts)

    return fits


_OLD_OFFICE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS: dict[str, _Kind] = {
    "mp3": _Kind("audio/mpeg", _mp3),
    "m4a": _Kind("audio/mp4", _holds(4, b"ftyp")),
    "aac": _Kind("audio/aac", _mp3),
    "ogg": _Kind("audio/ogg", _begins(b"OggS")),
    "wav": _Kind("audio/wav", _wave),
    "webm": _Kind("audio/webm", _begins(b"\x1a\x45\xdf\xa3")),
    "pdf": _Kind("application/pdf", _begins(b"%PDF-")),
    "txt": _Kind("text/plain; charset=utf-8", _text),
    "doc": _Kind("application/msword", _OLD_OFFICE),
    "xls": _Kind("application/vnd.ms-excel", _OLD_OFFICE),
    "ppt": _Kind("application/vnd.ms-powerpoint", _OLD_OFFICE),
    "hwp": _Kind("application/x-hwp", _OLD_OFFICE),
    "docx": _Kind(f"{_OFFICE}.wordprocessingml.document", _package("[Content_Types].xml", "word/")),
    "xlsx": _Kind(f"{_OFFICE}.spreadsheetml.sheet", _package("[Content_Types].xml", "xl/")),
    "pptx": _Kind(f"{_OFFICE}.presentationml.presentation", _package("[Content_Types].xml", "ppt/")),
    "hwpx": _Kind("application/hwp+zip", _package("mimetype", "Contents/")),
}
