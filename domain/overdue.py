"""Who hears of what is due or overdue, and when (P4): before the day, on it, and after it in a growing circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.payer_names import even
from domain.receivables import KeptReceivable, ReceivableState


class Circle(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    FINANCE = "finance"
    LEADER = "leader"


@dataclass(frozen=True, slots=True)
class DueRules:
    steps: tuple[int, ...] = (-3, 0, 1, 7, 15, 30)
    """Days after the due day, ascending; below zero before it."""
    manager_from: int = 1
    finance_from: int = 7
    leader_from: int = 15

    def circle(self, step: int) -> tuple[Circle, ...]:
        joined = (
            (Circle.MANAGER, self.manager_from),
            (Circle.FINANCE, self.finance_from),
            (Circle.LEADER, self.leader_from),
        )
        return (Circle.REP, *(circle for circle, start in joined if step >= start))


@dataclass(frozen=True, slots=True)
class DueStep:
    receivable_id: int
    due_on: date
    step: int


def promise_is_kept(promised_on: date, amount: int | None, came: int, receivables: Iterable[KeptReceivable]) -> bool:
    """`came`: what the customer has paid since it was said. Without an amount, all that is due by that day is meant."""
    if amount is not None:
        return came >= amount or not any(one.open for one in receivables)
    return not any(
        instalment.due_on is None or instalment.due_on <= promised_on
        for one in receivables
        for instalment in one.open_instalments
    ) and (came > 0 or not any(one.open for one in receivables))


def due_steps(
    receivables: Iterable[KeptReceivable],
    told: Mapping[tuple[int, date], Set[int]],
    held: Set[str],
    rules: DueRules,
    today: date,
) -> list[DueStep]:
    """The step that each open instalment has reached and that has not been told; steps slept through are left out.

    `told`: steps by receivable and due day. `held`: customers (evened names) whose promised day is to come. Disputed ones are parked.
    """
    found = []
    for one in receivables:
        if one.state is not ReceivableState.OPEN or even(one.customer) in held:
            continue
        for instalment in one.open_instalments:
            if instalment.due_on is None:
                continue
            days = (today - instalment.due_on).days
            reached = [step for step in rules.steps if step <= days]
            if not reached or reached[-1] in told.get((one.receivable_id, instalment.due_on), ()):
                continue
            found.append(DueStep(one.receivable_id, instalment.due_on, reached[-1]))
    return found
