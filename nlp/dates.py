"""Every day that a text names, counted from the day of the recording (conventions: memos/SCHEMA.md).

A day is named when the words lead to one on the calendar (下周三, 月底前, 三天内, 国庆前), or stand in place of one that
is left open (过两天, 尽快: due None). A length (三个月账期), a rhythm (每周三), an hour (三点半) and a year alone
(去年) name no day; a week, a month, a quarter and half a year stand for their last day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias

from domain.working_time import WorkingCalendar, WorkingHours
from nlp.numbers import is_counted, whole
from nlp.spans import Span, span_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayMention:
    span: Span
    """With 前, 内, 后 where they are said."""
    due: date | None
    """The last day that is on time; None for 过两天, 尽快, 年前, 月初, 春节后 and the like."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What a day is counted from: the recording, and the day named just before, when both are one list (下周一和周三)."""

    today: date
    at: time
    monday: date | None = None
    month: date | None = None

    @property
    def this_monday(self) -> date:
        return self.today - self.today.weekday() * DAY


@dataclass(frozen=True, slots=True)
class _Read:
    due: date | None
    monday: date | None = None
    """Of the week that was named; the next weekday of a list is in it."""
    month: date | None = None
    eve: bool = False
    """A festival: before it means the day before (元旦前 is 31 December)."""
    is_whole: bool = False
    """Before and after are in the words already."""
    end: int = -1
    """Where the words end, if before the end of what the pattern found."""


_Reader: TypeAlias = Callable[[re.Match[str], _Context], _Read | None]


def days(text: str, recorded_on: date, at: time = time()) -> list[DayMention]:
    """In order. `at` is the time of the recording, for 36小时内. The text should be even (nlp/transcript.py)."""
    mentions: list[DayMention] = []
    context = alone = _Context(recorded_on, at)
    ended = place = 0
    while start := _BEGINS.search(text, place):
        begin = start.start()
        if context is not alone and not _IN_LIST.fullmatch(text, ended, begin):
            context = alone
        read, end = _read_at(text, begin, context)
        if end == begin:
            place = begin + 1
            continue
        mentions.append(DayMention(span_of(text, begin, end), read.due))
        context = _Context(recorded_on, at, read.monday, read.month)
        ended = place = end
    return mentions


_NOTHING = _Read(None)


def _read_at(text: str, begin: int, context: _Context) -> tuple[_Read, int]:
    """The day named here and where its words end; the end is the beginning where none is."""
    for pattern, reader in _READERS.get(text[begin], ()):
        found = pattern.match(text, begin)
        read = reader(found, context) if found else None
        if found and read:
            return _with_suffix(text, found.end() if read.end < 0 else read.end, read)
    return _NOTHING, begin


_IN_LIST = re.compile("[到至和跟与或、,~-]|或者|还是|号?到|")
_BEFORE = re.compile("(?:放假|假期|过节|来临|到来)?(?:之前|以前|前夕|前(?![面台期提后端厅十三两几天年]))")
_AFTER = re.compile("(?:放假|假期|过完)?(?:之后|以后|过后|后(?![天面来续台期勤补端道厂视付备]))")
_WITHIN = re.compile("(?:之内|以内|内(?![部容勤衬置存径墙蒙])|期间|当天|当日)")


def _with_suffix(text: str, end: int, read: _Read) -> tuple[_Read, int]:
    """X前 includes X, but for a festival it is the day before; X后 leaves the day open."""
    if read.is_whole:
        return read, end
    if before := _BEFORE.match(text, end):
        due = read.due - DAY if read.eve and read.due else read.due
        return _Read(due, read.monday, read.month), before.end()
    if after := _AFTER.match(text, end):
        return _Read(None), after.end()
    within = _WITHIN.match(text, end)
    return read, within.end() if within else end


