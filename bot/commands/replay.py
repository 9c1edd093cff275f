"""dealbell replay: past leads under the rules as they are now; nothing is changed (R6)."""

from __future__ import annotations

import asyncio
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.commands import add_config, ready, settings_of, telling_database_trouble
from domain.ids import lead_name

if TYPE_CHECKING:
    from actions.replay import Replayed
    from settings.model import Settings

POOL = "人工池"
NO_RULE = "没有规则"


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 366:
        raise ArgumentTypeError("要写 1 到 366 之间的天数")
    return int(text)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "replay",
        help="用现在的规则重演过去的派单",
        description="拿设置里现在的派单规则，把过去的线索再派一遍，看谁会拿到什么；只看，不改。",
    )
    add_config(parser)
    parser.add_argument("--days", type=_days, default=30, help="重演最近多少天，默认 30")


def run(args: Namespace) -> int:
    settings = settings_of(args)
    with telling_database_trouble():
        print("\n".join(asyncio.run(_replay(settings, args.days))))
    return 0


async def _replay(settings: Settings, days: int) -> list[str]:
    from actions.replay import replay
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from storage.database import Database
    from storage.unit_of_work import begin_work

    database, now = Database(settings.database.url.reveal()), SystemClock().now()
    try:
        await ready(database)
        async with begin_work(database, now, actor="replay") as work:
            replayed = await replay(work, HouseRules.of(settings), now - timedelta(days=days))
    finally:
        await database.close()
    return _told(replayed, days)


def _told(replayed: Sequence[Replayed], days: int) -> list[str]:
    if not replayed:
        return [f"最近 {days} 天没有线索。"]
    other = [one for one in replayed if one.was != one.would_be]
    lines = [
        f"{lead_name(one.lead_id)} {one.customer}：{one.was or POOL} → {one.would_be or POOL}（{one.rule or NO_RULE}）"
        for one in other
    ]
    share = Counter(one.would_be or POOL for one in replayed)
    shares = "、".join(f"{name} {count}" for name, count in share.most_common())
    return [f"最近 {days} 天 {len(replayed)} 条线索，{len(other)} 条会换人。", *lines, f"按现在的规则：{shares}。"]
