"""Numerals: written in Chinese and read back, and what speech makes of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.numbers import is_counted, numbers, read_number, whole

DIGITS = "零一二三四五六七八九"
CAPITALS = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


def in_chinese(number: int) -> str:
    """A whole number as school writes it: 20500 is 二万零五百."""
    if number < 10:
        return DIGITS[number]
    for unit, sign in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            words = ("" if head == 1 and sign == "十" else in_chinese(head)) + sign
            if not rest:
                return words
            return words + ("零" if rest < unit // 10 else "") + _inner(rest)
    raise AssertionError(number)


def _inner(rest: int) -> str:
    """Behind a higher unit ten is said 一十."""
    return ("一" if 10 <= rest < 20 else "") + in_chinese(rest)


@given(st.integers(1, 10**12 - 1))
def test_a_whole_number_written_in_chinese_is_read_back(number: int) -> None:
    written = in_chinese(number)
    read = read_number(written, 0)
    assert read is not None
    assert (read.end, read.low, read.high) == (len(written), number, number)


@given(st.integers(1, 10**8 - 1))
def test_capital_numerals_are_read_back(number: int) -> None:
    written = in_chinese(number).translate(CAPITALS).removeprefix("拾") + "元"
    if in_chinese(number)[0] == "十":
        written = "壹拾" + written
    read = read_number(written, 0)
    assert read is not None
    assert (written[read.end :], read.low) == ("元", number)


@given(st.integers(1, 10**12), st.booleans(), st.integers(0, 99))
def test_typed_numbers_are_read_back(number: int, with_commas: bool, cents: int) -> None:
    written = f"{number:,}" if with_commas else str(number)
    read = read_number(f"{written}.{cents:02d}元", 0)
    assert read is not None
    assert read.low == Decimal(f"{number}.{cents:02d}")


@given(st.integers(2, 8), st.integers(1, 8), st.sampled_from(["十", "百", "千", "万", "十万", "百万", "千万", "亿"]))
def test_the_short_form_is_a_tenth_of_the_unit_before(head: int, tail: int, unit: str) -> None:
    """三百五 is 350, 三万五 is 35000; behind 十 a digit is a digit (三十五)."""
    written = f"{DIGITS[head]}{unit}{DIGITS[tail]}"
    value = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**4, "百万": 10**4, "千万": 10**4, "亿": 10**8}[
        unit
    ]
    (read,) = numbers(written)
    whole_part = (
        head
        * {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}[unit]
    )
    assert read.low == read.high == whole_part + tail * (1 if unit == "十" else value // 10)


@given(st.integers(1, 8), st.sampled_from(["十", "百", "千"]), st.sampled_from(["", "万", "亿"]))
def test_two_digits_in_a_row_before_a_unit_are_a_range(low: int, unit: str, scale: str) -> None:
    written = f"{DIGITS[low]}{DIGITS[low + 1]}{unit}{scale}"
    step = {"十": 10, "百": 100, "千": 1000}[unit] * {"": 1, "万": 10**4, "亿": 10**8}[scale]
    (read,) = numbers(written)
    assert (read.low, read.high) == (low * step, (low + 1) * step)


CASES = """
三四十万 | 300000..400000
百八十万 | 800000..1000000
一百八十万 | 1800000
一百二三十万 | 1200000..1300000
三万五六 | 35000..36000
十七八 | 17..18
十几 | 10..20
几十 | 10..100
二十好几 | 20..30
三百多 | 300..400
三百五十多 | 350..360
一百几十万 | 1100000..2000000
两百来万 | 2000000
千八百 | 800..1000
万八千 | 8000..10000
一百零五 | 105
一百一 | 110
一百十五 | 115
一千零五十 | 1050
两千零五 | 2005
两千三 | 2300
三万零五百 | 30500
三万五千八 | 35800
三十五万八 | 358000
一亿二 | 120000000
一万亿 | 1000000000000
1亿2千万 | 120000000
3万5千8百 | 35800
2千3 | 2300
12万5 | 125000
1.5千万 | 15000000
1.2个亿 | 120000000
一个半亿 | 150000000
三个多亿 | 300000000..400000000
半个亿 | 50000000
三十个w | 300000
38k | 38000
十二点五万 | 125000
零点八亿 | 80000000
伍拾万 | 500000
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_a_numeral_is_one_figure_or_range(line: str) -> None:
    written, _, wanted = line.partition(" | ")
    low, _, high = wanted.partition("..")
    (read,) = numbers(written)
    assert (read.start, read.end) == (0, len(written))
    assert (read.low, read.high) == (Decimal(low), Decimal(high or low))


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("一百二一台", ["一百二", "一"]),
        ("三十万五台", ["三十万", "五"]),
        ("两万一吨", ["两万", "一"]),
        ("五十万一起", ["五十万", "一"]),
        ("三百万五月份", ["三百万", "五"]),
        ("六十万十天", ["六十万", "十"]),
        ("50万30台", ["50万", "30"]),
        ("三点五十", ["三", "五十"]),
        ("陆总伍工", []),
    ],
)
def test_a_digit_that_counts_the_next_thing_is_not_part_of_the_numeral(text: str, figures: list[str]) -> None:
    assert [text[number.start : number.end] for number in numbers(text)] == figures


@pytest.mark.parametrize("counted", ["五台", "五个人", "五月", "五号", "五折", "五%", "5kg", "五分钟", "五吨", "五张"])
def test_measure_words_are_known(counted: str) -> None:
    assert is_counted(counted, 1)


@pytest.mark.parametrize(
    "not_counted", ["五张总", "五方案", "五分两期", "五本周", "五块", "五成交", "五家里", "五个亿"]
)
def test_a_measure_word_that_begins_another_word_counts_nothing(not_counted: str) -> None:
    assert not is_counted(not_counted, 1)


@pytest.mark.parametrize(
    ("words", "number"),
    [("二十", 20), ("两三", 3), ("12", 12), ("二〇二六", 2026), ("三十一", 31), ("多", None), ("二十个", None)],
)
def test_small_whole_numbers(words: str, number: int | None) -> None:
    assert whole(words) == number


@given(st.text(alphabet="零一二两三四五六七八九十百千万亿几数半多来个点wk0123456789.,壹拾块元、 年", max_size=16))
def test_any_row_of_signs_is_read_without_a_fault_and_in_order(text: str) -> None:
    ends = 0
    for number in numbers(text):
        assert ends <= number.start < number.end <= len(text)
        assert 0 <= number.low <= number.high
        ends = number.end
