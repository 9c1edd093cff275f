"""What is still open on each order while a statement is judged row by row (P2).

Every question is answered from an index, so that a statement takes time in proportion to its rows, however many
orders one customer has or however many of them are of one amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from domain.payer_names import PayerNames, even
from domain.payments import Match, Receivable

MOST_CANDIDATES = 10
"""What a card can offer; beyond it finance searches."""
_MOST_SUMMED = 12
"""Orders of one customer among which a sum is looked for: 4,096 sums at most."""
_Group = tuple[int, str]
"""A customer and a currency."""


@dataclass(frozen=True, slots=True)
class Order:
    at: int
    receivable: Receivable
    group: _Group


class OpenOrders:
    def __init__(self, receivables: Iterable[Receivable], names: PayerNames) -> None:
        """Numbered by due date and order number, so that the order of the list decides nothing."""
        in_order = sorted(receivables, key=lambda one: (one.due_date or date.max, one.order_no))
        numbers: dict[str, int] = {}
        self.orders: list[Order] = []
        for at, one in enumerate(in_order):
            customer = numbers.get(one.customer)
            if customer is None:
                customer = numbers[one.customer] = names.number[even(one.customer)]
            self.orders.append(Order(at, one, (customer, one.currency)))
        self._by_number = {order.receivable.order_no: order for order in self.orders}
        self._open = [order.receivable.open for order in self.orders]
        self._totals: dict[_Group, int] = {}
        self._of_group: dict[_Group, dict[int, None]] = {}
        self._by_amount: dict[tuple[str, int], dict[int, None]] = {}
        self._of_group_by_amount: dict[tuple[_Group, int], dict[int, None]] = {}
        self._paid: dict[tuple[_Group, int], dict[int, None]] = {}
        for order in self.orders:
            self._enter(order, self._open[order.at])
            for payment in order.receivable.payments:
                self._remember_paid(order, payment.amount)

    def order(self, order_no: str) -> Order:
        return self._by_number[order_no]

    def open(self, order: Order) -> int:
        return self._open[order.at]

    def book(self, matches: Iterable[Match]) -> None:
        for match in matches:
            order = self._by_number[match.order_no]
            before = self._open[order.at]
            assert 0 < match.amount <= before, "never more than is open"
            self._leave(order, before)
            self._open[order.at] = before - match.amount
            self._enter(order, before - match.amount)
            self._remember_paid(order, match.amount)

    def total(self, group: _Group) -> int:
        return self._totals.get(group, 0)

    def count(self, group: _Group) -> int:
        return len(self._of_group.get(group, ()))

    def of(self, group: _Group, most: int = MOST_CANDIDATES) -> list[Order]:
        return self._listed(self._of_group.get(group, {}), most)

    def exactly(self, group: _Group, amount: int, most: int = MOST_CANDIDATES) -> list[Order]:
        return self._listed(self._of_group_by_amount.get((group, amount), {}), most)

    def of_amount(self, currency: str, amount: int, most: int = MOST_CANDIDATES) -> list[Order]:
        return self._listed(self._by_amount.get((currency, amount), {}), most)

    def paid_with(self, group: _Group, amount: int) -> list[Order]:
        """Orders of the customer that a payment of this very amount has closed."""
        paid = self._listed(self._paid.get((group, amount), {}), MOST_CANDIDATES)
        return [order for order in paid if not self._open[order.at]]

    def sums_to(self, group: _Group, amount: int) -> list[list[Order]]:
        """Up to two sets of some of the customer's orders that make up the amount: two are a tie."""
        if self.count(group) > _MOST_SUMMED:
            return []
        orders = self.of(group, _MOST_SUMMED)
        rest = [0] * (len(orders) + 1)
        for at in range(len(orders) - 1, -1, -1):
            rest[at] = rest[at + 1] + self.open(orders[at])
        sums: list[tuple[int, tuple[Order, ...]]] = [(0, ())]
        for at, order in enumerate(orders):
            grown = [(one + self.open(order), (*chosen, order)) for one, chosen in sums]
            sums = [(one, chosen) for one, chosen in (*sums, *grown) if one <= amount <= one + rest[at + 1]]
        return [list(chosen) for one, chosen in sums if one == amount and len(chosen) > 1][:2]

    def _listed(self, found: dict[int, None], most: int) -> list[Order]:
        return [self.orders[at] for at in islice(found, most)]

    def _enter(self, order: Order, amount: int) -> None:
        if amount > 0:
            currency = order.group[1]
            self._totals[order.group] = self._totals.get(order.group, 0) + amount
            self._of_group.setdefault(order.group, {})[order.at] = None
            self._by_amount.setdefault((currency, amount), {})[order.at] = None
            self._of_group_by_amount.setdefault((order.group, amount), {})[order.at] = None

    def _leave(self, order: Order, amount: int) -> None:
        currency = order.group[1]
        self._totals[order.group] -= amount
        del self._of_group[order.group][order.at]
        del self._by_amount[currency, amount][order.at]
        del self._of_group_by_amount[order.group, amount][order.at]

    def _remember_paid(self, order: Order, amount: int) -> None:
        self._paid.setdefault((order.group, amount), {})[order.at] = None


def fill(orders: Sequence[Order], amount: int, open_orders: OpenOrders) -> tuple[tuple[Match, ...], int]:
    """One order after the other, so the last one bears the gap; what is left when all are full comes back."""
    matches = []
    for order in orders:
        part = min(amount, open_orders.open(order))
        if part > 0:
            matches.append(Match(order.receivable.order_no, part))
            amount -= part
    return tuple(matches), amount
