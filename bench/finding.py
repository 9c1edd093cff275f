"""Finding transactions among 200,000, and undoing a statement of 10,000 bookings, on SQLite and PostgreSQL (P1, P2)."""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TRANSACTIONS, ORDERS, BOOKED = 200_000, 50_000, 10_000
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
AT_ONCE = 5_000
WORDS = {
    "customer": "甲屿0042", "payer": "周某77", "order": "XS2602-4240", "yuan": "4,242.00", "serial": "S0123456",
    "every payer": "有限公司", "nothing like it": "没有这样的", "no words": "",
}  # fmt: skip


def run() -> dict[str, Any]:
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        measured["sqlite"] = asyncio.run(_measure(f"sqlite+aiosqlite:///{folder}/bench.db", folder))
        if address := os.environ.get("DEALBELL_BENCH_POSTGRES"):
            measured["postgresql"] = asyncio.run(_measure(address, folder))
    return measured


async def _measure(address: str, folder: str) -> dict[str, Any]:
    from actions import undo_upload
    from bot.app import read_roster
    from bot.demo import demo_settings
    from scheduler.clock import SystemClock
    from settings.house import HouseRules
    from simulator.company import demo_company
    from storage.database import Database
    from storage.unit_of_work import begin_work, look
    from storage.upgrade import upgrade

    database = Database(address)
    await upgrade(database)
    settings = demo_settings(demo_company(), wecom="http://127.0.0.1:1", product="", data=Path(folder))
    await read_roster(database, settings, SystemClock())
    await _fill(database)
    figures: dict[str, Any] = {}
    async with look(database, NOW) as work:
        for name, words in WORDS.items():
            figures[name] = await _milliseconds(lambda words=words: work.payments.search(words))
        figures["behind the 100,000th"] = await _milliseconds(lambda: work.payments.search("", after=100_000))
    async with begin_work(database, NOW + timedelta(minutes=1), actor="qianfang") as work:
        finance = await work.members.get("qianfang")
        assert finance is not None
        started = time.perf_counter()
        done = await undo_upload.undo(work, HouseRules.of(settings), 1, by=finance)
        figures[f"undo of {len(done.undone)} bookings, s"] = round(time.perf_counter() - started, 2)
    await database.close()
    return figures


async def _milliseconds(search: Callable[[], Awaitable[Any]]) -> dict[str, float]:
    """The median of five."""
    took = []
    for _ in range(5):
        started = time.perf_counter()
        found = await search()
        took.append(time.perf_counter() - started)
    return {"ms": round(sorted(took)[2] * 1000, 1), "found": len(found)}


async def _fill(database: Any) -> None:
    from storage.tables import bank_transactions, bookings, offered_orders, receivables, statement_uploads

    dice = random.Random(20261124)
    orders = [_order(at) for at in range(ORDERS)]
    rows = [_transaction(at, dice) for at in range(TRANSACTIONS)]
    booked = [
        {"transaction_id": at + 1, "receivable_id": at + 1, "amount": rows[at]["amount"], "by": "rules", "at": NOW}
        for at in range(BOOKED)
    ]
    offered = [
        {"order_no": orders[at % ORDERS]["order_no"], "transaction_id": at + 1}
        for at, row in enumerate(rows)
        if row["state"] == "waiting"
    ]
    upload = {"sha256": "0" * 64, "by": "qianfang", "door": "chat", "received_at": NOW, "state": "done"}
    async with database.writing() as connection:
        await connection.execute(statement_uploads.insert(), [upload | {"unreadable": [], "done_at": NOW}])
        for table, values in (
            (receivables, orders), (bank_transactions, rows), (bookings, booked), (offered_orders, offered),
        ):  # fmt: skip
            for at in range(0, len(values), AT_ONCE):
                await connection.execute(table.insert(), values[at : at + AT_ONCE])
        if connection.dialect.name == "postgresql":
            # As autovacuum does within a minute.
            await connection.exec_driver_sql("ANALYZE")


def _order(at: int) -> dict[str, Any]:
    amount = 10_000 + at * 100
    customer = f"甲屿{at % 5000:04d}机械有限公司"
    return {
        "order_no": f"XS26{at // 10_000:02d}-{at % 10_000:04d}", "order_key": f"XS26{at // 10_000:02d}{at % 10_000:04d}",
        "customer": customer, "customer_key": customer, "owner": "zhangwei", "amount": amount,
        "received": amount if at < BOOKED else 0, "state": "paid" if at < BOOKED else "open", "instalments": [],
        "earlier": [], "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip


def _transaction(at: int, dice: random.Random) -> dict[str, Any]:
    is_booked = at < BOOKED
    payer = f"甲屿{dice.randrange(5000):04d}机械有限公司" if at % 3 else f"周某{at % 997}"
    amount = 10_000 + at * 100 if is_booked else 10_000 + dice.randrange(50_000) * 100
    return {
        "serial": f"S{at:07d}", "day": "2026-11-24", "amount": amount, "paid_at": NOW, "payer": payer, "payer_key": payer,
        "remark": "货款", "taken_at": NOW, "facts": {}, "proposal": [], "candidates": [], "told_at": NOW,
        "state": "booked" if is_booked else ("waiting" if at % 20 == 0 else "unmatched"),
        "allocated": amount if is_booked else 0, "upload_id": 1 if is_booked else None,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=1))
