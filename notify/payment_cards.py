"""Doubtful payments as cards: who paid what, why it is not certain, and one button for each order it may be for (P2)."""

from __future__ import annotations

from collections.abc import Sequence

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.texts.format import shortened
from chat.texts.payments import button_amount, money, reason
from domain.ids import transaction_name
from domain.people import Member
from domain.receivables import KeptReceivable
from notify.links import finance_url
from settings.house import HouseRules
from storage.payments import StoredTransaction, TransactionState

BUTTONS = 6
"""WeCom shows no more."""
ALL = "*"
"""Instead of an order number: everything that the proposal names."""


class PaymentTaps:
    BOOK = "pay_book"
    NONE = "pay_none"
    UNDO = "pay_undo"
    KEEP = "pay_keep"
    REVERSED = "pay_reversed"
    STANDS = "pay_stands"


def doubtful_card(stored: StoredTransaction, candidates: Sequence[KeptReceivable], rules: HouseRules) -> Card:
    decision = stored.decision
    why = reason(decision) if decision is not None else ""
    return candidates_card(stored, candidates, why, rules)


def candidates_card(
    stored: StoredTransaction, candidates: Sequence[KeptReceivable], why: str, rules: HouseRules
) -> Card:
    """`candidates` are a proposal of the rules, or what somebody has searched for."""
    proposed = {one.order_no: one.amount for one in stored.proposal}
    several = len(stored.proposal) > 1 and stored.state is TransactionState.WAITING
    shown = [one for one in candidates if one.open][: BUTTONS - 2 if several else BUTTONS - 1]
    amounts = [_part(stored, one, proposed) for one in shown]
    labels = _labels(shown, amounts)
    buttons = [
        Button(label, _tap(PaymentTaps.BOOK, stored, one.order_no), _style(shown, proposed, one, several=several))
        for label, one in zip(labels, shown, strict=True)
    ]
    if several:
        buttons.insert(0, Button("全部确认", _tap(PaymentTaps.BOOK, stored, ALL), ButtonStyle.PRIMARY))
    buttons.append(Button("都不是", _tap(PaymentTaps.NONE, stored), ButtonStyle.GREY))
    return Card(
        title=f"待确认 {money(stored.unallocated)}",
        subtitle=_who(stored, rules),
        text=_why(stored, why, len(candidates) - len(shown)),
        lines=tuple(_line(one) for one in shown),
        buttons=tuple(buttons),
        url=finance_url(rules, stored.transaction_id),
    )


def _tap(action: str, stored: StoredTransaction, argument: str = "") -> TapData:
    return TapData(action, transaction_name(stored.transaction_id), stored.version, argument)


def _part(stored: StoredTransaction, one: KeptReceivable, proposed: dict[str, int]) -> int:
    return min(proposed.get(one.order_no, one.open), one.open, stored.unallocated)


def _style(
    shown: Sequence[KeptReceivable], proposed: dict[str, int], one: KeptReceivable, *, several: bool
) -> ButtonStyle:
    """A tie has no favourite."""
    return ButtonStyle.PRIMARY if one.order_no in proposed and not several else ButtonStyle.PLAIN


def _labels(shown: Sequence[KeptReceivable], amounts: Sequence[int]) -> list[str]:
    """0133 64000: the end of the number and the amount; numbered where two would read the same."""
    labels = [f"{_tail(one.order_no)} {button_amount(amount)}" for one, amount in zip(shown, amounts, strict=True)]
    if len(set(labels)) < len(labels):
        labels = [f"{chr(0x2460 + at)}{label}" for at, label in enumerate(labels)]
    return [label[:10] for label in labels]


def _tail(order_no: str) -> str:
    return order_no[-4:].lstrip("-/ ")


def _who(stored: StoredTransaction, rules: HouseRules) -> str:
    one = stored.transaction
    when = rules.local(one.paid_at)
    payer = shortened(one.payer, 24) if one.payer else "没写付款方"
    return f"{payer} {when.month}月{when.day}日 共 {money(one.amount)}"


def _why(stored: StoredTransaction, why: str, more: int) -> str:
    said = [why] if why else []
    if stored.transaction.remark:
        said.append(f"附言：{shortened(stored.transaction.remark, 40)}")
    if more > 0:
        said.append(f"还有 {more} 单没列出，点“都不是”再找")
    return "。".join(said) + ("。" if said else "")


def _line(one: KeptReceivable) -> Line:
    return Line(_tail(one.order_no), shortened(f"{shortened(one.customer, 12)} 未收 {money(one.open)}", 30))


def settled_payment_card(
    stored: StoredTransaction, booked: Sequence[tuple[KeptReceivable, int]], who: str, rules: HouseRules
) -> Card:
    amount = money(stored.transaction.amount)
    if stored.state is TransactionState.IGNORED:
        return Card(
            f"不计 {amount}",
            f"{who} 标为不计，银行已冲正",
            _who(stored, rules),
            url=finance_url(rules, stored.transaction_id),
        )
    if not booked:
        return Card(
            f"未匹配 {amount}", f"{who} 点了都不是", _who(stored, rules), url=finance_url(rules, stored.transaction_id)
        )
    rest = f"，还有 {money(stored.unallocated)}没分配" if stored.unallocated else ""
    return Card(
        title=f"已入账 {money(stored.allocated)}",
        subtitle=f"{who} 确认{rest}",
        text=_who(stored, rules),
        lines=tuple(Line(_tail(one.order_no), shortened(f"{one.order_no} {money(part)}", 30)) for one, part in booked),
        url=finance_url(rules, stored.transaction_id),
    )


def undo_card(subject: str, text: str, asker: Member, rules: HouseRules) -> Card:
    return Card(
        title=f"{asker.name}要撤销入账",
        subtitle="入账超过一天，要第二个人同意",
        text=text,
        buttons=(
            Button("同意撤销", TapData(PaymentTaps.UNDO, subject, 0, asker.userid), ButtonStyle.RED),
            Button("不撤销", TapData(PaymentTaps.KEEP, subject, 0, asker.userid), ButtonStyle.GREY),
        ),
        url=rules.url,
    )


def reversal_card(stored: StoredTransaction, booked: Sequence[tuple[KeptReceivable, int]], rules: HouseRules) -> Card:
    """The bank took it back. Nothing is undone before somebody says so."""
    orders = "，".join(f"{one.order_no} {money(part)}" for one, part in booked)
    undo = f"这笔已入账：{orders}。银行又冲回去了，撤销入账后应收恢复未收。"
    leave = "这笔还没入账，银行又冲回去了。标为不计，以后不再问。"
    return Card(
        title=f"银行冲正 {money(stored.transaction.amount)}",
        subtitle=f"{transaction_name(stored.transaction_id)} {_who(stored, rules)}",
        text=undo if booked else leave,
        buttons=(
            Button("撤销入账" if booked else "标为不计", _tap(PaymentTaps.REVERSED, stored), ButtonStyle.RED),
            Button("不是这笔", _tap(PaymentTaps.STANDS, stored), ButtonStyle.GREY),
        ),
        url=finance_url(rules, stored.transaction_id),
    )


def settled_reversal_card(stored: StoredTransaction, ending: str, rules: HouseRules) -> Card:
    return Card(
        f"银行冲正 {money(stored.transaction.amount)}",
        ending,
        _who(stored, rules),
        url=finance_url(rules, stored.transaction_id),
    )
