"""What customers owe comes in: by import, chat or page (P4). Each is joined to the customer of that name, where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.ids import CustomerId
from domain.payments import Receivable
from domain.refusal import Refusal
from domain.statements import Problem
from nlp.companies import company_key, same_company
from notify.payment_history import tell_red_flags
from settings.house import HouseRules
from storage.receivables import Kept, NewReceivable
from storage.unit_of_work import Work

AT_ONCE = 500
"""To one unit of work: each is looked up and joined to its customer."""
_PROBLEMS = {
    "receivable_currency": Problem.OTHER_CURRENCY,
    "receivable_amount": Problem.BAD_RECEIVED,
    "receivable_below_received": Problem.BELOW_RECEIVED,
    "receivable_just_changed": Problem.JUST_CHANGED,
}


async def keep_all(
    work: Work, rules: HouseRules, owed: Iterable[Receivable], *, since: datetime
) -> tuple[Counter[Kept], dict[str, Problem]]:
    """How many were added, changed or known; and by order number what is wrong with those that cannot be kept.

    Those who wait for a new order's money hear of red flags in what was known of its customer before `since`, when the
    list began to come in.
    """
    kept = Counter[Kept]()
    added: list[str] = []
    refused: dict[str, Problem] = {}
    for one in owed:
        new = NewReceivable(
            one.order_no, one.customer, one.amount, one.due_date, one.received,
            instalments=one.instalments, currency=one.currency, earlier=one.payments, is_cancelled=one.is_cancelled,
        )  # fmt: skip
        try:
            done = await keep(work, new)
        except Refusal as refusal:
            refused[one.order_no] = _PROBLEMS[refusal.code]
            continue
        kept[done] += 1
        if done is Kept.ADDED:
            added.append(one.order_no)
        for payer in one.known_payers:
            await work.payments.learn_payer(payer, one.customer)
    await tell_red_flags(work, rules, list((await work.receivables.with_numbers(added)).values()), since)
    return kept, refused


async def keep(work: Work, new: NewReceivable) -> Kept:
    """Refusal where it cannot be kept: another currency, instalments that do not add up, less than has come in."""
    if new.customer_id is None:
        new = replace(new, customer_id=await _customer_named(work, new.customer))
    return await work.receivables.put(new)


async def _customer_named(work: Work, name: str) -> CustomerId | None:
    """The same company under any spelling (L3); its owner then is the receivable's, as long as it has none of its own."""
    key = company_key(name)
    found = await work.customers.with_name_key(key) if key else []
    return next((customer.customer_id for customer, spelling in found if same_company(spelling, name)), None)
