"""Whether a file is a photo, and a fingerprint by which the same picture is known again (V4).

The fingerprint is a difference hash: the picture as 17 x 16 grey fields, one bit for each pair of neighbours, which of
the two is brighter. It outlives another compression, another size, another brightness and a thin cut at the edges;
measured in tests/media/test_photo.py.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
LARGEST = 64_000_000
"""Pixels. The largest usual mode of phones has 50 million; three times as much would fill half a gigabyte."""
ALIKE = 42
"""Of the 256 bits, so many may differ in copies. Measured on drawn pictures: copies up to 37 (a cut of 4 % of the
width: nine in ten within 42, of 6 %: half of them), different places from 50 (two of 45,000 pairs under 67), the same
form filled in differently from 58. To accuse somebody wrongly is worse than to miss a copy."""
PLAIN = 4.0
"""Standard deviation of the grey: a wall, a night. Such pictures look all the same and get no fingerprint."""
_SIDE = 16
_HOSTILE = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, TypeError, KeyError, IndexError)
"""What Pillow's readers raise for files that lie about themselves."""


class PhotoProblem(StrEnum):
    NOT_A_PHOTO = "not_a_photo"
    TOO_LARGE = "too_large"
    """More pixels than LARGEST: told by the header, nothing of it is unpacked."""
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Photo:
    width: int
    height: int
    fingerprint: str
    """64 hex digits; empty where the picture is too plain to be known again."""


def examine(data: bytes) -> Photo | PhotoProblem:
    """Slow for large pictures (up to a second): call it in a thread."""
    from PIL import Image  # with the first photo: a server that sees none does without

    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoProblem.TOO_LARGE
    except _HOSTILE:
        return PhotoProblem.NOT_A_PHOTO
    with picture:
        width, height = picture.size
        if width * height > LARGEST:
            return PhotoProblem.TOO_LARGE
        try:
            fingerprint = _fingerprint(picture)
        except _HOSTILE:
            return PhotoProblem.TRUNCATED
    return Photo(width, height, fingerprint)


def _fingerprint(picture: Image.Image) -> str:
    from PIL import Image, ImageOps, ImageStat

    picture.thumbnail((512, 512))
    grey = ImageOps.exif_transpose(picture).convert("L")
    if ImageStat.Stat(grey).stddev[0] < PLAIN:
        return ""
    fields = grey.resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS).tobytes()
    rows = (fields[start : start + _SIDE + 1] for start in range(0, len(fields), _SIDE + 1))
    bits = "".join("1" if right > left else "0" for row in rows for left, right in pairwise(row))
    return f"{int(bits, 2):064x}"


def difference(one: str, other: str) -> int:
    """Bits in which two fingerprints differ, of 256."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


class SeenPhotos:
    """Fingerprints of all photos so far, by a number that grows. 250,000 of them are looked through in a tenth of a second."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self.newest = 0

    def add(self, number: int, fingerprint: str) -> None:
        self._seen[number] = int(fingerprint, 16)
        self.newest = max(self.newest, number)

    def alike(self, fingerprint: str) -> list[int]:
        """Numbers of the photos that show the same, oldest first."""
        looked_for = int(fingerprint, 16)
        return sorted(number for number, seen in self._seen.items() if (seen ^ looked_for).bit_count() <= ALIKE)
