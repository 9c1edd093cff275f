"""Regions as lists and polygons (R3): names, holes, several areas, a buffer in kilometres, and what is no GeoJSON."""

from __future__ import annotations

import json
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geography import Region, check_region, regions_at

Point = tuple[float, float]


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def area(name: str, geometry: dict[str, Any], buffer_km: float = 0.0) -> Region:
    return Region(name, geojson=json.dumps(geometry), buffer_km=buffer_km)


def found(*regions: Region, at: Point | None = None, city: str = "", region: str = "") -> set[str]:
    return set(regions_at(regions, city=city, region=region, location=at))


# lists of cities


@pytest.mark.parametrize(
    ("city", "region", "names"),
    [
        ("苏州", "", {"华东"}),
        ("", "华南", {"华南"}),
        ("苏州", "华南", {"华东", "华南"}),
        ("拉萨", "", set()),
        ("", "", set()),
    ],
)
def test_a_list_is_met_by_the_city_or_by_the_regions_own_name(city: str, region: str, names: set[str]) -> None:
    lists = Region("华东", frozenset({"苏州", "杭州"})), Region("华南", frozenset({"广州"}))
    assert found(*lists, city=city, region=region) == names


def test_a_polygon_says_nothing_about_a_lead_whose_place_is_not_known() -> None:
    assert found(area("华东", polygon(ring(118, 30, 122, 34)))) == set()


# shapes

WITH_HOLE = polygon(ring(118, 30, 122, 34), ring(119, 31, 120, 32))
TWO_AREAS = {"type": "MultiPolygon", "coordinates": [[ring(118, 30, 119, 31)], [ring(121, 30, 122, 31)]]}
FEATURE = {"type": "Feature", "properties": {"name": "华东"}, "geometry": polygon(ring(118, 30, 122, 34))}
COLLECTION = {
    "type": "FeatureCollection",
    "features": [FEATURE, {"type": "Feature", "properties": {}, "geometry": polygon(ring(110, 30, 112, 34))}],
}


@pytest.mark.parametrize(
    ("geometry", "point", "inside"),
    [
        (polygon(ring(118, 30, 122, 34)), (120, 32), True),
        (polygon(ring(118, 30, 122, 34)), (32, 120), False),
        (polygon(ring(118, 30, 122, 34)), (118, 32), True),
        (polygon(ring(118, 30, 122, 34)), (117.99, 32), False),
        (WITH_HOLE, (119.5, 31.5), False),
        (WITH_HOLE, (119, 31.5), True),
        (WITH_HOLE, (120.5, 31.5), True),
        (TWO_AREAS, (118.5, 30.5), True),
        (TWO_AREAS, (121.5, 30.5), True),
        (TWO_AREAS, (120, 30.5), False),
        (FEATURE, (120, 32), True),
        (COLLECTION, (120, 32), True),
        (COLLECTION, (111, 32), True),
        (COLLECTION, (115, 32), False),
    ],
)
def test_inside_counts_with_the_border_and_a_hole_is_outside(
    geometry: dict[str, Any], point: Point, inside: bool
) -> None:
    assert bool(found(area("华东", geometry), at=point)) is inside


def test_a_border_that_crosses_itself_is_what_it_encloses() -> None:
    """Drawn by hand, 8-shaped; the library answers anything for a shape that is not valid."""
    eight = area("华东", polygon([[118, 30], [122, 34], [122, 31], [118, 34], [118, 30]]))
    assert found(eight, at=(118.5, 32)) == {"华东"}
    assert found(eight, at=(121.5, 32.5)) == {"华东"}
    assert found(eight, at=(120.3, 30.5)) == set()


# the buffer


def north_of(latitude: float, kilometres: float) -> float:
    return latitude + kilometres / 111.195


def east_of(point: Point, kilometres: float) -> Point:
    return point[0] + kilometres / (111.195 * cos(radians(point[1]))), point[1]


