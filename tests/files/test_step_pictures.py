"""Pictures of steps: upright in every size, what was hidden gone, nothing else taken in (contract 11.11)."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge
from mobilegpt.files import lesson_files
from mobilegpt.files.step_pictures import MAX_BYTES, WHOLE, Area, Size, make_sizes
from tests.files.test_pictures import _STORED as STORED
from tests.files.test_pictures import exif
from tests.pictures import animation, bomb, double_exposure, heic, opened, picture

_GREY = (96, 96, 96)


@pytest.fixture(autouse=True, scope="module")
def kept() -> Iterator[dict[str, bytes]]:
    """What was stored, by name: no folder is needed to look at pictures."""
    found: dict[str, bytes] = {}

    def keep(content: bytes, ending: str) -> str:
        name = f"{len(found)}.{ending}"
        found[name] = content
        return name

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesson_files, "keep", keep)
        yield found


def scene(size: tuple[int, int] = (640, 900)) -> Image.Image:
    """No two corners alike."""
    width, height = size
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 3), (200, 30, 30))
    draw.rectangle((width // 2, 0, width, height // 3), (30, 160, 30))
    draw.rectangle((0, height // 2, width // 3, height), (40, 60, 200))
    return image


def saved(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def sizes_of(content: bytes, **options: Any) -> list[Size]:
    return make_sizes(io.BytesIO(content), **options)


def shown(kept: dict[str, bytes], size: Size) -> Image.Image:
    image = opened(kept[size.file])
    assert (image.format, image.size) == ("WEBP", (size.width, size.height))
    return image.convert("RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean)


# --- sizes


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((1440, 3120), [1080, 720, 360]),
        ((1080, 1920), [1080, 720, 360]),
        ((800, 600), [800, 720, 360]),
        ((360, 640), [360]),
        ((16, 16), [16]),
        ((400, 12_000), [273]),  # a page of such a length is made to fit
    ],
)
def test_there_are_three_widths_and_nothing_is_enlarged(
    kept: dict[str, bytes], size: tuple[int, int], widths: list[int]
) -> None:
    sizes = sizes_of(saved(scene(size)))
    assert [one.width for one in sizes] == widths
    for one in sizes:
        assert abs(one.width - one.height * size[0] / size[1]) <= 1
        assert apart(shown(kept, one), scene(size)) < 6


def test_a_screenshot_of_words_is_small_and_sharp(kept: dict[str, bytes]) -> None:
    image = Image.new("RGB", (1080, 2340), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    words = random.Random(1)
    for line in range(60, 2300, 90):
        draw.text((60, line), "".join(words.choices("abcdefghijklmnop ", k=38)), (20, 20, 20), font_size=44)
        draw.line((0, line + 70, 1080, line + 70), (220, 220, 220))
    whole, middle, _ = sizes_of(saved(image))
    assert len(kept[middle.file]) < 90_000
    # Black is black and white is white next to each other: no letter is a smear.
    grey = shown(kept, whole).convert("L").crop((60, 60, 900, 110))
    assert grey.getextrema()[0] < 50  # type: ignore[operator]
    assert grey.getextrema()[1] > 240  # type: ignore[operator]


# --- upright, and nothing but pixels


@pytest.mark.parametrize("turn", STORED)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_each_of_the_eight_turns_stands_upright(kept: dict[str, bytes], format: str, turn: int) -> None:
    stored = STORED[turn]
    lying = scene() if stored is None else scene().transpose(stored)
    sizes = sizes_of(saved(lying, format, exif=exif(turn), quality=95))
    assert len(sizes) == 2
    for size in sizes:
        assert apart(shown(kept, size), scene()) < 6
        assert b"SecretCamera" not in kept[size.file]
        assert not opened(kept[size.file]).getexif()


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_heic_stands_upright(kept: dict[str, bytes], turn: int) -> None:
    stored = STORED[turn]
    lying = scene() if stored is None else scene().transpose(stored)
    (whole, _) = sizes_of(heic(lying, exif=exif(turn)))
    assert apart(shown(kept, whole), scene()) < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_one(kept: dict[str, bytes], mode: str) -> None:
    (size,) = sizes_of(picture("PNG", mode=mode))
    shown(kept, size)


def test_what_is_clear_is_white(kept: dict[str, bytes]) -> None:
    (size,) = sizes_of(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0))))
    assert shown(kept, size).getpixel((20, 20)) == (255, 255, 255)


def test_of_several_pictures_the_first_is_kept(kept: dict[str, bytes]) -> None:
    for content in (animation("WEBP"), animation("PNG"), double_exposure()):
        (size,) = sizes_of(content + b"") if content[:2] == b"\xff\xd8" else sizes_of(_larger(content))
        assert getattr(opened(kept[size.file]), "n_frames", 1) == 1


def _larger(content: bytes) -> bytes:
    """The same animation, of frames that are not too small."""
    frames = [frame.resize((32, 24)) for frame in _frames(content)]
    format = opened(content).format
    return saved(frames[0], str(format), save_all=True, append_images=frames[1:], duration=50)


def _frames(content: bytes) -> list[Image.Image]:
    image = Image.open(io.BytesIO(content))
    found = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        found.append(image.convert("RGB"))
    return found


# --- refused


def _archive() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("evil.class", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
        picture("GIF"),
        picture("BMP"),
        picture("AVIF"),
        picture("PNG", (15, 200)),
        bomb(),
        bomb(40_000, 900),
        saved(scene())[:900],
        saved(scene()) + b"<HTML><body>",
        saved(scene()) + b"<script src=x>",
        saved(scene()) + b"<?php system($_GET[0]);",
        saved(scene()) + _archive(),
        saved(scene(), "JPEG", comment=b"%PDF-1.7 1 0 obj"),
        saved(scene(), "JPEG", comment=b"<!DOCTYPE html><script>"),
    ],
    ids=range(16),
)
def test_what_is_no_picture_or_more_than_one_is_refused(kept: dict[str, bytes], content: bytes) -> None:
    before = len(kept)
    with pytest.raises(Invalid) as refused:
        sizes_of(content)
    assert (refused.value.code, refused.value.details) == (ErrorCode.UNSUPPORTED_FILE, {"field": "file"})
    assert len(kept) == before


def test_what_a_phone_hangs_on_is_taken_and_gone(kept: dict[str, bytes]) -> None:
    """The trailer of a phone's gallery, and a film behind a photo."""
    for trailer in (b"SEFH\x00\x00\x00\x00SEFT", b"\x00\x00\x00\x18ftypmp42" + b"film" * 500):
        (whole, _) = sizes_of(saved(scene(), "JPEG") + trailer)
        assert trailer not in kept[whole.file]


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(TooLarge):
        sizes_of(saved(scene()) + b"\0" * MAX_BYTES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.data())
