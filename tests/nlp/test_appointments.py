"""Visits with a time of day (B1)."""

from datetime import time

import pytest

from nlp.appointments import is_visit, time_of_day, visit_time


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("明天下午3点", time(15)),
        ("周四下午三点去他们厂", time(15)),
        ("上午十点半", time(10, 30)),
        ("15:30", time(15, 30)),
        ("后天9点", time(9)),
        ("2点", time(14)),
        ("下午一点", time(13)),
        ("晚上八点一刻", time(20, 15)),
        ("中午12点", time(12)),
        ("中午1点", time(13)),
        ("十点二十分", time(10, 20)),
        ("三点要求", None),
        ("两点意见", None),
        ("有一点贵", None),
        ("三点五万", None),
        ("25点", None),
        ("预算三十万", None),
    ],
)
def test_the_time_of_day_as_people_say_it(text: str, at: time | None) -> None:
    found = time_of_day(text)
    assert (found.at if found else None) == at


@pytest.mark.parametrize(
    ("action", "goes"),
    [
        ("上门演示", True), ("去他们厂里看看", True), ("拜访一下", True), ("去见王总", True), ("再去一趟", True),
        ("寄样品", False), ("把参数表送过去", False), ("重新报一版价", False), ("打电话问结果", False),
    ],
)  # fmt: skip
def test_what_is_a_visit(action: str, goes: bool) -> None:
    assert is_visit(action) is goes


def test_the_time_stands_before_the_action_and_counts_only_for_a_visit() -> None:
    text = "周四下午三点上门演示，周五上午九点寄样品"
    start = text.index("上门")
    assert visit_time("上门演示", text, start, start + 4) == time(15)
    assert visit_time("寄样品", text, text.index("寄"), len(text)) is None
