"""Why a payment was judged as it was, and what is wrong with a statement, in one line each (P1, P2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from domain.payments import Decision, Nature, Reason

NATURES = {
    Nature.REVERSAL: "冲正",
    Nature.WAGES_RETURNED: "工资代发退回",
    Nature.WITHDRAWAL: "本公司提现到账",
    Nature.INTEREST: "存款利息",
    Nature.FUND_YIELD: "理财或货币基金收益",
    Nature.DEPOSIT_RETURNED: "退还我方的保证金",
    Nature.PETTY_CASH: "退还备用金或差旅费",
    Nature.REFUND: "供应商退款",
    Nature.REMITTANCE_RETURNED: "我方汇款被退回",
    Nature.LOAN: "借款往来",
    Nature.TAX_REFUND: "退税",
    Nature.ACCOUNT_TEST: "账户验证打款",
    Nature.FEE: "手续费往来",
    Nature.OWN_TRANSFER: "本公司账户互转",
    Nature.POS_SETTLEMENT: "POS 收单结算",
}

_SENTENCES = {
    Reason.ORDER_NUMBER: "{payer}，订单号和未收金额都对得上",
    Reason.ORDER_NUMBER_PART: "{payer}，订单号对得上，部分付款，还欠 {left}",
    Reason.ORDER_NUMBERS: "{payer}，一笔付 {count} 单，金额等于各单未收之和",
    Reason.CHECKOUT: "订单号由我方收银台生成，金额等于未收款",
    Reason.CHECKOUT_PART: "订单号由我方收银台生成，部分付款，还欠 {left}",
    Reason.EXACT_AMOUNT: "{payer}，金额只等于该客户的这一笔未收款",
    Reason.ALL_TOGETHER: "{payer}，金额等于该客户全部 {count} 笔未收款之和",
    Reason.OVERPAID: "订单号对得上，但多付 {surplus}",
    Reason.ORDERS_SHORT: "写了 {count} 个订单号，但付的不够，差额暂记在最后一单",
    Reason.ORDERS_OVERPAID: "写了 {count} 个订单号，但多付 {surplus}",
    Reason.PAID_TWICE: "{order_no} 已经付清，可能重复付款",
    Reason.FOREIGN_NUMBER: "订单号与付款方对不上，请核对是哪一单",
    Reason.WRONG_NUMBER: "订单号 {number} 不在应收中，疑似写错",
    Reason.OTHER_PAYER: "写了订单号，但付款方不是客户，也没有确认过代付",
    Reason.SIMILAR_PAYER: "付款户名与客户相近但不相同",
    Reason.CUSTOMER_IN_REMARK: "付款方不是客户，附言提到客户名",
    Reason.CUT_OFF_FITS_SEVERAL: "户名被截断，对应不止一家客户",
    Reason.KNOWN_FOR_SEVERAL: "付款方可为不止一家客户付款，金额分不清是哪家",
    Reason.EQUAL_ORDERS: "该客户有几单同为 {order_amount}，没写订单号",
    Reason.SOME_ORDERS: "金额等于该客户其中几单之和，没写订单号",
    Reason.PART_PAYMENT: "户名一致，只付了一部分，没写订单号",
    Reason.MORE_THAN_OPEN: "户名一致，但比未收款多 {surplus}，没写订单号",
    Reason.FITS_NO_ORDER: "该客户有几单未收，金额哪单都不等，没写订单号",
    Reason.AMOUNT_ONLY: "付款方不认识，只有金额与一笔未收款相同",
    Reason.AMOUNT_ONLY_SEVERAL: "付款方不认识，金额与不止一笔未收款相同",
    Reason.CONTRADICTING_WORDS: "订单和金额对得上，但附言像是{nature}",
    Reason.ORDER_CANCELLED: "{order_no} 已经取消，请确认退款还是转到别的订单",
    Reason.OTHER_CURRENCY: "{order_no} 以 {currency} 计价，不能用这笔款核销",
    Reason.NOTHING_OPEN: "该客户没有未收款，可能是新订单的定金",
    Reason.UNKNOWN_PAYER: "付款方和金额与任何未收款都对不上",
    Reason.SETTLEMENT: "POS 收单结算，分不出是哪些订单",
    Reason.OUTGOING: "付出去的钱",
    Reason.NO_MONEY: "金额为零",
    Reason.NOT_A_PAYMENT: "{nature}，不是客户付款",
    Reason.SERIAL_BOOKED: "流水号已入账（{order_no}），不再计",
    Reason.SERIAL_REPEATED: "同一流水号在文件中已出现过，不再计",
}

_PAYERS = {
    "equal": "户名一致",
    "known_payer": "付款方是已确认的代付方",
    "cut_off": "户名被截断但只对应这一家客户",
    "cut_off_of_several": "户名被截断但与客户相符",
    "none": "付款方不是客户本身",
}


def yuan(fen: int) -> str:
    """Two decimals and no separators, as in the statements and in `dealbell match`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def money(fen: int) -> str:
    """64,000 元, 57,360.50 元: as one reads it in a chat."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    cents = f".{fen % 100:02d}" if fen % 100 else ""
    return f"{sign}{fen // 100:,}{cents} 元"


_WRITTEN = re.compile(r"(?:[¥￥]|人民币)?\s*(\d[\d,]{0,14})(?:\.(\d{1,2}))?\s*元?")


def written_fen(text: str) -> int | None:
    """64000, ¥64,000.50 元: an amount and nothing else, as one looks for it."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def still_open(fen: int) -> str:
    return f"还欠 {money(fen)}" if fen else "已付清"


def waits_for(others: Iterable[str]) -> str:
    """Of a booking older than a day: whose word its undoing needs (P2)."""
    return f"入账超过一天，已请{'、'.join(others)}同意，同意了才撤销。"


_WAN = 10_000 * 100
_BUTTON_AMOUNT = 5


def button_amount(fen: int) -> str:
    """Short enough for a button beside the end of an order number; the card's line has it to the fen."""
    plain = yuan(fen).removesuffix(".00")
    if len(plain) <= _BUTTON_AMOUNT:
        return plain
    if fen < _WAN:
        return f"{fen / 100:.0f}"
    return f"{fen / _WAN:.1f}".removesuffix(".0")[:_BUTTON_AMOUNT].rstrip(".") + "万"


def reason(decision: Decision) -> str:
    """One line for the card, the page and `dealbell match`."""
    facts = {name: _said(name, value) for name, value in decision.facts.items()}
    defaults = {
        "payer": _PAYERS.get(str(decision.facts.get("likeness", "equal")), ""),
        "count": len(decision.matches) or len(decision.candidates),
        "surplus": money(decision.unallocated),
        "order_no": decision.candidates[0] if decision.candidates else "",
        "left": "",
    }
    return _SENTENCES[decision.reason].format(**(defaults | facts))


def _said(name: str, value: object) -> object:
    if isinstance(value, Nature):
        return NATURES[value]
    if isinstance(value, int) and name in ("left", "surplus", "order_amount"):
        return money(value)
    return value
