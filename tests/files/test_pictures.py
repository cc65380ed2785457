"""Pictures drawn anew look as they looked, upright and in sRGB, and tell nothing else (reliability X11)."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageSequence, ImageStat

from mobilegpt.core.errors import ErrorCode, Invalid, Unavailable
from mobilegpt.files import pictures
from mobilegpt.files.pictures import Picture, draw, format_of
from tests import profiles
from tests.pictures import heic, opened, picture
from tests.profiles import ADOBE_RGB, DISPLAY_P3, SRGB

# How an upright picture is stored for each of EXIF's turns.
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("P", "L", "RGB"),
    "HEIF": ("RGB", "RGBA", "L"),
    "AVIF": ("RGB", "RGBA"),
}
_SPACES = {"none": None, "sRGB": SRGB, "Display P3": DISPLAY_P3, "Adobe RGB": ADOBE_RGB}


def drawn(content: bytes, format: str | None = None) -> Picture:
    found = format_of(content[:64])
    assert found is not None
    assert format in (None, found)
    return draw(io.BytesIO(content), found)


def scene(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """No two corners alike, so that a turn shows; soft, so that compression hardly does."""
    width, height = size
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (across, down, Image.new("L", size, 90)))
    ImageDraw.Draw(image).rectangle((0, 0, width // 3, height // 3), (40, 60, 200))
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(size).point(lambda value: 255 if value > 100 else 0))
        return image
    if mode == "I;16":
        grey = image.convert("L").convert("I").point(lambda value: value * 257)
        return grey.convert("I;16")
    return image.convert(mode)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    if format == "HEIF":
        return heic(image, **options)
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def exif(turn: int) -> bytes:
    notes = Image.Exif()
    notes[0x0112] = turn
    notes[0x010F] = "SecretCamera"
    notes.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)  # latitude
    return notes.tobytes()


def apart(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures as they look on white, in steps of 255."""
    shown = [
        Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
        for image in (one, other)
    ]
    return max(ImageStat.Stat(ImageChops.difference(*shown)).mean)


def recoloured(image: Image.Image, primaries: Any) -> Image.Image:
    """The same device values, seen through a profile: by arithmetic, pixel for pixel."""
    out = image.convert("RGBA")
    pixels: Any = out.load()
    for x in range(out.width):
        for y in range(out.height):
            *colour, alpha = pixels[x, y]
            pixels[x, y] = (*profiles.in_srgb(tuple(colour), primaries), alpha)
    return out


# --- the whole of it, over generated pictures


@st.composite
def files(draw_from: st.DrawFn) -> tuple[str, str, str, int, tuple[int, int]]:
    format = draw_from(st.sampled_from(sorted(_MODES)))
    mode = draw_from(st.sampled_from(_MODES[format]))
    # GIF knows neither; the turns of HEIF and AVIF are boxes of their own, which their writers take from EXIF.
    space = draw_from(st.sampled_from(sorted(_SPACES))) if format != "GIF" and mode in ("RGB", "RGBA", "P") else "none"
    turn = draw_from(st.integers(1, 8)) if format in ("JPEG", "PNG", "WEBP") else 1
    return format, mode, space, turn, (draw_from(st.integers(32, 90)), draw_from(st.integers(32, 90)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
@example(("PNG", "P", "Display P3", 6, (40, 60)))
@example(("JPEG", "RGB", "Adobe RGB", 5, (60, 40)))
@example(("HEIF", "RGB", "Display P3", 1, (64, 48)))
@example(("WEBP", "RGBA", "Display P3", 7, (64, 48)))
def test_a_picture_looks_as_it_looked(case: tuple[str, str, str, int, tuple[int, int]]) -> None:
    format, mode, space, turn, size = case
    upright = scene(size, mode)
    stored = upright if (move := _STORED[turn]) is None else upright.transpose(move)
    finest: dict[str, dict[str, Any]] = {
        "JPEG": {"subsampling": 0},
        "HEIF": {"chroma": 444},
        "AVIF": {"subsampling": "4:4:4"},
    }
    options: dict[str, Any] = {"quality": 95} if format in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    options |= finest.get(format, {})
    if turn > 1:
        options["exif"] = exif(turn)
    if (primaries := _SPACES[space]) is not None:
        options["icc_profile"] = profiles.rgb_profile(primaries)
    content = saved(stored, format, **options)
    kept = drawn(content, format)
    image = opened(kept.content)
    assert image.size == size == (kept.width, kept.height)
    assert image.mode in ("RGB", "RGBA", "L", "LA", "P", "1")
    assert not image.getexif()
    assert "icc_profile" not in image.info
    assert b"Secret" not in kept.content
    expected = scene(size, "L") if mode == "I;16" else upright.convert("RGB") if mode == "CMYK" else upright
    if primaries is not None:
        expected = recoloured(expected, primaries)
    assert apart(image, expected) < 9, case


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_every_turn_stands_upright(format: str, turn: int) -> None:
    upright = scene((64, 40))
    stored = upright if (move := _STORED[turn]) is None else upright.transpose(move)
    image = opened(drawn(saved(stored, format, exif=exif(turn))).content)
    assert image.size == (64, 40)
    assert apart(image, upright) < 7


# --- greys and inks


def test_sixteen_bits_of_grey_are_scaled_not_cut_off() -> None:
    image = Image.new("I;16", (256, 4))
    for x in range(256):
        for y in range(4):
            image.putpixel((x, y), x * 257)
    kept = opened(drawn(saved(image, "PNG")).content)
    assert [kept.getpixel((x, 0)) for x in range(256)] == list(range(256))


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.6])
@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_grey_has_profiles_too(mode: str, gamma: float) -> None:
    grey = Image.new("L", (8, 8), 100)
    made = {"L": grey, "LA": grey.convert("LA"), "I;16": Image.new("I;16", (8, 8), 100 * 257)}[mode]
    kept = opened(drawn(saved(made, "PNG", icc_profile=profiles.grey_profile(gamma))).content).convert("L")
    found = kept.getpixel((4, 4))
    assert isinstance(found, int)
    assert abs(found - profiles.grey_in_srgb(100, gamma)) <= 2


