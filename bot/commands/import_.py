"""dealbell import: roster, receivables, bank statements; other kinds belong to later versions."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, WRONG_USE, Stop, add_config, ready, settings_of, telling_database_trouble

if TYPE_CHECKING:
    from domain.people import Member
    from settings.model import Settings

KINDS = {
    "roster": "名册",
    "customers": "客户",
    "leads": "线索",
    "receivables": "应收",
    "bank": "银行流水",
}
READY = ("roster", "receivables", "bank")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "import",
        help="导入名册、应收、银行流水",
        description="导入文件：名册（roster，TOML 或 Excel）、应收（receivables，Excel、CSV 或 JSON）、银行流水（bank，CSV 或 Excel）。客户和线索还不能导入。",
    )
    parser.add_argument("kind", metavar="KIND", choices=tuple(KINDS), help="roster、receivables 或 bank")
    parser.add_argument("file", metavar="FILE", type=Path, help="要导入的文件")
    add_config(parser)
    parser.add_argument("--dry-run", action="store_true", help="只看会改什么，不写进数据库")


def run(args: Namespace) -> int:
    if args.kind not in READY:
        raise Stop(WRONG_USE, f"这个版本还不能导入{KINDS[args.kind]}；现在可以导入：{'、'.join(READY)}。")
    if args.kind != "roster":
        from bot.commands import import_money

        return import_money.receivables(args) if args.kind == "receivables" else import_money.bank(args)
    settings = settings_of(args)
    from settings.roster import doubts_beside, read

    found = read(args.file)
    if found.problems:
        raise Stop(FAILED, *(f"{args.file}：{problem}" for problem in found.problems), "什么也没有改。")
    for warning in (*found.warnings, *doubts_beside(settings, found.members)):
        print(f"! {warning}")
    with telling_database_trouble():
        lines = asyncio.run(_take(settings, found.members, args.dry_run))
    print("\n".join(lines))
    if args.file.resolve() != settings.roster.file.resolve():
        print(f"! 服务按 {settings.roster.file} 更新名册；要长期有效，请把它换成这个文件。")
    return 0


async def _take(settings: Settings, members: tuple[Member, ...], dry_run: bool) -> list[str]:
    from actions.roster import take_roster
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from storage.database import Database
    from storage.unit_of_work import begin_work

    database = Database(settings.database.url.reveal())
    try:
        await ready(database)
        async with begin_work(database, SystemClock().now(), actor="import") as work:
            lines = _differences(await work.members.everybody(), members)
            if not dry_run:
                await take_roster(work, HouseRules.of(settings), members)
    finally:
        await database.close()
    return [*lines, "以上还没有写进数据库；去掉 --dry-run 再执行一次。" if dry_run else "名册已更新。"]


def _differences(known: list[Member], listed: tuple[Member, ...]) -> list[str]:
    before = {member.userid: member for member in known}
    now = {member.userid: member for member in listed}
    added = [now[userid].name for userid in now if userid not in before]
    changed = [now[userid].name for userid in now if userid in before and _differs(before[userid], now[userid])]
    gone = [member.name for member in known if member.userid not in now and not member.frozen_why]
    told = [("新增", added), ("有变化", changed), ("名册里没有了，将冻结", gone)]
    return [f"{what} {len(names)} 人：{'、'.join(names)}" for what, names in told if names] or ["没有变化。"]


def _differs(before: Member, now: Member) -> bool:
    """Leave taken in chat is kept beside the file's, so only the file's own leave counts."""
    from dataclasses import replace

    same_leave = set(now.leave) <= set(before.leave)
    plain = replace(before, leave=(), wecom_userid="", frozen_why="")
    return not same_leave or plain != replace(now, leave=(), wecom_userid="", frozen_why="")
