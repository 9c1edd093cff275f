"""Statements through the whole house on SQLite: stored, judged against 50,000 kept receivables, booked, told; meanwhile
callbacks come in, and the longest that one of them waits for its answer is measured (P1, P2)."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import matching

PROBE_EVERY = 0.1


def run() -> dict[str, Any]:
    return {"10000_transactions": _in_a_process("10000"), "200000_rows": _in_a_process("200000")}


def _in_a_process(rows: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.taking", rows], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


async def _measure(rows: int) -> dict[str, Any]:
    from bot.app import read_roster
    from bot.demo import demo_settings
    from scheduler.clock import SystemClock
    from scheduler.payments import Payments
    from settings.house import HouseRules
    from simulator.company import demo_company
    from storage.database import Database
    from storage.intake import Intake
    from storage.unit_of_work import begin_work
    from storage.upgrade import upgrade

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await upgrade(database)
        settings = demo_settings(demo_company(), wecom="http://127.0.0.1:1", product="", data=Path(folder))
        await read_roster(database, settings, SystemClock())
        dice = random.Random(20261023)
        receivables = matching._receivables(dice)
        await _keep(database, receivables)
        data = _statement(dice, receivables, rows)

        async def bytes_of(_: str) -> bytes:
            return data

        payments = Payments(database, SystemClock(), HouseRules.of(settings), bytes_of)
        async with begin_work(database, datetime.now(UTC), actor="bench") as work:
            await work.uploads.want("0" * 64, by="qianfang", door="chat", file_name="bench.csv")
        waits: list[float] = []
        probe = asyncio.create_task(_callbacks(Intake(database), waits))
        started = time.perf_counter()
        await payments.sweep()
        seconds = time.perf_counter() - started
        probe.cancel()
        async with begin_work(database, datetime.now(UTC), actor="bench") as work:
            counts = {state.value: count for state, count in (await work.payments.counts()).items()}
            pushes = await _pushes(work)
        await database.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "seconds": round(seconds, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "peak_mb_beside": round(children / 1024),
        "longest_wait_of_a_callback_ms": round(max(waits) * 1000),
        "median_wait_ms": round(sorted(waits)[len(waits) // 2] * 1000),
        "states": counts,
        "pushes": pushes,
    }


async def _keep(database: Any, receivables: list[Any]) -> None:
    from domain.order_numbers import key_of
    from domain.payer_names import even
    from storage.tables import receivables as table

    now = datetime.now(UTC)
    rows = [
        {
            "order_no": one.order_no, "order_key": key_of(one.order_no), "customer": one.customer,
            "customer_key": even(one.customer), "owner": "zhangwei", "amount": one.amount, "due_on": one.due_date,
            "instalments": [], "earlier": [], "created_at": now, "changed_at": now,
        }
        for one in receivables
    ]  # fmt: skip
    async with database.writing() as connection:
        await connection.execute(table.insert(), rows)


def _statement(dice: random.Random, receivables: list[Any], rows: int) -> bytes:
    head = "账号,账号名称,币种,交易日,交易时间,交易类型,借方金额,贷方金额,余额,摘要,流水号,收(付)方名称,收(付)方账号\n"
    transactions = matching._transactions(dice, receivables)
    lines = []
    for at in range(rows):
        one = transactions[at % len(transactions)]
        yuan = f"{one.amount // 100}.{one.amount % 100:02d}"
        lines.append(
            f"1,苏州砺澜智能装备有限公司,人民币,20261102,09:42:10,网银汇入,,{yuan},0,{one.remark},G{at:010d},{one.payer},{at}\n"
        )
    return (head + "".join(lines)).encode("gb18030")


async def _callbacks(intake: Any, waits: list[float]) -> None:
    """A callback's row, every tenth of a second."""
    from storage.intake import NewMessage

    for number in range(1_000_000):
        started = time.perf_counter()
        await intake.put(NewMessage(f"k{number}", "lisi", "app", "<xml/>", datetime.now(UTC)))
        waits.append(time.perf_counter() - started)
        await asyncio.sleep(PROBE_EVERY)


async def _pushes(work: Any) -> int:
    import sqlalchemy as sa

    from storage.tables import outbox

    return int((await work.connection.execute(sa.select(sa.func.count()).select_from(outbox))).scalar_one())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(int(sys.argv[1]))), ensure_ascii=False))