def test_ink_looks_as_its_profile_says() -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    plain = opened(drawn(saved(cyan, "JPEG", quality=95)).content).getpixel((8, 8))
    profiled = opened(drawn(saved(cyan, "JPEG", quality=95, icc_profile=profiles.strange_ink_profile())).content)
    red, green, blue = profiled.getpixel((8, 8))  # type: ignore[misc]
    assert red > 180 > 120 > max(green, blue)
    assert plain[0] < 20  # type: ignore[index]
    white = Image.new("CMYK", (16, 16), (0, 0, 0, 0))
    kept = opened(drawn(saved(white, "JPEG", icc_profile=profiles.strange_ink_profile())).content)
    assert min(kept.getpixel((8, 8))) > 250  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "profile",
    [b"Secret", b"", profiles.rgb_profile(SRGB)[:150], profiles.strange_ink_profile(), profiles.grey_profile(2.2)],
    ids=["words", "empty", "half", "of ink", "of grey"],
)
def test_a_profile_that_does_not_fit_says_nothing(profile: bytes) -> None:
    kept = drawn(saved(scene((40, 30)), "PNG", icc_profile=profile))
    assert apart(opened(kept.content), scene((40, 30))) < 2


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1", "I;16"])
def test_a_colour_that_is_clear_stays_clear(mode: str) -> None:
    """PNG's other way of transparency, which a resize must not lose either."""
    for size in ((40, 30), (5000, 1500)):
        image = Image.new(mode, size, 0)
        image.paste(
            1 if mode in ("P", "1") else 65535 if mode == "I;16" else 255 if mode == "L" else "white",
            (0, 0, size[0] // 2, size[1]),
        )
        if mode == "P":
            image.putpalette([0, 0, 0, 255, 255, 255])
        kept = opened(drawn(saved(image, "PNG", transparency=(0, 0, 0) if mode == "RGB" else 0)).content).convert(
            "RGBA"
        )
        assert kept.getpixel((2, 2)) == (255, 255, 255, 255)
        assert kept.getpixel((kept.width - 2, 2))[3] == 0  # type: ignore[index]


# --- sizes


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((1080, 2400), (1080, 2400)),
        ((1080, 12_000), (1080, 12_000)),
        ((1440, 20_000), (1080, 15_000)),
        ((720, 9_000), (720, 9_000)),
        ((4000, 3000), (2560, 1920)),
        ((3000, 4000), (1920, 2560)),
        ((9000, 3000), (2560, 853)),
        ((12_000, 900), (9600, 720)),
    ],
)
def test_what_is_tall_stays_readable_in_its_width(size: tuple[int, int], kept: tuple[int, int]) -> None:
    made = drawn(picture("PNG", size, mode="L"))
    assert (made.width, made.height) == kept


def test_a_tall_photo_is_not_decoded_too_small() -> None:
    assert opened(drawn(picture("JPEG", (2160, 12_000), mode="L")).content).size == (1080, 6000)


# --- what moves


def frames_of(content: bytes) -> tuple[list[Image.Image], list[int]]:
    image = Image.open(io.BytesIO(content))
    shown, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        durations.append(round(frame.info["duration"]))
        shown.append(frame.convert("RGBA"))
    return shown, durations


def moving(clear: bool, count: int = 4, size: tuple[int, int] = (48, 32)) -> list[Image.Image]:
    """A ball that rolls; over nothing, where ``clear``, so that a trail would show."""
    made = []
    for number in range(count):
        frame = Image.new("RGBA", size, (0, 0, 0, 0) if clear else (20, 120, 60, 255))
        at = number * (size[0] - 12) // max(1, count - 1)
        ImageDraw.Draw(frame).rectangle((at, 8, at + 11, 19), (250, 40 + 50 * number, 10, 255))
        made.append(frame)
    return made


