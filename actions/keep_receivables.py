"""What customers owe comes in: by import, chat or page (P4). Each is joined to the customer of that name, where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from domain.ids import CustomerId
from domain.payments import Receivable
from domain.refusal import Refusal
from domain.statements import Problem
from nlp.companies import company_key, same_company
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


async def keep_all(work: Work, owed: Iterable[Receivable]) -> tuple[Counter[Kept], dict[str, Problem]]:
    """How many were added, changed or known; and by order number what is wrong with those that cannot be kept."""
    kept = Counter[Kept]()
    refused: dict[str, Problem] = {}
    for one in owed:
        new = NewReceivable(
            one.order_no, one.customer, one.amount, one.due_date, one.received,
            instalments=one.instalments, currency=one.currency, earlier=one.payments, is_cancelled=one.is_cancelled,
        )  # fmt: skip
        try:
            kept[await keep(work, new)] += 1
        except Refusal as refusal:
            refused[one.order_no] = _PROBLEMS[refusal.code]
            continue
        for payer in one.known_payers:
            await work.payments.learn_payer(payer, one.customer)
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
