"""dealbell match: bank statements → proposed matches as JSON, nothing stored (P1, P2)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, WRONG_USE, Stop

if TYPE_CHECKING:
    from domain.payments import BankTransaction, Decision, Receivable


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "match",
        help="银行流水 → 建议的核销，不写数据库",
        description="读对账单（CSV、XLS、XLSX；各家银行、支付宝、微信支付），对照应收给出建议，以 JSON 写到标准输出。",
    )
    parser.add_argument("statements", metavar="STATEMENT", nargs="+", type=Path, help="对账单文件，可以有几个")
    parser.add_argument("--receivables", metavar="FILE", type=Path, required=True, help="未收款，Excel、CSV 或 JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    from domain.matching import match
    from nlp.payment_words import PAYMENT_WORDS

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    receivables, wrong = _receivables(args.receivables)
    transactions, failed = _read(args.statements)
    decisions = match(transactions, receivables, words=PAYMENT_WORDS)
    print("[" + ",\n".join(json.dumps(_as_json(one), ensure_ascii=False) for one in decisions) + "]", flush=True)
    return FAILED if failed or wrong else 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Stop(WRONG_USE, f"找不到文件 {path}。") from None
    except OSError as error:
        raise Stop(WRONG_USE, f"读不了文件 {path}（{error.strerror}）。") from None


def _read(paths: list[Path]) -> tuple[list[BankTransaction], bool]:
    """A statement that cannot be read stops none of the others."""
    from chat.texts.statements import file_wrong, row_wrong
    from statements.problems import StatementError
    from statements.reading import read_statement

    transactions: list[BankTransaction] = []
    failed = False
    for path, data in [(path, _bytes(path)) for path in paths]:
        try:
            statement = read_statement(data, path.name)
        except StatementError as error:
            failed = True
            print(f"{path}：{file_wrong(error.problem)}。", file=sys.stderr)
            continue
        for row in statement.unreadable:
            failed = True
            print(f"{path}：{row_wrong(row)}", file=sys.stderr)
        transactions += statement.transactions
    return transactions, failed


def _receivables(path: Path) -> tuple[list[Receivable], bool]:
    from chat.texts.statements import file_wrong, receivable_wrong
    from statements.problems import StatementError
    from statements.receivables import read_receivables

    try:
        read = read_receivables(_bytes(path))
    except StatementError as error:
        raise Stop(FAILED, f"{path}：{file_wrong(error.problem)}。") from None
    for one in read.unreadable:
        print(f"{path}：{receivable_wrong(one, is_table=read.is_table)}", file=sys.stderr)
    return read.receivables, bool(read.unreadable)


def _as_json(decision: Decision) -> dict[str, object]:
    """As in the rules of the interface; what only a card needs stands there only when there is a card."""
    from chat.texts.payments import reason, yuan
    from domain.payments import MatchClass

    shown: dict[str, object] = {
        "serial": decision.transaction.serial,
        "class": decision.match_class.value,
        "matches": [{"order_no": one.order_no, "amount": yuan(one.amount)} for one in decision.matches],
        "reason": reason(decision),
    }
    if decision.match_class is MatchClass.NEEDS_CONFIRMATION:
        shown["candidates"] = list(decision.candidates)
        if decision.unallocated:
            shown["unallocated"] = yuan(decision.unallocated)
    return shown
