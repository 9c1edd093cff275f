"""Behaviour and size that somebody copied into a remark (L6): 浏览5分钟, 下载3份资料, 员工300人, 年产值3000万.

Read when a lead is graded, not when a post is parsed. What is bounded from above (不到300人, 5分钟以内) is no figure to
reach, and is not read; of several figures of a kind the greatest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from domain.grading import Sign, Signs
from nlp.money import amounts
from nlp.normalize import fold
from nlp.numbers import read_number

_FILL = r"(?:[: ]|了|过|大概|大约|约|共|累计|总共|总计|有|是|为|达到?|近|上|超过?|至少)*"
_CLAUSE = r"(?:^|(?<=[\s,。;、/|()·]))"
_CLAUSE_END = r"(?=$|[\s,。;、/|()·])"
_AT_MOST = r"(?![之以]?[内下]|不到)"
_GAP = re.compile(r"(?<=[0-9]) +(?=[万亿千百人名份次分秒小个])")
"""停留 12 分钟, 2 亿."""


def read_signs(remark: str) -> Signs:
    text = _GAP.sub("", fold(remark)).lower()
    return Signs(
        page_seconds=_greatest(_page_times(text)),
        downloads=_greatest(_downloads(text)),
        staff=_greatest((*_counted(text, _STAFF, _PEOPLE), *_counted(text, _ALONE, _PEOPLE_ALONE))),
        turnover_fen=_greatest(_turnovers(text)),
    )


def _greatest(signs: Iterable[Sign]) -> Sign | None:
    return max(signs, key=lambda sign: sign.value, default=None)


def _counted(text: str, before: re.Pattern[str], unit: re.Pattern[str]) -> Iterator[Sign]:
    """A numeral between what says what it counts and its unit."""
    for found in before.finditer(text):
        numeral = _numeral(text, found.end())
        if numeral and (after := unit.match(text, numeral[1])):
            yield Sign(int(numeral[0]), text[found.start() : after.end()].strip())


_TO = re.compile("[-~到至]")


def _numeral(text: str, at: int) -> tuple[Decimal, int] | None:
    """The numeral that begins here, or the lower end of two that make a range; and where it ends."""
    number = read_number(text, at) if at < len(text) else None
    if number is None:
        return None
    if (joint := _TO.match(text, number.end)) and joint.end() < len(text):
        upper = read_number(text, joint.end())
        if upper is not None:
            return number.low, upper.end
    return number.low, number.end


# ---------------------------------------------------------------- page time

_PAGE = "(?:官网|网站|网页|页面|产品页|详情页|首页|小程序|公众号)"
_VIEWED = re.compile(
    rf"(?:{_PAGE}上?(?:浏览|停留|访问|阅读|待|看)|(?<!现场)(?<!展台)(?<!展位)(?<!车间)(?<!门店)(?<!到店)(?:浏览|停留)"
    rf"|(?:看|访问|阅读)[了过]?{_PAGE})(?:{_PAGE}|时长|时间)?{_FILL}"
)
_HALF_HOUR = re.compile("半个?(?:小时|钟头)")
_TIME = re.compile(
    "(?P<h>(?:个(?P<half_h>半))?(?:个?小时|个?钟头|h(?![a-z])))|(?P<m>分钟?(?![之期享])(?P<half_m>半)?|mins?(?![a-z]))"
    "|(?P<s>秒钟?|s(?![a-z]))"
)
_NOT_MORE = re.compile(_AT_MOST)


def _page_times(text: str) -> Iterator[Sign]:
    for found in _VIEWED.finditer(text):
        seconds, end = _duration(text, found.end())
        if seconds and _NOT_MORE.match(text, end):
            yield Sign(seconds, text[found.start() : end])


def _duration(text: str, at: int) -> tuple[int, int]:
    """Seconds and where it ends: 1小时20分, 5分半, 半小时; 0 where none begins here."""
    if half := _HALF_HOUR.match(text, at):
        return 1800, half.end()
    seconds = Decimal(0)
    while (numeral := _numeral(text, at)) and (unit := _TIME.match(text, numeral[1])):
        seconds += numeral[0] * (3600 if unit["h"] else 60 if unit["m"] else 1)
        seconds += 1800 if unit["half_h"] else 30 if unit["half_m"] else 0
        at = unit.end()
    return int(seconds), at


# ---------------------------------------------------------------- downloads

_PAPERS = (
    "(?:产品|技术|选型|电子|全套|相关|公司)?(?:资料|报价单?|样册|样本|画册|手册|说明书|白皮书|图纸|方案|目录|彩页|参数表?"
    "|案例|文件|文档|型录|价格表|价目表|规格书|数据表|证书|cad|pdf)"
)
_NOT_DONE = "".join(
    f"(?<!{word})" for word in ("没", "没有", "未", "无法", "不能", "想", "要", "请", "求", "可以", "可")
)
_DOWNLOADED = re.compile(rf"{_NOT_DONE}下载(?:{_PAPERS})?(?:次数|份数)?{_FILL}")
_PIECES = re.compile(rf"(?:[份次本套篇张件册种款遍]|个(?!月|小时|钟|工作)){_AT_MOST}")
_SOMETHING = re.compile(
    rf"{_NOT_DONE}(?:已经?下载|下载(?:[了过]|完)?{_PAPERS})(?!失败|打不开|不[了到]|慢|速度|链接|量)"
)


def _downloads(text: str) -> Iterator[Sign]:
    yield from _counted(text, _DOWNLOADED, _PIECES)
    for found in _SOMETHING.finditer(text):
        yield Sign(1, found[0])


# ---------------------------------------------------------------- size

_FIRM = "(?:公司|企业|工厂|全厂|厂里|厂子|单位|集团|总部)"
# 参会人数, 会议规模, 培训员工 count somebody else.
_STAFF = re.compile(
    rf"(?:(?<![训派招聘裁])(?:员工|职工)(?:人数|总数|规模)?|{_FIRM}(?:人数|规模)|{_CLAUSE}(?:人数|规模)){_FILL}"
)
_PEOPLE = re.compile(rf"(?:个?人|名|位|号人)(?![次份参来到用就餐培同/]){_AT_MOST}|{_CLAUSE_END}")
_ALONE = re.compile(rf"{_CLAUSE}{_FIRM}?{_FILL}")
_PEOPLE_ALONE = re.compile(
    rf"(?:[个名]?(?:员工|职工|工人)|人|号人)(?:左右|以上|上下|规模)?(?:的?(?:大|小|中型|大型)?(?:工?厂|企业|公司|规模|单位|集团))?{_CLAUSE_END}"
)

_TURNOVER_WORD = "(?:产值|营收|营业额|营业收入|销售额|销售收入)"
_TURNOVER = re.compile(rf"(?:年度?(?:{_TURNOVER_WORD}|收入)|{_CLAUSE}{_TURNOVER_WORD}){_FILL}")


def _turnovers(text: str) -> Iterator[Sign]:
    named = {found.end(): found.start() for found in _TURNOVER.finditer(text)}
    for amount in amounts(text) if named else ():
        # The bound of an amount (过亿, 超过3000万) may stand among the small words before it.
        ends = [end for end in named if amount.span.start <= end < amount.span.end]
        if ends and amount.min_fen is not None:
            yield Sign(amount.min_fen, text[named[ends[0]] : amount.span.end])
