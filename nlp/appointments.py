"""A visit with a time of day: 周四下午三点去他们厂 (B1). Without a time nobody can be briefed half an hour before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from nlp.numbers import whole
from nlp.spans import Span, span_of
from nlp.transcript import even

_PART = "凌晨|清早|清晨|早上|早晨|上午|早|中午|下午|傍晚|晚上|晚|午后"
_NUMERAL = "[0-9]{1,2}|[一二三四五六七八九十两]{1,3}"
_TIME = re.compile(
    f"(?P<part>{_PART})?"
    f"(?:(?P<h>[01]?[0-9]|2[0-3]):(?P<m>[0-5][0-9])(?![0-9:])"
    f"|(?P<hour>{_NUMERAL})(?:点钟|点整|点|时)(?!要求|意见|建议|问题|原因|想法|五|几|多|来|头|名|子|儿|评|击|货|数)"
    f"(?P<minute>半|一刻|三刻|(?:{_NUMERAL})分?(?![0-9]|个|台|套|件|天|号|月|家|人|[万千百]))?)"
)
_LATE = frozenset({"下午", "傍晚", "晚上", "晚", "午后"})
_VISIT = re.compile(
    "拜访|回访|上门|登门|面谈|面聊|见面|碰面|看厂|看现场|看场地|勘[察测]|踏勘|走访|跑一趟|走一趟|当面"
    "|去(?:一趟|趟|他|她|客户|厂|公司|现场|工地|医院|学校|院里|店里|那边|那里|.{1,8}(?:厂|公司|现场|医院|学校|工地)(?:里|去)?(?:$|拜|见|谈|看|聊|演|试|测|签|做|开))"
    "|(?:去|过去|再去|来)(?:见|看看?|谈|聊|演示|讲|汇报|交流|签)|见.{0,4}(?:总|董|经理|主任|厂长|院长|科长|部长|局长|校长|老板|工)"
    "|到(?:他们?|客户|厂里|现场|公司|院里)|约.{0,5}(?:见|谈|面)"
)
BEFORE, BEHIND = 16, 3
"""Characters around a step's words in which its time of day may stand: it is no part of the action."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    span: Span
    at: time


def time_of_day(text: str) -> TimeOfDay | None:
    """The first that is said; `text` is even. 三点 without a part of the day is an hour of work: 15:00, not 03:00."""
    for found in _TIME.finditer(text):
        at = _read(found)
        if at is not None:
            return TimeOfDay(span_of(text, found.start(), found.end()), at)
    return None


def _read(found: re.Match[str]) -> time | None:
    hour = int(found["h"]) if found["h"] else _number(found["hour"])
    said = found["minute"] or ""
    minute = int(found["m"]) if found["m"] else {"": 0, "半": 30, "一刻": 15, "三刻": 45}.get(said)
    if minute is None:
        minute = _number(said.removesuffix("分"))
    if hour is None or minute is None or hour > 23 or minute > 59:
        return None
    if hour == 1 and found["hour"] == "一" and not found["part"]:
        # 有一点: a little of something.
        return None
    part = found["part"] or ""
    is_bare = not part and not found["h"]
    if hour < 12 and (part in _LATE or (part == "中午" and hour < 3) or (is_bare and 1 <= hour < 7)):
        hour += 12
    return time(hour, minute)


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() else whole(words)


def is_visit(action: str) -> bool:
    """去他们厂里演示, 上门拜访: somebody goes there."""
    return _VISIT.search(action) is not None


def visit_time(action: str, transcript: str, start: int, end: int) -> time | None:
    """When the step from `start` to `end` of the transcript is a visit with a time of day; else None."""
    if not is_visit(action):
        return None
    around = even(transcript[max(0, start - BEFORE) : end + BEHIND]).text
    found = time_of_day(around)
    return found.at if found is not None else None
