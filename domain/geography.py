"""Regions as lists of cities or as polygons with a buffer at the border (R3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    cities: frozenset[str] = frozenset()
    """City or province names without 市/省, such as 苏州, 浙江."""
    geojson: str = ""
    """A GeoJSON geometry, Feature or FeatureCollection as text, in (longitude, latitude)."""
    buffer_km: float = 0.0
    """Within this distance of the border both sides are candidates."""
