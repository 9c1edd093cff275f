"""Pictures for tests, drawn: rooms, machines, forms; and what phones and chats do to a copy of one."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter


def scene(number: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Another number, another place."""
    draw = random.Random(number)
    width, height = size

    def colour() -> tuple[int, int, int]:
        return draw.randrange(256), draw.randrange(256), draw.randrange(256)

    light = Image.linear_gradient("L").resize(size).rotate(draw.choice([0, 90, 180, 270]))
    picture = Image.composite(Image.new("RGB", size, colour()), Image.new("RGB", size, colour()), light)
    pen = ImageDraw.Draw(picture)
    for _ in range(draw.randrange(8, 30)):
        x, y = draw.randrange(width), draw.randrange(height)
        box = (x, y, x + draw.randrange(20, width // 2), y + draw.randrange(20, height // 2))
        draw.choice([pen.rectangle, pen.ellipse])(box, fill=colour())
    grain = Image.frombytes("L", size, draw.randbytes(width * height)).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(draw.choice([0, 1, 2]))), grain, 0.06)


def form(number: int) -> Image.Image:
    """The same printed form, filled in differently: the hardest pictures to tell apart."""
    draw = random.Random(number)
    picture = Image.new("RGB", (600, 800), (245, 244, 240))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((170, 40, 430, 74), fill=(30, 30, 30))
    for y in range(110, 700, 23):
        x, end = 54, draw.randrange(270, 560)
        while x < end:
            length = draw.randrange(7, 40)
            pen.rectangle((x, y, x + length, y + 9), fill=(40, 40, 40))
            x += length + 6
    pen.ellipse((370, 630, 510, 750), outline=(200, 30, 30), width=6)
    return picture


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    return _saved(picture, "JPEG", quality=quality)


def png(picture: Image.Image) -> bytes:
    return _saved(picture, "PNG")


def photo(number: int) -> bytes:
    return jpeg(scene(number))


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def _cut(picture: Image.Image, part: float) -> Image.Image:
    width, height = picture.size
    x, y = int(width * part / 2), int(height * part / 2)
    return picture.crop((x, y, width - x, height - y))


COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "compressed hard": lambda picture: jpeg(picture, 30),
    "as a PNG": png,
    "half the size": lambda picture: jpeg(picture.resize((picture.width // 2, picture.height // 2))),
    "as chats shrink it": lambda picture: jpeg(picture.resize((picture.width * 2 // 5, picture.height * 2 // 5)), 55),
    "brighter": lambda picture: jpeg(ImageEnhance.Brightness(picture).enhance(1.15)),
    "darker": lambda picture: jpeg(ImageEnhance.Brightness(picture).enhance(0.8)),
    "more contrast": lambda picture: jpeg(ImageEnhance.Contrast(picture).enhance(1.2)),
    "cut at the edges": lambda picture: jpeg(_cut(picture, 0.02)),
}
"""What a copy has been through. Each gives the bytes of a file."""
