"""10,000 transactions against 50,000 open receivables, and a statement of 200,000 rows, each in a process of its own (P1, P2)."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

TRANSACTIONS, RECEIVABLES, CUSTOMERS = 10_000, 50_000, 18_000
STATEMENT_ROWS = 200_000
_CITIES = [
    "苏州",
    "无锡",
    "常州",
    "南京",
    "杭州",
    "宁波",
    "温州",
    "嘉兴",
    "合肥",
    "芜湖",
    "青岛",
    "济南",
    "烟台",
    "大连",
    "沈阳",
    "武汉",
    "长沙",
    "广州",
    "深圳",
    "东莞",
    "佛山",
    "厦门",
    "泉州",
    "成都",
    "西安",
    "太原",
]
_SIGNS = "砺澜铎霁朔垣衡屿瑾澄曜棠翎嵩衍润砧澜栎漫漠柏霜桦黎渤岳垦拓芸笙屹椰砚漓榕湟岚橙沐垚朗珩"
_TRADES = [
    "机电设备",
    "自动化科技",
    "精密机械",
    "环保设备",
    "食品",
    "塑业",
    "五金制品",
    "电子",
    "光学",
    "阀门",
    "新材料",
    "检测技术",
    "模具",
    "纺织",
    "印刷包装",
    "农业机械",
    "照明",
    "陶瓷",
    "仪器仪表",
    "汽车零部件",
]
_FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司", "厂", "（无锡）有限公司")


def run() -> dict[str, Any]:
    return {
        "matching": _apart("match") | {"target": "<= 5 s, <= 500 MB"},
        "reading_200000_rows": _apart("read"),
    }


def _apart(what: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.matching", what], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _measured(work: Any) -> dict[str, Any]:
    started = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 2), "peak_mb": round(megabytes), **found}


def _match() -> dict[str, Any]:
    """The whole process counts for the memory, the matching alone for the time."""
    from domain.matching import match
    from nlp.payment_words import PAYMENT_WORDS

    dice = random.Random(20261023)
    receivables = _receivables(dice)
    transactions = _transactions(dice, receivables)

    def work() -> dict[str, Any]:
        decisions = match(transactions, receivables, words=PAYMENT_WORDS)
        return {"classes": dict(Counter(one.match_class.value for one in decisions))}

    return _measured(work)


def _receivables(dice: random.Random) -> list[Any]:
    from domain.payments import Receivable

    customers = sorted({_name(dice) for _ in range(CUSTOMERS)})
    dice.shuffle(customers)
    return [
        Receivable(
            order_no=f"XS{2601 + at // 9000:04d}-{at % 9000 + 1000:04d}",
            customer=customers[min(int(dice.expovariate(1 / 6000)), len(customers) - 1)],
            amount=dice.choice((dice.randrange(100, 9000) * 10_000, dice.randrange(10_000, 90_000_000))),
            due_date=date(2026, 10, 1) + timedelta(days=dice.randrange(90)),
        )
        for at in range(RECEIVABLES)
    ]


def _name(dice: random.Random) -> str:
    trade_name = "".join(dice.sample(_SIGNS, 2))
    return dice.choice(_CITIES) + trade_name + dice.choice(_TRADES) + dice.choice(_FORMS)


def _transactions(dice: random.Random, receivables: list[Any]) -> list[Any]:
    from domain.payments import BankTransaction

    start = datetime.fromisoformat("2026-11-01T08:00:00+08:00")
    rows = []
    for at in range(TRANSACTIONS):
        order = dice.choice(receivables)
        payer, remark, amount = dice.choice(_FORMS_OF_PAYMENT)(dice, order)
        rows.append(
            BankTransaction(f"S{at:08d}", start + timedelta(seconds=97 * at), amount, payer=payer, remark=remark)
        )
    return rows


def _one_off(dice: random.Random, name: str) -> str:
    at = dice.randrange(len(name))
    return name[:at] + dice.choice(_SIGNS) + name[at + 1 :]


_FORMS_OF_PAYMENT: tuple[Any, ...] = (
    lambda dice, order: (order.customer, f"{order.order_no}货款", order.amount),
    lambda dice, order: (order.customer, order.order_no.replace("-", "").lower(), order.amount // 2),
    lambda dice, order: (order.customer, "货款", order.amount),
    lambda dice, order: (order.customer, "", order.amount * 2 // 3),
    lambda dice, order: (order.customer[:7], "货款", order.amount),
    lambda dice, order: (_one_off(dice, order.customer), "货款", order.amount),
    lambda dice, order: ("周铎", f"{order.customer[2:6]}货款", order.amount),
    lambda dice, order: (_name(dice), "样机款", dice.randrange(10_000, 9_000_000)),
    lambda dice, order: ("沈曼", "", dice.randrange(10_000, 9_000_000)),
    lambda dice, order: (order.customer, "货款", order.amount + 10_000),
)


def _read() -> dict[str, Any]:
    from statements.reading import read_statement

    head = "账号,账号名称,币种,交易日,交易时间,交易类型,借方金额,贷方金额,余额,摘要,流水号,收(付)方名称,收(付)方账号\n"
    dice = random.Random(20261023)
    lines = (
        f'1,苏州砺澜智能装备有限公司,人民币,20261023,09:42:10,网银汇入,,"{dice.randrange(1000, 900000):,}.00",0,货款,G{at:010d},{_name(dice)},{at}\n'
        for at in range(STATEMENT_ROWS)
    )
    data = (head + "".join(lines)).encode("gb18030")
    return _measured(lambda: {"transactions": len(read_statement(data).transactions), "bytes": len(data)})


if __name__ == "__main__":
    print(json.dumps({"match": _match, "read": _read}[sys.argv[1]](), ensure_ascii=False))
