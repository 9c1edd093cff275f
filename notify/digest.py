"""The leaders' one message a day: three figures first, everything else one line away (D1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chat.texts.format import WEEKDAYS
from domain.metrics import Figure, LeadFigures

NAMES = {
    "健康指数": "health_index",
    "高潜线索": "pool_growth",
    "闭环率": "closure_rate",
    "昨日线索": "new",
    "昨日未接": "accepted",
    "首次联系": "minutes_to_contact",
    "超时": "late",
    "红灯": "untouched",
    "待指派": "pooled",
}
"""What 明细 understands, and the figure behind it."""


def digest_text(figures: LeadFigures, day: date, *, late: str = "", money: Sequence[str] = ()) -> str:
    """`late` says when it should have come; `money`: lines about yesterday's."""
    lines = [f"日报 {day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"]
    if late:
        lines.append(f"（应在 {late} 发出，服务恢复后补发）")
    lines += [
        f"流程健康指数 {_per_cent(figures.health_index)}" + _of(figures.health_index, "到期 {n} 条"),
        f"高潜线索 {_signed(figures.pool_growth)}，现有 {figures.pool_growth.out_of} 条",
        f"闭环率 {_per_cent(figures.closure_rate)}" + _of(figures.closure_rate, "近 30 天 {n} 条"),
        "",
        f"昨天新线索 {_number(figures.new)} 条，已接 {_number(figures.accepted)} 条"
        + (f"，首次联系中位 {_number(figures.minutes_to_contact)} 分钟" if figures.minutes_to_contact.out_of else ""),
        f"现在超时未联系 {_number(figures.late)} 条，48 小时未动 {_number(figures.untouched)} 条",
        *([f"人工池里 {_number(figures.pooled)} 条待指派"] if figures.pooled.value else []),
        *money,
        "",
        _next_step(figures),
    ]
    return "\n".join(lines)


def _next_step(figures: LeadFigures) -> str:
    """Which figure is worth a look today."""
    if figures.pooled.value:
        return "先把没人跟的派出去，发：人工池"
    if figures.untouched.value:
        return "先看红灯，发：明细 红灯"
    if figures.late.value:
        return "先看超时的，发：明细 超时"
    return "想看每个数的来历，发：明细 健康指数"


def _per_cent(figure: Figure) -> str:
    return "暂无" if figure.value is None else f"{figure.value:.0f}%"


def _of(figure: Figure, words: str) -> str:
    return f"（{words.format(n=figure.out_of)}）" if figure.value is not None else ""


def _signed(figure: Figure) -> str:
    return f"{figure.value:+.0f}" if figure.value else "持平"


def _number(figure: Figure) -> str:
    return "0" if figure.value is None else f"{figure.value:.0f}"
