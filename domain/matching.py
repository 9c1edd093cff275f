"""Bank transaction × open receivables → certain, doubtful, none (P2).

Certain needs both: the payer is the customer, and the amount says which order. Rows are judged in the order of time,
each after the certain ones before it are booked. A tie is never decided and a doubtful row is never booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.open_orders import MOST_CANDIDATES, OpenOrders, Order, fill
from domain.order_numbers import NOTHING_NAMED, Named, OrderNumbers
from domain.payer_names import NOBODY, Likeness, Payer, PayerNames, even
from domain.payments import (
    BankTransaction,
    Decision,
    Match,
    MatchClass,
    Nature,
    PaymentWords,
    Reason,
    Receivable,
)

_ALWAYS_IGNORED = frozenset({Nature.REVERSAL, Nature.WAGES_RETURNED})
"""The bank's own words: no payer writes them behind a payment for an order."""
_TEST_BELOW = 100
"""Fen. Less than a yuan from nobody we know is somebody testing an account."""
_MOST_FOR_TEST = 10_000
"""Fen. Words of a test behind more money than this are the words of an order for testing machines."""


def match(
    transactions: Iterable[BankTransaction],
    receivables: Iterable[Receivable],
    *,
    words: PaymentWords,
    own_names: Iterable[str] = (),
) -> list[Decision]:
    """Decisions in the order of time. `own_names` are ours beside those that the statement itself names."""
    rows = sorted(transactions, key=lambda row: row.paid_at)
    desk = _Desk(list(receivables), words, {*own_names, *(row.holder for row in rows)}, {row.account for row in rows})
    return [desk.judge(row) for row in rows]


class _Desk:
    def __init__(
        self, receivables: Sequence[Receivable], words: PaymentWords, own_names: set[str], own_accounts: set[str]
    ) -> None:
        self._words = words
        self._own_names = {even(name) for name in own_names} - {""}
        self._own_accounts = own_accounts - {""}
        self._names = PayerNames(receivables, words)
        self._orders = OpenOrders(receivables, self._names)
        self._numbers = OrderNumbers(
            (order.receivable.order_no for order in self._orders.orders),
            between=words.between_numbers,
            after_amounts=words.after_amounts,
        )
        self._booked = {
            payment.serial: order.receivable.order_no
            for order in self._orders.orders
            for payment in order.receivable.payments
        }
        self._seen: set[tuple[str, str, str, int, str]] = set()

    def judge(self, row: BankTransaction) -> Decision:
        decision = self._judge(row)
        if decision.match_class is MatchClass.CERTAIN:
            self._orders.book(decision.matches)
        return decision

    def _judge(self, row: BankTransaction) -> Decision:
        if row.is_reversal:
            return _ignored(row, Nature.REVERSAL)
        if row.amount < 0 and self._says(_said(row), Nature.REVERSAL):
            return _ignored(row, Nature.REVERSAL)
        if row.amount <= 0:
            reason = Reason.OUTGOING if row.amount else Reason.NO_MONEY
            return Decision(row, MatchClass.IGNORED, reason)
        if row.serial in self._booked:
            facts = {"order_no": self._booked[row.serial]}
            return Decision(row, MatchClass.DUPLICATE, Reason.SERIAL_BOOKED, facts=facts)
        if self._is_repeated(row):
            return Decision(row, MatchClass.DUPLICATE, Reason.SERIAL_REPEATED)
        if even(row.payer) in self._own_names or row.payer_account in self._own_accounts:
            return _ignored(row, Nature.OWN_TRANSFER)
        return self._judge_money(row)

    def _is_repeated(self, row: BankTransaction) -> bool:
        """Spreadsheets round long serials, so the day and the amount have to agree as well."""
        key = (row.bank, row.account, row.serial, row.amount, row.paid_at.date().isoformat())
        repeated = key in self._seen
        self._seen.add(key)
        return repeated

    def _judge_money(self, row: BankTransaction) -> Decision:
        named = self._numbers.named_in(row.remark + " | " + row.kind)
        checkout = self._numbers.named_in(row.checkout_no) if row.checkout_no else NOTHING_NAMED
        payer = self._names.identify(row.payer)
        nature = self._nature(row)
        if nature is not None and not (named.orders or checkout.orders or _outweighs(nature, payer)):
            return _by_nature(row, nature)
        if nature in _ALWAYS_IGNORED:
            return _ignored(row, nature)
        if nature is Nature.FEE and self._says(row.kind, nature):
            # Alipay's own fee coming back, with the number of our checkout behind it.
            return _ignored(row, nature)
        judgement = _Judgement(self._orders, self._names, row, payer, named, checkout)
        decision = judgement.decide()
        if nature is not None and decision.match_class is MatchClass.CERTAIN:
            return judgement.doubt(decision.matches, Reason.CONTRADICTING_WORDS, nature=nature)
        return decision

    def _says(self, text: str, nature: Nature) -> bool:
        return any(pattern.search(text) for one, pattern in self._words.natures if one is nature)

    def _nature(self, row: BankTransaction) -> Nature | None:
        said = _said(row)
        nature = next((nature for nature, pattern in self._words.natures if pattern.search(said)), None)
        if nature is Nature.ACCOUNT_TEST and row.amount > _MOST_FOR_TEST:
            return None
        return nature