def test_damaged_files_are_refused_or_drawn(format: str, data: st.DataObject) -> None:
    whole = bytearray(saved(scene((64, 48)), format))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Invalid):  # any other exception is a defect
        assert sizes_of(bytes(whole))


# --- hidden and cut


def _secret(size: tuple[int, int], area: Area) -> Image.Image:
    """Bright noise where nobody may see, white around it: whatever shines through would show."""
    image = Image.new("RGB", size, "white")
    left, top = round(area.x * size[0]), round(area.y * size[1])
    right, bottom = round((area.x + area.w) * size[0]), round((area.y + area.h) * size[1])
    noise = Image.effect_noise((max(1, right - left), max(1, bottom - top)), 120)
    red = Image.merge("RGB", (noise.point(lambda value: 255), noise, noise.point(lambda value: 0)))
    image.paste(red, (left, top))
    return image


areas = st.builds(
    lambda x, y, w, h: Area(x, y, min(w, 1 - x), min(h, 1 - y)),
    *[st.floats(0, 0.9)] * 2,
    *[st.floats(0.02, 1)] * 2,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(area=areas, size=st.sampled_from([(1200, 500), (500, 720), (100, 90)]))
def test_what_was_hidden_is_gone_in_every_size(kept: dict[str, bytes], area: Area, size: tuple[int, int]) -> None:
    """Whatever was under it: a picture with a secret and one without are the same afterwards."""
    with_secret = sizes_of(saved(_secret(size, area)), hidden=[area])
    without = sizes_of(saved(Image.new("RGB", size, "white")), hidden=[area])
    for one, other in zip(with_secret, without, strict=True):
        assert kept[one.file] == kept[other.file]
    (whole, *_) = with_secret
    x, y = (area.x + area.w / 2) * whole.width, (area.y + area.h / 2) * whole.height
    middle: Any = shown(kept, whole).getpixel((min(int(x), whole.width - 1), min(int(y), whole.height - 1)))
    assert max(abs(one - other) for one, other in zip(middle, _GREY, strict=True)) < 12


def test_a_photo_is_hidden_where_it_shows_not_where_it_was_stored(kept: dict[str, bytes]) -> None:
    area = Area(0.6, 0.7, 0.3, 0.2)
    stored = STORED[6]
    assert stored is not None
    lying = _secret((600, 900), area).transpose(stored)
    (whole, *_) = sizes_of(saved(lying, "JPEG", exif=exif(6), quality=95, subsampling=0), hidden=[area])
    colours: Any = shown(kept, whole).getcolors(1 << 24)
    assert not [pixel for _, pixel in colours if pixel[0] > 150 and pixel[2] < 80]


def test_a_crop_keeps_a_part_and_what_is_hidden_there(kept: dict[str, bytes]) -> None:
    (whole, *_) = sizes_of(saved(scene((800, 900))), crop=Area(0.5, 0, 0.5, 1 / 3), hidden=[Area(0.9, 0, 0.1, 0.1)])
    assert (whole.width, whole.height) == (400, 300)
    image = shown(kept, whole)
    red, green, _ = image.getpixel((100, 150))  # type: ignore[misc]
    assert green > 130 > red
    assert max(abs(one - 96) for one in image.getpixel((390, 10))) < 12  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"crop": Area(0.5, 0.5, 0, 0.2)}, "crop"),
        ({"crop": Area(0, 0, 0.01, 1)}, "crop"),
        ({"crop": Area(1, 0, 0.5, 1)}, "crop"),
        ({"hidden": [Area(0, 0, 1, 1), Area(-0.1, 0, 0.5, 1)]}, "marks"),
        ({"hidden": [Area(0, float("nan"), 0.5, 1)]}, "marks"),
    ],
)
def test_places_outside_of_the_picture_are_refused(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        sizes_of(saved(scene()), **options)
    assert (refused.value.code, refused.value.details) == (ErrorCode.INVALID_REQUEST, {"field": field})


@given(areas, areas)
def test_a_place_in_a_part_is_the_same_place(area: Area, part: Area) -> None:
    assert area.within(WHOLE) == pytest.approx(area)
    found = area.within(part)
    if found is None:
        assert (
            area.x >= part.x + part.w
            or part.x >= area.x + area.w
            or area.y >= part.y + part.h
            or (part.y >= area.y + area.h)
        )
        return
    assert found.is_usable
    left, top = part.x + found.x * part.w, part.y + found.y * part.h
    assert left == pytest.approx(max(area.x, part.x), abs=1e-9)
    assert top + found.h * part.h == pytest.approx(min(area.y + area.h, part.y + part.h), abs=1e-9)
