"""dealbell import receivables and bank: open orders and statements (P1). What is wrong is told by its place; the rest goes in."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import FAILED, Stop, ready, settings_of, telling_database_trouble

if TYPE_CHECKING:
    from domain.payments import BankTransaction
    from domain.statements import UnreadableRow
    from settings.model import Settings
    from statements.receivables import ReceivableList

DRY = "以上还没有写进数据库；去掉 --dry-run 再执行一次。"


def receivables(args: Namespace) -> int:
    from chat.texts.statements import file_wrong, receivable_wrong
    from statements.problems import StatementError
    from statements.receivables import read_receivables

    settings = settings_of(args)
    try:
        read = read_receivables(_bytes(args.file))
    except StatementError as error:
        raise Stop(FAILED, f"{args.file}：{file_wrong(error.problem)}。") from None
    wrong = list(read.unreadable)
    if args.dry_run:
        print(f"读到应收 {len(read.listed)} 单。{DRY}")
    else:
        with telling_database_trouble():
            kept, refused = asyncio.run(_put(settings, read))
        wrong += refused
        print(f"应收 {kept} 单已写入；已有的订单按文件更新，已入账的钱不动。")
    for one in sorted(wrong, key=lambda row: (row.sheet, row.line)):
        print(f"{args.file}：{receivable_wrong(one, is_table=read.is_table)}。", file=sys.stderr)
    return FAILED if wrong else 0


def bank(args: Namespace) -> int:
    from chat.texts.statements import file_wrong, row_wrong
    from scheduler.apart import layouts_of
    from statements.problems import StatementError
    from statements.reading import read_statement

    settings = settings_of(args)
    try:
        statement = read_statement(_bytes(args.file), args.file.name, layouts_of(settings))
    except StatementError as error:
        raise Stop(FAILED, f"{args.file}：{file_wrong(error.problem)}。") from None
    for row in statement.unreadable:
        print(f"{args.file}：{row_wrong(row)}", file=sys.stderr)
    if args.dry_run:
        print(f"读到流水 {len(statement.transactions)} 笔。{DRY}")
    else:
        with telling_database_trouble():
            print(asyncio.run(_take(settings, statement.transactions)))
    return FAILED if statement.unreadable else 0


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Stop(FAILED, f"{file}：读不了（{error.strerror}）。") from None


async def _put(settings: Settings, read: ReceivableList) -> tuple[int, list[UnreadableRow]]:
    """How many are in, and what is wrong with those that could not be kept."""
    from actions.keep_receivables import AT_ONCE, keep_all
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from storage.database import Database
    from storage.unit_of_work import begin_work

    database = Database(settings.database.url.reveal())
    rules, since = HouseRules.of(settings), SystemClock().now()
    kept, refused = 0, []
    try:
        await ready(database)
        for start in range(0, len(read.listed), AT_ONCE):
            async with begin_work(database, SystemClock().now(), actor="import") as work:
                piece = read.listed[start : start + AT_ONCE]
                counts, problems = await keep_all(work, rules, [one.receivable for one in piece], since=since)
            kept += counts.total()
            refused += [one.refused(problems) for one in piece if one.receivable.order_no in problems]
    finally:
        await database.close()
    return kept, refused


async def _take(settings: Settings, transactions: tuple[BankTransaction, ...]) -> str:
    from actions.take_transactions import AT_ONCE, take
    from scheduler.clock import SystemClock
    from storage.database import Database
    from storage.payments import Source
    from storage.unit_of_work import begin_work

    database = Database(settings.database.url.reveal())
    new = repeated = 0
    try:
        await ready(database)
        for start in range(0, len(transactions), AT_ONCE):
            async with begin_work(database, SystemClock().now(), actor="import") as work:
                taken = await take(work, transactions[start : start + AT_ONCE], Source("command"))
            new, repeated = new + taken.new, repeated + taken.repeated
    finally:
        await database.close()
    return f"新流水 {new} 笔，已有 {repeated} 笔不再计。服务运行时会马上匹配，并告诉财务和销售。"