def _said(row: BankTransaction) -> str:
    return f"{row.kind}|{row.remark}|{row.payer}"


def _outweighs(nature: Nature, payer: Payer) -> bool:
    """A customer who writes such a word means something else: interest for late payment, a machine for tests."""
    return payer.is_customer and nature in (Nature.INTEREST, Nature.ACCOUNT_TEST, Nature.FEE, Nature.WITHDRAWAL)


def _by_nature(row: BankTransaction, nature: Nature) -> Decision:
    if nature is Nature.POS_SETTLEMENT:
        return Decision(row, MatchClass.UNMATCHED, Reason.SETTLEMENT, unallocated=row.amount)
    return _ignored(row, nature)


def _ignored(row: BankTransaction, nature: Nature) -> Decision:
    return Decision(row, MatchClass.IGNORED, Reason.NOT_A_PAYMENT, facts={"nature": nature})


class _Judgement:
    """One row of money in. Each method below decides or hands on with None."""

    def __init__(
        self, orders: OpenOrders, names: PayerNames, row: BankTransaction, payer: Payer, named: Named, checkout: Named
    ) -> None:
        self._orders, self._names = orders, names
        self._row, self._payer, self._named, self._checkout = row, payer, named, checkout

    def decide(self) -> Decision:
        steps = (self._by_checkout, self._by_numbers, self._by_payer, self._by_hints, self._by_amount)
        return next((decision for step in steps if (decision := step()) is not None), self._unmatched())

    # By number

    def _by_checkout(self) -> Decision | None:
        """Whoever paid: the number comes from our own checkout."""
        if len(self._checkout.orders) != 1 or self._checkout.unknown:
            return None
        order = self._orders.order(self._checkout.orders[0])
        if any(number != order.receivable.order_no for number in self._named.orders):
            both = [order, *map(self._orders.order, self._named.orders)]
            return self.doubt((), Reason.FOREIGN_NUMBER, both)
        return self._one_order(order, Reason.CHECKOUT, Reason.CHECKOUT_PART)

    def _by_numbers(self) -> Decision | None:
        if not self._named.orders:
            return None
        named = [self._orders.order(number) for number in self._named.orders]
        if self._payer.likeness is Likeness.NONE:
            return self._from_somebody_else(named)
        strangers = [order for order in named if order.group[0] not in self._payer.customers]
        customers = {order.group[0] for order in named}
        if strangers or len(customers) > 1:
            return self.doubt((), Reason.FOREIGN_NUMBER, [*named, *self._fitting(self._payer.customers)])
        if self._named.unknown:
            return self._filled(named, Reason.WRONG_NUMBER, number=self._named.unknown[0])
        if len(named) == 1:
            return self._one_order(named[0], Reason.ORDER_NUMBER, Reason.ORDER_NUMBER_PART)
        return self._several_orders(named)

    def _one_order(self, order: Order, whole: Reason, part: Reason) -> Decision:
        """Up to what is open; one that takes no money is told apart from one that is paid already."""
        row, is_open = self._row, self._orders.open(order)
        if (refused := self._refused([order])) is not None:
            return refused
        if not is_open:
            others = self._orders.of(order.group)
            return self.doubt((), Reason.PAID_TWICE, [order, *others], order_no=order.receivable.order_no)
        if row.amount > is_open:
            return self._too_much([order], Reason.OVERPAID)
        return self._certain([order], whole if row.amount == is_open else part, left=is_open - row.amount)

    def _several_orders(self, named: Sequence[Order]) -> Decision:
        if (refused := self._refused(named)) is not None:
            return refused
        opens = [self._orders.open(order) for order in named]
        if not any(opens):
            return self.doubt((), Reason.PAID_TWICE, named, order_no=named[0].receivable.order_no)
        if not all(opens):
            closed = named[opens.index(0)].receivable.order_no
            return self._filled(named, Reason.PAID_TWICE, order_no=closed)
        if self._row.amount == sum(opens):
            return self._certain(named, Reason.ORDER_NUMBERS)
        if self._row.amount < sum(opens):
            return self._filled(named, Reason.ORDERS_SHORT)
        return self._too_much(named, Reason.ORDERS_OVERPAID)

    def _from_somebody_else(self, named: Sequence[Order]) -> Decision:
        if (refused := self._refused(named)) is not None:
            return refused
        if not any(self._orders.open(order) for order in named):
            return self.doubt((), Reason.PAID_TWICE, named, order_no=named[0].receivable.order_no)
        similar = set(self._names.similar(self._row.payer))
        alike = similar and {order.group[0] for order in named} <= similar
        return self._filled(named, Reason.SIMILAR_PAYER if alike else Reason.OTHER_PAYER)

    def _refused(self, named: Sequence[Order]) -> Decision | None:
        for order in named:
            number = order.receivable.order_no
            if order.receivable.is_cancelled:
                return self.doubt((), Reason.ORDER_CANCELLED, named, order_no=number)
            if order.receivable.currency != self._row.currency:
                currency = order.receivable.currency
                return self.doubt((), Reason.OTHER_CURRENCY, named, order_no=number, currency=currency)
        return None

    # By payer

    def _by_payer(self) -> Decision | None:
        """The payer is the customer and no number of ours is given, or only wrong ones."""
        if not self._payer.is_customer:
            return None
        if self._named.tails and not self._named.unknown and (decision := self._by_tails()) is not None:
            return decision
        open_groups = [group for group in self._groups(self._payer.customers) if self._orders.count(group)]
        if not open_groups:
            return self._paid_again()
        if self._named.unknown:
            return self._proposal(open_groups, Reason.WRONG_NUMBER, number=self._named.unknown[0])
        settled = [one for group in open_groups if (one := self._exact(group))]
        if len(settled) == 1 and len(settled[0]) == 1:
            orders = settled[0][0]
            return self._certain(orders, Reason.EXACT_AMOUNT if len(orders) == 1 else Reason.ALL_TOGETHER)
        if len(open_groups) > 1:
            return self._proposal(open_groups, Reason.KNOWN_FOR_SEVERAL)
        return self._doubtful_amount(open_groups[0])

    def _by_tails(self) -> Decision | None:
        """0133/0145: each must end exactly one open order of the payer's; the sum has to agree as with whole numbers."""
        if len(self._payer.customers) != 1:
            return None
        group = (self._payer.customers[0], self._row.currency)
        mine = self._orders.of(group, MOST_CANDIDATES * 5)
        named = []
        for tail in self._named.tails:
            fits = [order for order in mine if order.receivable.order_no.endswith(tail)]
            if len(fits) != 1:
                return None
            named.append(fits[0])
        return self._several_orders(named) if len(named) > 1 else None

    def _exact(self, group: tuple[int, str]) -> list[list[Order]]:
        """Every way in which the amount is exactly one of the customer's orders, or all of them."""
        amount = self._row.amount
        ways = [[order] for order in self._orders.exactly(group, amount)]
        if not ways and self._orders.total(group) == amount:
            ways.append(self._orders.of(group, self._orders.count(group)))
        return ways

    def _doubtful_amount(self, group: tuple[int, str]) -> Decision:
        amount, orders = self._row.amount, self._orders
        if equal := orders.exactly(group, amount):
            return self.doubt((), Reason.EQUAL_ORDERS, equal, order_amount=amount)
        if sums := orders.sums_to(group, amount):
            if len(sums) == 1:
                return self._filled(sums[0], Reason.SOME_ORDERS)
            return self.doubt((), Reason.SOME_ORDERS, orders.of(group))
        total = orders.total(group)
        if amount > total:
            return self._filled(orders.of(group, orders.count(group)), Reason.MORE_THAN_OPEN, surplus=amount - total)
        if orders.count(group) == 1:
            return self._filled(orders.of(group), Reason.PART_PAYMENT)
        return self.doubt((), Reason.FITS_NO_ORDER, orders.of(group))

    def _paid_again(self) -> Decision | None:
        """Nothing open: the amount of a paid order is that order paid twice, anything else is none of them."""
        groups = self._groups(self._payer.customers)
        paid = [order for group in groups for order in self._orders.paid_with(group, self._row.amount)]
        if paid:
            return self.doubt((), Reason.PAID_TWICE, paid, order_no=paid[0].receivable.order_no)
        return self._unmatched(Reason.NOTHING_OPEN)

    # By hints

    def _by_hints(self) -> Decision | None:
        """The name resembles customers', or the remark mentions one."""
        if self._payer.likeness is Likeness.CUT_OFF_OF_SEVERAL:
            return self._hinted(self._payer.customers, Reason.CUT_OFF_FITS_SEVERAL)
        by_name = self._names.similar(self._row.payer)
        by_remark = self._names.mentioned_in(self._row.remark)
        if (decision := self._hinted(by_name, Reason.SIMILAR_PAYER)) is not None:
            return decision
        return self._hinted(by_remark, Reason.CUSTOMER_IN_REMARK)

    def _hinted(self, customers: Sequence[int], reason: Reason) -> Decision | None:
        groups = [group for group in self._groups(customers) if self._orders.count(group)]
        return self._proposal(groups, reason) if groups else None

    def _by_amount(self) -> Decision | None:
        found = self._orders.of_amount(self._row.currency, self._row.amount)
        if not found:
            return None
        if len(found) == 1:
            return self._filled(found, Reason.AMOUNT_ONLY)
        return self.doubt((), Reason.AMOUNT_ONLY_SEVERAL, found)

    def _proposal(self, groups: Sequence[tuple[int, str]], reason: Reason, **facts: object) -> Decision:
        """What the amount suggests among these customers; nothing where it suggests two things."""
        exact = [way for group in groups for way in self._exact(group)]
        if len(exact) == 1:
            return self._filled(exact[0], reason, **facts)
        if exact:
            return self.doubt((), reason, [order for way in exact for order in way], **facts)
        if len(groups) == 1 and self._orders.count(groups[0]) == 1:
            return self._filled(self._orders.of(groups[0]), reason, **facts)
        if len(groups) == 1 and len(sums := self._orders.sums_to(groups[0], self._row.amount)) == 1:
            return self._filled(sums[0], reason, **facts)
        return self.doubt((), reason, [order for group in groups for order in self._orders.of(group)], **facts)

    # Endings

    def _certain(self, orders: Sequence[Order], reason: Reason, **facts: object) -> Decision:
        matches, left = fill(orders, self._row.amount, self._orders)
        assert not left, "only what is open is certain"
        facts |= {"likeness": self._payer.likeness}
        return Decision(self._row, MatchClass.CERTAIN, reason, matches, _numbers(orders), facts=facts)

    def _filled(self, orders: Sequence[Order], reason: Reason, **facts: object) -> Decision:
        usable = [order for order in orders if order.group[1] == self._row.currency]
        matches, _ = fill(usable, self._row.amount, self._orders)
        return self.doubt(matches, reason, orders, **facts)

    def _too_much(self, named: Sequence[Order], reason: Reason) -> Decision:
        """What is left over may be for another order of the same customer."""
        matches, _ = fill(named, self._row.amount, self._orders)
        return self.doubt(matches, reason, [*named, *self._orders.of(named[0].group)])

    def doubt(
        self, matches: tuple[Match, ...], reason: Reason, orders: Sequence[Order] = (), **facts: object
    ) -> Decision:
        left = self._row.amount - sum(one.amount for one in matches)
        candidates = tuple(dict.fromkeys([*(one.order_no for one in matches), *_numbers(orders)]))
        return Decision(
            self._row,
            MatchClass.NEEDS_CONFIRMATION,
            reason,
            matches,
            candidates[: max(MOST_CANDIDATES, len(matches))],
            left,
            facts,
        )

    def _unmatched(self, reason: Reason | None = None) -> Decision:
        row = self._row
        if row.amount < _TEST_BELOW and self._payer is NOBODY and not self._named:
            return _ignored(row, Nature.ACCOUNT_TEST)
        facts: dict[str, object] = {"number": self._named.unknown[0]} if self._named.unknown else {}
        reason = reason or Reason.UNKNOWN_PAYER
        return Decision(row, MatchClass.UNMATCHED, reason, unallocated=row.amount, facts=facts)

    def _groups(self, customers: Iterable[int]) -> list[tuple[int, str]]:
        return [(customer, self._row.currency) for customer in customers]

    def _fitting(self, customers: Sequence[int]) -> list[Order]:
        """Orders of the payer that the amount is exactly, or else all of them."""
        groups = self._groups(customers)
        exact = [order for group in groups for order in self._orders.exactly(group, self._row.amount)]
        return exact or [order for group in groups for order in self._orders.of(group)]


def _numbers(orders: Iterable[Order]) -> tuple[str, ...]:
    return tuple(order.receivable.order_no for order in orders)
