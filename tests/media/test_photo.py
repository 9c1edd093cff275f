"""The same picture is known again after what chats do to it, and different ones are told apart; hostile files (V4)."""

from __future__ import annotations

import io
import itertools
import struct
import zlib

import pytest
from PIL import Image

from media.photo import ALIKE, Photo, PhotoProblem, SeenPhotos, difference, examine
from tests.kit.photos import COPIES, form, jpeg, photo, png, scene

SCENES = [scene(number) for number in range(24)]
FORMS = [form(number) for number in range(16)]


def print_of(data: bytes) -> str:
    seen = examine(data)
    assert isinstance(seen, Photo)
    return seen.fingerprint


ORIGINALS = [print_of(jpeg(picture)) for picture in SCENES + FORMS]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_known_again(copy: str) -> None:
    away = [
        difference(print_of(COPIES[copy](picture)), original)
        for picture, original in zip(SCENES + FORMS, ORIGINALS, strict=True)
    ]
    assert max(away) <= ALIKE, sorted(away)


def test_different_pictures_are_told_apart_even_the_same_form_filled_in_differently() -> None:
    apart = [difference(one, other) for one, other in itertools.combinations(ORIGINALS, 2)]
    assert min(apart) > ALIKE


def test_a_photo_turned_by_its_camera_is_the_same_as_one_with_turned_pixels() -> None:
    """Phones write how they were held; chats turn the pixels and drop the note."""
    upright = SCENES[0]
    noted = Image.Exif()
    noted[0x0112] = 6
    lying = io.BytesIO()
    upright.rotate(90, expand=True).save(lying, "JPEG", quality=90, exif=noted)
    assert difference(print_of(lying.getvalue()), print_of(jpeg(upright))) <= ALIKE


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_plain_picture_has_no_fingerprint(shade: int) -> None:
    """A wall is like every other wall; nobody is accused over it."""
    assert examine(jpeg(Image.new("RGB", (400, 300), (shade, shade, shade)))) == Photo(400, 300, "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 no picture",
        b"#!AMR\n" + bytes(200),
        b"\xff\xd8\xff" + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_not_a_photo_is_named(data: bytes) -> None:
    assert examine(data) is PhotoProblem.NOT_A_PHOTO


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_half_a_photo_is_named(kept: float) -> None:
    whole = photo(1)
    assert examine(whole[: int(len(whole) * kept)]) is PhotoProblem.TRUNCATED


def test_a_picture_of_a_hundred_megapixels_is_refused_by_its_header_alone() -> None:
    """A bomb: a few kilobytes that unpack to 300 MB. Its pixels are broken here, so reading them would be TRUNCATED."""
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    assert examine(bomb) is PhotoProblem.TOO_LARGE


def test_the_largest_pictures_of_phones_are_taken() -> None:
    data = png(Image.effect_mandelbrot((8192, 6144), (-2, -1.5, 1, 1.5), 2))
    assert isinstance(examine(data), Photo)


def test_all_photos_so_far_are_looked_through_and_the_oldest_comes_first() -> None:
    seen = SeenPhotos()
    for number, picture in ((5, SCENES[0]), (9, SCENES[1]), (12, SCENES[0]), (20, SCENES[0])):
        seen.add(number, print_of(jpeg(picture)))
    again = print_of(COPIES["as chats shrink it"](SCENES[0]))
    assert seen.alike(again) == [5, 12, 20]
    assert seen.alike(print_of(photo(77))) == []
    assert seen.newest == 20