@pytest.mark.parametrize("latitude", [20.0, 31.0, 45.0, 52.0])
@pytest.mark.parametrize(("kilometres", "near"), [(28.5, True), (31.5, False)])
def test_a_buffer_is_kilometres_on_the_ground_in_every_direction(
    latitude: float, kilometres: float, near: bool
) -> None:
    region = area("华东", polygon(ring(118, latitude - 4, 122, latitude)), buffer_km=30)
    assert bool(found(region, at=(120, north_of(latitude, kilometres)))) is near
    assert bool(found(region, at=east_of((122, latitude - 1), kilometres))) is near
    corner = east_of((122, north_of(latitude, kilometres / sqrt(2))), kilometres / sqrt(2))
    assert bool(found(region, at=corner)) is near


def test_at_a_border_with_buffers_both_sides_are_candidates_and_far_from_it_one() -> None:
    west = area("西", polygon(ring(116, 30, 120, 34)), buffer_km=20)
    east = area("东", polygon(ring(120, 30, 124, 34)), buffer_km=20)
    border = (120.0, 32.0)
    assert found(west, east, at=east_of(border, 15)) == {"西", "东"}
    assert found(west, east, at=east_of(border, -15)) == {"西", "东"}
    assert found(west, east, at=east_of(border, 25)) == {"东"}
    assert found(west, east, at=east_of(border, -25)) == {"西"}


def test_a_buffer_belongs_to_its_own_region_only() -> None:
    west = area("西", polygon(ring(116, 30, 120, 34)), buffer_km=20)
    east = area("东", polygon(ring(120, 30, 124, 34)))
    border = (120.0, 32.0)
    assert found(west, east, at=east_of(border, 15)) == {"西", "东"}
    assert found(west, east, at=east_of(border, -15)) == {"西"}


def test_a_buffer_reaches_into_a_hole() -> None:
    region = area("华东", WITH_HOLE, buffer_km=20)
    assert found(region, at=east_of((119, 31.5), 15)) == {"华东"}
    assert found(region, at=(119.5, 31.5)) == set()


def kilometres_between(one: Point, other: Point) -> float:
    """Haversine, on the same sphere."""
    (lon1, lat1), (lon2, lat2) = ([radians(x) for x in point] for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


@given(st.floats(74, 134), st.floats(19, 53), st.floats(-1.8, 1.8), st.floats(-1.8, 1.8))
def test_the_plane_agrees_with_the_sphere_to_two_per_cent(
    longitude: float, latitude: float, east: float, north: float
) -> None:
    """A region no larger than a farm, so that its buffer is a circle."""
    point = (longitude + east, min(latitude + north, 53.5))
    distance = kilometres_between((longitude, latitude), point)
    if hypot(east, north) < 0.05:
        return
    grain = polygon(ring(longitude - 1e-6, latitude - 1e-6, longitude + 1e-6, latitude + 1e-6))
    assert found(area("点", grain, buffer_km=distance * 1.02), at=point) == {"点"}
    assert found(area("点", grain, buffer_km=distance * 0.98), at=point) == set()


# what is none


@pytest.mark.parametrize(
    "geojson",
    [
        "not json",
        "[]",
        "{}",
        "null",
        '"Polygon"',
        '{"type": "Polygon"}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[118, 30], [120, 30]]]}',
        '{"type": "Polygon", "coordinates": "118,30"}',
        '{"type": "Point", "coordinates": [118, 30]}',
        '{"type": "LineString", "coordinates": [[118, 30], [120, 30]]}',
        '{"type": "Feature", "geometry": null}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "FeatureCollection", "features": [{}]}',
        '{"type": "Circle", "coordinates": [118, 30]}',
        json.dumps(polygon(ring(30, 118, 34, 122))),
        json.dumps(polygon([[118, 30], [122, 34], [118, 30], [122, 34], [118, 30]])),
        '{"type": "Polygon", "coordinates": [[[118, 30], [NaN, 30], [120, 32], [118, 30]]]}',
    ],
)
def test_what_is_no_area_on_the_ground_is_refused_when_the_settings_are_read(geojson: str) -> None:
    """Also one with latitude and longitude swapped, one that is a line, and one with a number that is none."""
    with pytest.raises(ValueError, match="GeoJSON"):
        check_region(Region("华东", geojson=geojson))


@pytest.mark.parametrize("geometry", [WITH_HOLE, TWO_AREAS, FEATURE, COLLECTION])
def test_areas_in_every_usual_form_are_taken(geometry: dict[str, Any]) -> None:
    check_region(area("华东", geometry))
