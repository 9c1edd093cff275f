"""dealbell erase person: what identifies a person goes, what the books need stays (A4, docs/adr/0014)."""

from __future__ import annotations

import asyncio
import getpass
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, Stop, add_config, ready, settings_of, short, telling_database_trouble
from bot.commands.person import WHO, person_called
from domain.ids import customer_name

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.personal_data import Person, Plan

WHAT = {
    "customers": "客户名", "customer_names": "写法", "customer_phones": "电话", "leads": "线索", "activities": "跟进记录",
    "memos": "备忘", "memo_corrections": "备忘的更正", "transcriptions": "转写", "media": "照片、语音的登记",
    "evidence": "拜访留痕", "customer_places": "客户位置", "locations": "发来的位置", "customer_profiles": "客户画像",
    "todos": "待办", "inbox": "收到的消息", "outbox": "发出的消息", "cards": "卡片", "card_codes": "卡片的回执",
    "audit": "操作记录里的值", "receivables": "应收的客户名", "bank_transactions": "流水的付款人", "promises": "承诺的客户名",
    "payer_aliases": "付款人别名", "script_uses": "话术的理由", "wecom_uploads": "企业微信的临时文件号",
    "assignments": "派单依据", "questions": "没答完的问题", "api_answers": "接口的回答",
}  # fmt: skip


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "erase",
        help="删除一个人的资料",
        description="删掉一位客户联系人的电话、姓名、备忘、消息、位置、照片和语音，金额、订单号和公司名留着。"
        "不加 --yes 只列出会删什么；删了不能恢复。",
    )
    parser.add_argument("kind", metavar="KIND", choices=("person",), help="person")
    parser.add_argument("who", metavar="WHO", help=WHO)
    parser.add_argument("--yes", action="store_true", help="真的删")
    parser.add_argument(
        "--company", metavar="NAME", action="append", default=[], help="这个写法是公司名，留着；可以写几次"
    )
    parser.add_argument("--by", metavar="USERID", help="谁办的，写进操作记录；默认是系统用户名")
    add_config(parser)


def run(args: Namespace) -> int:
    settings = settings_of(args)
    with telling_database_trouble():
        print("\n".join(asyncio.run(_erase(settings, args))))
    return 0


async def _erase(settings: Settings, args: Namespace) -> list[str]:
    import aiohttp

    from actions import personal_data
    from bot.originals import store_of
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from storage.database import Database
    from storage.unit_of_work import begin_work, look

    clock = SystemClock()
    database = Database(settings.database.url.reveal())
    try:
        await ready(database)
        if not args.yes:
            async with look(database, clock.now()) as work:
                person = await person_called(work, args.who, args.company)
                return _told(person, await personal_data.plan(work, person), is_done=False)
        async with aiohttp.ClientSession() as session:
            store = store_of(settings, session, clock)

            async def forget(sha256: str) -> None:
                try:
                    await store.forget(sha256)
                except OSError as error:
                    raise Stop(FAILED, f"原件删不掉（{short(error)}）；数据库没有动，修好后再执行一次。") from error

            async with begin_work(database, clock.now(), actor=args.by or getpass.getuser(), cause="erase") as work:
                person = await person_called(work, args.who, args.company)
                plan = await personal_data.erase(work, HouseRules.of(settings), person, forget)
        return _told(person, plan, is_done=True)
    except personal_data.UnderWay as under_way:
        raise Stop(FAILED, f"{under_way} 还没完；先在企业微信里结束，或等几分钟收完，再删。") from None
    finally:
        await database.close()


def _told(person: Person, plan: Plan, *, is_done: bool) -> list[str]:
    number = customer_name(person.customer.customer_id)
    if plan.is_empty:
        return [f"{number} 没有可以删的个人资料。"]
    lines = [f"{number} {'已删除' if is_done else '会删除'}："]
    lines += [f"  {WHAT.get(table, table)} {count} 条" for table, count in plan.counts.items()]
    lines += [f"  照片、语音原件 {len(plan.originals)} 个"]
    if not is_done:
        names = "、".join(person.names) or "没有"
        lines += [
            f"当作人名删掉的：{names}。公司名、金额、订单号留着；其实是公司名的，加 --company 写法。",
            "什么都没动；确定就加 --yes，删了不能恢复。",
        ]
    return lines
