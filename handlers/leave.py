"""请假 11-25 到 11-27 代理 王五, 销假: nobody is given work while away (R4, chapter 1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from chat.capability import Capability
from chat.messages import Reply
from domain.leads import WAITING_STATES
from domain.people import Leave, Member
from domain.refusal import Refusal
from handlers._context import Context, Said

capability = Capability(
    words=("请假", "休假", "销假"),
    example="请假 11-25 到 11-27 代理 王五",
    help="休假期间不派线索给我；“销假”提前回来或取消",
    spec="R4",
)
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?|(今天|明天|后天)")
_STAND_IN = re.compile(r"(?:代理人?|交给|找)\s*[:：]?\s*@?(\S+)\s*$")


async def handle(ctx: Context, said: Said) -> Reply:
    return await (_back(ctx) if said.word == "销假" else _away(ctx, said))


async def _away(ctx: Context, said: Said) -> Reply:
    days = [_day(found, ctx.today) for found in _DAY.finditer(said.argument)]
    if not 1 <= len(days) <= 2 or days[-1] < days[0] or days[-1] < ctx.today:
        raise Refusal("leave_dates")
    stand_in = await _stand_in(ctx, said.argument)
    leave = Leave(days[0], days[-1], stand_in.userid if stand_in else None)
    await ctx.work.members.save(replace(ctx.member, leave=(*ctx.member.leave, leave)))
    covered = f"，由{stand_in.name}代理" if stand_in else ""
    waiting = await ctx.work.leads.of_owner(ctx.member.userid, WAITING_STATES)
    left = f"手上还有 {len(waiting)} 条没联系的线索，发“待办”逐条转派。" if waiting else ""
    return Reply(f"记下了，{_span(days[0], days[-1])} 不派新线索给你{covered}。提前回来发“销假”。{left}")


async def _back(ctx: Context) -> Reply:
    """Back from the leave of today, else none of those that were still to come."""
    coming = [leave for leave in ctx.member.leave if leave.last >= ctx.today]
    if not coming:
        return Reply("你没有在休假，照常派线索。")
    ended = [leave for leave in coming if leave.covers(ctx.today)]
    kept = tuple(leave for leave in coming if leave not in ended) if ended else ()
    await ctx.work.members.save(replace(ctx.member, leave=kept))
    if ended:
        return Reply("欢迎回来，从现在起照常派线索给你。" + (f"{_spans(kept)} 的休假还在。" if kept else ""))
    return Reply(f"取消了 {_spans(coming)} 的休假，照常派线索给你。")


def _spans(leaves: Sequence[Leave]) -> str:
    return "、".join(_span(leave.first, leave.last) for leave in leaves)


def _span(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d} 到 {last:%m-%d}"


def _day(found: re.Match[str], today: date) -> date:
    if found[4]:
        return today + timedelta(days=("今天", "明天", "后天").index(found[4]))
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Refusal("leave_dates") from error
    # 01-02 said in December is next January.
    return day if found[1] or (today - day).days < 180 else day.replace(year=today.year + 1)


async def _stand_in(ctx: Context, argument: str) -> Member | None:
    named = _STAND_IN.search(argument)
    if named is None:
        return None
    found = [member for member in await ctx.work.members.named(named[1]) if member.userid != ctx.member.userid]
    if len(found) != 1:
        raise Refusal("nobody_named", name=named[1], example="请假 11-25 到 11-27 代理 王五")
    return found[0]
