"""Screenshots as phones make them: flat areas, words and a photo, whose grain decides how large the file becomes."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

SCREEN = (1080, 2340)


def of_a_lesson(number: int) -> bytes:
    """A PNG which, kept as a step's picture, has between 60 and 90 KB at 720 pixels (who keeps it checks that)."""
    return _png(_screen(number, photo_share=0.35, blur=10, sigma=44))


def of_a_phone(number: int) -> bytes:
    """A PNG of about 3 MB."""
    return _png(_screen(number, photo_share=0.44, blur=1, sigma=40))


def _screen(number: int, *, photo_share: float, blur: int, sigma: float) -> Image.Image:
    """``blur``: grains of the photo are so many pixels wide. No two numbers give the same bytes."""
    width, height = SCREEN
    image = Image.new("RGB", SCREEN, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 160), fill=(254, 229 - number, 0))
    draw.text((40, 40), f"{number + 1}", fill="black", font_size=80)
    for row in range(220, height, 130):
        draw.rounded_rectangle((40, row, width - 40, row + 100), 24, fill=(242, 242, 242), outline=(200, 200, 200))
        draw.text((80, row + 25), f"Row {row} of screen {number + 1}: press here", fill=(30, 30, 30), font_size=42)
    photo = (width - 80, int(height * photo_share))
    grains = (photo[0] // blur, photo[1] // blur)
    grain = Image.merge("RGB", [Image.effect_noise(grains, sigma) for _ in range(3)])
    image.paste(grain.resize(photo, Image.Resampling.BICUBIC), (40, height - photo[1] - 40))
    return image


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
