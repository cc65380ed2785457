"""What is taken as a file, and what is left of an image (reliability X11)."""

from __future__ import annotations

import io
import random
import resource
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image

from mobilegpt.chat import file_types
from mobilegpt.core.errors import ErrorCode, Invalid
from tests.pictures import animation, bomb, double_exposure, opened, photo_with_a_place, picture

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_PAGE = b"<!doctype html><script>alert(1)</script>"


class Kept:
    """What is stored of an upload, with its bytes."""

    def __init__(self, cleaned: file_types.Cleaned) -> None:
        self.content = cleaned.content.read()
        self.mime, self.extension, self.name = cleaned.mime, cleaned.extension, cleaned.name
        assert len(self.content) == cleaned.size


def clean(name: str, content: bytes) -> Kept:
    file = io.BytesIO(content)
    return Kept(file_types.clean(name, file, file_types.kind_of(name, file)))


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(zipfile.ZipInfo(name), "x")  # without the time of day: it would name the test
    return out.getvalue()


# --- what is refused


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", _SVG),
        ("a.html", _PAGE),
        ("a.exe", b"MZ"),
        ("a", b"\x7fELF\x02\x01\x01\0\0"),
        ("a.php.", b"hello"),
        ("a.png", _SVG),
        ("a.png", _PAGE),
        ("a.jpg", picture("PNG")),
        ("a.png", picture("PNG")[:60]),
        ("a.gif", b"GIF89a" + _PAGE),
        ("a.webp", b"RIFF\x10\0\0\0WEBP" + _PAGE),
        ("a.png", bomb()),
        ("a.png", bomb(4001, 4000)),
        ("a.gif", animation("GIF", 201)),
        ("a.pdf", _PAGE),
        ("a.mp3", _PAGE),
        ("a.wav", b"RIFF\0\0\0\0AVI LIST"),
        ("a.doc", b"hello"),
        ("a.docx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.docx", b"PK\x03\x04 and nothing more"),
        ("a.xlsx", archive("word/document.xml")),
        ("a.txt", b"a\0b"),
        ("a.txt", b"\xff\xfe\xfd\x81"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        clean(name, content)
    assert refused.value.code == ErrorCode.UNSUPPORTED_FILE
    assert refused.value.details == {"field": "file"}


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("a.PDF", b"%PDF-1.7 ...", "application/pdf"),
        ("소리.m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("a.mp3", b"ID3\x04", "audio/mpeg"),
        ("a.ogg", b"OggS", "audio/ogg"),
        ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-hwp"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), None),
        ("a.hwpx", archive("mimetype", "Contents/section0.xml"), "application/hwp+zip"),
        ("a.txt", "안녕하세요".encode(), "text/plain; charset=utf-8"),
        ("a.txt", "안녕하세요".encode("cp949"), "text/plain; charset=euc-kr"),
    ],
)
def test_sound_and_documents_are_kept_as_they_are(name: str, content: bytes, mime: str | None) -> None:
    kept = clean(name, content)
    assert kept.content == content
    assert mime is None or kept.mime == mime
    assert kept.extension == name.rpartition(".")[2].lower()


# --- images are drawn anew


def test_a_photo_loses_where_and_how_it_was_taken_and_stands_upright() -> None:
    content = photo_with_a_place((40, 30))
    assert b"SecretCamera" in content
    kept = clean("IMG_0001.JPEG", content)
    assert (kept.mime, kept.extension) == ("image/jpeg", "jpg")
    image = opened(kept.content)
    assert image.size == (30, 40)
    assert not image.getexif()
    assert b"Secret" not in kept.content
    assert b"Exif" not in kept.content


def _exif(maker: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = maker.decode()
    return exif.tobytes()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_an_image_with_broken_exif_is_an_image(format: str) -> None:
    content = picture(format, exif=b"Exif\0\0Secret")
    assert opened(clean(f"a.{format.lower()}", content).content).size == (40, 30)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF"])
def test_words_in_an_image_are_not_kept(format: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Author", "Secret")
    secrets: dict[str, dict[str, Any]] = {
        "PNG": {"pnginfo": note, "icc_profile": b"Secret"},
        "WEBP": {"exif": _exif(b"Secret"), "xmp": b"Secret"},
        "GIF": {"comment": b"Secret"},
    }
    content = picture(format, **secrets[format])
    assert b"Secret" in content
    kept = clean(f"a.{format.lower()}", content)
    assert b"Secret" not in kept.content
    assert opened(kept.content).size == (40, 30)


@pytest.mark.parametrize("format", ["PNG", "GIF", "JPEG", "WEBP"])
def test_what_hides_behind_an_image_is_gone(format: str) -> None:
    """Polyglots: an image to one reader, a page or a program to another."""
    kept = clean(f"a.{format.lower()}", picture(format) + _PAGE + archive("evil.class"))
    assert b"script" not in kept.content
    assert b"evil" not in kept.content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert opened(clean("a.png", picture("PNG", mode=mode)).content).size == (40, 30)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_taken(mode: str) -> None:
    assert opened(clean("a.jpg", picture("JPEG", mode=mode)).content).size == (40, 30)


def test_of_several_exposures_the_first_is_kept() -> None:
    kept = clean("portrait.jpg", double_exposure())
    image = opened(kept.content)
    assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("JPEG", (64, 48), 1)
    red, _, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > blue


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_an_animation_still_moves(format: str) -> None:
    image = opened(clean(f"a.{format.lower()}", animation(format)).content)
    assert getattr(image, "n_frames", 1) == 3


@pytest.mark.parametrize(("format", "size"), [("JPEG", (9000, 3000)), ("PNG", (5000, 2000)), ("GIF", (3000, 1000))])
def test_a_large_picture_is_made_smaller(format: str, size: tuple[int, int]) -> None:
    image = opened(clean(f"a.{format.lower()}", picture(format, size)).content)
    assert image.size == (2560, round(2560 * size[1] / size[0]))


def test_a_huge_photo_is_decoded_in_little_memory() -> None:
    """A phone's 200 megapixels; the whole of it would be 600 MB."""
    content = picture("JPEG", (16320, 12240), mode="L")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    image = opened(clean("a.jpg", content).content)
    assert max(image.size) == 2560
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_progressive_photo_has_to_be_small() -> None:
    """Its coefficients are held whole, whatever part of it is wanted."""
    assert clean("a.jpg", picture("JPEG", (3000, 2000), progressive=True))
    with pytest.raises(Invalid):
        clean("a.jpg", picture("JPEG", (9000, 6000), mode="L", progressive=True))


def test_broken_images_never_break_us() -> None:
    chance = random.Random(7)
    whole = {name: picture(name.upper().replace("JPG", "JPEG"), (64, 64)) for name in ("png", "jpg", "gif", "webp")}
    for name, content in whole.items():
        for _ in range(60):
            broken = bytearray(content)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            with suppress(Invalid):
                clean(f"a.{name}", bytes(broken))
