"""Where a customer is (L4): the company's name first, then the landline's area code, then the mobile's prefix.

Only a hint: a number is carried along by people who move, and a company called 苏州 may sit elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from phone import Phone

from nlp.normalize import fold


class PlaceSource(StrEnum):
    NONE = ""
    NAME = "name"
    LANDLINE = "landline"
    MOBILE = "mobile"


@dataclass(frozen=True, slots=True)
class Place:
    """City and province without 市 and 省; empty where not known."""

    city: str = ""
    province: str = ""
    source: PlaceSource = PlaceSource.NONE
    words: str = ""
    """What it was read from: the words of the name, the area code, the mobile's first seven digits."""


NOWHERE = Place()
_MUNICIPALITIES = frozenset({"北京", "上海", "天津", "重庆"})
_PROVINCE_ENDS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")
_CITY_ENDS = ("自治州", "地区", "市", "州", "盟")
_LONGEST_NAME = 5
_LEXICON = Path(__file__).parent / "lexicon"


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    cities: dict[str, tuple[str, str]]
    """Any name of a place → (city, province)."""
    areas: dict[str, tuple[str, str]]
    provinces: frozenset[str]


def _lines(table: str) -> list[str]:
    lines = (_LEXICON / table).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    cities: dict[str, tuple[str, str]] = {}
    areas: dict[str, tuple[str, str]] = {}
    for line in _lines("places.txt"):
        area, province, city, *others = line.split()
        areas.setdefault(area, (city, province))
        cities |= dict.fromkeys((city, *others), (city, province))
    return _Gazetteer(cities, areas, frozenset(province for _, province in cities.values()))


def place_of(customer: str, phone: str) -> Place:
    named = place_in_name(customer)
    if named and named.city:
        return named
    called = place_of_phone(phone)
    if named is None:
        return called or NOWHERE
    # 浙江… with 0571-…: the landline says which city of the province.
    if called and called.source is PlaceSource.LANDLINE and called.province == named.province:
        return called
    return named


def place_in_name(name: str) -> Place | None:
    """苏州屿衡, 江苏省苏州市…, 霁川（天津）自动化, 屿衡苏州分公司."""
    name = fold(name).strip()
    region = region_ahead(name.removeprefix("中国"))
    return _meaning(region) if region else _place_inside(name)


@dataclass(frozen=True, slots=True)
class RegionAhead:
    """The places that a name begins with: 浙江省杭州市砚禾 → 浙江, 杭州."""

    province: str
    city: str
    """As written, so it may be a county: 昆山."""
    length: int
    """How much of the name they take, 省 and 市 included."""

    @property
    def narrowest(self) -> str:
        return self.city or self.province


def region_ahead(name: str) -> RegionAhead | None:
    known = _gazetteer()
    province = _province_ahead(name, known)
    start = len(province) + _ending(name, len(province), _PROVINCE_ENDS) if province else 0
    city = _city_ahead(name[start : start + _LONGEST_NAME], known)
    if province and city and province not in (known.cities[city][1], city):
        city = ""
    if city:
        start += len(city) + _ending(name, start + len(city), _CITY_ENDS)
    return RegionAhead(province, city, start) if start else None


def _province_ahead(name: str, known: _Gazetteer) -> str:
    found = next((name[:size] for size in (3, 2) if name[:size] in known.provinces), "")
    # 吉林 alone is read as the province, 吉林市 as the city.
    return "" if found == "吉林" and name.startswith("市", 2) else found


def _city_ahead(name: str, known: _Gazetteer) -> str:
    return _longest_ahead(name, 0, known.cities)


def _longest_ahead(text: str, start: int, names: Container[str]) -> str:
    sizes = range(_LONGEST_NAME, 1, -1)
    return next((text[start : start + size] for size in sizes if text[start : start + size] in names), "")


def _ending(name: str, at: int, endings: tuple[str, ...]) -> int:
    return next((len(ending) for ending in endings if name.startswith(ending, at)), 0)


def _meaning(region: RegionAhead) -> Place:
    city, province = "", region.province
    if region.city:
        city, province = _gazetteer().cities[region.city]
    elif province in _MUNICIPALITIES:
        city = province
    return Place(city, province, PlaceSource.NAME, region.narrowest)


_BOXED = re.compile(r"\(([^()]{2,10})\)")
_BRANCH = re.compile("([\u4e00-\u9fff]{2,5})(?:市|分公司|分店|分院|分行|办事处|工厂|基地)")


def _place_inside(name: str) -> Place | None:
    for boxed in _BOXED.finditer(name):
        if region := region_ahead(boxed[1]):
            return _meaning(region)
    known = _gazetteer()
    for branch in _BRANCH.finditer(name[:100]):
        words = branch[1]
        city = next((words[-size:] for size in range(len(words), 1, -1) if words[-size:] in known.cities), "")
        if city:
            return _meaning(RegionAhead("", city, 0))
    return None


def place_of_phone(phone: str) -> Place | None:
    """`phone` as digits, a landline with its area code."""
    if phone.startswith("0"):
        area = phone[:3] if phone[1:2] in "12" else phone[:4]
        found = _gazetteer().areas.get(area)
        return Place(*found, PlaceSource.LANDLINE, area) if found else None
    if len(phone) == 11 and phone.startswith("1") and phone.isdigit():
        return _place_of_mobile(phone)
    return None


@lru_cache(maxsize=1)
def _mobile_prefixes() -> Phone:
    return Phone()


def _place_of_mobile(phone: str) -> Place | None:
    found = _mobile_prefixes().find(phone)
    if not found:
        return None
    known = _gazetteer()
    city, province = known.cities.get(found["city"]) or known.areas.get(found["area_code"]) or ("", found["province"])
    return Place(city, province, PlaceSource.MOBILE, phone[:7])


@lru_cache(maxsize=1)
def _centres() -> dict[str, tuple[float, float]]:
    rows = (line.split() for line in _lines("centres.txt"))
    return {city: (float(longitude), float(latitude)) for city, longitude, latitude in rows}


def centre_of(city: str) -> tuple[float, float] | None:
    """(longitude, latitude) of a city as `Place` names it, right to about 10 km; None where it is none of ours."""
    return _centres().get(city)


def begins_with_place(name: str) -> bool:
    return region_ahead(name) is not None


def is_place_name(word: str) -> bool:
    """苏州, 江苏省苏州市, 昆山市 and nothing behind."""
    region = region_ahead(word)
    return region is not None and region.length == len(word)


def places_beginning(text: str, starts: Iterable[int]) -> list[tuple[int, int]]:
    """At which of these places of a text the name of a place begins, and how long it is with its 市 or 县."""
    names, beginnings = _names()
    found = []
    for start in starts:
        if text[start : start + 2] in beginnings:
            size = len(_longest_ahead(text, start, names))
            if size:
                found.append((start, size + (text[start + size : start + size + 1] in _PLACE_ENDS)))
    return found


_PLACE_ENDS = frozenset("市县省区")


@lru_cache(maxsize=1)
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Of all places, and the first two signs of each."""
    known = _gazetteer()
    names = known.provinces | known.cities.keys()
    return frozenset(names), frozenset(name[:2] for name in names)
