"""Receivables and transactions for stories, and statements as files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from actions.keep_receivables import keep
from actions.take_transactions import take
from domain.ids import UserId
from domain.payments import BankTransaction
from storage.payments import Source
from storage.receivables import NewReceivable
from tests.kit.desk import Desk

HENGDA, XINGYU = "苏州恒达机械有限公司", "宁波星屿塑业有限公司"
REP, MANAGER, FINANCE, SECOND = "zhangwei", "zhaomin", "qianfang", "limei"


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


async def owe(
    desk: Desk,
    order_no: str,
    customer: str,
    yuan: str,
    due: date | None = None,
    owner: str | None = REP,
    **more: object,
) -> None:
    async with desk.work() as work:
        new = NewReceivable(
            order_no,
            customer,
            fen(yuan),
            due,
            owner=UserId(owner) if owner else None,
            **more,  # type: ignore[arg-type]
        )
        await keep(work, new)


def paid(desk: Desk, payer: str, yuan: str, remark: str = "货款", **more: object) -> BankTransaction:
    """An hour ago, with a serial of its own."""
    more.setdefault("serial", f"S{payer}{yuan}{remark}")
    more.setdefault("paid_at", desk.clock.now() - timedelta(hours=1))
    return BankTransaction(amount=fen(yuan), payer=payer, remark=remark, **more)  # type: ignore[arg-type]


async def arrive(desk: Desk, *transactions: BankTransaction) -> None:
    """Through the API's door, and all that follows from it."""
    async with desk.work() as work:
        await take(work, transactions, Source("api", "bank"))
    await desk.settle()


async def open_of(desk: Desk, order_no: str) -> int:
    """Fen."""
    async with desk.work() as work:
        found = await work.receivables.numbered(order_no)
    assert found is not None
    return found.open


def statement(*rows: tuple[datetime, str, str, str, str]) -> bytes:
    """As 招商银行 exports it: moment, serial, yuan, payer, remark."""
    lines = ["交易日期,交易时间,借方金额,贷方金额,余额,交易类型,摘要,收(付)方名称,收(付)方账号,流水号"]
    for at, serial, yuan, payer, remark in rows:
        lines.append(f"{at:%Y-%m-%d},{at:%H:%M:%S},,{yuan},,转账,{remark},{payer},,{serial}")
    return "\n".join(lines).encode("utf-8-sig")
