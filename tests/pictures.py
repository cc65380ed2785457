"""Image files for uploads: honest ones, and those that are not what they seem."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def picture(format: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """One colour; ``options`` go to Pillow's writer."""
    out = io.BytesIO()
    Image.new(mode, size, 128).save(out, format, **options)
    return out.getvalue()


def photo_with_a_place(size: tuple[int, int] = (40, 30)) -> bytes:
    """A JPEG as a phone writes it: turned by its EXIF, which also tells where and by which camera it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)  # latitude
    return picture("JPEG", size, exif=exif.tobytes(), comment=b"SecretComment")


def heic(image: Image.Image | None = None, **options: object) -> bytes:
    """As iPhones and Samsungs keep photos; ``exif`` turns it as their cameras do."""
    from pillow_heif import from_pillow

    file = from_pillow(image or Image.new("RGB", (40, 30), 128))
    out = io.BytesIO()
    file.save(out, **options)
    return out.getvalue()


def double_exposure() -> bytes:
    """Two pictures in one JPEG, as phones write portraits and bright scenes (MPO)."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (32, 24), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def animation(format: str, frames: int = 3) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", (16, 12), (number * 20 % 256, 0, 0)) for number in range(frames)]
    pictures[0].save(out, format, save_all=True, append_images=pictures[1:], duration=50)
    return out.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes whose header promises many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
