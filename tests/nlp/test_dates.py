"""Days that people name, and the day that is meant, counted from Tuesday 2026-11-24.

Each line is a sentence and its days in order, as month-day (of 2026, or with the year); `?` is a day left open.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates import days, festival
from nlp.transcript import even

TUESDAY = date(2026, 11, 24)

DAYS = """
今天把方案发了 | 11-24
今晚发合同 | 11-24
明早八点到 | 11-25
明天下午三点腾讯会议 | 11-25
后天 | 11-26
后天天气好 | 11-26
大后天 | 11-27
大大后天 | 11-28
昨天见的 | 11-23
前天 | 11-22
大前天 | 11-21
昨晚吃饭 | 11-23
明后天给 | 11-26
今明两天 | 11-25
今儿个 | 11-24
明儿 | 11-25
最迟后天 | 11-26
"""

WEEKS = """
周三送样 | 11-25
周二开会 | 12-01
周一 | 11-30
这周五开会 | 11-27
本周五之前 | 11-27
下周三 | 12-02
下周一 | 11-30
下周日 | 12-06
下下周五 | 12-11
下下周三寄样品 | 12-09
下个周三 | 12-02
下个星期三 | 12-02
礼拜一 | 11-30
下礼拜二 | 12-01
星期天 | 11-29
周日 | 11-29
下周天 | 12-06
周5见 | 11-27
星期3 | 11-25
上周三 | 11-18
上上周五 | 11-13
上礼拜 | 11-22
这周 | 11-29
本周内 | 11-29
这周内 | 11-29
周内 | 11-29
下周 | 12-06
下周内 | 12-06
下一周 | 12-06
下下周 | 12-13
下个礼拜 | 12-06
周末 | 11-29
这周末 | 11-29
下周末 | 12-06
上周末 | 11-22
下周初 | ?
周三之前 | 11-25
下周五以前 | 12-04
下周三以后 | ?
下周一到周三 | 11-30 12-02
下周一周二 | 11-30 12-01
下周二和周四 | 12-01 12-03
下周三或者周四 | 12-02 12-03
下周二三过去 | 12-02
下周三到五 | 12-04
周六日 | 11-29
下周一起去 | 12-06
下周一一起去 | 11-30
下周一下午 | 11-30
下周一定给 | 12-06
下周二十号 | 12-06 12-20
下周三四点开会 | 12-02
周二十点开会 | 12-01
补一下周五的拜访 | 11-27
说一下下周的安排 | 12-06
下周周三 | 12-02
下下周的周一 | 12-07
这周周五 | 11-27
下周五不是下周四 | 12-04 12-03
"""

MONTHS = """
月底前 | 11-30
月底 | 11-30
本月底 | 11-30
这个月底 | 11-30
这个月 | 11-30
本月内 | 11-30
月内 | 11-30
下个月 | 12-31
下月底 | 12-31
下个月底前 | 12-31
下下个月 | 2027-01-31
下个月初 | ?
月初 | ?
下月中旬 | 12-20
下个月上旬 | 12-10
下个月下旬 | 12-31
下月中 | 12-20
中旬 | 12-20
下旬 | 11-30
十二月中旬 | 12-20
九月上旬挂网 | 2027-09-10
三月底 | 2027-03-31
四月初就要 | ?
明年三月投产 | 2027-03-31
上个月 | 10-31
去年十月 | 2025-10-31
三月份 | 2027-03-31
十一月 | 11-30
七八月份 | 2027-08-31
五六月 | 2027-06-30
20号交 | 12-20
二十号 | 12-20
24号 | 11-24
25号之前 | 11-25
30号以前 | 11-30
31号 | 12-31
一号 | 12-01
12日发 | 12-12
十五号前 | 12-15
下个月15号 | 12-15
下月5号之前 | 12-05
本月28号 | 11-28
上个月8号 | 10-08
这个月二十号 | 11-20
二十几号才回 | ?
十五六号 | 12-16
15号到20号 | 12-15 12-20
11月30日 | 11-30
11月30号前 | 11-30
11 月 30 日 | 11-30
12月5 | 12-05
十二月五号 | 12-05
三月八号 | 2027-03-08
三月八号之前 | 2027-03-08
五月15号前 | 2027-05-15
1月15号前 | 2027-01-15
明年一月十号 | 2027-01-10
去年十月八号 | 2025-10-08
元月五号 | 2027-01-05
2026-12-05 | 12-05
2026/12/5 | 12-05
2026.12.5 | 12-05
2026年12月5日 | 12-05
26年12月5号 | 12-05
二〇二六年十二月五日 | 12-05
2027年3月 | 2027-03-31
12/5 | 12-05
12/5前 | 12-05
11.30前交 | 11-30
定在12.8 | 12-08
十二月五号到八号 | 12-05 12-08
下个月月底 | 12-31
25、26号 | 11-25 11-26
15到20号 | 12-15 12-20
3月5到8号 | 2027-03-05 2027-03-08
三号线下个月通车 | 12-31
截止11月30日 | 11-30
"""

QUARTERS_AND_YEARS = """
季度末 | 12-31
本季度末 | 12-31
这个季度 | 12-31
季度末之前 | 12-31
下季度 | 2027-03-31
下个季度末 | 2027-03-31
上季度 | 09-30
明年一季度末 | 2027-03-31
一季度 | 2027-03-31
四季度 | 12-31
第二季度 | 2027-06-30
明年Q2末 | 2027-06-30
年底 | 12-31
年底前 | 12-31
年末 | 12-31
今年年底 | 12-31
明年底 | 2027-12-31
明年年底前 | 2027-12-31
去年底 | 2025-12-31
年内 | 12-31
今年内 | 12-31
年中 | 2027-06-30
明年年中 | 2027-06-30
下半年再看 | 12-31
明年上半年 | 2027-06-30
上半年 | 2027-06-30
明年初 | ?
年初 | ?
年前 | ?
年后 | ?
开年 | ?
过完年再说 | ?
"""

WITHIN_AND_AFTER = """
三天内 | 11-27
3天之内 | 11-27
三天以内 | 11-27
三日内 | 11-27
两三天内 | 11-27
三五天内 | 11-29
三到五天内 | 11-29
验收后十天内付 | ?
十来天内 | 12-04
一周内 | 12-01
一周之内 | 12-01
两周内 | 12-08
一个礼拜以内 | 12-01
两个星期内 | 12-08
半个月内 | 12-09
半个月之内 | 12-09
一个月内 | 12-24
三个月内 | 2027-02-24
半年内 | 2027-05-24
一个半月内 | 2027-01-08
24小时内 | 11-25
48小时内 | 11-26
七十二小时之内 | 11-27
三个工作日内 | 11-27
5个工作日内 | 12-01
十天之后 | 12-04
两天后 | 11-26
三天以后 | 11-27
一周后 | 12-01
两周之后 | 12-08
半个月后 | 12-09
一个月后 | 12-24
再过一周 | 12-01
过三天 | 11-27
三天前 | 11-21
一个月前 | 10-24
两周前 | 11-10
过两天 | ?
过几天 | ?
几天后 | ?
这两天 | ?
这几天 | ?
前两天 | ?
改天 | ?
改日 | ?
回头给你 | ?
尽快 | ?
"""

FESTIVALS = """
元旦前 | 12-31
元旦之前 | 12-31
元旦 | 2027-01-01
元旦后 | ?
春节前 | 2027-02-05
春节之前 | 2027-02-05
过年前 | 2027-02-05
春节 | 2027-02-06
春节后 | ?
明年春节前 | 2027-02-05
除夕 | 2027-02-05
大年三十 | 2027-02-05
大年初八 | 2027-02-13
正月十五 | 2027-02-20
元宵节 | 2027-02-20
清明前 | 2027-04-04
五一前 | 2027-04-30
五一放假前 | 2027-04-30
五一 |
五一节 | 2027-05-01
五一劳动节前 | 2027-04-30
六一儿童节 | 2027-06-01
端午 | 2027-06-09
中秋前 | 2027-09-14
中秋节 | 2027-09-15
国庆前 | 2027-09-30
国庆节前 | 2027-09-30
国庆以后 | ?
十一之前 | 2027-09-30
双十一 | 2027-11-11
双11前 | 2027-11-10
双十二 | 12-12
圣诞节前 | 12-24
圣诞 | 12-25
冬至 | 12-22
618前 | 2027-06-17
节后 | ?
节前 | ?
"""

NO_DAY = """
三天两头来 |
一天到晚 |
24小时服务 |
三点半 |
之前天天来 |
三个月账期 |
账期三十天以内 |
周期 |
工期45天 |
质保两年 |
质保期三年以内 |
每周三例会 |
每周一 |
每月15号 |
每个月20号 |
每年年底 |
两周三次 |
一周五天 |
一天三趟 |
二十号楼 |
3号机 |
5号线 |
一号车间 |
老周三点到 |
周总 |
周姐 |
周黑鸭 |
下周期 |
三个月 |
半年 |
十几年 |
第二天 |
第三天 |
四季度假村 |
一百五一个 |
十六万一月 |
单价三块五 |
12.5万 |
比例1/3 |
两小时内 |
十分钟后 |
半小时内 |
三年以内的设备 |
回头客 |
今年 |
去年花了 |
前年 |
季度返点 |
日常 |
日期 |
3天 |
型号20号 |
X20号 |
星期 |
礼拜 |
月结 |
年产 |
超过三天 |
不到一周 |
"""
# 每周三: a rhythm, no day on which something falls due. 账期三十天以内, 三个月账期: how long, not until when.
# 去年, 今年: longer than half a year, so said for orientation. 五一 alone may be a price or a count.


def _expected(words: str) -> date | None:
    if words == "?":
        return None
    return date.fromisoformat(words if words.count("-") == 2 else f"2026-{words}")


def _cases(*tables: str) -> list[tuple[str, list[date | None]]]:
    lines = [line.partition(" |") for table in tables for line in table.strip().splitlines()]
    return [(said, [_expected(one) for one in wanted.split()]) for said, _, wanted in lines]


TABLES = (DAYS, WEEKS, MONTHS, QUARTERS_AND_YEARS, WITHIN_AND_AFTER, FESTIVALS, NO_DAY)


@pytest.mark.parametrize(("said", "wanted"), _cases(*TABLES), ids=lambda value: str(value)[:30])
def test_a_day_is_read_as_a_person_reads_it(said: str, wanted: list[date | None]) -> None:
    assert [mention.due for mention in days(even(said).text, TUESDAY)] == wanted


@pytest.mark.parametrize("name", ["春节", "端午", "中秋", "清明"])
def test_the_table_of_festivals_is_that_of_the_holidays_library(name: str) -> None:
    years = range(2020, 2041)
    library = holidays.country_holidays("CN", years=years, language="zh_CN")
    first = {day.year: day for day, said in sorted(library.items(), reverse=True) if name in said and "休" not in said}
    assert {year: festival(name, year) for year in years} == first


RECORDED = st.dates(date(2025, 1, 1), date(2030, 12, 31))
SIGNS = "一二三四五六日"


def only(said: str, recorded_on: date) -> date | None:
    (mention,) = days(said, recorded_on)
    return mention.due


@given(RECORDED, st.integers(0, 6))
def test_a_bare_weekday_is_within_the_next_seven_days_and_never_today(recorded_on: date, weekday: int) -> None:
    due = only(f"周{SIGNS[weekday]}", recorded_on)
    assert due is not None
    assert due.weekday() == weekday
    assert 1 <= (due - recorded_on).days <= 7


@given(RECORDED, st.integers(0, 6), st.integers(0, 2))
def test_weeks_run_from_monday_to_sunday(recorded_on: date, weekday: int, later: int) -> None:
    due = only(f"{'这' if later == 0 else '下' * later}周{SIGNS[weekday]}", recorded_on)
    assert due is not None
    assert due.weekday() == weekday
    assert due.isocalendar()[:2] == (recorded_on + timedelta(weeks=later)).isocalendar()[:2]


@given(RECORDED, st.integers(1, 12), st.integers(1, 28))
def test_a_day_of_the_year_is_the_next_one_to_come(recorded_on: date, month: int, day: int) -> None:
    due = only(f"{month}月{day}号前", recorded_on)
    assert due is not None
    assert (due.month, due.day) == (month, day)
    assert 0 <= (due - recorded_on).days < 366


@given(RECORDED, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one_to_come(recorded_on: date, day: int) -> None:
    due = only(f"{day}号", recorded_on)
    assert due is not None
    assert due.day == day
    assert 0 <= (due - recorded_on).days <= 61


@given(RECORDED, st.dates(date(2020, 1, 1), date(2039, 12, 31)))
def test_a_whole_date_is_that_date_however_it_is_written(recorded_on: date, day: date) -> None:
    written = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y.%m.%d}")
    assert {only(one, recorded_on) for one in written} == {day}


@given(RECORDED)
def test_the_ends_of_periods_are_not_past(recorded_on: date) -> None:
    for said in ("这周", "月底", "季度末", "年底", "下周", "下个月", "下半年", "中旬"):
        due = only(said, recorded_on)
        assert due is not None
        assert due >= recorded_on


def test_hours_count_from_the_time_of_the_recording() -> None:
    """36 hours from nine in the morning end on the next day, from three in the afternoon on the day after."""
    due = [days("36小时内", TUESDAY, at)[0].due for at in (time(9), time(15))]
    assert due == [date(2026, 11, 25), date(2026, 11, 26)]


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """1 to 3 January 2026 are a holiday and Sunday 4 January is worked instead."""
    assert only("5个工作日内", date(2025, 12, 31)) == date(2026, 1, 8)


def test_31号_waits_for_a_month_that_has_it() -> None:
    assert only("31号", date(2026, 2, 3)) == date(2026, 3, 31)


def test_the_last_day_of_the_next_month_stands_for_one_it_does_not_have() -> None:
    assert only("一个月内", date(2026, 1, 31)) == date(2026, 2, 28)


def test_a_festival_that_is_on_is_the_one_of_this_year() -> None:
    assert only("国庆节还在跑", date(2027, 10, 2)) == date(2027, 10, 1)
    assert only("大年初二", date(2025, 1, 30)) == date(2025, 1, 30)


def test_words_as_said_come_back_with_the_mention() -> None:
    assert [mention.span.text for mention in days("下周三前寄样，月底再看", TUESDAY)] == ["下周三前", "月底"]


PIECES = st.sampled_from(
    [
        *"一二三五十百万0123456789月日号年周下这本上个天内前后底末初半今明去到和、-/. Q过两几",
        "季度",
        "星期",
        "春节",
        "国庆",
    ]
)


@given(st.lists(PIECES, max_size=16).map("".join), RECORDED)
def test_any_text_is_read_without_a_fault_and_in_order(text: str, recorded_on: date) -> None:
    ends = 0
    for mention in days(text, recorded_on):
        assert text[mention.span.start : mention.span.end] == mention.span.text
        assert mention.span.start >= ends
        ends = mention.span.end
