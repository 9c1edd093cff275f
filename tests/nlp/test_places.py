"""Where a customer is (L4): the name before the landline before the mobile, and the centres of cities (R3)."""

from __future__ import annotations

from math import cos, radians, sqrt

import pytest

from nlp import places
from nlp.places import Place, PlaceSource, centre_of, is_place_name, place_in_name, place_of, place_of_phone

NAME, LANDLINE, MOBILE = PlaceSource.NAME, PlaceSource.LANDLINE, PlaceSource.MOBILE


@pytest.mark.parametrize(
    ("name", "city", "province"),
    [
        ("苏州屿衡精密", "苏州", "江苏"),
        ("苏州市屿衡精密", "苏州", "江苏"),
        ("江苏省苏州市屿衡精密", "苏州", "江苏"),
        ("昆山屿衡精密", "苏州", "江苏"),
        ("浙江砚禾阀门", "", "浙江"),
        ("上海砚禾阀门", "上海", "上海"),
        ("重庆市万州区砚禾", "重庆", "重庆"),
        ("内蒙古自治区包头市砚禾", "包头", "内蒙古"),
        ("新疆维吾尔自治区砚禾", "", "新疆"),
        ("广西壮族自治区柳州市砚禾", "柳州", "广西"),
        ("霁川（天津）自动化", "天津", "天津"),
        ("霁川(昆山)自动化", "苏州", "江苏"),
        ("屿衡苏州分公司", "苏州", "江苏"),
        ("中国苏州屿衡", "苏州", "江苏"),
        ("吉林砚禾", "", "吉林"),
        ("吉林市砚禾", "吉林", "吉林"),
        ("湘西土家族砚禾", "湘西", "湖南"),
        ("延边砚禾", "延边", "吉林"),
    ],
)
def test_a_name_says_its_city_or_only_its_province(name: str, city: str, province: str) -> None:
    found = place_in_name(name)
    assert found is not None
    assert (found.city, found.province, found.source) == (city, province, NAME)


@pytest.mark.parametrize(
    "name", ["屿衡精密", "恒达机械", "路桥建设", "长安汽车配件", "王先生", "", "X200", "东方精工", "海天塑机"]
)
def test_words_that_only_look_like_a_place_say_nothing(name: str) -> None:
    """长安 and 路桥 are a car and a trade more often than a place: a false place is worse than none."""
    assert place_in_name(name) is None


def test_a_city_of_another_province_is_not_believed() -> None:
    found = place_in_name("浙江苏州屿衡")
    assert found is not None
    assert (found.city, found.province) == ("", "浙江")


@pytest.mark.parametrize(
    ("phone", "city", "words"),
    [
        ("051265551234", "苏州", "0512"),
        ("02165551234", "上海", "021"),
        ("01065551234", "北京", "010"),
        ("075565551234", "深圳", "0755"),
        ("02865551234", "成都", "028"),
    ],
)
def test_a_landline_says_the_city_of_its_code(phone: str, city: str, words: str) -> None:
    found = place_of_phone(phone)
    assert found is not None
    assert (found.city, found.source, found.words) == (city, LANDLINE, words)


@pytest.mark.parametrize("phone", ["", "4008001234", "0123456789", "12345678901", "138000011112", "1380000111a"])
def test_what_is_no_whole_number_of_a_known_place_says_nothing(phone: str) -> None:
    assert place_of_phone(phone) is None


@pytest.mark.parametrize(
    ("customer", "phone", "city", "source"),
    [
        ("苏州屿衡精密", "02165551234", "苏州", NAME),
        ("屿衡精密", "02165551234", "上海", LANDLINE),
        ("浙江砚禾阀门", "057165551234", "杭州", LANDLINE),
        ("浙江砚禾阀门", "051265551234", "", NAME),
        ("浙江砚禾阀门", "13800001111", "", NAME),
        ("屿衡精密", "13800001111", "北京", MOBILE),
    ],
)
def test_the_name_goes_first_and_a_landline_may_only_say_which_city_of_its_province(
    customer: str, phone: str, city: str, source: PlaceSource
) -> None:
    found = place_of(customer, phone)
    assert (found.city, found.source) == (city, source)


def test_nothing_known_is_nowhere() -> None:
    assert place_of("屿衡精密", "4008001234") == Place()


@pytest.mark.parametrize(
    ("word", "is_place"),
    [("苏州", True), ("江苏省苏州市", True), ("昆山市", True), ("江苏", True), ("苏州屿衡", False), ("屿衡", False)],
)
def test_a_place_alone_is_no_company(word: str, is_place: bool) -> None:
    assert is_place_name(word) is is_place


# centres

CITIES = {tuple(line.split()[1:3]) for line in places._lines("places.txt")}
"""(province, city)"""
VAST = {"新疆": 450, "内蒙古": 450, "西藏": 350, "青海": 350}
"""Kilometres to the nearest city of the same province; 270 elsewhere. 阿里 lies alone."""


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return 111.2 * sqrt(east**2 + (one[1] - other[1]) ** 2)


def test_every_city_has_a_centre_and_every_centre_is_a_citys() -> None:
    centres = places._centres()
    assert set(centres) == {city for _, city in CITIES}
    assert len(places._lines("centres.txt")) == len(centres)
    assert len(set(centres.values())) == len(centres)
    assert centre_of("没有这个市") is None


def test_centres_lie_inside_china_longitude_first() -> None:
    outside = {
        city: point
        for city, point in places._centres().items()
        if not (73.5 < point[0] < 134.8 and 18.1 < point[1] < 53.6)
    }
    assert outside == {}


def test_every_centre_lies_near_the_next_city_of_its_province() -> None:
    """A figure mistyped by a degree or two puts a city far from its neighbours; so does one in the wrong province."""
    odd = {}
    for province, city in CITIES:
        point = centre_of(city)
        assert point is not None
        others = [centre_of(other) for named, other in CITIES if named == province and other != city]
        nearest = min((_kilometres(point, other) for other in others if other is not None), default=0)
        if nearest > VAST.get(province, 270) and city != "阿里":
            odd[city] = round(nearest)
    assert odd == {}


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("北京", "天津", 110), ("上海", "苏州", 85), ("广州", "深圳", 105), ("成都", "重庆", 270), ("西安", "郑州", 435)],
)
def test_distances_that_everybody_knows_come_out_of_the_centres(one: str, other: str, kilometres: float) -> None:
    first, second = centre_of(one), centre_of(other)
    assert first is not None
    assert second is not None
    assert _kilometres(first, second) == pytest.approx(kilometres, abs=20)
