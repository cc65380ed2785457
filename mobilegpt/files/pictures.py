"""Pictures from people: drawn anew, so that a browser shows what the phone showed (reliability X11).

What comes out is upright, in sRGB, eight bits a channel, no larger than a page needs, and tells nothing of a place or a
camera. Knows no domain: whoever takes pictures can use it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence

from mobilegpt.core.errors import DomainError, ErrorCode, Invalid, Unavailable

MAX_SIDE = 2560
# A screenshot of a long page is as wide as the screen, however tall it is; smaller, its words cannot be read.
_KEPT_WIDTH_OF_TALL = 1080
_KEPT_HEIGHT_OF_WIDE = 720
_MAX_PIXELS = 32_000_000  # decoding takes twice their four bytes each
_MAX_HEIF_PIXELS = 50_000_000  # a phone's 48 megapixels
_MAX_JPEG_PIXELS = 220_000_000  # decoded at a fraction of its size
_MAX_FRAMES = 200
_MAX_ANIMATION_PIXELS = 64_000_000  # all frames together, as they come
_KEPT_ANIMATION_PIXELS = 16_000_000  # and as they are kept
Image.MAX_IMAGE_PIXELS = _MAX_JPEG_PIXELS  # Pillow's own guard is for those who have none; it is in the way of phones
# Pixels are memory: two pictures at once, one large one, whoever else waits. A photo takes a third of a second.
_DRAWING = threading.BoundedSemaphore(2)
_DRAWING_A_LARGE_ONE = threading.Lock()
_LARGE_PIXELS = 16_000_000
_PATIENCE_SECONDS = 10
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_PLAIN_MODES = ("RGB", "RGBA", "L", "LA", "P", "1")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RuntimeError,
    TypeError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    ImageCms.PyCMSError,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept; ``width`` and ``height`` in pixels."""

    content: bytes
    mime: str
    extension: str
    width: int
    height: int


def format_of(head: bytes) -> str | None:
    """What a file that begins so is drawn from: JPEG, PNG, GIF, WEBP, HEIF, AVIF; ``None`` for everything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        size = min(int.from_bytes(head[:4], "big"), 256)
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if head[8:12] in _HEIF_BRANDS:
            return "HEIF"
    return None


def draw(file: BinaryIO, format: str) -> Picture:
    """A picture of one of the formats that ``format_of`` names, drawn anew; animations stay animations.

    HEIF and AVIF become what every browser shows: JPEG, or WebP where something is transparent or moves. Raises
    ``Invalid`` UNSUPPORTED_FILE for what cannot be read or is too much, ``Unavailable`` while too many others are
    drawn.
    """
    with opened(file, format) as image:
        return _animation(image, format) if _frames_of(image, format) > 1 else _still(image, format)


@contextmanager
def opened(file: BinaryIO, format: str) -> Iterator[Image.Image]:
    """A picture to draw from, not decoded yet, of a size that we can decode; its turn among those that are drawn at
    once lasts as long as the block. Raises as ``draw`` does, also for what Pillow raises in the block."""
    _learn(format)
    file.seek(0)
    try:
        with _waiting_for(_DRAWING), Image.open(file, formats=[format]) as image:
            _check_size(image, format, _frames_of(image, format))
            large = image.width * image.height > _LARGE_PIXELS
            with _waiting_for(_DRAWING_A_LARGE_ONE) if large else nullcontext():
                yield image
    except DomainError:
        raise
    except _BROKEN:
        raise _unsupported("This image cannot be read") from None


@cache
def _learn(format: str) -> None:
    """Who never gets such a picture does not pay for its library."""
    if format == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)


def _unsupported(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "file"})


@contextmanager
def _waiting_for(place: threading.BoundedSemaphore | threading.Lock) -> Iterator[None]:
    if not place.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(message="Too many images at once, try again", retry_after=_PATIENCE_SECONDS)
    try:
        yield
    finally:
        place.release()


def _frames_of(image: Image.Image, format: str) -> int:
    return 1 if format in ("JPEG", "HEIF") else getattr(image, "n_frames", 1)


def _check_size(image: Image.Image, format: str, frames: int) -> None:
    """Before anything is decoded: the header alone says how much it would be."""
    limit = _MAX_ANIMATION_PIXELS if frames > 1 else _MAX_PIXELS
    if format == "HEIF":
        limit = _MAX_HEIF_PIXELS
    elif format == "JPEG" and not image.info.get("progressive"):
        limit = _MAX_JPEG_PIXELS  # a progressive one is held whole in memory, whatever part of it is wanted
    if frames > _MAX_FRAMES or image.width * image.height * frames > limit:
        raise _unsupported("This image has too many pixels")


def _fitting(width: int, height: int) -> tuple[int, int]:
    """As large as it may stay: at most ``MAX_SIDE``, but what is tall or wide keeps enough of its short side."""
    short = min(width, height)
    kept = min(short, _KEPT_WIDTH_OF_TALL if height > width else _KEPT_HEIGHT_OF_WIDE)
    scale = min(1.0, max(MAX_SIDE / max(width, height), kept / short))
    return max(1, round(width * scale)), max(1, round(height * scale))


# --- one picture


def _still(image: Image.Image, format: str) -> Picture:
    drawn = upright(image, format, lambda image: smaller(image, _fitting(*image.size)))
    kept = format if format in _MIMES else "WEBP" if drawn.has_transparency_data else "JPEG"
    if kept == "JPEG" and drawn.mode not in ("RGB", "L"):
        drawn = drawn.convert("RGB")
    if kept == "GIF":
        drawn = _paletted(drawn)
    return _saved(bare(drawn), kept)


def upright(image: Image.Image, format: str, reduced: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The first picture of an ``opened`` file, turned as EXIF says, in sRGB. ``reduced`` says what of the turned
    picture is wanted, and how large: colours are converted afterwards."""
    if format == "JPEG":
        _decode_a_fraction(image)
    image.load()
    profile = image.info.get("icc_profile")
    with suppress(*_BROKEN):  # EXIF that cannot be read says nothing, and is not kept anyway
        ImageOps.exif_transpose(image, in_place=True)
    return _in_srgb(reduced(_in_eight_bits(image)), profile)