# ---------------------------------------------------------------- the calendar


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_on(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_month(month: date, day: int) -> date | None:
    return month.replace(day=day) if 1 <= day <= monthrange(month.year, month.month)[1] else None


def _quarter_end(year: int, quarter: int) -> date:
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    return _end_of_month(date(year, quarter * 3, 1))


_YEARS_OFF = {"大前": -3, "前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "当": 0, "明": 1, "来": 1, "下": 1, "后": 2}


def _year(words: str | None, today: date) -> int | None:
    """今年, 明年, 2027年, 27年, 二〇二七年; None where no year is said."""
    if not words:
        return None
    word = words.rstrip("的").rstrip("年").removesuffix("一")
    if word in _YEARS_OFF:
        return today.year + _YEARS_OFF[word]
    number = whole(word)
    if number is None:
        return None
    return number if number > 100 else 2000 + number


# ---------------------------------------------------------------- today, tomorrow


_DAY_WORDS = {
    "大前天": -3, "前天": -2, "前日": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "昨夜": -1, "昨早": -1,
    "今天": 0, "今日": 0, "今儿": 0, "今晚": 0, "今早": 0, "今晨": 0, "今夜": 0, "明天": 1, "明日": 1, "明儿": 1, "明晚": 1,
    "明早": 1, "明晨": 1, "后天": 2, "后日": 2, "后儿": 2, "后晚": 2, "大后天": 3, "大后日": 3, "大大后天": 4, "明后天": 2,
    "明后两天": 2, "今明两天": 1, "今明天": 1, "昨下午": -1, "昨上午": -1, "今上午": 0, "今下午": 0, "明上午": 1, "明下午": 1,
    "明中午": 1, "今中午": 0, "后上午": 2, "后下午": 2,
}  # fmt: skip
_DAY_WORD = re.compile("(" + "|".join(sorted(_DAY_WORDS, key=len, reverse=True)) + ")个?")


def _day_word(found: re.Match[str], context: _Context) -> _Read | None:
    before = found.string[found.start() - 1 : found.start()]
    if before in ("之", "以", "年", "月") and found[1] in ("前天", "后天"):
        return None  # 之前天天来
    return _Read(context.today + _DAY_WORDS[found[1]] * DAY)


_COUNT_SIGNS = frozenset("0123456789零一二两三四五六七八九十百千几半每")


# ---------------------------------------------------------------- weeks


_WEEKDAY = {sign: value for value, sign in enumerate("一二三四五六日")} | {"天": 6, "末": 6}
_WEEKDAY |= {str(value + 1): value for value in range(7)}
_WEEK_OF = "(?P<of>(?:这|本|下{1,3}|上{1,3}|大上)一?个?)"
# 下周一起去, 周二十号: the digit belongs to what follows.
_NOT_THE_WEEKDAY = (
    "(?!(?<=一)(?:起(?!草)|次|定|直|共|块|样|般|趟|并|律|旦|些|半|个|台|套|份|家|款|批|轮|场|天)"
    "|十(?![点一二三四五六七八九]?点|分)[一二三四五六七八九]?[号日]|[百千万]|个(?:月|点|人|客|项|工|多)|月(?!底)|号(?!楼)|[0-9])"
)
_NO_MORE_WEEKDAYS = "(?![点十号日个月天百千万分台套家期])"
_WEEK = re.compile(
    f"{_WEEK_OF}?(?:周|星期|礼拜)(?:(?:的?(?:周|星期|礼拜))?(?P<day>[一二三四五六日天末1-7]){_NOT_THE_WEEKDAY}"
    f"(?:(?P<more>(?<=一)二|(?<=二)三|(?<=三)四|(?<=四)五|(?<=五)六|(?<=六)日){_NO_MORE_WEEKDAYS}"
    f"|(?:到|至|-|~|、|或者?|和)(?P<to>[一二三四五六日天末])(?![一二三四五六七八九]){_NO_MORE_WEEKDAYS})?|)"
)
_WEEK_PART = re.compile("[初头中]|上半周|前半周")


def _week(found: re.Match[str], context: _Context) -> _Read | None:
    """下周三 is of next week, a bare 周三 the next one to come and never today; a week alone is its Sunday."""
    text, begin = found.string, found.start()
    if found["of"] and found["of"][0] == "下" and text[begin - 1 : begin] == "一":
        return None  # 补一下周五的: 一下, 周五
    monday = _monday_of(found["of"], context)
    day = found["more"] or found["to"] or found["day"]
    if day is None:
        return _whole_week(found, monday, context)
    if found["of"] is None and context.monday is None:
        before = text[begin - 1 : begin]
        if before in _COUNT_SIGNS or text[max(0, begin - 2) : begin] in ("每个", "每逢", "逢每"):
            return None  # 每周三, 两周一次
        if before in ("逢", "隔", "单", "双", "满", "整") or (before in ("老", "小", "阿") and text[begin] == "周"):
            return None  # 老周三点到
    if found["of"] is None:
        monday = context.monday
    weekday = _WEEKDAY[day]
    if monday is not None:
        return _Read(monday + weekday * DAY, monday=monday)
    if day == "末":
        due = context.this_monday + 6 * DAY
    else:
        first = _WEEKDAY[found["day"]]
        due = context.today + ((first - context.today.weekday() - 1) % 7 + 1) * DAY
        due += (weekday - first) % 7 * DAY
    return _Read(due, monday=due - due.weekday() * DAY)


def _monday_of(of: str | None, context: _Context) -> date | None:
    if of is None:
        return None
    word = of.rstrip("个").rstrip("一")
    weeks = {"这": 0, "本": 0, "大上": -2}.get(word, len(word) if word[0] == "下" else -len(word))
    return context.this_monday + 7 * weeks * DAY


def _whole_week(found: re.Match[str], monday: date | None, context: _Context) -> _Read | None:
    text, end = found.string, found.end()
    if monday is None:  # 周内
        is_within = found[0] == "周" and re.match("内(?![部容])|之内", text[end : end + 2])
        if not is_within or text[found.start() - 1 : found.start()] in _COUNT_SIGNS:
            return None
        monday = context.this_monday
    if text[end - 1] == "周" and re.match("[期年边转]", text[end : end + 1]):
        return None  # 下周期
    if part := _WEEK_PART.match(text, end):
        return _Read(None, end=part.end())
    return _Read(monday + 6 * DAY, monday=monday)


# ---------------------------------------------------------------- months and days of months


_YEAR_WORD = (
    "(?:大前|前|去|今|本|明|来|后|上一?|下一?)年的?|(?:20)?[0-9]{2}年的?|二[零〇][零〇一二三四五六七八九]{2}年的?"
)
_YEAR = f"(?P<year>{_YEAR_WORD})"
_DAY_OF_MONTH = "(?:[12][0-9]|3[01]|0?[1-9](?![0-9])|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART = "(?P<part>月?[底末初]|头|中旬|上旬|下旬|中(?!标|间|午|心|秋|国|建|途|期|型|联|铁|石|移))"
_PART_DAYS = {"上旬": 10, "中旬": 20, "中": 20}
# 25、26号, 5到8号: the sign is said once, behind the last.
_ANOTHER_DAY = f"(?=[、和跟到至~-]{_DAY_OF_MONTH}[号日])"
_DAY_PART = f"(?P<day>{_DAY_OF_MONTH})(?:(?P<mark>[号日](?!线(?!上|下)|楼|机|院|仓(?!库)|厂房))|(?=之前|以前|前)|{_ANOTHER_DAY})"
_MONTH = re.compile(
    f"(?:{_YEAR})?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])(?P<month2>(?<=一)二|(?<=二)三|(?<=三)四|(?<=四)五|(?<=五)六|(?<=六)七|(?<=七)八|(?<=八)九)?月份?的?"
    f"(?:{_DAY_PART}|(?P<loose>[1-9][0-9]?(?![0-9.:%万亿千百wWkK年月]))|{_PART}|)"
)
_THIS_MONTH = re.compile(f"(?P<of>这个?|本|当|下{{1,2}}一?个?|上{{1,2}}一?个?)月份?的?(?:{_DAY_PART}|{_PART}|)")
_MONTH_END = re.compile("月(?:(?P<part>底|末|初|头|中旬?)|(?=之内|内(?!部)))|(?P<third>上旬|中旬|下旬)")


def _number(words: str) -> int:
    number = 1 if words == "元" else whole(words)
    assert number is not None
    return number


def _part_of_month(month: date, part: str | None) -> date | None:
    if part in ("初", "月初", "头"):
        return None
    day = _PART_DAYS.get(part or "")
    return month.replace(day=day) if day else _end_of_month(month)


def _month_and_day(found: re.Match[str], context: _Context) -> _Read | None:
    """11月30日, 三月八号, 明年三月, 四月初: without a year, the next one to come."""
    text, begin = found.string, found.start()
    before = text[begin - 1 : begin]
    if before in ("万", "元", "块") and found["day"]:
        before = ""  # 保证金二十万六月十六号
    if found["year"] is None and (
        before in _COUNT_SIGNS or before in ("万", "亿", "块", "元", "每", "第", ".", "个", "/")
    ):
        return None  # 十六万一月
    number = _number(found["month2"] or found["month"])
    if not 1 <= number <= 12:
        return None
    loose, end = found["loose"], -1
    if loose and is_counted(text, found.end()):
        loose, end = None, found.start("loose")  # 三月5台
    said = found["day"] or loose
    year = _year(found["year"], context.today)
    month = date(year or context.today.year, number, 1)
    due = _part_of_month(month, found["part"]) if said is None else _in_month(month, _number(said))
    if year is None and (due or _end_of_month(month)) < context.today:
        month = month.replace(year=month.year + 1)
        due = _part_of_month(month, found["part"]) if said is None else _in_month(month, _number(said))
    if said is not None and due is None:
        return None
    return _Read(due, month=month, end=end)


def _relative_month(found: re.Match[str], context: _Context) -> _Read | None:
    """下个月15号, 本月底, 上个月: alone, its last day."""
    word = found["of"].removesuffix("个").removesuffix("一")
    months = {"这": 0, "本": 0, "当": 0}.get(word, len(word) if word[0] == "下" else -len(word))
    month = _months_on(context.today.replace(day=1), months)
    if found["day"] is None:
        if word == "当" and not found["part"]:
            return None  # 当月结清 is a rhythm
        return _Read(_part_of_month(month, found["part"]), month=month)
    due = _in_month(month, _number(found["day"]))
    return _Read(due or _end_of_month(month), month=month)


def _end_of_this_month(found: re.Match[str], context: _Context) -> _Read | None:
    """月底, 月中, 月初, 月内, 中旬."""
    before = found.string[found.start() - 1 : found.start()]
    if before in _COUNT_SIGNS or before == "个":
        return None  # 每月底, 三个月内
    month = context.month or context.today.replace(day=1)
    part = found["third"] or found["part"]
    due = _part_of_month(month, part)
    if due and due < context.today:
        month = _months_on(month, 1)
        due = _part_of_month(month, part)
    return _Read(due, month=month)


_NO_DAY_BEFORE = re.compile("(?:[A-Za-z0-9.#第每]|[型编货房工]号)$|(?:每个?月|每年)的?$")
_ONLY_DAY = re.compile(
    "(?P<day>[12][0-9]|3[01]|0?[1-9](?![0-9])|(?P<many>[二三]?十几)|(?P<pair>五六|六七|七八|八九|[二三]?十(?:一二|二三|三四|四五|五六|六七|七八|八九))|"
    "[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?P<mark>[号日]|" + _ANOTHER_DAY + ")"
)
# 二十号楼, 3号机, 一号线: a number, not a day. 线上, 厂里, 仓库, 门店 may follow a day.
_NUMBERED = re.compile(
    "楼|机(?!会|场)|线(?!上|索|下[见会面谈])|车间|厂房|厂(?![里家长商])|仓(?!库)|店(?![里长])|门(?!店|诊|口)|窗|厅|馆|库(?!存)|炉|罐|泵|井|站(?!点|长)|院(?![里长方])|区(?!域)|栋|幢|梁|柱|轴|电池|坑|塔|标段|"
    "桌|床|桥|路|样机|桩|会议室|展[厅位馆]|展台|房|柜|箱|船|地块|工[地位]|文件?|令|产线|生产线|设备|反应釜|锅炉|模|钢|料|油|盘(?!点)|摊|公馆|码头|门面|坝|矿|主机|机组|变|馈|基坑|支架"
)


def _only_day(found: re.Match[str], context: _Context) -> _Read | None:
    """20号, 十二日: the next one to come, today among them."""
    text, begin, end = found.string, found.start(), found.end()
    before = text[max(0, begin - 4) : begin]
    if _NO_DAY_BEFORE.search(before) or (before[-1:] in _COUNT_SIGNS and text[begin] not in "0123456789"):
        return None
    if found["mark"] == "号" and _NUMBERED.match(text, end):
        return None
    if found["mark"] == "日":
        if re.match("[之以]?[内后]", text[end : end + 2]) or re.match(
            "[常元本程期用报志均产韩式系语用游]", text[end : end + 1]
        ):
            return None  # 三日内 is a length
        if len(found["day"]) == 1 and text[begin] not in "0123456789" and not _BEFORE.match(text, end):
            return None
    if found["many"]:
        return _Read(None)
    day = _number(found["day"])
    if context.month:
        due = _in_month(context.month, day)
        return _Read(due, month=context.month) if due else None
    month = context.today.replace(day=1)
    for later in range(3):
        due = _in_month(_months_on(month, later), day)
        if due and due >= context.today:
            return _Read(due, month=due.replace(day=1))
    return None


# ---------------------------------------------------------------- written dates


_FULL = re.compile(
    "(?P<year>(?:19|20)[0-9]{2}|[2-4][0-9](?=年)|二[零〇][零〇一二三四五六七八九]{2})"
    "(?:年(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?P<day>[0-9]{1,2}|[一二三]?十?[一二三四五六七八九]?)[日号]?"
    "|(?P<sign>[-/.])(?P<month2>1[0-2]|0?[1-9])(?P=sign)(?P<day2>3[01]|[12][0-9]|0?[1-9])(?![0-9])[日号]?"
    "|(?P<month3>0[1-9]|1[0-2])(?P<day3>[0-2][0-9]|3[01])(?![0-9]))"
)
_SHORT = re.compile(
    "(?P<month>1[0-2]|0?[1-9])(?P<sign>[./-])(?P<day>3[01]|[12][0-9]|0?[1-9])(?P<mark>[号日])?(?![0-9./%-])"
)
_SHORT_BEHIND = re.compile(
    "(?:之前|以前|前|之后|以后|交|到|上午|下午|晚上|中午|开|去|来|寄|发|送|出|签|约|见|给|左右|那天|截止|开始|进场|上线|验收|完)"
)
_SHORT_AHEAD = re.compile("(?:到|在|于|定|截止|日期|时间|约|是|:|从|今年|明年)$")


def _full_date(found: re.Match[str], context: _Context) -> _Read | None:
    month = found["month"] or found["month2"] or found["month3"]
    day = found["day"] or found["day2"] or found["day3"]
    if not day or found.string[found.start() - 1 : found.start()] in _COUNT_SIGNS:
        return None
    year = _year(found["year"], context.today)
    due = _in_month(date(year or context.today.year, _number(month), 1), _number(day))
    return _Read(due, month=due.replace(day=1)) if due else None


def _short_date(found: re.Match[str], context: _Context) -> _Read | None:
    """12/5, 11.30前: a decimal or a fraction unless something around it speaks of a day."""
    text, begin = found.string, found.start()
    before = text[begin - 1 : begin]
    if before and ((before.isascii() and before.isalnum()) or before in "¥￥$.-/" or before in _COUNT_SIGNS):
        return None
    speaks = (
        _SHORT_BEHIND.match(text, found.end()) or _SHORT_AHEAD.search(text, max(0, begin - 3), begin) or found["mark"]
    )
    if not speaks and (found["sign"] != "/" or _number(found["day"]) < 4):
        return None
    if found["sign"] == "-" and not found["mark"] and len(found["day"]) < 2:
        return None
    month = date(context.today.year, _number(found["month"]), 1)
    due = _in_month(month, _number(found["day"]))
    if due and due < context.today:
        due = _in_month(month.replace(year=month.year + 1), due.day)
    return _Read(due, month=due.replace(day=1)) if due else None


# ---------------------------------------------------------------- quarters and years


_QUARTER = re.compile(
    f"(?:{_YEAR})?(?:第?(?P<number>[一二三四1-4])季(?:度(?!假))?|[Qq](?P<letter>[1-4])(?:季度?)?|(?P<of>这一?个?|本|当|下一?个?|上一?个?)?季度?)"
    "(?P<part>末|底|初|(?=之内|以内|内(?!部)|结束))?(?:结束)?"
)


def _quarter(found: re.Match[str], context: _Context) -> _Read | None:
    """季度末, 下季度, 明年一季度末: the last day of the quarter."""
    text, begin, words = found.string, found.start(), found[0]
    number, of, part = found["number"] or found["letter"], found["of"], found["part"]
    before = text[begin - 1 : begin]
    if (
        before in _COUNT_SIGNS
        or before in ("个", "旺", "淡", "四", "换", "当")
        or text.startswith(("季节", "季报"), begin)
    ):
        return None
    if number is None and of is None and part is None:
        return None  # 季度返点
    if "季度" not in words and not (part in ("末", "底") or (found["letter"] and (part is not None or found["year"]))):
        return None
    year = _year(found["year"], context.today)
    if number:
        quarter = _number(number)
    else:
        shift = {"下": 1, "上": -1}.get((of or "本")[0], 0)
        quarter = (context.today.month - 1) // 3 + 1 + shift
    due = _quarter_end(year or context.today.year, quarter)
    if number and year is None and due < context.today:
        due = _quarter_end(context.today.year + 1, quarter)
    return _Read(None if part == "初" else due)


_YEAR_PART = re.compile(
    f"{_YEAR}?(?P<part>年底|年末|年中(?!国)|年初|年前|年后(?!天)|年内(?!部)|年之内|底|末|初|中(?!国|标|旬|间)|内(?!部)|之内|以内|[上下]半年|头)"
)


def _year_part(found: re.Match[str], context: _Context) -> _Read | None:
    """年底, 明年年底, 去年底, 下半年, 年内; 年前 and 年后 (around New Year's) leave the day open."""
    text, begin, said, part = found.string, found.start(), found["year"], found["part"]
    before = text[begin - 1 : begin]
    if said is None and not (part[0] == "年" or "半年" in part):
        return None
    if said is None and (
        before in _COUNT_SIGNS
        or before in ("个", "多", "来", "近", "同", "常", "少", "成", "青", "老", "周", "整", "每")
    ):
        return None  # 两年前, 每年底, 周年
    if text[max(0, begin - 2) : begin] == "每年":
        return None
    if said and before in _COUNT_SIGNS and said[0] in "0123456789":
        return None
    if part in ("年前", "年后"):
        return None if said else _Read(None, is_whole=True)
    year = _year(said, context.today) or context.today.year
    if "初" in part or part == "头":
        return _Read(None)
    if part == "上半年" or part.endswith("中"):
        due = date(year, 6, 30)
        if said is None and due < context.today:
            due = due.replace(year=year + 1)
        return _Read(due)
    return _Read(date(year, 12, 31))


# ---------------------------------------------------------------- festivals


# New Year's Day of the lunar calendar, 端午 and 中秋, (month, day), from the Hong Kong Observatory's conversion tables;
# the holidays library agrees (tests/nlp/test_dates.py).
_LUNAR = {
    2020: ((1, 25), (6, 25), (10, 1)), 2021: ((2, 12), (6, 14), (9, 21)), 2022: ((2, 1), (6, 3), (9, 10)),
    2023: ((1, 22), (6, 22), (9, 29)), 2024: ((2, 10), (6, 10), (9, 17)), 2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)), 2027: ((2, 6), (6, 9), (9, 15)), 2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)), 2030: ((2, 3), (6, 5), (9, 12)), 2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)), 2033: ((1, 31), (6, 1), (9, 8)), 2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)), 2036: ((1, 28), (5, 30), (10, 4)), 2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)), 2039: ((1, 24), (5, 27), (10, 2)), 2040: ((2, 12), (6, 14), (9, 20)),
}  # fmt: skip


