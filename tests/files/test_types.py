"""What is taken as a file, and what is left of an image (reliability X11)."""

from __future__ import annotations

import io
import random
import resource
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.files import types
from tests.pictures import animation, bomb, double_exposure, heic, opened, photo_with_a_place, picture

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_PAGE = b"<!doctype html><script>alert(1)</script>"


class Kept:
    """What is stored of an upload, with its bytes."""

    def __init__(self, cleaned: types.Cleaned) -> None:
        self.content = cleaned.content.read()
        self.mime, self.extension, self.name = cleaned.mime, cleaned.extension, cleaned.name
        assert len(self.content) == cleaned.size


def clean(name: str, content: bytes) -> Kept:
    file = io.BytesIO(content)
    return Kept(types.clean(name, file, types.kind_of(name, file)))


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


# --- a file is what it contains


def boxes(brand: bytes, *tracks: bytes, faststart: bool = True) -> bytes:
    """An MP4 of nothing but its table of contents, at either end."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content) + 8) + kind + content

    def track(handler: bytes) -> bytes:
        head = box(b"mdhd", bytes(24)) + box(b"hdlr", bytes(8) + handler + bytes(13))
        return box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", head))

    contents = box(b"moov", box(b"mvhd", bytes(100)) + b"".join(track(handler) for handler in tracks))
    data = struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 70_016) + bytes(70_000)
    start = box(b"ftyp", brand + bytes(4) + b"isom")
    return start + (contents + data if faststart else data + contents)


def storage(*streams: str) -> bytes:
    """An OLE file (MS-CFB) whose streams are empty."""
    names = ["Root Entry", *streams]
    entries = b""
    for number, name in enumerate(names):
        text = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(names) - 1 else 0xFFFFFFFF
        child = 1 if number == 0 and streams else 0xFFFFFFFF
        kind = 5 if number == 0 else 2
        entries += text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
        entries += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    entries = entries.ljust(-(-len(entries) // 512) * 512, b"\0")
    sectors = len(entries) // 512
    chain = [0xFFFFFFFD, *(number + 2 for number in range(sectors - 1)), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return head + struct.pack("<I", 0) + b"\xff" * 432 + table + entries + bytes(1024)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_WEBM = b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm"


@pytest.mark.parametrize(
    ("name", "content", "mime", "kept_as"),
    [
        ("a.pdf", b"\xef\xbb\xbf%PDF-1.4", "application/pdf", "a.pdf"),
        ("a.pdf", b"\r\n \n%PDF-1.4", "application/pdf", "a.pdf"),
        ("a.pdf", b"\0" * 1000 + b"%PDF-1.4", "application/pdf", "a.pdf"),
        ("보고서", b"\n\n%PDF-1.4", "application/pdf", "보고서.pdf"),
        ("a.hwp", b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05", "application/x-hwp", "a.hwp"),
        ("공문", b"HWP Document File V3.00 \x1a\x01\x02", "application/x-hwp", "공문.hwp"),
        ("a.hwp", storage("FileHeader", "DocInfo", "BodyText"), "application/x-hwp", "a.hwp"),
        ("공문", storage("FileHeader", "DocInfo"), "application/x-hwp", "공문.hwp"),
        ("공문", archive("mimetype", "Contents/section0.xml"), "application/hwp+zip", "공문.hwpx"),
        ("a.docx", storage("EncryptionInfo", "EncryptedPackage"), f"{_OFFICE}.wordprocessingml.document", "a.docx"),
        ("a.xlsx", storage("EncryptedPackage"), f"{_OFFICE}.spreadsheetml.sheet", "a.xlsx"),
        ("a.pptx", storage("EncryptedPackage"), f"{_OFFICE}.presentationml.presentation", "a.pptx"),
        ("a.doc", storage("WordDocument"), "application/msword", "a.doc"),
        ("가계부", storage("Workbook"), "application/vnd.ms-excel", "가계부.xls"),
        ("발표", archive("[Content_Types].xml", "ppt/a.xml"), f"{_OFFICE}.presentationml.presentation", "발표.pptx"),
        ("a.jfif", picture("JPEG"), "image/jpeg", "a.jpg"),
        ("a.jfif", picture("PNG"), "image/png", "a.png"),
        ("사진", picture("WEBP"), "image/webp", "사진.webp"),
        ("IMG_0001.HEIC", heic(), "image/jpeg", "IMG_0001.jpg"),
        ("IMG_0001.heic", picture("JPEG"), "image/jpeg", "IMG_0001.jpg"),  # downloads of photo services
        ("20261130.jpg", heic(), "image/jpeg", "20261130.jpg"),
        ("사진 2026.11.30", heic(), "image/jpeg", "사진 2026.11.30.jpg"),
        ("a.mp4", boxes(b"isom", b"vide", b"soun"), "video/mp4", "a.mp4"),
        ("a.mp4", boxes(b"mp42", b"soun", b"vide", faststart=False), "video/mp4", "a.mp4"),
        ("a.mp4", boxes(b"mp42", b"soun", faststart=False), "audio/mp4", "a.mp4"),
        ("녹음.m4a", boxes(b"M4A ", b"soun"), "audio/mp4", "녹음.m4a"),
        ("영상.m4a", boxes(b"isom", b"soun", b"vide"), "video/mp4", "영상.mp4"),
        ("a.3gp", boxes(b"3gp5", b"vide"), "video/3gpp", "a.3gp"),
        ("a.3gp", boxes(b"3gp4", b"soun"), "audio/3gpp", "a.3gp"),
        ("IMG_2.MOV", boxes(b"qt  ", b"vide", b"soun"), "video/quicktime", "IMG_2.MOV"),
        ("old.mov", boxes(b"qt  ", b"vide")[20:], "video/quicktime", "old.mov"),
        ("영상", boxes(b"isom", b"vide"), "video/mp4", "영상.mp4"),
        ("a.webm", _WEBM + b"\x86\x85V_VP8\x86\x86A_OPUS", "video/webm", "a.webm"),
        ("a.webm", _WEBM + b"\x86\x86A_OPUS", "audio/webm", "a.webm"),
        ("녹음", _WEBM + b"\x86\x86A_OPUS", "audio/webm", "녹음.webm"),
        ("a.amr", b"#!AMR\n\x3c", "audio/amr", "a.amr"),
        ("a.ogg", b"OggS\0\x02", "audio/ogg", "a.ogg"),
        ("a.opus", b"OggS\0\x02", "audio/ogg", "a.opus"),
        ("a.mp3", b"\xff\xfb\x90\x64", "audio/mpeg", "a.mp3"),
        ("a.mp3", b"\0" * 500 + b"\xff\xfb\x90\x64", "audio/mpeg", "a.mp3"),
        ("a.aac", b"\xff\xf1\x50\x80", "audio/aac", "a.aac"),
        ("소리", b"ID3\x04\0\0\0\0\0\x05xxxxx\xff\xfb\x90\x64", "audio/mpeg", "소리.mp3"),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "a.wav"),
        ("명단.csv", "이름,나이\n김,70\n".encode("cp949"), "text/csv; charset=euc-kr", "명단.csv"),
        ("메모", b"hello", "text/plain; charset=utf-8", "메모.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:16]),
)
def test_a_file_is_what_it_contains(name: str, content: bytes, mime: str, kept_as: str) -> None:
    kept = clean(name, content)
    assert (kept.mime, kept.name) == (mime, kept_as)
    assert kept.name.lower().endswith(f".{kept.extension}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>x</script>%PDF-1.4"),
        ("a.pdf", b"\n" * 1030 + b"%PDF-1.4"),
        ("a.doc", storage("EncryptedPackage")),
        ("a.hwp", storage("WordDocument")),
        ("a.docx", storage("WordDocument")),
        ("a", storage("EncryptedPackage")),
        ("a.jfif", _PAGE),
        ("a.heic", _PAGE),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(500)),
        ("a.mp4", _PAGE),
        ("a.mp4", _WEBM),
        ("a.mp4", heic()),
        ("a.webm", b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"),
        ("a.mp3", "가나다".encode("utf-16")),
        ("a.exe", picture("PNG")),
        ("a.html", b"hello"),
        ("a.svg", b"hello"),
        ("a.svgz", b"hello"),
        ("a.xhtml", b"hello"),
        ("a", b"MZ\x90\0\x03\0\0\0"),
        ("a", bytes(range(256))),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:16]),
)
def test_what_contradicts_itself_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        clean(name, content)
    assert refused.value.code == ErrorCode.UNSUPPORTED_FILE


_WORDS = "안녕하세요 반갑습니다 수업은 열 시 휴대전화로 사진을 보내요 ! ? . , ( ) 12 OK\n똠방각하 펲시"
_SENTENCES = st.lists(st.sampled_from(_WORDS.split(" ")), min_size=2).map(" ".join)


@settings(deadline=None)
@given(_SENTENCES, st.sampled_from(["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"]))
@example("안녕하세요", "utf-16-le")
@example("안녕하세요", "utf-16-be")
@example("안녕하세요", "cp949")
@example("똠방각하", "cp949")
@example("hello", "utf-16-le")
@example("가" * 100_000, "cp949")
def test_a_text_comes_back_with_its_charset(text: str, written: str) -> None:
    content = text.encode(written)
    for name in ("a.txt", "메모"):
        kept = clean(name, content)
        assert kept.content == content
        charset = kept.mime.partition("charset=")[2]
        assert content.decode({"windows-949": "cp949"}.get(charset, charset)).removeprefix("\ufeff") == text


def test_a_text_is_read_to_its_end() -> None:
    long = b"hello\n" * 40_000
    assert clean("a.txt", long + "안녕".encode("cp949")).mime == "text/plain; charset=euc-kr"
    for broken in (long + b"\0", long + b"\xff\xff"):
        with pytest.raises(Invalid):
            clean("a.txt", broken)


def test_a_name_stays_within_its_length() -> None:
    kept = clean("가" * 200, b"hello")
    assert len(kept.name) == 200
    assert kept.name.endswith("가.txt")


def test_a_zip_with_a_huge_directory_costs_little() -> None:
    """Its list of names would take ten times what it weighs."""
    names = [f"word/{number}" for number in range(60_000)]
    content = archive("[Content_Types].xml", *names)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid):
            clean("a.docx", content)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_what_is_refused_costs_little_memory() -> None:
    """X11: whatever a header promises."""
    clean("a.heic", heic())  # its library is loaded once
    large = heic(Image.new("RGB", (640, 480)))
    before = _peak(afresh=True)
    for name, content in {
        "a.png": bomb(),
        "a.gif": b"GIF89a" + struct.pack("<HH", 65_000, 65_000) + bytes(50),
        "a.webp": b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0" + bytes(20),
        "a.heic": large.replace(struct.pack(">II", 640, 480), struct.pack(">II", 60_000, 60_000)),
        "a.mp4": _PAGE * 100_000,
    }.items():
        with pytest.raises(Invalid):
            clean(name, content)
    assert _peak() - before < 20_000


def _peak(*, afresh: bool = False) -> int:
    """The most memory of this process, in KiB; ``afresh``: from now on."""
    if afresh:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])
