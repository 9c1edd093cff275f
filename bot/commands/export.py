"""dealbell export corrections: what reps put right, as lines of JSON, to improve the understanding by (N3).
dealbell export person: all that is held of a customer's person, as a ZIP file (A4)."""

from __future__ import annotations

import asyncio
import getpass
import json
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import WRONG_USE, Stop, add_config, ready, settings_of, telling_database_trouble
from bot.commands.person import WHO, write_zip

if TYPE_CHECKING:
    from domain.facts import MemoFacts
    from settings.house import HouseRules
    from settings.model import Settings
    from storage.database import Database
    from storage.memos import Corrected

CORRECTIONS, PERSON = KINDS = ("corrections", "person")
CUSTOMER = "customer"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "export",
        help="导出备忘的更正，或者一个人的资料",
        description="corrections：把销售改过的备忘逐行写成 JSON：原话、听成什么、改成什么。"
        "person：把一位客户联系人的全部资料写成一个 ZIP。里面有客户信息，请按公司规定保管。",
    )
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help="corrections 或 person")
    parser.add_argument("who", metavar="WHO", nargs="?", help=f"person：{WHO}")
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path("person.zip"), help="默认 person.zip")
    parser.add_argument("--by", metavar="USERID", help="谁办的，写进操作记录；默认是系统用户名")
    add_config(parser)


def run(args: Namespace) -> int:
    if (args.kind == PERSON) != bool(args.who):
        raise Stop(WRONG_USE, f"export person 后面要写{WHO}。" if args.kind == PERSON else "corrections 后面不用写人。")
    settings = settings_of(args)
    with telling_database_trouble():
        if args.kind == CORRECTIONS:
            return asyncio.run(_print(settings))
        files = asyncio.run(write_zip(settings, args.who, args.by or getpass.getuser(), args.out))
    print(f"已写到 {args.out}：data.json 和 {files} 个原件。交给本人后请删掉这个文件。")
    return 0


async def _print(settings: Settings) -> int:
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from storage.database import Database

    database = Database(settings.database.url.reveal())
    try:
        await ready(database)
        async for line in lines_of(database, HouseRules.of(settings), SystemClock().now()):
            print(line)
    finally:
        await database.close()
    return 0


async def lines_of(database: Database, rules: HouseRules, now: datetime) -> AsyncIterator[str]:
    """Page by page, so that a year of them does not hold the one writer of SQLite."""
    from storage.unit_of_work import begin_work

    last = 0
    while True:
        async with begin_work(database, now, actor="export") as work:
            found = await work.memos.corrected(after_id=last)
        if not found:
            return
        for one in found:
            yield json.dumps(_line(one, rules), ensure_ascii=False)
        last = found[-1].memo.memo_id


def _line(one: Corrected, rules: HouseRules) -> dict[str, Any]:
    understood, corrected = _labels(one.understood), _labels(one.facts)
    for correction in one.corrections:
        if correction.field == CUSTOMER:
            corrected[CUSTOMER] = correction.corrected
    return {
        "id": f"M{one.memo.memo_id}",
        "kind": one.memo.kind,
        "recorded_at": rules.local(one.memo.recorded_at).isoformat(),
        "transcript": one.memo.text,
        "understood": understood,
        "corrected": corrected,
        "fields": list(dict.fromkeys(correction.field for correction in one.corrections)),
        "corrections": [
            {
                "field": correction.field,
                "original": _label(correction.original),
                "corrected": _label(correction.corrected),
                "said": correction.said,
                "at": rules.local(correction.at).isoformat(),
            }
            for correction in one.corrections
        ],
    }


def _labels(facts: MemoFacts) -> dict[str, Any]:
    """As `dealbell extract` writes them, with the concerns, which the labels do not know."""
    from nlp.extract import as_labels

    return {**as_labels(facts), "concerns": [said.value.value for said in facts.concerns]}


def _label(value: Any) -> Any:
    """Money in yuan, like the labels."""
    if isinstance(value, dict) and "min_fen" in value:
        from nlp.mentions import yuan

        return {bound: yuan(value[f"{bound}_fen"]) for bound in ("min", "max")}
    return value