def _new_year(year: int) -> date | None:
    return date(year, *_LUNAR[year][0]) if year in _LUNAR else None


def festival(name: str, year: int) -> date | None:
    """The day of a festival in a year; None outside the years of the table."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name == "清明":
        return date(year, 4, int(year % 100 * 0.2422 + 4.81) - year % 100 // 4)
    if name == "冬至":
        return date(year, 12, int(year % 100 * 0.2422 + 21.94) - year % 100 // 4)
    if year not in _LUNAR:
        return None
    if name in ("端午", "中秋"):
        return date(year, *_LUNAR[year][1 if name == "端午" else 2])
    return date(year, *_LUNAR[year][0]) + _FROM_NEW_YEAR[name] * DAY


_FIXED = {
    "元旦": (1, 1), "情人节": (2, 14), "三八": (3, 8), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1), "儿童节": (6, 1), "618": (6, 18), "六一八": (6, 18),
    "七一": (7, 1), "八一": (8, 1), "教师节": (9, 10), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12),
    "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
_FROM_NEW_YEAR = {"春节": 0, "过年": 0, "除夕": -1, "大年三十": -1, "年三十": -1, "元宵": 14, "正月十五": 14}
_LONG_WEEKENDS = {
    "元旦": 3,
    "春节": 8,
    "过年": 8,
    "清明": 3,
    "五一": 5,
    "劳动节": 5,
    "端午": 3,
    "中秋": 3,
    "国庆": 8,
    "十一": 8,
}
"""Who speaks of a festival on one of these days means the one that is on."""
_NUMERIC = ("十一", "五一", "六一", "七一", "八一", "三八")
_FESTIVAL = re.compile(
    f"(?:{_YEAR})?(?P<name>"
    + "|".join(sorted({*_FIXED, *_FROM_NEW_YEAR, "清明", "端午", "中秋", "冬至"}, key=len, reverse=True))
    + "|大?年初[一二三四五六七八九十]|正月初[一二三四五六七八九十])(?:国际)?(?:劳动|儿童|妇女|建军)?节?(?:假期|长假|小长假|黄金周)?"
)
_NUMERIC_BEHIND = re.compile(
    "节|国际|劳动|儿童|妇女|建军|假期|长假|小长假|放假|黄金周|之?前|以前|之?后|以后|期间|那天|当天|过后|过完|来|到|要|上|开"
)


def _festival(found: re.Match[str], context: _Context) -> _Read | None:
    text, begin, name = found.string, found.start(), found["name"]
    bare = found.end("name")
    before = text[begin - 1 : begin]
    if (before in _COUNT_SIGNS and name[0] in _COUNT_SIGNS) or before in ("第", "周"):
        return None
    if name in _NUMERIC and found["year"] is None and not _NUMERIC_BEHIND.match(text, bare):
        return None  # 五一 may be a price
    if name == "618" and (
        (before.isalnum() and before.isascii()) or text[bare : bare + 1].isdigit() or is_counted(text, bare)
    ):
        return None
    if name == "过年" and text[bare : bare + 1] == "完":
        return None
    year = _year(found["year"], context.today)
    if "初" in name:
        later, name = _number(name[-1]) - 1, "春节"
    else:
        later = 0
    due = _next_festival(name, later, year, context.today)
    return _Read(due, eve=not later and name not in ("除夕", "大年三十", "年三十")) if due else None


def _next_festival(name: str, later: int, year: int | None, today: date) -> date | None:
    for candidate in (year,) if year else (today.year, today.year + 1):
        day = festival(name, candidate)
        if day and (year or day + max(later, _LONG_WEEKENDS.get(name, 1) - 1) * DAY >= today):
            return day + later * DAY
    return None


# ---------------------------------------------------------------- within, after, ago


_COUNT = "(?:(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?:到|至|-|~))?(?P<count>[0-9]{1,3}|[一二两俩三仨四五六七八九十百几]{1,5}|半)(?P<more>多|来)?"
_SPAN = re.compile(
    f"(?P<past>过)?{_COUNT}(?P<unit>个?工作日|天|日|周|个?星期|个?礼拜|个?月|个半月|年|个?小时|个?钟头)(?:时间|左右)?"
    "(?P<side>[之以]内|内(?![部容勤衬置存径墙])|[之以过]后|后(?![天面续台期勤补视付备])|[之以]前|前(?![面台期提后])|)"
)
_TO_COME = re.compile("[把将给交提完出必要得去发寄送回付定签]")
_LENGTH_BEFORE = re.compile(
    "(?:期|期限|质保|保修|最近|过去|免费|第|每|每隔|间隔|不到|超过|[A-Za-z0-9.点])(?:是|为|要|在|大概|一般)?$"
)
_HOURS_IN_A_DAY = 24


def _span(found: re.Match[str], context: _Context) -> _Read | None:
    """三天内, 半个月内, 48小时内, 十天之后, 一个月前, 再过一周. A length alone is no day."""
    text, begin, unit, side = found.string, found.start(), found["unit"].removeprefix("个"), found["side"]
    if unit == "日" and side.endswith("前") and _TO_COME.match(text, found.end()):
        return None  # 七日前把报价给他
    ahead = bool(found["past"])
    if (not side and not ahead) or (
        ahead and text[begin - 1 : begin] in ("超", "通", "不", "经", "见", "去", "来", "做", "用", "干", "聊", "谈")
    ):
        return None
    if text[begin - 1 : begin] in _COUNT_SIGNS or _LENGTH_BEFORE.search(text, max(0, begin - 6), begin):
        return None
    if side.endswith("内") and text[found.end() : found.end() + 1] == "的" and unit in ("年", "月"):
        return None  # 三年以内的设备
    if text[begin - 1 : begin] == "后" or text[max(0, begin - 2) : begin] == "货到":
        return _Read(None, is_whole=True)  # 验收后十天内: after something that is still to come
    count = found["count"]
    if count == "几" or (ahead and count == "两" and unit == "天"):
        return _Read(None, is_whole=True)
    if "几" in count or (found["more"] == "多"):
        return None
    number = 0.5 if count == "半" else {"俩": 2, "仨": 3}.get(count) or whole(count)
    if not number:
        return None
    due = _reached(context, number, unit, -1 if side.endswith("前") else 1)
    return _Read(due, is_whole=True) if due else None


def _reached(context: _Context, number: float, unit: str, sign: int) -> date | None:
    today = context.today
    if unit in ("小时", "钟头"):
        if number < _HOURS_IN_A_DAY:
            return None  # a time, not a day
        return (datetime.combine(today, context.at) + sign * timedelta(hours=number)).date()
    if unit == "工作日":
        return _working_days_on(today, int(number) * sign)
    if unit in ("天", "日") and number >= 1:
        return today + sign * int(number) * DAY
    if unit in ("周", "星期", "礼拜") and number >= 1:
        return today + sign * int(number) * 7 * DAY
    if unit == "月":
        return today + sign * 15 * DAY if number < 1 else _months_on(today, sign * int(number))
    if unit == "半月":
        return _months_on(today, sign * int(number)) + sign * 15 * DAY
    if unit == "年":
        return _months_on(today, sign * (6 if number < 1 else 12 * int(number)))
    return None


def _working_days_on(day: date, number: int) -> date:
    step = DAY if number > 0 else -DAY
    for _ in range(abs(number)):
        day += step
        while not _calendar().is_working_day(day):
            day += step
    return day


@lru_cache(maxsize=1)
def _calendar() -> WorkingCalendar:
    return WorkingCalendar(WorkingHours())


# ---------------------------------------------------------------- days left open


_OPEN = re.compile(
    "过[两几]天|过些天|过些日子|[这近][两几]天|这一两天|前[两几]天|前些天|头两天|隔两天|改天|改日|回头(?![客率看])|尽快|尽早|过完?年(?:之后|以后|后|再|开)|过完年"
    "|过完?节(?:之后|以后|后)?|[年节]前|节后(?!能)|开年(?:之后|以后|后)?|年后|正月里?|腊月里?"
)


def _open_day(found: re.Match[str], _context: _Context) -> _Read | None:
    text, begin, words = found.string, found.start(), found[0]
    before = text[begin - 1 : begin]
    if words[0] in "年节" and (
        before in _COUNT_SIGNS
        or before in ("个", "多", "来", "去", "今", "明", "春", "环", "季", "细", "章", "当", "同")
    ):
        return None
    if words in ("近两天", "近几天") and before == "最":
        return None
    if words.startswith("过") and before in ("超", "经", "不", "通"):
        return None
    end = found.end() - 1 if words.endswith(("再", "开")) else -1
    return _Read(None, is_whole=True, end=end)


# ---------------------------------------------------------------- which reading where


_DIGITS = "0123456789"
_NUMERALS = "一二两俩三仨四五六七八九十几半" + _DIGITS
_BY_FIRST: list[tuple[str, re.Pattern[str], _Reader]] = [
    ("大前昨今明后", _DAY_WORD, _day_word),
    ("这本下上大周星礼", _WEEK, _week),
    (_DIGITS + "二", _FULL, _full_date),
    ("大前去今本明来后下上元三五六七八十双平圣清端中冬春过除正年劳儿妇教国情" + _DIGITS + "二", _FESTIVAL, _festival),
    (_NUMERALS + "过", _SPAN, _span),
    ("大前去今本明来后下上一二三四五六七八九十元" + _DIGITS, _MONTH, _month_and_day),
    ("这本当下上", _THIS_MONTH, _relative_month),
    ("月上中下", _MONTH_END, _end_of_this_month),
    (_DIGITS + "一二三四五六七八九十", _ONLY_DAY, _only_day),
    (_DIGITS, _SHORT, _short_date),
    ("大前去今本明来后下上这当第一二三四Qq季" + _DIGITS, _QUARTER, _quarter),
    ("大前去今本明来后下上年二" + _DIGITS, _YEAR_PART, _year_part),
    ("过这近前头隔改回尽年节开正腊", _OPEN, _open_day),
]
_READERS = {
    sign: [(pattern, reader) for signs, pattern, reader in _BY_FIRST if sign in signs]
    for sign in {sign for signs, _, _ in _BY_FIRST for sign in signs}
}
_WORDS = "".join(sorted(set(_READERS) - set(_NUMERALS)))
# Most numerals of a talk count things; only one with such a sign behind it can begin a day.
_BEGINS = re.compile(
    f"[{_WORDS}]|[{_NUMERALS}](?=[{_NUMERALS}零〇百]{{0,7}}[个多来年月日号天周星礼季小钟工之以前后节长假放期劳国儿妇建黄那当过到要上开/.~、和跟至-]|[0-9]{8})"
)