def _decode_a_fraction(image: Image.Image) -> None:
    """A JPEG, at the smallest fraction of its size that is large enough; of several pictures in one file (a phone's
    second exposure, its depth) the first."""
    short, long = sorted(image.size)
    enough = min(short, _KEPT_WIDTH_OF_TALL)
    fraction = next((part for part in (8, 4, 2) if long // part >= MAX_SIDE and short // part >= enough), 1)
    image.draft(None, (image.width // fraction, image.height // fraction))
    if image.width * image.height > _MAX_PIXELS:
        raise _unsupported("This image has too many pixels")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey are scaled: what is clipped instead is nearly white."""
    if image.mode[0] not in "IF":
        return image
    grey = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if isinstance(clear := image.info.get("transparency"), int):
        grey.info["transparency"] = clear // 257
    return grey


def smaller(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at this size, which is no larger; itself where it has it."""
    if size == image.size:
        return image
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:  # there is nothing between two of their colours
        image = image.convert(_full_mode(image))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _full_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L") else "RGB"


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours without their profile. What a profile does not fit, or cannot be read, it says nothing of."""
    if profile:
        with suppress(*_BROKEN):
            return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    return image if image.mode in _PLAIN_MODES else image.convert(_full_mode(image))


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    space = profile.profile.xcolor_space.strip()
    grey = image.mode in ("L", "LA", "1")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if space == "GRAY":
        if not grey:
            return image.convert(_full_mode(image))
        image = image.convert("L")
    elif space == "RGB":
        image = image.convert("RGB")
    shown = ImageCms.profileToProfile(image, profile, _srgb(), outputMode="RGB")
    assert shown is not None
    if grey:
        shown = shown.convert("L")
    if alpha is not None:
        shown.putalpha(alpha)
    return shown


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


# --- several


def _animation(image: Image.Image, format: str) -> Picture:
    """Every frame as it is shown, for as long as it is, as often as the whole is played."""
    profile = image.info.get("icc_profile")
    # An animated PNG may have a picture for those who cannot play it, which is none of the frames.
    skipped = 1 if image.info.get("default_image") else 0
    count = getattr(image, "n_frames", 1) - skipped
    scale = min(1.0, (_KEPT_ANIMATION_PIXELS / (image.width * image.height * count)) ** 0.5)
    kept = format if format in _MIMES else "WEBP"
    pictures, durations = [], []
    for frame in islice(ImageSequence.Iterator(image), skipped, None):
        frame.load()  # WebP knows the duration only now
        durations.append(round(frame.info.get("duration", 100)))
        shown = ImageOps.exif_transpose(frame.convert("RGBA"))
        width, height = _fitting(*shown.size)
        size = max(1, int(min(width, shown.width * scale))), max(1, int(min(height, shown.height * scale)))
        shown = _in_srgb(smaller(shown, size), profile)
        pictures.append(bare(_paletted(shown) if kept == "GIF" else shown))
    extra: dict[str, Any] = {"save_all": True, "append_images": pictures[1:], "duration": durations}
    if (loop := image.info.get("loop")) is not None:  # a GIF that says nothing of it plays once
        extra["loop"] = loop
    if any(picture.has_transparency_data for picture in pictures):
        # What was there before must not shine through; of parts of frames WebP forgets that there was nothing else.
        extra |= {"GIF": {"disposal": 2}, "WEBP": {"kmin": 0, "kmax": 1}}.get(kept, {})
    return _saved(pictures[0], kept, **extra)


# --- out again


def _paletted(image: Image.Image) -> Image.Image:
    """As a GIF keeps it; exact as long as there are no more than 255 colours. What is half transparent shows."""
    if image.mode in ("P", "L", "1"):
        return image
    drawn = image.convert("RGB").quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if image.has_transparency_data:
        clear = image.convert("RGBA").getchannel("A").point(lambda value: 255 if value < 128 else 0)
        if clear.getbbox() is not None:
            drawn.paste(255, mask=clear)
            drawn.info["transparency"] = 255
    return drawn


def bare(image: Image.Image) -> Image.Image:
    """The pixels alone: no EXIF, no comments, no profiles."""
    transparency = image.info.get("transparency")
    image = image.copy()
    image.info = {} if transparency is None else {"transparency": transparency}
    return image


def _saved(image: Image.Image, format: str, **extra: Any) -> Picture:
    out = io.BytesIO()
    quality = {"quality": 85} if format in ("JPEG", "WEBP") else {}
    image.save(out, format, **quality, **extra)
    return Picture(out.getvalue(), _MIMES[format], _ENDINGS[format], image.width, image.height)