@pytest.mark.parametrize("clear", [False, True], ids=["filled", "clear"])
@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_what_moves_moves_as_it_did(format: str, clear: bool) -> None:
    made, durations = moving(clear), [100, 250, 400, 70]
    of_format: dict[str, dict[str, Any]] = {
        "GIF": {"disposal": 2, "loop": 0},
        "PNG": {"loop": 0},
        "WEBP": {"lossless": True, "loop": 0, "kmin": 0, "kmax": 1},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    content = saved(made[0], format, save_all=True, append_images=made[1:], duration=durations, **of_format[format])
    kept = drawn(content)
    assert kept.mime == {"GIF": "image/gif", "PNG": "image/png"}.get(format, "image/webp")
    shown, lasting = frames_of(kept.content)
    assert lasting == durations
    for one, other in zip(shown, made, strict=True):
        assert apart(one, other) < 8


@pytest.mark.parametrize("loop", [None, 0, 1, 3])
@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_what_plays_so_often_plays_so_often(format: str, loop: int | None) -> None:
    made = moving(clear=False)
    options = {} if loop is None else {"loop": loop}
    content = saved(made[0], format, save_all=True, append_images=made[1:], duration=100, **options)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(drawn(content).content))
    assert after.info.get("loop") == before.info.get("loop")
    if format == "GIF" and loop is None:
        assert "loop" not in after.info  # it plays once


def test_the_picture_for_those_who_cannot_play_is_no_frame() -> None:
    made = moving(clear=False)
    hint = Image.new("RGBA", made[0].size, "blue")
    content = saved(hint, "PNG", save_all=True, append_images=made, default_image=True, duration=120)
    shown, lasting = frames_of(drawn(content).content)
    assert lasting == [120] * 4
    assert apart(shown[0], made[0]) < 2


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_what_moves_is_turned_too(turn: int) -> None:
    made = moving(clear=False)
    move = _STORED[turn]
    assert move is not None
    stored = [frame.transpose(move) for frame in made]
    content = saved(
        stored[0], "WEBP", save_all=True, append_images=stored[1:], duration=80, exif=exif(turn), lossless=True
    )
    shown, _ = frames_of(drawn(content).content)
    assert all(apart(one, other) < 6 for one, other in zip(shown, made, strict=True))


def test_a_long_animation_is_made_smaller_a_longer_one_refused() -> None:
    made = moving(clear=False, count=50, size=(800, 600))  # 24 million pixels
    kept = drawn(saved(made[0], "GIF", save_all=True, append_images=made[1:], duration=50))
    assert kept.width * kept.height * 50 <= 16_000_000
    assert abs(kept.width / kept.height - 800 / 600) < 0.02
    much = Image.new("P", (8000, 8000))
    content = saved(much, "GIF", save_all=True, append_images=[Image.new("P", (8000, 8000), 3)], duration=50)
    with pytest.raises(Invalid) as refused:
        drawn(content)
    assert refused.value.code == ErrorCode.UNSUPPORTED_FILE


# --- what phones send


def test_heic_becomes_what_every_browser_shows() -> None:
    kept = drawn(heic(scene((64, 48)), exif=exif(1)))
    assert (kept.mime, kept.extension) == ("image/jpeg", "jpg")
    assert b"Secret" not in kept.content
    clear = drawn(heic(scene((64, 48), "RGBA")))
    assert (clear.mime, clear.extension) == ("image/webp", "webp")


@pytest.mark.parametrize("turn", range(1, 9))
def test_heic_stands_upright(turn: int) -> None:
    """Its turn is a property of the picture; what EXIF repeats of it must not turn it again."""
    upright = scene((64, 48))
    stored = upright if (move := _STORED[turn]) is None else upright.transpose(move)
    kept = opened(drawn(heic(stored, exif=exif(turn))).content)
    assert kept.size == (64, 48)
    assert apart(kept, upright) < 7


@pytest.mark.parametrize("size", [(50_000, 50_000), (9000, 9000), (16, 16)])
def test_a_heic_that_lies_about_its_size_is_refused(size: tuple[int, int]) -> None:
    content = heic(scene((640, 480)))
    measured = (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    assert measured in content
    with pytest.raises(Invalid):
        drawn(content.replace(measured, size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")))


@pytest.mark.parametrize("format", ["HEIF", "AVIF"])
def test_half_of_a_file_is_no_picture(format: str) -> None:
    content = saved(scene((200, 100)), format)
    for part in (40, len(content) // 2, len(content) - 20):
        with suppress(Invalid):  # or some readers fill in what is missing
            assert drawn(content[:part]).width == 200


# --- how many at once


def test_too_many_at_once_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_DRAWING", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "_PATIENCE_SECONDS", 0.05)
    with pictures._DRAWING, pytest.raises(Unavailable):
        drawn(picture())
    assert drawn(picture())


def test_large_ones_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(pictures, "_LARGE_PIXELS", 1000)
    with pictures._DRAWING_A_LARGE_ONE:
        with pytest.raises(Unavailable):
            drawn(picture())
        assert drawn(picture(size=(20, 20)))
    assert drawn(picture())


def test_pillows_guard_is_not_below_ours() -> None:
    assert Image.MAX_IMAGE_PIXELS == pictures._MAX_JPEG_PIXELS
