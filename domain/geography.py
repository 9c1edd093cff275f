"""Regions as lists of cities or as polygons with a buffer at the border (R3)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Any


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    cities: frozenset[str] = frozenset()
    """City or province names without 市/省, such as 苏州, 浙江."""
    geojson: str = ""
    """A GeoJSON geometry, Feature or FeatureCollection as text, in (longitude, latitude)."""
    buffer_km: float = 0.0
    """Within this distance of the border both sides are candidates."""


KM_PER_DEGREE = 111.195
"""Of latitude, and of longitude at the equator, on a sphere of 6,371 km; within 0.6 % of the ellipsoid."""


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (latitude, longitude), as the crow flies."""
    (north, east), (to_north, to_east) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * 6_371_000 * asin(min(1.0, sqrt(half)))


def regions_at(
    regions: Sequence[Region], *, city: str, region: str, location: tuple[float, float] | None
) -> frozenset[str]:
    """Names of the regions that the place may belong to: by name, by its city, or by its point in a polygon."""
    found = {one.name for one in regions if one.name == region or city in one.cities}
    if location is not None:
        found |= {one.name for one in regions if one.geojson and _is_near(one, location)}
    return frozenset(found)


def check_region(region: Region) -> None:
    """ValueError with the reason where the GeoJSON is none."""
    if region.geojson:
        _shape(region.geojson)


def _is_near(region: Region, location: tuple[float, float]) -> bool:
    """Distances are measured on a plane around the point: right to 1 % for buffers up to 200 km."""
    from shapely import affinity
    from shapely.geometry import Point

    longitude, latitude = location
    shape = _shape(region.geojson)
    if region.buffer_km <= 0:
        return bool(shape.covers(Point(longitude, latitude)))
    plane = affinity.affine_transform(
        shape,
        [KM_PER_DEGREE * cos(radians(latitude)), 0, 0, KM_PER_DEGREE, 0, 0],
    )
    point = Point(longitude * KM_PER_DEGREE * cos(radians(latitude)), latitude * KM_PER_DEGREE)
    return bool(plane.distance(point) <= region.buffer_km)


@lru_cache(maxsize=64)
def _shape(geojson: str) -> Any:
    """Parsed once; shapely costs 30 MB and is loaded with the first polygon."""
    import shapely
    from shapely.geometry import shape
    from shapely.ops import unary_union

    try:
        stored = json.loads(geojson, parse_constant=_no_number)
        kind = stored["type"]
        parts = [f["geometry"] for f in stored["features"]] if kind == "FeatureCollection" else [stored]
        shapes = [shape(part["geometry"] if part["type"] == "Feature" else part) for part in parts]
        # A border drawn by hand may cross itself: then it is what it encloses.
        area = unary_union([shapely.make_valid(one) for one in shapes])
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise ValueError(f"not a GeoJSON area: {error}") from error
    if area.is_empty or area.area == 0:
        raise ValueError("the GeoJSON holds no area")
    west, south, east, north = area.bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise ValueError("the GeoJSON leaves the earth: (longitude, latitude) in this order")
    return area


def _no_number(constant: str) -> float:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(f"{constant} is no coordinate")
